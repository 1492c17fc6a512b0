// pool/names.cpp - enumerators and numbers as words, and what a name may be.
#include "pool/message.hpp"
#include "pool/number.hpp"
#include "pool/platform.hpp"
#include "pool/session.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::size_t platform_name_max = 64;
constexpr std::size_t system_id_max = 15;  // SMPP 3.4 §5.2.1: 16 octets with the closing NUL.

}  // namespace

std::string to_text(E164 number) { return "+" + std::to_string(number); }

std::string_view name(NumberState state) noexcept {
    switch (state) {
        case NumberState::available: return "available";
        case NumberState::leased: return "leased";
        case NumberState::cooling: return "cooling";
        case NumberState::assigned: return "assigned";
        case NumberState::reserved: return "reserved";
        case NumberState::disabled: return "disabled";
        case NumberState::retired: return "retired";
    }
    return "unknown";
}

std::string_view name(SessionState state) noexcept {
    switch (state) {
        case SessionState::active: return "active";
        case SessionState::released: return "released";
        case SessionState::expired: return "expired";
        case SessionState::verified: return "verified";
        case SessionState::failed: return "failed";
    }
    return "unknown";
}

std::string_view name(MessageState state) noexcept {
    switch (state) {
        case MessageState::waiting: return "waiting";
        case MessageState::delivered: return "delivered";
        case MessageState::unowned: return "unowned";
        case MessageState::expired: return "expired";
        case MessageState::kept: return "kept";
    }
    return "unknown";
}

std::string_view name(Unowned why) noexcept {
    switch (why) {
        case Unowned::no: return "no";
        case Unowned::not_in_pool: return "not_in_pool";
        case Unowned::not_leased: return "not_leased";
        case Unowned::bad_destination: return "bad_destination";
        case Unowned::before_lease: return "before_lease";
        case Unowned::disabled: return "disabled";
    }
    return "unknown";
}

bool valid_platform_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > platform_name_max || name.front() == '.') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

bool valid_system_id(std::string_view system_id) noexcept {
    if (system_id.empty() || system_id.size() > system_id_max) return false;
    return std::all_of(system_id.begin(), system_id.end(),
                       [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace smppd::pool
