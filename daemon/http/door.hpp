// daemon/http/door.hpp - where connections come in: a Unix socket of admins, or a TCP address.
#pragma once

#include "daemon/http/server.hpp"
#include "daemon/net/tls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace smppd::http {

/// What the server does with all doors alike.
class Door {
public:
    explicit Door(boost::asio::io_context& io) : pause(io) {}
    virtual ~Door() = default;
    virtual void close() = 0;
    virtual std::string reload_certificate() { return {}; }
    boost::asio::steady_timer pause;
    std::string name;  ///< for the log
};

class LocalDoor final : public Door {
public:
    using Protocol = boost::asio::local::stream_protocol;
    LocalDoor(boost::asio::io_context& io, ControlSocket socket);
    void close() override;

    Protocol::acceptor acceptor;
    std::optional<gid_t> group;
};

class TcpDoor final : public Door {
public:
    using Protocol = boost::asio::ip::tcp;
    /// Throws std::runtime_error that names the address or the file.
    TcpDoor(boost::asio::io_context& io, const TcpListen& at);
    void close() override;
    std::string reload_certificate() override;

    Protocol::acceptor acceptor;
    std::shared_ptr<boost::asio::ssl::context> context;  ///< null: in the clear

private:
    std::optional<conf::TlsServer> tls_;
};

/// The peer's address without port; IPv4 in its own form. Empty when it has gone already.
std::string address_of(const boost::asio::ip::tcp::socket& socket);

}  // namespace smppd::http
