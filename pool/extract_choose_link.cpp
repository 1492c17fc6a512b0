// pool/extract_choose_link.cpp - tells a link that logs in or confirms from all the others.
#include "pool/extract_score.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr int nothing = -1'000'000;

/// `warned`: its sentence says what never to do, which no link is for.
int purpose(const Hit& hit, bool warned) noexcept {
    if (hit.has(Sense::reset)) return 44;
    if (hit.has(Sense::verify)) return 32;
    if (hit.has(bit(Sense::code) | bit(Sense::strong)) && !warned) return 30;
    return 0;
}
int other_purpose(const Hit& hit) noexcept {
    if (hit.has(bit(Sense::reset))) return 0;
    if (hit.has(Sense::alert)) return 40;
    if (hit.has(Sense::affair)) return 36;
    if (hit.has(Sense::promo)) return 40;
    if (hit.has(Sense::money)) return 14;
    return 0;
}

/// The best of words on one side, each worth less with every step to the link.
struct Side {
    int best = nothing;
    void take(int weight, int steps) noexcept {
        if (weight > 0) best = std::max(best, weight + steps);
    }
    int at(int steps) const noexcept { return std::max(best - steps, 0); }
};

/// Half the steps, and a sentence's end counts as two words: the purpose of a link is often told in
/// the sentence before it.
int distance(const Reading& r, std::size_t i) noexcept {
    return (r.steps[i] - 22 * r.sentence[i]) / 2;
}

/// A link that lets somebody in carries a token: a bare host does not.
bool has_path(const Reading& r, const Link& link) noexcept {
    return link.end > link.host_end + 1 || r.at(link.host_end) == '?';
}

}  // namespace

const Link* choose_link(const Reading& r, int& score) {
    const Link* chosen = nullptr;
    score = 0;
    std::vector<bool> warned(r.sentence.back() + std::size_t{1});
    for (const Hit& hit : r.hits)
        if (hit.has(Sense::warn)) warned[r.sentence[hit.begin]] = true;
    for (const Link& link : r.links) {
        Side left, left_other, right, right_other;
        for (const Hit& hit : r.hits) {
            const bool before = hit.end <= link.begin;
            const int steps = before ? distance(r, hit.end) : -distance(r, hit.begin);
            const bool here = r.sentence[hit.begin] == r.sentence[link.begin];
            if (!before && !here) continue;
            (before ? left : right).take(purpose(hit, warned[r.sentence[hit.begin]]), steps);
            (before ? left_other : right_other).take(other_purpose(hit), steps);
        }
        const int to_left = distance(r, link.begin), to_right = -distance(r, link.end);
        const int found = std::max(left.at(to_left), right.at(to_right) - 6) +
                          (r.has(Sense::link) ? 6 : 0) +
                          (r.has(Sense::expiry) || r.has(Sense::minute) ? 4 : 0) -
                          std::max(left_other.at(to_left), right_other.at(to_right) - 12) * 7 / 8 -
                          (r.has(Sense::promo) ? 14 : 0) - (has_path(r, link) ? 0 : 30);
        if (found >= link_score_min && found > score) {
            score = found;
            chosen = &link;
        }
        // One link is what such a message has; more of them are looked at only to a bound.
        if (&link - r.links.data() >= 7) break;
    }
    return chosen;
}

}  // namespace smppd::pool
