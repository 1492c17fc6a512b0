// pool/extract_candidates.cpp - cuts out of a text what has the looks of a code.
#include "pool/extract_candidates.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

constexpr int never = 100;  // against a candidate: no word can save it
constexpr int doubtful = 24;
constexpr std::size_t parts_max = 12;

bool is_dash(char32_t c) noexcept {
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe63;
}
bool is_joint(char32_t c) noexcept {  // what stands within amounts, times, dates
    return c == '.' || c == ',' || c == ':' || c == '/' || c == '\'' || c == 0x2019 || c == 0xb7 ||
           c == 0x066b || c == 0x066c || c == 0x2044;
}
bool is_mask(char32_t c) noexcept { return c == '*' || c == 0x2022 || c == 0x2026 || c == 0x25cf; }

/// Letters and digits that stand together.
struct Chunk {
    std::size_t begin = 0, end = 0;
    std::size_t digits = 0, letters = 0;
    bool upper = true;         ///< no small letter
    bool capital = false;      ///< any capital
    bool inner_upper = false;  ///< a capital that is not the first letter, beside small ones
    std::size_t size() const noexcept { return end - begin; }
};

class Collector {
public:
    Collector(const Reading& reading, const CodeShape& shape) : r_(reading), shape_(shape) {}

    std::vector<Found> run() {
        for (std::size_t i = 0; i < r_.chars.size();) i = begins_chunk(i) ? take(i) : i + 1;
        return std::move(found_);
    }

private:
    using Parts = std::array<Chunk, parts_max>;

    bool begins_chunk(std::size_t i) const noexcept {
        return i < r_.chars.size() && is_ascii_alnum(r_.chars[i]) && !r_.chars[i].hidden;
    }
    Chunk chunk_at(std::size_t i) const noexcept {
        Chunk chunk{.begin = i, .end = i};
        bool lower = false;
        for (; begins_chunk(chunk.end); ++chunk.end) {
            const Char& c = r_.chars[chunk.end];
            if (c.kind == Kind::digit) {
                ++chunk.digits;
                continue;
            }
            if (c.upper && chunk.letters > 0) chunk.inner_upper = true;
            chunk.capital = chunk.capital || c.upper;
            if (!c.upper) lower = true;
            ++chunk.letters;
        }
        chunk.upper = !lower;
        return chunk;
    }
    /// A letter that no code has stands right beside: then letters are part of a word.
    bool in_word(const Chunk& chunk) const noexcept {
        return chunk.letters > 0 &&
               ((chunk.begin > 0 && r_.kind(chunk.begin - 1) == Kind::letter) ||
                r_.kind(chunk.end) == Kind::letter);
    }

    /// Takes what begins at `i`; where to go on.
    std::size_t take(std::size_t i) {
        Parts parts;
        std::size_t count = 1;
        parts[0] = chunk_at(i);
        const std::size_t compound = compound_end(parts[0]);
        if (compound > parts[0].end) {
            dotted(parts[0], compound);
            return compound;
        }
        std::size_t end = parts[0].end;
        bool too_many = false;
        // "482-913", "RX4-77K"
        while (is_dash(r_.at(end)) && begins_chunk(end + 1)) {
            const Chunk next = chunk_at(end + 1);
            if (dash_parts(parts[count - 1], next)) break;
            end = next.end;
            if (count == parts_max)
                too_many = true;
            else
                parts[count++] = next;
        }
        if (compound_end(parts[count - 1]) > parts[count - 1].end) return end;
        if (too_many) return end;
        if (count > 1) {
            dashed(parts, count);
            return end;
        }
        if (parts[0].letters == 0) return digit_groups(parts);
        if (!in_word(parts[0])) word(parts[0]);
        return end;
    }

    /// The dash between them is punctuation: "884107-kodunuz", "884107-OTP", "OTP-482913".
    bool dash_parts(const Chunk& left, const Chunk& right) const noexcept {
        if (left.letters == 0) {
            const Hit* hit = right.digits == 0 ? r_.hit_at(right.begin) : nullptr;
            if (hit != nullptr && hit->has(bit(Sense::strong) | bit(Sense::code))) return true;
            return right.digits == 0 && !right.capital;
        }
        if (left.digits > 0 || right.letters > 0) return false;
        if (left.letters <= 3 && !left.capital) return true;
        return left.letters >= 3 && r_.hit_at(left.begin) != nullptr;
    }

    /// Behind an amount, a time, a date that begins with `chunk`; chunk.end when it begins none.
    std::size_t compound_end(const Chunk& chunk) const noexcept {
        if (chunk.letters > 0) return chunk.end;
        std::size_t end = chunk.end;
        while (is_joint(r_.at(end)) && r_.kind(end + 1) == Kind::digit) {
            std::size_t next = end + 1;
            while (r_.kind(next) == Kind::digit && !r_.chars[next].hidden) ++next;
            if (end == chunk.end && is_clause(chunk, end, next)) break;
            end = next;
        }
        return end;
    }
    /// "482.913": an amount more often than a code, which its words have to say clearly.
    void dotted(const Chunk& chunk, std::size_t end) {
        if (end - chunk.begin != 7 || chunk.size() != 3 || r_.at(chunk.end) != '.') return;
        add_digits(chunk.begin, end, true, doubtful);
    }
    /// "1095,5 minutes", "482913/10min": the mark ends a clause, with no blank behind it.
    bool is_clause(const Chunk& chunk, std::size_t joint, std::size_t next) const noexcept {
        if (r_.at(joint) != ',' && r_.at(joint) != '.' && r_.at(joint) != '/') return false;
        if (chunk.size() < 4) return false;
        // No number is written with four digits on both sides of a comma.
        if (r_.at(joint) == ',' && next - joint > 4) return true;
        if (next - joint > 3) return false;
        const Hit* unit = r_.hit_at(r_.skip_blanks(next));
        return r_.kind(next) == Kind::dense ||
               (unit != nullptr && unit->has(bit(Sense::minute) | bit(Sense::expiry)));
    }

    void dashed(const Parts& parts, std::size_t count) {
        Found found;
        std::size_t digits = 0, letters = 0;
        bool odd = false;
        for (std::size_t k = 0; k < count; ++k) {
            digits += parts[k].digits;
            letters += parts[k].letters;
            if (!parts[k].upper) found.upper = false;
            odd = odd || in_word(parts[k]);
        }
        found.begin = static_cast<std::uint32_t>(parts[0].begin);
        found.end = static_cast<std::uint32_t>(parts[count - 1].end);
        found.grouped = true;
        if (odd || (digits == 0 && !found.upper)) return;
        found.form = letters == 0 ? Form::digits : digits == 0 ? Form::letters : Form::mixed;
        if (letters == 0) {
            if (is_date(parts, count))
                found.against +=
                    parts[0].size() + parts[1].size() + parts[2].size() > 6 ? never : doubtful;
            if (is_numbered(parts, count)) found.against += 16;
            // Three times three digits are no phone's first of all.
            const bool triple =
                count == 3 && digits == 9 && parts[0].size() == 3 && parts[1].size() == 3;
            if (digits >= 9)
                found.against += r_.at(parts[0].begin) == '0' ? never : triple ? 8 : doubtful;
        }
        if (parts[0].letters > 0 && parts[0].digits == 0 && is_unit(parts[0].begin))
            found.against += doubtful;
        add(std::move(found));
    }
    /// "2026-0417": the year's reference.
    bool is_numbered(const Parts& parts, std::size_t count) const noexcept {
        if (count != 2 || parts[0].size() != 4 || parts[1].size() < 4) return false;
        const int year = value(parts[0]);
        return year >= 1990 && year < 2050;
    }
    bool is_date(const Parts& parts, std::size_t count) const noexcept {
        if (count < 2 || count > 3) return false;
        const int a = value(parts[0]), b = value(parts[1]), c = value(parts[2]);
        const auto day_month = [](int x, int y) {
            return x >= 1 && y >= 1 && x <= 31 && y <= 31 && (x <= 12 || y <= 12);
        };
        // "11-26": a code of four digits is seldom cut in two.
        if (count == 2) return parts[0].size() == 2 && parts[1].size() == 2 && day_month(a, b);
        const bool short_day = parts[0].size() <= 2 && parts[1].size() <= 2;
        if (short_day && parts[2].size() == 4) return day_month(a, b) && c > 1900 && c < 2100;
        if (short_day && parts[2].size() == 2) return day_month(a, b) && c >= 20 && c < 40;
        return parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2 && a > 1900 &&
               a < 2100 && day_month(b, c);
    }
    int value(const Chunk& chunk) const noexcept {
        int value = 0;
        for (std::size_t i = chunk.begin; i < chunk.end && value < 100'000; ++i)
            value = value * 10 + static_cast<int>(r_.at(i) - '0');
        return value;
    }

    /// "305 664", "4 7 1 9"; where to go on.
    std::size_t digit_groups(Parts& parts) {
        std::size_t count = 1;
        while (count < parts_max && r_.kind(parts[count - 1].end) == Kind::blank) {
            const std::size_t begin = parts[count - 1].end + 1;
            if (!begins_chunk(begin)) break;
            const Chunk next = chunk_at(begin);
            if (next.letters > 0 || compound_end(next) > next.end || is_dash(r_.at(next.end)))
                break;
            if (is_unit(r_.skip_blanks(next.end)) && next.size() != parts[0].size()) break;
            parts[count++] = next;
        }
        const std::size_t end = parts[count - 1].end;
        std::size_t total = 0;
        bool equal = true;
        for (std::size_t k = 0; k < count; ++k) {
            total += parts[k].size();
            equal = equal && parts[k].size() == parts[0].size();
        }
        const bool ends = r_.kind(end) == Kind::line || r_.at(end) == '.';
        if (count == 1 || (equal ? total <= 10 : joins(parts, count, total, ends))) {
            add_digits(parts[0].begin, end, count > 1, 0);
        } else if (equal ? parts[0].size() >= 5 : parts[0].size() >= 4) {
            // "0800 555 0199"
            const bool phone = !equal && count > 2 && total >= 9;
            if (phone && r_.at(parts[0].begin) == '0') return end;
            const int against = phone ? doubtful : 0;
            for (std::size_t k = 0; k < count; ++k)
                add_digits(parts[k].begin, parts[k].end, false, against);
        }
        return end;
    }
    /// "482 91", and at the end, where no unit can follow, "4829 13".
    static bool joins(const Parts& parts, std::size_t count, std::size_t total,
                      bool ends) noexcept {
        return count == 2 && total <= 8 && total >= 5 && parts[0].size() >= 3 &&
               parts[0].size() <= 4 && parts[1].size() >= 2 &&
               parts[1].size() + (ends ? 2 : 1) >= parts[0].size();
    }
    void add_digits(std::size_t begin, std::size_t end, bool grouped, int against) {
        Found found;
        found.begin = static_cast<std::uint32_t>(begin);
        found.end = static_cast<std::uint32_t>(end);
        found.grouped = grouped;
        found.against = against;
        std::size_t digits = 0;
        for (std::size_t i = begin; i < end; ++i) digits += r_.kind(i) == Kind::digit;
        if (digits >= 9 && r_.at(begin) == '0') found.against += doubtful;
        add(std::move(found));
    }

    /// One chunk with letters in it.
    void word(const Chunk& chunk) {
        std::size_t letters_end = chunk.begin;
        while (letters_end < chunk.end && r_.kind(letters_end) != Kind::digit) ++letters_end;
        const bool letters_first = letters_end - chunk.begin == chunk.letters;
        if (chunk.digits > 0 && letters_first) {
            const Hit* hit = r_.hit_at(chunk.begin);
            const bool covers = hit != nullptr && hit->end == letters_end;
            // "OTP482913", "code is482913"
            if (covers && !chunk.capital && hit->has(Sense::is))
                return add_digits(letters_end, chunk.end, false, 0);
            if (covers && chunk.letters >= 3 && hit->has(bit(Sense::strong) | bit(Sense::code)))
                return add_digits(letters_end, chunk.end, false, 0);
            if ((covers && hit->has(bit(Sense::money) | bit(Sense::tail))) || is_masked(chunk) ||
                is_operator_mark(chunk))
                return;
        }
        // "50MB", "24hrs"
        std::size_t digits_end = chunk.begin;
        while (r_.kind(digits_end) == Kind::digit) ++digits_end;
        if (digits_end > chunk.begin && chunk.end - digits_end == chunk.letters &&
            (is_unit(digits_end) || (!chunk.capital && chunk.letters <= 3)))
            return;
        if (chunk.digits == 0 && ((!chunk.upper && !chunk.inner_upper) || is_masked(chunk))) return;
        Found found;
        found.begin = static_cast<std::uint32_t>(chunk.begin);
        found.end = static_cast<std::uint32_t>(chunk.end);
        found.form = chunk.digits == 0 ? Form::letters : Form::mixed;
        found.upper = chunk.upper;
        add(std::move(found));
    }
    bool is_masked(const Chunk& chunk) const noexcept {  // "XX2207"
        for (std::size_t i = chunk.begin; i < chunk.end && r_.kind(i) != Kind::digit; ++i)
            if (r_.at(i) != 'x') return false;
        return true;
    }
    /// Turkish operators end a message with the sender's mark: "B001".
    bool is_operator_mark(const Chunk& chunk) const noexcept {
        return chunk.letters == 1 && chunk.digits == 3 && r_.at(chunk.begin) == 'b' &&
               r_.skip_blanks(chunk.end) == r_.chars.size();
    }
    bool is_unit(std::size_t i) const noexcept {
        const Hit* hit = r_.hit_at(i);
        return hit != nullptr && hit->begin == i &&
               hit->has(bit(Sense::minute) | bit(Sense::unit) | bit(Sense::money));
    }

    void add(Found found) {
        found.code = fold_code(r_.octets(found.begin, found.end));
        if (found.code.size() < shape_.length_min || found.code.size() > shape_.length_max) return;
        if (found.form != Form::digits && !shape_.letters &&
            found.code.find_first_not_of("0123456789") != found.code.npos)
            return;
        if (found.form == Form::mixed &&
            found.code.find_first_not_of("0123456789") == found.code.npos)
            found.form = Form::digits;  // its prefix was taken off
        found.against += against_around(found);
        if (found.against >= never) return;
        found_.push_back(std::move(found));
    }

    /// What the marks beside it say.
    int against_around(const Found& found) const noexcept {
        const std::size_t before = found.begin == 0 ? Reading::npos : found.begin - 1;
        const char32_t left = before == Reading::npos ? 0 : r_.at(before);
        const char32_t right = r_.at(found.end);
        if (left == '_' && right == '_') return 0;
        if (left == '+' || left == '_' || right == '_' || right == '%' || left == 0x2116)
            return never;
        if (is_mask(left) && !is_mask(right)) return never;
        if (left == '.' && before > 0 && r_.at(before - 1) == '.') return never;
        if (left == '*' && right == '#') return never;
        if (follows_mask(found.begin) || hides_digits(found)) return never;
        if (follows_area_code(found.begin)) return never;
        // "2026年"
        if (found.code.size() == 4 && (right == 0x5e74 || right == 0xb144)) return never;
        if (is_dash(left) && before > 0 && is_mask(r_.at(before - 1))) return never;
        if (is_dash(left) && (before == 0 || !is_word(r_.chars[before - 1])))
            return found.form == Form::digits ? 8 : 0;
        if (right == '/' && r_.kind(found.end + 1) == Kind::digit && !is_lifetime(found.end + 1))
            return never;
        if (left == '/' && before > 0 && is_word(r_.chars[before - 1])) return doubtful;
        if (right == '*' && left != '*') return never;
        if (is_joint(left) && before > 0 && r_.kind(before - 1) == Kind::digit) return never;
        const std::size_t money_left = r_.before_blanks(found.begin);
        const std::size_t money_right = r_.skip_blanks(found.end);
        if (money_left != Reading::npos && is_currency(r_.at(money_left))) return never;
        if (is_currency(r_.at(money_right)) || r_.at(money_right) == 0xb0) return never;
        if (r_.at(money_right) == '%') return never;
        return left == '#' ? 8 : 0;
    }

    /// "98XXXXXX42"
    bool hides_digits(const Found& found) const noexcept {
        std::size_t run = 0;
        for (std::size_t i = found.begin; i < found.end && run < 3; ++i)
            if (!is_dash(r_.at(i))) run = r_.at(i) == 'x' ? run + 1 : 0;
        return run >= 3;
    }
    /// "(555) 010-0142"
    bool follows_area_code(std::size_t begin) const noexcept {
        std::size_t i = r_.before_blanks(begin);
        if (i == Reading::npos || r_.at(i) != ')') return false;
        std::size_t digits = 0;
        while (i > 0 && r_.kind(i - 1) == Kind::digit) --i, ++digits;
        return digits >= 2 && digits <= 4 && i > 0 && r_.at(i - 1) == '(';
    }
    /// "10min"
    bool is_lifetime(std::size_t i) const noexcept {
        while (r_.kind(i) == Kind::digit) ++i;
        const Hit* unit = r_.hit_at(r_.skip_blanks(i));
        return unit != nullptr && unit->has(Sense::minute);
    }
    /// "XXXX 2207", "**** 4417"
    bool follows_mask(std::size_t i) const noexcept {
        const auto masks = [&](std::size_t k) {
            return is_mask(r_.at(k)) || (r_.at(k) == 'x' && r_.chars[k].upper);
        };
        return i >= 3 && r_.kind(i - 1) == Kind::blank && masks(i - 2) && masks(i - 3);
    }

    const Reading& r_;
    const CodeShape& shape_;
    std::vector<Found> found_;
};

}  // namespace

bool is_currency(char32_t c) noexcept {
    return c == '$' || (c >= 0xa2 && c <= 0xa5) || (c >= 0x20a0 && c <= 0x20c0) || c == 0x09f3 ||
           c == 0x0e3f || c == 0x17db || c == 0xfdfc || c == 0xffe5 || c == 0x09f2;
}

std::vector<Found> find_candidates(const Reading& reading, const CodeShape& shape) {
    return Collector(reading, shape).run();
}

}  // namespace smppd::pool
