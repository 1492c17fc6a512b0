// pool/extract_score.hpp - weighs what the words around a candidate say.
#pragma once

#include "pool/extract_candidates.hpp"

namespace smppd::pool {

struct Scored {
    const Found* found = nullptr;
    int score = 0;
    std::string_view rule;  ///< as Extraction tells it; empty: nothing speaks for it
};

/// Scores in the order of `found`. A candidate is taken for the code at score_min and a rule.
std::vector<Scored> score_candidates(const Reading& reading, const std::vector<Found>& found);
inline constexpr int score_min = 44;

/// The link in `reading` that logs in, verifies, resets or confirms; null when there is none.
/// `score` gets its weight.
const Link* choose_link(const Reading& reading, int& score);
inline constexpr int link_score_min = 20;

}  // namespace smppd::pool
