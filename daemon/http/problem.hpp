// daemon/http/problem.hpp - errors as application/problem+json, and one table of all their kinds.
// Source: RFC 9457.
#pragma once

#include "daemon/http/message.hpp"
#include "pool/types.hpp"

#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace smppd::http {

/// Every kind of error that the API answers with. The row of each in problem.cpp holds its type
/// URI, which never changes, its title, its status and when to come back.
enum class Kind : std::uint8_t {
    malformed,           ///< 400: cannot be read as HTTP or JSON
    unauthorized,        ///< 401, with WWW-Authenticate
    forbidden,           ///< 403
    no_scope,            ///< 403: the key lacks a scope
    not_found,           ///< 404
    method_not_allowed,  ///< 405, with Allow
    exists,              ///< 409: the name is taken
    no_number,           ///< 409: nothing in the pool fits
    not_available,       ///< 409: the state does not allow it
    attempts_exhausted,  ///< 409: no attempt to verify is left
    no_session,          ///< 409: a partner's task has no session yet
    running,             ///< 409: one of these runs already
    under_way,           ///< 409: the call with this Idempotency-Key is not answered yet
    ended,               ///< 410
    too_large,           ///< 413
    unsupported_media,   ///< 415
    expectation_failed,  ///< 417
    invalid,             ///< 422: a value is wrong; `errors` names each
    key_reused,          ///< 422: the Idempotency-Key came with another request before
    quota,               ///< 429
    rate_limited,        ///< 429: too many calls; the caller sets Retry-After
    headers_too_large,   ///< 431
    internal,            ///< 500
    not_implemented,     ///< 501
    busy,                ///< 503: a queue is full, soon over
    store_full,          ///< 503: the disk is full, it cannot be made durable
    store_failed,        ///< 503: it could not be made durable
    draining,            ///< 503: the daemon stops
    version,             ///< 505
};

/// One wrong value: a JSON pointer into the body, or a query parameter's name.
struct FieldError {
    std::string pointer;    ///< "/ttl_seconds"; empty when it is a parameter
    std::string parameter;  ///< "limit"
    std::string detail;     ///< what is wrong and what would be right
};
using FieldErrors = std::vector<FieldError>;

struct Problem {
    Kind kind = Kind::internal;
    std::string detail;  ///< names the field, and what to do
    FieldErrors errors;
    /// Further members of the JSON, such as {"filter", "country"}. Source: RFC 9457 §3.2.
    std::vector<std::pair<std::string, std::string>> members{};
    std::optional<std::chrono::seconds> retry_after{};  ///< instead of the kind's own
};

/// HTTP status of a kind.
int status_of(Kind kind) noexcept;
/// "urn:smppd:problem:not_available".
std::string type_of(Kind kind);
/// The answer; with Retry-After where the kind has one.
Response to_response(const Problem& problem);
/// One Problem of all wrong values; the detail tells the first and how many more.
Problem invalid(FieldErrors errors);

/// What a pool's error becomes; `detail` names the thing that it is about.
Problem from_pool(const boost::system::error_code& error, std::string detail);
/// What a failed commit or copy becomes.
Problem from_store(const std::error_code& error);

}  // namespace smppd::http
