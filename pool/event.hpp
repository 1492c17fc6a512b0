// pool/event.hpp - what the outside is told. One event has one id, everywhere.
// Source: API, events, identity; Events.
#pragma once

#include "pool/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smppd::pool {

enum class EventType : std::uint8_t {
    message_received = 0,
    code_received,
    session_created,
    session_extended,
    session_swapped,
    session_verified,
    session_failed,
    session_expired,
    session_released,
    submission_accepted,
    submission_sent,
    submission_delivered,
    submission_failed,
    submission_expired,
    number_quarantined,
    carrier_down,
    carrier_up,
    optout_added,
    quota_exceeded,
    anomaly_detected,
    webhook_test,
    webhook_disabled,
};
inline constexpr std::size_t event_types = 22;
/// "message.received".
std::string_view name(EventType type) noexcept;
std::optional<EventType> parse_event_type(std::string_view name) noexcept;

/// Fields that do not belong to the type are empty.
struct Event {
    Id id = 0;
    EventType type = EventType::message_received;
    PlatformId platform = 0;  ///< who hears of it; 0: operators only
    Id session = 0;
    Id webhook = 0;  ///< that hears of it beside those that the platform's rules name; 0: none
    bool test = false;
    WallTime at{};
    // From here on sealed at rest.
    Token token;  ///< of the session
    E164 number = 0, previous_number = 0;
    Id message = 0;
    std::string workflow, reference;
    std::string sender, text;  ///< message.received
    bool expected_sender = true;
    std::string code, link;  ///< code.received
    std::uint8_t confidence = 0;
    std::string next_step, reason;
    std::string subject;  ///< carrier, quota, detector, webhook: what it is about
    WallTime expires_at{};
    std::uint16_t attempts_left = 0;
    friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace smppd::pool
