// tests/support/world.cpp - see world.hpp.
#include "tests/support/world.hpp"

#include "daemon/restore.hpp"
#include "protocol/encode.hpp"

#include <algorithm>
#include <stdexcept>

namespace smppd::test {

using namespace std::chrono_literals;
using protocol::Instant;

class FakeTimer final : public smpp::Timer {
public:
    FakeTimer(FakeClock& clock, std::function<void(smpp::Now)> ring)
        : clock_(clock), ring_(std::move(ring)) {}
    ~FakeTimer() override { disarm(); }
    void at(Instant when) override {
        disarm();
        if (when != Instant::max()) clock_.armed_.emplace(when, this);
    }
    void disarm() {
        std::erase_if(clock_.armed_, [this](const auto& entry) { return entry.second == this; });
    }
    void ring(smpp::Now now) { ring_(now); }

private:
    FakeClock& clock_;
    std::function<void(smpp::Now)> ring_;
};

FakeClock::FakeClock()
    : now_{Instant{} + std::chrono::hours{1000},
           protocol::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}}} {}

std::unique_ptr<smpp::Timer> FakeClock::timer(std::function<void(smpp::Now)> ring) {
    return std::make_unique<FakeTimer>(*this, std::move(ring));
}

void FakeClock::dial(std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
                     const conf::TlsClient*, std::chrono::milliseconds) {
    dials.push_back({std::move(peer), host, now_.mono});
}

void FakeClock::advance(std::chrono::milliseconds by) {
    const Instant end = now_.mono + by;
    const auto move_to = [this](Instant when) {
        now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(when - now_.mono);
        now_.mono = when;
    };
    while (!armed_.empty() && armed_.begin()->first <= end) {
        FakeTimer* timer = armed_.begin()->second;
        if (armed_.begin()->first > now_.mono) move_to(armed_.begin()->first);
        armed_.erase(armed_.begin());
        timer->ring(now_);
    }
    move_to(std::max(end, now_.mono));
}

std::vector<protocol::Decoded> Wire::take() {
    std::vector<protocol::Decoded> pdus;
    protocol::Framer framer(1'000'000);
    framer.feed(out);
    out.clear();
    for (;;) {
        const auto next = framer.next();
        if (!next) throw std::runtime_error("smppd wrote octets that are no PDU");
        if (next->empty()) break;
        pdus.push_back(protocol::decode(*next, {}));
    }
    return pdus;
}

World::Live::Live(World& world)
    : pool(
          {},
          [](std::span<std::uint8_t> out) { std::fill(out.begin(), out.end(), std::uint8_t{7}); },
          [this](pool::WallTime at) { return ids.next(at); }) {
    Restore memory(pool, assembler, duplicates, ids, [&](const std::string&) {
        const protocol::Profile& profile = world.carrier_config.profile;
        return CarrierTimes{profile.reassembly, profile.duplicates};
    });
    world.store.load(memory);
    dispatcher = std::make_unique<smpp::Dispatcher>(world.dispatching, world.store, world.store,
                                                    world.clock);
    for (const auto& [platform, count] : world.store.history().waiting_counts()) {
        dispatcher->waiting_in_store(platform, count);
    }
    router = std::make_unique<smpp::Router>(
        smpp::Router::Parts{pool, assembler, duplicates, ids, world.store, *dispatcher, world.clock,
                            [] {}},
        memory.salt_for_duplicates());
    platforms = std::make_unique<smpp::Platforms>(
        smpp::Platforms::Parts{pool, *dispatcher, world.passwords, world.clock});
    carriers = std::make_unique<Carriers>(
        smpp::Carrier::Parts{*router, world.clock, world.clock, world.engine_, {}}, *platforms);
    router->rearm();
    carriers->configure({world.carrier_config}, world.clock.now());
}

conf::Carrier World::default_carrier() {
    conf::Carrier carrier;
    carrier.name = "acme";
    carrier.hosts = {{"smsc.example", 2775}};
    carrier.system_id = "smppd";
    carrier.password.value = "pw";
    carrier.profile.country = "44";
    return carrier;
}

World::World(conf::Carrier carrier, std::string password) : carrier_config(std::move(carrier)) {
    start();
    const smpp::Now now = clock.now();
    const auto must = [this](pool::Result<pool::Changes> changes) {
        if (!changes) throw std::runtime_error(changes.error().message());
        store.commit(std::move(*changes), [](std::error_code error) {
            if (error) throw std::runtime_error(error.message());
        });
    };
    pool::Platform platform;
    platform.name = "client0";
    must(pool().create_platform(platform, now.wall));
    platform_ = pool().platform("client0")->id;
    pool::SmppAccount account;
    account.system_id = "client0";
    account.platform = platform_;
    account.password_hash = "plain:" + password;
    must(pool().create_account(account, now.wall));
    assign(447700900100, 447700900199);
}

World::~World() = default;

void World::start() { live = std::make_unique<Live>(*this); }

void World::assign(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t n = from; n <= to; ++n) {
        pool::Number number;
        number.number = n;
        number.platform = platform_;
        number.state = pool::NumberState::assigned;
        auto changes = pool().import_number(number, clock.now().wall);
        if (!changes) throw std::runtime_error(changes.error().message());
        store.commit(std::move(*changes), [](std::error_code) {});
    }
}

Wire* World::attach(std::shared_ptr<smpp::Peer> peer, const std::string& address) {
    Wire& wire = wires_.emplace_back();
    wire.peer = std::move(peer);
    wire.peer->connected(wire, address, clock.now());
    settle();
    return &wire;
}

Wire* World::connect_carrier() {
    if (clock.dials.empty()) clock.advance(0ms);
    if (clock.dials.empty()) return nullptr;
    FakeClock::Dial dial = std::move(clock.dials.front());
    clock.dials.pop_front();
    return attach(std::move(dial.peer), dial.host.host + ":" + std::to_string(dial.host.port));
}

Wire* World::outbind(const std::string& host) {
    auto peer = carriers().accept_outbind(outbind_listener, host, clock.now());
    return peer ? attach(std::move(peer), host + ":40000") : nullptr;
}

bool World::fail_dial(const std::string& why) {
    if (clock.dials.empty()) return false;
    const auto peer = std::move(clock.dials.front().peer);
    clock.dials.pop_front();
    peer->disconnected(why, clock.now());
    return true;
}

Wire* World::connect_platform(const std::string& host) {
    auto peer = platforms().accept(listener, host);
    return peer ? attach(std::move(peer), host + ":50000") : nullptr;
}

Wire* World::bind_platform(protocol::CommandId type, const std::string& system_id,
                           const std::string& password, const std::string& host) {
    Wire* wire = connect_platform(host);
    protocol::BindRequest request;
    request.system_id = system_id;
    request.password = password;
    send(*wire, *protocol::encode({0, type, 0, 1}, request));
    return wire;
}

void World::send(Wire& wire, const Octets& octets) {
    if (!wire.closed && !wire.closing) wire.peer->received(octets, clock.now());
    settle();
}

void World::hang_up(Wire& wire) {
    if (wire.closed) return;
    wire.closed = true;
    wire.peer->disconnected("the peer closed the connection", clock.now());
}

void World::settle() {
    for (Wire& wire : wires_) {
        if (!wire.closing || wire.closed) continue;
        wire.closed = true;
        wire.peer->disconnected("", clock.now());
    }
}

void World::advance(std::chrono::milliseconds by) {
    clock.advance(by);
    settle();
}

void World::restart() {
    // The wires first: nothing that still has a link may tell it anything any more.
    for (Wire& wire : wires_) wire.closed = true;
    clock.dials.clear();
    live.reset();
    for (Wire& wire : wires_) wire.peer.reset();
    start();
}

pool::Pool& World::pool() { return live->pool; }
Carriers& World::carriers() { return *live->carriers; }
smpp::Router& World::router() { return *live->router; }
smpp::Dispatcher& World::dispatcher() { return *live->dispatcher; }
smpp::Platforms& World::platforms() { return *live->platforms; }

}  // namespace smppd::test
