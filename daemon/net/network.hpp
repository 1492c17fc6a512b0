// daemon/net/network.hpp - the network thread: its loop, clocks, connections, listeners, signals.
// Asio stands behind it; who includes this header does not include Asio.
#pragma once

#include "daemon/smpp/transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace smppd::net {

/// Takes a connection from `host`, or turns it away with nullptr.
using Accept = std::function<std::shared_ptr<smpp::Peer>(const std::string& host)>;

class Network final : public smpp::Timers, public smpp::Dialer {
public:
    Network();
    ~Network() override;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    // Clocks.
    smpp::Now now() const override;
    std::unique_ptr<smpp::Timer> timer(std::function<void(smpp::Now)> ring) override;

    // Connections.
    void dial(std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
              const conf::TlsClient* tls, std::chrono::milliseconds within) override;
    /// Listens from now on. Throws std::runtime_error that names the address and what is wrong.
    /// `within`: for the TLS handshake.
    void listen(const conf::Endpoint& at, const conf::TlsServer* tls,
                std::chrono::milliseconds within, Accept accept);
    /// Accepts no more; what is connected stays.
    void stop_listening();
    /// Reads certificates of listeners again. Problems are returned as sentences; those listeners
    /// keep what they had.
    std::vector<std::string> reload_certificates();

    /// Calls `on` on this thread for each of these signals.
    void signals(const std::vector<int>& numbers, std::function<void(int)> on);
    /// Runs `job` on this thread; may be called from any thread.
    void post(std::function<void()> job);
    /// Runs until stop().
    void run();
    void stop();
    boost::asio::io_context& context();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd::net
