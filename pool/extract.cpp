// pool/extract.cpp - finds the one-time code, or the link that stands for one, in a message's text.
#include "pool/extract.hpp"

#include "pool/extract_score.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::size_t last_line_max = 1024;  // octets
constexpr std::size_t typed_max = 64;

bool fits(const std::string& code, const CodeShape& shape) {
    if (code.size() < shape.length_min || code.size() > shape.length_max) return false;
    return shape.letters || code.find_first_not_of("0123456789") == code.npos;
}

/// The last line, or where a gateway made one line of all, what begins with its last '@'.
bool from_origin_bound(std::string_view text, const CodeShape& shape, Extraction& to) {
    const std::size_t floor = text.size() - std::min(text.size(), last_line_max);
    std::string_view tail = text.substr(floor);
    tail = tail.substr(0, tail.find_last_not_of(" \t\r\n") + 1);
    std::size_t mark = tail.rfind('@');
    if (mark == tail.npos) return false;
    // "@host #code @embedded": the second host is of a frame within the first one's page.
    if (mark > 0 && tail.find('#', mark) == tail.npos) {
        const std::size_t first = tail.rfind('@', mark - 1);
        if (first != tail.npos && tail.find('\n', first) == tail.npos) mark = first;
    }
    if (mark > 0 && tail[mark - 1] != '\n' && tail[mark - 1] != ' ' && tail[mark - 1] != '\r')
        return false;
    if (mark == 0 && floor > 0) return false;
    const std::string_view line = tail.substr(mark);
    std::string_view token;
    if (line.find('\n') != line.npos || origin_bound(line, token) == 0) return false;
    std::string code = fold_code(token);
    if (!fits(code, shape)) return false;
    to.at = static_cast<std::size_t>(token.data() - text.data());
    to.length = token.size();
    to.rule = "origin_bound";
    to.confidence = 100;
    to.candidates.push_back({code, to.at, to.length, 100});
    to.code = std::move(code);
    return true;
}

/// Better first; of equals the one that comes first in the text.
void list_candidates(const Reading& reading, std::vector<Scored>& scored, Extraction& to) {
    std::stable_sort(scored.begin(), scored.end(),
                     [](const Scored& a, const Scored& b) { return a.score > b.score; });
    for (const Scored& each : scored) {
        if (to.candidates.size() == candidates_max) break;
        const Found& found = *each.found;
        to.candidates.push_back({found.code, reading.octet(found.begin),
                                 reading.octets(found.begin, found.end).size(), each.score});
    }
}

void take_code(const std::vector<Scored>& scored, Extraction& to) {
    if (scored.empty() || scored.front().score < score_min || scored.front().rule.empty()) return;
    const Candidate& best = to.candidates.front();
    to.code = best.code;
    to.at = best.at;
    to.length = best.length;
    to.rule = scored.front().rule;
    // Beside a second that is as good it is a guess.
    int lead = 100;
    for (const Scored& other : scored)
        if (other.found->code != best.code) {
            lead = best.score - other.score;
            break;
        }
    to.confidence = std::clamp(55 + (best.score - score_min) * 3 / 2, 55, 99);
    if (lead < 10) to.confidence = std::min(to.confidence, 50 + lead);
}

}  // namespace

std::string fold_code(std::string_view typed) {
    const std::vector<Char> chars = fold_text(typed, typed_max);
    std::string code;
    std::size_t letters = 0;
    bool dashed = false, digits_only = true;
    for (const Char& c : chars) {
        if (!is_word(c)) {
            dashed = dashed || (code.size() == letters && letters > 0);
            continue;
        }
        const bool letter = c.folded >= 'a' && c.folded <= 'z';
        if (letter || c.kind == Kind::digit) {
            code += static_cast<char>(letter ? c.folded - 'a' + 'A' : c.folded);
            if (letter && !dashed && letters + 1 == code.size())
                ++letters;
            else if (letter)
                digits_only = false;
        } else {
            append_utf8(c.folded, code);
            digits_only = false;
        }
    }
    // The letter of a service, two before five digits and more, or the four that banks put before
    // six digits for the customer to compare: the code is typed without them.
    const std::size_t rest = code.size() - letters;
    const bool prefixed = (letters == 1 && rest >= 4) || (letters == 2 && rest >= 5) ||
                          ((letters == 3 || letters == 4) && rest == 6);
    if (dashed && digits_only && prefixed) code.erase(0, letters);
    return code;
}

Extraction extract(std::string_view text, std::string_view sender, const CodeShape& shape) {
    TextOnce once(text);
    return extract(once, sender, shape);
}

Extraction extract(TextOnce& text, std::string_view sender, const CodeShape& shape) {
    Extraction result;
    if (from_origin_bound(text.octets(), shape, result)) return result;
    const Reading& reading = text.reading();
    std::vector<Found> found = find_candidates(reading, shape);
    // "Reply STOP to 27182": the sender's own number is not what it sends.
    std::erase_if(found,
                  [&, own = fold_code(sender)](const Found& each) { return each.code == own; });
    std::vector<Scored> scored = score_candidates(reading, found);
    list_candidates(reading, scored, result);
    take_code(scored, result);
    if (!result.code.empty()) return result;
    int score = 0;
    if (const Link* link = choose_link(reading, score)) {
        const std::string_view octets = reading.octets(link->begin, link->end);
        result.link = octets;
        result.at = reading.octet(link->begin);
        result.length = octets.size();
        result.rule = "link";
        result.confidence = std::clamp(50 + score - link_score_min, 50, 95);
    }
    return result;
}

void prepare_extraction() { (void)keyword_table_size(); }

}  // namespace smppd::pool
