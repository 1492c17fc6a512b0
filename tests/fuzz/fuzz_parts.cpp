// tests/fuzz/fuzz_parts.cpp - any user data is taken apart and joined, and what segment_text made
// is put together to the same text.
#include "protocol/parts.hpp"
#include "protocol/segment.hpp"

#include <algorithm>
#include <cstdlib>

using namespace smppd::protocol;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

Tlvs sar_of(Bytes octets) {
    const auto value = [&](std::size_t i) { return Octets{octets[i]}; };
    return {{tag::sar_msg_ref_num, value(0)},
            {tag::sar_total_segments, value(1)},
            {tag::sar_segment_seqnum, value(2)}};
}

/// Nothing is invented, and a part is one that can be collected.
UserData take(Bytes octets, std::uint8_t flags, const Tlvs& tlvs) {
    const bool is_receipt = (flags & 2) != 0;
    UserData data = take_apart(octets, (flags & 1) != 0, is_receipt, tlvs);
    require(data.data.size() <= octets.size());
    require(std::equal(data.data.rbegin(), data.data.rend(), octets.rbegin()));
    require(data.fill_bits <= 6);
    if (data.part) {
        require(data.part->total >= 2);
        require(data.part->index >= 1 && data.part->index <= data.part->total);
        require(!is_receipt);
    }
    return data;
}

void join(Bytes octets, std::uint8_t flags, Alphabet alphabet) {
    std::vector<TextPiece> pieces;
    while (!octets.empty()) {
        const std::size_t length = std::min<std::size_t>(octets.size(), 1U + octets[0] % 32U);
        UserData data = take(octets.first(length), flags, {});
        pieces.push_back({std::move(data.data), data.fill_bits, alphabet, data.language});
        octets = octets.subspan(length);
    }
    require(valid_utf8(join_text(pieces).utf8));
}

void segment(std::string_view text, std::uint16_t reference, std::uint8_t width) {
    const auto segmented = segment_text(text, reference, width);
    if (!segmented) {
        require(segmented.error() == Errc::too_long);
        return;
    }
    const auto& segments = segmented->segments;
    std::vector<TextPiece> pieces;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const Segment& each = segments[i];
        const bool flagged = each.esm_class == 0x40;
        UserData data = take_apart(each.short_message, flagged, false, {});
        // A text may begin like the header that some carriers send without the flag.
        if (!flagged) data = {.data = each.short_message};
        if (segments.size() > 1) {
            require(data.part.has_value());
            require(data.part->total == segments.size() && data.part->index == i + 1);
            require(data.part->width == width);
            // 140 octets of user data, packed where it is GSM-7.
            const std::size_t header = data.header.size();
            const bool gsm7 = segmented->data_coding == 0;
            const std::size_t octets =
                gsm7 ? (header * 8 + data.fill_bits + data.data.size() * 7 + 7) / 8
                     : header + data.data.size();
            require(octets <= 140);
        }
        pieces.push_back({std::move(data.data), data.fill_bits,
                          alphabet_of(segmented->data_coding, Profile{}), data.language});
    }
    require(join_text(pieces).utf8 == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 8) return 0;
    const auto alphabet =
        static_cast<Alphabet>(data[0] % (static_cast<unsigned>(Alphabet::euc_kr) + 1));
    const Bytes octets(data + 8, size - 8);
    take(octets, data[1], sar_of({data + 2, 3}));
    join(octets, data[1], alphabet);
    // Texts longer than the input: what it reads as, several times over.
    const Text once = decode_text(octets, alphabet);
    std::string text;
    for (unsigned i = 0; i <= data[5] % 8U; ++i) text += once.utf8;
    // A mark in front of UCS-2 is a byte order mark to the receiver, no text.
    if (text.starts_with("\xef\xbb\xbf") || text.starts_with("\xef\xbf\xbe")) return 0;
    segment(text, static_cast<std::uint16_t>(data[6] << 8 | data[7]), data[1] & 4 ? 16 : 8);
    return 0;
}
