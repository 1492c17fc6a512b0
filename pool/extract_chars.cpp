// pool/extract_chars.cpp - decodes UTF-8 and folds letters and digits of the world's scripts.
#include "pool/extract_chars.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

#include "pool/extract_fold.inc"

constexpr char32_t unknown = 0xfffd;

/// The zeros of the decimal digits, in order; nine digits follow each. Source: Unicode 15, Nd.
constexpr char32_t zeros[] = {0x0660, 0x06f0, 0x07c0, 0x0966,  0x09e6,  0x0a66,  0x0ae6,  0x0b66,
                              0x0be6, 0x0c66, 0x0ce6, 0x0d66,  0x0de6,  0x0e50,  0x0ed0,  0x0f20,
                              0x1040, 0x1090, 0x17e0, 0x1810,  0x1946,  0x19d0,  0x1a80,  0x1a90,
                              0x1b50, 0x1bb0, 0x1c40, 0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,
                              0xa9f0, 0xaa50, 0xabf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6};

struct Range {
    char32_t first, last;
};
bool is_in(char32_t c, const Range* begin, const Range* end) noexcept {
    const Range* range =
        std::lower_bound(begin, end, c, [](const Range& r, char32_t x) { return r.last < x; });
    return range != end && range->first <= c;
}

/// What carries no meaning here: marks above and below, joiners, direction, variation selectors.
constexpr Range left_out[] = {
    {0x00ad, 0x00ad}, {0x0300, 0x036f},  {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05c7},
    {0x0610, 0x061a}, {0x061c, 0x061c},  {0x0640, 0x0640}, {0x064b, 0x065f}, {0x0670, 0x0670},
    {0x06d6, 0x06dc}, {0x06df, 0x06e8},  {0x093c, 0x093c}, {0x09bc, 0x09bc}, {0x0a3c, 0x0a3c},
    {0x0abc, 0x0abc}, {0x0b3c, 0x0b3c},  {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
    {0x202a, 0x202e}, {0x2060, 0x206f},  {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};

constexpr Range dense_ranges[] = {
    {0x0e01, 0x0e4f}, {0x0e81, 0x0ecf},  {0x1000, 0x103f}, {0x1050, 0x108f}, {0x1100, 0x11ff},
    {0x1780, 0x17d3}, {0x2e80, 0x2fdf},  {0x3005, 0x3007}, {0x3041, 0x309f}, {0x30a1, 0x30fa},
    {0x30fc, 0x30ff}, {0x3105, 0x318e},  {0x31a0, 0x31bf}, {0x31f0, 0x31ff}, {0x3400, 0x4dbf},
    {0x4e00, 0x9fff}, {0xa960, 0xa97c},  {0xaa60, 0xaa7f}, {0xac00, 0xd7ff}, {0xf900, 0xfaff},
    {0xff66, 0xff9f}, {0x20000, 0x323af}};

constexpr Range letter_ranges[] = {
    {0x00aa, 0x00aa},   {0x00b5, 0x00b5},  {0x00ba, 0x00ba}, {0x00c0, 0x00d6}, {0x00d8, 0x00f6},
    {0x00f8, 0x02c1},   {0x0370, 0x0373},  {0x0376, 0x037d}, {0x037f, 0x037f}, {0x0386, 0x0386},
    {0x0388, 0x0481},   {0x048a, 0x0559},  {0x0560, 0x0588}, {0x05d0, 0x05f2}, {0x0620, 0x064a},
    {0x066e, 0x06d3},   {0x06d5, 0x06d5},  {0x06e5, 0x06e6}, {0x06ee, 0x06ef}, {0x06fa, 0x06ff},
    {0x0710, 0x074a},   {0x0750, 0x07bf},  {0x07ca, 0x07f5}, {0x0800, 0x0963}, {0x0971, 0x0df4},
    {0x0f40, 0x0fbc},   {0x10a0, 0x10ff},  {0x1200, 0x135f}, {0x1380, 0x139a}, {0x13a0, 0x167f},
    {0x1681, 0x16ea},   {0x1820, 0x18af},  {0x1900, 0x1945}, {0x1a00, 0x1a16}, {0x1b00, 0x1b4c},
    {0x1c80, 0x1cbf},   {0x1d00, 0x1fff},  {0x2c00, 0x2cff}, {0x2d00, 0x2dff}, {0xa000, 0xa4fd},
    {0xa500, 0xa61f},   {0xa640, 0xa69f},  {0xa722, 0xa822}, {0xa8e0, 0xa8ff}, {0xa980, 0xa9c0},
    {0xab30, 0xabea},   {0xfb00, 0xfb17},  {0xfb1d, 0xfdfb}, {0xfe70, 0xfefc}, {0x10300, 0x105ff},
    {0x10a00, 0x11fff}, {0x1e900, 0x1e943}};

int digit_value(char32_t c) noexcept {
    if (c < 0x0660) return -1;
    const char32_t* zero = std::upper_bound(std::begin(zeros), std::end(zeros), c);
    if (zero == std::begin(zeros)) return -1;
    const char32_t value = c - *(zero - 1);
    return value < 10 ? static_cast<int>(value) : -1;
}

bool is_blank(char32_t c) noexcept {
    return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x202f || c == 0x205f || c == 0x3000 || c == 0x115f || c == 0x1160;
}
bool is_line_end(char32_t c) noexcept {
    return c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

/// Greek: lower case without tonos and dialytika, one sigma.
char32_t fold_greek(char32_t c) noexcept {
    constexpr std::u32string_view from = U"ΆΈΉΊΌΎΏΐάέήίΰϊϋόύώΪΫς";
    constexpr std::u32string_view to = U"αεηιουωιαεηιυιυουωιυσ";
    const std::size_t at = from.find(c);
    if (at != from.npos) return to[at];
    return c >= 0x0391 && c <= 0x03a9 && c != 0x03a2 ? c + 0x20 : c;
}

char32_t fold_cyrillic(char32_t c) noexcept {
    if (c == U'Ё' || c == U'ё') return U'е';
    if (c >= 0x0400 && c <= 0x040f) return c + 0x50;
    if (c >= 0x0410 && c <= 0x042f) return c + 0x20;
    if ((c >= 0x0460 && c <= 0x0481) || (c >= 0x048a && c <= 0x04bf) || c >= 0x04d0) return c | 1;
    if (c >= 0x04c1 && c <= 0x04ce) return c % 2 ? c + 1 : c;
    return c;
}

/// Arabic, Persian and Urdu write the same letter with several code points.
char32_t fold_arabic(char32_t c) noexcept {
    switch (c) {
        case 0x0622:
        case 0x0623:
        case 0x0625:
        case 0x0671: return 0x0627;  // alef
        case 0x0624: return 0x0648;  // waw
        case 0x0626:
        case 0x0649:
        case 0x064a:
        case 0x06cc:
        case 0x06d2:
        case 0x06d3: return 0x06cc;  // yeh
        case 0x0643:
        case 0x06aa: return 0x06a9;  // kaf
        case 0x0629:
        case 0x06be:
        case 0x06c0:
        case 0x06c1:
        case 0x06c2:
        case 0x06c3:
        case 0x06d5: return 0x0647;  // heh, teh marbuta
        default: return c;
    }
}

/// Letters of India that have a nukta of their own.
char32_t fold_indic(char32_t c) noexcept {
    constexpr std::u32string_view from =
        U"\x0958\x0959\x095a\x095b\x095c\x095d\x095e\x095f\x0929\x0931\x0934\x09dc\x09dd\x09df"
        U"\x0a33\x0a36\x0a59\x0a5a\x0a5b\x0a5e";
    constexpr std::u32string_view to =
        U"\x0915\x0916\x0917\x091c\x0921\x0922\x092b\x092f\x0928\x0930\x0933\x09a1\x09a2\x09af"
        U"\x0a32\x0a38\x0a16\x0a17\x0a1c\x0a2b";
    const std::size_t at = from.find(c);
    return at == from.npos ? c : to[at];
}

void fold_latin(Char& c, char32_t raw, std::string_view table, char32_t first) noexcept {
    const char ascii = table[raw - first];
    if (ascii == ' ') return;
    c.kind = Kind::letter;
    c.marked = true;
    if (ascii != '.') c.folded = static_cast<unsigned char>(ascii);
    // Most pairs are upper even, lower odd; that is near enough for what `upper` decides.
    c.upper = raw < 0x100 ? raw < 0xdf : raw % 2 == 0;
}

void fold_letter(Char& c, char32_t raw) noexcept {
    if (raw >= 0xc0 && raw < 0x2b0) return fold_latin(c, raw, latin_00c0, 0xc0);
    if (raw >= 0x1e00 && raw < 0x1f00) return fold_latin(c, raw, latin_1e00, 0x1e00);
    if (is_in(raw, std::begin(dense_ranges), std::end(dense_ranges))) {
        c.kind = Kind::dense;
        return;
    }
    if (!is_in(raw, std::begin(letter_ranges), std::end(letter_ranges))) return;
    c.kind = Kind::letter;
    if (raw < 0x0400)
        c.folded = fold_greek(raw);
    else if (raw < 0x0530)
        c.folded = fold_cyrillic(raw);
    else if (raw >= 0x0531 && raw <= 0x0556)
        c.folded = raw + 0x30;
    else if (raw >= 0x0600 && raw < 0x0700)
        c.folded = fold_arabic(raw);
    else if (raw >= 0x0900 && raw < 0x0b00)
        c.folded = fold_indic(raw);
    else if (raw >= 0x1c90 && raw <= 0x1cbf)
        c.folded = raw - 0x1c90 + 0x10d0;
    c.upper = c.folded != raw && raw < 0x0590;
}

Char fold_one(char32_t raw) noexcept {
    Char c;
    if (raw >= 0xff01 && raw <= 0xff5e) raw = raw - 0xff01 + '!';
    c.folded = raw;
    if (raw < 0x80) {
        if (raw >= '0' && raw <= '9')
            c.kind = Kind::digit;
        else if (raw >= 'a' && raw <= 'z')
            c.kind = Kind::letter;
        else if (raw >= 'A' && raw <= 'Z') {
            c.kind = Kind::letter;
            c.folded = raw + ('a' - 'A');
            c.upper = true;
        } else if (is_line_end(raw))
            c.kind = Kind::line;
        else if (is_blank(raw))
            c.kind = Kind::blank;
        return c;
    }
    if (is_blank(raw))
        c.kind = Kind::blank;
    else if (is_line_end(raw))
        c.kind = Kind::line;
    else if (const int value = digit_value(raw); value >= 0) {
        c.kind = Kind::digit;
        c.folded = U'0' + static_cast<char32_t>(value);
    } else
        fold_letter(c, raw);
    return c;
}

}  // namespace

char32_t next_character(std::string_view& rest) noexcept {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned first = octet(0);
    const std::size_t length = first < 0x80                     ? 1
                               : first >= 0xc2 && first <= 0xdf ? 2
                               : first >= 0xe0 && first <= 0xef ? 3
                               : first >= 0xf0 && first <= 0xf4 ? 4
                                                                : 0;
    bool good = length > 0 && length <= rest.size();
    char32_t c = length < 2 ? first : first & (0x7fu >> length);
    for (std::size_t i = 1; good && i < length; ++i) {
        good = (octet(i) & 0xc0) == 0x80;
        c = c << 6 | (octet(i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (!good || c < least[length] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) {
        rest.remove_prefix(1);
        return unknown;
    }
    rest.remove_prefix(length);
    return c;
}

void append_utf8(char32_t c, std::string& to) {
    const auto put = [&](char32_t octet) { to += static_cast<char>(octet); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            put(0xe0 | c >> 12);
        } else {
            put(0xf0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3f));
        }
        put(0x80 | (c >> 6 & 0x3f));
    }
    put(0x80 | (c & 0x3f));
}

std::vector<Char> fold_text(std::string_view text, std::size_t characters_max) {
    std::vector<Char> chars;
    chars.reserve(std::min(text.size(), characters_max));
    std::string_view rest = text;
    // Marks that are left out count too, so that a text of nothing else comes to an end.
    for (std::size_t read = 0; !rest.empty() && read < characters_max; ++read) {
        const auto at = static_cast<std::uint32_t>(text.size() - rest.size());
        const char32_t raw = next_character(rest);
        const auto end = static_cast<std::uint32_t>(text.size() - rest.size());
        if (raw >= 0xad && is_in(raw, std::begin(left_out), std::end(left_out))) {
            if (!chars.empty()) chars.back().end = end;
            continue;
        }
        Char c = fold_one(raw);
        c.plain = raw < 0x80;
        c.at = at;
        c.end = end;
        chars.push_back(c);
    }
    return chars;
}

}  // namespace smppd::pool
