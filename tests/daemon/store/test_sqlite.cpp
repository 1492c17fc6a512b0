// tests/daemon/store/test_sqlite.cpp - what is recorded is found again.
#include "tests/daemon/store/sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace smppd::store {

TEST_CASE("sqlite: platforms, accounts, numbers and sessions survive a restart") {
    SqliteFixture f;
    const pool::Platform platform{.id = 3,
                                  .name = "shop",
                                  .disabled = true,
                                  .created_at = t0,
                                  .numbers_max = 9,
                                  .allocations_per_minute = 60,
                                  .allocations_per_day = UINT32_MAX,
                                  .ttl_max_s = 3'600,
                                  .requests_per_second = 50};
    pool::SmppAccount account;
    account.system_id = "shop1";
    account.platform = 3;
    account.password_hash = "$argon2id$";
    account.window = 33;
    account.tlvs = false;
    account.long_messages = pool::LongMessages::udh;
    account.allow = {"10.0.0.0/8", "::1/128"};
    account.created_at = t0;
    pool::Number number;
    number.number = 447700900101;
    number.carrier = "acme";
    number.country = "GB";
    number.area = "London";
    number.mt = true;
    number.tags = {"a", "b\n"};
    number.monthly_cost_micros = -1;
    number.isolation_group = "g";
    number.platform = 3;
    number.state = pool::NumberState::leased;
    number.session = 5;
    number.changed_at = t0;
    number.cool_until = pool::WallTime::max();
    number.last_used_at = t0 - 1h;
    number.uses = UINT64_MAX;
    number.verified = 4;
    number.last_platform = 3;
    number.after_lease = pool::NumberState::retired;
    const auto session = busy_session(id_at(t0));
    f.apply_all({pool::PlatformPut{{}, platform}, pool::AccountPut{{}, account},
                 pool::NumberPut{{}, number}, pool::SessionPut{{}, session}});
    f.restart();
    Loaded loaded = load(*f.store);
    CHECK(loaded.platforms == std::vector{platform});
    CHECK(loaded.accounts == std::vector{account});
    CHECK(loaded.numbers == std::vector{number});
    CHECK(loaded.sessions == std::vector{session});
    CHECK(loaded.last == session.id);
    CHECK(f.history->session(session.id) == session);
    CHECK_FALSE(f.history->session(session.id + 1));

    // A Put replaces; one without `after` removes.
    auto moved = number;
    moved.number = 15005550006;
    moved.area.clear();
    auto renamed = platform;
    renamed.name = "shop-2";
    f.apply_all({pool::PlatformPut{platform, renamed}, pool::AccountPut{account, {}},
                 pool::NumberPut{number, {}}, pool::NumberPut{{}, number},
                 pool::NumberPut{number, {}}, pool::SessionPut{session, {}},
                 pool::NumberPut{{}, moved}, pool::NumberPut{moved, moved}});
    loaded = load(*f.store);
    CHECK(loaded.platforms == std::vector{renamed});
    CHECK(loaded.accounts.empty());
    CHECK(loaded.numbers == std::vector{moved});
    CHECK(loaded.sessions.empty());
}

TEST_CASE("sqlite: of the ended sessions the newest are loaded, and all that hold a number") {
    SqliteFixture f;
    f.options.sessions_loaded = 2;
    f.restart();
    pool::Changes changes;
    for (pool::Id id = 1; id <= 6; ++id) {
        // Whether it holds does not depend on what is proven.
        auto session = sample_session(id, pool::SessionState::verified);
        if (id == 2 || id == 5) session.ended_at = {};
        changes.push_back(pool::SessionPut{{}, session});
    }
    f.apply_all(std::move(changes));
    std::vector<pool::Id> found;
    for (const auto& session : load(*f.store).sessions) found.push_back(session.id);
    CHECK(found == std::vector<pool::Id>{2, 4, 5, 6});
}

TEST_CASE("sqlite: allocations of the last day are told, though their sessions are not loaded") {
    SqliteFixture f;
    f.options.sessions_loaded = 1;
    f.restart();
    pool::Changes changes;
    const auto add = [&](pool::WallTime at, pool::PlatformId platform, bool test) {
        auto session = sample_session(id_at(at), pool::SessionState::released);
        session.platform = platform;
        session.test = test;
        changes.push_back(pool::SessionPut{{}, session});
    };
    add(t0, 1, false);  // a day and an hour before the newest
    add(t0 + 2h, 1, false);
    add(t0 + 3h, 2, true);
    add(t0 + 4h, 2, false);
    add(t0 + 25h, 1, false);  // loaded
    f.apply_all(std::move(changes));
    auto told = load(*f.store).allocations;
    std::sort(told.begin(), told.end());
    CHECK(told ==
          std::vector<std::pair<pool::PlatformId, pool::WallTime>>{{1, t0 + 2h}, {2, t0 + 4h}});
}

TEST_CASE("sqlite: a message comes back whole and waits until it is settled") {
    SqliteFixture f;
    const auto one = waiting_message(id_at(t0), 1), two = waiting_message(id_at(t0, 1), 2);
    auto three = waiting_message(id_at(t0, 2), 1);
    three.text.clear();
    three.octets.clear();
    three.is_text = false;
    three.lossy = three.incomplete = true;
    f.apply_all({pool::MessageAdded{one}, pool::MessageAdded{two}, pool::MessageAdded{three}});
    f.restart();
    CHECK(f.history->waiting(1, 0, 10).messages == std::vector{one, three});
    CHECK(f.history->waiting(1, 0, 1).messages == std::vector{one});
    CHECK(f.history->waiting(1, one.id, 10).messages == std::vector{three});
    CHECK(f.history->waiting(1, 0, 10, pool::weight(one)).messages == std::vector{one});
    CHECK(f.history->waiting(1, 0, 10, pool::weight(one) + 1).messages == std::vector{one, three});
    using Counts = std::vector<std::pair<pool::PlatformId, std::uint64_t>>;
    CHECK(f.history->waiting_counts() == Counts{{1, 2}, {2, 1}});

    f.apply_all({settled(one, t0 + 1s)});
    CHECK(f.history->waiting(1, 0, 10).messages == std::vector{three});
    auto delivered = one;
    delivered.state = pool::MessageState::delivered;
    delivered.settled_at = t0 + 1s;
    delivered.attempts = 3;
    CHECK(f.history->message(one.id, true) == delivered);
    delivered.text.clear();
    delivered.octets.clear();
    CHECK(f.history->message(one.id, false) == delivered);
    CHECK_FALSE(f.history->message(one.id + 7, true));
}

TEST_CASE("sqlite: an unowned message waits for nobody") {
    SqliteFixture f;
    auto message = waiting_message(1, 0);
    message.state = pool::MessageState::unowned;
    message.unowned = pool::Unowned::before_lease;
    f.apply_all({pool::MessageAdded{message}});
    CHECK(f.history->waiting_counts().empty());
    CHECK(f.history->message(1, true) == message);
}

TEST_CASE("sqlite: listings go newest first or oldest first, by every field of the filter") {
    SqliteFixture f;
    const auto session = sample_session(id_at(t0, 1), pool::SessionState::released);
    auto one = waiting_message(id_at(t0), 1), two = waiting_message(id_at(t0 + 1s), 2),
         three = waiting_message(id_at(t0 + 2s), 1);
    two.number = 15005550006;
    two.carrier = "other";
    three.owner.session = session.id;
    three.state = pool::MessageState::delivered;
    f.apply_all({pool::SessionPut{{}, session}, pool::MessageAdded{one}, pool::MessageAdded{two},
                 pool::MessageAdded{three}});
    const auto list = [&](const MessageFilter& filter) {
        auto newest = ids(f.history->messages(filter, 0, 10, false));
        const auto oldest = ids(f.history->messages_after(filter, 0, 10, false).messages);
        std::ranges::reverse(newest);
        CHECK(newest == oldest);
        return oldest;
    };
    using Ids = std::vector<pool::Id>;
    CHECK(list({}) == Ids{one.id, two.id, three.id});
    CHECK(list({.platform = 1}) == Ids{one.id, three.id});
    CHECK(list({.session = session.id}) == Ids{three.id});
    CHECK(list({.number = 15005550006}) == Ids{two.id});
    CHECK(list({.state = pool::MessageState::waiting}) == Ids{one.id, two.id});
    CHECK(list({.carrier = "other"}) == Ids{two.id});
    CHECK(list({.from = t0 + 1s}) == Ids{two.id, three.id});
    CHECK(list({.until = t0 + 2s}) == Ids{one.id, two.id});
    CHECK(list({.from = t0 + 1s, .until = t0 + 1s}) == Ids{});
    CHECK(ids(f.history->messages({}, three.id, 1, false)) == Ids{two.id});
    CHECK(ids(f.history->messages_after({}, one.id, 1, false).messages) == Ids{two.id});
    CHECK(f.history->messages({}, 0, 1, true).at(0).text == three.text);
    CHECK(f.history->messages({}, 0, 1, false).at(0).text.empty());
}

TEST_CASE("sqlite: parts of open assemblies come back, closed ones keep their keys only") {
    SqliteFixture f;
    const pool::Id a = id_at(t0), b = id_at(t0, 1), c = id_at(t0, 2);
    const auto one = sample_part(a, a, 1), two = sample_part(b, b, 1), three = sample_part(c, a, 3);
    f.apply_all({pool::PartAdded{one}, pool::PartAdded{two}});
    f.restart();
    CHECK(load(*f.store).parts == std::vector{one, two});
    auto whole = waiting_message(a);
    whole.duplicate_key = 0;
    f.apply_all({pool::PartAdded{three}, pool::MessageAdded{whole}, pool::PartsClosed{a, t0 + 1s}});
    f.restart();
    const Loaded loaded = load(*f.store);
    CHECK(loaded.parts == std::vector{two});
    using D = Loaded::Duplicate;
    CHECK(loaded.duplicates == std::vector<D>{{one.duplicate_key, a, "acme", t0},
                                              {two.duplicate_key, b, "acme", t0},
                                              {three.duplicate_key, c, "acme", t0}});
    auto listed = f.history->parts(a);
    REQUIRE(listed.size() == 2);
    CHECK(listed[1].id == c);
    CHECK(listed[1].key == three.key);
    CHECK(listed[1].octets.empty());
}

TEST_CASE("sqlite: duplicate keys are loaded as far back as the window") {
    SqliteFixture f;
    const auto old = waiting_message(id_at(t0 - 60s) - 1), edge = waiting_message(id_at(t0 - 60s)),
               last = waiting_message(id_at(t0));
    f.apply_all({pool::MessageAdded{old}, pool::MessageAdded{edge}, pool::MessageAdded{last}});
    const Loaded loaded = load(*f.store, 60s);
    REQUIRE(loaded.duplicates.size() == 2);
    CHECK(loaded.duplicates[0].key == edge.duplicate_key);
    CHECK(loaded.duplicates[1].id == last.id);
    CHECK(loaded.last == last.id);
}

TEST_CASE("sqlite: receipts and traces are listed") {
    SqliteFixture f;
    pool::ReceiptRecord r;
    r.id = id_at(t0);
    r.carrier = "acme";
    r.bind = 1;
    r.source = "1";
    r.destination = "2";
    r.message_id = "0A";
    r.text_id = "10";
    r.state = 2;
    r.word = "DELIVRD";
    r.error = "000";
    r.intermediate = true;
    r.readable = false;
    r.done_date = t0 - 1s;
    r.received_at = t0;
    r.octets = {'i', 'd'};
    auto other = r;
    other.id = r.id + 1;
    other.carrier = "other";
    const pool::TraceEntry first{5, t0, "delivery_refused", "bind=3"},
        second{5, t0 + 1s, "delivery_retried", ""};
    f.apply_all({pool::ReceiptAdded{r}, pool::ReceiptAdded{other}, pool::TraceAdded{first},
                 pool::TraceAdded{{6, t0, "x", ""}}, pool::TraceAdded{second}});
    CHECK(f.history->receipts("", 0, 10) == std::vector{other, r});
    CHECK(f.history->receipts("acme", 0, 10) == std::vector{r});
    CHECK(f.history->receipts("", other.id, 10) == std::vector{r});
    CHECK(f.history->trace(5) == std::vector{first, second});
    CHECK(load(*f.store).last == other.id);
}

TEST_CASE("sqlite: a group that cannot be recorded whole is not recorded at all") {
    SqliteFixture f;
    const auto one = waiting_message(1), two = waiting_message(2);
    f.apply_all({pool::MessageAdded{one}});
    // The same id again would wipe out what was acknowledged.
    CHECK(apply(*f.store, {pool::MessageAdded{two}, pool::MessageAdded{one}}) == Errc::broken);
    f.restart();
    CHECK(f.history->message(1, true) == one);
    CHECK_FALSE(f.history->message(2, true));
}

}  // namespace smppd::store
