// daemon/store/sqlite.cpp - the store on one SQLite file: opening, applying, housekeeping.
// SQLite 3.40 has the WAL-reset bug: exactly one connection, this one, writes and checkpoints.
#include "daemon/store/sqlite.hpp"

#include "daemon/store/ageing.hpp"
#include "daemon/store/copy.hpp"
#include "daemon/store/draining.hpp"
#include "daemon/store/files.hpp"
#include "daemon/store/loader.hpp"
#include "daemon/store/reader.hpp"
#include "daemon/store/recorder.hpp"
#include "daemon/store/schema.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

// The log is written back between two groups, which then wait. It is due when it has so many pages
// and writing back takes at most a hundredth of the time, or when it has the most it may have.
// Often and little stalls for half a millisecond, where once in a while and much stalls for twenty.
constexpr int checkpoint_pages = 1'000;
constexpr int checkpoint_pages_max = 16'000;
constexpr int checkpoint_share = 100;
// Debian's SQLite has no fallocate: it writes an octet into each new block, so that growing by
// 4 MiB stalls for 7 ms.
constexpr int file_grows_by = 256 * 1024;
constexpr auto ballast_retry_after = std::chrono::seconds{10};

int remember_pages(void* pages, sqlite3*, const char*, int now) {
    *static_cast<int*>(pages) = now;
    return SQLITE_OK;
}

class SqliteStore final : public Store {
public:
    SqliteStore(SqliteOptions options, Seal seal);
    void load(Visitor& visitor, std::chrono::seconds duplicates_window) override;
    std::error_code apply(std::span<const pool::Changes> groups) override;
    std::error_code between_groups() override;
    bool maintain(const Retention& retention, pool::WallTime now, pool::Changes& changes,
                  std::error_code& error) override;
    std::unique_ptr<Backup> backup(const std::string& path, std::error_code& error) override;
    std::unique_ptr<History> history() override;

private:
    Connection open();
    void configure();
    void record(std::span<const pool::Changes> groups);
    bool checkpoint_due() const;
    void checkpoint();
    std::error_code failed(const SqlError& error) noexcept;
    std::system_error unusable(const SqlError& error) const;

    // In this order: the lock goes last, statements before their connection.
    SqliteOptions options_;
    Seal seal_;
    bool created_ = false;
    LockFile lock_;
    Connection db_;
    std::uint64_t salt_ = 0;
    Ballast ballast_;
    std::optional<Recorder> recorder_;
    std::optional<Ageing> ageing_;
    int wal_pages_ = 0;  ///< after the last commit
    int wal_kept_ = 0;   ///< pages that a reader kept from being written back
    std::chrono::steady_clock::time_point checkpoint_not_before_{};
    bool broken_ = false;
    pool::WallTime ballast_tried_at_{};
};

std::string ballast_path(const std::string& path) { return path + ".ballast"; }

std::string lock_path(const std::string& path) {
    if (const auto error = make_directory_of(path))
        throw std::system_error(error, "directory of " + path);
    return path + ".lock";
}

SqliteStore::SqliteStore(SqliteOptions options, Seal seal)
    : options_(std::move(options)),
      seal_(std::move(seal)),
      lock_(lock_path(options_.path)),
      db_(open()),
      ballast_(ballast_path(options_.path), options_.ballast_octets) {
    configure();
    migrate(db_, options_.path, migrations());
    salt_ = identify(db_, seal_);
    recorder_.emplace(db_, seal_);
    ageing_.emplace(db_);
    ballast_.take();
}

Connection SqliteStore::open() {
    if (const auto error = make_private_file(options_.path, false, created_))
        throw std::system_error(error, options_.path);
    return Connection(options_.path, Connection::Mode::writer);
}

void SqliteStore::configure() {
    db_.execute(
        "PRAGMA auto_vacuum=NONE; PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=FAST; PRAGMA wal_autocheckpoint=0");
    db_.execute(options_.synchronous_off ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
    // The trees' inner pages and right edges fit in it, with room for settling older rows.
    db_.execute("PRAGMA cache_size=-16384");
    int chunk = file_grows_by;
    sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk);
    sqlite3_wal_hook(db_.get(), remember_pages, &wal_pages_);
}

void SqliteStore::load(Visitor& visitor, std::chrono::seconds duplicates_window) {
    try {
        load_all(db_, seal_,
                 {.sessions = options_.sessions_loaded,
                  .duplicates_window = duplicates_window,
                  .salt = salt_},
                 visitor);
    } catch (const SqlError& error) {
        throw unusable(error);
    }
}

/// For the start, which ends with it.
std::system_error SqliteStore::unusable(const SqlError& error) const {
    const Errc code = error.full() ? Errc::full : Errc::broken;
    return {make_error_code(code), options_.path + ": " + error.what()};
}

/// What the failure means. After anything but a full disk the file is not touched again.
std::error_code SqliteStore::failed(const SqlError& error) noexcept {
    if (error.full()) return Errc::full;
    broken_ = true;
    db_.close_without_checkpoint();
    return Errc::broken;
}

void SqliteStore::record(std::span<const pool::Changes> groups) {
    Transaction transaction(db_);
    for (const pool::Changes& changes : groups)
        for (const pool::Change& change : changes) recorder_->record(change);
    transaction.commit();
}

std::error_code SqliteStore::apply(std::span<const pool::Changes> groups) {
    if (broken_) return Errc::broken;
    try {
        // When between_groups() is never called, it is done here.
        if (wal_pages_ >= wal_kept_ + 2 * checkpoint_pages_max) checkpoint();
        record(groups);
        return {};
    } catch (const SqlError& error) {
        const auto code = failed(error);
        if (code != Errc::full || !drains(groups)) return code;
    }
    // The ballast makes room for what must go on, and a checkpoint lets the log start over.
    try {
        ballast_.drop();
        checkpoint();
        record(groups);
        return {};
    } catch (const SqlError& error) {
        return failed(error);
    }
}

bool SqliteStore::checkpoint_due() const {
    const int pages = wal_pages_ - wal_kept_;
    if (pages < checkpoint_pages) return false;
    return pages >= checkpoint_pages_max ||
           std::chrono::steady_clock::now() >= checkpoint_not_before_;
}

/// PASSIVE never waits for readers. Without room in the file itself the log keeps everything.
void SqliteStore::checkpoint() {
    const auto begun = std::chrono::steady_clock::now();
    int logged = 0, copied = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(db_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &logged, &copied);
    // Where a reader kept it from the end, it is tried again when the log has grown as much again.
    const bool whole = code == SQLITE_OK && logged == copied;
    wal_kept_ = whole ? 0 : std::max(logged, wal_pages_);
    wal_pages_ = 0;
    const auto ended = std::chrono::steady_clock::now();
    checkpoint_not_before_ = ended + checkpoint_share * (ended - begun);
    if (code != SQLITE_BUSY && code != SQLITE_LOCKED && !SqlError(code, "").full()) db_.check(code);
}

std::error_code SqliteStore::between_groups() {
    if (broken_) return Errc::broken;
    try {
        if (checkpoint_due()) checkpoint();
        return {};
    } catch (const SqlError& error) {
        return failed(error);
    }
}

bool SqliteStore::maintain(const Retention& retention, pool::WallTime now, pool::Changes& changes,
                           std::error_code& error) {
    error.clear();
    if (broken_) {
        error = Errc::broken;
        return false;
    }
    const std::size_t before = changes.size();
    try {
        if (checkpoint_due()) checkpoint();
        if (now < ballast_tried_at_ || now - ballast_tried_at_ >= ballast_retry_after) {
            ballast_tried_at_ = now;
            ballast_.take();
        }
        Transaction transaction(db_);
        const std::size_t rows = ageing_->slice(retention, now, changes);
        transaction.commit();
        return rows >= Ageing::slice_rows;
    } catch (const SqlError& failure) {
        changes.resize(before);
        ageing_->rewind();
        error = failed(failure);
        return false;
    }
}

std::unique_ptr<Backup> SqliteStore::backup(const std::string& path, std::error_code& error) {
    error.clear();
    if (broken_) {
        error = Errc::broken;
        return nullptr;
    }
    auto copy = std::make_unique<Copy>(db_, path);
    error = copy->begin();
    if (error) return nullptr;
    return copy;
}

std::unique_ptr<History> SqliteStore::history() {
    try {
        return std::make_unique<Reader>(options_.path, seal_);
    } catch (const SqlError& error) {
        throw unusable(error);
    }
}

}  // namespace

std::unique_ptr<Store> open_sqlite(SqliteOptions options, Seal seal) {
    // Its count of all memory in use would be a lock at each allocation. Refused once it has begun.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    const Ballast ballast(ballast_path(options.path), options.ballast_octets);
    for (bool last = false;; last = true) {
        try {
            return std::make_unique<SqliteStore>(options, seal);
        } catch (const SqlError& error) {
            // Even opening needs room, for the index of the log.
            if (error.full() && !last && ballast.drop()) continue;
            const Errc code = error.full() ? Errc::full : Errc::broken;
            throw std::system_error(make_error_code(code), options.path + ": " + error.what());
        }
    }
}

}  // namespace smppd::store
