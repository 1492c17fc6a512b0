// daemon/http/server.cpp - accepts, counts and stops connections.
#include "daemon/http/server.hpp"

#include "daemon/http/session.hpp"
#include "daemon/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <unistd.h>

#include <algorithm>
#include <list>
#include <set>

namespace smppd::http {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using LocalStream = boost::beast::basic_stream<Local>;

struct Listener {
    Local::acceptor acceptor;
    asio::steady_timer pause;
    std::string path;
    std::optional<gid_t> group;
};

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
    State(asio::io_context& io_context, Application& application, ServerOptions options)
        : io(io_context),
          shared(std::make_shared<Shared>(
              Shared{.application = application, .options = options, .stats = {}})),
          grace(io_context) {}

    asio::awaitable<void> accept(std::shared_ptr<State> self, Listener& listener);
    asio::awaitable<void> serve(std::shared_ptr<State> self, Local::socket socket,
                                std::optional<gid_t> group);
    /// Makes room for one more; false when there is none.
    bool make_room();
    void stop(std::chrono::milliseconds time, std::function<void()> done);
    void closed_one();

    asio::io_context& io;
    std::shared_ptr<Shared> shared;
    std::list<Listener> listeners;
    std::set<Connection*> connections;
    asio::steady_timer grace;
    std::function<void()> stopped;
};

asio::awaitable<void> Server::State::accept(std::shared_ptr<State> self, Listener& listener) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (!shared->stopping) {
        Local::socket peer{io};
        // Nobody waits in accept while there is no room: the kernel's backlog holds them.
        if (make_room()) {
            co_await listener.acceptor.async_accept(peer, token);
            if (shared->stopping) break;
        } else {
            error = asio::error::try_again;
        }
        if (!error) {
            ++shared->stats.accepted;
            asio::co_spawn(io, serve(self, std::move(peer), listener.group), asio::detached);
            continue;
        }
        if (error != asio::error::try_again)
            log::warning("http_accept_failed",
                         {{"path", listener.path}, {"error", error.message()}});
        // Out of descriptors, most likely: spinning would not bring any.
        listener.pause.expires_after(shared->options.accept_pause);
        co_await listener.pause.async_wait(token);
    }
}

bool Server::State::make_room() {
    if (connections.size() < shared->options.connections_max) return true;
    Connection* longest = nullptr;
    for (Connection* one : connections)
        if (one->idle && (!longest || one->idle_turn < longest->idle_turn)) longest = one;
    if (longest) longest->close();
    // Its place is free when its coroutine has ended; that is before accept comes back here.
    return false;
}

asio::awaitable<void> Server::State::serve(std::shared_ptr<State> self, Local::socket socket,
                                           std::optional<gid_t> group) {
    const auto credentials = peer_credentials(socket.native_handle());
    const bool owner = credentials && is_owner(*credentials, ::geteuid(), group);
    Peer peer{.local = true, .uid = 0, .address = {}};
    if (credentials) peer.uid = credentials->uid;
    Session<LocalStream> session{LocalStream{std::move(socket)}, shared, std::move(peer), owner};
    connections.insert(&session);
    try {
        co_await session.run();
    } catch (const std::exception& error) {
        log::error("http_connection_failed", {{"error", error.what()}});
    }
    connections.erase(&session);
    self->closed_one();
}

void Server::State::closed_one() {
    if (!shared->stopping || !connections.empty() || !stopped) return;
    grace.cancel();
    // Posted, so that the last connection is gone altogether when it runs.
    asio::post(io, std::exchange(stopped, nullptr));
}

void Server::State::stop(std::chrono::milliseconds time, std::function<void()> done) {
    if (shared->stopping) return;
    shared->stopping = true;
    stopped = std::move(done);
    boost::system::error_code ignored;
    for (Listener& listener : listeners) {
        listener.acceptor.close(ignored);
        listener.pause.cancel();
        remove_control_socket(listener.path);
    }
    for (Connection* one : connections) {
        if (one->idle) one->close();
        if (const auto current = one->exchange.lock()) current->hurry();
    }
    grace.expires_after(time);
    grace.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        for (Connection* one : self->connections) {
            one->close();
            // What is still waited for is given up: its coroutine must end too.
            if (const auto current = one->exchange.lock())
                current->answer(to_response({.kind = Kind::draining,
                                             .detail = "The daemon stopped before the answer.",
                                             .errors = {}}));
        }
    });
    closed_one();
}

Server::Server(asio::io_context& io, Application& application, ServerOptions options)
    : state_(std::make_shared<State>(io, application, options)) {}

Server::~Server() {
    if (!state_->shared->stopping) state_->stop(std::chrono::milliseconds{0}, nullptr);
}

void Server::listen(ControlSocket socket) {
    Listener& listener = state_->listeners.emplace_back(
        Listener{.acceptor = Local::acceptor{state_->io, Local{}, socket.fd},
                 .pause = asio::steady_timer{state_->io},
                 .path = std::move(socket.path),
                 .group = socket.group});
    asio::co_spawn(state_->io, state_->accept(state_, listener), asio::detached);
}

void Server::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    state_->stop(grace, std::move(stopped));
}

ServerStats Server::stats() const {
    ServerStats stats = state_->shared->stats;
    stats.connections = state_->connections.size();
    return stats;
}

}  // namespace smppd::http
