// pool/extract_evidence.cpp - what stands around each candidate, gathered in two passes.
#include "pool/extract_evidence.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr int nothing = -1'000'000;
constexpr int enter_weight = 26;
constexpr int enter_right_weight = 24;
constexpr int verify_weight = 18;
constexpr int money_weight = 60;
constexpr int toward_weight = 40;

int code_weight(const Hit& hit) noexcept {
    // "Transaction code" is a one-time code with some banks, and a reference with others.
    if (hit.has(Sense::strong) && hit.has(Sense::object)) return 45;
    return hit.has(Sense::strong) ? 60 : hit.has(Sense::code) ? 45 : 0;
}
int trap_weight(const Hit& hit) noexcept {
    if (hit.has(code_senses | bit(Sense::enter))) return 0;
    if (hit.has(Sense::tail)) return 48;
    if (hit.has(Sense::contact)) return 44;
    return hit.has(Sense::object) ? 40 : hit.has(Sense::number) ? 34 : 0;
}
bool verifies(const Hit& hit) noexcept { return hit.has(bit(Sense::verify) | bit(Sense::reset)); }

bool opens(char32_t c) noexcept {
    return c == '(' || c == '[' || c == '"' || c == '\'' || c == '*' || c == '#' || c == '<' ||
           c == '{' || c == '`' || c == 0x201c || c == 0x201e || c == 0x2018 || c == 0xab ||
           c == 0x300a || c == 0x300c || c == 0x300e || c == 0x3010;
}
bool closes(char32_t c) noexcept {
    return c == ')' || c == ']' || c == '"' || c == '\'' || c == '*' || c == '>' || c == '}' ||
           c == '`' || c == 0x201d || c == 0x2019 || c == 0xbb || c == 0x300b || c == 0x300d ||
           c == 0x300f || c == 0x3011;
}
/// A colon of any script, and what is used like one.
bool points(char32_t c) noexcept {
    return c == ':' || c == '=' || c == 0x055d || c == 0x1361 || c == 0x1366 || c == 0x17d6 ||
           c == 0x2192 || c == 0x27a1 || c == 0x1f449 || c == 0xfe13 || c == 0xfe55;
}

class Gatherer {
public:
    Gatherer(const Reading& reading, const std::vector<Found>& found)
        : r_(reading), found_(found), all_(found.size()) {}

    std::vector<Evidence> run() {
        note_warned();
        count_numbers();
        from_left();
        from_right();
        const std::size_t front = front_end();
        for (std::size_t k = 0; k < found_.size(); ++k) {
            beside_left(found_[k], all_[k], front);
            beside_right(found_[k], all_[k]);
        }
        return std::move(all_);
    }

private:
    /// Sentences that warn: their words for code say little about numbers elsewhere.
    void note_warned() {
        warned_.resize(r_.sentence.empty() ? 1 : r_.sentence.back() + std::size_t{1});
        for (const Hit& hit : r_.hits)
            if (hit.has(Sense::warn)) warned_[r_.sentence[hit.begin]] = true;
    }
    void count_numbers() {
        numbers_.resize(r_.chars.size() + 1);
        for (std::size_t i = 0; i < r_.chars.size(); ++i) {
            const bool begins =
                r_.kind(i) == Kind::digit && (i == 0 || r_.kind(i - 1) != Kind::digit);
            numbers_[i + 1] = numbers_[i] + begins;
        }
    }

    /// What was passed on the way from the left. A weight is kept with the steps at its word, so
    /// that the steps to a candidate can be taken off in one go.
    struct Left {
        int code = nothing, code_here = nothing, enter = nothing, verify = nothing;
        int trap = nothing, money = nothing;
        std::size_t trap_at = 0;
        // What holds within a sentence.
        int weight_here = 0, unused = 0;
        bool contact = false, verify_here = false, enter_here = false;
        std::uint16_t sentence = 0;

        void enter_sentence(std::uint16_t now) noexcept {
            if (sentence == now) return;
            sentence = now;
            code_here = enter = nothing;
            weight_here = unused = 0;
            contact = verify_here = enter_here = false;
        }
        void drop_traps() noexcept { trap = money = nothing; }
    };

    void from_left() {
        Left left;
        std::size_t h = 0;
        for (std::size_t k = 0; k < found_.size(); ++k) {
            std::size_t counted = k > 0 && is_unclaimed(all_[k - 1]) ? found_[k - 1].end : 0;
            for (; h < r_.hits.size() && r_.hits[h].end <= found_[k].begin; ++h) {
                const Hit& hit = r_.hits[h];
                if (counted != 0 && leads_on(hit, counted)) counted = hit.end;
                if (counted == 0 || !counts(hit, counted)) {
                    pass(hit, left);
                    continue;
                }
                counted = hit.end;
                all_[k - 1].trap = std::max(all_[k - 1].trap, trap_weight(hit));
            }
            left.enter_sentence(r_.sentence[found_[k].begin]);
            // The number that a word announced came before this one.
            if (numbers_[found_[k].begin] > numbers_[left.trap_at]) left.drop_traps();
            take(left, r_.steps[found_[k].begin], all_[k]);
            left.drop_traps();
            left.unused = 0;
            left.enter_here = false;
        }
    }
    static bool is_unclaimed(const Evidence& e) noexcept {
        return e.trap < 16 && e.code_left < 30 && e.enter_left < 20;
    }
    /// "55012 is the order": what stands between a number and what it is said to be.
    bool leads_on(const Hit& hit, std::size_t behind) const noexcept {
        const bool is_first = r_.kind(behind - 1) == Kind::digit;
        return r_.skip_blanks(behind) == hit.begin &&
               (is_first ? hit.has(Sense::is) : hit.has(bit(Sense::glue) | bit(Sense::own)));
    }
    /// "55012 nolu sipariş": where the word stands behind its number, it does not announce the
    /// next.
    bool counts(const Hit& hit, std::size_t behind) const noexcept {
        constexpr Senses counted = bit(Sense::object) | bit(Sense::number) | bit(Sense::unit);
        return hit.has(counted) && !hit.has(code_senses) &&
               (r_.skip_blanks(behind) == hit.begin ||
                (r_.at(behind) == '-' && behind + 1 == hit.begin));
    }
    static void take(const Left& left, int here, Evidence& e) noexcept {
        e.code_left = std::max({left.code - here, left.code_here - here, 0});
        e.enter_left = std::max(left.enter - here, 0);
        e.verify_left = std::max(left.verify - here, 0);
        e.trap = std::max(left.trap - 2 * here, 0);
        e.money = std::max(left.money - 6 * here, 0);
        e.weight_here = left.weight_here;
        e.unused = left.unused;
        e.contact = left.contact;
        e.verify_here = left.verify_here;
        e.enter_here = left.enter_here;
    }

    /// "customer code", "code client" in any language: of something else, where the message has
    /// nothing to confirm and nothing to keep secret.
    int weight_of(const Hit& hit) const noexcept {
        constexpr Senses at_work = bit(Sense::verify) | bit(Sense::reset) | bit(Sense::warn) |
                                   bit(Sense::enter) | bit(Sense::expiry) | bit(Sense::strong);
        const int weight = code_weight(hit);
        if (weight == 0 || (r_.senses & at_work) != 0) return weight;
        const auto is_other = [](const Hit& other) {
            return other.has(Sense::object) && !other.has(code_senses | bit(Sense::glue));
        };
        const std::size_t k = static_cast<std::size_t>(&hit - r_.hits.data());
        const bool before =
            k > 0 && is_other(r_.hits[k - 1]) && r_.skip_blanks(r_.hits[k - 1].end) == hit.begin;
        const bool behind = k + 1 < r_.hits.size() && is_other(r_.hits[k + 1]) &&
                            r_.skip_blanks(hit.end) == r_.hits[k + 1].begin;
        return before || behind ? 0 : weight;
    }

    void pass(const Hit& hit, Left& left) const {
        const int steps = r_.steps[hit.end];
        left.enter_sentence(r_.sentence[hit.begin]);
        if (const int weight = weight_of(hit); weight > 0) {
            if (warned_[left.sentence])
                left.code_here = std::max(left.code_here, weight - 8 + steps);
            else
                left.code = std::max(left.code, weight + steps);
            left.weight_here = std::max(left.weight_here, weight);
            left.unused = std::max(left.unused, weight);
            left.drop_traps();
        }
        if (verifies(hit)) {
            left.verify = std::max(left.verify, verify_weight + steps);
            left.verify_here = true;
        }
        if (hit.has(Sense::enter)) {
            left.enter = std::max(left.enter, enter_weight + steps);
            left.trap = nothing;
            left.enter_here = true;
        }
        if (hit.has(Sense::contact)) left.contact = true;
        pass_trap(hit, steps, left);
    }
    void pass_trap(const Hit& hit, int steps, Left& left) const {
        // "enter the number", "verify your number"
        if (hit.has(Sense::number) && std::max(left.enter, left.verify) - steps >= 8) return;
        const int weight = trap_weight(hit);
        const bool is_money = hit.has(Sense::money) && !hit.has(code_senses) && !behind_number(hit);
        if (weight == 0 && !is_money) return;
        // "Dear user, 605214 is ..."
        if (r_.at(hit.end) == ',' || r_.at(hit.end) == 0x3001 || r_.at(hit.end) == 0x060c) return;
        if (numbers_[hit.begin] > numbers_[left.trap_at]) left.drop_traps();
        left.trap_at = hit.end;
        if (weight > 0) left.trap = std::max(left.trap, weight + 2 * steps);
        if (is_money) left.money = std::max(left.money, money_weight + 6 * steps);
    }
    /// "1 250,00 EUR": the currency is of the number before it.
    bool behind_number(const Hit& hit) const noexcept {
        const std::size_t before = r_.before_blanks(hit.begin);
        return before != Reading::npos && r_.kind(before) == Kind::digit;
    }

    struct Right {
        int code = nothing, verify = nothing, contact = nothing, enter = nothing;
        std::uint16_t sentence = 0;
        void enter_sentence(std::uint16_t now) noexcept {
            if (sentence != now) *this = {.sentence = now};
        }
    };
    void from_right() {
        Right right;
        std::size_t h = r_.hits.size();
        for (std::size_t k = found_.size(); k-- > 0;) {
            for (; h > 0 && r_.hits[h - 1].begin >= found_[k].end; --h) pass(r_.hits[h - 1], right);
            right.enter_sentence(r_.sentence[found_[k].end]);
            const int here = r_.steps[found_[k].end];
            Evidence& e = all_[k];
            e.code_right = std::max(right.code + here, 0);
            e.enter_right = std::max(right.enter + here, 0);
            e.verify_right = std::max(right.verify + here, 0);
            e.trap = std::max(e.trap, right.contact + 2 * here);
            right.contact = right.enter = nothing;
        }
    }
    void pass(const Hit& hit, Right& right) const {
        right.enter_sentence(r_.sentence[hit.begin]);
        const int steps = r_.steps[hit.begin];
        // "20417733, password: ...": the word announces what follows it.
        const std::size_t behind = r_.skip_blanks(hit.end);
        const bool announces = points(r_.at(behind));
        const bool before_number = r_.kind(behind) == Kind::digit;
        if (const int weight = weight_of(hit); weight > 0 && !announces)
            right.code = std::max(right.code, weight - steps - (before_number ? 18 : 0));
        if (hit.has(Sense::enter)) right.enter = std::max(right.enter, enter_right_weight - steps);
        if (verifies(hit)) right.verify = std::max(right.verify, verify_weight - steps);
        if (hit.has(Sense::contact) && !hit.has(Sense::glue) && !announces && !before_number)
            right.contact = std::max(right.contact, 20 - 2 * steps);
    }

    /// The nearest character outside of blanks and of opening marks, or npos.
    std::size_t outside_left(std::size_t i) const noexcept {
        for (int k = 0; k < 4 && i > 0; ++k) {
            const std::size_t before = r_.before_blanks(i);
            if (before == Reading::npos || !opens(r_.at(before))) return before;
            i = before;
        }
        return i == 0 ? Reading::npos : i - 1;
    }
    std::size_t outside_right(std::size_t i) const noexcept {
        for (int k = 0; k < 4; ++k) {
            i = r_.skip_blanks(i);
            if (i >= r_.chars.size() || !closes(r_.at(i))) return i;
            ++i;
        }
        return i;
    }
    bool ends_sentence(std::size_t i) const noexcept { return r_.steps[i + 1] - r_.steps[i] > 20; }

    void beside_left(const Found& f, Evidence& e, std::size_t front) const {
        const std::size_t left = outside_left(f.begin);
        e.front = f.begin <= front;
        e.tagged = e.front && f.begin > 0 && left != Reading::npos && !is_blank_start(f.begin);
        e.begins = left == Reading::npos || r_.kind(left) == Kind::line || ends_sentence(left);
        if (left == Reading::npos) return;
        e.colon = points(r_.at(left)) || is_set_off(left) || ends_in_colon(left);
        const Hit* hit = r_.hit_at(left);
        if (hit == nullptr) return;
        e.is = hit->has(Sense::is);
        e.joined = hit->has(bit(Sense::is) | bit(Sense::glue));
        e.by = hit->has(Sense::by) && (e.verify_here || e.verify_right > 0);
        e.direct = hit->has(code_senses | bit(Sense::enter));
        // "confirm your phone number with 4829": what is confirmed announces no number.
        if (e.by) e.trap = std::max(e.trap - 44, 0);
        if (hit->has(Sense::toward) && e.contact) e.trap = std::max(e.trap, toward_weight);
    }
    void beside_right(const Found& f, Evidence& e) const {
        const std::size_t right = outside_right(f.end);
        e.ends = right >= r_.chars.size() || r_.kind(right) == Kind::line || ends_sentence(right);
        const Hit* hit = r_.hit_at(right);
        e.is_right = hit != nullptr && hit->has(Sense::is);
        e.for_right = hit != nullptr && hit->has(bit(Sense::glue) | bit(Sense::toward));
        const std::size_t behind = r_.skip_blanks(f.end);
        // "at 1845, code ...": what follows a comma is seldom about the number before it.
        if (r_.at(behind) == ',') e.code_right = std::max(e.code_right - 14, 0);
        const Hit* unit = r_.hit_at(behind);
        if (unit == nullptr || unit->begin < f.end) return;
        // "code 482913 amount 1250": the word is of the next number.
        std::size_t next = r_.skip_blanks(unit->end);
        if (points(r_.at(next))) next = r_.skip_blanks(next + 1);
        if (const Hit* currency = r_.hit_at(next); currency && currency->has(Sense::money))
            next = r_.skip_blanks(currency->end);
        if (is_currency(r_.at(next))) next = r_.skip_blanks(next + 1);
        const bool of_next = e.code_left >= 30 && r_.kind(next) == Kind::digit;
        // "code 482913 points you to": nobody counts so many, but money.
        const bool counted =
            unit->has(Sense::money) || e.code_left < 40 || f.code.size() < 6 || f.grouped;
        if (is_unit_of(f, *unit) && !of_next && counted) e.money = money_weight;
        // "4417 카드"
        if (r_.kind(unit->begin) == Kind::dense && unit->has(Sense::tail) && !e.colon && !e.direct)
            e.trap = std::max(e.trap, 30);
    }
    bool is_blank_start(std::size_t i) const noexcept {
        for (std::size_t k = 0; k < i; ++k)
            if (is_word(r_.chars[k])) return false;
        return true;
    }
    bool is_unit_of(const Found& f, const Hit& hit) const noexcept {
        if (!hit.has(bit(Sense::unit) | bit(Sense::money))) return false;
        if (hit.has(code_senses | bit(Sense::is) | bit(Sense::glue))) return false;
        // Without blanks between words, "204417 天猫" is a name and "204417天" are days.
        return r_.kind(hit.begin) != Kind::dense || hit.begin == f.end;
    }
    /// "Your code:", and the code on a line below.
    bool ends_in_colon(std::size_t i) const noexcept {
        if (r_.kind(i) != Kind::line) return false;
        for (int k = 0; k < 6 && i > 0; ++k, --i)
            if (r_.kind(i) != Kind::line && r_.kind(i) != Kind::blank) return points(r_.at(i));
        return false;
    }
    /// "Login - 4829", "OTP- 4829": a dash and a blank behind it.
    bool is_set_off(std::size_t i) const noexcept {
        const char32_t c = r_.at(i);
        return (c == '-' || c == 0x2013 || c == 0x2014) && i > 0 && r_.kind(i + 1) == Kind::blank &&
               r_.kind(i - 1) != Kind::digit;
    }

    /// Where the message proper begins: behind "<#>", "[Brand]", "【Brand】", "Brand:".
    std::size_t front_end() const noexcept {
        std::size_t i = 0;
        for (int tags = 0; tags < 2; ++tags) {
            i = skip_marks(i);
            const std::size_t end = tag_end(i);
            if (end == i) break;
            i = end;
        }
        i = skip_marks(i);
        std::size_t end = i;
        int words = 0;
        for (; end < r_.chars.size() && end < i + 30 && words < 4 && r_.at(end) != ':'; ++end) {
            const Kind kind = r_.kind(end);
            if (kind == Kind::line || kind == Kind::digit || is_stop(r_.at(end))) break;
            words += kind == Kind::blank;
        }
        if (r_.at(end) == ':' && words < 4) i = skip_marks(end + 1);
        while (i < r_.chars.size() && opens(r_.at(i))) ++i;
        return i;
    }
    std::size_t skip_marks(std::size_t i) const noexcept {
        while (i < r_.chars.size() && !is_word(r_.chars[i]) && closing_of(r_.at(i)) == 0) ++i;
        return i;
    }
    static char32_t closing_of(char32_t opening) noexcept {
        return opening == '[' ? U']' : opening == '(' ? U')' : opening == 0x3010 ? 0x3011 : 0;
    }
    /// Behind a tag in brackets that begins at `i`; `i` when none does.
    std::size_t tag_end(std::size_t i) const noexcept {
        const char32_t closing = closing_of(r_.at(i));
        if (closing == 0 || r_.kind(i + 1) == Kind::digit) return i;
        std::size_t end = i + 1;
        while (end < r_.chars.size() && end < i + 40 && r_.at(end) != closing) ++end;
        return r_.at(end) == closing ? end + 1 : i;
    }

    const Reading& r_;
    const std::vector<Found>& found_;
    std::vector<Evidence> all_;
    std::vector<std::uint32_t> numbers_;  ///< that began before a character
    std::vector<bool> warned_;
};

}  // namespace

std::vector<Evidence> gather_evidence(const Reading& reading, const std::vector<Found>& found) {
    return Gatherer(reading, found).run();
}

}  // namespace smppd::pool
