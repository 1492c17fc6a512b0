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
        {pool::AccountPut{account, {}}}};
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

        Loaded one = load(*file), other = load(memory);
        CHECK(one.platforms == other.platforms);
        CHECK(one.accounts == other.accounts);
        CHECK(one.numbers == other.numbers);
        CHECK(one.sessions == other.sessions);
        CHECK(one.parts == other.parts);
        CHECK(one.duplicates == other.duplicates);
        CHECK(one.last == other.last);
        CHECK(other.salted != 0);

        History& memories = memory.history();
        for (const bool text : {false, true}) {
            CHECK(history->messages({}, 0, 9, text) == memories.messages({}, 0, 9, text));
            CHECK(history->messages_after({.platform = 1}, 0, 9, text) ==
                  memories.messages_after({.platform = 1}, 0, 9, text));
            CHECK(history->message(id_at(t0), text) == memories.message(id_at(t0), text));
        }
        CHECK(history->waiting_counts() == memories.waiting_counts());
        for (const pool::PlatformId platform : {1, 2, 3})
            CHECK(history->waiting(platform, 0, 9) == memories.waiting(platform, 0, 9));
        CHECK(history->parts(id_at(t0)) == memories.parts(id_at(t0)));
        CHECK(history->trace(id_at(t0 + 1s)) == memories.trace(id_at(t0 + 1s)));
        CHECK(history->receipts("acme", 0, 9) == memories.receipts("acme", 0, 9));
        CHECK(history->session(id_at(t0 + 3s)) == memories.session(id_at(t0 + 3s)));
    }
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

TEST_CASE("memory: reads run and hand their result back") {
    MemoryStore store;
    store.commit({pool::MessageAdded{waiting_message(1)}}, [](std::error_code) {});
    std::size_t found = 0;
    CHECK(store.read([&](History& history) -> std::function<void()> {
        return [&found, n = history.waiting(1, 0, 9).size()] { found = n; };
    }));
    CHECK(found == 1);
}

}  // namespace smppd::store
