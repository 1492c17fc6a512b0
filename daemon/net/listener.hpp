// daemon/net/listener.hpp - accepts TCP or TLS connections and finds a peer for each.
#pragma once

#include "daemon/net/network.hpp"
#include "daemon/net/tls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace smppd::net {

class Listener : public std::enable_shared_from_this<Listener> {
public:
    /// Throws std::runtime_error that names the address or the file.
    Listener(boost::asio::io_context& io, const conf::Endpoint& at, const conf::TlsServer* tls,
             std::chrono::milliseconds within, Accept accept, std::function<smpp::Now()> now);
    void start() { accept(); }
    void stop();
    /// Empty, or what is wrong with the new files; then the old ones stay.
    std::string reload_certificate();

private:
    void accept();
    void accepted(boost::asio::ip::tcp::socket socket);
    void shake_hands(boost::asio::ip::tcp::socket socket, std::shared_ptr<smpp::Peer> peer,
                     const std::string& address);

    boost::asio::io_context& io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::optional<conf::TlsServer> tls_;
    std::shared_ptr<boost::asio::ssl::context> context_;
    std::chrono::milliseconds within_;
    Accept on_accept_;
    std::function<smpp::Now()> now_;
};

}  // namespace smppd::net
