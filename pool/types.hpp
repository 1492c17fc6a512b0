// pool/types.hpp - the few types that all of pool/ shares.
// Values only: no socket, no clock, no database.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace smppd::pool {

using Octets = std::vector<std::uint8_t>;
/// Wall time in UTC, for records. The caller passes it in; nothing here reads a clock.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Seconds = std::chrono::seconds;

template <class T>
using Result = boost::system::result<T>;

/// An E.164 number: its digits, without +, as an integer of at most 15 digits.
using E164 = std::uint64_t;
/// Names a platform for good; 0 is nobody.
using PlatformId = std::uint32_t;
/// Names a record; grows with time, so that records sort by it. 0 is none. See ids.hpp.
using Id = std::uint64_t;

enum class Errc {
    no_number = 1,  ///< nothing in the pool fits
    not_found,      ///< no such number, session, platform
    exists,         ///< the name is taken
    not_available,  ///< the number is leased, cooling, reserved or disabled
    not_yours,      ///< it belongs to another platform
    bad_value,      ///< a value is outside its range
    ended,          ///< the session has ended
    quota,          ///< the platform has as many as it may
    full,           ///< a limit of the configuration is reached
};
const boost::system::error_category& error_category() noexcept;
inline boost::system::error_code make_error_code(Errc e) noexcept {
    return {static_cast<int>(e), error_category()};
}

/// "+447700900101".
std::string to_text(E164 number);

}  // namespace smppd::pool

template <>
struct boost::system::is_error_code_enum<smppd::pool::Errc> : std::true_type {};
