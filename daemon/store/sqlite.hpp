// daemon/store/sqlite.hpp - the store on one SQLite file. sqlite3 is used in daemon/store/ only.
#pragma once

#include "daemon/store/seal.hpp"
#include "daemon/store/store.hpp"

namespace smppd::store {

struct SqliteOptions {
    std::string path;
    std::size_t ballast_octets = 4 * 1024 * 1024;  ///< kept beside the file for a full disk
    std::size_t sessions_loaded = 100'000;         ///< newest ended ones given to the Visitor
    bool synchronous_off = false;  ///< for the test that shows that the crash tests have teeth
};

/// Opens or makes the file, takes the lock, migrates forward (after a backup beside it).
/// Throws std::system_error with Errc too_new, locked, wrong_key, broken, and a sentence.
std::unique_ptr<Store> open_sqlite(SqliteOptions options, Seal seal);

}  // namespace smppd::store
