// pool/import_fields.cpp - the fields of an import.
#include "pool/import_fields.hpp"

#include "pool/region.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smppd::pool {
namespace {

constexpr std::string_view sandbox_name = "sandbox";  // its numbers' carrier and isolation group
constexpr std::size_t word_max = 64;                  // octets of a carrier, area, group or tag
constexpr std::size_t tags_max = 32;
constexpr std::size_t digits_min = 3, digits_max = 15;  // E.164 §6.2.1
constexpr std::size_t cost_digits_max = 9;              // before the point
constexpr std::size_t cost_decimals_max = 6;

constexpr std::array<std::pair<std::string_view, ImportColumn>, 9> columns{{
    {"number", ImportColumn::number},
    {"carrier", ImportColumn::carrier},
    {"country", ImportColumn::country},
    {"area", ImportColumn::area},
    {"capabilities", ImportColumn::capabilities},
    {"tags", ImportColumn::tags},
    {"monthly_cost", ImportColumn::monthly_cost},
    {"isolation_group", ImportColumn::isolation_group},
    {"platform", ImportColumn::platform},
}};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_digit);
}

/// Length of the UTF-8 character in front (RFC 3629), 0 when there is none.
std::size_t utf8_length(std::string_view text) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xC0) != 0x80) return 0;
    }
    // No longer form than needed, no surrogates, nothing above U+10FFFF.
    const std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return at(1) >= low && at(1) <= high ? length : 0;
}

FieldProblem check_word(std::string_view what, std::string_view text) {
    if (text.size() > word_max)
        return std::string(what) + " is longer than " + std::to_string(word_max) + " octets";
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = utf8_length(rest);
        if (length == 0) return std::string(what) + " is not UTF-8; save the file as UTF-8";
        if (length == 1 && (rest.front() < ' ' || rest.front() == 0x7F))
            return std::string(what) + " has a control character";
        rest.remove_prefix(length);
    }
    return {};
}

FieldProblem read_word(std::string_view what, std::string_view text, std::string& to) {
    FieldProblem problem = check_word(what, text);
    if (problem.empty() && text == sandbox_name && what != "area")
        problem = std::string(what) + " 'sandbox' is smppd's own, for test keys; choose another";
    if (problem.empty()) to = text;
    return problem;
}

/// Calls take(piece) for the pieces between separators until it returns a problem.
template <class Take>
FieldProblem each_piece(std::string_view text, char separator, Take take) {
    for (;;) {
        const std::size_t end = text.find(separator);
        if (FieldProblem problem = take(text.substr(0, end)); !problem.empty()) return problem;
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
}

FieldProblem read_country(std::string_view text, Number& number) {
    const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!text.empty() && (text.size() != 2 || !std::all_of(text.begin(), text.end(), letter)))
        return "country '" + shown(text) + "' is not two capital letters (ISO 3166-1), like GB";
    if (!text.empty() && !known_country(text))
        return "country '" + shown(text) + "' is no code of ISO 3166-1; write two letters, like GB";
    number.country = text;
    return {};
}

FieldProblem read_capabilities(std::string_view text, Number& number) {
    if (text.empty()) return {};
    number.mo = number.mt = false;
    return each_piece(text, '|', [&](std::string_view piece) -> FieldProblem {
        if (piece != "MO" && piece != "MT")
            return "unknown capability '" + shown(piece) + "'; write MO, MT or MO|MT";
        (piece == "MO" ? number.mo : number.mt) = true;
        return {};
    });
}

FieldProblem read_tags(std::string_view text, Number& number) {
    if (text.empty()) return {};
    return each_piece(text, ';', [&](std::string_view piece) -> FieldProblem {
        if (piece.empty()) return "an empty tag; write tags as one;two";
        if (FieldProblem problem = check_word("a tag", piece); !problem.empty()) return problem;
        if (std::find(number.tags.begin(), number.tags.end(), piece) != number.tags.end())
            return "tag '" + shown(piece) + "' is there twice";
        if (number.tags.size() == tags_max)
            return "more than " + std::to_string(tags_max) + " tags";
        number.tags.emplace_back(piece);
        return {};
    });
}

FieldProblem read_cost(std::string_view text, Number& number) {
    if (text.empty()) return {};
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const bool fraction = point != std::string_view::npos;
    const std::string_view decimals = fraction ? text.substr(point + 1) : std::string_view{};
    if (whole.empty() || whole.size() > cost_digits_max || !all_digits(whole) ||
        (fraction && decimals.empty()) || decimals.size() > cost_decimals_max ||
        !all_digits(decimals))
        return "monthly_cost '" + shown(text) +
               "' is not an amount; write digits, a point and at most 6 decimals, like 1.25";
    std::int64_t micros = 0;
    for (const char c : whole) micros = micros * 10 + (c - '0');
    for (std::size_t i = 0; i < cost_decimals_max; ++i)
        micros = micros * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
    number.monthly_cost_micros = micros;
    return {};
}

FieldProblem read_platform(std::string_view text, Number& number,
                           const std::function<PlatformId(std::string_view)>& platform_id) {
    if (text.empty()) return {};
    number.platform = platform_id(text);
    if (number.platform == 0)
        return "unknown platform '" + shown(text) + "'; create it first or leave the field empty";
    return {};
}

}  // namespace

bool same_letters(std::string_view lower, std::string_view name) noexcept {
    return std::equal(lower.begin(), lower.end(), name.begin(), name.end(), [](char l, char c) {
        return l == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    });
}

std::optional<ImportColumn> import_column(std::string_view name) noexcept {
    for (const auto& [column_name, column] : columns) {
        if (same_letters(column_name, name)) return column;
    }
    return std::nullopt;
}

std::string import_columns() {
    std::string text;
    for (const auto& [name, column] : columns) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

std::string shown(std::string_view text, std::size_t max) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        // U+0080 to U+009F steer terminals as well (ECMA-48).
        const bool control =
            (length == 1 && (text.front() < ' ' || text.front() == 0x7F)) ||
            (length == 2 && text[0] == '\xC2' && static_cast<std::uint8_t>(text[1]) < 0xA0);
        const std::string_view piece = length == 0 || control ? "?" : text.substr(0, length);
        if (out.size() + piece.size() > max) break;
        out.append(piece);
        text.remove_prefix(std::max<std::size_t>(1, length));
    }
    return out;
}

std::optional<E164> read_number(std::string_view text) noexcept {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.size() < digits_min || text.size() > digits_max || !all_digits(text) ||
        text.front() == '0')
        return std::nullopt;
    E164 number = 0;
    for (const char c : text) number = number * 10 + static_cast<E164>(c - '0');
    return number;
}

FieldProblem read_field(ImportColumn column, std::string_view text, Number& number,
                        const std::function<PlatformId(std::string_view)>& platform_id) {
    switch (column) {
        case ImportColumn::number: {
            const auto value = read_number(text);
            if (!value)
                return "not an E.164 number; write the country code and the number, 3 to 15 "
                       "digits, like +447700900101";
            number.number = *value;
            return {};
        }
        case ImportColumn::carrier: return read_word("carrier", text, number.carrier);
        case ImportColumn::country: return read_country(text, number);
        case ImportColumn::area: return read_word("area", text, number.area);
        case ImportColumn::capabilities: return read_capabilities(text, number);
        case ImportColumn::tags: return read_tags(text, number);
        case ImportColumn::monthly_cost: return read_cost(text, number);
        case ImportColumn::isolation_group:
            return read_word("isolation_group", text, number.isolation_group);
        case ImportColumn::platform: return read_platform(text, number, platform_id);
    }
    return {};
}

FieldProblem complete_region(Number& number) {
    Region region = region_of(number.number);
    if (number.country.empty()) {
        number.country = region.country;
    } else if (contradicts(number.country, number.number)) {
        return "country '" + number.country + "' is not that of " + to_text(number.number) +
               (region.country.empty() ? std::string(", whose calling code it does not have")
                                       : ", which is " + std::string(region.country));
    }
    if (number.area.empty()) number.area = std::move(region.area);
    return {};
}

}  // namespace smppd::pool
