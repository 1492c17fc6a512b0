// pool/extract_keywords.hpp - finds in a text the words that speak for or against a code.
#pragma once

#include "pool/extract_chars.hpp"

namespace smppd::pool {

/// What a word does for the number beside it, or for the whole message.
enum class Sense : std::uint8_t {
    strong,   ///< can only mean a one-time code: "verification code", "OTP"
    code,     ///< may mean one: "code", "PIN", "password"
    enter,    ///< what to do with it: "enter", "use"
    verify,   ///< what it is for: "log in", "confirm"
    reset,    ///< what a link is for: "reset your password", "login link"
    link,     ///< "click", "link"
    warn,     ///< "do not share", "never ask"
    expiry,   ///< "valid for"
    toward,   ///< "to": with "text" or "reply" before it a short code follows
    by,       ///< "with": what to confirm something by follows
    is,       ///< "is"
    glue,     ///< also stands between a word and its number: "for", "the"
    own,      ///< "your"
    number,   ///< "number", which may be of anything; stands before
    object,   ///< what other numbers are of: "order", "room"; stands before
    contact,  ///< "call", "reply"; stands before
    tail,     ///< "card ending", "account"; stands before
    minute,   ///< units of time; stand behind, and speak for a code that expires
    unit,     ///< what else is counted; stands behind
    money,    ///< currencies and what is counted in them; stand on both sides
    promo,    ///< the message sells something
    affair,   ///< the message is about a parcel, a flight, a bill
    alert,    ///< the message tells what happened
    done,     ///< the message is a receipt: "payment approved"
};
using Senses = std::uint32_t;
constexpr Senses bit(Sense sense) noexcept { return Senses{1} << static_cast<unsigned>(sense); }

/// A word found: where, as indices of characters, and all that it may mean.
struct Hit {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    Senses senses = 0;
    bool has(Senses any) const noexcept { return (senses & any) != 0; }
    bool has(Sense sense) const noexcept { return has(bit(sense)); }
};

/// The words in `chars`, in order; none lies within another, the longer one counts. Time is linear:
/// at most word_length_max steps a character.
std::vector<Hit> find_words(const std::vector<Char>& chars);

/// For tests: how many words and languages the table has.
struct TableSize {
    std::size_t words = 0;
    std::size_t languages = 0;
};
TableSize keyword_table_size();

}  // namespace smppd::pool
