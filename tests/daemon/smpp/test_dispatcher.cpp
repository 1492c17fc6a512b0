// tests/daemon/smpp/test_dispatcher.cpp - messages on their way to an owner's binds: what is
// offered again, what expires, and how many are held in memory.
#include "tests/support/world.hpp"

#include <doctest/doctest.h>

namespace smppd::test {
namespace {

using namespace std::chrono_literals;
using smpp::Delivery;
using smpp::MessagePtr;

/// A bind that takes what it is given and answers when the test says so.
class Taker final : public smpp::Receiver {
public:
    pool::PlatformId platform() const override { return 1; }
    const std::string& id() const override { return id_; }
    std::uint32_t free() const override {
        return window - static_cast<std::uint32_t>(holds.size());
    }
    void deliver(const MessagePtr& message, smpp::Now) override {
        holds.push_back(message->id);
        offered.push_back(message->id);
    }
    std::uint32_t window = 10;
    std::vector<pool::Id> holds;
    std::vector<pool::Id> offered;  ///< since the beginning

private:
    std::string id_ = "platform/1";
};

/// Reads of the store that come when the test says so.
class LateReads final : public store::HistoryReads {
public:
    explicit LateReads(store::MemoryStore& store) : store_(store) {}
    bool read(std::function<std::function<void()>(store::History&)> job) override {
        if (full) return false;
        ++reads;
        held_ = job(store_.history());
        if (!late) arrive();
        return true;
    }
    void arrive() {
        if (const auto job = std::exchange(held_, nullptr)) job();
    }
    bool late = false, full = false;
    unsigned reads = 0;

private:
    store::MemoryStore& store_;
    std::function<void()> held_;
};

struct Fixture {
    explicit Fixture(smpp::DispatcherOptions options = {})
        : dispatcher(options, store, reads, clock) {}

    /// Records one and tells the dispatcher of it. What is returned lives as long as it is held in
    /// memory for delivery.
    std::weak_ptr<const pool::Message> message(pool::Id id, std::size_t octets = 10) {
        pool::Message one;
        one.id = id;
        one.owner.platform = 1;
        one.text.assign(octets, 'x');
        store.commit({pool::MessageAdded{one}}, [](std::error_code) {});
        auto shared = std::make_shared<const pool::Message>(std::move(one));
        std::weak_ptr<const pool::Message> held = shared;
        dispatcher.message(std::move(shared), clock.now());
        return held;
    }
    void done(pool::Id id, Delivery outcome) {
        std::erase(taker.holds, id);
        dispatcher.done(taker, id, outcome, protocol::ESME_RX_T_APPN, clock.now());
        dispatcher.pump(1, clock.now());
    }
    std::optional<pool::MessageState> state(pool::Id id) {
        dispatcher.flush();
        const auto message = store.history().message(id, false);
        return message ? std::optional(message->state) : std::nullopt;
    }

    FakeClock clock;
    store::MemoryStore store;
    LateReads reads{store};
    smpp::Dispatcher dispatcher;
    Taker taker;
};

using Ids = std::vector<pool::Id>;

}  // namespace

TEST_CASE("dispatcher: what is refused is offered again after a wait that grows") {
    Fixture f;
    f.dispatcher.attach(f.taker, f.clock.now());
    f.message(1);
    f.done(1, Delivery::refused);
    f.clock.advance(4999ms);
    CHECK(f.taker.offered == Ids{1});
    f.clock.advance(1ms);
    CHECK(f.taker.offered == Ids{1, 1});
    f.done(1, Delivery::unanswered);
    f.clock.advance(9999ms);
    CHECK(f.taker.offered == Ids{1, 1});
    f.clock.advance(1ms);
    CHECK(f.taker.offered == Ids{1, 1, 1});
}

TEST_CASE("dispatcher: what expired while it was under way is not offered again") {
    for (const Delivery outcome :
         {Delivery::refused, Delivery::unanswered, Delivery::lost, Delivery::unpackable}) {
        Fixture f;
        f.dispatcher.attach(f.taker, f.clock.now());
        const auto held = f.message(1);
        f.message(2);
        f.dispatcher.expired(1, 1);
        CHECK(f.dispatcher.waiting() == 2);
        f.done(1, outcome);
        CHECK(f.dispatcher.waiting() == 1);
        CHECK(held.expired());
        f.clock.advance(24h);
        CHECK(f.taker.offered == Ids{1, 2});
    }
}

TEST_CASE("dispatcher: an owner who takes an expired message after all has it") {
    Fixture f;
    f.dispatcher.attach(f.taker, f.clock.now());
    f.message(1);
    f.dispatcher.expired(1, 1);
    f.done(1, Delivery::acknowledged);
    CHECK(f.dispatcher.waiting() == 0);
    CHECK(f.state(1) == pool::MessageState::delivered);
}

TEST_CASE("dispatcher: what expires while it waits leaves memory") {
    Fixture f;
    const auto ready = f.message(1);
    f.dispatcher.expired(1, 1);
    CHECK(ready.expired());
    f.dispatcher.attach(f.taker, f.clock.now());
    const auto delayed = f.message(2);
    f.done(2, Delivery::refused);
    CHECK_FALSE(delayed.expired());
    f.dispatcher.expired(1, 2);
    CHECK(delayed.expired());
    f.clock.advance(24h);
    CHECK(f.taker.offered == Ids{2});
    CHECK(f.dispatcher.waiting() == 0);
}

TEST_CASE("dispatcher: what expires while it is read from the store is not offered") {
    Fixture f;
    f.reads.late = true;
    for (const pool::Id id : {1u, 2u}) {
        pool::Message one;
        one.id = id;
        one.owner.platform = 1;
        f.store.commit({pool::MessageAdded{one}}, [](std::error_code) {});
    }
    f.dispatcher.waiting_in_store(1, 2);
    f.dispatcher.attach(f.taker, f.clock.now());
    f.dispatcher.expired(1, 1);
    f.reads.arrive();
    CHECK(f.taker.offered == Ids{2});
    CHECK(f.dispatcher.waiting() == 1);
}

TEST_CASE("dispatcher: a read that fails is no empty store, it is asked again") {
    Fixture f;
    f.store.fail_reads(true);
    pool::Message one;
    one.id = 1;
    one.owner.platform = 1;
    f.store.commit({pool::MessageAdded{one}}, [](std::error_code) {});
    f.dispatcher.waiting_in_store(1, 1);
    f.dispatcher.attach(f.taker, f.clock.now());
    CHECK(f.reads.reads == 1);
    // What comes meanwhile waits behind it, and each pump does not ask again.
    f.message(2);
    f.dispatcher.pump(1, f.clock.now());
    CHECK(f.reads.reads == 1);
    f.clock.advance(999ms);
    CHECK(f.reads.reads == 1);
    f.clock.advance(1ms);
    CHECK(f.reads.reads == 2);
    CHECK(f.taker.offered.empty());
    f.store.fail_reads(false);
    f.clock.advance(1s);
    CHECK(f.taker.offered == Ids{1, 2});
    CHECK(f.dispatcher.waiting() == 2);
}

TEST_CASE("dispatcher: a full queue of reads is asked again") {
    Fixture f;
    f.reads.full = true;
    f.dispatcher.waiting_in_store(1, 1);
    f.dispatcher.attach(f.taker, f.clock.now());
    f.reads.full = false;
    f.clock.advance(999ms);
    CHECK(f.reads.reads == 0);
    f.clock.advance(1ms);
    CHECK(f.reads.reads == 1);
}

TEST_CASE("dispatcher: a message that cannot be opened is given to nobody, the others are") {
    smpp::DispatcherOptions options;
    options.in_memory_max = 2;
    Fixture f(options);
    for (pool::Id id = 1; id <= 6; ++id) {
        pool::Message one;
        one.id = id;
        one.owner.platform = 1;
        f.store.commit({pool::MessageAdded{one}}, [](std::error_code) {});
        if (id != 3 && id != 6) f.store.spoil(id);  // the first page has no other
    }
    f.dispatcher.waiting_in_store(1, 6);
    f.dispatcher.attach(f.taker, f.clock.now());
    CHECK(f.taker.offered == Ids{3, 6});
    CHECK(f.reads.reads == 4);
    f.done(3, Delivery::acknowledged);
    f.done(6, Delivery::acknowledged);
    CHECK(f.state(1) == pool::MessageState::waiting);
    CHECK(f.state(6) == pool::MessageState::delivered);
    CHECK(f.dispatcher.waiting() == 4);
    f.message(7);
    CHECK(f.taker.offered.back() == 7);
}

TEST_CASE("dispatcher: memory holds so many messages, and so many octets of them") {
    smpp::DispatcherOptions options;
    SUBCASE("messages") { options.in_memory_max = 3; }
    SUBCASE("octets") { options.weight_max = 1'000; }
    Fixture f(options);
    std::vector<std::weak_ptr<const pool::Message>> held;
    for (pool::Id id = 1; id <= 8; ++id) held.push_back(f.message(id, 400));
    // The third goes beyond 1,000 octets, and the rest waits in the store.
    for (std::size_t i = 0; i < held.size(); ++i) CHECK(held[i].expired() == (i >= 3));
    CHECK(f.dispatcher.waiting() == 8);

    // All come, in order, and never more than that at once.
    f.dispatcher.attach(f.taker, f.clock.now());
    while (!f.taker.holds.empty()) {
        CHECK(f.taker.holds.size() <= 4);
        f.done(f.taker.holds.front(), Delivery::acknowledged);
    }
    CHECK(f.taker.offered == Ids{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(f.dispatcher.waiting() == 0);
    CHECK(f.reads.reads >= 2);
    // And what comes now goes straight on.
    f.message(9);
    CHECK(f.taker.offered.back() == 9);
}

TEST_CASE("dispatcher: what has been delivered makes room") {
    smpp::DispatcherOptions options;
    options.weight_max = 1'000;
    Fixture f(options);
    f.dispatcher.attach(f.taker, f.clock.now());
    for (pool::Id id = 1; id <= 100; ++id) {
        const auto held = f.message(id, 600);
        CHECK_FALSE(held.expired());
        f.done(id, Delivery::acknowledged);
        CHECK(held.expired());
    }
    CHECK(f.reads.reads == 0);
}

}  // namespace smppd::test
