// daemon/http/connection_clear.cpp - connections by the Unix socket, and by TCP in the clear.
#include "daemon/http/session.hpp"

namespace smppd::http {

using LocalStream = boost::beast::basic_stream<boost::asio::local::stream_protocol>;
using TcpStream = boost::beast::tcp_stream;

std::unique_ptr<Connection> local_connection(boost::asio::local::stream_protocol::socket socket,
                                             std::shared_ptr<Shared> shared, Peer peer,
                                             bool owner) {
    return std::make_unique<Session<LocalStream>>(LocalStream{std::move(socket)}, std::move(shared),
                                                  std::move(peer), owner);
}

std::unique_ptr<Connection> clear_connection(boost::asio::ip::tcp::socket socket,
                                             std::shared_ptr<Shared> shared, Peer peer) {
    return std::make_unique<Session<TcpStream>>(TcpStream{std::move(socket)}, std::move(shared),
                                                std::move(peer), true);
}

}  // namespace smppd::http
