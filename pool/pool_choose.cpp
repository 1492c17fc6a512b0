// pool/pool_choose.cpp - which number a request gets, and why it gets none.
// Source: Pool and verification, Choosing one.
#include "pool/pool_state.hpp"
#include "pool/siphash.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::string_view sandbox_group = "sandbox";
/// How far the ends of leases and cool-downs are looked through for the next free number.
constexpr std::size_t waits_looked_at = 2'000;

std::span<const std::uint8_t> octets_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The brands that a request waits for, as far as they are named; none: any may write.
std::vector<std::string_view> brands_wanted(const std::vector<std::string>& senders) {
    std::vector<std::string_view> brands;
    for (std::string_view brand : senders) {
        if (brand.ends_with('*')) continue;
        if (brand.starts_with('+')) brand.remove_prefix(1);
        brands.push_back(brand);
    }
    return brands;
}

std::string folded(std::string_view brand) {
    std::string out{brand};
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
    });
    return out;
}

}  // namespace

/// A request in the pool's own words.
struct Pool::State::Choice {
    Wanted wanted;
    bool known = true;            ///< whether the pool knows all its words: else nothing can fit
    std::vector<Word> countries;  ///< of the workflow; empty: any
    std::set<Word> down;          ///< carriers
    Word avoided = 0;             ///< a carrier whose numbers come last; 0: none
    Word sandbox = 0;
    bool test = false;
    std::vector<std::uint64_t> brands;  ///< none: any
    Seconds brand_cool_down{};
    Rotation rotation = Rotation::least_recent;

    /// Whether numbers alike may be leased to it. The sandbox's numbers are for tests alone.
    bool fits(const Profile& profile, bool health) const {
        const bool of_sandbox = sandbox != 0 && profile.isolation_group == sandbox;
        if (of_sandbox != test) return false;
        if (!countries.empty() &&
            std::find(countries.begin(), countries.end(), profile.country) == countries.end())
            return false;
        if (avoided != 0 && profile.carrier == avoided) return false;
        return !health || down.empty() || !down.contains(profile.carrier);
    }
};

const Workflow* Pool::State::workflow(const std::string& name) const {
    const auto found = workflows.find(name);
    return found == workflows.end() ? nullptr : &found->second;
}

std::uint64_t Pool::State::brand_hash(std::string_view brand) const {
    if (brand.empty()) return 0;
    SipHash hash(salt, 0x6272616e64);  // "brand": no other hash of ours has this key
    hash.add(octets_of(folded(brand)));
    return hash.finish();
}

std::uint64_t Pool::State::code_hash(const Session& session, std::string_view code) const {
    SipHash hash(salt, 0x636f6465 ^ session.id);
    hash.add(octets_of(code));
    return hash.finish();
}

std::uint64_t Pool::State::writer_hash(const Message& message, const std::string& brand) const {
    return brand_hash(brand.empty() ? message.source : brand);
}

Pool::State::Choice Pool::State::choice(const AllocateRequest& request, WallTime /*now*/) const {
    const Workflow* flow = workflow(request.workflow);
    Choice choice;
    choice.test = request.test;
    const Words& words = numbers.words();
    const auto word = [&](const std::string& text) {
        const auto found = words.find(text);
        choice.known = choice.known && found.has_value();
        return found.value_or(0);
    };
    const std::string none;
    const std::string& carrier =
        !request.carrier.empty() || !flow ? request.carrier : flow->carrier;
    const std::string& tag = !request.tag.empty() || !flow ? request.tag : flow->tag;
    choice.wanted.platform = request.platform;
    choice.wanted.country = word(request.country);
    choice.wanted.area = word(request.area);
    // A test runs the same journey, but on the sandbox's carriers.
    choice.wanted.carrier = word(request.test ? none : carrier);
    choice.wanted.tag = word(request.test ? none : tag);
    choice.wanted.isolation_group = 0;
    if (request.test)
        choice.wanted.isolation_group = word(std::string(sandbox_group));
    else if (flow != nullptr)
        choice.wanted.isolation_group = word(flow->isolation_group);
    choice.avoided = words.find(request.rather_not_carrier).value_or(0);
    choice.sandbox = words.find(sandbox_group).value_or(0);
    if (flow != nullptr && !request.test && request.country.empty())
        for (const std::string& region : flow->regions)
            choice.countries.push_back(words.find(region).value_or(Word(-1)));
    for (const auto* carriers : {&carriers_down, &carriers_draining})
        for (const std::string& down : *carriers)
            if (const auto known = words.find(down)) choice.down.insert(*known);
    const auto& senders = request.expected_senders.empty() && flow ? flow->expected_senders
                                                                   : request.expected_senders;
    for (const std::string_view brand : brands_wanted(senders))
        choice.brands.push_back(brand_hash(brand));
    choice.brand_cool_down =
        flow && flow->brand_cool_down ? *flow->brand_cool_down : options.brand_cool_down;
    if (flow != nullptr) choice.rotation = flow->rotation_used();
    return choice;
}

bool Pool::State::brands_allow(Slot slot, const Choice& want, WallTime now) const {
    const auto from = brand_allows_from(slot, want);
    return from && *from <= now;
}

/// The number that the request names, where it may have it.
Result<Slot> Pool::State::choose_certain(const AllocateRequest& request, const Choice& want,
                                         WallTime now) const {
    const auto slot = numbers.find(request.number);
    if (!slot) return Errc::not_found;
    const NumberRecord& record = numbers.at(*slot);
    // Another platform's number looks like any that is taken: who has it is not told.
    if (record.state != NumberState::available ||
        (record.platform != 0 && record.platform != request.platform))
        return Errc::not_available;
    Wanted wanted = want.wanted;
    if (request.any_group) wanted.isolation_group.reset();
    const Profile& profile = numbers.profile(*slot);
    if (!want.known || !profile.mo || !wanted.fits(profile) ||
        !want.fits(profile, !request.any_group) ||
        (!request.any_group && !brands_allow(*slot, want, now)))
        return Errc::no_number;
    return *slot;
}

Result<Slot> Pool::State::choose(const AllocateRequest& request, WallTime now) {
    Choice want = choice(request, now);
    if (want.avoided != 0) {
        const auto slot = choose(request, want, now);
        if (slot) return slot;
        want.avoided = 0;
    }
    return choose(request, want, now);
}

Result<Slot> Pool::State::choose(const AllocateRequest& request, const Choice& want, WallTime now) {
    const auto brand_allows = [&](Slot slot) { return brands_allow(slot, want, now); };
    if (request.number != 0) return choose_certain(request, want, now);
    if (!want.known) return Errc::no_number;
    Fitting fitting;
    fitting.kind = [&want](const Profile& profile) { return want.fits(profile, true); };
    // Of no brand that is named, a fresh number is one that nobody had, as long as there are any.
    const bool unused = want.rotation == Rotation::fresh && want.brands.empty() && !request.test;
    if (!want.brands.empty()) fitting.number = brand_allows;
    if (unused) fitting.number = [this](Slot slot) { return numbers.at(slot).uses == 0; };
    if (want.rotation == Rotation::sticky && !request.reference.empty()) {
        const auto last = last_of_reference.find({request.platform, request.reference});
        const auto slot =
            last == last_of_reference.end() ? std::nullopt : numbers.find(last->second);
        if (slot && numbers.at(*slot).state == NumberState::available &&
            (numbers.at(*slot).platform == 0 || numbers.at(*slot).platform == request.platform) &&
            numbers.profile(*slot).mo && want.wanted.fits(numbers.profile(*slot)) &&
            want.fits(numbers.profile(*slot), true) && brand_allows(*slot))
            return *slot;
    }
    std::optional<Slot> slot;
    if (want.rotation == Rotation::random) {
        slot = numbers.free().any(want.wanted, fitting, [this] {
            std::array<std::uint8_t, 8> octets{};
            chance(octets);
            std::uint64_t value = 0;
            for (const std::uint8_t octet : octets) value = value << 8 | octet;
            return value;
        });
    } else {
        slot = numbers.free().first(want.wanted, fitting);
        if (!slot && unused) {
            fitting.number = nullptr;
            slot = numbers.free().first(want.wanted, fitting);
        }
        // The longest idle number was another platform's lately: one of our own past, or one idle
        // for longer, would keep its late messages from strangers. Where there is none, it will do.
        const auto stranger = [&](Slot one) {
            const NumberRecord& record = numbers.at(one);
            return options.platform_cool_down > Seconds::zero() && record.last_platform != 0 &&
                   record.last_platform != request.platform &&
                   record.last_used_at + options.platform_cool_down > now;
        };
        if (slot && stranger(*slot)) {
            constexpr std::size_t looks = 64;
            numbers.free().in_order(want.wanted, fitting, looks, [&](TimedSlot entry) {
                if (fitting.number && !fitting.number(entry.slot)) return true;
                if (stranger(entry.slot)) return true;
                slot = entry.slot;
                return false;
            });
        }
    }
    if (!slot) return Errc::no_number;
    return *slot;
}

/// When the brands that are waited for may write to the number again; nothing: never.
std::optional<WallTime> Pool::State::brand_allows_from(Slot slot, const Choice& want) const {
    WallTime from{};
    for (const std::uint64_t brand : want.brands) {
        const WallTime last = brands.last(numbers.at(slot).number, brand);
        if (last == WallTime{}) continue;
        if (want.rotation == Rotation::fresh) return std::nullopt;
        from = std::max(from, last + want.brand_cool_down);
    }
    return from;
}

/// Each filter is added to those before it; the first that leaves nothing is named.
std::string_view Pool::State::lacking(const AllocateRequest& request, const Choice& want) {
    Wanted wanted;
    wanted.platform = request.platform;
    if (request.test) wanted.isolation_group = want.wanted.isolation_group;
    Choice narrow = want;
    narrow.countries.clear();
    bool health = false;
    const auto some = [&] {
        Fitting fitting;
        fitting.kind = [&](const Profile& profile) { return narrow.fits(profile, health); };
        return numbers.free().first(wanted, fitting).has_value();
    };
    const auto unknown = [&](const std::string& text) {
        return !numbers.words().find(text).has_value();
    };
    // What no number ever had is not in use.
    if (unknown(request.country)) return "country";
    if (!some()) return "in_use";
    narrow.countries = want.countries;
    wanted.country = want.wanted.country;
    if (!some()) return "country";
    wanted.area = want.wanted.area;
    if (unknown(request.area) || !some()) return "area";
    wanted.isolation_group = want.wanted.isolation_group;
    if (!some()) return "isolation_group";
    wanted.carrier = want.wanted.carrier;
    if (unknown(request.carrier) || !some()) return "carrier";
    wanted.tag = want.wanted.tag;
    if (unknown(request.tag) || !want.known || !some()) return "tag";
    health = true;
    if (!some()) return "carrier_health";
    return "brand";
}

std::optional<WallTime> Pool::State::free_at(const AllocateRequest& request,
                                             const Choice& want) const {
    const auto fits = [&](Slot slot) {
        const NumberRecord& record = numbers.at(slot);
        const Profile& profile = numbers.profile(slot);
        return (record.platform == 0 || record.platform == request.platform) && want.known &&
               profile.mo && want.wanted.fits(profile) && want.fits(profile, false);
    };
    std::optional<WallTime> soonest;
    // Whether no later one can be sooner.
    const auto take = [&](Slot slot, WallTime at) {
        const auto brands_from = brand_allows_from(slot, want);
        if (!brands_from) return false;
        const WallTime free = std::max(at, *brands_from);
        soonest = std::min(free, soonest.value_or(free));
        return free == at;
    };
    HeapWalk cooling_walk;
    cooling_walk.add(numbers.cooling());
    for (std::size_t i = 0; i < waits_looked_at; ++i) {
        const auto entry = cooling_walk.next();
        if (!entry) break;
        if (fits(entry->slot) && take(entry->slot, entry->time)) break;
    }
    std::size_t looked = 0;
    sessions.due_in_order([&](const Session& session) {
        if (++looked > waits_looked_at) return false;
        const auto slot = numbers.find(session.number);
        if (!slot || !fits(*slot)) return true;
        const NumberRecord after = cooled(numbers.at(*slot), session.expires_at, &session);
        if (after.state == NumberState::available) return !take(*slot, session.expires_at);
        // What an admin takes out of the pool meanwhile never comes free.
        if (after.state != NumberState::cooling) return true;
        return !take(*slot, after.cool_until);
    });
    return soonest;
}

std::optional<WallTime> Pool::State::brand_free_at(const Choice& want) {
    std::optional<WallTime> soonest;
    if (want.rotation == Rotation::fresh) return soonest;
    Fitting fitting;
    fitting.kind = [&want](const Profile& profile) { return want.fits(profile, true); };
    numbers.free().in_order(want.wanted, fitting, waits_looked_at, [&](TimedSlot entry) {
        if (const auto at = brand_allows_from(entry.slot, want))
            soonest = std::min(*at, soonest.value_or(*at));
        return true;
    });
    return soonest;
}

Refusal Pool::refusal(const AllocateRequest& request, WallTime now) {
    State& state = *state_;
    if (const Platform* owner = platform(request.platform))
        if (auto refusal = state.over_quota(*owner, request.test, now, true);
            refusal && request.counts)
            return *refusal;
    const State::Choice want = state.choice(request, now);
    Refusal refusal{"in_use", std::nullopt};
    refusal.what = state.lacking(request, want);
    refusal.free_at = state.free_at(request, want);
    if (refusal.what == "brand") {
        const std::optional<WallTime> brand = state.brand_free_at(want);
        if (brand && (!refusal.free_at || *brand < *refusal.free_at)) refusal.free_at = brand;
    }
    return refusal;
}

}  // namespace smppd::pool
