// tools/smppctl/sandbox_text.cpp - see sandbox_text.hpp.
#include "tools/smppctl/sandbox_text.hpp"

namespace smppd::ctl {
namespace {

std::string digits(unsigned value, std::size_t width) {
    const std::string text = std::to_string(value);
    return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

}  // namespace

const std::array<SandboxOutcome, 9> sandbox_outcomes{{
    {1, "code", "a code, at once"},
    {2, "late", "a code, after 15 s"},
    {3, "parts", "a code in a long message of three parts, the last one first"},
    {4, "duplicate", "the same message twice; it is told once"},
    {5, "chinese", "a code in Chinese"},
    {6, "link", "a link to follow instead of a code"},
    {7, "wrong-sender", "a code from somebody else than was expected"},
    {8, "never", "nothing: the session expires, or is swapped"},
    {9, "carrier-down", "nothing, the carrier is down; a swap helps"},
}};

std::string sandbox_number(unsigned outcome, unsigned index) {
    return "+999" + digits(outcome, 3) + digits(index, 6);
}

}  // namespace smppd::ctl
