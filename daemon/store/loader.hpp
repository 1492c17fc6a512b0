// daemon/store/loader.hpp - gives a Visitor everything that memory holds, at start.
#pragma once

#include "daemon/store/rows.hpp"

namespace smppd::store {

struct LoadOptions {
    std::size_t sessions = 0;                  ///< ended ones, the newest
    std::chrono::seconds duplicates_window{};  ///< back from the newest record, no clock is read
    std::uint64_t salt = 0;
};

/// Throws SqlError; std::runtime_error when the seal of a part, of a webhook or of a session that
/// holds its number does not open. An ended session comes without its codes then.
void load_all(const Connection& connection, const Seal& seal, const LoadOptions& options,
              Visitor& visitor);

}  // namespace smppd::store
