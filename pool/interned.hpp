// pool/interned.hpp - what many numbers have in common, kept once.
#pragma once

#include "pool/number.hpp"

#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace smppd::pool {

/// Names a word; 0 is the empty one.
using Word = std::uint32_t;
/// Names a profile.
using ProfileId = std::uint32_t;

/// Each text once. Words stay: a pool has few of them.
class Words {
public:
    Words() { intern({}); }
    Word intern(std::string_view text);
    std::optional<Word> find(std::string_view text) const;
    const std::string& text(Word word) const { return texts_[word]; }

private:
    std::deque<std::string> texts_;  // a deque, so that the keys below stay where they are
    std::unordered_map<std::string_view, Word> words_;
};

/// The attributes of a number that others have too.
struct Profile {
    Word carrier = 0, country = 0, area = 0, isolation_group = 0;
    bool mo = true, mt = false;
    std::vector<Word> tags;
    friend bool operator==(const Profile&, const Profile&) = default;
};

struct ProfileHash {
    std::size_t operator()(const Profile& profile) const noexcept;
};

class Profiles {
public:
    ProfileId intern(const Number& number);
    const Profile& at(ProfileId id) const { return *profiles_[id]; }
    /// Fills in the attributes that `id` stands for.
    void write(ProfileId id, Number& number) const;
    const Words& words() const noexcept { return words_; }

private:
    bool describes(ProfileId id, const Number& number) const;

    Words words_;
    std::unordered_map<Profile, ProfileId, ProfileHash> ids_;
    std::vector<const Profile*> profiles_;  // the keys of ids_, which do not move
    ProfileId last_ = 0;                    // numbers come in runs of the same attributes
};

}  // namespace smppd::pool
