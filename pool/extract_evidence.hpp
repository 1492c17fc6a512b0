// pool/extract_evidence.hpp - what stands around each candidate, gathered in two passes.
#pragma once

#include "pool/extract_candidates.hpp"

namespace smppd::pool {

/// What the words beside a candidate say. Numbers are weights less the steps to the word; 0: none.
struct Evidence {
    int code_left = 0;   ///< a word for code before it
    int code_right = 0;  ///< one behind it, in its sentence
    int enter_left = 0, enter_right = 0;
    int verify_left = 0, verify_right = 0;
    int trap = 0;         ///< a word that announces numbers of another kind
    int money = 0;        ///< a currency or a unit beside it
    int weight_here = 0;  ///< of a word for code before it in its sentence, however far
    int unused = 0;       ///< the same, with no other candidate between
    bool enter_here =
        false;  ///< "enter" before it in its sentence, with no other candidate between
    bool verify_here = false;  ///< what it confirms stands before it in its sentence
    bool contact = false;      ///< "text", "reply" before it in its sentence
    bool colon = false;        ///< ':', '=' or a dash and a blank right before
    bool joined = false;       ///< "is", "for" and their kin right before
    bool is = false;           ///< "is" right before
    bool is_right = false;     ///< "is" right behind
    bool for_right = false;    ///< "to", "for" right behind
    bool by = false;           ///< "with" right before, and something to confirm beside
    bool direct = false;       ///< a word for code, or for entering it, right before
    bool tagged = false;       ///< at the front, behind a tag
    bool front = false;        ///< no word before it but a tag: "[Brand]", "Brand:"
    bool begins = false;       ///< the first thing on its line or in its sentence
    bool ends = false;         ///< the last thing on its line or in its sentence
};

inline constexpr Senses code_senses = bit(Sense::strong) | bit(Sense::code);

/// In the order of `found`. Linear.
std::vector<Evidence> gather_evidence(const Reading& reading, const std::vector<Found>& found);

}  // namespace smppd::pool
