// tools/smppctl/hex_text.hpp - octets from hexadecimal text as people paste it.
#pragma once

#include "protocol/types.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace smppd::ctl {

/// Pairs of digits; blanks, line breaks, "0x", and the marks , : ; | and - between octets are
/// skipped. Else the sentence that says what is wrong and where (characters count from 1).
std::variant<protocol::Octets, std::string> read_hex(std::string_view text);

/// "00 00 00 10", at most `octets_max` octets, then "...".
std::string hex_text(protocol::Bytes octets, std::size_t octets_max = 16);

}  // namespace smppd::ctl
