// tests/pool/test_pool_schedules.cpp - a pool lives through random schedules: leases, swaps, codes,
// messages early and late, a clock that steps, a disk that fills, crashes. What was acknowledged
// stays true, no number has two owners, nobody reads what was not theirs.
#include "pool/pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <set>

using namespace smppd::pool;
using namespace std::chrono_literals;

namespace {

constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr E164 first_number = 447700900000;
constexpr std::uint32_t numbers_many = 12;
constexpr std::size_t platforms_many = 3;

/// What a store would hold, read from the Changes alone.
struct Disk {
    std::map<PlatformId, Platform> platforms;
    std::map<E164, Number> numbers;
    std::map<Id, Session> sessions;
    std::map<std::pair<E164, std::uint64_t>, BrandUse> brands;

    void apply(const Changes& changes) {
        for (const Change& change : changes) {
            if (const auto* p = std::get_if<PlatformPut>(&change))
                platforms[p->after->id] = *p->after;
            if (const auto* n = std::get_if<NumberPut>(&change))
                numbers[n->after->number] = *n->after;
            if (const auto* s = std::get_if<SessionPut>(&change))
                sessions[s->after->id] = *s->after;
            if (const auto* h = std::get_if<SessionHeard>(&change))
                sessions[h->id].arrived = h->after;
            if (const auto* b = std::get_if<BrandUsePut>(&change))
                brands[{b->after->number, b->after->brand}] = *b->after;
        }
    }
};

class Life {
public:
    explicit Life(std::uint32_t seed) : random_(seed) {
        begin();
        for (std::size_t i = 0; i < platforms_many; ++i)
            note(pool_->create_platform({.name = "p" + std::to_string(i)}, now_));
        for (std::uint32_t i = 0; i < numbers_many; ++i) {
            Number number{.number = first_number + i};
            number.country = i % 2 == 0 ? "GB" : "FR";
            note(pool_->import_number(std::move(number), now_));
        }
        commit(pending_.size());
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            tick();
            step();
            check();
        }
    }

private:
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(random_()) % bound;
    }
    E164 any_number() { return first_number + below(numbers_many); }
    Id any_session() {
        if (disk_.sessions.empty() || below(10) == 0) return last_session_;
        auto at = disk_.sessions.begin();
        std::advance(at, below(static_cast<std::uint32_t>(disk_.sessions.size())));
        return at->first;
    }

    void begin() {
        pool_ = std::make_unique<Pool>(
            PoolOptions{.cool_down = 20s,
                        .ttl_default = 15s,
                        .ttl_max = 60s,
                        .sessions_kept = 100'000,
                        .brand_cool_down = 40s},
            [this](std::span<std::uint8_t> to) {
                for (std::uint8_t& octet : to) octet = static_cast<std::uint8_t>(random_());
            },
            [this](WallTime) { return ++event_id_; });
        pool_->salt(7);
        Workflow flow;
        flow.name = "w";
        flow.ttl = 15s;
        flow.ttl_max = 40s;
        flow.attempts = 2;
        pool_->workflows({{"w", flow}});
    }

    void tick() {
        const auto kind = below(12);
        if (kind == 0)
            now_ -= std::chrono::milliseconds(below(20'000));
        else if (kind < 8)
            now_ += std::chrono::milliseconds(below(5'000));
    }

    void note(Result<Changes> result) {
        if (result && !result->empty()) pending_.push_back(std::move(*result));
    }

    void step() {
        switch (below(16)) {
            case 0:
            case 1:
            case 2: allocate(); break;
            case 3: note(pool_->release(any_session(), now_)); break;
            case 4: note(pool_->swap(any_session(), now_)); break;
            case 5: note(pool_->extend(any_session(), Seconds(1 + below(40)), now_)); break;
            case 6: verify(); break;
            case 7:
            case 8:
            case 9: arrive(); break;
            case 10:
                if (Changes changes = pool_->expire(now_, 1 + below(4)); !changes.empty())
                    pending_.push_back(std::move(changes));
                break;
            case 11: administer(); break;
            case 12:
            case 13: commit(1 + below(5)); break;
            case 14: fill(); break;
            default:
                if (below(4) == 0) crash();
                break;
        }
    }

    void allocate() {
        AllocateRequest request{.platform = 1 + below(platforms_many), .workflow = "w"};
        if (below(3) == 0) request.country = "GB";
        if (below(3) == 0) request.expected_senders = {"Meadow"};
        auto got = pool_->allocate(request, ++last_session_, now_);
        if (got) pending_.push_back(std::move(got->changes));
    }

    void verify() {
        auto verdict = pool_->verify(any_session(), below(2) == 0 ? "48192" : "11111", now_);
        if (verdict && !verdict->changes.empty()) pending_.push_back(std::move(verdict->changes));
    }

    void administer() {
        constexpr NumberState states[]{NumberState::available, NumberState::reserved,
                                       NumberState::disabled};
        if (below(3) == 0)
            note(pool_->quarantine(any_number(), now_ + Seconds(1 + below(30)), "test", now_));
        else
            note(pool_->set_state(any_number(), states[below(3)], now_));
    }

    /// A message comes: its owner must be the one who, by all that memory was told, has the number.
    void arrive() {
        Message message;
        message.id = ++last_message_;
        message.number = any_number();
        message.source = below(2) == 0 ? "Meadow" : "Other";
        message.text = "Your Meadow code is 48192";
        const Ownership ownership = pool_->owner_of(message.number, "acme", now_);
        message.owner = ownership.owner;
        if (ownership.owner.platform == 0) message.state = MessageState::unowned;
        const auto session = pool_->session(ownership.owner.session);
        if (ownership.owner.platform != 0) {
            REQUIRE(session.has_value());
            CHECK(session->holds());
            CHECK(session->number == message.number);
            CHECK(session->platform == ownership.owner.platform);
            CHECK(now_ < session->expires_at);
        }
        Changes changes = pool_->arrived(message, now_);
        for (const Change& change : changes) {
            const auto* added = std::get_if<EventAdded>(&change);
            if (added == nullptr) continue;
            // Whoever has no lease is told nothing; whoever has one is told of it alone.
            CHECK(ownership.owner.platform != 0);
            CHECK(added->event.platform == ownership.owner.platform);
            CHECK(added->event.session == ownership.owner.session);
        }
        if (!changes.empty()) pending_.push_back(std::move(changes));
    }

    void commit(std::size_t groups) {
        for (; groups > 0 && !pending_.empty(); --groups) {
            disk_.apply(pending_.front());
            pending_.pop_front();
        }
    }

    /// The disk is full: all that waits is taken back, newest first. Memory is then what the disk
    /// holds.
    void fill() {
        while (!pending_.empty()) {
            pool_->revert(pending_.back());
            pending_.pop_back();
        }
        for (const auto& [digits, number] : disk_.numbers) CHECK(pool_->number(digits) == number);
        for (const auto& [id, session] : disk_.sessions) CHECK(pool_->session(id) == session);
    }

    /// kill -9: what was not committed is gone, what was is all there.
    void crash() {
        pending_.clear();
        begin();
        for (const auto& [id, platform] : disk_.platforms) pool_->restore(platform);
        for (const auto& [digits, number] : disk_.numbers) pool_->restore(number);
        for (const auto& [id, session] : disk_.sessions) pool_->restore(session);
        for (const auto& [key, use] : disk_.brands) pool_->restore(use);
        for (const auto& [id, session] : disk_.sessions) CHECK(pool_->session(id) == session);
    }

    void check() {
        const auto counts = pool_->counts();
        CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == numbers_many);
        holders(pool_->sessions(0, {}, 0, 100'000), [this](E164 n) { return *pool_->number(n); });
        std::vector<Session> on_disk;
        for (const auto& [id, session] : disk_.sessions) on_disk.push_back(session);
        holders(on_disk, [this](E164 n) { return disk_.numbers.at(n); });
    }

    /// Each number that a session holds is leased to that one, and no other is leased.
    template <class NumberOf>
    void holders(const std::vector<Session>& sessions, NumberOf number_of) {
        std::set<E164> held;
        for (const Session& session : sessions) {
            if (!session.holds()) continue;
            CHECK(held.insert(session.number).second);
            CHECK(number_of(session.number).state == NumberState::leased);
            CHECK(number_of(session.number).session == session.id);
        }
        for (std::uint32_t i = 0; i < numbers_many; ++i) {
            const Number number = number_of(first_number + i);
            CHECK((number.state == NumberState::leased) == held.contains(number.number));
        }
    }

    std::mt19937 random_;
    std::unique_ptr<Pool> pool_;
    Disk disk_;
    std::deque<Changes> pending_;  ///< with the writer
    WallTime now_ = t0;
    Id last_session_ = 0, last_message_ = 0, event_id_ = Id{1} << 40;
};

}  // namespace

TEST_CASE("pool schedules: through full disks, crashes and clock steps no number has two owners") {
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
        CAPTURE(seed);
        Life life(seed);
        life.run(400);
    }
}
