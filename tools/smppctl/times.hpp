// tools/smppctl/times.hpp - times and durations, as the API and as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace smppd::ctl {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// "90" and "90s", "10m", "1h30m", "7d", "2w" to seconds: whole numbers, each with a unit, the
/// larger first, each unit once; a lone number is seconds. Nothing for other text, for 0 and for
/// what is above 10 years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept;

/// The two largest units: "3d 4h", "10m", "1m 5s", "1.25s", "350ms". Negative counts as 0.
std::string duration_text(std::chrono::milliseconds duration);

/// "2026-11-24T17:00:03.120Z", as the API writes times. Nothing for other text.
std::optional<Time> parse_time(std::string_view rfc3339) noexcept;

/// "2026-11-24 17:00:03Z".
std::string time_text(Time time);
/// "2026-11-24T17:00:03.120Z".
std::string rfc3339_text(Time time);
/// "17:00:03.120".
std::string clock_text(Time time);

}  // namespace smppd::ctl
