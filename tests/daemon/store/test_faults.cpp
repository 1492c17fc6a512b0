// tests/daemon/store/test_faults.cpp - the store's word is true whatever the disk does.
#include "tests/daemon/store/sample.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace smppd::store {

namespace {

using test::FaultyVfs;

constexpr int script_length = 6;
constexpr pool::Id first = 1'000'000;

/// Group n of the script: a message, and from the second on the one before is settled.
pool::Changes group(int n) {
    pool::Changes changes{pool::MessageAdded{waiting_message(first + n)}};
    if (n > 0) changes.push_back(settled(waiting_message(first + n - 1), t0));
    return changes;
}

/// Whether all of group n is in the store; it must be all or nothing.
bool holds(History& history, int n) {
    const auto message = history.message(first + n, true);
    if (n > 0) {
        const auto before = history.message(first + n - 1, true);
        REQUIRE(before);
        CHECK((before->state == pool::MessageState::delivered) == message.has_value());
    }
    if (message) CHECK(message->text == waiting_message(first + n).text);
    return message.has_value();
}

/// What apply() said of each group. Closing checkpoints, so that may fail as well.
std::vector<std::error_code> run_script(const SqliteOptions& options) {
    std::vector<std::error_code> said;
    const auto store = open_sqlite(options, test_seal());
    for (int n = 0; n < script_length; ++n) {
        said.push_back(apply(*store, group(n)));
        if (said.back() == Errc::full) break;
    }
    return said;
}

void check_word(const SqliteOptions& options, const std::vector<std::error_code>& said) {
    const auto store = open_sqlite(options, test_seal());
    const auto history = store->history();
    bool stopped = false;
    for (std::size_t n = 0; n < said.size(); ++n) {
        if (stopped) {
            CHECK(said[n] == Errc::broken);  // broken sticks
            CHECK_FALSE(history->message(first + n, false));
        } else if (!said[n]) {
            CHECK(holds(*history, static_cast<int>(n)));
        } else if (said[n] == Errc::full) {
            CHECK_FALSE(holds(*history, static_cast<int>(n)));
        } else {
            // Not acknowledged; whole or not at all.
            CHECK(said[n] == Errc::broken);
            holds(*history, static_cast<int>(n));
            stopped = true;
        }
    }
    CHECK(history->errors() == 0);
}

/// Runs the script with the fault at every index, until one lies behind its end.
void at_every_index(void (FaultyVfs::*fault)(int), Errc expected) {
    int struck = 0;
    for (int n = 1;; ++n) {
        CAPTURE(n);
        FaultyVfs vfs;
        const TemporaryDirectory directory;
        const SqliteOptions options = small(directory / "store");
        open_sqlite(options, test_seal());
        (vfs.*fault)(n);
        std::vector<std::error_code> said;
        bool opened = true;
        try {
            said = run_script(options);
        } catch (const std::system_error& error) {
            opened = false;  // the fault hit the opening: nothing was promised
            CHECK(error.code() == expected);
        }
        const bool hit = vfs.struck();
        vfs.heal();
        if (opened && hit && static_cast<int>(said.size()) == script_length) {
            // Only closing may fail unnoticed, after the last group.
            const bool noticed =
                std::ranges::any_of(said, [](const std::error_code& error) { return !!error; });
            struck += noticed;
        }
        check_word(options, said);
        if (!hit) break;
    }
    if (expected == Errc::broken) CHECK(struck >= script_length);
}

}  // namespace

TEST_CASE("faults: a write that fails at any index breaks the store for good") {
    at_every_index(&FaultyVfs::fail_write, Errc::broken);
}

TEST_CASE("faults: an fsync that fails at any index breaks the store for good") {
    at_every_index(&FaultyVfs::fail_sync, Errc::broken);
}

TEST_CASE("faults: a full disk rolls the group back, and heals") {
    for (int n = 1;; ++n) {
        CAPTURE(n);
        FaultyVfs vfs;
        const TemporaryDirectory directory;
        const SqliteOptions options = small(directory / "store");
        const auto store = open_sqlite(options, test_seal());
        const auto history = store->history();
        vfs.fill_disk(n);
        int group_number = 0;
        std::error_code error;
        while (group_number < script_length && !error) error = apply(*store, group(group_number++));
        if (!vfs.struck()) break;
        CHECK(error == Errc::full);
        --group_number;
        CHECK_FALSE(holds(*history, group_number));
        CHECK(apply(*store, group(group_number)) == Errc::full);
        vfs.heal();
        for (; group_number < script_length; ++group_number) {
            CHECK_FALSE(apply(*store, group(group_number)));
            CHECK(holds(*history, group_number));
        }
    }
}

TEST_CASE("faults: a full disk takes events back with all that was to be recorded with them") {
    const auto changes = [](pool::Id id) {
        return pool::Changes{pool::NumberPut{{}, pool::Number{.number = id}},
                             pool::SessionPut{{}, busy_session(id)},
                             pool::WebhookPut{{}, sample_webhook(id)},
                             pool::ApiKeyPut{{}, sample_api_key(std::to_string(id))},
                             pool::BrandUsePut{{}, pool::BrandUse{id, id, t0}},
                             pool::EventAdded{sample_event(id)},
                             pool::DeliveryPut{sample_delivery(id, 5)},
                             sample_answer(id)};
    };
    const auto counts = [](const Loaded& loaded) {
        return std::vector{loaded.numbers.size(),    loaded.sessions.size(),
                           loaded.webhooks.size(),   loaded.api_keys.size(),
                           loaded.brand_uses.size(), loaded.deliveries.size(),
                           loaded.answers.size()};
    };
    bool ended = false;
    for (int n = 1; !ended; ++n) {
        CAPTURE(n);
        FaultyVfs vfs;
        const TemporaryDirectory directory;
        const auto store = open_sqlite(small(directory / "store"), test_seal());
        const auto history = store->history();
        REQUIRE_FALSE(apply(*store, changes(first)));
        vfs.fill_disk(n);
        const std::error_code error = apply(*store, changes(first + 1));
        ended = !vfs.struck();
        vfs.heal();
        CHECK(error == (ended ? std::error_code{} : Errc::full));
        const std::size_t there = ended ? 2 : 1;
        CHECK(counts(load(*store)) == std::vector<std::size_t>(7, there));
        CHECK(history->events_after({}, 0, 9, true).events.size() == there);
        if (!ended) CHECK_FALSE(apply(*store, changes(first + 1)));
        CHECK(history->events(std::vector{first + 1}) == std::vector{sample_event(first + 1)});
    }
}

TEST_CASE("faults: on a full disk the ballast lets queued work be settled, but nothing new in") {
    FaultyVfs vfs;
    const TemporaryDirectory directory;
    const SqliteOptions options = small(directory / "store");
    const std::string ballast = options.path + ".ballast";
    const auto store = open_sqlite(options, test_seal());
    const pool::Message one = waiting_message(first), two = waiting_message(first + 1);
    REQUIRE_FALSE(apply(*store, {pool::MessageAdded{one}}));
    CHECK(std::filesystem::file_size(ballast) == options.ballast_octets);

    vfs.fill_disk(1, ballast);
    CHECK(apply(*store, {pool::MessageAdded{two}, settled(one, t0)}) == Errc::full);
    CHECK(std::filesystem::exists(ballast));
    CHECK_FALSE(apply(*store, {settled(one, t0)}));
    CHECK_FALSE(std::filesystem::exists(ballast));
    const auto history = store->history();
    CHECK(history->message(one.id, false)->state == pool::MessageState::delivered);
    CHECK_FALSE(history->message(two.id, false));

    vfs.heal();
    pool::Changes aged;
    std::error_code error;
    store->maintain({}, t0, aged, error);
    CHECK_FALSE(error);
    CHECK(std::filesystem::exists(ballast));
}

TEST_CASE("faults: on a full disk deliveries come to their end, but none begins") {
    FaultyVfs vfs;
    const TemporaryDirectory directory;
    const SqliteOptions options = small(directory / "store");
    const std::string ballast = options.path + ".ballast";
    const auto store = open_sqlite(options, test_seal());
    const auto waiting = sample_delivery(1, 1);
    const auto dead = sample_delivery(1, 1, pool::DeliveryState::dead);
    REQUIRE_FALSE(apply(*store, {pool::DeliveryPut{waiting}}));
    vfs.fill_disk(1, ballast);
    CHECK(apply(*store, {pool::DeliveryPut{sample_delivery(2, 1)}}) == Errc::full);
    CHECK(std::filesystem::exists(ballast));
    CHECK_FALSE(apply(*store, {pool::DeliveryPut{dead}}));
    CHECK_FALSE(std::filesystem::exists(ballast));
    CHECK(store->history()->deliveries(1, {}, 0, 9) == std::vector{dead});
    vfs.heal();
}

TEST_CASE("faults: a broken store refuses without touching the file") {
    FaultyVfs vfs;
    const TemporaryDirectory directory;
    const auto store = open_sqlite(small(directory / "store"), test_seal());
    vfs.fail_sync(1);
    CHECK(apply(*store, group(0)) == Errc::broken);
    vfs.heal();
    CHECK(apply(*store, group(0)) == Errc::broken);
    pool::Changes aged;
    std::error_code error;
    CHECK_FALSE(store->maintain({}, t0, aged, error));
    CHECK(error == Errc::broken);
    CHECK(store->backup(directory / "copy", error) == nullptr);
    CHECK(error == Errc::broken);
    CHECK(vfs.writes() == 0);
    CHECK(vfs.syncs() == 0);
}

TEST_CASE("faults: a checkpoint that fails breaks the store, a full disk only delays it") {
    for (const auto& [full, maintained] :
         {std::pair{true, true}, {true, false}, {false, true}, {false, false}}) {
        FaultyVfs vfs;
        const TemporaryDirectory directory;
        const auto store = open_sqlite(small(directory / "store"), test_seal());
        pool::Changes large;
        for (pool::Id n = 0; n < 100; ++n) {
            pool::Message message = waiting_message(first + n);
            message.octets.resize(100'000);
            large.push_back(pool::MessageAdded{std::move(message)});
        }
        REQUIRE_FALSE(apply(*store, std::move(large)));
        pool::Changes aged;
        std::error_code error;
        full ? vfs.fill_disk(1) : vfs.fail_sync(1);
        if (maintained)
            store->maintain({.waiting = 0s}, t0, aged, error);
        else
            error = store->between_groups();
        CHECK(vfs.struck());
        vfs.heal();
        if (full) {
            CHECK_FALSE(error);
            CHECK_FALSE(apply(*store, {pool::MessageAdded{waiting_message(first + 100)}}));
        } else {
            CHECK(error == Errc::broken);
            CHECK(apply(*store, {pool::MessageAdded{waiting_message(first + 100)}}) ==
                  Errc::broken);
        }
    }
}

TEST_CASE("faults: every group is synced before it is promised") {
    FaultyVfs vfs;
    const TemporaryDirectory directory;
    SqliteOptions options = small(directory / "store");
    for (const bool off : {false, true}) {
        options.synchronous_off = off;
        const auto store = open_sqlite(options, test_seal());
        vfs.heal();
        REQUIRE_FALSE(apply(*store, {pool::MessageAdded{waiting_message(first + off)}}));
        CHECK((vfs.syncs() == 0) == off);
    }
}

TEST_CASE("faults: what was promised is there after the process died without closing") {
    const TemporaryDirectory directory;
    const SqliteOptions options = small(directory / "store");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto store = open_sqlite(options, test_seal());
        bool good = true;
        for (int n = 0; n < script_length; ++n) good = good && !apply(*store, group(n));
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    check_word(options, std::vector<std::error_code>(script_length));
}

}  // namespace smppd::store
