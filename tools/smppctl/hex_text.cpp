// tools/smppctl/hex_text.cpp - see hex_text.hpp.
#include "tools/smppctl/hex_text.hpp"

#include "tools/smppctl/escape.hpp"

#include <algorithm>

namespace smppd::ctl {
namespace {

int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool between(char c) noexcept {
    static constexpr std::string_view marks = " \t\r\n\f\v,:;|-";
    return marks.find(c) != std::string_view::npos;
}

std::string at(std::size_t i) { return " (character " + std::to_string(i + 1) + ")"; }

}  // namespace

std::variant<protocol::Octets, std::string> read_hex(std::string_view text) {
    protocol::Octets octets;
    std::size_t i = 0;
    while (i < text.size()) {
        const bool prefix =
            text[i] == '0' && i + 1 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X');
        if (between(text[i]) || prefix) {
            i += prefix ? 2 : 1;
            continue;
        }
        const int high = digit(text[i]);
        if (high < 0)
            return "\"" + escaped(text.substr(i, 1)) + "\" is no hexadecimal digit" + at(i);
        const int low = i + 1 < text.size() ? digit(text[i + 1]) : -1;
        if (low < 0) return "an octet has two hexadecimal digits, here is one" + at(i);
        octets.push_back(static_cast<std::uint8_t>(high * 16 + low));
        i += 2;
    }
    if (octets.empty()) return std::string{"there are no hexadecimal digits"};
    return octets;
}

std::string hex_text(protocol::Bytes octets, std::size_t octets_max) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t octet : octets.first(std::min(octets.size(), octets_max))) {
        if (!text.empty()) text += ' ';
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    if (octets.size() > octets_max) text += " ...";
    return text;
}

}  // namespace smppd::ctl
