// daemon/http/repeat.hpp - calls with an Idempotency-Key: the same call gets the same answer again.
#pragma once

#include "daemon/http/call.hpp"

namespace smppd::http {

/// Looks whether the call was made before. True: it is answered, or will be, with what it was
/// answered then; with 409 while the first is under way; with 422 for a key that is none or came
/// with another request. False: the call goes on, and record() keeps its answer. Only answers that
/// tell of success are kept: what failed may be tried again.
bool answered_before(const CallPtr& call);
/// The same for a call that is known by hashes of its own: see KeyedHash.
bool answered_before(const CallPtr& call, std::uint64_t key, std::uint64_t request);

}  // namespace smppd::http
