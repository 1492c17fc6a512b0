// tests/support/world.hpp - the daemon's message path without sockets, threads or clocks: the
// classes that the daemon runs, on a clock that the test moves and a store in memory.
#pragma once

#include "conf/config.hpp"
#include "daemon/carriers.hpp"
#include "daemon/store/memory.hpp"

#include <deque>
#include <list>
#include <map>
#include <set>

namespace smppd::test {

using protocol::Octets;

/// The other end of a connection of smppd's.
class Wire final : public smpp::Transport {
public:
    void write(Octets octets) override { out.insert(out.end(), octets.begin(), octets.end()); }
    void close() override { closing = true; }
    void reading(bool on) override { reads = on; }

    /// Whole PDUs that smppd has written since the last call.
    std::vector<protocol::Decoded> take();

    Octets out;
    bool closing = false;
    bool reads = true;
    bool closed = false;
    std::shared_ptr<smpp::Peer> peer;
};

class FakeClock final : public smpp::Timers, public smpp::Dialer {
public:
    FakeClock();
    smpp::Now now() const override { return now_; }
    std::unique_ptr<smpp::Timer> timer(std::function<void(smpp::Now)> ring) override;
    void dial(std::shared_ptr<smpp::Peer> peer, const conf::Endpoint& host,
              const conf::TlsClient* tls, std::chrono::milliseconds within) override;

    /// Rings what is due; moves the clock in the steps of the timers.
    void advance(std::chrono::milliseconds by);
    /// Moves the wall clock alone.
    void step_wall(std::chrono::milliseconds by) { now_.wall += by; }

    struct Dial {
        std::shared_ptr<smpp::Peer> peer;
        conf::Endpoint host;
        protocol::Instant at;
    };
    std::deque<Dial> dials;

private:
    friend class FakeTimer;
    smpp::Now now_;
    std::multimap<protocol::Instant, class FakeTimer*> armed_;
};

/// Takes "plain:" and the password for its hash; at once, unless told to hold or to be busy.
class PlainPasswords final : public smpp::Passwords {
public:
    bool remembered(const smpp::Login& login) const override {
        return proven.contains(login.system_id) && right(login);
    }
    void check(smpp::Login login, std::weak_ptr<const void> asker,
               std::function<void(smpp::Proof)> done) override {
        ++checks;
        askers.push_back(asker);
        if (busy) return done(smpp::Proof::busy);
        held.push_back([login, asker, done] {
            if (!asker.expired()) done(right(login) ? smpp::Proof::right : smpp::Proof::wrong);
        });
        if (!hold) release();
    }
    /// Answers what was held, in order.
    void release() {
        for (const auto& job : std::exchange(held, {})) job();
    }
    static bool right(const smpp::Login& login) {
        return !login.hash.empty() && login.hash == "plain:" + login.password;
    }
    bool hold = false, busy = false;
    unsigned checks = 0;
    std::set<std::string> proven;                   ///< system_ids whose password was proven before
    std::vector<std::weak_ptr<const void>> askers;  ///< of all checks
    std::vector<std::function<void()>> held;
    void hash(const std::string& password, std::function<void(std::string)> done) override {
        done("plain:" + password);
    }
};

/// One smppd. Numbers 447700900100 to 199 are the platform client0's, password secret0.
class World {
public:
    explicit World(conf::Carrier carrier = default_carrier(), std::string password = "secret0");
    ~World();

    static conf::Carrier default_carrier();

    /// Connects the next dial of the carrier's; the bind request is in the wire. Null: no dial.
    Wire* connect_carrier();
    /// The carrier connects to us, for outbind. Null: turned away.
    Wire* outbind(const std::string& host = "192.0.2.1");
    /// Its next dial fails. False: there is none.
    bool fail_dial(const std::string& why);
    /// A platform's connection; not bound.
    Wire* connect_platform(const std::string& host = "127.0.0.1");
    /// Binds client0 and answers from then on by answer_platforms().
    Wire* bind_platform(protocol::CommandId type = protocol::CommandId::bind_receiver,
                        const std::string& system_id = "client0",
                        const std::string& password = "secret0",
                        const std::string& host = "127.0.0.1");
    void send(Wire& wire, const Octets& octets);
    void hang_up(Wire& wire);
    /// Serves wires that smppd has closed.
    void settle();
    void advance(std::chrono::milliseconds by);
    /// kill -9 and start again: memory is gone, the store stays. Wires are cut.
    void restart();
    /// Leases or assigns.
    void assign(std::uint64_t from, std::uint64_t to);
    pool::PlatformId platform_id() const { return platform_; }

    FakeClock clock;
    store::MemoryStore store;
    PlainPasswords passwords;
    conf::PlatformListener listener;
    conf::OutbindListener outbind_listener;
    conf::Carrier carrier_config;
    smpp::DispatcherOptions dispatching;  ///< from restart() on

    struct Live;
    std::unique_ptr<Live> live;
    pool::Pool& pool();
    Carriers& carriers();
    smpp::Router& router();
    smpp::Dispatcher& dispatcher();
    smpp::Platforms& platforms();

private:
    void start();
    Wire* attach(std::shared_ptr<smpp::Peer> peer, const std::string& address);
    std::list<Wire> wires_;
    pool::PlatformId platform_ = 0;
    std::mt19937_64 engine_{1};
};

struct World::Live {
    Live(World& world);
    pool::Pool pool;
    pool::Assembler assembler;
    pool::Duplicates duplicates;
    pool::Ids ids;
    std::unique_ptr<smpp::Dispatcher> dispatcher;
    std::unique_ptr<smpp::Router> router;
    std::unique_ptr<smpp::Platforms> platforms;
    std::unique_ptr<Carriers> carriers;
};

}  // namespace smppd::test
