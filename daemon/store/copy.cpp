// daemon/store/copy.cpp - sqlite3_backup in slices, then sync and rename.
#include "daemon/store/copy.hpp"

#include "daemon/store/files.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace smppd::store {

namespace {

std::error_code copy_error(int code) {
    if (SqlError(code, "").full()) return Errc::full;
    return std::make_error_code(std::errc::io_error);
}

}  // namespace

Copy::Copy(const Connection& source, std::string path)
    : source_(source), path_(std::move(path)), unfinished_(path_ + ".unfinished") {}

Copy::~Copy() {
    backup_.reset();
    target_.reset();
    if (!whole_) ::unlink(unfinished_.c_str());
}

std::error_code Copy::begin(bool replace) {
    if (!replace && ::access(path_.c_str(), F_OK) == 0)
        return std::make_error_code(std::errc::file_exists);
    if (const auto error = make_directory_of(path_)) return error;
    ::unlink(unfinished_.c_str());  // of a process that ended while copying
    bool created = false;
    if (const auto error = make_private_file(unfinished_, true, created)) return error;

    sqlite3* target = nullptr;
    const int code = sqlite3_open_v2(unfinished_.c_str(), &target,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    target_.reset(target);
    if (code != SQLITE_OK) return copy_error(code);
    sqlite3_extended_result_codes(target, 1);
    // A copy that breaks off is thrown away, so it needs no journal; it is synced once, at the end.
    const int tuned = sqlite3_exec(target, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF",
                                   nullptr, nullptr, nullptr);
    if (tuned != SQLITE_OK) return copy_error(tuned);
    backup_.reset(sqlite3_backup_init(target, "main", source_.get(), "main"));
    if (!backup_) return copy_error(sqlite3_extended_errcode(target));
    return {};
}

std::error_code Copy::step(int pages, Progress& progress) {
    if (!backup_) return std::make_error_code(std::errc::invalid_argument);
    const int code = sqlite3_backup_step(backup_.get(), pages);
    const int all = sqlite3_backup_pagecount(backup_.get());
    const int left = sqlite3_backup_remaining(backup_.get());
    progress = {.pages_done = static_cast<std::uint64_t>(all - left),
                .pages = static_cast<std::uint64_t>(all),
                .done = false};
    if (code == SQLITE_OK) return {};
    if (code != SQLITE_DONE) return copy_error(code);
    const auto error = finish();
    progress.done = !error;
    return error;
}

std::error_code Copy::finish() {
    const int copied = sqlite3_backup_finish(backup_.release());
    if (copied != SQLITE_OK) return copy_error(copied);
    // Nothing is to be checkpointed, and nothing beside the copy may be left behind.
    const int closed = sqlite3_close(target_.release());
    if (closed != SQLITE_OK) return copy_error(closed);
    if (const auto error = sync_file(unfinished_)) return error;
    if (std::rename(unfinished_.c_str(), path_.c_str()) != 0)
        return {errno, std::generic_category()};
    whole_ = true;
    return sync_directory_of(path_);
}

void copy_whole(const Connection& source, const std::string& path) {
    Copy copy(source, path);
    std::error_code error = copy.begin(true);
    Backup::Progress progress;
    while (!error && !progress.done) error = copy.step(-1, progress);
    if (error) throw std::system_error(error, "copy to " + path);
}

}  // namespace smppd::store
