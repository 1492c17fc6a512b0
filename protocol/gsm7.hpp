// protocol/gsm7.hpp - the GSM 7-bit alphabets, septet by septet. Internal to protocol/; the rest of
// smppd reads and writes them by text.hpp. Source: 3GPP TS 23.038 §6.2.1 and Annex A.
#pragma once

#include "protocol/text.hpp"

namespace smppd::protocol::gsm7 {

/// Introduces a character of the extension or single shift table.
inline constexpr std::uint8_t escape = 0x1b;

/// Text of unpacked septets, one an octet. After an escape, a code that the single shift table does
/// not have shows the main table's character, and a second escape is a space (§6.2.1.1). U+FFFD
/// stands for octets above 7f, codes without a character in the main table, and an escape at the
/// very end: its other half was cut off.
Text decode(Bytes septets, const Language& language);

}  // namespace smppd::protocol::gsm7
