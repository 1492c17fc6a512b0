// protocol/address.cpp - see address.hpp.
#include "protocol/address.hpp"

#include "protocol/text.hpp"
#include "protocol/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t ton_national = 2;
constexpr std::uint8_t ton_alphanumeric = 5;
constexpr std::size_t digits_min = 3;
constexpr std::size_t digits_max = 15;  // E.164 §6
constexpr std::size_t shown_in_logs = 6;

bool is_separator(char c) { return std::string_view(" \t-()[]").find(c) != std::string_view::npos; }

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7f && value < 0xa0); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The digits as they are dialled from abroad, without "+" or "00"; nothing where the country of a
/// national number is not known.
std::optional<std::string> international(std::uint8_t ton, std::string digits, bool plus,
                                         std::string_view country) {
    if (plus) return digits;
    if (digits.starts_with("00")) return digits.substr(2);
    const bool trunk_prefix = digits.starts_with('0');
    if (!trunk_prefix && (ton != ton_national || country.empty())) return digits;
    if (country.empty()) return {};
    return std::string(country) + digits.substr(trunk_prefix ? 1 : 0);
}

}  // namespace

std::optional<std::uint64_t> e164_of(std::uint8_t ton, std::string_view address,
                                     std::string_view country) {
    std::string digits;
    std::remove_copy_if(address.begin(), address.end(), std::back_inserter(digits), is_separator);
    const bool plus = digits.starts_with('+');
    if (plus) digits.erase(0, 1);
    if (digits.size() < digits_min || !std::all_of(digits.begin(), digits.end(), is_digit))
        return {};

    const auto number = international(ton, std::move(digits), plus, country);
    // No country code begins with 0; as an integer such a number would be taken for another one.
    if (!number || number->size() < digits_min || number->size() > digits_max ||
        number->starts_with('0'))
        return {};
    std::uint64_t value = 0;
    const auto end = number->data() + number->size();
    const auto [stop, error] = std::from_chars(number->data(), end, value);
    if (error != std::errc{} || stop != end) return {};
    return value;
}

std::string address_text(std::uint8_t ton, std::string_view address, const Profile& profile) {
    const bool gsm7 = profile.addresses_gsm7 && ton == ton_alphanumeric;
    const Text text = decode_text(bytes_of(address), gsm7 ? Alphabet::gsm7 : Alphabet::latin1);
    std::string shown;
    shown.reserve(text.utf8.size());
    for (std::string_view left = text.utf8; !left.empty();) {
        const utf8::CodePoint point = utf8::first(left);
        left.remove_prefix(point.length);
        utf8::append(shown, is_control(point.value) ? utf8::replacement : point.value);
    }
    return shown;
}

std::string masked(std::string_view address) {
    std::string shown;
    std::size_t count = 0;
    while (!address.empty()) {
        const utf8::CodePoint point = utf8::first(address);
        const bool readable = point.valid && !is_control(point.value);
        const std::string_view character = address.substr(0, point.length);
        address.remove_prefix(point.length);
        if (++count > shown_in_logs) {
            shown.push_back('*');
        } else {
            shown += readable ? character : "?";
        }
    }
    return shown;
}

}  // namespace smppd::protocol
