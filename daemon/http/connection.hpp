// daemon/http/connection.hpp - what connections have in common, for the server that counts them.
#pragma once

#include "daemon/http/exchange.hpp"
#include "daemon/http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

namespace smppd::http {

class Connection {
public:
    virtual ~Connection() = default;
    /// Serves until either side ends it.
    virtual boost::asio::awaitable<void> run() = 0;
    virtual void close() = 0;
    bool idle = false;            ///< between requests
    std::uint64_t idle_turn = 0;  ///< when it became so; smaller is longer ago
    std::weak_ptr<Exchange> exchange;
};

/// What connections share.
struct Shared {
    Application& application;
    ServerOptions options;
    bool stopping = false;
    std::size_t bodies_octets = 0;
    std::uint64_t idle_turns = 0;
    ServerStats stats;
};

/// Octets of the budget for bodies, given back at the end.
class BodyBudget {
public:
    explicit BodyBudget(Shared& shared) : shared_(shared) {}
    ~BodyBudget() { shared_.bodies_octets -= taken_; }
    BodyBudget(const BodyBudget&) = delete;
    BodyBudget& operator=(const BodyBudget&) = delete;
    bool take(std::size_t octets) {
        if (octets > shared_.options.bodies_octets_max - shared_.bodies_octets) return false;
        shared_.bodies_octets += octets;
        taken_ += octets;
        return true;
    }

private:
    Shared& shared_;
    std::size_t taken_ = 0;
};

// Connections by their kind. Each costs a minute of compiling, so they stand in files of their own.
/// `owner` false: every request is answered 403.
std::unique_ptr<Connection> local_connection(boost::asio::local::stream_protocol::socket socket,
                                             std::shared_ptr<Shared> shared, Peer peer, bool owner);
std::unique_ptr<Connection> clear_connection(boost::asio::ip::tcp::socket socket,
                                             std::shared_ptr<Shared> shared, Peer peer);
/// `context` must outlive it.
std::unique_ptr<Connection> tls_connection(boost::asio::ip::tcp::socket socket,
                                           boost::asio::ssl::context& context,
                                           std::shared_ptr<Shared> shared, Peer peer);

}  // namespace smppd::http
