// protocol/text.hpp - the octets of a message to UTF-8 and back. Nothing here fails or throws but
// for memory: what stands for nothing becomes U+FFFD. Sources: 3GPP TS 23.038, SMPP 3.4 §5.2.19.
#pragma once

#include "protocol/profile.hpp"
#include "protocol/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smppd::protocol {

/// National language tables that a user data header names (TS 23.040 §9.2.3.24.15, .16);
/// 0: the default. 1 Turkish, 2 Spanish, 3 Portuguese, 4 Bengali to 13 Urdu. Codes without a
/// table of that kind (locking 2 does not exist) fall back to the default table.
struct Language {
    std::uint8_t single_shift = 0;
    std::uint8_t locking_shift = 0;
    friend bool operator==(const Language&, const Language&) = default;
};

/// The alphabet of `data_coding` under `profile`. 0xC0-0xEF, 0xF0-0xFF by TS 23.038 §4; other
/// reserved values as the profile's data_coding 0.
Alphabet alphabet_of(std::uint8_t data_coding, const Profile& profile) noexcept;

struct Text {
    std::string utf8;
    bool lossy = false;  ///< at least one U+FFFD stands for octets that mean nothing
};

/// Text of `octets`; empty for Alphabet::octets. `fill_bits`: unused bits before the first packed
/// septet (gsm7_packed after a header), 0 to 6.
Text decode_text(Bytes octets, Alphabet alphabet, const Language& language = {},
                 unsigned fill_bits = 0);

/// GSM 7-bit, one septet an octet, default alphabet and extension; nothing where a character has
/// no place in them. `language`: the tables to use.
std::optional<Octets> encode_gsm7(std::string_view utf8, const Language& language = {});
/// UTF-16, big endian; malformed UTF-8 becomes U+FFFD.
Octets encode_utf16be(std::string_view utf8);
/// Eight septets into seven octets and back; `fill_bits` as above. Seven spare bits are filled with
/// a carriage return; unpacking drops a carriage return or "@" whose last bit ends the octets,
/// since plain packers leave zeros there. Source: TS 23.038 §6.1.2.3.1.
Octets pack_septets(Bytes septets, unsigned fill_bits = 0);
Octets unpack_septets(Bytes packed, unsigned fill_bits = 0);

/// Whether the octets are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool valid_utf8(std::string_view text) noexcept;

}  // namespace smppd::protocol
