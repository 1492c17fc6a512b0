// tools/smppctl/option_values.cpp - see option_values.hpp.
#include "tools/smppctl/option_values.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/failure.hpp"

namespace smppd::ctl {
namespace {

[[noreturn]] void wrong(std::string_view option, std::string_view text, const std::string& why) {
    throw Failure{Exit::usage, std::string{option} + ": \"" + escaped(text) + "\" is " + why};
}

}  // namespace

std::int64_t seconds_of(std::string_view option, std::string_view text, Zero zero) {
    if (text == "0" && zero == Zero::allowed) return 0;
    const auto duration = parse_duration(text);
    if (!duration) wrong(option, text, "no duration; write 90s, 10m, 1h30m or 7d");
    return duration->count();
}

std::string moment_of(std::string_view option, std::string_view text, Time now) {
    if (const auto at = parse_time(text)) return rfc3339_text(*at);
    const auto duration = parse_duration(text);
    if (!duration) wrong(option, text, "no time; write 90d, 12h or 2027-01-31T00:00:00Z");
    return rfc3339_text(now + *duration);
}

}  // namespace smppd::ctl
