// pool/extract_score.cpp - weighs a candidate's looks, place, and the words around it.
#include "pool/extract_score.hpp"

#include "pool/extract_evidence.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

/// What holds for the whole message.
struct Message {
    Message(const Reading& r, const std::vector<Found>& found) : candidates(found.size()) {
        promos = r.count(Sense::promo);
        for (std::size_t i = 1; i < r.chars.size(); ++i)
            if (r.at(i) == '%' && r.kind(i - 1) == Kind::digit) ++promos;
        affair = r.has(Sense::affair);
        alert = r.has(Sense::alert);
        receipt = r.has(Sense::done) && !r.has(Sense::warn) && !r.has(Sense::enter) &&
                  !r.has(Sense::expiry);
        pays =
            r.has(Sense::money) || std::any_of(r.chars.begin(), r.chars.end(),
                                               [](const Char& c) { return is_currency(c.folded); });
        // A word or two beside it, or what says to keep it to oneself.
        int most = r.has(Sense::warn) ? 36 : 21;
        for (const Found& each : found) {
            numbers += each.form != Form::letters;
            if (each.grouped) most += 10;
        }
        short_text = numbers == 1 && r.steps.back() < most && r.links.empty();
        retriever = r.text.starts_with("<#>") || r.text.starts_with("[#]");
        nothing_else = numbers == 1 && r.steps.back() <= 8;
        own = r.has(Sense::own);
        strong = r.has(Sense::strong);
        code = strong || r.has(Sense::code);
        confirms = r.has(Sense::verify) || r.has(Sense::reset);
        evidence = (confirms ? 5 : 0) + (r.has(Sense::warn) ? 5 : 0) +
                   (r.has(Sense::minute) || r.has(Sense::expiry) ? 4 : 0);
        evidence = std::min(evidence, 10);
    }
    std::size_t candidates;
    std::size_t promos = 0;
    bool affair = false, strong = false, code = false;
    bool alert = false;
    bool receipt = false;     ///< a payment is done, and nothing is to be entered or kept secret
    bool pays = false;        ///< it names a sum
    bool short_text = false;  ///< hardly a word beside the one number
    bool confirms = false;    ///< something is to be confirmed, or entered
    int numbers = 0;          ///< candidates that have digits
    bool nothing_else = false;
    bool own = false;        ///< "your"
    bool retriever = false;  ///< an app waits for it: "<#>" at the front
    int evidence = 0;        ///< that it is about a code at all
};

int shape_score(const Found& f) noexcept {
    constexpr std::array<int, 11> by_length{0, 0, 0, 0, 14, 16, 20, 12, 14, 4, 2};
    const std::size_t length = std::min<std::size_t>(f.code.size(), 10);
    if (f.form == Form::digits) return by_length[length] + (f.grouped ? 4 : 0);
    if (f.form == Form::mixed) return (f.upper ? 10 : 8) + (f.grouped ? 2 : 0);
    return f.grouped ? 8 : 0;
}

bool is_year(const Found& f) noexcept {
    return f.form == Form::digits && f.code.size() == 4 &&
           (f.code.starts_with("19") || (f.code.starts_with("20") && f.code[2] < '4'));
}

/// "12032026", "20260312"
bool is_whole_date(const Found& f) noexcept {
    if (f.form != Form::digits || f.code.size() != 8 || f.grouped) return false;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        for (std::size_t i = at; i < at + digits; ++i) value = value * 10 + (f.code[i] - '0');
        return value;
    };
    const auto fits = [](int year, int a, int b) {
        return year >= 2020 && year < 2035 && a > 0 && b > 0 && a <= 31 && b <= 31 &&
               (a <= 12 || b <= 12);
    };
    return fits(number(4, 4), number(0, 2), number(2, 2)) ||
           fits(number(0, 4), number(4, 2), number(6, 2));
}

/// What speaks for it: the best of the words, and which it was.
struct Bond {
    int weight = 0;
    int left = 0, right = 0;
    std::string_view rule;
};

Bond bond_of(const Found& f, const Evidence& e) noexcept {
    Bond bond;
    bond.left = e.code_left;
    if (e.is) bond.left = std::max(bond.left, e.weight_here * 3 / 4);
    if (e.colon || e.joined) bond.left = std::max(bond.left, e.weight_here * 5 / 8);
    bond.right = e.code_right * 19 / 20;
    // "enter by 10:30 today 219047"
    const bool far = f.code.size() == 6 && e.enter_here && e.trap == 0 &&
                     (e.verify_here || e.verify_left > 0 || e.verify_right > 0);
    const int use = std::max({far ? 20 : 0, e.enter_left, e.enter_right, e.by ? 26 : 0,
                              e.colon && e.enter_here ? 24 : 0});
    const int verify = std::max(e.verify_left, e.verify_right);
    bond.weight = std::max({bond.left, bond.right, use});
    if (bond.weight > 0)
        bond.rule = bond.weight == bond.left    ? "keyword"
                    : bond.weight == bond.right ? "before_keyword"
                                                : "instruction";
    const bool stands_out =
        e.colon || (f.code.size() > 4 && (e.front || e.begins)) ||
        (f.code.size() == 6 && e.trap == 0 &&
         ((e.for_right && e.verify_right >= 14) || (e.is_right && e.verify_right > 0)));
    if (bond.weight < 20 && verify >= (e.is_right ? 1 : 12) && stands_out) {
        bond.weight = std::max(bond.weight, verify + (e.colon ? 8 : 0));
        bond.rule = "instruction";
    } else if (bond.weight < 22 && e.verify_here && (e.colon || e.is)) {
        // "to confirm order 55012: 7719"
        bond.weight = 22;
        bond.rule = "instruction";
    } else {
        bond.weight += std::min(8, verify / 2) + (use > 0 && bond.weight > use ? 4 : 0);
    }
    if (e.colon && bond.weight > 0) bond.weight += 6;
    return bond;
}

/// What its place in the text adds. A number that nothing announces may pass by its place alone,
/// where a message about a parcel or a sale would not put an order's number.
int place_of(const Found& f, const Evidence& e, const Message& m, Bond& bond) noexcept {
    const bool alone = e.begins && e.ends;
    int place = alone ? 20 : e.front ? 10 : e.ends && e.colon ? 6 : 0;
    if (f.form != Form::digits) return place;
    const bool plain = !m.affair && m.promos == 0 && e.trap == 0;
    if (bond.weight < 20 && f.code.size() == 6 && plain &&
        (alone || (e.tagged && e.ends) || m.short_text || (e.front && m.evidence > 0) ||
         (e.tagged && e.for_right && !e.is_right && m.pays))) {
        place = std::max(place, 24);
        if (bond.rule.empty()) bond.rule = "shape";
    }
    // Alone on the first line, and then nothing or how long it is valid.
    const bool first = alone && e.front && (m.evidence > 0 || m.nothing_else);
    if (bond.weight < 20 && plain && !is_year(f) && (first || (m.retriever && m.numbers == 1))) {
        place = std::max(place, 34);
        if (bond.rule.empty()) bond.rule = "shape";
    }
    // "Verification 20956" says no more.
    if (bond.weight < 20 && (alone || (e.ends && e.verify_left >= 12)) && m.short_text &&
        e.verify_left > 0 && plain)
        bond = {.weight = std::max(bond.weight, 20), .rule = "instruction"};
    if (plain && m.numbers == 1 && f.code.size() == 6 && m.evidence > 0) place += 2;
    // In front of all, where the language has its word for code at the very end.
    if (plain && e.front && f.code.size() == 6 && bond.right > 0) place += e.is_right ? 10 : 4;
    if (plain && e.direct && m.numbers == 1 && e.enter_left >= 24) place += 4;
    // "5082 to verify", "use 5082", and no word more.
    if (bond.weight < 22 && m.short_text && plain && e.begins && e.for_right && e.verify_right > 0)
        bond = {.weight = std::max(bond.weight, 22), .rule = "instruction"};
    if (m.short_text && plain && e.ends && e.enter_left >= 22) place += 6;
    // "482-913": nobody writes other numbers of six digits so.
    if (bond.weight < 20 && f.code.size() == 6 && f.grouped && plain && m.confirms && !m.alert) {
        bond.weight = 20;
        if (bond.rule.empty()) bond.rule = "shape";
    }
    // "enter 5520": beside a sum it releases a payment.
    if (m.pays && (e.enter_left >= 22 || e.enter_right >= 20)) place += 5;
    if (bond.rule.empty() && alone && m.code) bond.rule = "shape";
    if (m.candidates == 1 && m.strong && e.trap == 0 && bond.left + bond.right > 0) place += 6;
    return place;
}

/// "SPRING20", "RIDE50": a word and a round number.
bool is_coupon(const Found& f) noexcept {
    const std::size_t letters = f.code.find_first_of("0123456789");
    if (f.form != Form::mixed || f.grouped || letters < 4 || letters + 2 != f.code.size())
        return false;
    return f.code.back() == '0' || f.code.back() == '5';
}

/// What the message's business takes: coupons and bookings have codes too.
int against_message(const Found& f, const Evidence& e, const Message& m, const Reading& r,
                    int bound, bool tight) noexcept {
    const bool letters = f.form != Form::digits;
    int against = 0;
    if (m.promos > 0) against += letters ? 40 : m.promos > 1 ? 30 : 14;
    if (m.promos > 0 && m.strong && bound >= 40) against /= 3;
    if (m.affair)
        against += letters ? 18 : m.confirms || bound >= (m.strong || e.is ? 30 : 36) ? 0 : 14;
    // "Payment approved. Authorisation code 551829": nobody types it.
    if (m.receipt) against += 50;
    // "OTP for 3838 is ..."
    if ((e.joined || e.is_right) && !e.is && !e.by && e.code_left > 40 && m.candidates > 1)
        against += 9;
    // "PIN code 630184 serviceable, delivery tomorrow": nobody is to do anything with it.
    const bool idle = !m.strong && m.evidence == 0 && !m.own && e.enter_left + e.enter_right == 0 &&
                      !e.colon && !e.is && !m.pays;
    if (m.affair && idle && !letters) against += 24;
    if (is_coupon(f)) against += 16;
    // "with code SHIP7X": of a shop's code, too, a word says no more.
    const bool told =
        e.colon || e.is || e.is_right || e.enter_left > 0 || m.strong || m.evidence > 0 || m.own;
    if (letters && !told) against += 16;
    // "Your PIN was changed. Case 482913": it tells what happened, and sends none.
    if (m.alert && !tight) against += 16;
    const char32_t before = f.begin > 0 ? r.at(f.begin - 1) : 0;
    const char32_t behind = r.at(f.end);
    // A number for a name: "【12306】".
    if (before == 0x3010 && behind == 0x3011) against += 30;
    if (before == '[' && behind == ']' && m.candidates > 1) against += 6;
    return against;
}

/// What has letters must be announced: it could be any word.
bool may_be(const Found& f, const Evidence& e, const Bond& bond, const Reading& r) noexcept {
    const bool announced = e.colon || e.joined || e.direct;
    const bool opens_it = e.front || e.begins;
    if (f.form == Form::digits) return true;
    if (f.form == Form::mixed) {
        if (!f.upper) return (announced && bond.left >= 26) || (opens_it && bond.right >= 36);
        return bond.left >= 24 || bond.right >= (opens_it ? 28 : 40) ||
               (e.enter_left >= 20 && announced);
    }
    if (f.grouped) return announced && (bond.left >= 26 || e.enter_left >= 24);
    if (r.hit_at(f.begin) != nullptr) return false;
    if (opens_it && f.upper && e.is_right && bond.right >= 36) return true;
    // "Enter the code QWZK to log in"
    if (f.upper && e.direct && e.for_right && e.verify_right > 0 && bond.left >= 40) return true;
    return announced && e.ends && bond.left >= (f.upper ? 30 : 38);
}

Scored score_one(const Found& f, const Evidence& e, const Message& m, const Reading& r) {
    Bond bond = bond_of(f, e);
    const int place = place_of(f, e, m, bond);
    // "code for your account: 571203"
    const int trap = (e.colon || e.is) && e.unused > 0 ? std::max(e.trap - 44, 0) : e.trap;
    const int bound = std::max({bond.left, bond.right, 2 * e.enter_left - 10});
    const bool tight = e.colon || e.is || e.direct || e.by || bond.left >= 40 || bond.right >= 40 ||
                       e.enter_left >= 22 || (e.begins && e.ends);
    int score = shape_score(f) + bond.weight + place + m.evidence - trap - e.money - f.against -
                against_message(f, e, m, r, bound, tight);
    if (is_whole_date(f)) score -= 24;
    const bool entered = e.enter_left >= 22 && e.verify_right > 0;
    if (is_year(f) && bond.left < 40 && !entered) score -= 14;
    if (bond.rule.empty() || !may_be(f, e, bond, r)) return {&f, std::min(score, 0), ""};
    return {&f, score, bond.rule};
}

}  // namespace

std::vector<Scored> score_candidates(const Reading& reading, const std::vector<Found>& found) {
    const std::vector<Evidence> evidence = gather_evidence(reading, found);
    const Message message(reading, found);
    std::vector<Scored> scored;
    scored.reserve(found.size());
    for (std::size_t k = 0; k < found.size(); ++k)
        scored.push_back(score_one(found[k], evidence[k], message, reading));
    return scored;
}

}  // namespace smppd::pool
