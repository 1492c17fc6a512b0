// pool/extract.hpp - finds the one-time code, or the link that stands for one, in a message's text.
// Computes only: no clock, no state but tables built once, safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::pool {

/// What a workflow expects; the default is anything usual.
struct CodeShape {
    std::uint8_t length_min = 4;
    std::uint8_t length_max = 10;
    bool letters = true;  ///< false: digits only
};

/// A stretch of the text that may be the code.
struct Candidate {
    std::string code;  ///< folded, as fold_code() does
    std::size_t at = 0;
    std::size_t length = 0;  ///< `at` and `length`: octets of the text
    int score = 0;           ///< only to compare candidates of one text
};

struct Extraction {
    std::string code;  ///< empty: none
    std::string link;  ///< empty: none, or there is a code
    /// Why: "origin_bound" (a last line "@host #code"), "keyword" (a word for code stands before),
    /// "before_keyword" (it stands behind), "instruction" (enter, use), "shape" (the number stands
    /// where codes stand, no word says so), "link"; empty when neither code nor link was found.
    std::string_view rule;
    std::size_t at = 0;
    std::size_t length = 0;             ///< octets of the text that hold code or link
    int confidence = 0;                 ///< 0..100; 0: nothing found
    std::vector<Candidate> candidates;  ///< the best first, at most candidates_max, the code's too
};

inline constexpr std::size_t candidates_max = 8;
inline constexpr std::size_t characters_read = 4096;

/// The code in `text`, else the link that logs in, verifies, resets or confirms, else nothing.
/// `text` is UTF-8; octets that are not count as one unknown character each, never an error.
/// Reads the first characters_read characters, and the last line when the text is longer; what the
/// end of them cuts in two is left out. Linear.
/// `sender` is as the carrier told it: a name says nothing here, its own number is no candidate.
/// Source: WICG sms-one-time-codes (origin-bound lines), Android SMS Retriever (the hash at the
/// end).
Extraction extract(std::string_view text, std::string_view sender, const CodeShape& shape = {});

/// Builds the tables now (some 10 ms), which the first extract() does otherwise. Any thread, once.
void prepare_extraction();

/// What a user typed, or a code that was found, for comparison: digits of any script and full-width
/// letters to ASCII, upper case, without blanks, dashes, dots and marks, and without the letters
/// that a service puts before its digits ("G-123456", "fb-12345", "KQRT-123456"). Empty when
/// nothing is left.
std::string fold_code(std::string_view typed);

/// The brand behind a message, for cool-down: the sender when it is a name and not a generic one
/// ("INFO"), else the registrable domain in the text, else the tag at its front ("[Brand]",
/// "【Brand】", "Brand:"). In lower case and without marks upon letters; empty when there is none.
/// A sender of digits is no brand.
std::string brand_of(std::string_view sender, std::string_view text);

}  // namespace smppd::pool
