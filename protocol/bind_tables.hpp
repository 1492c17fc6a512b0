// protocol/bind_tables.hpp - the session's two tables as data: which command may come in which
// state, and which timers run in which state.
#pragma once

#include "protocol/bind.hpp"

namespace smppd::protocol {

/// Whether the side `issuer` may send the request `id` in this state of a bind of this type.
/// `type` counts in the states bound and unbinding only. False for responses and unknown ids.
/// Source: SMPP 3.4 §2.3; what is taken beyond it is said in the table.
bool allowed(CommandId id, Role issuer, BindState state, BindType type) noexcept;

/// Whether `id` carries messages or asks about them: what the inactivity timer counts.
bool is_message(CommandId id) noexcept;

/// Whether a request of this id is answered; outbind and alert_notification are not.
constexpr bool has_response(CommandId id) noexcept {
    return id != CommandId::outbind && id != CommandId::alert_notification;
}

/// The timers of a state. Source: SMPP 3.4 §7.2.
struct TimersOf {
    bool session_init = false;   ///< connected to bound
    bool bind_response = false;  ///< our bind_* to its response
    bool response = false;       ///< our requests to their responses
    bool enquire_link = false;   ///< silence, and the answer to our probe
    bool inactivity = false;     ///< no message PDU
    bool unbind = false;         ///< our unbind to its response
};
const TimersOf& timers_of(BindState state) noexcept;

}  // namespace smppd::protocol
