// protocol/segment.hpp - a text or octets to the short_messages that carry it.
#pragma once

#include "protocol/text.hpp"

namespace smppd::protocol {

struct Segment {
    Octets short_message;        ///< with its UDH, if it has one
    std::uint8_t esm_class = 0;  ///< 0x40 when a UDH stands in front
};
struct Segmented {
    std::uint8_t data_coding = 0;  ///< 0 GSM 7-bit unpacked, 8 UCS-2
    std::vector<Segment> segments;
};

/// `utf8` as GSM-7 (data_coding 0) when every character fits, else UCS-2 (8).
struct EncodedText {
    std::uint8_t data_coding = 0;
    Octets octets;
};
EncodedText encode_text(std::string_view utf8);

/// One segment when the text fits (160 septets or 140 octets), else parts with a UDH of `width`
/// 8 or 16 and `reference`: 153 septets or 134 octets each with 8 bits, 152 and 132 with 16. An
/// escape pair or surrogate pair is never cut. Errc::too_long: above 255 parts.
Result<Segmented> segment_text(std::string_view utf8, std::uint16_t reference,
                               std::uint8_t width = 8);

/// Octets without a header of their own, in the same way: one segment of up to 140, else parts of
/// 134 with an 8-bit reference. Errc::too_long: above 255 parts.
Result<std::vector<Segment>> segment_octets(Bytes octets, std::uint16_t reference);

}  // namespace smppd::protocol
