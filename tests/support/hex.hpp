// tests/support/hex.hpp - octets written as hexadecimal digits, for literals in tests.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace smppd::test {

/// The value of one hexadecimal digit. Throws on anything else, so that a mistyped literal fails.
inline std::uint8_t hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    throw std::invalid_argument("not a hexadecimal digit");
}

/// "00 01 ff" to its octets. Blanks, tabs and newlines are ignored; half an octet is refused.
inline std::vector<std::uint8_t> hex(std::string_view digits) {
    std::vector<std::uint8_t> octets;
    octets.reserve(digits.size() / 2);
    bool half = false;
    for (const char c : digits) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        if (half)
            octets.back() = static_cast<std::uint8_t>(octets.back() * 16 + hex_digit(c));
        else
            octets.push_back(hex_digit(c));
        half = !half;
    }
    if (half) throw std::invalid_argument("an odd number of hexadecimal digits");
    return octets;
}

}  // namespace smppd::test
