// protocol/command.hpp - the command_ids of SMPP 3.4 and what is known of each.
#pragma once

#include <cstdint>
#include <string_view>

namespace smppd::protocol {

/// command_id. Source: SMPP 3.4 §5.1.2.1. Values not listed are legal here: peers send them.
enum class CommandId : std::uint32_t {
    generic_nack = 0x80000000,
    bind_receiver = 0x00000001,
    bind_receiver_resp = 0x80000001,
    bind_transmitter = 0x00000002,
    bind_transmitter_resp = 0x80000002,
    query_sm = 0x00000003,
    query_sm_resp = 0x80000003,
    submit_sm = 0x00000004,
    submit_sm_resp = 0x80000004,
    deliver_sm = 0x00000005,
    deliver_sm_resp = 0x80000005,
    unbind = 0x00000006,
    unbind_resp = 0x80000006,
    replace_sm = 0x00000007,
    replace_sm_resp = 0x80000007,
    cancel_sm = 0x00000008,
    cancel_sm_resp = 0x80000008,
    bind_transceiver = 0x00000009,
    bind_transceiver_resp = 0x80000009,
    outbind = 0x0000000b,
    enquire_link = 0x00000015,
    enquire_link_resp = 0x80000015,
    submit_multi = 0x00000021,
    submit_multi_resp = 0x80000021,
    alert_notification = 0x00000102,
    data_sm = 0x00000103,
    data_sm_resp = 0x80000103,
};

/// The specification's name ("deliver_sm"), "unknown" for a value that it does not list.
std::string_view name(CommandId id) noexcept;
/// Whether the specification lists `id`.
bool known(CommandId id) noexcept;

/// Whether the response bit is set; generic_nack is a response. Source: SMPP 3.4 §5.1.2.
constexpr bool is_response(CommandId id) noexcept {
    return (static_cast<std::uint32_t>(id) & 0x80000000u) != 0;
}
/// The id of the response to `id`.
constexpr CommandId response_of(CommandId id) noexcept {
    return static_cast<CommandId>(static_cast<std::uint32_t>(id) | 0x80000000u);
}
constexpr bool is_bind(CommandId id) noexcept {
    return id == CommandId::bind_receiver || id == CommandId::bind_transmitter ||
           id == CommandId::bind_transceiver;
}
constexpr bool is_bind_response(CommandId id) noexcept {
    return id == CommandId::bind_receiver_resp || id == CommandId::bind_transmitter_resp ||
           id == CommandId::bind_transceiver_resp;
}

}  // namespace smppd::protocol
