// tests/daemon/store/test_sqlite_file.cpp - opening, migrating and copying the file, and what is to
// be read in it.
#include "daemon/store/reader.hpp"
#include "daemon/store/schema.hpp"
#include "tests/daemon/store/sqlite_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace smppd::store {

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("sqlite: the file and its companions are private") {
    SqliteFixture f;
    f.apply_all({pool::MessageAdded{waiting_message(1)}});
    for (const char* ending : {"", "-wal", "-shm", ".lock", ".ballast"}) {
        CAPTURE(ending);
        struct stat status {};
        REQUIRE(::stat((f.options.path + ending).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("sqlite: no text stands in the files in clear") {
    SqliteFixture f;
    auto message = waiting_message(1);
    message.text = "your code 493817";
    message.octets = {'4', '9', '3', '8', '1', '7', '-', 'r', 'a', 'w'};
    auto part = sample_part(2, 2, 1);
    part.data = message.octets;
    f.apply_all({pool::MessageAdded{message}, pool::PartAdded{part}});
    const std::string wal = content(f.options.path + "-wal");
    CHECK(wal.find("447700900101") != std::string::npos);
    CHECK(wal.find("493817") == std::string::npos);
    f.history.reset();
    f.store.reset();
    CHECK(content(f.options.path).find("493817") == std::string::npos);
}

TEST_CASE("sqlite: no code, link, secret or answer stands in the files in clear") {
    SqliteFixture f;
    f.apply_all({pool::SessionPut{{}, busy_session(1)}, pool::EventAdded{sample_event(2)},
                 pool::WebhookPut{{}, sample_webhook(3)}, sample_answer(4)});
    const auto check = [](const std::string& octets, const char* seen) {
        CHECK(octets.find(seen) != std::string::npos);
        for (const char* hidden : {"662718", "is your code", "deep-link", "whsec_", "path-token",
                                   "+447700900101", "ses_0123456789"}) {
            CAPTURE(hidden);
            CHECK(octets.find(hidden) == std::string::npos);
        }
    };
    check(content(f.options.path + "-wal"), "orders");
    f.history.reset();
    f.store.reset();
    check(content(f.options.path), "orders");
}

TEST_CASE("sqlite: a start refuses a webhook or a running session whose seal was exchanged") {
    for (const char* spoil : {"UPDATE webhook SET sealed = (SELECT sealed FROM answer)",
                              "UPDATE session SET sealed = (SELECT sealed FROM answer)"}) {
        SqliteFixture f;
        f.apply_all({pool::SessionPut{{}, busy_session(1)}, pool::WebhookPut{{}, sample_webhook(3)},
                     sample_answer(4)});
        const auto spoilt = [&](const std::string& sql) {
            f.history.reset();
            f.store.reset();
            Connection(f.options.path, Connection::Mode::writer).execute(sql.c_str());
            f.restart();
        };
        CHECK_NOTHROW(load(*f.store));
        spoilt(spoil);
        CHECK_THROWS_AS(load(*f.store), std::runtime_error);
        spoilt("UPDATE session SET ended_at = 5; DELETE FROM webhook");
        const Loaded loaded = load(*f.store);
        REQUIRE(loaded.sessions.size() == 1);
        CHECK(loaded.sessions[0].arrived.codes.empty() ==
              (std::string_view(spoil).find("session") == 7));
    }
}

TEST_CASE("sqlite: events and answers whose seal was exchanged are not shown, and counted") {
    SqliteFixture f;
    f.apply_all(
        {pool::EventAdded{sample_event(1)}, pool::EventAdded{sample_event(2)}, sample_answer(3)});
    f.history.reset();
    f.store.reset();
    Connection(f.options.path, Connection::Mode::writer)
        .execute(
            "UPDATE event SET sealed = (SELECT sealed FROM event WHERE id = 2);"
            "UPDATE answer SET sealed = (SELECT sealed FROM event WHERE id = 2)");
    f.restart();
    const EventPage page = f.history->events_after({}, 0, 9, true);
    CHECK(page.events == std::vector{sample_event(2)});
    CHECK(page.reached == 2);
    CHECK(f.history->errors() == 1);
    CHECK(f.history->events(std::vector<pool::Id>{1}).empty());
    CHECK_FALSE(f.history->answer(3));
    CHECK(f.history->errors() == 3);
}

TEST_CASE("sqlite: a record whose seal was exchanged comes without text, and is counted") {
    SqliteFixture f;
    f.apply_all({pool::MessageAdded{waiting_message(1)}, pool::MessageAdded{waiting_message(2)}});
    f.history.reset();
    f.store.reset();
    Connection(f.options.path, Connection::Mode::writer)
        .execute("UPDATE message SET sealed = (SELECT sealed FROM message WHERE id = 2)");
    f.restart();
    CHECK(f.history->message(2, true)->text == waiting_message(2).text);
    CHECK(f.history->errors() == 0);
    const auto message = f.history->message(1, true);
    REQUIRE(message);
    CHECK(message->text.empty());
    CHECK(message->octets.empty());
    CHECK(f.history->errors() == 1);
}

TEST_CASE("sqlite: a waiting message whose seal was exchanged is left out, and named") {
    SqliteFixture f;
    for (pool::Id id = 1; id <= 3; ++id) f.apply_all({pool::MessageAdded{waiting_message(id)}});
    f.history.reset();
    f.store.reset();
    Connection(f.options.path, Connection::Mode::writer)
        .execute("UPDATE message SET sealed = (SELECT sealed FROM message WHERE id = 2)");
    f.restart();
    const WaitingPage page = f.history->waiting(1, 0, 3);
    CHECK(page.messages == std::vector{waiting_message(2)});
    CHECK(page.unreadable == std::vector<pool::Id>{1, 3});
    CHECK(page.reached == 3);
    CHECK(page.more);  // three rows were looked at
    CHECK_FALSE(page.failed);
    CHECK(f.history->errors() == 2);
    CHECK_FALSE(f.history->waiting(1, 0, 4).more);
}

TEST_CASE("sqlite: a read of the queue that fails is not an empty queue") {
    SqliteFixture f;
    f.apply_all({pool::MessageAdded{waiting_message(1)}});
    const WaitingPage end = f.history->waiting(1, 1, 9);
    CHECK(end.messages.empty());
    CHECK_FALSE(end.failed);
    CHECK(end.reached == 1);
    f.store.reset();
    Connection(f.options.path, Connection::Mode::writer).execute("DROP TABLE outbox");
    const WaitingPage page = f.history->waiting(1, 0, 9);
    CHECK(page.failed);
    CHECK(page.messages.empty());
    CHECK(page.reached == 0);
    CHECK(f.history->errors() == 1);
    CHECK(code_of([&] { f.history->waiting_counts(); }) == Errc::broken);
}

TEST_CASE("sqlite: a listing among very many of others says how far it looked") {
    SqliteFixture f;
    const pool::Id last = 2 + Reader::rows_visited_max;
    f.apply_all({pool::MessageAdded{waiting_message(1)}});
    f.store.reset();
    const std::string columns(columns::message), others = columns.substr(columns.find(','));
    Connection(f.options.path, Connection::Mode::writer)
        .execute(("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < " +
                  std::to_string(last - 1) + ") INSERT INTO message (" + columns +
                  ") SELECT id + i" + others + " FROM message, n WHERE id = 1;" +
                  "UPDATE message SET platform = 9 WHERE id = " + std::to_string(last))
                     .c_str());
    const MessagePage page = f.history->messages_after({.platform = 9}, 1, 5, false);
    CHECK(page.messages.empty());
    CHECK(page.more);
    CHECK(page.reached == last - 1);
    const MessagePage rest = f.history->messages_after({.platform = 9}, page.reached, 5, false);
    CHECK(ids(rest.messages) == std::vector{last});
    CHECK_FALSE(rest.more);
    CHECK(rest.reached == last);
    CHECK(f.history->messages_after({.platform = 9}, last, 5, false).reached == last);
    CHECK(f.history->messages({.platform = 1}, 0, 1, false).size() == 1);
}

TEST_CASE("sqlite: a second opener, another key and a newer file are refused") {
    SqliteFixture f;
    const auto again = [&](std::uint8_t key) {
        return code_of([&] { open_sqlite(f.options, test_seal(key)); });
    };
    CHECK(again(7) == Errc::locked);
    f.history.reset();
    f.store.reset();
    CHECK(again(8) == Errc::wrong_key);
    CHECK(again(7) == Errc{});
    const std::string newer = std::to_string(migrations().back().version + 1);
    Connection(f.options.path, Connection::Mode::writer)
        .execute(("PRAGMA user_version = " + newer).c_str());
    CHECK(again(7) == Errc::too_new);
}

TEST_CASE("sqlite: a file that is no store of ours is refused and left alone") {
    const TemporaryDirectory directory;
    const std::string path = directory / "store";
    std::ofstream(path) << std::string(8'192, 'x');
    CHECK(code_of([&] { open_sqlite(small(path), test_seal()); }) == Errc::broken);
    CHECK(content(path) == std::string(8'192, 'x'));
    std::filesystem::resize_file(path, 0);
    Connection(path, Connection::Mode::writer).execute("CREATE TABLE other(a)");
    CHECK(code_of([&] { open_sqlite(small(path), test_seal()); }) == Errc::broken);
}

TEST_CASE("sqlite: the salt is made once a file") {
    SqliteFixture f, other;
    const auto salt = load(*f.store).salted;
    CHECK(salt != load(*other.store).salted);
    f.restart();
    CHECK(load(*f.store).salted == salt);
}

TEST_CASE("sqlite: migration goes forward step by step, after a copy of the older file") {
    SqliteFixture f;
    f.apply_all({pool::MessageAdded{waiting_message(1)}});
    f.history.reset();
    f.store.reset();
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    const int now = steps.back().version;
    steps.push_back({now + 1, "CREATE TABLE planted(a INTEGER) STRICT"});
    steps.push_back({now + 2, "INSERT INTO planted(a) SELECT count(*) FROM message"});
    Connection db(f.options.path, Connection::Mode::writer);
    migrate(db, f.options.path, steps);
    CHECK(db.scalar("SELECT a FROM planted") == 1);
    CHECK(db.scalar("PRAGMA user_version") == now + 2);
    Connection copy(f.options.path + ".v" + std::to_string(now), Connection::Mode::writer);
    CHECK(copy.scalar("PRAGMA user_version") == now);
    CHECK(copy.scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'planted'") == 0);
    CHECK(copy.scalar("SELECT count(*) FROM message") == 1);

    // A step that fails leaves the one before it.
    steps.push_back({now + 3, "CREATE TABLE half(a); CREATE TABLE planted(a)"});
    CHECK_THROWS_AS(migrate(db, f.options.path, steps), SqlError);
    CHECK(db.scalar("PRAGMA user_version") == now + 2);
    CHECK(db.scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
}

TEST_CASE("sqlite: a backup in slices holds what was applied meanwhile, and opens as a store") {
    SqliteFixture f;
    pool::Changes many;
    for (pool::Id id = 1; id <= 2'000; ++id)
        many.push_back(pool::MessageAdded{waiting_message(id)});
    f.apply_all(std::move(many));
    const std::string path = f.directory / "backup/copy";  // the directory is made
    std::error_code error;
    auto backup = f.store->backup(path, error);
    REQUIRE(backup);
    Backup::Progress progress;
    REQUIRE_FALSE(backup->step(20, progress));
    CHECK_FALSE(progress.done);
    CHECK(progress.pages_done == 20);
    CHECK(progress.pages > 100);
    CHECK_FALSE(std::filesystem::exists(path));
    f.apply_all({settled(waiting_message(1), t0), pool::MessageAdded{waiting_message(2'001)}});
    while (!progress.done) REQUIRE_FALSE(backup->step(50, progress));
    backup.reset();
    CHECK_FALSE(std::filesystem::exists(path + ".unfinished"));
    CHECK(f.store->backup(path, error) == nullptr);
    CHECK(error == std::errc::file_exists);

    const auto restored = open_sqlite(small(path), test_seal());
    const auto history = restored->history();
    CHECK(history->messages({}, 0, 9'999, true) == f.history->messages({}, 0, 9'999, true));
    CHECK(history->waiting_counts() == f.history->waiting_counts());
    CHECK(load(*restored).salted == load(*f.store).salted);
    CHECK(load(*restored).duplicates == load(*f.store).duplicates);
}

TEST_CASE("sqlite: a backup that is given up leaves nothing behind") {
    SqliteFixture f;
    const std::string path = f.directory / "copy";
    std::error_code error;
    Backup::Progress progress;
    auto backup = f.store->backup(path, error);
    REQUIRE(backup);
    backup->step(1, progress);
    backup.reset();
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK_FALSE(std::filesystem::exists(path + ".unfinished"));
}

TEST_CASE("sqlite: settling leaves the rows where they are") {
    SqliteFixture f;
    const auto pages = [&] {
        Connection connection(f.options.path, Connection::Mode::reader);
        return connection.scalar("PRAGMA page_count");
    };
    pool::Changes many, settlings;
    for (pool::Id id = 1; id <= 2'000; ++id) {
        const auto message = waiting_message(id);
        many.push_back(pool::MessageAdded{message});
        settlings.push_back(settled(message, t0 + 1s));
    }
    f.apply_all(many);
    const auto before = pages();
    CHECK(before > 100);
    f.apply_all(settlings);
    CHECK(pages() == before);
    CHECK(f.history->message(1, false)->settled_at == t0 + 1s);
}

}  // namespace smppd::store
