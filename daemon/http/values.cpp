// daemon/http/values.cpp - times, numbers and texts, written and read.
#include "daemon/http/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace smppd::http {
namespace {

int digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Length of the UTF-8 sequence at the front of `text`; 0 when it is none. Source: RFC 3629 §4.
std::size_t sequence_length(std::string_view text) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    std::size_t length = 0;
    unsigned char low = 0x80, high = 0xbf;  // of the second octet
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3;
        if (lead == 0xe0) low = 0xa0;   // else it would be overlong
        if (lead == 0xed) high = 0x9f;  // surrogates are no characters
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;  // nothing above U+10FFFF
    }
    if (length == 0 || text.size() < length || at(1) < low || at(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (at(i) < 0x80 || at(i) > 0xbf) return 0;
    return length;
}

}  // namespace

std::string rfc3339(pool::WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 48> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
        unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string http_date(std::chrono::sys_seconds time) {
    static constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 48> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        weekdays[std::chrono::weekday{day}.c_encoding()], unsigned{date.day()},
        months[unsigned{date.month()} - 1], int{date.year()},
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<pool::WallTime> parse_rfc3339(std::string_view text) noexcept {
    bool good = text.size() >= 20 && text[4] == '-' && text[7] == '-' &&
                (text[10] == 'T' || text[10] == 't') && text[13] == ':' && text[16] == ':';
    const auto digits = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            good = good && i < text.size() && text[i] >= '0' && text[i] <= '9';
            if (good) value = value * 10 + (text[i] - '0');
        }
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year{digits(0, 4)},
                                          std::chrono::month{static_cast<unsigned>(digits(5, 2))},
                                          std::chrono::day{static_cast<unsigned>(digits(8, 2))}};
    const int hours = digits(11, 2), minutes = digits(14, 2), seconds = digits(17, 2);
    if (!good || !day.ok() || hours > 23 || minutes > 59 || seconds > 59) return {};
    std::size_t at = 19;
    int thousandths = 0;
    if (text[at] == '.') {
        std::size_t end = ++at;
        for (int scale = 100; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end) {
            thousandths += (text[end] - '0') * scale;
            scale /= 10;
        }
        if (end == at || end == text.size()) return {};
        at = end;
    }
    int offset = 0;
    if (text[at] == '+' || text[at] == '-') {
        const int ahead = digits(at + 1, 2) * 60 + digits(at + 4, 2);
        if (!good || text.size() != at + 6 || text[at + 3] != ':' || ahead >= 24 * 60) return {};
        offset = text[at] == '+' ? ahead : -ahead;
    } else if ((text[at] != 'Z' && text[at] != 'z') || text.size() != at + 1) {
        return {};
    }
    return std::chrono::sys_days{day} + std::chrono::hours{hours} +
           std::chrono::minutes{minutes - offset} + std::chrono::seconds{seconds} +
           std::chrono::milliseconds{thousandths};
}

std::optional<pool::E164> parse_number(std::string_view text) noexcept {
    if (text.size() < 4 || text.size() > 16 || text.front() != '+' || text[1] == '0') return {};
    pool::E164 number = 0;
    for (const char c : text.substr(1)) {
        if (c < '0' || c > '9') return {};
        number = number * 10 + static_cast<pool::E164>(c - '0');
    }
    return number;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

bool valid_country(std::string_view text) noexcept {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() == 2 && std::all_of(text.begin(), text.end(), capital);
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) return {};
        const int high = digit_value(text[i + 1]), low = digit_value(text[i + 2]);
        if (high < 0 || low < 0) return {};
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

std::size_t characters(std::string_view utf8) noexcept {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins));
}

bool valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string hex(const pool::Octets& octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(octets.size() * 2);
    for (const std::uint8_t octet : octets) {
        text.push_back(digits[octet >> 4]);
        text.push_back(digits[octet & 15]);
    }
    return text;
}

}  // namespace smppd::http
