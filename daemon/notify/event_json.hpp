// daemon/notify/event_json.hpp - the public form of an event: the same for webhooks, streams and
// long polls.
#pragma once

#include "pool/event.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace smppd::notify {

/// "evt_" and 16 hexadecimal digits; sorts like the id.
std::string event_name(pool::Id id);
/// The way back; nothing for other text.
std::optional<pool::Id> parse_event_name(std::string_view name) noexcept;
/// "whk_" and 16 hexadecimal digits.
std::string webhook_name(pool::Id id);
std::optional<pool::Id> parse_webhook_name(std::string_view name) noexcept;

/// What an event's reader may see, and what the event itself does not hold.
struct EventView {
    std::string_view platform;  ///< its name; empty: none
    bool secrets = false;       ///< text, code and link as they are; else null
};

/// {"id", "type", "at", "test", "platform", "data": {...}}; `data` has the fields of the type, each
/// of them always, null where the event has no value.
boost::json::object event_json(const pool::Event& event, const EventView& view);

}  // namespace smppd::notify
