// pool/extract_reading.hpp - a text read once: its words, links, sentences, and how far apart they
// are.
#pragma once

#include "pool/extract.hpp"
#include "pool/extract_keywords.hpp"
#include "pool/extract_links.hpp"

#include <optional>

namespace smppd::pool {

/// What finding a code, a link and a brand in a text share. Indices count characters.
struct Reading {
    Reading(std::string_view text, std::size_t characters_max);

    std::string_view text;
    std::vector<Char> chars;
    std::vector<Link> links;
    std::vector<Hit> hits;
    /// Steps from the text's start: what stands between two places is the difference. A word is 6,
    /// a word that only joins 1, a comma 4, the end of a line 9, the end of a sentence 34.
    std::vector<int> steps;
    std::vector<std::uint16_t> sentence;  ///< which one a character is in
    Senses senses = 0;                    ///< of all the words

    char32_t at(std::size_t i) const noexcept { return i < chars.size() ? chars[i].folded : 0; }
    Kind kind(std::size_t i) const noexcept {
        return i < chars.size() ? chars[i].kind : Kind::line;
    }
    bool has(Sense sense) const noexcept { return (senses & bit(sense)) != 0; }
    std::size_t count(Sense sense) const noexcept;
    /// The first character behind blanks; the last before them, or npos.
    std::size_t skip_blanks(std::size_t i) const noexcept;
    std::size_t before_blanks(std::size_t i) const noexcept;
    /// The word that covers a character, or null.
    const Hit* hit_at(std::size_t i) const noexcept;
    /// The octets of a stretch.
    std::size_t octet(std::size_t i) const noexcept;
    std::string_view octets(std::size_t begin, std::size_t end) const noexcept;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// A text that is read when that is first asked for, and once.
class TextOnce {
public:
    explicit TextOnce(std::string_view text) : text_(text) {}
    std::string_view octets() const noexcept { return text_; }
    const Reading& reading();

private:
    std::string_view text_;
    std::optional<Reading> reading_;
};

/// The same as extract() and brand_of() of the text, for whoever wants both.
Extraction extract(TextOnce& text, std::string_view sender, const CodeShape& shape);
std::string brand_of(std::string_view sender, TextOnce& text);

/// A stop that ends a sentence, of any script; not the full stop, which also ends abbreviations.
bool is_stop(char32_t c) noexcept;

}  // namespace smppd::pool
