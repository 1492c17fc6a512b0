// tests/daemon/store/test_ageing.cpp - old records go, slice by slice, and only they.
#include "daemon/store/connection.hpp"
#include "tests/daemon/store/sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace smppd::store {

TEST_CASE("ageing: waiting messages expire, settled ones go, in slices of 500") {
    SqliteFixture f;
    pool::Changes changes;
    for (pool::PlatformId n = 0; n < 1'200; ++n)
        changes.push_back(pool::MessageAdded{waiting_message(id_at(t0, n), 1 + n % 3)});
    const auto young = waiting_message(id_at(t0 + 1h));
    changes.push_back(pool::MessageAdded{young});
    changes.push_back(pool::TraceAdded{{id_at(t0), t0, "delivery_refused", ""}});
    changes.push_back(pool::TraceAdded{{young.id, t0, "delivery_refused", ""}});
    f.apply_all(std::move(changes));

    const Retention retention{.messages = 10h, .waiting = 2h};
    CHECK(f.age(retention, t0 + 2h).empty());
    pool::Changes aged;
    std::error_code error;
    const auto now = t0 + 2h + 1ms;
    CHECK(f.store->maintain(retention, now, aged, error));
    CHECK(aged.size() == 500);
    for (const auto& change : f.age(retention, now)) aged.push_back(change);
    REQUIRE(aged.size() == 1'200);
    const auto& expired = std::get<pool::MessageSettled>(aged.front());
    CHECK(expired.state == pool::MessageState::expired);
    CHECK(expired.platform == 1);
    CHECK(expired.at == now);
    CHECK(ids(f.history->waiting(1, 0, 10'000).messages) == std::vector{young.id});
    CHECK(f.history->message(id_at(t0), false)->state == pool::MessageState::expired);

    CHECK(f.age({.messages = 10h, .waiting = 0s}, t0 + 12h).empty());
    // The one that waits stays, whatever its age.
    CHECK(ids(f.history->messages({}, 0, 10'000, false)) == std::vector{young.id});
    CHECK(f.history->trace(id_at(t0)).empty());
    CHECK(f.history->trace(young.id).size() == 1);
    // Once it is settled, a later round takes it.
    f.apply_all({settled(young, t0 + 12h)});
    f.age({.messages = 10h, .waiting = 0s}, t0 + 14h);
    CHECK_FALSE(f.history->message(young.id, false));
    CHECK(f.history->trace(young.id).empty());
}

TEST_CASE("ageing: receipts, ended sessions and closed parts go by age, others stay") {
    SqliteFixture f;
    pool::ReceiptRecord receipt;
    receipt.id = id_at(t0);
    receipt.received_at = t0;
    const pool::Id closed = id_at(t0, 1), open = id_at(t0, 2);
    const auto ended = sample_session(id_at(t0, 3), pool::SessionState::expired),
               active = busy_session(id_at(t0, 4));  // verified, and has its number still
    f.apply_all({pool::ReceiptAdded{receipt}, pool::PartAdded{sample_part(closed, closed, 1)},
                 pool::PartAdded{sample_part(open, open, 1)}, pool::PartsClosed{closed, t0 + 1s},
                 pool::SessionPut{{}, ended}, pool::SessionPut{{}, active}});
    const auto there = [&] {
        return std::vector{f.history->receipts("", 0, 9).size(), f.history->parts(closed).size(),
                           f.history->parts(open).size(),
                           std::size_t{f.history->session(ended.id).has_value()},
                           std::size_t{f.history->session(active.id).has_value()}};
    };
    using Sizes = std::vector<std::size_t>;
    f.age({.receipts = 0s, .sessions = 0s, .parts = 0s}, t0 + 9'000h);
    CHECK(there() == Sizes{1, 1, 1, 1, 1});
    f.age({.receipts = 2h, .sessions = 2h, .parts = 2h}, t0 + 2h);
    CHECK(there() == Sizes{1, 1, 1, 1, 1});
    f.age({.receipts = 2h, .sessions = 2h, .parts = 2h}, t0 + 4h);
    CHECK(there() == Sizes{0, 0, 1, 0, 1});
}

TEST_CASE("ageing: events go by age and their deliveries with them") {
    SqliteFixture f;
    const auto old = sample_event(id_at(t0)), young = sample_event(id_at(t0 + 1h));
    f.apply_all({pool::EventAdded{old}, pool::EventAdded{young},
                 pool::DeliveryPut{sample_delivery(old.id, 1, pool::DeliveryState::delivered)},
                 pool::DeliveryPut{sample_delivery(old.id, 2, pool::DeliveryState::dead)},
                 pool::DeliveryPut{sample_delivery(young.id, 1, pool::DeliveryState::dead)},
                 // Settled after its event had gone.
                 pool::DeliveryPut{sample_delivery(id_at(t0, 5), 1, pool::DeliveryState::dead)}});
    const auto there = [&] {
        return std::vector{f.history->events_after({}, 0, 9, false).events.size(),
                           f.history->deliveries(1, {}, 0, 9).size(),
                           f.history->deliveries(2, {}, 0, 9).size()};
    };
    using Sizes = std::vector<std::size_t>;
    f.age({.events = 0s}, t0 + 9'000h);
    CHECK(there() == Sizes{2, 3, 1});
    f.age({.events = 2h}, t0 + 2h);
    CHECK(there() == Sizes{2, 3, 1});
    f.age({.events = 2h}, t0 + 2h + 1ms);
    CHECK(there() == Sizes{1, 1, 0});
    CHECK(f.history->deliveries(1, pool::DeliveryState::dead, 0, 9).at(0).event == young.id);
}

TEST_CASE("ageing: an event whose delivery waits stays as long as the tries may take") {
    for (const auto waited : {48h + 0ms, 48h + 1ms}) {
        SqliteFixture f;
        const auto event = sample_event(id_at(t0));
        f.apply_all({pool::EventAdded{event}, pool::DeliveryPut{sample_delivery(event.id, 1)}});
        f.age({.events = 2h}, t0 + 4h);
        f.age({.events = 2h}, t0 + waited);
        CHECK(f.history->events_after({}, 0, 9, false).events.empty() == (waited > 48h));
        CHECK(load(*f.store).deliveries.empty() == (waited > 48h));
    }
    SqliteFixture f;
    const auto event = sample_event(id_at(t0));
    f.apply_all({pool::EventAdded{event}, pool::DeliveryPut{sample_delivery(event.id, 1)}});
    f.age({.events = 2h}, t0 + 4h);
    f.apply_all({pool::DeliveryPut{sample_delivery(event.id, 1, pool::DeliveryState::delivered)}});
    f.age({.events = 2h}, t0 + 6h);
    CHECK(f.history->events_after({}, 0, 9, false).events.empty());
    CHECK(f.history->deliveries(1, {}, 0, 9).empty());
    // A longer retention is what counts, whatever waits.
    f.apply_all({pool::EventAdded{event}, pool::DeliveryPut{sample_delivery(event.id, 1)}});
    f.age({.events = 100h}, t0 + 100h);
    CHECK(f.history->events_after({}, 0, 9, false).events.size() == 1);
}

TEST_CASE("ageing: answers go after a day") {
    for (const auto kept : {24h + 0ms, 24h + 1ms}) {
        SqliteFixture f;
        f.apply_all({sample_answer(id_at(t0))});
        f.age({}, t0 + kept);
        CHECK(f.history->answer(id_at(t0)).has_value() == (kept == 24h));
    }
}

TEST_CASE("ageing: brand uses go by age in slices, whatever their order") {
    for (const auto kept : {2h + 0ms, 2h + 1ms}) {
        SqliteFixture f;
        pool::Changes changes;
        std::vector<pool::BrandUse> young;
        for (std::uint64_t n = 1; n <= 1'200; ++n) {
            const pool::BrandUse use{.number = 447700900000 + n / 4,
                                     .brand = n * 0x9e3779b97f4a7c15,
                                     .last_at = n % 3 == 0 ? t0 : t0 + 1h};
            changes.push_back(pool::BrandUsePut{{}, use});
            if (n % 3 != 0) young.push_back(use);
        }
        f.apply_all(std::move(changes));
        f.age({.brand_uses = 0s}, t0 + 9'000h);
        f.restart();
        f.age({.brand_uses = 2h}, t0 + kept);
        auto left = load(*f.store).brand_uses;
        CHECK(left.size() == (kept == 2h ? 1'200 : 800));
        if (kept > 2h) {
            std::ranges::sort(left, {}, [](const auto& use) { return use.last_at; });
            CHECK(left.front().last_at == t0 + 1h);
        }
        // They are walked through again a day later.
        f.age({.brand_uses = 2h}, t0 + kept + 24h);
        CHECK(load(*f.store).brand_uses.empty());
    }
}

TEST_CASE("ageing: a number's older sessions go, the chain of the younger ones stays") {
    SqliteFixture f;
    pool::Number number;
    number.number = 447700900102;
    pool::Changes changes{pool::NumberPut{{}, number}};
    for (int n = 0; n < 4; ++n)
        changes.push_back(
            pool::SessionPut{{}, sample_session(id_at(t0 + n * 1h), pool::SessionState::released)});
    f.apply_all(std::move(changes));
    f.age({.sessions = 2h}, t0 + 3h + 30min);
    const auto left = f.history->sessions_of(number.number, 0, 9);
    REQUIRE(left.size() == 2);
    CHECK(left[0].id == id_at(t0 + 3h));
    CHECK(left[1].id == id_at(t0 + 2h));
    f.history.reset();
    f.store.reset();
    Connection db(f.options.path, Connection::Mode::writer);
    CHECK(db.scalar("SELECT count(*) FROM lease") == 2);
}

}  // namespace smppd::store
