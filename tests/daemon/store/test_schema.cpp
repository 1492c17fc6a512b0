// tests/daemon/store/test_schema.cpp - a file of version 1 becomes one of today with all it holds.
#include "daemon/store/rows.hpp"
#include "daemon/store/schema.hpp"
#include "tests/daemon/store/sample.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace smppd::store {

namespace {

constexpr pool::E164 number = 447700900101;
constexpr std::int64_t begun = 1'772'323'200'000;  // t0

/// As smppd wrote it before there were workflows: a platform; a number that its second session has,
/// one that was never leased; messages of the second session, and of none.
void make_version_1(const std::string& path) {
    std::ofstream{path};
    Connection db(path, Connection::Mode::writer);
    migrate(db, path, migrations().first(1));
    identify(db, test_seal());
    REQUIRE(db.scalar("PRAGMA user_version") == 1);
    db.execute(R"(
INSERT INTO platform VALUES(3, 'shop', 0, 5, 9);
INSERT INTO account VALUES('shop1', 3, '$argon2id$', 0, 2, 10, 1, 0, '10.0.0.0/8' || char(10), 5);
INSERT INTO number VALUES(447700900101, 'acme', 'GB', 'London', 1, 0, 'a' || char(10), 250, 'g', 0,
    1, 12, 5, 6, 7, 2);
INSERT INTO number VALUES(447700900102, 'acme', 'GB', '', 1, 0, '', 0, '', 0, 0, 0, 5, 0, 5, 0);
INSERT INTO session VALUES(11, x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 4, 447700900101, 2,
    1772323200000, 1772323800000, 1772323800000, 'first');
INSERT INTO session VALUES(12, x'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c', 3, 447700900101, 0,
    1772323900000, 1772324500000, 0, 'second');
)");
    Statement add(db, insert_sql("INSERT", "message", columns::message));
    for (pool::Id id = 10; id <= 14; ++id) {
        auto message = waiting_message(id, 3);
        message.owner.session = id >= 13 ? 12 : 0;
        insert(add, message, test_seal());
    }
    db.execute("INSERT INTO outbox VALUES(3, 13)");
}

}  // namespace

TEST_CASE("schema: a file of version 1 is upgraded and keeps what it holds") {
    const TemporaryDirectory directory;
    const std::string path = directory / "store";
    make_version_1(path);
    const auto store = open_sqlite(small(path), test_seal());
    CHECK(std::filesystem::exists(path + ".v1"));
    const Loaded loaded = load(*store);

    const pool::Platform platform{.id = 3,
                                  .name = "shop",
                                  .created_at = pool::WallTime{std::chrono::milliseconds{5}},
                                  .numbers_max = 9};
    CHECK(loaded.platforms == std::vector{platform});
    REQUIRE(loaded.accounts.size() == 1);
    CHECK(loaded.accounts[0].allow == std::vector<std::string>{"10.0.0.0/8"});

    REQUIRE(loaded.numbers.size() == 2);
    const pool::Number& leased = loaded.numbers[0];
    CHECK(leased.number == number);
    CHECK(leased.area == "London");
    CHECK(leased.tags == std::vector<std::string>{"a"});
    CHECK(leased.state == pool::NumberState::leased);
    CHECK(leased.session == 12);
    CHECK(leased.uses == 2);
    CHECK(leased.verified == 0);
    CHECK(leased.last_platform == 3);
    CHECK(leased.after_lease == pool::NumberState::cooling);
    CHECK(loaded.numbers[1].last_platform == 0);
    CHECK(loaded.numbers[1].after_lease == pool::NumberState::cooling);

    pool::Session first;
    first.id = 11;
    first.token.octets.fill(11);
    first.platform = 4;
    first.number = number;
    first.state = pool::SessionState::expired;
    first.created_at = first.leased_at = pool::WallTime{std::chrono::milliseconds{begun}};
    first.expires_at = first.ended_at = first.created_at + 10min;
    first.reference = "first";
    pool::Session second = first;
    second.id = 12;
    second.token.octets.fill(12);
    second.platform = 3;
    second.state = pool::SessionState::active;
    second.created_at = second.leased_at = first.created_at + 700s;
    second.expires_at = second.created_at + 10min;
    second.ended_at = {};
    second.reference = "second";
    second.arrived.messages = 2;
    CHECK(loaded.sessions == std::vector{first, second});
    CHECK(loaded.duplicates.size() == 5);
    CHECK(loaded.last == 14);

    const auto history = store->history();
    CHECK(history->sessions_of(number, 0, 9) == std::vector{second, first});
    REQUIRE(history->waiting(3, 0, 9).messages.size() == 1);
    CHECK(history->waiting(3, 0, 9).messages[0].text == waiting_message(13).text);
    CHECK(history->events_after({}, 0, 9, true).events.empty());
    CHECK(history->errors() == 0);
}

TEST_CASE("schema: an upgraded file takes the new records, and its copy is still of version 1") {
    const TemporaryDirectory directory;
    const std::string path = directory / "store";
    make_version_1(path);
    {
        const auto store = open_sqlite(small(path), test_seal());
        const auto session = busy_session(20);
        REQUIRE_FALSE(
            apply(*store, {pool::SessionPut{{}, session}, pool::EventAdded{sample_event(21)},
                           pool::WebhookPut{{}, sample_webhook(22)}, sample_answer(23)}));
        const auto history = store->history();
        CHECK(history->session(20) == session);
        CHECK(history->events(std::vector<pool::Id>{21}) == std::vector{sample_event(21)});
        CHECK(load(*store).webhooks == std::vector{sample_webhook(22)});
    }
    Connection upgraded(path, Connection::Mode::writer);
    CHECK(upgraded.scalar("PRAGMA user_version") == migrations().back().version);
    CHECK(upgraded.scalar("SELECT integrity_check = 'ok' FROM pragma_integrity_check") == 1);
    Connection copy(path + ".v1", Connection::Mode::writer);
    CHECK(copy.scalar("PRAGMA user_version") == 1);
    CHECK(copy.scalar("SELECT count(*) FROM session") == 2);
}

}  // namespace smppd::store
