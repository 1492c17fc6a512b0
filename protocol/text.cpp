// protocol/text.cpp - see text.hpp.
#include "protocol/text.hpp"

#include "protocol/gsm7.hpp"
#include "protocol/iconv_text.hpp"
#include "protocol/utf8.hpp"

namespace smppd::protocol {
namespace {

/// data_coding 0 to 15 where the profile says nothing. Source: SMPP 3.4 §5.2.19.
std::optional<Alphabet> usual_alphabet(std::uint8_t data_coding) noexcept {
    switch (data_coding) {
        case 0: return Alphabet::gsm7;
        case 1: return Alphabet::latin1;  // IA5 by the specification; carriers send accents in it
        case 2: return Alphabet::octets;
        case 3: return Alphabet::latin1;
        case 4: return Alphabet::octets;
        case 5: return Alphabet::shift_jis;
        case 6: return Alphabet::iso8859_5;
        case 7: return Alphabet::iso8859_8;
        case 8: return Alphabet::utf16be;
        case 10: return Alphabet::iso2022_jp;
        case 13: return Alphabet::euc_jp;
        case 14: return Alphabet::euc_kr;
        default: return {};
    }
}

/// data_coding 10 to 7F: general group, with or without automatic deletion. Source: TS 23.038 §4.
Alphabet general_alphabet(std::uint8_t data_coding, Alphabet usual) noexcept {
    constexpr std::uint8_t compressed = 0x20;
    if ((data_coding & compressed) != 0) return Alphabet::octets;
    switch (data_coding >> 2 & 3) {
        case 1: return Alphabet::octets;
        case 2: return Alphabet::utf16be;
        default: return usual;
    }
}

/// data_coding C0 to FF. Source: TS 23.038 §4: message waiting groups, class group.
Alphabet grouped_alphabet(std::uint8_t data_coding, Alphabet usual) noexcept {
    constexpr std::uint8_t eight_bit = 0x04;
    const int group = data_coding >> 4;
    if (group == 0xe) return Alphabet::utf16be;
    if (group == 0xf && (data_coding & eight_bit) != 0) return Alphabet::octets;
    // The GSM alphabet, packed by whoever packs it in data_coding 0.
    return usual == Alphabet::gsm7_packed ? usual : Alphabet::gsm7;
}

Text decode_single_octets(Bytes octets, unsigned limit) {
    Text text;
    text.utf8.reserve(octets.size() + octets.size() / 8);
    for (const std::uint8_t octet : octets) {
        const bool known = octet < limit;
        utf8::append(text.utf8, known ? octet : utf8::replacement);
        text.lossy |= !known;
    }
    return text;
}

Text decode_utf8(Bytes octets) {
    Text text;
    text.utf8.reserve(octets.size());
    std::string_view left(reinterpret_cast<const char*>(octets.data()), octets.size());
    while (!left.empty()) {
        const utf8::CodePoint point = utf8::first(left);
        utf8::append(text.utf8, point.value);
        text.lossy |= !point.valid;
        left.remove_prefix(point.length);
    }
    return text;
}

Text decode_utf16(Bytes octets, bool little_endian) {
    const auto unit = [&](std::size_t i) -> char32_t {
        return little_endian ? octets[i] | octets[i + 1] << 8 : octets[i] << 8 | octets[i + 1];
    };
    std::size_t i = 0;
    if (octets.size() >= 2 && (unit(0) == 0xfeff || unit(0) == 0xfffe)) {
        // A byte order mark: obeyed, and no part of the text (quirk q072).
        if (unit(0) == 0xfffe) little_endian = !little_endian;
        i = 2;
    }
    Text text;
    text.utf8.reserve(octets.size() / 2 * 3);
    for (; i + 1 < octets.size(); i += 2) {
        char32_t value = unit(i);
        const bool pair = value >= 0xd800 && value < 0xdc00 && i + 3 < octets.size() &&
                          unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000;
        if (pair) {
            value = 0x10000 + ((value - 0xd800) << 10 | (unit(i + 2) - 0xdc00));
            i += 2;
        } else if (value >= 0xd800 && value < 0xe000) {
            value = utf8::replacement;
            text.lossy = true;
        }
        utf8::append(text.utf8, value);
    }
    if (i < octets.size()) {
        utf8::append(text.utf8, utf8::replacement);
        text.lossy = true;
    }
    return text;
}

}  // namespace

std::string_view alphabet_name(Alphabet alphabet) noexcept {
    switch (alphabet) {
        case Alphabet::gsm7: return "gsm7";
        case Alphabet::gsm7_packed: return "packed";
        case Alphabet::latin1: return "latin-1";
        case Alphabet::ascii: return "ascii";
        case Alphabet::utf8: return "utf-8";
        case Alphabet::utf16be: return "utf-16be";
        case Alphabet::utf16le: return "utf-16le";
        case Alphabet::octets: return "octets";
        case Alphabet::iso8859_5: return "iso-8859-5";
        case Alphabet::iso8859_8: return "iso-8859-8";
        case Alphabet::shift_jis: return "shift-jis";
        case Alphabet::iso2022_jp: return "iso-2022-jp";
        case Alphabet::euc_jp: return "euc-jp";
        case Alphabet::euc_kr: return "euc-kr";
    }
    return "";
}

Alphabet alphabet_of(std::uint8_t data_coding, const Profile& profile) noexcept {
    constexpr std::uint8_t general_from = 0x10, reserved_from = 0x80, grouped_from = 0xc0;
    if (data_coding < general_from) {
        const auto found = profile.data_codings.find(data_coding);
        if (found != profile.data_codings.end()) return found->second;
        if (const auto usual = usual_alphabet(data_coding)) return *usual;
    }
    const auto found = profile.data_codings.find(0);
    const Alphabet usual = found != profile.data_codings.end() ? found->second : Alphabet::gsm7;
    if (data_coding >= grouped_from) return grouped_alphabet(data_coding, usual);
    const bool general = data_coding >= general_from && data_coding < reserved_from;
    return general ? general_alphabet(data_coding, usual) : usual;
}

Text decode_text(Bytes octets, Alphabet alphabet, const Language& language, unsigned fill_bits) {
    switch (alphabet) {
        case Alphabet::gsm7: return gsm7::decode(octets, language);
        case Alphabet::gsm7_packed:
            return gsm7::decode(unpack_septets(octets, fill_bits), language);
        case Alphabet::latin1: return decode_single_octets(octets, 0x100);
        case Alphabet::ascii: return decode_single_octets(octets, 0x80);
        case Alphabet::utf8: return decode_utf8(octets);
        case Alphabet::utf16be: return decode_utf16(octets, false);
        case Alphabet::utf16le: return decode_utf16(octets, true);
        case Alphabet::octets: return {};
        default: return is_iconv_alphabet(alphabet) ? decode_iconv(octets, alphabet) : Text{};
    }
}

Octets encode_utf16be(std::string_view utf8) {
    Octets octets;
    octets.reserve(utf8.size() * 2);
    const auto put = [&octets](char32_t unit) {
        octets.push_back(static_cast<std::uint8_t>(unit >> 8));
        octets.push_back(static_cast<std::uint8_t>(unit));
    };
    while (!utf8.empty()) {
        const utf8::CodePoint point = utf8::first(utf8);
        utf8.remove_prefix(point.length);
        if (point.value < 0x10000) {
            put(point.value);
        } else {
            put(0xd800 + ((point.value - 0x10000) >> 10));
            put(0xdc00 + ((point.value - 0x10000) & 0x3ff));
        }
    }
    return octets;
}

bool valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const utf8::CodePoint point = utf8::first(text);
        if (!point.valid) return false;
        text.remove_prefix(point.length);
    }
    return true;
}

}  // namespace smppd::protocol
