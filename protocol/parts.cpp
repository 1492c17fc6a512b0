// protocol/parts.cpp - see parts.hpp.
#include "protocol/parts.hpp"

#include "protocol/gsm7.hpp"

#include <algorithm>

namespace smppd::protocol {
namespace {

/// Information elements that are read here. Source: TS 23.040 §9.2.3.24.
enum : std::uint8_t {
    concatenated_8 = 0x00,
    ports_8 = 0x04,
    ports_16 = 0x05,
    concatenated_16 = 0x08,
    single_shift = 0x24,
    locking_shift = 0x25,
};
constexpr std::size_t concatenated_8_length = 3;
constexpr std::size_t concatenated_16_length = 4;

std::uint16_t integer_16(Bytes octets) {
    return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
}

std::optional<PartOf> part_of(std::uint64_t reference, std::uint8_t width, std::uint64_t total,
                              std::uint64_t index) {
    if (reference > 0xffff || total < 2 || total > 255 || index < 1 || index > total) return {};
    return PartOf{static_cast<std::uint16_t>(reference), width, static_cast<std::uint8_t>(total),
                  static_cast<std::uint8_t>(index)};
}

std::optional<PartOf> part_by_tlvs(const Tlvs& tlvs) {
    const auto reference = tlv_integer(tlvs, tag::sar_msg_ref_num);
    const auto total = tlv_integer(tlvs, tag::sar_total_segments);
    const auto index = tlv_integer(tlvs, tag::sar_segment_seqnum);
    if (!reference || !total || !index) return {};
    return part_of(*reference, 0, *total, *index);
}

/// An element that comes twice: the last one counts (TS 23.040 §9.2.3.24).
void read_element(std::uint8_t id, Bytes value, UserData& user_data) {
    switch (id) {
        case concatenated_8:
            if (value.size() == concatenated_8_length)
                user_data.part = part_of(value[0], 8, value[1], value[2]);
            break;
        case concatenated_16:
            if (value.size() == concatenated_16_length)
                user_data.part = part_of(integer_16(value), 16, value[2], value[3]);
            break;
        case ports_8:
            if (value.size() == 2) user_data.destination_port = value[0];
            break;
        case ports_16:
            if (value.size() == 4) user_data.destination_port = integer_16(value);
            break;
        case single_shift:
            if (value.size() == 1) user_data.language.single_shift = value[0];
            break;
        case locking_shift:
            if (value.size() == 1) user_data.language.locking_shift = value[0];
            break;
        default: break;
    }
}

/// Reads the elements that are whole; how many octets they take up together.
std::size_t read_elements(Bytes elements, UserData& user_data) {
    std::size_t at = 0;
    while (at + 2 <= elements.size()) {
        const std::size_t length = elements[at + 1];
        if (at + 2 + length > elements.size()) break;
        read_element(elements[at], elements.subspan(at + 2, length), user_data);
        at += 2 + length;
    }
    return at;
}

void divide(Bytes octets, std::size_t header_length, UserData& user_data) {
    user_data.header.assign(octets.begin(), octets.begin() + static_cast<long>(header_length));
    user_data.data.assign(octets.begin() + static_cast<long>(header_length), octets.end());
    user_data.fill_bits = static_cast<std::uint8_t>((7 - header_length * 8 % 7) % 7);
}

bool starts_with(Bytes octets, std::initializer_list<std::uint8_t> beginning) {
    return octets.size() >= beginning.size() &&
           std::equal(beginning.begin(), beginning.end(), octets.begin());
}

bool counts_up(std::uint8_t total, std::uint8_t index) {
    return total >= 2 && index >= 1 && index <= total;
}

/// A concatenation header that stands there without the UDHI flag (quirk q082).
bool unflagged_header(Bytes octets) {
    if (starts_with(octets, {0x05, concatenated_8, concatenated_8_length}))
        return octets.size() >= 6 && counts_up(octets[4], octets[5]);
    if (starts_with(octets, {0x06, concatenated_16, concatenated_16_length}))
        return octets.size() >= 7 && counts_up(octets[5], octets[6]);
    return false;
}

/// How long the concatenation element is whose header's length octet was left out (quirk q082); 0:
/// there is none.
std::uint8_t unmeasured_length(Bytes octets) {
    if (starts_with(octets, {concatenated_8, concatenated_8_length}))
        return octets.size() >= 5 && counts_up(octets[3], octets[4]) ? 5 : 0;
    if (!starts_with(octets, {concatenated_16, concatenated_16_length})) return 0;
    if (octets.size() < 6 || !counts_up(octets[4], octets[5])) return 0;
    // 8 may be a length all the same, and what follows the ports of an application.
    UserData ignored;
    const std::size_t length = octets[0];
    const bool whole =
        octets.size() > length && read_elements(octets.subspan(1, length), ignored) == length;
    return whole ? 0 : 6;
}

void take_unmeasured_header(Bytes octets, std::uint8_t length, UserData& user_data) {
    read_elements(octets.first(length), user_data);
    divide(octets, length, user_data);
    user_data.header.insert(user_data.header.begin(), length);
    user_data.header_damaged = true;
}

/// The length octet promises more than there is. The elements that can be read are taken off, but
/// what they say may be text (quirk q083): only a concatenation of few parts is believed.
void take_overlong_header(Bytes octets, UserData& user_data) {
    constexpr std::uint8_t believed_parts_max = 20;
    UserData doubtful;
    const std::size_t readable = octets.empty() ? 0 : read_elements(octets.subspan(1), doubtful);
    divide(octets, readable == 0 ? 0 : 1 + readable, user_data);
    if (doubtful.part && doubtful.part->total <= believed_parts_max) user_data.part = doubtful.part;
    user_data.header_damaged = true;
}

void take_header(Bytes octets, UserData& user_data) {
    const std::size_t length = octets.empty() ? 0 : octets[0];
    if (octets.size() < 1 + length) return take_overlong_header(octets, user_data);
    const std::size_t readable = read_elements(octets.subspan(1, length), user_data);
    if (length != 0 && readable == 0) {
        // No element fits into it: the flag was set on plain text, none of which may get lost.
        divide(octets, 0, user_data);
    } else {
        divide(octets, 1 + length, user_data);
    }
    user_data.header_damaged = readable != length;
}

bool is_utf16(Alphabet alphabet) {
    return alphabet == Alphabet::utf16be || alphabet == Alphabet::utf16le;
}

/// Whether `octets` begin with the byte order mark that `run` begins with too.
bool repeats_mark(Bytes octets, Bytes run) {
    const bool big = starts_with(octets, {0xfe, 0xff}) && starts_with(run, {0xfe, 0xff});
    const bool little = starts_with(octets, {0xff, 0xfe}) && starts_with(run, {0xff, 0xfe});
    return big || little;
}

bool joins(const TextPiece& a, const TextPiece& b) {
    return a.alphabet == b.alphabet && a.language == b.language;
}

/// Adds the octets of `piece` to those that are read as one.
void append_piece(Octets& run, const TextPiece& piece) {
    if (piece.alphabet == Alphabet::gsm7_packed) {
        const Octets septets = unpack_septets(piece.data, piece.fill_bits);
        run.insert(run.end(), septets.begin(), septets.end());
        return;
    }
    Bytes data = piece.data;
    // Each part may begin with the mark of the first; inside the text it would show.
    if (is_utf16(piece.alphabet) && repeats_mark(data, run)) data = data.subspan(2);
    run.insert(run.end(), data.begin(), data.end());
}

}  // namespace

UserData take_apart(Bytes octets, bool udhi, bool is_receipt, const Tlvs& tlvs) {
    UserData user_data;
    if (is_receipt) {
        user_data.data.assign(octets.begin(), octets.end());
        return user_data;
    }
    if (const std::uint8_t length = udhi ? unmeasured_length(octets) : 0; length != 0) {
        take_unmeasured_header(octets, length, user_data);
    } else if (udhi || unflagged_header(octets)) {
        take_header(octets, user_data);
    } else {
        user_data.data.assign(octets.begin(), octets.end());
    }
    if (!user_data.part) user_data.part = part_by_tlvs(tlvs);
    return user_data;
}

Text join_text(std::span<const TextPiece> pieces) {
    Text joined;
    while (!pieces.empty()) {
        const TextPiece& head = pieces.front();
        Octets run;
        while (!pieces.empty() && joins(head, pieces.front())) {
            append_piece(run, pieces.front());
            pieces = pieces.subspan(1);
        }
        const bool unpacked = head.alphabet == Alphabet::gsm7_packed;
        const Text text =
            decode_text(run, unpacked ? Alphabet::gsm7 : head.alphabet, head.language);
        joined.utf8 += text.utf8;
        joined.lossy |= text.lossy;
    }
    return joined;
}

}  // namespace smppd::protocol
