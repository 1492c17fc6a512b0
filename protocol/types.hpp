// protocol/types.hpp - the few types that all of protocol/ shares.
// Values only: no socket, no clock. Safe to use from any thread.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace smppd::protocol {

using Octets = std::vector<std::uint8_t>;
using Bytes = std::span<const std::uint8_t>;

/// Steady time, for timers. The caller passes it in; nothing here reads a clock.
using Instant = std::chrono::steady_clock::time_point;
/// Wall time in UTC, for records.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

template <class T>
using Result = boost::system::result<T>;

/// What can go wrong in protocol/. Each has a sentence in message().
enum class Errc {
    bad_length = 1,   ///< command_length outside 16..limit: the stream is lost
    not_smpp,         ///< the first octets are another protocol's (HTTP, TLS, ...)
    bad_body,         ///< a field or TLV of the body is not whole
    too_long,         ///< a field is longer than the specification or a limit allows
    not_packable,     ///< libsmpp34 refused to pack the mandatory part
    wrong_state,      ///< the bind's state does not allow it
    window_full,      ///< as many requests in flight as the window has
    timed_out,        ///< no response within the response timer
    lost,             ///< the link went away before the response
    no_answer,        ///< enquire_link was not answered
    not_known,        ///< the peer does not know the bind (enquire_link_resp status)
    session_init,     ///< no bind within the session_init timer
    inactivity,       ///< nothing exchanged within the inactivity timer
    refused,          ///< the bind was refused
    unbound,          ///< unbound, by either side
    too_many_errors,  ///< more bad PDUs in a row than the limit
    closed,           ///< the peer closed the connection
};

const boost::system::error_category& error_category() noexcept;
inline boost::system::error_code make_error_code(Errc e) noexcept {
    return {static_cast<int>(e), error_category()};
}

}  // namespace smppd::protocol

template <>
struct boost::system::is_error_code_enum<smppd::protocol::Errc> : std::true_type {};
