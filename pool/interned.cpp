// pool/interned.cpp - what many numbers have in common, kept once.
#include "pool/interned.hpp"

#include <algorithm>

namespace smppd::pool {

Word Words::intern(std::string_view text) {
    if (const auto found = words_.find(text); found != words_.end()) return found->second;
    const auto word = static_cast<Word>(texts_.size());
    texts_.emplace_back(text);
    words_.emplace(texts_.back(), word);
    return word;
}

std::optional<Word> Words::find(std::string_view text) const {
    const auto found = words_.find(text);
    if (found == words_.end()) return std::nullopt;
    return found->second;
}

std::size_t ProfileHash::operator()(const Profile& profile) const noexcept {
    std::uint64_t hash = (profile.mo ? 1U : 0U) + (profile.mt ? 2U : 0U);
    // FNV's prime spreads each word; the shift brings the upper bits back to where buckets look.
    const auto mix = [&hash](Word word) {
        hash = (hash ^ word) * 0x100000001b3;
        hash ^= hash >> 29;
    };
    for (const Word word :
         {profile.carrier, profile.country, profile.area, profile.isolation_group})
        mix(word);
    for (const Word tag : profile.tags) mix(tag);
    return static_cast<std::size_t>(hash);
}

bool Profiles::describes(ProfileId id, const Number& number) const {
    const Profile& profile = at(id);
    return profile.mo == number.mo && profile.mt == number.mt &&
           words_.text(profile.carrier) == number.carrier &&
           words_.text(profile.country) == number.country &&
           words_.text(profile.area) == number.area &&
           words_.text(profile.isolation_group) == number.isolation_group &&
           std::equal(
               profile.tags.begin(), profile.tags.end(), number.tags.begin(), number.tags.end(),
               [this](Word word, const std::string& tag) { return words_.text(word) == tag; });
}

ProfileId Profiles::intern(const Number& number) {
    if (!profiles_.empty() && describes(last_, number)) return last_;
    Profile profile{.carrier = words_.intern(number.carrier),
                    .country = words_.intern(number.country),
                    .area = words_.intern(number.area),
                    .isolation_group = words_.intern(number.isolation_group),
                    .mo = number.mo,
                    .mt = number.mt,
                    .tags = {}};
    profile.tags.reserve(number.tags.size());
    for (const std::string& tag : number.tags) profile.tags.push_back(words_.intern(tag));
    const auto [found, added] =
        ids_.emplace(std::move(profile), static_cast<ProfileId>(profiles_.size()));
    if (added) profiles_.push_back(&found->first);
    return last_ = found->second;
}

void Profiles::write(ProfileId id, Number& number) const {
    const Profile& profile = at(id);
    number.carrier = words_.text(profile.carrier);
    number.country = words_.text(profile.country);
    number.area = words_.text(profile.area);
    number.isolation_group = words_.text(profile.isolation_group);
    number.mo = profile.mo;
    number.mt = profile.mt;
    number.tags.clear();
    number.tags.reserve(profile.tags.size());
    for (const Word tag : profile.tags) number.tags.push_back(words_.text(tag));
}

}  // namespace smppd::pool
