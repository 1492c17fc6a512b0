// tools/smppctl/suggest.cpp - see suggest.hpp.
#include "tools/smppctl/suggest.hpp"

#include <algorithm>

namespace smppd::ctl {
namespace {

/// Optimal string alignment distance: insertions, deletions, changes, swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& one : known) {
        const bool beginning = word.size() >= 2 && one.starts_with(word);
        const std::size_t away = beginning ? 0 : distance(word, one);
        if (away >= best_distance) continue;
        best = one;
        best_distance = away;
    }
    return best;
}

}  // namespace smppd::ctl
