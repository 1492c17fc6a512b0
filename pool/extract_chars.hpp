// pool/extract_chars.hpp - a text as folded characters, each with its place in the octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::pool {

enum class Kind : std::uint8_t {
    letter,  ///< of a script that puts blanks between words
    dense,   ///< of a script that does not: Han, kana, Hangul, Thai, Lao, Khmer, Burmese
    digit,
    blank,
    line,  ///< the end of a line
    other,
};

struct Char {
    char32_t folded = 0;    ///< lower case, without marks, full width and digits to ASCII
    std::uint32_t at = 0;   ///< first octet in the text
    std::uint32_t end = 0;  ///< the octet behind it, and behind the marks upon it
    Kind kind = Kind::other;
    bool upper = false;
    bool plain = false;   ///< ASCII as it stands, not by folding
    bool marked = false;  ///< a Latin letter that lost a mark by folding
    bool hidden = false;  ///< part of a link, an address or a retriever's hash: no word, no code
};

/// The first `characters_max` characters. Marks, joiners and direction marks are left out; octets
/// that are no UTF-8 become U+FFFD, one each.
std::vector<Char> fold_text(std::string_view text, std::size_t characters_max);

/// One character from the front of `rest`, which shrinks by it; `rest` must not be empty.
char32_t next_character(std::string_view& rest) noexcept;

/// Appends one character as UTF-8.
void append_utf8(char32_t c, std::string& to);

inline bool is_word(const Char& c) noexcept {
    return c.kind == Kind::letter || c.kind == Kind::dense || c.kind == Kind::digit;
}
inline bool is_ascii_letter(const Char& c) noexcept {
    return c.folded >= 'a' && c.folded <= 'z' && !c.marked;
}
inline bool is_ascii_alnum(const Char& c) noexcept {
    return c.kind == Kind::digit || is_ascii_letter(c);
}

}  // namespace smppd::pool
