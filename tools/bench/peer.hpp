// tools/bench/peer.hpp - one SMPP connection, either side, with the least that a bind needs.
#pragma once

#include "protocol/command.hpp"
#include "protocol/framer.hpp"
#include "tools/bench/loop.hpp"

#include <memory>
#include <vector>

namespace smppd::bench {

struct Login {
    std::string system_id;
    std::string password;
};

/// Takes any bind (as the carrier) or asks for one (as the platform), answers enquire_link and
/// unbind, and leaves deliver_sm and its response to its owner.
class Peer {
public:
    /// The carrier's side of a connection that came in.
    Peer(Loop& loop, Descriptor socket);
    /// The platform's side: connects and sends bind_receiver.
    Peer(Loop& loop, const Endpoint& to, const Login& login);

    std::function<void(protocol::Bytes pdu)> on_deliver;
    std::function<void(std::uint32_t sequence_number, std::uint32_t status)> on_deliver_resp;

    bool bound() const noexcept { return bound_ && stream_.open(); }
    bool lost() const noexcept { return !stream_.open(); }
    /// command_status of a refused bind; 0 when it was not refused.
    std::uint32_t refused() const noexcept { return refused_; }
    /// Appends deliver_sm_resp with an empty message_id. SMPP 3.4 §4.6.2.
    void answer_deliver(protocol::Bytes request);
    Stream& stream() noexcept { return stream_; }

private:
    void received(protocol::Bytes octets);
    void take(protocol::Bytes pdu);
    void answer(protocol::Bytes request, bool with_name);

    Stream stream_;
    protocol::Framer framer_;
    bool bound_ = false;
    std::uint32_t refused_ = 0;
};

using Peers = std::vector<std::unique_ptr<Peer>>;

/// Connects and binds `count` platforms one after another, so that the password is hashed once.
/// Throws std::runtime_error when a bind is refused or not answered within 30 s.
void bind_platforms(Loop& loop, const Endpoint& to, const Login& login, std::size_t count,
                    Peers& into);
std::size_t bound_of(const Peers& peers);

}  // namespace smppd::bench
