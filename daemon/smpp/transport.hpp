// daemon/smpp/transport.hpp - the seam between SMPP links and the network.
// daemon/net/ stands behind it in the daemon, a script in the tests.
#pragma once

#include "conf/config.hpp"
#include "protocol/types.hpp"

#include <functional>
#include <memory>
#include <string>

namespace smppd::smpp {

/// Both clocks, read once by the caller.
struct Now {
    protocol::Instant mono;
    protocol::WallTime wall;
};

/// What a link asks of its connection. Calls never call back into the link from within.
class Transport {
public:
    virtual ~Transport() = default;
    /// Queues octets; they are sent together when the current event has been handled.
    virtual void write(protocol::Octets octets) = 0;
    /// Sends what is queued (bounded by a few seconds), then closes. disconnected() follows.
    virtual void close() = 0;
    /// Stops or resumes reading, for back-pressure.
    virtual void reading(bool on) = 0;
};

/// What the connection tells its link. After disconnected() nothing follows for that connection.
class Peer {
public:
    virtual ~Peer() = default;
    virtual void connected(Transport& transport, const std::string& address, Now now) = 0;
    virtual void received(protocol::Bytes octets, Now now) = 0;
    /// `why`: "connection reset by peer", "certificate verify failed: ..."; empty when we closed.
    virtual void disconnected(const std::string& why, Now now) = 0;
};

/// One alarm clock. Destroying it cancels it.
class Timer {
public:
    virtual ~Timer() = default;
    /// The function given at its making is called at `when` or a little later; replaces the time
    /// before. Instant::max(): not at all.
    virtual void at(protocol::Instant when) = 0;
};
/// The daemon's clocks.
class Timers {
public:
    virtual ~Timers() = default;
    virtual Now now() const = 0;
    virtual std::unique_ptr<Timer> timer(std::function<void(Now)> ring) = 0;
};

/// Makes connections to carriers.
class Dialer {
public:
    virtual ~Dialer() = default;
    /// Resolves, connects and, with `tls`, shakes hands, all within `within`; then tells `peer`
    /// connected(), or disconnected() with the reason. Never calls back from within.
    virtual void dial(std::shared_ptr<Peer> peer, const conf::Endpoint& host,
                      const conf::TlsClient* tls, std::chrono::milliseconds within) = 0;
};

}  // namespace smppd::smpp
