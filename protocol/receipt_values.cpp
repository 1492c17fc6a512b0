// protocol/receipt_values.cpp - reads the values of a delivery receipt: states, numbers, dates.
#include "protocol/receipt_fields.hpp"

#include <algorithm>

namespace smppd::protocol {
namespace {

struct StateName {
    std::string_view word;
    MessageState state;
};
/// Words without their _ and -. The first eight are the specification's, in the order of their
/// numbers; the others are carriers' own (quirks q090, q108). A word cut to four letters or more
/// counts as the first that begins so.
constexpr std::array<StateName, 34> state_names{{
    {"ENROUTE", MessageState::enroute},
    {"DELIVRD", MessageState::delivered},
    {"EXPIRED", MessageState::expired},
    {"DELETED", MessageState::deleted},
    {"UNDELIV", MessageState::undeliverable},
    {"ACCEPTD", MessageState::accepted},
    {"UNKNOWN", MessageState::unknown},
    {"REJECTD", MessageState::rejected},
    {"DELIVERED", MessageState::delivered},
    {"DELIVERD", MessageState::delivered},
    {"DELIVRED", MessageState::delivered},
    {"DLVRD", MessageState::delivered},
    {"EXPIRD", MessageState::expired},
    {"UNDELIVERABLE", MessageState::undeliverable},
    {"UNDELIVERED", MessageState::undeliverable},
    {"UNDELIVERD", MessageState::undeliverable},
    {"UNDELIVRD", MessageState::undeliverable},
    {"UNDLVRD", MessageState::undeliverable},
    {"FAILED", MessageState::undeliverable},
    {"FAILURE", MessageState::undeliverable},
    {"CANCELLED", MessageState::deleted},
    {"CANCELED", MessageState::deleted},
    {"ACCEPTED", MessageState::accepted},
    {"ACKED", MessageState::accepted},
    {"ACK", MessageState::accepted},
    {"REJECTED", MessageState::rejected},
    {"REJCTD", MessageState::rejected},
    {"BUFFRED", MessageState::enroute},
    {"BUFFERED", MessageState::enroute},
    {"SCHEDULED", MessageState::enroute},
    {"QUEUED", MessageState::enroute},
    {"PENDING", MessageState::enroute},
    {"SUBMITTED", MessageState::enroute},
    {"SENT", MessageState::enroute},
}};
constexpr std::size_t shortest_cut = 4;
constexpr std::size_t longest_state = 24;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
/// `digits` holds digits only, 18 at most.
constexpr std::int64_t value_of(std::string_view digits) noexcept {
    std::int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

constexpr std::optional<MessageState> state_of_number(std::uint64_t number) noexcept {
    if (number < 1 || number > 8) return std::nullopt;
    return static_cast<MessageState>(number);
}

/// The digits of a date, and what follows them.
struct DateDigits {
    std::array<char, 17> digit{};
    std::size_t count = 0;
    std::string_view rest;

    std::string_view view(std::size_t length = std::string_view::npos) const {
        return std::string_view{digit.data(), count}.substr(0, length);
    }
};

/// Whether a time of day stands behind the blank at `at`: "12:05", "120500".
bool clock_follows(std::string_view written, std::size_t at) noexcept {
    const std::string_view clock = written.substr(at + 1, 8);
    const auto is_clock = [](char c) { return is_digit(c) || c == ':'; };
    return clock.size() >= 4 && is_digit(clock[0]) &&
           std::all_of(clock.begin(), clock.begin() + 4, is_clock);
}

/// Nothing for more digits than a date has.
std::optional<DateDigits> digits_of_date(std::string_view written) noexcept {
    DateDigits date;
    std::size_t at = 0;
    for (; at < written.size(); ++at) {
        const char c = written[at];
        if (is_digit(c)) {
            if (date.count == date.digit.size()) return std::nullopt;
            date.digit[date.count++] = c;
            continue;
        }
        const bool day_only = date.count == 6 || date.count == 8;
        // A minus behind the time of day is the sign of the time zone.
        const bool separates =
            c == '/' || c == ':' || c == 'T' || c == 't' || (c == '-' && date.count <= 8);
        const bool digit_follows = at + 1 < written.size() && is_digit(written[at + 1]);
        if (date.count > 0 && separates && digit_follows) continue;
        if (is_receipt_blank(c) && day_only && clock_follows(written, at)) continue;
        break;
    }
    date.rest = written.substr(at);
    return date;
}

/// `fields`: MMDD, MMDDhh, MMDDhhmm or MMDDhhmmss.
std::optional<WallTime> civil(std::int64_t year, std::string_view fields) noexcept {
    const auto two = [fields](std::size_t at) {
        return at + 2 <= fields.size() ? static_cast<unsigned>(value_of(fields.substr(at, 2))) : 0U;
    };
    const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(year)},
                                          std::chrono::month{two(0)}, std::chrono::day{two(2)}};
    const unsigned hour = two(4), minute = two(6), second = two(8);
    if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::sys_days{day} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second};
}
std::optional<WallTime> with_short_year(std::string_view digits) noexcept {
    return civil(2000 + value_of(digits.substr(0, 2)), digits.substr(2));
}
std::optional<WallTime> with_long_year(std::string_view digits) noexcept {
    const std::int64_t year = value_of(digits.substr(0, 4));
    if (year < 1970 || year > 2099) return std::nullopt;
    return civil(year, digits.substr(4));
}

/// Milliseconds since 1970, from 2017 to 2033: another number is more likely a date gone wrong.
std::optional<WallTime> since_1970(std::int64_t milliseconds) noexcept {
    if (milliseconds < 1'500'000'000'000 || milliseconds > 1'999'999'999'999) return std::nullopt;
    return WallTime{std::chrono::milliseconds{milliseconds}};
}

std::optional<WallTime> or_else(std::optional<WallTime> first, std::optional<WallTime> second) {
    return first ? first : second;
}

/// The time zone behind a date: "+0100", "-05:00". UTC without one.
std::chrono::minutes zone_of(std::string_view rest) noexcept {
    if (rest.size() < 5 || (rest[0] != '+' && rest[0] != '-')) return {};
    const std::string_view minute = rest.substr(rest[3] == ':' ? 4 : 3, 2);
    const std::string_view hour = rest.substr(1, 2);
    const auto digits = [](std::string_view s) {
        return s.size() == 2 && is_digit(s[0]) && is_digit(s[1]);
    };
    if (!digits(hour) || !digits(minute)) return {};
    const auto ahead = std::chrono::hours{value_of(hour)} + std::chrono::minutes{value_of(minute)};
    return rest[0] == '+' ? ahead : -ahead;
}

/// YYMMDDhhmmsstnnp, SMPP 3.4 §7.1.1: tenths of a second, quarters of an hour from UTC.
std::optional<WallTime> absolute_time(const DateDigits& date) noexcept {
    if (date.rest.empty() || (date.rest[0] != '+' && date.rest[0] != '-')) return std::nullopt;
    const auto local = with_short_year(date.view(12));
    if (!local) return std::nullopt;
    const auto tenths = std::chrono::milliseconds{100 * value_of(date.view().substr(12, 1))};
    const auto ahead = std::chrono::minutes{15 * value_of(date.view().substr(13, 2))};
    return *local + tenths - (date.rest[0] == '+' ? ahead : -ahead);
}

std::string three_digits(std::uint64_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    return digits;
}

}  // namespace

std::string_view state_word(MessageState state) noexcept {
    const auto number = static_cast<std::size_t>(state);
    return number >= 1 && number <= 8 ? state_names[number - 1].word : "UNKNOWN";
}

std::optional<MessageState> state_of_word(std::string_view word, bool whole) noexcept {
    std::array<char, longest_state> letters{};
    std::size_t count = 0;
    for (const char c : word) {
        const bool small = c >= 'a' && c <= 'z';
        if (!small && (c < 'A' || c > 'Z')) {
            if (c == '_' || c == '-' || c == '.') continue;
            return std::nullopt;
        }
        if (count == letters.size()) return std::nullopt;
        letters[count++] = small ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const std::string_view plain{letters.data(), count};
    for (const StateName& name : state_names)
        if (name.word == plain) return name.state;
    if (whole || count < shortest_cut) return std::nullopt;
    for (const StateName& name : state_names)
        if (name.word.starts_with(plain)) return name.state;
    return std::nullopt;
}

std::optional<MessageState> state_of_stat(std::string_view word) noexcept {
    if (const auto number = receipt_number(word)) return state_of_number(*number);
    return state_of_word(word);
}

std::optional<MessageState> state_of_tlv(Bytes value) noexcept {
    // Peers send it in 1, 2 or 4 octets, of either endianness, or as a digit (quirks q057, q058):
    // one octet is not zero, and that is the state.
    std::uint8_t number = 0;
    std::size_t filled = 0;
    for (const std::uint8_t octet : value) {
        if (octet == 0) continue;
        number = octet;
        ++filled;
    }
    if (filled == 1) return state_of_number(number >= '1' && number <= '8' ? number - '0' : number);
    const std::size_t length = std::min(value.size(), longest_state);
    std::array<char, longest_state> text{};
    std::transform(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(length), text.begin(),
                   [](std::uint8_t octet) { return static_cast<char>(octet); });
    return value.size() == length ? state_of_stat(trim_receipt({text.data(), length}))
                                  : std::nullopt;
}

std::optional<unsigned> receipt_number(std::string_view digits) noexcept {
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    return static_cast<unsigned>(value_of(digits));
}

std::optional<WallTime> receipt_date(std::string_view written) noexcept {
    if (!written.empty() && (written[0] == '"' || written[0] == '\'')) written.remove_prefix(1);
    const auto date = digits_of_date(written);
    if (!date) return std::nullopt;
    const std::string_view digits = date->view();
    std::optional<WallTime> local;
    switch (date->count) {
        case 8: local = or_else(with_long_year(digits), with_short_year(digits)); break;
        case 10:
            local = or_else(with_short_year(digits), with_long_year(digits));
            if (!local) return since_1970(value_of(digits) * 1000);
            break;
        case 12: local = or_else(with_short_year(digits), with_long_year(digits)); break;
        case 13: return since_1970(value_of(digits));
        case 14: local = or_else(with_long_year(digits), with_short_year(date->view(12))); break;
        case 15: return absolute_time(*date);
        case 16:  // Hundredths or milliseconds follow.
        case 17: local = with_long_year(date->view(14)); break;
        default: break;
    }
    if (local) *local -= zone_of(date->rest);
    return local;
}

std::string network_error_digits(Bytes value) {
    // Characters, perhaps with a NUL behind them, as they came: a network type is 1 to 8, which is
    // never printable. One octet alone is a character only if it is a digit.
    Bytes text = value;
    while (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
    const auto printable = [&text](std::uint8_t octet) {
        return octet > ' ' && octet < 0x7f && (text.size() > 1 || (octet >= '0' && octet <= '9'));
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), printable))
        return {text.begin(), text.end()};
    if (value.size() > 9 || value.empty()) return {};
    // One octet, or two that do not begin with a network type, are the number alone.
    const bool typed = value.size() > 2 || (value.size() == 2 && value[0] >= 1 && value[0] <= 8);
    std::uint64_t number = 0;
    for (const std::uint8_t octet : value.subspan(typed ? 1 : 0)) number = number << 8 | octet;
    return three_digits(number);
}

}  // namespace smppd::protocol
