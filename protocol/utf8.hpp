// protocol/utf8.hpp - UTF-8, one code point at a time. Internal to protocol/.
// Source: The Unicode Standard, §3.9 (table 3-7; U+FFFD stands for each maximal subpart).
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

namespace smppd::protocol::utf8 {

inline constexpr char32_t replacement = 0xfffd;
inline constexpr std::string_view replacement_text = "\xef\xbf\xbd";

struct CodePoint {
    char32_t value = replacement;
    std::uint8_t length = 1;  ///< octets that it takes up, 1 to 4
    bool valid = false;       ///< false: malformed, `value` is U+FFFD
};

/// The first code point of `text`, which is not empty (assert). Malformed octets are taken up to
/// the first one that could not follow: three good ones of four are one U+FFFD.
constexpr CodePoint first(std::string_view text) noexcept {
    assert(!text.empty());
    const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) return {lead, 1, true};
    if (lead < 0xc2 || lead > 0xf4) return {};
    const std::uint8_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // The second octet's range keeps out overlong forms, surrogates and what is above U+10FFFF.
    std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    char32_t value = lead & (0x7fU >> length);
    for (std::uint8_t i = 1; i < length; ++i) {
        if (i >= text.size() || at(i) < low || at(i) > high) return {replacement, i, false};
        value = value << 6 | (at(i) & 0x3fU);
        low = 0x80;
        high = 0xbf;
    }
    return {value, length, true};
}

/// `value` is a scalar value: no surrogate, at most U+10FFFF (assert).
inline void append(std::string& text, char32_t value) {
    assert(value <= 0x10ffff);
    assert(value < 0xd800 || value > 0xdfff);
    const auto put = [&text](char32_t octet) { text.push_back(static_cast<char>(octet)); };
    if (value < 0x80) return put(value);
    if (value < 0x800) {
        put(0xc0 | value >> 6);
    } else {
        if (value < 0x10000) {
            put(0xe0 | value >> 12);
        } else {
            put(0xf0 | value >> 18);
            put(0x80 | (value >> 12 & 0x3f));
        }
        put(0x80 | (value >> 6 & 0x3f));
    }
    put(0x80 | (value & 0x3f));
}

}  // namespace smppd::protocol::utf8
