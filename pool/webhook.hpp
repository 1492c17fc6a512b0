// pool/webhook.hpp - where a platform wants to hear of events, and what became of each delivery.
// Source: API, events, identity; Webhooks.
#pragma once

#include "pool/event.hpp"

#include <vector>

namespace smppd::pool {

struct Webhook {
    Id id = 0;
    PlatformId platform = 0;
    std::string url;
    std::string description;        ///< at most 200 octets
    std::vector<EventType> events;  ///< empty: all of its platform
    bool sessions_only = false;     ///< hears of sessions that name it alone
    bool test = false;              ///< hears of the sandbox's events, and of no others
    bool disabled = false;
    std::string disabled_reason;  ///< "gone", "failing", "admin"; empty while enabled
    WallTime created_at{};
    WallTime failing_since{};  ///< zero: the last delivery succeeded
    /// "whsec_…"; sealed at rest. The one before signs too until `previous_until`.
    std::string secret, previous_secret;
    WallTime previous_until{};
    friend bool operator==(const Webhook&, const Webhook&) = default;
    /// Whether it hears of the event.
    bool wants(const Event& event) const noexcept;
};

enum class DeliveryState : std::uint8_t {
    waiting = 0,  ///< not tried, or to be tried again at next_at
    delivered,
    dead,       ///< all tries failed; replay makes it wait again
    cancelled,  ///< its webhook was removed or disabled
};
std::string_view name(DeliveryState state) noexcept;

/// One event on its way to one webhook.
struct Delivery {
    Id event = 0;
    Id webhook = 0;
    Id session = 0;  ///< events of one session arrive in their order
    DeliveryState state = DeliveryState::waiting;
    std::uint32_t attempts = 0;
    WallTime next_at{};  ///< zero: at once
    WallTime settled_at{};
    std::uint16_t status = 0;  ///< the last HTTP status, 0: no answer
    std::string error;         ///< of the last attempt, in words; empty: none
    friend bool operator==(const Delivery&, const Delivery&) = default;
};

}  // namespace smppd::pool
