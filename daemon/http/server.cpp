// daemon/http/server.cpp - accepts, counts and stops connections.
#include "daemon/http/server.hpp"

#include "daemon/http/connection.hpp"
#include "daemon/http/door.hpp"
#include "daemon/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <list>
#include <set>

namespace smppd::http {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
    State(asio::io_context& io_context, Application& application, ServerOptions options)
        : io(io_context),
          shared(std::make_shared<Shared>(
              Shared{.application = application, .options = options, .stats = {}})),
          grace(io_context) {}

    template <class Entrance>
    void open(std::shared_ptr<Entrance> door);
    template <class Entrance>
    asio::awaitable<void> accept(std::shared_ptr<State> self, std::shared_ptr<Entrance> door);
    asio::awaitable<void> serve(std::shared_ptr<State> self, Local::socket socket,
                                std::shared_ptr<LocalDoor> door);
    asio::awaitable<void> serve(std::shared_ptr<State> self, Tcp::socket socket,
                                std::shared_ptr<TcpDoor> door);
    asio::awaitable<void> run(Connection& connection);
    /// Makes room for one more; false when there is none.
    bool make_room();
    void stop(std::chrono::milliseconds time, std::function<void()> done);
    void closed_one();

    asio::io_context& io;
    std::shared_ptr<Shared> shared;
    std::list<std::shared_ptr<Door>> doors;
    std::set<Connection*> connections;
    asio::steady_timer grace;
    std::function<void()> stopped;
};

template <class Entrance>
void Server::State::open(std::shared_ptr<Entrance> door) {
    doors.push_back(door);
    asio::co_spawn(io, accept(shared_from_this(), std::move(door)), asio::detached);
}

template <class Entrance>
asio::awaitable<void> Server::State::accept(std::shared_ptr<State> self,
                                            std::shared_ptr<Entrance> door) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (!shared->stopping) {
        typename Entrance::Protocol::socket peer{io};
        // Nobody waits in accept while there is no room: the kernel's backlog holds them.
        if (make_room()) {
            co_await door->acceptor.async_accept(peer, token);
            if (shared->stopping) break;
        } else {
            error = asio::error::try_again;
        }
        if (!error) {
            ++shared->stats.accepted;
            asio::co_spawn(io, serve(self, std::move(peer), door), asio::detached);
            continue;
        }
        if (error != asio::error::try_again)
            log::warning("http_accept_failed", {{"at", door->name}, {"error", error.message()}});
        // Out of descriptors, most likely: spinning would not bring any.
        door->pause.expires_after(shared->options.accept_pause);
        co_await door->pause.async_wait(token);
    }
}

bool Server::State::make_room() {
    if (connections.size() < shared->options.connections_max) return true;
    Connection* longest = nullptr;
    for (Connection* one : connections)
        if (one->idle && (!longest || one->idle_turn < longest->idle_turn)) longest = one;
    if (!longest) return false;
    // Its coroutine ends in the turns that follow; until then there is one more than there may be.
    longest->idle = false;
    longest->close();
    return true;
}

asio::awaitable<void> Server::State::serve(std::shared_ptr<State> self, Local::socket socket,
                                           std::shared_ptr<LocalDoor> door) {
    const auto credentials = peer_credentials(socket.native_handle());
    const bool owner = credentials && is_owner(*credentials, ::geteuid(), door->group);
    Peer peer{.local = true, .uid = 0, .address = {}};
    if (credentials) peer.uid = credentials->uid;
    const auto connection = local_connection(std::move(socket), shared, std::move(peer), owner);
    co_await run(*connection);
    self->closed_one();
}

asio::awaitable<void> Server::State::serve(std::shared_ptr<State> self, Tcp::socket socket,
                                           std::shared_ptr<TcpDoor> door) {
    boost::system::error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    Peer peer{.local = false, .uid = 0, .address = address_of(socket)};
    // The door may get another context meanwhile; this one lives as long as its connections.
    const auto context = door->context;
    const auto connection =
        context ? tls_connection(std::move(socket), *context, shared, std::move(peer))
                : clear_connection(std::move(socket), shared, std::move(peer));
    co_await run(*connection);
    self->closed_one();
}

asio::awaitable<void> Server::State::run(Connection& connection) {
    connections.insert(&connection);
    try {
        co_await connection.run();
    } catch (const std::exception& error) {
        log::error("http_connection_failed", {{"error", error.what()}});
    }
    connections.erase(&connection);
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
    for (const auto& door : doors) door->close();
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
            if (const auto current = one->exchange.lock()) current->lost();
        }
    });
    closed_one();
}

Server::Server(asio::io_context& io, Application& application, ServerOptions options)
    : state_(std::make_shared<State>(io, application, options)) {}

Server::~Server() {
    if (!state_->shared->stopping) state_->stop(std::chrono::milliseconds{0}, nullptr);
    // The loop may never run again; handlers that wait must be gone before their world is.
    for (Connection* one : state_->connections)
        if (const auto current = one->exchange.lock()) current->lost();
}

void Server::listen(ControlSocket socket) {
    state_->open(std::make_shared<LocalDoor>(state_->io, std::move(socket)));
}

void Server::listen(const TcpListen& at) {
    state_->open(std::make_shared<TcpDoor>(state_->io, at));
}

std::vector<std::string> Server::reload_certificates() {
    std::vector<std::string> problems;
    for (const auto& door : state_->doors)
        if (std::string problem = door->reload_certificate(); !problem.empty())
            problems.push_back(std::move(problem));
    return problems;
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
