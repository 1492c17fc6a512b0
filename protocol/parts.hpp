// protocol/parts.hpp - user data headers and what tells the parts of a long message.
// Sources: 3GPP TS 23.040 §9.2.3.24, SMPP 3.4 §5.3.2.22 to .24.
#pragma once

#include "protocol/text.hpp"
#include "protocol/tlv.hpp"

#include <optional>

namespace smppd::protocol {

/// Where a part belongs. `width`: 8 or 16 for a UDH reference, 0 for sar_*: part of the key, for
/// the three count apart.
struct PartOf {
    std::uint16_t reference = 0;
    std::uint8_t width = 8;
    std::uint8_t total = 1;  ///< 1 to 255
    std::uint8_t index = 1;  ///< 1 to total
    friend bool operator==(const PartOf&, const PartOf&) = default;
};

/// What a message's octets fall into.
struct UserData {
    Octets header;  ///< UDH with its length octet, empty when there is none
    Octets data;    ///< what follows it: the text's octets
    std::optional<PartOf> part;
    Language language;
    std::optional<std::uint16_t> destination_port;  ///< application port IE (0x04, 0x05)
    std::uint8_t fill_bits = 0;                     ///< for packed 7-bit data after the header
    bool header_damaged = false;  ///< it ran past its end or its length octet was missing
};

/// Takes the user data apart. `udhi`: esm_class bit 6. `is_receipt`: no header is looked for (some
/// SMSCs send 0x44, q100). Without `udhi` a header is still recognised when the octets begin with
/// exactly 05 00 03 rr tt ii or 06 08 04 rr rr tt ii with 1 <= ii <= tt and tt >= 2 (q082); with
/// it, one that lacks its length octet (00 03 rr tt ii). A header longer than the data is
/// damaged: what follows the readable information elements is text (q083). Concatenation IEs at
/// any position count, sar_* TLVs too; where both stand, the UDH's win (q081). A total of 0 or 1,
/// or an index outside 1..total, is no part.
UserData take_apart(Bytes octets, bool udhi, bool is_receipt, const Tlvs& tlvs);

/// One part, as its text is joined with others'.
struct TextPiece {
    Octets data;
    std::uint8_t fill_bits = 0;
    Alphabet alphabet{};
    Language language;
};
/// The text of all pieces in order. Neighbours of one alphabet and language are joined before
/// they are read, so that a surrogate pair or an escape cut in two is whole again.
Text join_text(std::span<const TextPiece> pieces);

}  // namespace smppd::protocol
