// tests/pool/test_pool_properties.cpp - random schedules with a clock that steps, against a naive
// model; and every schedule undone.
#include "pool/free_list.hpp"
#include "pool/number_index.hpp"
#include "pool/pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

using namespace smppd::pool;
using namespace std::chrono_literals;

namespace {

constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr E164 first_number = 447700900000;
constexpr E164 numbers_many = 24;
constexpr PlatformId platforms_many = 3;

std::uint32_t draw(std::mt19937& random, std::uint32_t bound) {
    return static_cast<std::uint32_t>(random()) % bound;
}

/// All that can be seen of a pool.
struct View {
    std::vector<Platform> platforms;
    std::vector<SmppAccount> accounts;
    std::vector<Number> numbers;
    std::vector<Session> sessions;
    std::vector<std::uint64_t> counts;
    WallTime deadline;
    friend bool operator==(const View&, const View&) = default;
};

View view_of(const Pool& pool) {
    return {pool.platforms(),
            pool.accounts(),
            pool.numbers({}, 0, 100'000),
            pool.sessions(0, {}, 0, 100'000),
            pool.counts(),
            pool.deadline()};
}

/// One random schedule, and what a simple reading of the contract makes of it.
class Schedule {
public:
    explicit Schedule(std::uint32_t seed)
        : random_(seed),
          pool_(
              {.cool_down = 30s,
               .ttl_default = 20s,
               .ttl_max = 60s,
               .sessions_kept = 100'000,
               .platform_cool_down = 0s},
              [this](std::span<std::uint8_t> to) {
                  for (std::uint8_t& octet : to) octet = static_cast<std::uint8_t>(random_());
              },
              [this](WallTime) { return ++event_id_; }) {
        for (PlatformId p = 1; p <= platforms_many; ++p)
            note(pool_.create_platform({.name = "p" + std::to_string(p)}, now_));
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            tick();
            step();
            ask();
            check();
        }
    }

    /// Takes everything back, group by group; each time the pool is what it was before.
    void undo() {
        while (!done_.empty()) {
            pool_.revert(done_.back().changes);
            REQUIRE(view_of(pool_) == done_.back().before);
            done_.pop_back();
        }
        CHECK(pool_.size() == 0);
        CHECK(pool_.platforms().empty());
    }

private:
    struct Group {
        View before;
        Changes changes;
    };

    std::uint32_t below(std::uint32_t bound) { return draw(random_, bound); }
    E164 number() { return first_number + below(numbers_many); }

    void note(const Result<Changes>& result) {
        if (result) note(*result);
    }
    void note(const Changes& changes) {
        if (changes.empty()) {
            CHECK(view_of(pool_) == before_);
            return;
        }
        done_.push_back({before_, changes});
        before_ = view_of(pool_);
        learn(changes);
    }

    /// The model: who has a number, from the Changes alone, as a store would read them.
    void learn(const Changes& changes) {
        for (const Change& change : changes) {
            if (const auto* put = std::get_if<SessionPut>(&change)) {
                sessions_[put->after->id] = *put->after;
            } else if (const auto* heard = std::get_if<SessionHeard>(&change)) {
                sessions_[heard->id].arrived = heard->after;
            } else if (const auto* number_put = std::get_if<NumberPut>(&change)) {
                numbers_[number_put->after->number] = *number_put->after;
            }
        }
    }

    void tick() {
        const auto kind = below(10);
        if (kind == 0)
            now_ -= std::chrono::milliseconds(below(40'000));
        else if (kind < 7)
            now_ += std::chrono::milliseconds(below(8'000));
    }

    void step() {
        const PlatformId platform = 1 + below(platforms_many);
        switch (below(12)) {
            case 0:
            case 1:
            case 2: note(pool_.import_number(random_number(), now_)); break;
            case 3: note(pool_.assign(number(), platform, now_)); break;
            case 4: note(pool_.unassign(number(), now_)); break;
            case 5:
            case 6:
            case 7: allocate(platform); break;
            case 8:
                note(pool_.release(1 + below(static_cast<std::uint32_t>(id_) + 1), now_));
                break;
            case 9:
            case 10: note(pool_.expire(now_, 1 + below(4))); break;
            default: administer(platform); break;
        }
    }

    Number random_number() {
        Number n{.number = number()};
        n.carrier = below(2) == 0 ? "acme" : "beta";
        n.country = below(2) == 0 ? "GB" : "FR";
        n.mo = below(8) != 0;
        if (below(3) == 0) n.tags = {"gold", "new"};
        if (below(4) == 0) n.platform = 1 + below(platforms_many);
        const auto kind = below(12);
        if (kind == 0) n.state = NumberState::reserved;
        if (kind == 1) n.state = NumberState::disabled;
        if (kind == 2 && n.platform != 0) n.state = NumberState::assigned;
        return n;
    }

    void administer(PlatformId platform) {
        Platform changed = *pool_.platform(platform);
        if (below(2) == 0) {
            changed.numbers_max = below(3) == 0 ? 2 : 0;
            note(pool_.update(changed));
            return;
        }
        SmppAccount account{.system_id = "esme" + std::to_string(below(3)), .platform = platform};
        account.window = below(50);
        if (pool_.account(account.system_id) == nullptr)
            note(pool_.create_account(account, now_));
        else
            note(pool_.update(account));
    }

    void allocate(PlatformId platform) {
        AllocateRequest request{.platform = platform, .ttl = Seconds(below(60))};
        if (below(3) == 0) request.country = "GB";
        if (below(3) == 0) request.carrier = "beta";
        if (below(4) == 0) request.tag = "new";
        if (below(8) == 0) request.number = number();
        const auto expected = idle_longest(request);
        const auto got = pool_.allocate(request, ++id_, now_);
        if (!got) {
            CHECK((!expected || got.error() == Errc::quota));
            return;
        }
        REQUIRE(expected.has_value());
        CHECK(numbers_.at(got->session.number).last_used_at == expected);
        note(got->changes);
    }

    /// How long ago the best number that fits was used, by looking at all of them.
    std::optional<WallTime> idle_longest(const AllocateRequest& request) const {
        std::optional<WallTime> best;
        for (const auto& [digits, n] : numbers_) {
            const bool fits = n.state == NumberState::available && n.mo &&
                              (n.platform == 0 || n.platform == request.platform) &&
                              (request.number == 0 || request.number == digits) &&
                              (request.country.empty() || request.country == n.country) &&
                              (request.carrier.empty() || request.carrier == n.carrier) &&
                              (request.tag.empty() || std::find(n.tags.begin(), n.tags.end(),
                                                                request.tag) != n.tags.end());
            if (fits && (!best || n.last_used_at < *best)) best = n.last_used_at;
        }
        return best;
    }

    /// Asks for the owner of a number and compares with the model's.
    void ask() {
        const E164 asked = number();
        Owner owner;
        if (const auto known = numbers_.find(asked); known != numbers_.end()) {
            const Number& n = known->second;
            if (n.state == NumberState::assigned) owner = {n.platform, 0};
            if (n.state == NumberState::leased) {
                const Session& session = sessions_.at(n.session);
                if (now_ >= session.expires_at) past_.insert(session.id);
                if (!past_.contains(session.id)) owner = {session.platform, session.id};
            }
        }
        const Ownership got = pool_.owner_of(asked, "other", now_);
        CHECK(got.owner == owner);
        CHECK((got.why == Unowned::no) == (owner.platform != 0));
    }

    void check() {
        const auto counts = pool_.counts();
        CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == pool_.size());
        CHECK(pool_.size() == numbers_.size());
        std::set<E164> held;
        for (const Session& session : pool_.sessions(0, SessionState::active, 0, 100'000)) {
            CHECK(held.insert(session.number).second);
            const auto number = pool_.number(session.number);
            CHECK(number->state == NumberState::leased);
            CHECK(number->session == session.id);
        }
        CHECK(counts[static_cast<std::size_t>(NumberState::leased)] == held.size());
    }

    std::mt19937 random_;
    Pool pool_;
    WallTime now_ = t0;
    Id id_ = 0;
    Id event_id_ = Id{1} << 40;
    View before_ = view_of(pool_);
    std::vector<Group> done_;
    std::map<E164, Number> numbers_;
    std::map<Id, Session> sessions_;
    std::set<Id> past_;  // seen past their end
};

}  // namespace

TEST_CASE("pool properties: random schedules agree with a naive model and can be undone") {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Schedule schedule(seed);
        schedule.run(300);
        schedule.undo();
    }
}

TEST_CASE("pool properties: the index finds and orders like a map") {
    std::mt19937 random(7);
    NumberIndex index;
    std::map<E164, Slot> model;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        const E164 number = i % 3 == 0 ? 50'000 + i : draw(random, 60'000);
        if (model.contains(number)) {
            index.erase(number);
            model.erase(number);
        } else {
            index.insert(number, i);
            model[number] = i;
        }
        const E164 other = draw(random, 90'000);
        const auto found = model.find(other);
        CHECK(index.find(other) ==
              (found == model.end() ? std::nullopt : std::optional<Slot>(found->second)));
    }
    std::map<E164, Slot> seen;
    CHECK(index.visit(10'000, 55'000, [&](E164 number, Slot slot) {
        seen[number] = slot;
        return true;
    }));
    CHECK(seen == std::map<E164, Slot>(model.lower_bound(10'000), model.upper_bound(55'000)));
    for (const auto& [number, slot] : model) index.erase(number);
    CHECK(index.visit(0, ~E164{0}, [](E164, Slot) { return false; }));
}

TEST_CASE("pool properties: the free list stays right when it forgets wishes") {
    std::mt19937 random(11);
    Profiles profiles;
    Places places;
    FreeList list(profiles, places, 3);
    struct Free {
        ProfileId profile;
        PlatformId platform;
        TimedSlot at;
    };
    std::map<Slot, Free> model;
    for (std::uint32_t i = 0; i < 4000; ++i) {
        const Slot slot = draw(random, 200);
        if (const auto known = model.find(slot); known != model.end()) {
            list.remove(slot, known->second.profile, known->second.platform);
            model.erase(known);
        } else {
            Number number{.carrier = std::to_string(draw(random, 4)),
                          .area = std::to_string(draw(random, 4))};
            const Free free{profiles.intern(number),
                            draw(random, 3),
                            {t0 + std::chrono::milliseconds(draw(random, 50)), slot}};
            list.add(free.at, free.profile, free.platform);
            model.emplace(slot, free);
        }
        const Wanted wanted{.platform = draw(random, 3),
                            .country = 0,
                            .area = *profiles.words().find(draw(random, 2) != 0 ? "" : "1"),
                            .carrier = 0,
                            .tag = 0};
        std::optional<TimedSlot> best;
        for (const auto& [s, free] : model) {
            if ((free.platform == 0 || free.platform == wanted.platform) &&
                wanted.fits(profiles.at(free.profile)) && (!best || free.at < *best))
                best = free.at;
        }
        CHECK(list.first(wanted) == (best ? std::optional<Slot>(best->slot) : std::nullopt));
    }
}
