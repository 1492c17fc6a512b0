// tests/daemon/sandbox/test_sandbox.cpp - what each magic number brings, by the way of every
// message.
#include "daemon/notify/announcer.hpp"
#include "daemon/sandbox/sandbox.hpp"
#include "daemon/store/memory.hpp"
#include "tests/support/world.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smppd;
using namespace smppd::test;
using namespace std::chrono_literals;
using sandbox::Outcome;

namespace {

/// The sandbox with all that a message passes, on a clock of its own.
struct Box {
    FakeClock clock;
    store::MemoryStore store;
    pool::Ids ids;
    std::uint8_t chance = 0;
    pool::Pool pool{{},
                    [this](std::span<std::uint8_t> out) {
                        for (std::uint8_t& octet : out) octet = ++chance;
                    },
                    [this](pool::WallTime at) { return ids.next(at); }};
    pool::Assembler assembler{{}};
    pool::Duplicates duplicates;
    notify::Announcer announcer{store, pool};
    smpp::Dispatcher dispatcher{{}, announcer, store, clock};
    smpp::Router router{{pool, assembler, duplicates, ids, announcer, dispatcher, clock, [] {}}, 7};
    sandbox::Sandbox box{{pool, ids, announcer, router, clock}};

    Box() {
        announcer.join(box);
        box.import(clock.now().wall);
        auto platform = pool.create_platform({.name = "shop"}, clock.now().wall);
        announcer.commit(std::move(*platform), [](std::error_code) {});
    }
    /// A test session on a number of this outcome; its id.
    pool::Id lease(Outcome outcome, std::vector<std::string> senders = {}, pool::E164 number = 0) {
        const auto now = clock.now().wall;
        pool::AllocateRequest request;
        request.platform = 1;
        request.area = sandbox::area_of(outcome);
        request.number = number;
        request.expected_senders = std::move(senders);
        request.test = true;
        auto got = pool.allocate(request, ids.next(now), now);
        REQUIRE(got.has_value());
        announcer.commit(std::move(got->changes), [](std::error_code) {});
        return got->session.id;
    }
    std::vector<pool::Message> messages(pool::Id session) {
        store::MessageFilter filter;
        filter.session = session;
        return store.history().messages(filter, 0, 100, true);
    }
    bool verified(pool::Id session) {
        const auto verdict = pool.verify(session, sandbox::code_value, clock.now().wall);
        return verdict && verdict->outcome == pool::Verdict::Outcome::verified;
    }
};

}  // namespace

TEST_CASE("sandbox: its numbers say what they bring") {
    const auto all = sandbox::all_numbers();
    CHECK(all.size() == sandbox::outcomes * sandbox::numbers_each);
    std::set<pool::E164> distinct;
    for (const pool::Number& number : all) {
        distinct.insert(number.number);
        const auto outcome = sandbox::outcome_of(number.number);
        REQUIRE(outcome.has_value());
        CHECK(sandbox::area_of(*outcome) == number.area);
        CHECK(sandbox::parse_area(number.area) == outcome);
    }
    CHECK(distinct.size() == all.size());
    CHECK(pool::to_text(sandbox::number_of(Outcome::late, 1)) == "+999002000001");
    CHECK_FALSE(sandbox::outcome_of(447700900101));
    CHECK_FALSE(sandbox::outcome_of(999'000'000'001));
    CHECK_FALSE(sandbox::outcome_of(999'010'000'001));
    CHECK_FALSE(sandbox::parse_area("London"));
}

TEST_CASE("sandbox: a code at once, and late") {
    Box b;
    const pool::Id at_once = b.lease(Outcome::code);
    const pool::Id late = b.lease(Outcome::late);
    b.clock.advance(1ms);
    REQUIRE(b.messages(at_once).size() == 1);
    CHECK(b.messages(at_once)[0].carrier == "sandbox");
    CHECK(b.verified(at_once));
    b.clock.advance(14'998ms);
    CHECK(b.messages(late).empty());
    b.clock.advance(2ms);
    CHECK(b.verified(late));
}

TEST_CASE("sandbox: parts out of order make one message, a duplicate makes no second") {
    Box b;
    const pool::Id parts = b.lease(Outcome::parts);
    const pool::Id duplicate = b.lease(Outcome::duplicate);
    b.clock.advance(1s);
    REQUIRE(b.messages(parts).size() == 1);
    CHECK(b.messages(parts)[0].parts == 3);
    CHECK(b.verified(parts));
    CHECK(b.messages(duplicate).size() == 1);
    CHECK(b.verified(duplicate));
}

TEST_CASE("sandbox: Chinese, a link, a stranger, nothing") {
    Box b;
    const pool::Id chinese = b.lease(Outcome::chinese);
    const pool::Id link = b.lease(Outcome::link);
    const pool::Id stranger = b.lease(Outcome::wrong_sender, {"Meadow"});
    const pool::Id expected = b.lease(Outcome::code, {"Harbour"});
    const pool::Id never = b.lease(Outcome::never);
    b.clock.advance(60s);
    CHECK(b.messages(chinese)[0].data_coding == 8);
    CHECK(b.verified(chinese));
    CHECK(b.messages(link).size() == 1);
    CHECK_FALSE(b.verified(link));
    CHECK(b.messages(stranger)[0].source == "Stranger");
    CHECK_FALSE(b.verified(stranger));
    CHECK(b.messages(expected)[0].source == "Harbour");
    CHECK(b.verified(expected));
    CHECK(b.messages(never).empty());
}

TEST_CASE("sandbox: when its carrier goes down, a swap helps") {
    Box b;
    const pool::Id session = b.lease(Outcome::carrier_down);
    b.clock.advance(60s);
    CHECK(b.messages(session).empty());
    store::EventFilter filter;
    filter.session = session;
    bool told = false;
    for (const pool::Event& event : b.store.history().events_after(filter, 0, 100, true).events)
        told = told || event.type == pool::EventType::carrier_down;
    CHECK(told);
    auto changes = b.pool.swap(session, b.clock.now().wall);
    REQUIRE(changes.has_value());
    b.announcer.commit(std::move(*changes), [](std::error_code) {});
    b.clock.advance(1ms);
    CHECK(b.verified(session));
}

TEST_CASE("sandbox: a second start makes no number anew") {
    Box b;
    const std::size_t before = b.pool.size();
    b.box.import(b.clock.now().wall);
    CHECK(b.pool.size() == before);
}

TEST_CASE("sandbox: what had not arrived when the daemon ended comes after its start") {
    Box box;
    const pool::Id late = box.lease(Outcome::late);
    const pool::Id at_once = box.lease(Outcome::code);
    box.clock.advance(5s);
    REQUIRE(box.messages(at_once).size() == 1);
    // Another daemon with the same store: nothing is due there yet.
    sandbox::Sandbox again{{box.pool, box.ids, box.announcer, box.router, box.clock}};
    again.resume(box.clock.now());
    CHECK(again.waiting() == 1);
    box.clock.advance(sandbox::late_after - 5s);
    CHECK(again.waiting() == 0);
    CHECK_FALSE(box.messages(late).empty());
    CHECK(box.messages(at_once).size() == 1);
}

TEST_CASE("sandbox: a number that is leased again brings the same again, to its own lease alone") {
    Box box;
    const auto number = sandbox::number_of(Outcome::late, 1);
    const auto lease = [&] { return box.lease(Outcome::late, {}, number); };
    const auto release = [&](pool::Id session) {
        box.announcer.commit(*box.pool.release(session, box.clock.now().wall),
                             [](std::error_code) {});
    };
    const pool::Id first = lease();
    box.clock.advance(5s);
    release(first);
    const pool::Id second = lease();
    box.clock.advance(sandbox::late_after - 1s);
    CHECK(box.messages(first).empty());
    CHECK(box.messages(second).empty());  // the first one's was due already
    box.clock.advance(1s);
    CHECK(box.messages(second).size() == 1);
    release(second);
    const pool::Id third = lease();
    box.clock.advance(sandbox::late_after);
    CHECK(box.messages(third).size() == 1);
}
