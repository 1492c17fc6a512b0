// daemon/daemon.cpp - see daemon.hpp.
#include "daemon/daemon.hpp"

#include "daemon/carriers.hpp"
#include "daemon/control.hpp"
#include "daemon/feed.hpp"
#include "daemon/log.hpp"
#include "daemon/net/network.hpp"
#include "daemon/restore.hpp"
#include "daemon/service.hpp"
#include "daemon/smpp/cidr.hpp"
#include "daemon/store/history_reader.hpp"
#include "daemon/store/sqlite.hpp"
#include "daemon/store/writer.hpp"

#include <sodium.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <stdexcept>
#include <utility>

namespace smppd {

using namespace std::chrono_literals;
using smpp::Now;

namespace {

constexpr int exit_io_error = 74;  // sysexits.h, EX_IOERR

store::Seal open_seal(const conf::Secret& key) {
    switch (key.from) {
        case conf::Secret::From::file: return {1, store::load_key(key.name, true)};
        case conf::Secret::From::credential: {
            const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
            if (directory == nullptr) {
                throw std::runtime_error("store.key: credential " + key.name +
                                         ": $CREDENTIALS_DIRECTORY is not set");
            }
            return {1, store::load_key(std::string(directory) + "/" + key.name, false)};
        }
        case conf::Secret::From::environment: return {1, store::parse_key(key.value, key.name)};
        case conf::Secret::From::none: break;
    }
    throw std::runtime_error("store.key is missing: name a file, it is made on first start");
}

store::Retention retention_of(const conf::Retention& configured) {
    store::Retention retention;
    retention.messages = configured.messages;
    retention.waiting = configured.waiting;
    retention.receipts = configured.receipts;
    retention.sessions = configured.sessions;
    return retention;
}

void fill_random(std::span<std::uint8_t> octets) { randombytes_buf(octets.data(), octets.size()); }

std::unique_ptr<store::Store> open_store(const conf::Config& config) {
    store::SqliteOptions options;
    options.path = config.store_path;
    return store::open_sqlite(std::move(options), open_seal(config.store_key));
}

}  // namespace

struct Daemon::State {
    State(conf::Config loaded, std::function<conf::Loaded()> reload);
    ~State();

    CarrierTimes times(const std::string& carrier) const;
    std::chrono::seconds longest_window() const;
    void restore(store::Store& store);
    void start();
    void listen();
    void pool_timer();
    void expire(Now now);
    void aged(const pool::Changes& changes);
    void reload();
    void begin_draining(const char* reason);
    void drain(Now now);
    void feed_watchdog(Now now);
    http::DaemonStatus status() const;
    http::Context context();

    conf::Config config;
    std::function<conf::Loaded()> read_config;
    net::Network network;
    std::mt19937_64 engine{std::random_device{}()};
    pool::Pool pool;
    pool::Assembler assembler;
    pool::Duplicates duplicates;
    pool::Ids ids;
    Feed feed;
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::HistoryReader> reads;
    std::unique_ptr<smpp::Passwords> passwords;
    std::unique_ptr<smpp::Dispatcher> dispatcher;
    std::unique_ptr<smpp::Router> router;
    std::unique_ptr<smpp::Platforms> platforms;
    std::unique_ptr<Carriers> carriers;
    std::unique_ptr<Control> control;
    std::unique_ptr<smpp::Timer> pool_clock, drain_clock, watchdog_clock;
    protocol::WallTime started_at{};
    bool draining = false;
    bool links_told = false;
    protocol::Instant drain_until{};
    int exit_status = 0;
};

Daemon::State::State(conf::Config loaded, std::function<conf::Loaded()> reload)
    : config(std::move(loaded)),
      read_config(std::move(reload)),
      pool(config.pool, fill_random),
      assembler({config.limits.assemblies, config.limits.assembly_octets}),
      feed([this](std::function<void()> job) { network.post(std::move(job)); }) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
    const auto post = [this](std::function<void()> job) { network.post(std::move(job)); };
    started_at = network.now().wall;

    auto opened = open_store(config);
    Restore memory(pool, assembler, duplicates, ids,
                   [this](const std::string& carrier) { return times(carrier); });
    opened->load(memory, longest_window());
    auto history = opened->history();
    const auto waiting = history->waiting_counts();
    reads = std::make_unique<store::HistoryReader>(std::move(history), 1'000, post);

    store::WriterOptions writing;
    writing.queue_max = config.limits.commit_queue;
    writing.retention = retention_of(config.retention);
    store::Writer::Hooks hooks;
    hooks.post = post;
    hooks.broken = [this](std::error_code error) {
        log::error("store_broken", {{"reason", error.message()}});
        exit_status = exit_io_error;
        network.stop();
    };
    hooks.aged = [this](const pool::Changes& changes) { aged(changes); };
    hooks.wall_now = [this] { return network.now().wall; };
    writer = std::make_unique<store::Writer>(std::move(opened), writing, std::move(hooks));

    passwords = smpp::argon2id_passwords(post);
    smpp::DispatcherOptions dispatching;
    dispatching.in_memory_max = config.limits.waiting_in_memory;
    dispatcher = std::make_unique<smpp::Dispatcher>(dispatching, *writer, *reads, network);
    for (const auto& [platform, count] : waiting) dispatcher->waiting_in_store(platform, count);
    router = std::make_unique<smpp::Router>(
        smpp::Router::Parts{pool, assembler, duplicates, ids, *writer, *dispatcher, network,
                            [this] { feed.recorded(); }},
        memory.salt_for_duplicates());
    platforms = std::make_unique<smpp::Platforms>(
        smpp::Platforms::Parts{pool, *dispatcher, *passwords, network});
    carriers = std::make_unique<Carriers>(
        smpp::Carrier::Parts{*router, network, network, engine, {}}, *platforms);
}

Daemon::State::~State() {
    // The writer commits what is queued and posts what came of it to a loop that does not run any
    // more; those who would hear of it must still be there until its thread has ended.
    writer.reset();
}

CarrierTimes Daemon::State::times(const std::string& carrier) const {
    for (const conf::Carrier& configured : config.carriers) {
        if (configured.name == carrier) {
            return {configured.profile.reassembly, configured.profile.duplicates};
        }
    }
    const protocol::Profile defaults;
    return {defaults.reassembly, defaults.duplicates};
}

std::chrono::seconds Daemon::State::longest_window() const {
    std::chrono::milliseconds longest = protocol::Profile{}.duplicates;
    for (const conf::Carrier& carrier : config.carriers) {
        longest = std::max(longest, carrier.profile.duplicates);
    }
    return std::chrono::ceil<std::chrono::seconds>(longest);
}

void Daemon::State::start() {
    pool_clock = network.timer([this](Now now) { expire(now); });
    drain_clock = network.timer([this](Now now) { drain(now); });
    watchdog_clock = network.timer([this](Now now) { feed_watchdog(now); });
    network.signals({SIGTERM, SIGINT, SIGHUP}, [this](int number) {
        number == SIGHUP ? this->reload() : begin_draining("signal");
    });
    router->rearm();
    expire(network.now());
    control = std::make_unique<Control>(network, config, context());
    listen();
    carriers->configure(config.carriers, network.now());
    service::notify("READY=1\nSTATUS=" + carriers->summary());
    feed_watchdog(network.now());
    log::info("started", {{"version", SMPPD_VERSION},
                          {"config", config.file},
                          {"numbers", pool.size()},
                          {"waiting", dispatcher->waiting()}});
}

void Daemon::State::listen() {
    for (const conf::PlatformListener& listener : config.platform_listeners) {
        network.listen(listener.listen, listener.tls ? &*listener.tls : nullptr,
                       listener.session_init, [this, listener](const std::string& host) {
                           return std::shared_ptr<smpp::Peer>(platforms->accept(listener, host));
                       });
    }
    if (const auto& listener = config.outbind_listener) {
        network.listen(
            listener->listen, listener->tls ? &*listener->tls : nullptr, 5s,
            [this, allow = listener->allow](const std::string& host) {
                if (!smpp::allowed(allow, host)) return std::shared_ptr<smpp::Peer>();
                return std::shared_ptr<smpp::Peer>(carriers->accept_outbind(network.now()));
            });
    }
}

void Daemon::State::pool_timer() {
    const pool::WallTime deadline = pool.deadline();
    if (deadline == pool::WallTime::max()) return pool_clock->at(protocol::Instant::max());
    // The wall clock may be set meanwhile: look again within a minute.
    const Now now = network.now();
    pool_clock->at(now.mono + std::clamp<std::chrono::milliseconds>(deadline - now.wall, 1ms, 60s));
}

void Daemon::State::expire(Now now) {
    pool::Changes changes = pool.expire(now.wall);
    if (changes.empty()) return pool_timer();
    auto kept = std::make_shared<pool::Changes>(changes);
    writer->commit(std::move(changes), [this, kept](std::error_code error) {
        if (!error) return pool_timer();
        // It is expired all the same (owner_of looks at the time); the record follows later.
        pool.revert(*kept);
        pool_clock->at(network.now().mono + 5s);
    });
    if (draining) return;
    pool_timer();
}

void Daemon::State::aged(const pool::Changes& changes) {
    for (const pool::Change& change : changes) {
        if (const auto* settled = std::get_if<pool::MessageSettled>(&change)) {
            dispatcher->expired(settled->platform, settled->id);
        }
    }
}

void Daemon::State::reload() {
    conf::Loaded loaded = read_config();
    if (!loaded.ok()) {
        for (const conf::Problem& problem : loaded.problems) {
            log::error("config_problem", {{"file", problem.file},
                                          {"line", problem.line},
                                          {"column", problem.column},
                                          {"what", problem.message}});
        }
        log::error("config_refused", {{"file", config.file}, {"kept", "the configuration before"}});
        return;
    }
    conf::Config& fresh = loaded.config;
    const bool restart_needed = fresh.store_path != config.store_path ||
                                fresh.control_socket != config.control_socket ||
                                fresh.platform_listeners.size() != config.platform_listeners.size();
    config.carriers = fresh.carriers;
    config.profiles = fresh.profiles;
    config.log_level = fresh.log_level;
    log::level(static_cast<log::Level>(fresh.log_level));
    carriers->configure(config.carriers, network.now());
    for (const std::string& problem : network.reload_certificates()) {
        log::error("certificate_kept", {{"reason", problem}});
    }
    log::info("config_reloaded", {{"file", config.file}, {"carriers", config.carriers.size()}});
    if (restart_needed) {
        log::warning(
            "config_needs_restart",
            {{"what", "store, control socket and platform listeners change with a restart"}});
    }
}

void Daemon::State::begin_draining(const char* reason) {
    if (draining) {
        // Asked twice: somebody is in a hurry.
        network.stop();
        return;
    }
    draining = true;
    log::info("stopping", {{"reason", reason}, {"within_s", config.stop_within.count()}});
    service::notify("STOPPING=1\nSTATUS=draining");
    const Now now = network.now();
    drain_until = now.mono + config.stop_within;
    network.stop_listening();
    carriers->stop_all(now);
    drain(now);
}

void Daemon::State::drain(Now now) {
    const bool late = now.mono >= drain_until;
    const bool inbound_done = router->pending() == 0 && !carriers->connected();
    if (inbound_done && !links_told) {
        links_told = true;
        platforms->leave(now);
    }
    if (links_told) dispatcher->flush();
    const bool done = links_told && platforms->connections() == 0 && dispatcher->unsettled() == 0;
    if (done || late) {
        log::info("stopped", {{"in_time", done}});
        network.stop();
        return;
    }
    drain_clock->at(now.mono + 20ms);
}

void Daemon::State::feed_watchdog(Now now) {
    // From the loop itself: a loop that hangs is one that does not feed.
    const auto interval = service::watchdog();
    service::notify("WATCHDOG=1\nSTATUS=" + carriers->summary() + ", " +
                    std::to_string(dispatcher->waiting()) + " messages waiting");
    const auto pause = interval ? *interval / 3 : std::chrono::microseconds{10s};
    watchdog_clock->at(now.mono + std::max<std::chrono::microseconds>(pause, 100ms));
}

http::DaemonStatus Daemon::State::status() const {
    http::DaemonStatus s;
    s.version = SMPPD_VERSION;
    s.started_at = started_at;
    s.config_file = config.file;
    s.store_path = config.store_path;
    s.draining = draining;
    s.writer = writer->stats();
    s.waiting = dispatcher->waiting();
    s.open_assemblies = assembler.size();
    s.alarms = carriers->alarms();
    if (s.writer.full)
        s.alarms.push_back("the disk is full: new messages are refused until there is room");
    return s;
}

http::Context Daemon::State::context() {
    return http::Context{pool,
                         ids,
                         *writer,
                         *reads,
                         *carriers,
                         *passwords,
                         feed,
                         [this] { return network.now().wall; },
                         [this] { return status(); },
                         [this](std::string path, auto progress, auto done) {
                             writer->backup(std::move(path), std::move(progress), std::move(done));
                         },
                         [this] { platforms->accounts_changed(network.now()); },
                         [this] { pool_timer(); }};
}

Daemon::Daemon(conf::Config config, std::function<conf::Loaded()> reload)
    : state_(std::make_unique<State>(std::move(config), std::move(reload))) {
    state_->start();
}

Daemon::~Daemon() = default;

int Daemon::run() {
    state_->network.run();
    return state_->exit_status;
}

}  // namespace smppd
