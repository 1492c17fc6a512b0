// tests/daemon/store/test_rows_events.cpp - events, deliveries, webhooks, API keys, answers and
// sessions by number: what is recorded is found again.
#include "daemon/store/connection.hpp"
#include "daemon/store/reader.hpp"
#include "tests/daemon/store/sqlite_fixture.hpp"

#include <doctest/doctest.h>

namespace smppd::store {

namespace {

std::vector<pool::Id> ids_of(const std::vector<pool::Session>& sessions) {
    std::vector<pool::Id> all;
    for (const auto& session : sessions) all.push_back(session.id);
    return all;
}

std::vector<pool::Id> ids_of(const EventPage& page) {
    std::vector<pool::Id> all;
    for (const auto& event : page.events) all.push_back(event.id);
    return all;
}

using Ids = std::vector<pool::Id>;

}  // namespace

TEST_CASE("sqlite: webhooks, API keys and brand uses survive a restart, are replaced and removed") {
    SqliteFixture f;
    const auto webhook = sample_webhook(id_at(t0));
    pool::Webhook bare;
    bare.id = id_at(t0, 1);
    const auto key = sample_api_key("aaaaaaaaaaaa");
    pool::ApiKey plain;
    plain.id = "bbbbbbbbbbbb";
    const pool::BrandUse use{447700900101, UINT64_MAX, t0}, other{447700900101, 1, t0 + 1s};
    f.apply_all({pool::WebhookPut{{}, webhook}, pool::WebhookPut{{}, bare},
                 pool::ApiKeyPut{{}, key}, pool::ApiKeyPut{{}, plain}, pool::BrandUsePut{{}, use},
                 pool::BrandUsePut{{}, other}});
    f.restart();
    Loaded loaded = load(*f.store);
    CHECK(loaded.webhooks == std::vector{webhook, bare});
    CHECK(loaded.api_keys == std::vector{key, plain});
    CHECK(loaded.brand_uses == std::vector{use, other});
    CHECK(loaded.last == bare.id);

    auto enabled = webhook;
    enabled.disabled = false;
    enabled.events.clear();
    auto revoked = plain;
    revoked.revoked_at = t0;
    auto again = use;
    again.last_at = t0 + 5s;
    f.apply_all({pool::WebhookPut{webhook, enabled}, pool::WebhookPut{bare, {}},
                 pool::ApiKeyPut{plain, revoked}, pool::ApiKeyPut{key, {}},
                 pool::BrandUsePut{use, again}, pool::BrandUsePut{other, {}}});
    loaded = load(*f.store);
    CHECK(loaded.webhooks == std::vector{enabled});
    CHECK(loaded.api_keys == std::vector{revoked});
    CHECK(loaded.brand_uses == std::vector{again});
}

TEST_CASE("sqlite: what a session heard replaces its count and codes, and nothing else") {
    SqliteFixture f;
    auto session = sample_session(id_at(t0), pool::SessionState::active);
    f.apply_all({pool::SessionPut{{}, session}});
    pool::SessionArrivals more = session.arrived;
    ++more.messages;
    f.apply_all({pool::SessionHeard{session.id, session.arrived, more}});
    session.arrived = more;
    CHECK(load(*f.store).sessions == std::vector{session});

    more.codes.push_back({.message = id_at(t0, 9), .at = t0 + 9s, .code = "A1B2"});
    f.apply_all({pool::SessionHeard{session.id, session.arrived, more},
                 pool::SessionHeard{id_at(t0, 77), {}, more}});  // one that is not there
    session.arrived = more;
    CHECK(load(*f.store).sessions == std::vector{session});
}

TEST_CASE("sqlite: an event comes back whole, or without text, code and link") {
    SqliteFixture f;
    const auto event = sample_event(id_at(t0));
    pool::Event empty;
    empty.id = id_at(t0, 1);
    f.apply_all({pool::EventAdded{event}, pool::EventAdded{empty}});
    f.restart();
    CHECK(f.history->events(Ids{empty.id, 5, event.id}) == std::vector{empty, event});
    CHECK(f.history->events_after({}, 0, 9, true).events == std::vector{event, empty});
    auto silent = event;
    silent.text.clear();
    silent.code.clear();
    silent.link.clear();
    CHECK(f.history->events_after({}, 0, 9, false).events == std::vector{silent, empty});
    CHECK(load(*f.store).last == empty.id);
}

TEST_CASE("sqlite: events are followed by every field of the filter") {
    SqliteFixture f;
    const auto session = sample_session(id_at(t0), pool::SessionState::released);
    pool::Event one, two, three;
    one.id = id_at(t0 + 1s);
    one.platform = 1;
    one.session = session.id;
    two.id = id_at(t0 + 2s);
    two.platform = 2;
    two.type = pool::EventType::webhook_disabled;
    three.id = id_at(t0 + 3s);
    three.platform = 1;
    three.test = true;
    three.type = pool::EventType::code_received;
    f.apply_all({pool::SessionPut{{}, session}, pool::EventAdded{one}, pool::EventAdded{two},
                 pool::EventAdded{three}});
    const auto follow = [&](const EventFilter& filter) {
        return ids_of(f.history->events_after(filter, 0, 9, false));
    };
    CHECK(follow({}) == Ids{one.id, two.id, three.id});
    CHECK(follow({.platform = 1}) == Ids{one.id, three.id});
    CHECK(follow({.session = session.id}) == Ids{one.id});
    CHECK(follow({.session = three.id}) == Ids{});
    CHECK(follow({.test = true}) == Ids{three.id});
    CHECK(follow({.test = false}) == Ids{one.id, two.id});
    CHECK(follow({.types = 1U << 21}) == Ids{two.id});
    CHECK(follow({.types = 1U << 0 | 1U << 1}) == Ids{one.id, three.id});

    EventPage page = f.history->events_after({}, 0, 2, false);
    CHECK(ids_of(page) == Ids{one.id, two.id});
    CHECK(page.reached == two.id);
    CHECK(page.more);
    page = f.history->events_after({}, two.id, 1, false);
    CHECK(ids_of(page) == Ids{three.id});
    CHECK_FALSE(page.more);
    // What does not match was looked at all the same.
    page = f.history->events_after({.platform = 2}, 0, 9, false);
    CHECK(page.reached == three.id);
    page = f.history->events_after({}, three.id, 9, false);
    CHECK(page.events.empty());
    CHECK(page.reached == three.id);
}

TEST_CASE("sqlite: one look along the events is bounded, and the next goes on behind it") {
    SqliteFixture f;
    constexpr pool::Id many = Reader::rows_visited_max;
    f.history.reset();
    f.store.reset();
    Connection(f.options.path, Connection::Mode::writer)
        .execute(
            "INSERT INTO event WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1"
            " FROM n LIMIT 200000) SELECT id, 0, 2, 0, 0, 0, 0, x'' FROM n");
    f.restart();
    auto event = sample_event(many + 1);
    f.apply_all({pool::EventAdded{event}});
    EventPage page = f.history->events_after({.platform = 3}, 0, 9, true);
    CHECK(page.events.empty());
    CHECK(page.reached == many);
    CHECK(page.more);
    page = f.history->events_after({.platform = 3}, page.reached, 9, true);
    CHECK(page.events == std::vector{event});
    CHECK_FALSE(page.more);
    page = f.history->events_after({.platform = 3}, 1, 9, true);
    CHECK(page.events == std::vector{event});
    CHECK(f.history->errors() == 0);
}

TEST_CASE("sqlite: deliveries are replaced, waiting ones loaded, all listed by webhook and state") {
    using pool::DeliveryState;
    SqliteFixture f;
    const auto waiting = sample_delivery(11, 2), first = sample_delivery(12, 1),
               dead = sample_delivery(12, 2, DeliveryState::dead),
               done = sample_delivery(13, 2, DeliveryState::delivered);
    f.apply_all({pool::DeliveryPut{sample_delivery(13, 2)}, pool::DeliveryPut{first},
                 pool::DeliveryPut{waiting}, pool::DeliveryPut{dead}});
    f.apply_all({pool::DeliveryPut{done}});
    f.restart();
    CHECK(load(*f.store).deliveries == std::vector{waiting, first});
    using Deliveries = std::vector<pool::Delivery>;
    CHECK(f.history->deliveries(2, {}, 0, 9) == Deliveries{done, dead, waiting});
    CHECK(f.history->deliveries(2, {}, 13, 1) == Deliveries{dead});
    CHECK(f.history->deliveries(2, DeliveryState::waiting, 0, 9) == Deliveries{waiting});
    CHECK(f.history->deliveries(2, DeliveryState::waiting, 11, 9) == Deliveries{});
    CHECK(f.history->deliveries(2, DeliveryState::dead, 0, 9) == Deliveries{dead});
    CHECK(f.history->deliveries(2, DeliveryState::delivered, 0, 9) == Deliveries{done});
    CHECK(f.history->deliveries(2, DeliveryState::cancelled, 0, 9) == Deliveries{});

    // Replayed: it waits again.
    f.apply_all({pool::DeliveryPut{sample_delivery(12, 2)}});
    CHECK(f.history->deliveries(2, DeliveryState::dead, 0, 9) == Deliveries{});
    CHECK(load(*f.store).deliveries.size() == 3);
}

TEST_CASE("sqlite: answers come back, and those of a day are loaded") {
    SqliteFixture f;
    const auto old = sample_answer(id_at(t0) - 1), edge = sample_answer(id_at(t0)),
               last = sample_answer(id_at(t0 + 24h));
    f.apply_all({last, old, edge});
    f.restart();
    CHECK(all_of(f.history->answer(edge.id)) == all_of(edge));
    CHECK_FALSE(f.history->answer(edge.id + 1));
    const Loaded loaded = load(*f.store);
    REQUIRE(loaded.answers.size() == 2);
    CHECK(loaded.answers[0] == std::tuple(edge.key, edge.request, edge.id, edge.at));
    CHECK(loaded.answers[1] == std::tuple(last.key, last.request, last.id, last.at));
    CHECK(loaded.last == last.id);
}

TEST_CASE("sqlite: sessions are listed newest first, of one platform or of all") {
    SqliteFixture f;
    auto one = busy_session(1), two = sample_session(2, pool::SessionState::failed),
         three = busy_session(3);
    two.platform = 2;
    f.apply_all(
        {pool::SessionPut{{}, one}, pool::SessionPut{{}, two}, pool::SessionPut{{}, three}});
    const auto page = [&](const SessionFilter& filter, pool::Id before, std::size_t limit) {
        return f.history->sessions_page(filter, before, limit);
    };
    CHECK(page({}, 0, 9).sessions == std::vector{three, two, one});
    CHECK(page({.platform = 1}, 0, 9).sessions == std::vector{three, one});
    CHECK(page({.state = pool::SessionState::failed}, 0, 9).sessions == std::vector{two});
    CHECK(page({.test = !one.test}, 0, 9).sessions == std::vector{two});
    CHECK(page({.reference = one.reference}, 2, 9).sessions == std::vector{one});
    CHECK(page({.reference = "another"}, 0, 9).sessions.empty());
    CHECK(page({.platform = 2}, 2, 9).sessions.empty());
    const SessionPage first = page({}, 3, 1);
    CHECK(first.sessions == std::vector{two});
    CHECK(first.reached == 2);
    CHECK(first.more);
    CHECK_FALSE(page({}, 2, 9).more);
}

TEST_CASE("sqlite: the newest session of a task is found, by an index") {
    SqliteFixture f;
    auto one = busy_session(1), two = busy_session(2), other = busy_session(3),
         none = busy_session(4);
    one.task = two.task = other.task = "tasks/17";
    other.platform = 2;
    none.task.clear();
    for (const auto& session : {one, two, other, none})
        f.apply_all({pool::SessionPut{{}, session}});
    CHECK(f.history->session_of_task(1, "tasks/17") == two);
    CHECK(f.history->session_of_task(2, "tasks/17") == other);
    CHECK_FALSE(f.history->session_of_task(1, "tasks/18"));
    CHECK_FALSE(f.history->session_of_task(1, ""));
    Connection db(f.options.path, Connection::Mode::reader);
    Statement plan(db,
                   "EXPLAIN QUERY PLAN SELECT id FROM session WHERE task <> '' AND platform = 1"
                   " AND task = 'x' ORDER BY id DESC LIMIT 1");
    REQUIRE(plan.step());
    std::int64_t number = 0;
    std::string words;
    plan.read(number, number, number, words);
    CHECK(words.find("session_task") != std::string::npos);
}

TEST_CASE("sqlite: a session is found by its public name") {
    SqliteFixture f;
    auto one = busy_session(id_at(t0)), same_time = busy_session(id_at(t0) + 1),
         later = busy_session(id_at(t0 + 1ms));
    one.token = pool::make_token(t0, {1});
    same_time.token = pool::make_token(t0, {2});
    later.token = pool::make_token(t0 + 1ms, {3});
    f.apply_all(
        {pool::SessionPut{{}, one}, pool::SessionPut{{}, same_time}, pool::SessionPut{{}, later}});
    for (const pool::Session& session : {one, same_time, later})
        CHECK(f.history->session(session.token) == session);
    CHECK_FALSE(f.history->session(pool::make_token(t0, {4})));
    CHECK_FALSE(f.history->session(pool::make_token(t0 + 2ms, {1})));
}

TEST_CASE("sqlite: a number's sessions are found, also those that swapped it for another") {
    SqliteFixture f;
    pool::Number a, b;
    a.number = 447700900101;
    b.number = 447700900102;
    const auto with = [](pool::Id id, pool::E164 number) {
        auto session = busy_session(id);
        session.number = number;
        return session;
    };
    f.apply_all(
        {pool::NumberPut{{}, a}, pool::NumberPut{{}, b}, pool::SessionPut{{}, with(1, a.number)}});
    f.apply_all({pool::SessionPut{{}, with(2, b.number)}});
    // The number's own record is put with every lease; that keeps the chain.
    f.apply_all({pool::SessionPut{with(1, a.number), with(1, b.number)}, pool::NumberPut{a, a},
                 pool::NumberPut{b, b}});
    f.apply_all({pool::SessionPut{{}, with(3, a.number)}});
    f.restart();
    CHECK(ids_of(f.history->sessions_of(a.number, 0, 9)) == Ids{3, 1});
    CHECK(ids_of(f.history->sessions_of(b.number, 0, 9)) == Ids{1, 2});
    CHECK(ids_of(f.history->sessions_of(b.number, 0, 1)) == Ids{1});
    CHECK(ids_of(f.history->sessions_of(b.number, 1, 9)) == Ids{2});
    CHECK(ids_of(f.history->sessions_of(b.number, 2, 9)) == Ids{});
    CHECK(ids_of(f.history->sessions_of(15005550006, 0, 9)) == Ids{});
    CHECK(f.history->sessions_of(a.number, 0, 9).at(1) == with(1, b.number));

    // Back to a number that it had, and put again: each is told once.
    f.apply_all({pool::SessionPut{with(1, b.number), with(1, a.number)},
                 pool::SessionPut{with(1, a.number), with(1, a.number)}});
    CHECK(ids_of(f.history->sessions_of(a.number, 0, 9)) == Ids{3, 1});
    // A session that is removed does not end the chain.
    f.apply_all({pool::SessionPut{with(3, a.number), {}}});
    CHECK(ids_of(f.history->sessions_of(a.number, 0, 9)) == Ids{1});
}

}  // namespace smppd::store
