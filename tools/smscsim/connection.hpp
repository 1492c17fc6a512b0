// tools/smscsim/connection.hpp - one TCP or TLS connection, and how they come about: by listening
// and by dialling.
#pragma once

#include "tools/smscsim/words.hpp"

#include "protocol/types.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>

namespace smppd::smscsim {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// Whom a connection talks to.
class ConnectionUser {
public:
    virtual ~ConnectionUser() = default;
    virtual void received(protocol::Bytes octets) = 0;
    /// Exactly once, as the last. `why` is empty when we closed it ourselves.
    virtual void gone(const std::string& why) = 0;
};

/// Reads all there is, hands it on, and writes at once what came of it. Keeps itself and its user
/// alive until gone().
class Connection : public std::enable_shared_from_this<Connection> {
public:
    explicit Connection(boost::asio::ip::tcp::socket socket);
    explicit Connection(std::unique_ptr<TlsStream> stream);

    /// `address`: the peer's, for events.
    void start(std::shared_ptr<ConnectionUser> user);
    void write(protocol::Octets octets);
    /// Sends what was written, and closes; waits a moment for the peer's end.
    void close();
    /// Closes with a reset, as a link that breaks.
    void abort();
    /// Whether to go on reading.
    void reading(bool on);
    const std::string& address() const noexcept { return address_; }

private:
    template <class Run>
    void with_stream(const Run& run) {
        if (tls_) return run(*tls_);
        run(socket_);
    }
    boost::asio::ip::tcp::socket& socket() { return tls_ ? tls_->next_layer() : socket_; }
    bool may_read() const;
    void read();
    void read_some(const boost::system::error_code& error, std::size_t octets);
    void post_flush();
    void flush();
    void written(const boost::system::error_code& error);
    void say_goodbye();
    void finish_after(std::chrono::milliseconds wait);
    void finish(const std::string& why);

    std::unique_ptr<TlsStream> tls_;
    boost::asio::ip::tcp::socket socket_;  ///< unused behind tls_
    boost::asio::steady_timer closing_timer_;
    std::shared_ptr<ConnectionUser> user_;
    std::string address_;
    std::array<std::uint8_t, 64 * 1024> in_;
    protocol::Octets out_, sending_;
    bool reading_wanted_ = true;
    bool read_pending_ = false, flush_posted_ = false, write_pending_ = false;
    bool closing_ = false;       ///< close() was called: what is written still goes out
    bool said_goodbye_ = false;  ///< our end is shut: what comes is read and dropped
    bool finished_ = false;
};

using Accepted = std::function<void(std::shared_ptr<Connection>)>;
/// `error` is empty when the connection stands.
using Dialled = std::function<void(std::shared_ptr<Connection>, const std::string& error)>;

/// Listens until the io_context stops. `tls` may be null. Returns the address it listens on, for
/// port 0 too. Throws std::runtime_error that says what is wrong.
std::string listen(boost::asio::io_context& io, const HostPort& at, TlsContext tls,
                   Accepted accepted);
/// Connects within ten seconds, or says why not. `tls` may be null; the host's name is checked when
/// the context verifies.
void dial(boost::asio::io_context& io, const HostPort& to, TlsContext tls, Dialled dialled);

/// TLS 1.2 or newer. Throw std::runtime_error that names the file.
TlsContext server_tls(const std::string& certificate, const std::string& key);
/// `ca`: a file of certificates to trust; empty: the system's. `insecure`: take any certificate.
TlsContext client_tls(const std::string& ca, bool insecure);

}  // namespace smppd::smscsim
