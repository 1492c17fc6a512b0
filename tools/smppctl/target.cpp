// tools/smppctl/target.cpp - see target.hpp.
#include "tools/smppctl/target.hpp"

#include <algorithm>

namespace smppd::ctl {
namespace {

bool unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (unreserved(c)) {
            encoded += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[octet >> 4];
        encoded += digits[octet & 15];
    }
    return encoded;
}

std::string path(std::initializer_list<std::string_view> segments) {
    std::string whole = "/v1";
    for (const std::string_view segment : segments) whole += '/' + percent_encoded(segment);
    return whole;
}

Query& Query::add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.empty() ? '?' : '&';
    text_ += std::string{name} + '=' + percent_encoded(value);
    return *this;
}

std::string plus_number(std::string_view text) {
    std::string number;
    for (const char c : text)
        if (c != ' ' && c != '(' && c != ')' && c != '.' && c != '-') number += c;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view digits =
        std::string_view{number}.substr(number.starts_with('+') ? 1 : 0);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), digit))
        return std::string{text};
    return '+' + std::string{digits};
}

}  // namespace smppd::ctl
