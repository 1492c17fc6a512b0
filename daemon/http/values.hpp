// daemon/http/values.hpp - small values as the API writes and reads them.
#pragma once

#include "pool/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smppd::http {

/// "2026-11-24T16:50:38.120Z". Source: RFC 3339.
std::string rfc3339(pool::WallTime time);
/// "Tue, 24 Nov 2026 16:50:38 GMT". Source: RFC 9110 §5.6.7.
std::string http_date(std::chrono::sys_seconds time);
/// The way back, to a millisecond, with Z or an offset; nothing for other text.
std::optional<pool::WallTime> parse_rfc3339(std::string_view text) noexcept;
/// "+" and 3 to 15 digits, the first of them not 0; nothing for other text.
std::optional<pool::E164> parse_number(std::string_view text) noexcept;
/// A decimal integer with nothing around it.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
/// Two capital letters.
bool valid_country(std::string_view text) noexcept;
/// Undoes %XX; "+" stays. Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);
/// How many characters (code points) a UTF-8 text has.
std::size_t characters(std::string_view utf8) noexcept;
bool valid_utf8(std::string_view text) noexcept;
/// Lower-case hexadecimal digits.
std::string hex(const pool::Octets& octets);

}  // namespace smppd::http
