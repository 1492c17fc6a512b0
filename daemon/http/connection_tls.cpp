// daemon/http/connection_tls.cpp - connections by TLS.
#include "daemon/http/session.hpp"

namespace smppd::http {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

std::unique_ptr<Connection> tls_connection(boost::asio::ip::tcp::socket socket,
                                           boost::asio::ssl::context& context,
                                           std::shared_ptr<Shared> shared, Peer peer) {
    return std::make_unique<Session<TlsStream>>(TlsStream{std::move(socket), context},
                                                std::move(shared), std::move(peer), true);
}

}  // namespace smppd::http
