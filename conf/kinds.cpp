// conf/kinds.cpp - numbers, times, words and texts. Addresses are in addresses.cpp.
#include "conf/kinds.hpp"

#include "conf/files.hpp"
#include "pool/region.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace smppd::conf {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
/// Largest first.
constexpr std::array<Unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

constexpr std::string_view time_must_be =
    "a time with its unit, such as 500ms, 30s, 10m, 72h or 7d";

bool digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string range(const std::string& min, const std::string& max) {
    return "from " + min + " to " + max;
}

std::string show_decimal(double number) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << number;
    return out.str();
}

bool no_control(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::optional<std::uint64_t> read_whole(Reader& reader, const Value& value, std::uint64_t min,
                                        std::uint64_t max) {
    const std::string limits = range(std::to_string(min), std::to_string(max));
    const std::string must_be = "a whole number " + limits;
    const auto text = reader.plain(value, must_be);
    if (!text) return std::nullopt;
    if (digits(*text) && text->size() > 1 && text->front() == '0') {
        // YAML 1.1 took 010 for eight; nobody can tell what was meant.
        reader.wrong(value, "a decimal number without a leading 0, " + limits);
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, failed] = std::from_chars(text->data(), end, number);
    const bool too_large = digits(*text) && failed == std::errc::result_out_of_range;
    if (!too_large && (failed != std::errc{} || stop != end)) {
        reader.wrong(value, must_be);
        return std::nullopt;
    }
    if (too_large || number < min || number > max) {
        reader.wrong(value, limits);
        return std::nullopt;
    }
    return number;
}

std::string show_duration(milliseconds time) {
    if (time.count() == 0) return "0s";
    for (const Unit& unit : units)
        if (time.count() % unit.ms == 0)
            return std::to_string(time.count() / unit.ms) + std::string(unit.name);
    return {};
}

std::optional<milliseconds> read_duration(Reader& reader, const Value& value, milliseconds min,
                                          milliseconds max, milliseconds step) {
    const auto text = reader.plain(value, time_must_be);
    if (!text) return std::nullopt;
    const std::size_t end = std::min(text->find_first_not_of("0123456789"), text->size());
    const std::string_view count = std::string_view(*text).substr(0, end);
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) {
        return u.name == std::string_view(*text).substr(end);
    });
    if (count.empty() || unit == units.end()) {
        reader.wrong(value, time_must_be);
        return std::nullopt;
    }
    const std::string limits = range(show_duration(min), show_duration(max));
    std::int64_t number = 0;
    const auto failed = std::from_chars(count.data(), count.data() + count.size(), number).ec;
    if (failed != std::errc{} || number > max.count() / unit->ms ||
        number * unit->ms < min.count()) {
        reader.wrong(value, limits);
        return std::nullopt;
    }
    const milliseconds time{number * unit->ms};
    if (time % step != milliseconds{0}) {
        reader.wrong(value, "whole seconds, " + limits);
        return std::nullopt;
    }
    return time;
}

Kind<std::string> checked_text(std::string must_be, std::string schema, std::size_t min,
                               std::size_t max, std::function<bool(std::string_view)> allowed) {
    return {[must_be, min, max, allowed = std::move(allowed)](Reader& reader, const Value& value,
                                                              std::string& target) {
                auto text = reader.text(value, must_be);
                if (!text) return;
                if (text->size() < min || text->size() > max || !allowed(*text))
                    reader.wrong(value, must_be);
                else
                    target = std::move(*text);
            },
            "\"type\":[\"string\",\"number\"]" + std::move(schema),
            [min](const std::string& text) {
                return text.size() < min ? std::string{} : json_text(text);
            }};
}

bool plain_text(std::string_view text) {
    return protocol::valid_utf8(text) && no_control(text) &&
           (text.empty() || (text.front() != ' ' && text.back() != ' '));
}

Kind<std::string> word(std::size_t max) {
    return checked_text("a text of 1 to " + std::to_string(max) +
                            " octets, without control characters or a blank at an end",
                        ",\"minLength\":1,\"maxLength\":" + std::to_string(max), 1, max,
                        plain_text);
}

Kind<double> decimal(double min, double max) {
    const std::string must_be = "a number " + range(show_decimal(min), show_decimal(max));
    return {[min, max, must_be](Reader& reader, const Value& value, double& target) {
                const auto text = reader.plain(value, must_be);
                if (!text) return;
                double number = 0;
                const char* const end = text->data() + text->size();
                const auto [stop, failed] =
                    std::from_chars(text->data(), end, number, std::chars_format::fixed);
                // from_chars takes "inf" and "nan" for numbers.
                const bool odd = text->find_first_not_of("0123456789.") != std::string::npos;
                if (odd || failed != std::errc{} || stop != end || number < min || number > max)
                    reader.wrong(value, must_be);
                else
                    target = number;
            },
            "\"type\":\"number\",\"minimum\":" + show_decimal(min) +
                ",\"maximum\":" + show_decimal(max),
            [](const double& number) { return show_decimal(number); }};
}

Kind<bool> flag() {
    return {[](Reader& reader, const Value& value, bool& target) {
                const auto text = reader.plain(value, "true or false");
                if (!text) return;
                if (*text != "true" && *text != "false")
                    reader.wrong(value, "true or false");
                else
                    target = *text == "true";
            },
            "\"type\":\"boolean\"",
            [](const bool& set) { return std::string(set ? "true" : "false"); }};
}

std::string words_schema(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ",") + json_text(word);
    return "\"enum\":[" + list + "]";
}

Kind<std::string> ascii(std::size_t min, std::size_t max) {
    std::string must_be = range(std::to_string(min), std::to_string(max)) +
                          " printable ASCII characters, none of them a blank at an end";
    std::string schema =
        ",\"minLength\":" + std::to_string(min) + ",\"maxLength\":" + std::to_string(max);
    return checked_text(std::move(must_be), std::move(schema), min, max, [](std::string_view text) {
        const bool printable =
            std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
        return printable && (text.empty() || (text.front() != ' ' && text.back() != ' '));
    });
}

Kind<std::string> path(std::size_t max) {
    return checked_text("a path of 1 to " + std::to_string(max) + " octets", ",\"minLength\":1", 1,
                        max, no_control);
}

Kind<std::string> pem_file(bool secret) {
    Kind<std::string> kind = path();
    kind.read = [read = kind.read, secret](Reader& reader, const Value& value,
                                           std::string& target) {
        read(reader, value, target);
        if (target.empty() || !reader.options().read_files) return;
        const SmallFile file = read_small_file(target, 1024 * 1024);
        if (secret && file.others_may)
            reader.error(value.at, "'" + value.path + "': " + open_to_others(target, file));
        else if (!file.trouble.empty())
            reader.unusable(value.at, "'" + value.path + "': " + shown(target) +
                                          " cannot be read: " + file.trouble);
        else if (file.octets.find("-----BEGIN ") == std::string::npos)
            reader.error(value.at, "'" + value.path + "': " + shown(target) +
                                       " is no PEM file; it must have a '-----BEGIN' line");
    };
    return kind;
}

bool valid_name(std::string_view name) noexcept {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

const KeyRule& name_rule() noexcept {
    static constexpr KeyRule rule{valid_name, "name", name_must_be, "^[A-Za-z0-9_-]{1,64}$"};
    return rule;
}

Kind<std::string> name() {
    return checked_text(std::string(name_must_be), ",\"pattern\":" + json_text(name_rule().pattern),
                        1, 64, valid_name);
}

Kind<std::string> country() {
    return checked_text(
        "a country calling code of 1 to 3 digits without + or 0 in front, such as 44",
        R"(,"pattern":"^[1-9][0-9]{0,2}$")", 1, 3,
        [](std::string_view text) { return digits(text) && text.front() != '0'; });
}

bool valid_region(std::string_view text) noexcept {
    return text != "ZZ" && pool::known_country(text);
}

Kind<std::string> region() {
    return checked_text(std::string(region_must_be), R"(,"pattern":"^[A-Z]{2}$")", 2, 2,
                        valid_region);
}

Kind<std::string> pin() {
    return checked_text("the SHA-256 of a public key in base64, 44 characters",
                        R"(,"pattern":"^[A-Za-z0-9+/]{43}=$")", 44, 44, [](std::string_view text) {
                            constexpr std::string_view allowed =
                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
                            return text.find_first_not_of(allowed) == 43 && text.back() == '=';
                        });
}

Kind<protocol::Status> error_status() {
    constexpr std::string_view must_be =
        "a command_status other than ESME_ROK, by name or number: ESME_RMSGQFUL, 0x14 or 20";
    return {
        [must_be](Reader& reader, const Value& value, protocol::Status& target) {
            const auto text = reader.text(value, must_be);
            if (!text) return;
            const auto status = protocol::parse_status(*text);
            // Zero would tell the carrier that a message is safe which could not be stored.
            if (!status || *status == protocol::ESME_ROK)
                reader.wrong(value, must_be);
            else
                target = *status;
        },
        "\"type\":[\"string\",\"integer\"]",
        [](const protocol::Status& status) { return json_text(protocol::status_name(status)); }};
}

}  // namespace smppd::conf
