// protocol/bind_tables.cpp - the tables of commands and timers by state.
#include "protocol/bind_tables.hpp"

#include <algorithm>
#include <array>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t bit(BindState state) noexcept {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(state));
}
constexpr std::uint8_t bit(BindType type) noexcept {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(type));
}

constexpr std::uint8_t open = bit(BindState::open);
constexpr std::uint8_t binding = bit(BindState::binding);
constexpr std::uint8_t bound = bit(BindState::bound);
constexpr std::uint8_t unbinding = bit(BindState::unbinding);
constexpr std::uint8_t connected = open | binding | bound | unbinding;
constexpr std::uint8_t tx = bit(BindType::transmitter) | bit(BindType::transceiver);
constexpr std::uint8_t rx = bit(BindType::receiver) | bit(BindType::transceiver);
constexpr std::uint8_t any = tx | rx;

struct CommandRule {
    CommandId id;
    Role issuer;
    std::uint8_t states;  ///< bits of BindState
    std::uint8_t types;   ///< bits of BindType
};

// Beyond the specification: enquire_link and unbind are answered wherever they come. An SMSC's
// messages are taken before its bind_*_resp, which some send later (quirk q028), and while our
// unbind is under way: they were sent before the SMSC could know. What an ESME submits then is
// refused instead, it has not been accepted and can be sent again.
constexpr std::array rules{
    CommandRule{CommandId::deliver_sm, Role::smsc, binding | bound | unbinding, rx},
    CommandRule{CommandId::submit_sm, Role::esme, bound, tx},
    CommandRule{CommandId::data_sm, Role::smsc, binding | bound | unbinding, any},
    CommandRule{CommandId::data_sm, Role::esme, bound, any},
    CommandRule{CommandId::submit_multi, Role::esme, bound, tx},
    CommandRule{CommandId::query_sm, Role::esme, bound, tx},
    CommandRule{CommandId::cancel_sm, Role::esme, bound, tx},
    CommandRule{CommandId::replace_sm, Role::esme, bound, tx},
    CommandRule{CommandId::alert_notification, Role::smsc, binding | bound | unbinding, rx},
    CommandRule{CommandId::enquire_link, Role::esme, connected, any},
    CommandRule{CommandId::enquire_link, Role::smsc, connected, any},
    CommandRule{CommandId::unbind, Role::esme, connected, any},
    CommandRule{CommandId::unbind, Role::smsc, connected, any},
    CommandRule{CommandId::bind_transmitter, Role::esme, open, any},
    CommandRule{CommandId::bind_receiver, Role::esme, open, any},
    CommandRule{CommandId::bind_transceiver, Role::esme, open, any},
    CommandRule{CommandId::outbind, Role::smsc, open, any},
};

}  // namespace

bool allowed(CommandId id, Role issuer, BindState state, BindType type) noexcept {
    // A bind stands as its type only once it stands; before, what was asked for decides nothing.
    const bool typed = state == BindState::bound || state == BindState::unbinding;
    return std::any_of(rules.begin(), rules.end(), [&](const CommandRule& rule) {
        return rule.id == id && rule.issuer == issuer && (rule.states & bit(state)) != 0 &&
               (!typed || (rule.types & bit(type)) != 0);
    });
}

bool is_message(CommandId id) noexcept {
    switch (id) {
        case CommandId::submit_sm:
        case CommandId::deliver_sm:
        case CommandId::data_sm:
        case CommandId::submit_multi:
        case CommandId::query_sm:
        case CommandId::cancel_sm:
        case CommandId::replace_sm:
        case CommandId::alert_notification: return true;
        default: return false;
    }
}

const TimersOf& timers_of(BindState state) noexcept {
    static constexpr std::array<TimersOf, 5> table{{
        {},                                                            // closed
        {.session_init = true},                                        // open
        {.session_init = true, .bind_response = true},                 // binding
        {.response = true, .enquire_link = true, .inactivity = true},  // bound
        {.response = true, .unbind = true},                            // unbinding
    }};
    return table[static_cast<std::size_t>(state)];
}

std::string_view name(BindType type) noexcept {
    static constexpr std::array<std::string_view, 3> names{"transmitter", "receiver",
                                                           "transceiver"};
    return names[static_cast<std::size_t>(type)];
}

std::string_view name(BindState state) noexcept {
    static constexpr std::array<std::string_view, 5> names{"closed", "open", "binding", "bound",
                                                           "unbinding"};
    return names[static_cast<std::size_t>(state)];
}

}  // namespace smppd::protocol
