// tools/bench/peer.cpp - see peer.hpp.
#include "tools/bench/peer.hpp"

#include "protocol/encode.hpp"
#include "protocol/octets.hpp"

#include <algorithm>
#include <stdexcept>

namespace smppd::bench {

using protocol::Bytes;
using protocol::CommandId;

namespace {

constexpr std::uint32_t length_max = 70'000;
constexpr std::uint8_t name[] = "smppd-bench";  // with its NUL

}  // namespace

Peer::Peer(Loop& loop, Descriptor socket) : stream_(loop, std::move(socket)), framer_(length_max) {
    stream_.on_octets = [this](Bytes octets) { received(octets); };
}

Peer::Peer(Loop& loop, const Endpoint& to, const Login& login)
    : stream_(loop, to), framer_(length_max) {
    stream_.on_octets = [this](Bytes octets) { received(octets); };
    protocol::BindRequest request;
    request.system_id = login.system_id;
    request.password = login.password;
    const auto pdu = protocol::encode({0, CommandId::bind_receiver, 0, 1}, request);
    if (!pdu) throw std::runtime_error("bind_receiver: " + pdu.error().message());
    stream_.out() = *pdu;
    stream_.flush();
}

void Peer::received(Bytes octets) {
    framer_.feed(octets);
    for (;;) {
        const auto pdu = framer_.next();
        if (!pdu) return stream_.close();
        if (pdu->empty()) return;
        take(*pdu);
    }
}

void Peer::take(Bytes pdu) {
    const auto id = static_cast<CommandId>(protocol::get_u32(pdu.data() + 4));
    const std::uint32_t status = protocol::get_u32(pdu.data() + 8);
    switch (id) {
        case CommandId::deliver_sm:
            if (on_deliver) on_deliver(pdu);
            break;
        case CommandId::deliver_sm_resp:
            if (on_deliver_resp) on_deliver_resp(protocol::get_u32(pdu.data() + 12), status);
            break;
        case CommandId::bind_receiver:
        case CommandId::bind_transmitter:
        case CommandId::bind_transceiver:
            answer(pdu, true);
            bound_ = true;
            break;
        case CommandId::bind_receiver_resp:
            refused_ = status;
            bound_ = status == 0;
            break;
        case CommandId::enquire_link:
        case CommandId::unbind: answer(pdu, false); break;
        default: break;
    }
}

void Peer::answer(Bytes request, bool with_name) {
    protocol::Octets& out = stream_.out();
    const auto length = protocol::header_size + (with_name ? sizeof name : 0);
    protocol::append_u32(out, static_cast<std::uint32_t>(length));
    protocol::append_u32(out, protocol::get_u32(request.data() + 4) | 0x80000000u);
    protocol::append_u32(out, 0);
    out.insert(out.end(), request.data() + 12, request.data() + 16);
    if (with_name) out.insert(out.end(), std::begin(name), std::end(name));
}

void Peer::answer_deliver(Bytes request) {
    answer(request, false);
    protocol::Octets& out = stream_.out();
    out.push_back(0);
    // The message_id's NUL counts.
    protocol::put_u32(out.data() + out.size() - protocol::header_size - 1,
                      protocol::header_size + 1);
}

void bind_platforms(Loop& loop, const Endpoint& to, const Login& login, std::size_t count,
                    Peers& into) {
    for (std::size_t i = 0; i < count; ++i) {
        Peer& peer = *into.emplace_back(std::make_unique<Peer>(loop, to, login));
        loop.wait_until([&] { return peer.bound() || peer.lost() || peer.refused() != 0; },
                        std::chrono::seconds{30}, "the platform's bind");
        if (!peer.bound()) {
            throw std::runtime_error("the platform's bind was refused, command_status " +
                                     std::to_string(peer.refused()));
        }
    }
}

std::size_t bound_of(const Peers& peers) {
    return static_cast<std::size_t>(
        std::count_if(peers.begin(), peers.end(), [](const auto& peer) { return peer->bound(); }));
}

}  // namespace smppd::bench
