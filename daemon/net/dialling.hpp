// daemon/net/dialling.hpp - makes one connection to a carrier's host.
#pragma once

#include "daemon/smpp/transport.hpp"

#include <functional>

namespace boost::asio {
class io_context;
}

namespace smppd::net {

/// See smpp::Dialer::dial.
void dial(boost::asio::io_context& io, std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
          const conf::TlsClient* tls, std::chrono::milliseconds within,
          std::function<smpp::Now()> now);

}  // namespace smppd::net
