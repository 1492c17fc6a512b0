// pool/workflow.cpp - the words of a workflow, and whose messages it waits for.
#include "pool/workflow.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; }

bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_plus(std::string_view number) noexcept {
    if (number.starts_with('+')) number.remove_prefix(1);
    return number;
}

bool matches(std::string_view pattern, std::string_view sender, std::string_view brand) noexcept {
    if (pattern == "*") return true;
    if (same_word(pattern, sender) || (!brand.empty() && same_word(pattern, brand))) return true;
    const std::string_view digits = without_plus(sender);
    pattern = without_plus(pattern);
    if (!pattern.ends_with('*')) return pattern == digits;
    pattern.remove_suffix(1);
    return digits.size() >= pattern.size() && same_word(pattern, digits.substr(0, pattern.size()));
}

}  // namespace

std::string_view name(Direction direction) noexcept {
    return direction == Direction::inbound ? "inbound" : "outbound";
}

std::string_view name(Rotation rotation) noexcept {
    switch (rotation) {
        case Rotation::least_recent: return "least_recent";
        case Rotation::random: return "random";
        case Rotation::sticky: return "sticky";
        case Rotation::fresh: return "fresh";
    }
    return "unknown";
}

bool sender_expected(const std::vector<std::string>& patterns, std::string_view sender,
                     std::string_view brand) noexcept {
    if (patterns.empty()) return true;
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return matches(pattern, sender, brand); });
}

}  // namespace smppd::pool
