// daemon/http/messages.hpp - which messages a caller sees.
#pragma once

#include "daemon/http/call.hpp"

namespace smppd::http {

/// What the sandbox's numbers, and the messages to them, have for a carrier.
inline constexpr std::string_view sandbox_carrier = "sandbox";

inline bool message_visible(const Call& call, const pool::Message& message) {
    return visible(call, message.owner.platform, message.carrier == sandbox_carrier);
}

}  // namespace smppd::http
