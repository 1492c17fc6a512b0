// daemon/net/connection.hpp - one TCP or TLS connection as the Transport of an SMPP link.
#pragma once

#include "daemon/net/tls.hpp"
#include "daemon/smpp/transport.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>

namespace smppd::net {

/// Reads all there is, hands it on, writes once what came of it. Keeps itself alive from
/// start() to the end, when it tells its peer disconnected(), exactly once.
template <class Stream>
class Connection final : public smpp::Transport,
                         public std::enable_shared_from_this<Connection<Stream>> {
public:
    using Clock = std::function<smpp::Now()>;

    Connection(Stream stream, std::shared_ptr<smpp::Peer> peer, Clock now);

    /// The handshake, if any, has been made: tells the peer and reads.
    void start(const std::string& address);

    void write(protocol::Octets octets) override;
    void close() override;
    void reading(bool on) override;

private:
    void read();
    void readable(const boost::system::error_code& error);
    void received(const boost::system::error_code& error, protocol::Bytes octets);
    void flush();
    void written(const boost::system::error_code& error);
    void say_goodbye();
    void finish_after(std::chrono::seconds wait);
    void finish(const std::string& why);
    bool may_read() const;

    Stream stream_;
    /// From start() to finish(): while reading is paused no operation holds the connection.
    std::shared_ptr<Connection> self_;
    std::shared_ptr<smpp::Peer> peer_;
    Clock now_;
    boost::asio::steady_timer closing_timer_;
    protocol::Octets in_;  ///< of a TLS connection; the others share one, see connection.cpp
    protocol::Octets out_, sending_;
    bool reading_wanted_ = true;
    bool read_pending_ = false;
    bool flush_posted_ = false;
    bool write_pending_ = false;
    bool closing_ = false;       ///< close() was called: what is written still goes out
    bool said_goodbye_ = false;  ///< our end is shut: the rest is read and dropped
    bool finished_ = false;
};

extern template class Connection<boost::asio::ip::tcp::socket>;
extern template class Connection<TlsStream>;

}  // namespace smppd::net
