// tools/smppctl/option_values.hpp - values of options that the command line's reader leaves alone.
#pragma once

#include "tools/smppctl/times.hpp"

#include <cstdint>

namespace smppd::ctl {

enum class Zero { refused, allowed };

/// The seconds of "--ttl 10m". Failure usage, naming the option, for what is no duration; "0" is
/// one only where it is allowed.
std::int64_t seconds_of(std::string_view option, std::string_view text, Zero zero = Zero::refused);

/// The time that "--expires 90d" or "--expires 2027-01-31T00:00:00Z" means, as the API writes it.
/// Failure usage for other text.
std::string moment_of(std::string_view option, std::string_view text, Time now);

}  // namespace smppd::ctl
