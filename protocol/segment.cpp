// protocol/segment.cpp - see segment.hpp.
#include "protocol/segment.hpp"

#include "protocol/gsm7.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t gsm7_coding = 0;
constexpr std::uint8_t ucs2_coding = 8;
constexpr std::uint8_t udhi = 0x40;
constexpr std::size_t parts_max = 255;

/// How much one short message takes: septets of GSM-7, octets of UCS-2. The header costs whole
/// septets: 7 for 6 octets, 8 for 7.
struct Room {
    std::size_t alone;
    std::size_t part;
};
constexpr std::size_t octets_alone = 140, octets_a_part = 134;
constexpr Room room_of(std::uint8_t data_coding, std::uint8_t width) {
    const bool wide = width == 16;
    if (data_coding == gsm7_coding) return {160, wide ? 152U : 153U};
    // UCS-2 has two octets a unit: 133 octets beside a 7 octet header take 66 units.
    return {octets_alone, wide ? 132U : octets_a_part};
}

/// How many of `octets` go into one part, no pair of an escape or of surrogates cut.
std::size_t part_length(Bytes octets, std::uint8_t data_coding, std::size_t room) {
    if (octets.size() <= room) return octets.size();
    if (data_coding == gsm7_coding) return octets[room - 1] == gsm7::escape ? room - 1 : room;
    const bool high_surrogate = (octets[room - 2] & 0xfc) == 0xd8;
    return high_surrogate ? room - 2 : room;
}

Octets header_of(std::uint16_t reference, std::uint8_t width, std::size_t total,
                 std::size_t index) {
    const auto low = static_cast<std::uint8_t>(reference);
    const auto high = static_cast<std::uint8_t>(reference >> 8);
    const auto tt = static_cast<std::uint8_t>(total);
    const auto ii = static_cast<std::uint8_t>(index);
    if (width == 16) return {0x06, 0x08, 0x04, high, low, tt, ii};
    return {0x05, 0x00, 0x03, low, tt, ii};
}

std::vector<Segment> with_headers(const std::vector<Bytes>& parts, std::uint16_t reference,
                                  std::uint8_t width) {
    std::vector<Segment> segments;
    for (const Bytes part : parts) {
        Octets message = header_of(reference, width, parts.size(), segments.size() + 1);
        message.insert(message.end(), part.begin(), part.end());
        segments.push_back({std::move(message), udhi});
    }
    return segments;
}

}  // namespace

EncodedText encode_text(std::string_view utf8) {
    if (auto septets = encode_gsm7(utf8)) return {gsm7_coding, std::move(*septets)};
    return {ucs2_coding, encode_utf16be(utf8)};
}

Result<Segmented> segment_text(std::string_view utf8, std::uint16_t reference, std::uint8_t width) {
    assert(width == 8 || width == 16);
    EncodedText encoded = encode_text(utf8);
    const Room room = room_of(encoded.data_coding, width);
    Segmented result{encoded.data_coding, {}};
    if (encoded.octets.size() <= room.alone) {
        result.segments.push_back({std::move(encoded.octets), 0});
        return result;
    }
    std::vector<Bytes> parts;
    for (Bytes left = encoded.octets; !left.empty();) {
        if (parts.size() == parts_max) return Errc::too_long;
        parts.push_back(left.first(part_length(left, encoded.data_coding, room.part)));
        left = left.subspan(parts.back().size());
    }
    result.segments = with_headers(parts, reference, width);
    return result;
}

Result<std::vector<Segment>> segment_octets(Bytes octets, std::uint16_t reference) {
    if (octets.size() <= octets_alone)
        return std::vector{Segment{{octets.begin(), octets.end()}, 0}};
    if (octets.size() > parts_max * octets_a_part) return Errc::too_long;
    std::vector<Bytes> parts;
    for (Bytes left = octets; !left.empty(); left = left.subspan(parts.back().size())) {
        parts.push_back(left.first(std::min(left.size(), octets_a_part)));
    }
    return with_headers(parts, reference, 8);
}

}  // namespace smppd::protocol
