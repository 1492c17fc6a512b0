// daemon/net/dialling.cpp - see dialling.hpp.
#include "daemon/net/dialling.hpp"

#include "daemon/net/connection.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace smppd::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// Resolve, connect, shake hands; all of it within one time limit.
class Dialling : public std::enable_shared_from_this<Dialling> {
public:
    Dialling(asio::io_context& io, std::shared_ptr<smpp::Peer> peer, conf::Endpoint host,
             const conf::TlsClient* tls, std::function<smpp::Now()> now)
        : peer_(std::move(peer)),
          host_(std::move(host)),
          now_(std::move(now)),
          resolver_(io),
          socket_(io),
          limit_(io) {
        if (tls != nullptr) tls_ = *tls;
    }

    void start(std::chrono::milliseconds within) {
        limit_.expires_after(within);
        limit_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->failed("no connection within the time limit");
        });
        resolver_.async_resolve(
            host_.host, std::to_string(host_.port), tcp::resolver::numeric_service,
            [self = shared_from_this()](const error_code& error, const auto& results) {
                if (error)
                    return self->failed("cannot resolve " + self->host_.host + ": " +
                                        error.message());
                self->connect(results);
            });
    }

private:
    void connect(const tcp::resolver::results_type& results) {
        if (done_) return;
        asio::async_connect(
            socket_, results,
            [self = shared_from_this()](const error_code& error, const tcp::endpoint&) {
                if (error) return self->failed("cannot connect: " + error.message());
                self->connected();
            });
    }

    void connected() {
        if (done_) return;
        error_code ignored;
        socket_.set_option(tcp::no_delay(true), ignored);
        socket_.set_option(asio::socket_base::keep_alive(true), ignored);
        if (!tls_) return ready(std::move(socket_));
        try {
            context_ = client_context(*tls_);
            stream_.emplace(std::move(socket_), *context_);
            prepare_client(*stream_, *tls_, host_.host);
        } catch (const std::exception& problem) {
            return failed(problem.what());
        }
        stream_->async_handshake(asio::ssl::stream_base::client,
                                 [self = shared_from_this()](const error_code& error) {
                                     if (error) return self->failed("TLS: " + self->reason(error));
                                     if (!self->done_) self->ready(std::move(*self->stream_));
                                 });
    }

    std::string reason(const error_code& error) {
        const long verified = SSL_get_verify_result(stream_->native_handle());
        if (verified == X509_V_OK) return error.message();
        if (verified == X509_V_ERR_APPLICATION_VERIFICATION)
            return "no pin matches the certificate's key";
        return std::string("certificate refused: ") + X509_verify_cert_error_string(verified);
    }

    template <class Stream>
    void ready(Stream stream) {
        finish();
        auto connection = std::make_shared<Connection<Stream>>(std::move(stream),
                                                               std::exchange(peer_, nullptr), now_);
        connection->start(host_.host + ":" + std::to_string(host_.port));
    }

    void failed(const std::string& why) {
        if (done_) return;
        finish();
        error_code ignored;
        resolver_.cancel();
        socket_.close(ignored);
        if (stream_) stream_->next_layer().close(ignored);
        std::exchange(peer_, nullptr)->disconnected(why, now_());
    }

    void finish() {
        done_ = true;
        error_code ignored;
        limit_.cancel(ignored);
    }

    std::shared_ptr<smpp::Peer> peer_;
    conf::Endpoint host_;
    std::optional<conf::TlsClient> tls_;
    std::function<smpp::Now()> now_;
    tcp::resolver resolver_;
    tcp::socket socket_;
    asio::steady_timer limit_;
    // The context outlives the stream, and the stream moves into the connection: OpenSSL counts
    // the context's references itself.
    std::shared_ptr<asio::ssl::context> context_;
    std::optional<TlsStream> stream_;
    bool done_ = false;
};

}  // namespace

void dial(asio::io_context& io, std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
          const conf::TlsClient* tls, std::chrono::milliseconds within,
          std::function<smpp::Now()> now) {
    std::make_shared<Dialling>(io, std::move(peer), host, tls, std::move(now))->start(within);
}

}  // namespace smppd::net
