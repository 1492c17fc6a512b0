// tools/smppctl/times.cpp - see times.hpp.
#include "tools/smppctl/times.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array units{Unit{'w', 604'800}, Unit{'d', 86'400}, Unit{'h', 3'600}, Unit{'m', 60},
                           Unit{'s', 1}};
constexpr std::int64_t longest = 3'660LL * 86'400;

/// The digits at the front of `text`, taken off it.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    if (text.empty() || text.front() < '0' || text.front() > '9') return {};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > longest) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

/// `count` digits at `from`; -1 when there are others.
int digits(std::string_view text, std::size_t from, std::size_t count) noexcept {
    int value = 0;
    for (const char c : text.substr(from, count)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), format, values...);
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept {
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    const std::string_view whole = text;
    while (!text.empty()) {
        const auto count = take_number(text);
        if (!count) return {};
        std::size_t unit = next_unit;
        if (text.empty()) {
            if (next_unit != 0) return {};  // "1h30": half an hour or half a minute?
            unit = units.size() - 1;
        } else {
            while (unit < units.size() && units[unit].letter != text.front()) ++unit;
            if (unit == units.size()) return {};
            text.remove_prefix(1);
        }
        next_unit = unit + 1;
        total += *count * units[unit].seconds;
        if (total > longest) return {};
    }
    if (whole.empty() || total == 0) return {};
    return std::chrono::seconds{total};
}

std::string duration_text(milliseconds duration) {
    if (duration < 1ms) return "0s";
    if (duration < 1s) return std::to_string(duration.count()) + "ms";
    if (duration < 10s && duration % 1s != 0ms)
        return formatted("%.2fs", static_cast<double>(duration.count()) / 1000.0);
    std::int64_t rest = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    std::string text;
    int shown = 0;
    for (const Unit& unit : units) {
        if (unit.letter == 'w') continue;  // nobody counts an uptime in weeks
        const std::int64_t count = rest / unit.seconds;
        rest %= unit.seconds;
        if (shown > 0) ++shown;
        if (shown > 2) break;
        if (count == 0) continue;
        if (shown == 0) shown = 1;
        text += (text.empty() ? "" : " ") + std::to_string(count) + unit.letter;
    }
    return text;
}

std::optional<Time> parse_time(std::string_view text) noexcept {
    // 2026-11-24T17:00:03.120Z, the fraction may be missing.
    if (text.size() != 20 && text.size() != 24) return {};
    const bool fraction = text.size() == 24;
    if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        text.back() != 'Z' || (fraction && text[19] != '.'))
        return {};
    const std::array parts{digits(text, 0, 4),
                           digits(text, 5, 2),
                           digits(text, 8, 2),
                           digits(text, 11, 2),
                           digits(text, 14, 2),
                           digits(text, 17, 2),
                           fraction ? digits(text, 20, 3) : 0};
    for (const int part : parts)
        if (part < 0) return {};
    const std::chrono::year_month_day date{std::chrono::year{parts[0]},
                                           std::chrono::month{static_cast<unsigned>(parts[1])},
                                           std::chrono::day{static_cast<unsigned>(parts[2])}};
    if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 60) return {};
    return std::chrono::sys_days{date} + std::chrono::hours{parts[3]} +
           std::chrono::minutes{parts[4]} + std::chrono::seconds{parts[5]} + milliseconds{parts[6]};
}

std::string time_text(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    return formatted("%04d-%02u-%02u %02d:%02d:%02dZ", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                     static_cast<int>(clock.minutes().count()),
                     static_cast<int>(clock.seconds().count()));
}

std::string rfc3339_text(Time time) {
    return time_text(time).substr(0, 10) + 'T' + clock_text(time) + 'Z';
}

std::string clock_text(Time time) {
    const std::chrono::hh_mm_ss clock{time - std::chrono::floor<std::chrono::days>(time)};
    return formatted("%02d:%02d:%02d.%03d", static_cast<int>(clock.hours().count()),
                     static_cast<int>(clock.minutes().count()),
                     static_cast<int>(clock.seconds().count()),
                     static_cast<int>(clock.subseconds().count()));
}

}  // namespace smppd::ctl
