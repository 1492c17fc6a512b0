// daemon/net/listener.cpp - see listener.hpp.
#include "daemon/net/listener.hpp"

#include "daemon/log.hpp"
#include "daemon/net/connection.hpp"

#include <stdexcept>
#include <utility>

namespace smppd::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

std::string text_of(const tcp::endpoint& endpoint) {
    std::string host = endpoint.address().to_string();
    if (endpoint.address().is_v6()) host = "[" + host + "]";
    return host + ":" + std::to_string(endpoint.port());
}

tcp::endpoint resolve(asio::io_context& io, const conf::Endpoint& at) {
    error_code error;
    tcp::resolver resolver(io);
    const auto results =
        resolver.resolve(at.host, std::to_string(at.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error || results.empty()) {
        throw std::runtime_error("cannot listen on " + at.host + ": " + error.message());
    }
    return results.begin()->endpoint();
}

}  // namespace

Listener::Listener(asio::io_context& io, const conf::Endpoint& at, const conf::TlsServer* tls,
                   std::chrono::milliseconds within, Accept accept, std::function<smpp::Now()> now)
    : io_(io),
      acceptor_(io),
      pause_(io),
      within_(within),
      on_accept_(std::move(accept)),
      now_(std::move(now)) {
    if (tls != nullptr) {
        tls_ = *tls;
        context_ = server_context(*tls);
    }
    const tcp::endpoint endpoint = resolve(io, at);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        throw std::runtime_error("cannot listen on " + text_of(endpoint) + ": " + error.message());
    }
    log::info("listening", {{"address", text_of(endpoint)}, {"tls", tls != nullptr}});
}

void Listener::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel(ignored);
}

std::string Listener::reload_certificate() {
    if (!tls_) return {};
    try {
        context_ = server_context(*tls_);
    } catch (const std::exception& problem) {
        return problem.what();
    }
    return {};
}

void Listener::accept() {
    acceptor_.async_accept(
        io_, [self = shared_from_this()](const error_code& error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || !self->acceptor_.is_open()) return;
            if (!error) {
                self->accepted(std::move(socket));
                return self->accept();
            }
            // Out of descriptors or memory: those who are connected stay, and asking again at once
            // would only spin.
            log::warning("accept_paused", {{"reason", error.message()}});
            self->pause_.expires_after(std::chrono::milliseconds{200});
            self->pause_.async_wait([self](const error_code& cancelled) {
                if (!cancelled) self->accept();
            });
        });
}

void Listener::accepted(tcp::socket socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return;
    asio::ip::address host = remote.address();
    if (host.is_v6() && host.to_v6().is_v4_mapped()) {
        host = asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6());
    }
    auto peer = on_accept_(host.to_string());
    if (!peer) {
        // A reset costs less than a farewell when thousands knock.
        socket.set_option(asio::socket_base::linger(true, 0), error);
        return;
    }
    socket.set_option(tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    const std::string address = text_of(remote);
    if (context_) return shake_hands(std::move(socket), std::move(peer), address);
    std::make_shared<Connection<tcp::socket>>(std::move(socket), std::move(peer), now_)
        ->start(address);
}

void Listener::shake_hands(tcp::socket socket, std::shared_ptr<smpp::Peer> peer,
                           const std::string& address) {
    auto context = context_;
    auto stream = std::make_shared<TlsStream>(std::move(socket), *context);
    auto limit = std::make_shared<asio::steady_timer>(io_, within_);
    limit->async_wait([stream](const error_code& error) {
        error_code ignored;
        if (!error) stream->next_layer().close(ignored);
    });
    stream->async_handshake(
        asio::ssl::stream_base::server,
        [self = shared_from_this(), context, stream, limit, peer = std::move(peer),
         address](const error_code& error) mutable {
            error_code ignored;
            limit->cancel(ignored);
            if (error) {
                log::info("tls_refused", {{"address", address}, {"reason", error.message()}});
                peer->disconnected("TLS: " + error.message(), self->now_());
                return;
            }
            std::make_shared<Connection<TlsStream>>(std::move(*stream), std::move(peer), self->now_)
                ->start(address);
        });
}

}  // namespace smppd::net
