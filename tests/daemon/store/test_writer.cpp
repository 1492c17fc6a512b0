// tests/daemon/store/test_writer.cpp - groups, order, limits and the end of the writer's thread.
#include "daemon/store/history_reader.hpp"
#include "daemon/store/writer.hpp"
#include "tests/daemon/store/network.hpp"
#include "tests/daemon/store/sample.hpp"
#include "tests/daemon/store/scripted_store.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

namespace smppd::store {

namespace {

struct Fixture {
    Script script;
    Network network;
    std::vector<std::error_code> broken;
    pool::Changes aged;
    std::unique_ptr<Writer> writer;

    explicit Fixture(WriterOptions options = {.maintain_every = 1h}) {
        writer = std::make_unique<Writer>(
            std::make_unique<ScriptedStore>(script), options,
            Writer::Hooks{.post = network.post(),
                          .broken = [this](std::error_code error) { broken.push_back(error); },
                          .aged =
                              [this](pool::Changes changes) {
                                  std::ranges::move(changes, std::back_inserter(aged));
                              },
                          .wall_now = [] { return t0; }});
    }
    /// One commit, and then waits until the store is in the middle of it.
    void block(std::function<void(std::error_code)> done) {
        int begun = 0;
        {
            const std::lock_guard lock(script.mutex);
            script.gate_open = false;
            begun = script.applying;
        }
        writer->commit({}, std::move(done));
        script.wait_for_apply(begun + 1);
    }
};

}  // namespace

TEST_CASE("writer: what queues up during a commit becomes one group, completed in order") {
    Fixture f;
    std::vector<int> order;
    f.block([&](std::error_code) { order.push_back(0); });
    for (int n = 1; n <= 100; ++n)
        f.writer->commit({pool::TraceAdded{}}, [&order, n](std::error_code error) {
            CHECK_FALSE(error);
            order.push_back(n);
        });
    CHECK(f.writer->stats().queued == 100);
    f.script.open_gate();
    f.network.run_until([&] { return order.size() == 101; });
    std::vector<int> expected(101);
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(order == expected);
    CHECK(f.script.groups == std::vector<std::size_t>{1, 100});
    const WriterStats stats = f.writer->stats();
    CHECK(stats.groups == 2);
    CHECK(stats.commits == 101);
    CHECK(stats.changes == 100);
    CHECK(stats.errors == 0);
    CHECK(stats.queued == 0);
}

TEST_CASE("writer: a group has a limit, and so has the queue") {
    Fixture f({.queue_max = 5, .group_max = 2, .maintain_every = 1h});
    int good = 0;
    std::vector<std::error_code> refused;
    f.block([&](std::error_code) { ++good; });
    for (int n = 0; n < 5; ++n) f.writer->commit({}, [&](std::error_code) { ++good; });
    f.writer->commit({}, [&](std::error_code error) { refused.push_back(error); });
    CHECK(refused == std::vector<std::error_code>{Errc::busy});
    f.script.open_gate();
    f.network.run_until([&] { return good == 6; });
    CHECK(f.script.groups == std::vector<std::size_t>{1, 2, 2, 1});
}

TEST_CASE("writer: a group's limit counts changes, and a commit stays whole") {
    Fixture f({.group_max = 4, .maintain_every = 1h});
    int good = 0;
    f.block([&](std::error_code) { ++good; });
    const auto commit = [&](std::size_t changes) {
        f.writer->commit(pool::Changes(changes, pool::TraceAdded{}),
                         [&](std::error_code) { ++good; });
    };
    for (const std::size_t changes : {3, 1, 3, 9, 1}) commit(changes);
    f.script.open_gate();
    f.network.run_until([&] { return good == 6; });
    CHECK(f.script.groups == std::vector<std::size_t>{1, 2, 2, 1});
}

TEST_CASE("writer: a full disk fails the whole group, and the next may be good") {
    Fixture f;
    f.script.answers = {Errc::full};
    std::vector<std::error_code> said;
    const auto note = [&](std::error_code error) { said.push_back(error); };
    f.writer->commit({}, note);
    f.network.run_until([&] { return said.size() == 1; });
    CHECK(f.writer->stats().full);
    f.writer->commit({}, note);
    f.network.run_until([&] { return said.size() == 2; });
    CHECK(said == std::vector<std::error_code>{Errc::full, {}});
    CHECK_FALSE(f.writer->stats().full);
    CHECK(f.writer->stats().errors == 1);
    CHECK(f.broken.empty());
}

TEST_CASE("writer: on a full disk what finishes older work is recorded without its neighbours") {
    Fixture f;
    f.script.answers = {{}, Errc::full};
    std::vector<std::pair<int, bool>> said;
    const auto note = [&](int n) {
        return [&said, n](std::error_code error) { said.emplace_back(n, !error); };
    };
    const auto message = waiting_message(5);
    f.block(note(0));
    f.writer->commit({pool::MessageAdded{message}}, note(1));
    f.writer->commit({settled(message, t0)}, note(2));
    f.writer->commit({pool::MessageAdded{message}, settled(message, t0)}, note(3));
    f.writer->commit({pool::PartsClosed{7, t0}, pool::TraceAdded{}}, note(4));
    f.script.open_gate();
    f.network.run_until([&] { return said.size() == 5; });
    CHECK(said == std::vector<std::pair<int, bool>>{
                      {0, true}, {2, true}, {4, true}, {3, false}, {1, false}});
    CHECK(f.script.groups == std::vector<std::size_t>{1, 4, 2});
    CHECK(f.writer->stats().full);
    CHECK(f.writer->stats().commits == 3);
}

TEST_CASE("writer: a full disk that refuses that too fails them all, newest first") {
    for (const Errc second : {Errc::full, Errc::broken}) {
        Fixture f;
        f.script.answers = {{}, Errc::full, second};
        std::vector<int> said;
        const auto note = [&](int n) {
            return [&said, n](std::error_code error) { said.push_back(error ? -n : n); };
        };
        f.block(note(1));
        f.writer->commit({pool::TraceAdded{}}, note(2));
        f.writer->commit({pool::MessageAdded{waiting_message(5)}}, note(3));
        f.script.open_gate();
        const bool broken = second == Errc::broken;
        f.network.run_until([&] { return said.size() == 3 || !f.broken.empty(); });
        CHECK(said == (broken ? std::vector{1} : std::vector{1, -3, -2}));
        CHECK(f.broken.size() == (broken ? 1 : 0));
    }
}

TEST_CASE("writer: after broken nothing is completed, and it is told once") {
    Fixture f;
    f.script.answers = {Errc::broken};
    bool called = false;
    f.block([&](std::error_code) { called = true; });
    f.writer->commit({}, [&](std::error_code) { called = true; });
    f.script.open_gate();
    f.network.run_until([&] { return !f.broken.empty(); });
    f.writer->commit({}, [&](std::error_code) { called = true; });
    f.writer->backup("copy", nullptr, [&](std::error_code) { called = true; });
    f.writer.reset();
    f.network.run_posted();
    CHECK_FALSE(called);
    CHECK(f.broken == std::vector<std::error_code>{Errc::broken});
    CHECK(f.script.groups.size() == 1);
}

TEST_CASE("writer: what the callers gave is destroyed on their thread") {
    Fixture f;
    f.script.answers = {{}, Errc::broken};
    const auto here = std::this_thread::get_id();
    std::vector<std::thread::id> destroyed;
    const auto witness = [&] {
        return std::shared_ptr<int>(new int, [&](const int* p) {
            destroyed.push_back(std::this_thread::get_id());
            delete p;
        });
    };
    int good = 0;
    f.writer->commit({}, [held = witness(), &good](std::error_code) { ++good; });
    f.network.run_until([&] { return good == 1; });
    f.writer->commit({}, [held = witness()](std::error_code) {});
    f.network.run_until([&] { return !f.broken.empty(); });
    f.writer.reset();
    f.network.run_posted();
    CHECK(destroyed == std::vector{here, here});
}

TEST_CASE("writer: its end commits what is queued") {
    Fixture f({.group_max = 10, .maintain_every = 1h});
    int good = 0;
    f.block([&](std::error_code) { ++good; });
    for (int n = 0; n < 25; ++n) f.writer->commit({}, [&](std::error_code) { ++good; });
    f.script.open_gate();
    f.writer.reset();
    f.network.run_posted();
    CHECK(good == 26);
}

TEST_CASE("writer: maintenance goes on while nothing is committed, and tells what it aged") {
    Fixture f({.maintain_every = 1ms});
    f.script.wait_for_maintain(3);
    f.writer.reset();
    f.network.run_posted();
    CHECK(f.aged.empty());

    Script script;
    script.expires = true;
    pool::Changes aged;
    Network network;
    {
        Writer writer(std::make_unique<ScriptedStore>(script), {.maintain_every = 1ms},
                      {.post = network.post(),
                       .broken = [](std::error_code) {},
                       .aged = [&](pool::Changes changes) { aged = std::move(changes); },
                       .wall_now = [] { return t0; }});
        network.run_until([&] { return !aged.empty(); });
    }
    const auto& expired = std::get<pool::MessageSettled>(aged.at(0));
    CHECK(expired.id == 5);
    CHECK(expired.at == t0);
}

TEST_CASE("writer: maintenance that breaks ends it, a full disk does not") {
    for (const Errc answer : {Errc::full, Errc::broken}) {
        Script script;
        script.maintain_answer = answer;
        Network network;
        int broken = 0, good = 0;
        Writer writer(std::make_unique<ScriptedStore>(script), {.maintain_every = 1ms},
                      {.post = network.post(),
                       .broken = [&](std::error_code) { ++broken; },
                       .aged = {},
                       .wall_now = [] { return t0; }});
        script.wait_for_maintain(1);
        if (answer == Errc::broken) network.run_until([&] { return broken == 1; });
        writer.commit({}, [&](std::error_code) { ++good; });
        if (answer == Errc::full) network.run_until([&] { return good == 1; });
        CHECK(broken == (answer == Errc::broken ? 1 : 0));
        CHECK(good == (answer == Errc::broken ? 0 : 1));
    }
}

TEST_CASE("writer: between groups the store has its turn; what breaks there ends it") {
    for (const auto answer : {std::error_code{}, make_error_code(Errc::broken)}) {
        Script script;
        script.between_answer = answer;
        Network network;
        int broken = 0, good = 0;
        {
            Writer writer(std::make_unique<ScriptedStore>(script), {.maintain_every = 1h},
                          {.post = network.post(),
                           .broken = [&](std::error_code) { ++broken; },
                           .aged = {},
                           .wall_now = [] { return t0; }});
            // The group is answered whatever comes after it.
            writer.commit({}, [&](std::error_code error) { good += error ? 0 : 1; });
            network.run_until([&] { return good == 1; });
            if (answer) network.run_until([&] { return broken == 1; });
            writer.commit({}, [&](std::error_code) { ++good; });
            if (!answer) network.run_until([&] { return good == 2; });
        }
        CHECK(script.between == (answer ? 1 : 2));
        CHECK(broken == (answer ? 1 : 0));
        CHECK(good == (answer ? 1 : 2));
    }
}

TEST_CASE("writer: a backup goes in slices between the groups, one at a time") {
    Fixture f;
    std::vector<std::uint64_t> pages;
    std::vector<std::error_code> ended, second;
    f.block([](std::error_code) {});
    f.writer->backup(
        "copy", [&](Backup::Progress progress) { pages.push_back(progress.pages_done); },
        [&](std::error_code error) { ended.push_back(error); });
    f.writer->backup("other", nullptr, [&](std::error_code error) { second.push_back(error); });
    f.script.open_gate();
    f.network.run_until([&] { return !ended.empty() && !second.empty(); });
    CHECK(pages == std::vector<std::uint64_t>{500, 1'000, 1'500});
    CHECK(ended == std::vector<std::error_code>{{}});
    CHECK(second == std::vector<std::error_code>{Errc::busy});

    // The next one may begin, and says what is wrong with it.
    f.writer->backup("", nullptr, [&](std::error_code error) { second.push_back(error); });
    f.network.run_until([&] { return second.size() == 2; });
    CHECK(second[1] == std::errc::file_exists);
}

TEST_CASE("writer: a backup that is not done at the end is called off") {
    Fixture f;
    f.script.backup_slices = -1;  // without end
    std::vector<std::error_code> ended;
    int reported = 0;
    f.writer->backup(
        "copy", [&](Backup::Progress) { ++reported; },
        [&](std::error_code error) { ended.push_back(error); });
    f.network.run_until([&] { return reported > 2; });
    f.writer.reset();
    f.network.run_posted();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0] == std::errc::operation_canceled);
}

TEST_CASE("writer: on a file, commits are there when they are completed, also for a reader") {
    const TemporaryDirectory directory;
    auto store = open_sqlite(small(directory / "store"), test_seal());
    Network network;
    HistoryReader reader(store->history(), 10, network.post());
    std::vector<std::error_code> copied;
    {
        Writer writer(std::move(store), {.maintain_every = 1ms},
                      {.post = network.post(),
                       .broken = [](std::error_code) { FAIL("broken"); },
                       .aged = [](pool::Changes) {},
                       .wall_now = [] { return t0; }});
        std::size_t good = 0, seen = 0;
        for (pool::Id n = 0; n < 2'000; ++n)
            writer.commit({pool::MessageAdded{waiting_message(id_at(t0, n))}},
                          [&](std::error_code error) { good += !error; });
        writer.backup(directory / "copy", nullptr,
                      [&](std::error_code error) { copied.push_back(error); });
        network.run_until([&] { return good == 2'000 && copied.size() == 1; });
        REQUIRE(reader.read([&](History& history) -> std::function<void()> {
            return [&seen, n = history.waiting(1, 0, 9'999).messages.size()] { seen = n; };
        }));
        network.run_until([&] { return seen != 0; });
        CHECK(seen == 2'000);
        CHECK_FALSE(copied[0]);
    }
    const auto copy = open_sqlite(small(directory / "copy"), test_seal());
    CHECK(copy->history()->errors() == 0);
}

}  // namespace smppd::store
