// pool/event_names.cpp - events, deliveries, roles and scopes as words.
#include "pool/api_key.hpp"
#include "pool/webhook.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::array<std::string_view, event_types> event_names{
    "message.received",  "code.received",       "session.created",    "session.extended",
    "session.swapped",   "session.verified",    "session.failed",     "session.expired",
    "session.released",  "submission.accepted", "submission.sent",    "submission.delivered",
    "submission.failed", "submission.expired",  "number.quarantined", "carrier.down",
    "carrier.up",        "optout.added",        "quota.exceeded",     "anomaly.detected",
    "webhook.test",      "webhook.disabled"};

constexpr std::array<std::string_view, 5> role_names{"owner", "operator", "auditor", "platform",
                                                     "read-only"};

constexpr std::array<std::string_view, scopes> scope_names{
    "sessions:read",   "sessions:write", "messages:read",  "messages:text", "events:read",
    "webhooks:read",   "webhooks:write", "numbers:read",   "numbers:write", "platforms:read",
    "platforms:write", "carriers:read",  "carriers:write", "system:read",   "system:write"};

template <class E, std::size_t n>
std::optional<E> parse(const std::array<std::string_view, n>& names,
                       std::string_view text) noexcept {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<E>(found - names.begin());
}

template <class E, std::size_t n>
std::string_view word(const std::array<std::string_view, n>& names, E value) noexcept {
    const auto place = static_cast<std::size_t>(value);
    return place < n ? names[place] : "unknown";
}

constexpr Scopes all = (Scopes{1} << scopes) - 1;
constexpr Scopes reads = bit(Scope::sessions_read) | bit(Scope::messages_read) |
                         bit(Scope::events_read) | bit(Scope::webhooks_read) |
                         bit(Scope::numbers_read) | bit(Scope::system_read);

}  // namespace

std::string_view name(EventType type) noexcept { return word(event_names, type); }
std::optional<EventType> parse_event_type(std::string_view name) noexcept {
    return parse<EventType>(event_names, name);
}

std::string_view name(DeliveryState state) noexcept {
    switch (state) {
        case DeliveryState::waiting: return "waiting";
        case DeliveryState::delivered: return "delivered";
        case DeliveryState::dead: return "dead";
        case DeliveryState::cancelled: return "cancelled";
    }
    return "unknown";
}

bool Webhook::wants(const Event& event) const noexcept {
    if (disabled || event.test != test) return false;
    if (event.webhook == id && id != 0) return true;
    if (sessions_only || event.platform != platform) return false;
    return events.empty() || std::find(events.begin(), events.end(), event.type) != events.end();
}

std::string_view name(Role role) noexcept { return word(role_names, role); }
std::optional<Role> parse_role(std::string_view name) noexcept {
    return parse<Role>(role_names, name);
}

std::string_view name(Scope scope) noexcept { return word(scope_names, scope); }
std::optional<Scope> parse_scope(std::string_view name) noexcept {
    return parse<Scope>(scope_names, name);
}

Scopes scopes_of(Role role) noexcept {
    switch (role) {
        case Role::owner: return all;
        case Role::operator_:
            return all & ~(bit(Scope::messages_text) | bit(Scope::platforms_write) |
                           bit(Scope::system_write));
        case Role::auditor: return reads | bit(Scope::platforms_read) | bit(Scope::carriers_read);
        case Role::platform:
            return reads | bit(Scope::sessions_write) | bit(Scope::messages_text) |
                   bit(Scope::webhooks_write);
        case Role::read_only: return reads;
    }
    return 0;
}

bool sees_all(Role role) noexcept {
    return role == Role::owner || role == Role::operator_ || role == Role::auditor;
}

}  // namespace smppd::pool
