// pool/extract_brand.cpp - whose message it is, for cool-down.
#include "pool/extract.hpp"
#include "pool/extract_reading.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

constexpr std::size_t front_max = 160;  // characters that are looked at for a tag
constexpr std::size_t brand_max = 40;   // characters

/// Senders that many services share.
constexpr auto generic = std::to_array<std::string_view>(
    {"2fa",     "alert",    "alerts",    "auth",    "authmsg", "cloudotp", "code",
     "codes",   "confirm",  "info",      "infosms", "login",   "message",  "messages",
     "msg",     "mysms",    "nexmo",     "notice",  "notify",  "noreply",  "otp",
     "otpsms",  "passcode", "phonecode", "private", "qsms",    "secure",   "security",
     "service", "signin",   "sms",       "smsinfo", "smsotp",  "sys",      "system",
     "test",    "text",     "twilio",    "unknown", "verify",  "vonage",   "verification",
     "verif",   "verifysms"});

/// Folded words with single blanks between, from characters [begin, end).
std::string words_of(const Reading& r, std::size_t begin, std::size_t end) {
    std::string words;
    for (std::size_t i = begin; i < end; ++i) {
        if (r.kind(i) == Kind::blank) {
            if (!words.empty() && words.back() != ' ') words += ' ';
        } else {
            append_utf8(r.chars[i].folded, words);
        }
    }
    while (!words.empty() && words.back() == ' ') words.pop_back();
    return words;
}

bool has_letter(const Reading& r, std::size_t begin, std::size_t end) noexcept {
    for (std::size_t i = begin; i < end; ++i)
        if (r.kind(i) == Kind::letter || r.kind(i) == Kind::dense) return true;
    return false;
}

std::string from_sender(std::string_view sender) {
    const Reading r(sender, brand_max);
    std::size_t begin = r.skip_blanks(0);
    if (!has_letter(r, begin, r.chars.size())) return {};
    // India's operators put their own mark before the name: "AX-KAVERI", and "-S" behind it.
    std::size_t end = r.chars.size();
    const auto dash = [&](std::size_t i) { return r.at(i) == '-'; };
    if (end > begin + 5 && dash(begin + 2) && r.kind(begin) == Kind::letter) begin += 3;
    if (end > begin + 4 && dash(end - 2) && r.kind(end - 1) == Kind::letter) end -= 2;
    std::string name = words_of(r, begin, end);
    return std::find(generic.begin(), generic.end(), name) == generic.end() ? name : std::string{};
}

std::string from_links(const Reading& r) {
    for (const Link& link : r.links) {
        std::string domain = registrable_domain(r.octets(link.host_begin, link.host_end));
        if (!domain.empty()) return domain;
    }
    return {};
}

/// "[Brand]" or "【Brand】" that begins at `i`; nothing when it does not, or names no brand.
std::string in_brackets(const Reading& r, std::size_t i) {
    const char32_t closing = r.at(i) == '[' ? ']' : r.at(i) == 0x3010 ? 0x3011 : 0;
    if (closing == 0) return {};
    std::size_t end = i + 1;
    while (end < r.chars.size() && end - i <= brand_max && r.at(end) != closing) ++end;
    // Korea's operators put "[Web발신]" first, which is no brand.
    const bool is_operator = words_of(r, i + 1, end) == "web발신";
    if (r.at(end) != closing || is_operator || !has_letter(r, i + 1, end)) return {};
    return words_of(r, r.skip_blanks(i + 1), end);
}

/// "Brand: ...", of at most three words none of which has a meaning of its own.
std::string before_colon(const Reading& r, std::size_t begin) {
    std::size_t end = begin, words = 1;
    for (; end < r.chars.size() && end - begin <= brand_max && words <= 3; ++end) {
        const char32_t c = r.at(end);
        if (c == ':' || c == 0xff1a) break;
        if (r.kind(end) == Kind::blank) ++words;
        if (r.kind(end) == Kind::line || is_stop(c) || c == ',' || r.chars[end].hidden) return {};
    }
    if (r.at(end) != ':' || words > 3 || !has_letter(r, begin, end)) return {};
    for (const Hit& hit : r.hits)
        if (hit.begin < end && hit.begin >= begin) return {};
    return words_of(r, begin, end);
}

std::string from_tag(const Reading& r) {
    std::size_t i = 0;
    for (int k = 0; k < 3; ++k) {
        while (i < r.chars.size() && !is_word(r.chars[i]) && r.at(i) != '[' && r.at(i) != 0x3010)
            ++i;
        std::string brand = in_brackets(r, i);
        if (!brand.empty()) return brand;
        if (r.at(i) != '[' && r.at(i) != 0x3010) break;
        while (i < r.chars.size() && r.at(i) != ']' && r.at(i) != 0x3011) ++i;
        ++i;
    }
    std::string brand = before_colon(r, std::min(i, r.chars.size()));
    if (!brand.empty()) return brand;
    // Chinese services also sign at the end.
    for (std::size_t k = r.chars.size(); k-- > 0;)
        if (r.at(k) == 0x3010) return in_brackets(r, k);
    return {};
}

/// The host of an origin-bound last line.
std::string from_origin(std::string_view text) {
    const std::size_t mark = text.rfind('@');
    std::string_view code;
    if (mark == text.npos || origin_bound(text.substr(mark), code) == 0) return {};
    const std::string_view rest = text.substr(mark + 1);
    return registrable_domain(rest.substr(0, rest.find(' ')));
}

}  // namespace

std::string brand_of(std::string_view sender, std::string_view text) {
    TextOnce once(text);
    return brand_of(sender, once);
}

std::string brand_of(std::string_view sender, TextOnce& once) {
    const std::string_view text = once.octets();
    std::string brand = from_sender(sender);
    if (brand.empty())
        brand = from_origin(text.substr(text.size() - std::min<std::size_t>(text.size(), 1024)));
    if (!brand.empty()) return brand;
    const Reading& reading = once.reading();
    brand = from_links(reading);
    if (!brand.empty()) return brand;
    if (reading.chars.size() < front_max) return from_tag(reading);  // it is the whole text
    return from_tag(Reading(text, front_max));
}

}  // namespace smppd::pool
