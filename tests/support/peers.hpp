// tests/support/peers.hpp - what carriers and platforms say to a World, in few words.
#pragma once

#include "protocol/encode.hpp"
#include "tests/support/world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace smppd::test {

/// The bind request that smppd has just written, and nothing beside it.
struct AskedToBind {
    protocol::Header header;
    protocol::BindRequest body;
};
inline AskedToBind asked_to_bind(Wire* wire) {
    REQUIRE(wire != nullptr);
    const auto written = wire->take();
    REQUIRE(written.size() == 1);
    const auto* body = std::get_if<protocol::BindRequest>(&written[0].pdu.body);
    REQUIRE(body != nullptr);
    return {written[0].pdu.header, *body};
}

/// A carrier's answer to smppd's bind request; returns that.
inline protocol::BindRequest answer_bind(World& world, Wire* wire,
                                         protocol::Status status = protocol::ESME_ROK) {
    const AskedToBind asked = asked_to_bind(wire);
    const protocol::CommandId id = protocol::response_of(asked.header.command_id);
    world.send(*wire, status == protocol::ESME_ROK
                          ? *protocol::encode({0, id, status, asked.header.sequence_number},
                                              protocol::BindResp{"SMSC", {}})
                          : protocol::encode_empty(id, status, asked.header.sequence_number));
    return asked.body;
}

inline void send_outbind(World& world, Wire* wire, const std::string& system_id,
                         const std::string& password = {}) {
    REQUIRE(wire != nullptr);
    world.send(*wire, *protocol::encode({0, protocol::CommandId::outbind, 0, 1},
                                        protocol::Outbind{system_id, password}));
}

/// A deliver_sm of a text to 447700900123, which is client0's.
inline protocol::Octets mo(std::uint32_t sequence_number, const std::string& text) {
    protocol::DeliverSm body;
    body.source_addr = "447700900001";
    body.destination_addr = "447700900123";
    body.source_addr_ton = body.dest_addr_ton = 1;
    body.short_message.assign(text.begin(), text.end());
    return *protocol::encode({0, protocol::CommandId::deliver_sm, 0, sequence_number}, body);
}

/// What smppd has written since the last look, of one command.
inline std::vector<protocol::Pdu> taken(Wire* wire, protocol::CommandId id) {
    REQUIRE(wire != nullptr);
    std::vector<protocol::Pdu> pdus;
    for (protocol::Decoded& one : wire->take()) {
        if (one.pdu.header.command_id == id) pdus.push_back(std::move(one.pdu));
    }
    return pdus;
}

inline protocol::Octets bind_request(protocol::CommandId id, const std::string& system_id,
                                     const std::string& password,
                                     std::uint8_t interface_version = 0x34,
                                     std::uint32_t sequence_number = 1) {
    protocol::BindRequest request;
    request.system_id = system_id;
    request.password = password;
    request.interface_version = interface_version;
    return *protocol::encode({0, id, 0, sequence_number}, request);
}

}  // namespace smppd::test
