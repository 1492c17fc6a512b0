// tests/daemon/store/test_sqlite_file.cpp - opening, migrating and copying the file, and what is to
// be read in it.
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
    Connection(f.options.path, Connection::Mode::writer).execute("PRAGMA user_version = 2");
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
    const std::string path = f.directory / "copy";
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

}  // namespace smppd::store
