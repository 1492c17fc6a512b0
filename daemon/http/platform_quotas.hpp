// daemon/http/platform_quotas.hpp - what a platform may at most, as the API writes it.
#pragma once

#include "daemon/http/json.hpp"
#include "pool/platform.hpp"

namespace smppd::http {

/// Reads numbers_max, allocations_per_minute, allocations_per_day, ttl_max_seconds and
/// requests_per_second into the platform; those that are absent stay. 0: no limit.
void read_quotas(Fields& fields, pool::Platform& platform);

}  // namespace smppd::http
