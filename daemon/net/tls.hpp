// daemon/net/tls.hpp - TLS contexts from the configuration. OpenSSL through Asio.
#pragma once

#include "conf/config.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>

namespace smppd::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// For a listener: TLS 1.2 or newer. Throws std::runtime_error that names the file.
std::shared_ptr<boost::asio::ssl::context> server_context(const conf::TlsServer& tls);
/// For connections to a carrier. Throws std::runtime_error that names the file.
std::shared_ptr<boost::asio::ssl::context> client_context(const conf::TlsClient& tls);
/// Sets server name, host name check and pins on one connection.
void prepare_client(TlsStream& stream, const conf::TlsClient& tls, const std::string& host);

}  // namespace smppd::net
