// daemon/store/connection.cpp - sqlite3 calls behind the skin.
#include "daemon/store/connection.hpp"

namespace smppd::store {

namespace {

std::string describe(sqlite3* db, int code) {
    std::string what = sqlite3_errstr(code);
    // errmsg names tables and columns, never values.
    if (db != nullptr && sqlite3_extended_errcode(db) == code) what = sqlite3_errmsg(db);
    return what + " (sqlite " + std::to_string(code) + ")";
}

}  // namespace

bool SqlError::full() const noexcept {
    // The index of the write-ahead log is shared memory in a file, rebuilt at will: that it could
    // not grow says nothing about what lasts. All other I/O errors do.
    return (code_ & 0xff) == SQLITE_FULL || code_ == SQLITE_IOERR_SHMSIZE;
}

Connection::Connection(const std::string& path, Mode mode) {
    const int flags =
        SQLITE_OPEN_NOMUTEX | (mode == Mode::writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
    db_.reset(db);
    check(code);
    sqlite3_extended_result_codes(db, 1);
    if (mode == Mode::reader) close_without_checkpoint();
    execute("PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
    if (mode == Mode::reader) execute("PRAGMA query_only=ON");
}

void Connection::check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    throw SqlError(code, describe(db_.get(), code));
}

void Connection::execute(const char* sql) {
    check(sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::scalar(const char* sql) {
    Statement statement(*this, sql);
    std::int64_t value = 0;
    if (statement.step()) statement.take(value);
    return value;
}

void Connection::close_without_checkpoint() noexcept {
    sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Statement::Statement(const Connection& connection, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    connection.check(sqlite3_prepare_v3(connection.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    statement_.reset(statement);
}

void Statement::check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    sqlite3* const db = sqlite3_db_handle(statement_.get());
    SqlError error(code, describe(db, code));
    sqlite3_reset(statement_.get());
    throw error;
}

void Statement::rewind() noexcept {
    sqlite3_reset(statement_.get());  // its code repeats what step() has thrown already
    parameter_ = 0;
}

void Statement::put(std::string_view text) {
    // A null pointer would bind NULL; an empty string is a value.
    const char* const data = text.data() != nullptr ? text.data() : "";
    check(sqlite3_bind_text(statement_.get(), ++parameter_, data, static_cast<int>(text.size()),
                            SQLITE_STATIC));
}

void Statement::put(std::span<const std::uint8_t> blob) {
    const void* const data = blob.empty() ? static_cast<const void*>("") : blob.data();
    check(sqlite3_bind_blob(statement_.get(), ++parameter_, data, static_cast<int>(blob.size()),
                            SQLITE_STATIC));
}

void Statement::put(const std::optional<pool::WallTime>& time) {
    if (time)
        put(*time);
    else
        check(sqlite3_bind_null(statement_.get(), ++parameter_));
}

void Statement::put_int(std::int64_t value) {
    check(sqlite3_bind_int64(statement_.get(), ++parameter_, value));
}

bool Statement::step() {
    column_ = 0;
    const int code = sqlite3_step(statement_.get());
    check(code);
    return code == SQLITE_ROW;
}

void Statement::run() {
    while (step()) {}
    rewind();
}

void Statement::take(std::string& text) {
    const unsigned char* const data = sqlite3_column_text(statement_.get(), column_);
    const int size = sqlite3_column_bytes(statement_.get(), column_++);
    text.assign(data, data + size);
}

void Statement::take(std::optional<pool::WallTime>& time) {
    time.reset();
    if (sqlite3_column_type(statement_.get(), column_) == SQLITE_NULL)
        ++column_;
    else
        take(time.emplace());
}

std::span<const std::uint8_t> Statement::take_blob() {
    const void* const data = sqlite3_column_blob(statement_.get(), column_);
    const int size = sqlite3_column_bytes(statement_.get(), column_++);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (sqlite3_get_autocommit(connection_.get()) == 0)
        sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { connection_.execute("COMMIT"); }

}  // namespace smppd::store
