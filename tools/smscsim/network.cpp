// tools/smscsim/network.cpp - listening, dialling and TLS contexts; see connection.hpp.
#include "tools/smscsim/connection.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include <stdexcept>
#include <utility>

namespace smppd::smscsim {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

constexpr std::chrono::seconds connect_within{10};

void prepare(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

class Listener : public std::enable_shared_from_this<Listener> {
public:
    Listener(asio::io_context& io, TlsContext tls, Accepted accepted)
        : io_(io),
          acceptor_(io),
          pause_(io),
          tls_(std::move(tls)),
          on_accepted_(std::move(accepted)) {}

    std::string open(const HostPort& at) {
        const std::string where = "cannot listen on " + at.host + ":" + at.port + ": ";
        error_code error;
        const auto found = tcp::resolver(io_).resolve(
            at.host, at.port, tcp::resolver::passive | tcp::resolver::numeric_service, error);
        if (error) throw std::runtime_error(where + error.message());
        const tcp::endpoint endpoint = found.begin()->endpoint();
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            const bool taken = error == asio::error::address_in_use;
            throw std::runtime_error(where + error.message() +
                                     (taken ? "; choose another with --listen HOST:PORT" : ""));
        }
        accept();
        return at.host + ":" + std::to_string(acceptor_.local_endpoint().port());
    }

private:
    void accept() {
        acceptor_.async_accept(
            io_, [self = shared_from_this()](const error_code& error, tcp::socket socket) {
                if (error == asio::error::operation_aborted) return;
                if (error) return self->wait_and_accept();
                self->accepted(std::move(socket));
                self->accept();
            });
    }

    /// Out of descriptors: asking again at once would only spin.
    void wait_and_accept() {
        pause_.expires_after(std::chrono::milliseconds{200});
        pause_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->accept();
        });
    }

    void accepted(tcp::socket socket) {
        prepare(socket);
        if (!tls_) return on_accepted_(std::make_shared<Connection>(std::move(socket)));
        auto stream = std::make_shared<std::unique_ptr<TlsStream>>(
            std::make_unique<TlsStream>(std::move(socket), *tls_));
        auto limit = std::make_shared<asio::steady_timer>(io_, connect_within);
        limit->async_wait([stream](const error_code& error) {
            error_code ignored;
            if (!error && *stream) (*stream)->next_layer().close(ignored);
        });
        (*stream)->async_handshake(ssl::stream_base::server, [self = shared_from_this(), stream,
                                                              limit](const error_code& error) {
            limit->cancel();
            if (!error) self->on_accepted_(std::make_shared<Connection>(std::move(*stream)));
        });
    }

    asio::io_context& io_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    TlsContext tls_;
    Accepted on_accepted_;
};

/// Resolve, connect, shake hands, all within one limit.
class Dialling : public std::enable_shared_from_this<Dialling> {
public:
    Dialling(asio::io_context& io, HostPort to, TlsContext tls, Dialled dialled)
        : to_(std::move(to)),
          tls_(std::move(tls)),
          on_dialled_(std::move(dialled)),
          resolver_(io),
          socket_(io),
          limit_(io, connect_within) {}

    void start() {
        limit_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->failed("no connection within ten seconds");
        });
        resolver_.async_resolve(
            to_.host, to_.port, tcp::resolver::numeric_service,
            [self = shared_from_this()](const error_code& error, const auto& results) {
                if (error) return self->failed("cannot resolve the host: " + error.message());
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
        prepare(socket_);
        if (!tls_) return ready(std::make_shared<Connection>(std::move(socket_)));
        stream_ = std::make_unique<TlsStream>(std::move(socket_), *tls_);
        error_code not_address;
        asio::ip::make_address(to_.host, not_address);
        if (not_address) {
            std::string name = to_.host;
            SSL_ctrl(stream_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                     TLSEXT_NAMETYPE_host_name, name.data());
        }
        stream_->set_verify_callback(ssl::host_name_verification(to_.host));
        stream_->async_handshake(
            ssl::stream_base::client, [self = shared_from_this()](const error_code& error) {
                if (error) return self->failed("TLS: " + self->reason(error));
                if (self->done_) return;
                self->ready(std::make_shared<Connection>(std::move(self->stream_)));
            });
    }

    std::string reason(const error_code& error) {
        const long verified = SSL_get_verify_result(stream_->native_handle());
        if (verified == X509_V_OK) return error.message();
        return std::string("the certificate is refused (") +
               X509_verify_cert_error_string(verified) +
               "); trust it with --tls-ca FILE, or take any with --insecure";
    }

    void ready(std::shared_ptr<Connection> connection) {
        done_ = true;
        limit_.cancel();
        on_dialled_(std::move(connection), "");
    }

    void failed(const std::string& why) {
        if (done_) return;
        done_ = true;
        limit_.cancel();
        resolver_.cancel();
        error_code ignored;
        socket_.close(ignored);
        if (stream_) stream_->next_layer().close(ignored);
        on_dialled_(nullptr, why);
    }

    HostPort to_;
    TlsContext tls_;
    Dialled on_dialled_;
    tcp::resolver resolver_;
    tcp::socket socket_;
    asio::steady_timer limit_;
    std::unique_ptr<TlsStream> stream_;
    bool done_ = false;
};

void check(const error_code& error, const std::string& file) {
    if (error) throw std::runtime_error("TLS: " + file + ": " + error.message());
}

}  // namespace

std::string listen(asio::io_context& io, const HostPort& at, TlsContext tls, Accepted accepted) {
    return std::make_shared<Listener>(io, std::move(tls), std::move(accepted))->open(at);
}

void dial(asio::io_context& io, const HostPort& to, TlsContext tls, Dialled dialled) {
    std::make_shared<Dialling>(io, to, std::move(tls), std::move(dialled))->start();
}

TlsContext server_tls(const std::string& certificate, const std::string& key) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    error_code error;
    context->use_certificate_chain_file(certificate, error);
    check(error, certificate);
    context->use_private_key_file(key, ssl::context::pem, error);
    check(error, key);
    return context;
}

TlsContext client_tls(const std::string& ca, bool insecure) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    error_code error;
    if (insecure) {
        context->set_verify_mode(ssl::verify_none);
        return context;
    }
    context->set_verify_mode(ssl::verify_peer);
    if (ca.empty()) {
        context->set_default_verify_paths(error);
        check(error, "the system's certificate authorities");
    } else {
        context->load_verify_file(ca, error);
        check(error, ca);
    }
    return context;
}

}  // namespace smppd::smscsim
