// daemon/store/connection.hpp - a thin C++ skin over sqlite3: connection, statement, transaction.
// Errors are thrown as SqlError and turned into error codes by the store; they stay in this folder.
#pragma once

#include "daemon/store/store.hpp"

#include <sqlite3.h>

#include <bit>
#include <concepts>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace smppd::store {

/// What SQLite said: its extended result code.
class SqlError : public std::runtime_error {
public:
    SqlError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
    int code() const noexcept { return code_; }
    /// Whether it heals when the disk has room again. All else does not.
    bool full() const noexcept;

private:
    int code_;
};

class Connection {
public:
    enum class Mode { writer, reader };
    /// A reader never writes, and never checkpoints when it closes (see the WAL-reset bug of
    /// SQLite 3.40: only one connection of all may). Throws SqlError.
    Connection(const std::string& path, Mode mode);

    sqlite3* get() const noexcept { return db_.get(); }
    /// One or several statements without results.
    void execute(const char* sql);
    std::int64_t scalar(const char* sql);
    /// Throws unless `code` is SQLITE_OK, SQLITE_ROW or SQLITE_DONE.
    void check(int code) const;
    /// Closing leaves the file as it is: for a file that cannot be trusted any more.
    void close_without_checkpoint() noexcept;

private:
    struct Close {
        void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
    };
    std::unique_ptr<sqlite3, Close> db_;
};

/// A prepared statement, reused. Values are bound by position and must outlive the step.
class Statement {
public:
    Statement(const Connection& connection, std::string_view sql);

    /// Binds all parameters anew.
    template <class... Values>
    Statement& bind(const Values&... values) {
        rewind();
        (put(values), ...);
        return *this;
    }
    /// Starts binding piece by piece: rewind(), then put() for each parameter in order.
    void rewind() noexcept;
    void put(std::string_view text);
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(std::span<const std::uint8_t> blob);
    void put(const pool::Octets& blob) { put(std::span<const std::uint8_t>(blob)); }
    void put(pool::WallTime time) { put_int(time.time_since_epoch().count()); }
    void put(const std::optional<pool::WallTime>& time);
    template <class T>
    requires std::integral<T> || std::is_enum_v<T>
    void put(T value) {
        // Keys of 64 bits use the sign: SQLite has no unsigned integers.
        if constexpr (std::same_as<T, std::uint64_t>)
            put_int(std::bit_cast<std::int64_t>(value));
        else
            put_int(static_cast<std::int64_t>(value));
    }

    /// Goes to the next row; false after the last. The columns are then read left to right.
    bool step();
    /// Runs it to its end and gives back its locks.
    void run();

    template <class T>
    requires std::integral<T> || std::is_enum_v<T>
    void take(T& value) { value = static_cast<T>(take_int()); }
    void take(std::string& text);
    void take(pool::WallTime& time) {
        time = pool::WallTime{std::chrono::milliseconds{take_int()}};
    }
    void take(std::optional<pool::WallTime>& time);
    /// Valid until the next step.
    std::span<const std::uint8_t> take_blob();
    template <class... Values>
    void read(Values&... values) {
        (take(values), ...);
    }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    void put_int(std::int64_t value);
    std::int64_t take_int() { return sqlite3_column_int64(statement_.get(), column_++); }
    void check(int code) const;

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int parameter_ = 0;
    int column_ = 0;
};

/// Gives back a statement's read lock, however the reading ends: a reader that stays open would
/// keep the write-ahead log from starting over.
class Reading {
public:
    explicit Reading(Statement& statement) : statement_(statement) {}
    ~Reading() { statement_.rewind(); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

private:
    Statement& statement_;
};

/// Rolled back unless committed. Should even that fail, the next one cannot begin, and says so.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    void commit();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

private:
    Connection& connection_;
};

}  // namespace smppd::store
