// daemon/store/schema.hpp - the tables, and how older files become newer ones.
#pragma once

#include "daemon/store/connection.hpp"
#include "daemon/store/seal.hpp"

#include <span>

namespace smppd::store {

/// One step forward: from the file's user_version to `version`.
struct Migration {
    int version;
    const char* sql;
};

extern const char version_2[], version_3[];

/// All of them, in order, from an empty file on.
std::span<const Migration> migrations() noexcept;

/// Takes the file forward, each step in one transaction. Before the first step a file that holds
/// anything is copied to `path` + ".v<its version>". Throws std::system_error Errc::too_new when
/// the file is ahead of the last step, Errc::broken when it is no store of smppd; SqlError.
void migrate(Connection& connection, const std::string& path, std::span<const Migration> steps);

/// The salt of this file, made when it has none. Throws std::system_error Errc::wrong_key when
/// `seal` does not open what the file was begun with; SqlError.
std::uint64_t identify(Connection& connection, const Seal& seal);

}  // namespace smppd::store
