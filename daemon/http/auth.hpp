// daemon/http/auth.hpp - who calls, and what of it is refused before anything else is looked at.
#pragma once

#include "daemon/http/message.hpp"
#include "daemon/http/problem.hpp"
#include "pool/pool.hpp"

#include <string>
#include <variant>

namespace smppd::http {

/// Who calls and what that one may. By default nobody, who may nothing.
struct Caller {
    bool local = false;  ///< by the Unix socket: an owner
    pool::Role role = pool::Role::read_only;
    pool::Scopes scopes = 0;
    pool::PlatformId platform = 0;  ///< the only one that it sees; 0: all
    bool test = false;              ///< sees the sandbox only
    std::string key;                ///< the key's id; empty without one

    bool may(pool::Scope scope) const noexcept { return (scopes & pool::bit(scope)) != 0; }
};

/// Why a call is not let in.
struct NotLetIn {
    Problem problem;
    bool counts = false;  ///< towards the limit of failures of its address
};

/// The Unix socket's peers are owners; all others show `Authorization: Bearer` with a key.
/// Kind::unauthorized: none, not ours, mistyped, unknown, revoked or expired; Kind::forbidden: a
/// right key from an address that it may not be used from, or of a disabled platform.
std::variant<Caller, NotLetIn> authenticate(const Request& request, const pool::Pool& pool,
                                            pool::WallTime now);
/// Whether a key, let in before, would be so still: not revoked, expired, or its platform disabled.
bool still_good(const Caller& caller, const pool::Pool& pool, pool::WallTime now);

/// The answer, with WWW-Authenticate where it asks for a key. Source: RFC 6750 §3.
Response to_response(const NotLetIn& refusal);
/// What failures are counted by: an IPv4 address, or the /64 of an IPv6 address.
std::string failure_origin(const std::string& address);

}  // namespace smppd::http
