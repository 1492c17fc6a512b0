// tests/daemon/store/test_ageing.cpp - old records go, slice by slice, and only they.
#include "tests/daemon/store/sqlite_fixture.hpp"

#include <doctest/doctest.h>

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
    CHECK(ids(f.history->waiting(1, 0, 10'000)) == std::vector{young.id});
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
               active = sample_session(id_at(t0, 4), pool::SessionState::active);
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

}  // namespace smppd::store
