// pool/extract_reading.cpp - reads a text once: its words, links, sentences, and distances.
#include "pool/extract_reading.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr Senses joining = bit(Sense::is) | bit(Sense::glue) | bit(Sense::own) | bit(Sense::number);
constexpr int step_word = 6;
constexpr int step_short_word = 4;
constexpr int step_joining = 1;
constexpr int step_known = 3;
constexpr int step_dense = 2;
constexpr int step_number = 8;
constexpr int step_comma = 4;
constexpr int step_line = 9;
constexpr int step_stop = 34;

bool is_comma(char32_t c) noexcept {
    return c == ',' || c == ';' || c == 0x060c || c == 0x3001 || c == 0x061b || c == 0x1363;
}
bool is_free(char32_t c) noexcept {
    return c == ':' || c == '=' || c == '"' || c == '\'' || c == '*' || c == 0x201c ||
           c == 0x201d || c == 0x300c || c == 0x300d || c == 0x055d || c == 0x1361 || c == 0xff1a ||
           c == 0x2019 || c == 0xab || c == 0xbb || c == 0x300e || c == 0x300f || c == 0x1366 ||
           c == 0x17d6;
}

/// Goes through the text once and writes down the distances.
class Measure {
public:
    explicit Measure(Reading& reading) : r_(reading) {}

    void run() {
        const std::size_t size = r_.chars.size();
        r_.steps.resize(size + 1);
        r_.sentence.resize(size + 1);
        for (std::size_t i = 0; i < size;) {
            const std::size_t end =
                is_word(r_.chars[i]) && !r_.chars[i].hidden ? word_end(i) : i + 1;
            const int steps = cost(i, end);
            if (steps >= step_stop) ++sentence_;
            for (std::size_t k = i; k < end; ++k) {
                // Within a word the steps grow at its end, so that what begins there is behind it.
                r_.steps[k + 1] = r_.steps[i] + (k + 1 == end ? steps : 0);
                r_.sentence[k + 1] = sentence_;
            }
            i = end;
        }
    }

private:
    std::size_t word_end(std::size_t i) const noexcept {
        const Kind kind = r_.kind(i);
        std::size_t end = i + 1;
        if (kind == Kind::dense) return end;
        while (end < r_.chars.size() && r_.kind(end) == kind && !r_.chars[end].hidden) ++end;
        return end;
    }

    int cost(std::size_t i, std::size_t end) {
        const Char& c = r_.chars[i];
        if (c.hidden) return i > 0 && r_.chars[i - 1].hidden ? 0 : step_word;
        switch (c.kind) {
            case Kind::blank: return 0;
            case Kind::line: return i > 0 && r_.kind(i - 1) == Kind::line ? 1 : step_line;
            case Kind::digit: return step_number;
            case Kind::letter:
            case Kind::dense: return word_cost(i, end);
            case Kind::other: return mark_cost(i);
        }
        return 0;
    }

    int word_cost(std::size_t i, std::size_t end) {
        while (next_hit_ < r_.hits.size() && r_.hits[next_hit_].end <= i) ++next_hit_;
        const bool dense = r_.kind(i) == Kind::dense;
        const Hit* hit = next_hit_ < r_.hits.size() && r_.hits[next_hit_].begin < end
                             ? &r_.hits[next_hit_]
                             : nullptr;
        if (hit != nullptr && hit->has(joining)) return dense ? 0 : step_joining;
        if (dense) return hit != nullptr ? 1 : step_dense;
        if (hit != nullptr && hit->has(bit(Sense::strong) | bit(Sense::code) | bit(Sense::enter) |
                                       bit(Sense::verify) | bit(Sense::expiry)))
            return step_known;
        return end - i <= 3 ? step_short_word : step_word;
    }

    int mark_cost(std::size_t i) const noexcept {
        const char32_t c = r_.at(i);
        if (is_stop(c)) return step_stop;
        if (c == '.') return full_stop_cost(i);
        if (is_comma(c)) {
            // Between digits it belongs to their number.
            return r_.kind(i + 1) == Kind::digit && i > 0 && r_.kind(i - 1) == Kind::digit
                       ? 0
                       : step_comma;
        }
        if (is_free(c)) return 0;
        return 2;
    }

    /// A full stop ends a sentence unless it stands within a number or a name, or ends an
    /// abbreviation: a short word, and what follows does not begin with a capital.
    int full_stop_cost(std::size_t i) const noexcept {
        const Kind next = r_.kind(i + 1);
        if (next == Kind::digit || (next == Kind::other && r_.at(i + 1) == '.')) return 2;
        if (i == 0) return 0;
        const std::size_t following = r_.skip_blanks(i + 1);
        // "GOV.UK" is a name, "shared.Valid" two sentences.
        if (next == Kind::letter && r_.chars[i - 1].upper && r_.chars[i + 1].upper &&
            (r_.kind(i + 2) != Kind::letter || r_.chars[i + 2].upper))
            return 2;
        if (next == Kind::letter) return r_.chars[i + 1].upper ? step_stop : 2;
        if (next == Kind::dense || r_.kind(following) == Kind::line) return step_stop;
        const bool small = r_.kind(following) == Kind::letter && !r_.chars[following].upper &&
                           r_.at(following) < 0x0590;
        // "vom 12.03. lautet"
        if (r_.kind(i - 1) == Kind::digit && small) return step_comma;
        std::size_t word = i;
        while (word > 0 && i - word < 5 && r_.kind(word - 1) == Kind::letter) --word;
        const bool is_short = i - word > 0 && i - word <= 3;
        const bool may_go_on = r_.kind(following) == Kind::digit || small;
        return is_short && may_go_on ? step_comma : step_stop;
    }

    Reading& r_;
    std::size_t next_hit_ = 0;
    std::uint16_t sentence_ = 0;
};

}  // namespace

bool is_stop(char32_t c) noexcept {
    return c == '!' || c == '?' || c == 0x3002 || c == 0xff61 || c == 0x061f || c == 0x06d4 ||
           c == 0x0964 || c == 0x0965 || c == 0x0589 || c == 0x1362 || c == 0x1367 || c == 0x17d4 ||
           c == 0x17d5 || c == 0x104b || c == 0x104a || c == 0x203c || c == 0x2049 || c == 0x1803;
}

namespace {

/// The characters, without the number or link that the limit upon them may cut in two.
std::vector<Char> whole_words(std::string_view text, std::size_t characters_max) {
    std::vector<Char> chars = fold_text(text, characters_max);
    if (chars.empty() || chars.back().end == text.size()) return chars;
    const auto may_go_on = [](const Char& c) {
        return c.kind == Kind::digit || (c.plain && c.folded > 0x20);
    };
    while (!chars.empty() && may_go_on(chars.back())) chars.pop_back();
    return chars;
}

}  // namespace

Reading::Reading(std::string_view whole, std::size_t characters_max)
    : text(whole),
      chars(whole_words(whole, characters_max)),
      links(hide_links(whole, chars)),
      hits(find_words(chars)) {
    for (const Hit& hit : hits) senses |= hit.senses;
    Measure(*this).run();
}

std::size_t Reading::count(Sense sense) const noexcept {
    return static_cast<std::size_t>(std::count_if(
        hits.begin(), hits.end(), [sense](const Hit& hit) { return hit.has(sense); }));
}

std::size_t Reading::skip_blanks(std::size_t i) const noexcept {
    while (i < chars.size() && chars[i].kind == Kind::blank) ++i;
    return i;
}

std::size_t Reading::before_blanks(std::size_t i) const noexcept {
    while (i > 0 && chars[i - 1].kind == Kind::blank) --i;
    return i == 0 ? npos : i - 1;
}

const Hit* Reading::hit_at(std::size_t i) const noexcept {
    const auto hit = std::upper_bound(hits.begin(), hits.end(), i,
                                      [](std::size_t x, const Hit& h) { return x < h.end; });
    return hit != hits.end() && hit->begin <= i ? &*hit : nullptr;
}

std::size_t Reading::octet(std::size_t i) const noexcept {
    if (i < chars.size()) return chars[i].at;
    return chars.empty() ? 0 : chars.back().end;
}

std::string_view Reading::octets(std::size_t begin, std::size_t end) const noexcept {
    if (begin >= end || end > chars.size()) return {};
    return text.substr(chars[begin].at, chars[end - 1].end - chars[begin].at);
}

const Reading& TextOnce::reading() {
    if (!reading_) reading_.emplace(text_, characters_read);
    return *reading_;
}

}  // namespace smppd::pool
