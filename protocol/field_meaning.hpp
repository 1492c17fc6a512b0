// protocol/field_meaning.hpp - how a PDU's octets read to people, and what they stand for.
// Internal to describe.cpp. Sources: SMPP 3.4 §5.2 and §5.3, 5.0 §4.7 and §4.8, TS 23.040
// §9.2.3.24.
#pragma once

#include "protocol/types.hpp"

#include <string>
#include <string_view>

namespace smppd::protocol {

/// "48656c6c6f".
std::string hex_of(Bytes octets);
/// "0x0004" with so many digits.
std::string hex_number(std::uint64_t number, int digits);
/// Octets as printable ASCII; a backslash and all others escaped: "\n", "\x1b".
std::string escaped(std::string_view text);
/// UTF-8 with its control characters escaped; U+0085 and its like too.
std::string escaped_utf8(std::string_view utf8);

/// An octet field in the base that it is read in: "0x40", "17".
std::string octet_value(std::string_view field, std::uint8_t value);
/// What it stands for, by the field's name; "" where the number says all. `from_esme`: the PDU
/// is of the kind that an ESME sends, for esm_class.
std::string octet_meaning(std::string_view field, std::uint8_t value, bool from_esme);
/// A schedule_delivery_time, validity_period or final_date; "" when it is not of that form.
std::string time_meaning(std::string_view time);

/// The value of a TLV: a number, a text or hex, whatever its width is.
std::string tlv_value(std::uint16_t tag, Bytes value);
std::string tlv_meaning(std::uint16_t tag, Bytes value);

/// An information element of a user data header: "concatenated_8bit"; "element_0x70".
std::string element_name(std::uint8_t identifier);
/// "part 1 of 2, reference 77".
std::string element_meaning(std::uint8_t identifier, Bytes data);

}  // namespace smppd::protocol
