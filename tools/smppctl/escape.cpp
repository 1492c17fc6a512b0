// tools/smppctl/escape.cpp - see escape.hpp.
#include "tools/smppctl/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>

namespace smppd::ctl {
namespace {

struct Range {
    std::uint32_t first, last;
};

/// What steers or hides: soft hyphen, Arabic letter mark, zero width space and marks, separators,
/// embeddings and overrides, invisible operators, isolates, byte order mark, interlinear marks,
/// tags. The joiners U+200C and U+200D are parts of words and emoji and stay.
constexpr std::array unsafe{Range{0x00, 0x1f},     Range{0x7f, 0x9f},     Range{0xad, 0xad},
                            Range{0x61c, 0x61c},   Range{0x180e, 0x180e}, Range{0x200b, 0x200b},
                            Range{0x200e, 0x200f}, Range{0x2028, 0x202e}, Range{0x2060, 0x206f},
                            Range{0xfeff, 0xfeff}, Range{0xfff9, 0xfffb}, Range{0xe0000, 0xe007f}};

/// Characters that are drawn over the one before. Source: the common blocks of general category
/// Mn, and the joiners and variation selectors.
constexpr std::array combining{
    Range{0x300, 0x36f},   Range{0x483, 0x489},     Range{0x591, 0x5bd},    Range{0x610, 0x61a},
    Range{0x64b, 0x65f},   Range{0x200c, 0x200d},   Range{0x20d0, 0x20f0},  Range{0xfe00, 0xfe0f},
    Range{0xfe20, 0xfe2f}, Range{0x1f3fb, 0x1f3ff}, Range{0xe0100, 0xe01ef}};

/// Two columns each. Source: Unicode Standard Annex 11, East Asian Width W and F, by block.
constexpr std::array wide{Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x2e80, 0x303e},
                          Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},
                          Range{0xa000, 0xa4cf},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
                          Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},
                          Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1f9ff},
                          Range{0x20000, 0x3fffd}};

bool is_in(std::span<const Range> ranges, std::uint32_t c) noexcept {
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct Character {
    std::uint32_t code = 0;
    std::size_t octets = 1;
    bool valid = false;
};

/// The character at the front of `text`, which is not empty. Source: RFC 3629 §3.
Character front(std::string_view text) noexcept {
    const auto at = [&](std::size_t i) -> std::uint32_t {
        return static_cast<unsigned char>(text[i]);
    };
    const std::uint32_t lead = at(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t octets = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < octets) return {lead, 1, false};
    std::uint32_t code = lead & (0x7fu >> octets);
    for (std::size_t i = 1; i < octets; ++i) {
        if ((at(i) & 0xc0) != 0x80) return {lead, 1, false};
        code = code << 6 | (at(i) & 0x3f);
    }
    static constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < smallest[octets] || code > 0x10ffff || surrogate) return {lead, 1, false};
    return {code, octets, true};
}

std::string hex(const char* format, std::uint32_t value) {
    std::array<char, 16> text{};
    const int length = std::snprintf(text.data(), text.size(), format, value);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string escape_of(const Character& c) {
    if (!c.valid || c.code < 0x20 || c.code == 0x7f) {
        switch (c.code) {
            case '\n': return "\\n";
            case '\r': return "\\r";
            case '\t': return "\\t";
            default: return hex("\\x%02x", c.code);
        }
    }
    return c.code > 0xffff ? hex("\\U%08x", c.code) : hex("\\u%04x", c.code);
}

std::string json_escape_of(const Character& c) {
    if (c.code <= 0xffff) return hex("\\u%04x", c.code);
    const std::uint32_t rest = c.code - 0x10000;
    return hex("\\u%04x", 0xd800 + (rest >> 10)) + hex("\\u%04x", 0xdc00 + (rest & 0x3ff));
}

std::size_t width_of(std::uint32_t code) noexcept {
    if (code < 0x300) return 1;
    if (is_in(combining, code)) return 0;
    return is_in(wide, code) ? 2 : 1;
}

/// Copies `text`; `escape` gives the stand-in of what is unsafe.
template <class Escape>
std::string rewritten(std::string_view text, bool keep_breaks, Escape escape) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const Character c = front(text);
        if ((keep_breaks && c.code == '\n') || (c.valid && !is_in(unsafe, c.code)))
            safe += text.substr(0, c.octets);
        else
            safe += escape(c);
        text.remove_prefix(c.octets);
    }
    return safe;
}

}  // namespace

std::string escaped(std::string_view text, LineBreaks breaks) {
    return rewritten(text, breaks == LineBreaks::keep, escape_of);
}

std::string escaped_json(std::string_view document) {
    return rewritten(document, true, json_escape_of);
}

std::size_t width(std::string_view text) noexcept {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Character c = front(text);
        columns += width_of(c.code);
        text.remove_prefix(c.octets);
    }
    return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
    if (width(text) <= columns) return std::string{text};
    if (columns == 0) return {};
    std::size_t taken = 0, octets = 0;
    while (octets < text.size()) {
        const Character c = front(text.substr(octets));
        if (taken + width_of(c.code) > columns - 1) break;
        taken += width_of(c.code);
        octets += c.octets;
    }
    return std::string{text.substr(0, octets)} + "…";
}

}  // namespace smppd::ctl
