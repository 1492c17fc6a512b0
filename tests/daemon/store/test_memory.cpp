// tests/daemon/store/test_memory.cpp - the store in memory answers as the one in a file.
#include "daemon/store/memory.hpp"
#include "tests/daemon/store/sample.hpp"

#include <doctest/doctest.h>

namespace smppd::store {

namespace {

Loaded load(MemoryStore& store) {
    Loaded loaded;
    store.load(loaded);
    return loaded;
}

pool::Session swapping() {
    auto session = busy_session(id_at(t0 + 8s));
    session.number = 447700900101;
    return session;
}

pool::Session swapped() {
    auto session = swapping();
    session.number = 447700900103;
    return session;
}

pool::Session next_session() {
    auto session = busy_session(id_at(t0 + 9s));
    session.number = 447700900101;
    return session;
}

/// Some of everything.
std::vector<pool::Changes> script() {
    const pool::Id a = id_at(t0), b = id_at(t0 + 1s);
    const pool::Platform platform{.id = 1, .name = "shop", .created_at = t0};
    pool::SmppAccount account;
    account.system_id = "shop1";
    pool::Number number;
    number.number = 447700900101;
    auto assembled = waiting_message(a, 2);
    assembled.duplicate_key = 0;
    const auto plain = waiting_message(b, 1);
    pool::ReceiptRecord receipt;
    receipt.id = id_at(t0 + 2s);
    receipt.carrier = "acme";
    auto ended = sample_session(id_at(t0 + 3s), pool::SessionState::active);
    auto after = ended;
    after.state = pool::SessionState::released;
    after.ended_at = t0 + 4s;
    return {
        {pool::PlatformPut{{}, platform}, pool::AccountPut{{}, account}},
        {pool::NumberPut{{}, number}},
        {pool::PartAdded{sample_part(a, a, 1)}},
        {pool::PartAdded{sample_part(a + 1, a, 2)}, pool::PartAdded{sample_part(a + 2, a + 2, 1)}},
        {pool::PartAdded{sample_part(a + 3, a, 3)}, pool::MessageAdded{assembled},
         pool::PartsClosed{a, t0}},
        {pool::MessageAdded{plain}, pool::TraceAdded{{b, t0, "delivery_refused", "bind=1"}}},
        {pool::ReceiptAdded{receipt}, pool::SessionPut{{}, ended}},
        {settled(assembled, t0 + 1s), pool::SessionPut{ended, after}},
        {pool::AccountPut{account, {}}},
        {pool::WebhookPut{{}, sample_webhook(id_at(t0 + 5s))},
         pool::ApiKeyPut{{}, sample_api_key("aaaaaaaaaaaa")},
         pool::ApiKeyPut{{}, sample_api_key("bbbbbbbbbbbb")},
         pool::BrandUsePut{{}, pool::BrandUse{5, UINT64_MAX, t0}},
         pool::BrandUsePut{{}, pool::BrandUse{4, 7, t0}}},
        {pool::EventAdded{sample_event(id_at(t0 + 6s))},
         pool::DeliveryPut{sample_delivery(id_at(t0 + 6s), 2)},
         pool::DeliveryPut{sample_delivery(id_at(t0 + 6s), 1)}, sample_answer(id_at(t0 + 6s, 1))},
        {pool::EventAdded{sample_event(id_at(t0 + 7s), 78)},
         pool::DeliveryPut{sample_delivery(id_at(t0 + 7s), 1)},
         pool::DeliveryPut{sample_delivery(id_at(t0 + 6s), 1, pool::DeliveryState::dead)},
         pool::DeliveryPut{sample_delivery(id_at(t0 + 6s), 2, pool::DeliveryState::delivered)}},
        // A swap, and the number's next session.
        {pool::SessionPut{{}, swapping()}, pool::SessionPut{swapping(), swapped()}},
        {pool::SessionPut{{}, next_session()}},
        {pool::SessionHeard{next_session().id, {}, {3, next_session().arrived.codes}},
         pool::SessionHeard{id_at(t0 + 99s), {}, {1, {}}}},
        {pool::WebhookPut{sample_webhook(id_at(t0 + 5s)), {}},
         pool::ApiKeyPut{sample_api_key("aaaaaaaaaaaa"), {}},
         pool::BrandUsePut{pool::BrandUse{4, 7, t0}, {}}},
        {sample_answer(id_at(t0 + 6s + answers_window, 1))},
        {sample_answer(id_at(t0 + 6s + answers_window + 1ms, 1))}};
}

void check_events(History& one, History& other) {
    const std::vector<pool::Id> ids{id_at(t0 + 7s), 5, id_at(t0 + 6s)};
    CHECK(one.events(ids) == other.events(ids));
    for (const EventFilter& filter :
         {EventFilter{}, EventFilter{.platform = 3, .test = true}, EventFilter{.test = false},
          EventFilter{.session = 78}, EventFilter{.types = 1}, EventFilter{.types = 2}})
        for (const pool::Id after : {pool::Id{0}, id_at(t0 + 6s)})
            for (const std::size_t limit : {1, 9}) {
                const EventPage page = one.events_after(filter, after, limit, limit == 1),
                                same = other.events_after(filter, after, limit, limit == 1);
                CHECK(page.events == same.events);
                CHECK(page.more == same.more);
                CHECK(page.reached == same.reached);
            }
    using pool::DeliveryState;
    for (const std::optional<DeliveryState> state : {std::optional<DeliveryState>{},
                                                     {DeliveryState::waiting},
                                                     {DeliveryState::dead},
                                                     {DeliveryState::delivered}})
        for (const pool::Id webhook : {1, 2, 3})
            for (const pool::Id before : {pool::Id{0}, id_at(t0 + 7s)})
                CHECK(one.deliveries(webhook, state, before, 9) ==
                      other.deliveries(webhook, state, before, 9));
    CHECK(all_of(one.answer(id_at(t0 + 6s, 1))) == all_of(other.answer(id_at(t0 + 6s, 1))));
}

void check_sessions(History& one, History& other) {
    for (const pool::Id before : {pool::Id{0}, id_at(t0 + 8s), id_at(t0 + 9s)}) {
        for (const pool::PlatformId platform : {0, 1, 2}) {
            const SessionPage page = one.sessions_page({.platform = platform}, before, 9);
            const SessionPage same = other.sessions_page({.platform = platform}, before, 9);
            CHECK(page.sessions == same.sessions);
            CHECK(page.reached == same.reached);
            CHECK(page.more == same.more);
            for (const pool::Session& session : page.sessions)
                CHECK(one.session(session.token) == other.session(session.token));
            for (const pool::Session& session : page.sessions)
                CHECK(one.session_of_task(platform, session.task) ==
                      other.session_of_task(platform, session.task));
        }
        CHECK(one.sessions_of(447700900101, before, 9) ==
              other.sessions_of(447700900101, before, 9));
        CHECK(one.sessions_of(447700900101, before, 1) ==
              other.sessions_of(447700900101, before, 1));
    }
}

}  // namespace

TEST_CASE("memory: a restart and the history find the same as from a file, step by step") {
    const TemporaryDirectory directory;
    const auto file = open_sqlite(small(directory / "store"), test_seal());
    const auto history = file->history();
    MemoryStore memory;
    for (const pool::Changes& changes : script()) {
        REQUIRE_FALSE(apply(*file, changes));
        bool good = false;
        memory.commit(changes, [&](std::error_code error) { good = !error; });
        CHECK(good);

        Loaded one = load(*file, 99h), other = load(memory);
        CHECK(one.platforms == other.platforms);
        CHECK(one.accounts == other.accounts);
        CHECK(one.numbers == other.numbers);
        CHECK(one.sessions == other.sessions);
        CHECK(one.webhooks == other.webhooks);
        CHECK(one.api_keys == other.api_keys);
        CHECK(one.brand_uses == other.brand_uses);
        CHECK(one.parts == other.parts);
        CHECK(one.deliveries == other.deliveries);
        CHECK(one.answers == other.answers);
        CHECK(one.duplicates == other.duplicates);
        CHECK(one.last == other.last);
        CHECK(other.salted != 0);

        History& memories = memory.history();
        for (const bool text : {false, true}) {
            CHECK(history->messages({}, 0, 9, text) == memories.messages({}, 0, 9, text));
            for (const std::size_t limit : {1, 9}) {
                const MessagePage page = history->messages_after({.platform = 1}, 0, limit, text);
                const MessagePage same = memories.messages_after({.platform = 1}, 0, limit, text);
                CHECK(page.messages == same.messages);
                CHECK(page.reached == same.reached);
                CHECK(page.more == same.more);
            }
            CHECK(history->message(id_at(t0), text) == memories.message(id_at(t0), text));
        }
        CHECK(history->waiting_counts() == memories.waiting_counts());
        for (const pool::PlatformId platform : {1, 2, 3}) {
            const WaitingPage page = history->waiting(platform, 0, 9);
            const WaitingPage same = memories.waiting(platform, 0, 9);
            CHECK(page.messages == same.messages);
            CHECK(page.reached == same.reached);
            CHECK(page.more == same.more);
        }
        CHECK(history->parts(id_at(t0)) == memories.parts(id_at(t0)));
        CHECK(history->trace(id_at(t0 + 1s)) == memories.trace(id_at(t0 + 1s)));
        CHECK(history->receipts("acme", 0, 9) == memories.receipts("acme", 0, 9));
        CHECK(history->session(id_at(t0 + 3s)) == memories.session(id_at(t0 + 3s)));
        check_events(*history, memories);
        check_sessions(*history, memories);
    }
    CHECK(memory.history().sessions_of(447700900101, 0, 9).size() == 2);
    CHECK(load(memory).answers.size() == 2);
}

TEST_CASE("memory: what is held back completes in order on release") {
    MemoryStore store;
    std::vector<int> order;
    store.hold(true);
    for (pool::Id n = 1; n <= 3; ++n)
        store.commit({pool::MessageAdded{waiting_message(n)}},
                     [&, n](std::error_code) { order.push_back(static_cast<int>(n)); });
    CHECK(order.empty());
    CHECK_FALSE(store.history().message(1, false));
    store.release();
    CHECK(order == std::vector{1, 2, 3});
    CHECK(store.history().message(3, false));
    store.commit({}, [&](std::error_code) { order.push_back(4); });
    CHECK(order.size() == 3);  // still holding
    store.hold(false);
    store.release();
    CHECK(order.size() == 4);
}

TEST_CASE("memory: a commit made while another completes comes after it") {
    MemoryStore store;
    std::vector<int> order;
    store.commit({}, [&](std::error_code) {
        store.commit({}, [&](std::error_code) { order.push_back(2); });
        order.push_back(1);
    });
    CHECK(order == std::vector{1, 2});
}

TEST_CASE("memory: it fails as it is told, and heals") {
    MemoryStore store;
    std::vector<std::error_code> said;
    const auto commit = [&](pool::Id id) {
        store.commit({pool::MessageAdded{waiting_message(id)}},
                     [&](std::error_code error) { said.push_back(error); });
    };
    store.fail_with(Errc::full);
    commit(1);
    store.fail_with(Errc::busy);
    store.hold(true);
    commit(2);  // busy is said at once
    store.hold(false);
    store.fail_with({});
    commit(3);
    store.fail_with(Errc::broken);
    commit(4);  // nobody is told any more
    CHECK(said == std::vector<std::error_code>{Errc::full, Errc::busy, {}});
    CHECK_FALSE(store.history().message(1, false));
    CHECK_FALSE(store.history().message(2, false));
    CHECK(store.history().message(3, false));
    CHECK_FALSE(store.history().message(4, false));
}

TEST_CASE("memory: what waits is read up to a weight") {
    MemoryStore store;
    const auto one = waiting_message(1), two = waiting_message(2);
    store.commit({pool::MessageAdded{one}, pool::MessageAdded{two}}, [](std::error_code) {});
    History& history = store.history();
    CHECK(history.waiting(1, 0, 9, pool::weight(one)).messages == std::vector{one});
    CHECK(history.waiting(1, 0, 9, pool::weight(one) + 1).messages == std::vector{one, two});
}

TEST_CASE("memory: reads run and hand their result back") {
    MemoryStore store;
    store.commit({pool::MessageAdded{waiting_message(1)}}, [](std::error_code) {});
    std::size_t found = 0;
    CHECK(store.read([&](History& history) -> std::function<void()> {
        return [&found, n = history.waiting(1, 0, 9).messages.size()] { found = n; };
    }));
    CHECK(found == 1);
}

}  // namespace smppd::store
