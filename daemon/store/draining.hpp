// daemon/store/draining.hpp - which changes only finish what is recorded already. They must go on
// on a full disk, or nothing would ever leave.
#pragma once

#include "pool/change.hpp"

#include <span>

namespace smppd::store {

/// Whether all of them do. They rest on nothing that is not yet recorded: what is finished was
/// committed before anybody acted on it.
bool drains(const pool::Changes& changes);
bool drains(std::span<const pool::Changes> groups);

}  // namespace smppd::store
