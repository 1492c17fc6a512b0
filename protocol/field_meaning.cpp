// protocol/field_meaning.cpp - what the octets of mandatory fields stand for.
#include "protocol/field_meaning.hpp"

#include "protocol/octets.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace smppd::protocol {
namespace {

struct Word {
    std::uint8_t value;
    std::string_view meaning;
};

constexpr auto tons = std::to_array<Word>({{0, "unknown"},
                                           {1, "international"},
                                           {2, "national"},
                                           {3, "network specific"},
                                           {4, "subscriber number"},
                                           {5, "alphanumeric"},
                                           {6, "abbreviated"}});
constexpr auto npis = std::to_array<Word>({{0, "unknown"},
                                           {1, "ISDN (E.163, E.164)"},
                                           {3, "data (X.121)"},
                                           {4, "telex (F.69)"},
                                           {6, "land mobile (E.212)"},
                                           {8, "national"},
                                           {9, "private"},
                                           {10, "ERMES"},
                                           {14, "internet (IP)"},
                                           {18, "WAP client id"}});
constexpr auto data_codings = std::to_array<Word>({{0, "SMSC default alphabet"},
                                                   {1, "IA5, ASCII"},
                                                   {2, "octets"},
                                                   {3, "Latin-1"},
                                                   {4, "octets"},
                                                   {5, "JIS X 0208-1990"},
                                                   {6, "Cyrillic (ISO 8859-5)"},
                                                   {7, "Latin/Hebrew (ISO 8859-8)"},
                                                   {8, "UCS-2"},
                                                   {9, "pictogram encoding"},
                                                   {10, "ISO-2022-JP, music codes"},
                                                   {13, "extended Kanji (JIS X 0212-1990)"},
                                                   {14, "KS C 5601"}});
constexpr auto message_states = std::to_array<Word>({{0, "SCHEDULED"},
                                                     {1, "ENROUTE"},
                                                     {2, "DELIVERED"},
                                                     {3, "EXPIRED"},
                                                     {4, "DELETED"},
                                                     {5, "UNDELIVERABLE"},
                                                     {6, "ACCEPTED"},
                                                     {7, "UNKNOWN"},
                                                     {8, "REJECTED"},
                                                     {9, "SKIPPED"}});
constexpr auto message_types = std::to_array<Word>({{0x04, "delivery receipt"},
                                                    {0x08, "delivery acknowledgement"},
                                                    {0x10, "user acknowledgement"},
                                                    {0x18, "conversation abort"},
                                                    {0x20, "intermediate notification"}});
constexpr auto messaging_modes = std::to_array<Word>(
    {{1, "datagram mode"}, {2, "transaction mode"}, {3, "store and forward mode"}});
constexpr auto receipt_requests = std::to_array<Word>(
    {{1, "receipt on success or failure"}, {2, "receipt on failure"}, {3, "receipt on success"}});
constexpr auto sme_requests = std::to_array<Word>({{0x04, "delivery acknowledgement"},
                                                   {0x08, "user acknowledgement"},
                                                   {0x0c, "delivery and user acknowledgement"}});
constexpr auto destination_kinds =
    std::to_array<Word>({{1, "SME address"}, {2, "distribution list"}});
constexpr auto replace_flags = std::to_array<Word>({{0, "do not replace"}, {1, "replace"}});

std::string_view word(std::span<const Word> words, std::uint8_t value,
                      std::string_view otherwise = "reserved") noexcept {
    const auto found = std::find_if(words.begin(), words.end(),
                                    [value](const Word& w) { return w.value == value; });
    return found == words.end() ? otherwise : found->meaning;
}

void add(std::string& list, std::string_view what) {
    if (what.empty()) return;
    if (!list.empty()) list += ", ";
    list += what;
}

std::string esm_class_meaning(std::uint8_t value, bool from_esme) {
    std::string meaning;
    const auto type = static_cast<std::uint8_t>(value & 0x3c);
    if (type != 0) add(meaning, word(message_types, type, "reserved message type"));
    if (from_esme) add(meaning, word(messaging_modes, value & 0x03, ""));
    if ((value & 0x40) != 0) add(meaning, "user data header");
    if ((value & 0x80) != 0) add(meaning, "reply path");
    return meaning.empty() ? "message" : meaning;
}

std::string registered_delivery_meaning(std::uint8_t value) {
    std::string meaning;
    add(meaning, word(receipt_requests, value & 0x03, ""));
    add(meaning, word(sme_requests, value & 0x0c, ""));
    if ((value & 0x10) != 0) add(meaning, "intermediate notification");
    if ((value & 0xe0) != 0) add(meaning, "reserved bits");
    return meaning.empty() ? "no receipt" : meaning;
}

/// TS 23.038 §4, the general group: 10 to 7F.
std::string general_coding_meaning(std::uint8_t value) {
    constexpr std::array<std::string_view, 4> alphabets{"SMSC default alphabet", "octets", "UCS-2",
                                                        "reserved alphabet"};
    std::string meaning{alphabets[value >> 2 & 3]};
    if ((value & 0x10) != 0) add(meaning, "class " + std::to_string(value & 0x03));
    if ((value & 0x20) != 0) add(meaning, "compressed");
    if ((value & 0x40) != 0) add(meaning, "to be deleted once read");
    return meaning;
}

/// TS 23.038 §4: the groups above SMPP's own values.
std::string data_coding_meaning(std::uint8_t value) {
    if (value >= 0x10 && value < 0x80) return general_coding_meaning(value);
    switch (value & 0xf0) {
        case 0x00: return std::string(word(data_codings, value));
        case 0xc0: return "message waiting, discard";
        case 0xd0: return "message waiting, store, GSM 7-bit";
        case 0xe0: return "message waiting, store, UCS-2";
        case 0xf0: break;
        default: return "reserved";
    }
    std::string meaning = (value & 0x04) != 0 ? "octets" : "GSM 7-bit";
    return meaning + ", class " + std::to_string(value & 0x03);
}

std::string interface_version_meaning(std::uint8_t value) {
    // Values up to 0x33 mean version 3.3 or earlier, SMPP 3.4 §5.2.4.
    if (value <= 0x33) return "SMPP 3.3 or earlier";
    return "SMPP " + std::to_string(value >> 4) + "." + std::to_string(value & 0x0f);
}

bool ends_in(std::string_view field, std::string_view end) noexcept { return field.ends_with(end); }

std::string escape_of(unsigned char c) {
    switch (c) {
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        case '\\': return "\\\\";
        default: break;
    }
    return {'\\', 'x', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 0xf]};
}

}  // namespace

std::string hex_of(Bytes octets) {
    std::string hex;
    hex.reserve(octets.size() * 2);
    for (const std::uint8_t octet : octets) {
        hex += "0123456789abcdef"[octet >> 4];
        hex += "0123456789abcdef"[octet & 0xf];
    }
    return hex;
}

std::string hex_number(std::uint64_t number, int digits) {
    std::string hex = "0x";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        hex += "0123456789abcdef"[number >> shift & 0xf];
    }
    return hex;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = octet >= 0x20 && octet < 0x7f && c != '\\';
        out += plain ? std::string(1, c) : escape_of(octet);
    }
    return out;
}

std::string escaped_utf8(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto octet = static_cast<unsigned char>(utf8[i]);
        // U+0080 to U+009F are C2 80 to C2 9F; terminals obey them as they do those below 0x20.
        const bool c1 =
            octet == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0;
        if (c1) {
            out += escape_of(static_cast<unsigned char>(utf8[++i]));
        } else if (octet < 0x20 || octet == 0x7f || octet == '\\') {
            out += escape_of(octet);
        } else {
            out += utf8[i];
        }
    }
    return out;
}

std::string octet_value(std::string_view field, std::uint8_t value) {
    constexpr std::array<std::string_view, 4> in_hex{"esm_class", "registered_delivery",
                                                     "data_coding", "interface_version"};
    const bool hex = std::find(in_hex.begin(), in_hex.end(), field) != in_hex.end();
    return hex ? hex_number(value, 2) : std::to_string(value);
}

std::string octet_meaning(std::string_view field, std::uint8_t value, bool from_esme) {
    if (ends_in(field, "_ton")) return std::string(word(tons, value));
    if (ends_in(field, "_npi")) return std::string(word(npis, value));
    if (field == "esm_class") return esm_class_meaning(value, from_esme);
    if (field == "registered_delivery") return registered_delivery_meaning(value);
    if (field == "data_coding") return data_coding_meaning(value);
    if (field == "interface_version") return interface_version_meaning(value);
    if (field == "message_state") return std::string(word(message_states, value));
    if (field == "dest_flag") return std::string(word(destination_kinds, value));
    if (field == "replace_if_present_flag") return std::string(word(replace_flags, value));
    return {};
}

std::string time_meaning(std::string_view time) {
    if (time.empty()) return {};
    const bool digits = std::all_of(
        time.begin(),
        time.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(time.size(), 15)),
        [](char c) { return c >= '0' && c <= '9'; });
    if (time.size() != 16 || !digits) return "not of the form YYMMDDhhmmsstnnp";
    const auto pair = [time](std::size_t at) { return std::string(time.substr(at, 2)); };
    if (time[15] == 'R') {
        constexpr std::array<std::string_view, 6> units{"years", "months",  "days",
                                                        "hours", "minutes", "seconds"};
        std::string meaning;
        for (std::size_t i = 0; i < units.size(); ++i) {
            const int count = (time[2 * i] - '0') * 10 + time[2 * i + 1] - '0';
            if (count != 0) add(meaning, std::to_string(count) + " " + std::string(units[i]));
        }
        return "after " + (meaning.empty() ? "no time" : meaning);
    }
    if (time[15] != '+' && time[15] != '-') return "not of the form YYMMDDhhmmsstnnp";
    const int quarters = (time[13] - '0') * 10 + time[14] - '0';
    const std::string minutes = std::to_string(quarters % 4 * 15);
    return "20" + pair(0) + "-" + pair(2) + "-" + pair(4) + " " + pair(6) + ":" + pair(8) + ":" +
           pair(10) + " UTC" + time[15] + std::to_string(quarters / 4) + ":" +
           (minutes.size() < 2 ? "0" : "") + minutes;
}

}  // namespace smppd::protocol
