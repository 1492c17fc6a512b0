// protocol/address.hpp - addresses as peers write them, to E.164 numbers and readable text.
#pragma once

#include "protocol/profile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smppd::protocol {

/// The E.164 number that an address means, its digits as an integer: "+44...", "0044...",
/// "44...", blanks, dashes and brackets dropped; with `country` a national "0..." or TON 2 number
/// too (q062). Nothing when it has other characters, fewer than 3 or more than 15 digits, or
/// only zeros. TON and NPI of any value are taken; TON decides only international against national.
std::optional<std::uint64_t> e164_of(std::uint8_t ton, std::string_view address,
                                     std::string_view country);

/// The address as UTF-8 for people and events: GSM alphabet for alphanumeric ones (TON 5) when the
/// profile says so (q063), else Latin-1. Control characters become U+FFFD.
std::string address_text(std::uint8_t ton, std::string_view address, const Profile& profile);

/// "4477009*****": first six characters, the rest masked; for logs.
std::string masked(std::string_view address);

}  // namespace smppd::protocol
