// daemon/net/network.cpp - see network.hpp.
#include "daemon/net/network.hpp"

#include "daemon/log.hpp"
#include "daemon/net/dialling.hpp"
#include "daemon/net/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace smppd::net {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol::Instant;

namespace {

/// An alarm clock that is seldom wound: a later wish than the one under way only notes itself.
class SteadyTimer final : public smpp::Timer {
public:
    SteadyTimer(asio::io_context& io, const Network& network, std::function<void(smpp::Now)> ring)
        : state_(std::make_shared<State>(io, network, std::move(ring))) {}
    ~SteadyTimer() override { state_->gone(); }

    void at(Instant when) override { state_->at(when, state_); }

private:
    struct State {
        State(asio::io_context& io, const Network& network, std::function<void(smpp::Now)> f)
            : timer(io), clock(network), ring(std::move(f)) {}
        void at(Instant when, const std::shared_ptr<State>& self) {
            wanted = when;
            if (wanted == Instant::max() || armed <= wanted) return;
            arm(self);
        }
        void arm(const std::shared_ptr<State>& self) {
            armed = wanted;
            timer.expires_at(wanted);
            timer.async_wait([self](const error_code& error) {
                if (!error) self->rang(self);
            });
        }
        void rang(const std::shared_ptr<State>& self) {
            armed = Instant::max();
            if (!alive || wanted == Instant::max()) return;
            const smpp::Now now = clock.now();
            if (wanted > now.mono) return arm(self);
            wanted = Instant::max();
            ring(now);
        }
        void gone() {
            alive = false;
            error_code ignored;
            timer.cancel(ignored);
        }
        asio::steady_timer timer;
        const Network& clock;
        std::function<void(smpp::Now)> ring;
        Instant wanted = Instant::max(), armed = Instant::max();
        bool alive = true;
    };
    std::shared_ptr<State> state_;
};

}  // namespace

struct Network::State {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::vector<std::shared_ptr<Listener>> listeners;
    std::unique_ptr<asio::signal_set> signals;

    void wait_signal(std::function<void(int)> on) {
        signals->async_wait([this, on = std::move(on)](const error_code& error, int number) {
            if (error) return;
            on(number);
            wait_signal(on);
        });
    }
};

Network::Network() : state_(std::make_unique<State>()) {}
Network::~Network() = default;

smpp::Now Network::now() const {
    return {std::chrono::steady_clock::now(),
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

std::unique_ptr<smpp::Timer> Network::timer(std::function<void(smpp::Now)> ring) {
    return std::make_unique<SteadyTimer>(state_->io, *this, std::move(ring));
}

void Network::dial(std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
                   const conf::TlsClient* tls, std::chrono::milliseconds within) {
    net::dial(state_->io, std::move(peer), host, tls, within, [this] { return now(); });
}

void Network::listen(const conf::Endpoint& at, const conf::TlsServer* tls,
                     std::chrono::milliseconds within, Accept accept) {
    auto listener = std::make_shared<Listener>(state_->io, at, tls, within, std::move(accept),
                                               [this] { return now(); });
    listener->start();
    state_->listeners.push_back(std::move(listener));
}

void Network::stop_listening() {
    for (const auto& listener : state_->listeners) listener->stop();
    state_->listeners.clear();
}

std::vector<std::string> Network::reload_certificates() {
    std::vector<std::string> problems;
    for (const auto& listener : state_->listeners) {
        if (auto problem = listener->reload_certificate(); !problem.empty()) {
            problems.push_back(std::move(problem));
        }
    }
    return problems;
}

void Network::signals(const std::vector<int>& numbers, std::function<void(int)> on) {
    state_->signals = std::make_unique<asio::signal_set>(state_->io);
    for (const int number : numbers) state_->signals->add(number);
    state_->wait_signal(std::move(on));
}

void Network::post(std::function<void()> job) { asio::post(state_->io, std::move(job)); }
void Network::run() { state_->io.run(); }
void Network::stop() { state_->io.stop(); }
asio::io_context& Network::context() { return state_->io; }

}  // namespace smppd::net
