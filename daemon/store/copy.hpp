// daemon/store/copy.hpp - copies of the live file, made through the connection that writes it.
// A second connection to the live file would risk the WAL-reset bug of SQLite 3.40; VACUUM INTO
// cannot be sliced.
#pragma once

#include "daemon/store/connection.hpp"

namespace smppd::store {

/// A copy in slices, under a name of its own until it is whole and on disk. The connection may be
/// written to between the slices; the copy follows. Errors: Errc::full, std::errc::file_exists,
/// what the system says, else std::errc::io_error: they concern the copy, not the store.
class Copy final : public Backup {
public:
    Copy(const Connection& source, std::string path);
    ~Copy() override;  ///< takes away what is not whole
    /// Makes the empty file. To be called once, first.
    std::error_code begin(bool replace = false);
    std::error_code step(int pages, Progress& progress) override;

private:
    struct Close {
        void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
        void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
    };
    std::error_code finish();

    const Connection& source_;
    std::string path_, unfinished_;
    bool whole_ = false;
    std::unique_ptr<sqlite3, Close> target_;
    std::unique_ptr<sqlite3_backup, Close> backup_;
};

/// All at once, over an older copy of that name. Throws std::system_error.
void copy_whole(const Connection& source, const std::string& path);

}  // namespace smppd::store
