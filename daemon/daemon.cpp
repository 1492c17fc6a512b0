// daemon/daemon.cpp - see daemon.hpp.
#include "daemon/daemon.hpp"

#include "daemon/carriers.hpp"
#include "daemon/control.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/expiry.hpp"
#include "daemon/feed.hpp"
#include "daemon/health.hpp"
#include "daemon/http/idempotency.hpp"
#include "daemon/log.hpp"
#include "daemon/net/network.hpp"
#include "daemon/notify/http_post.hpp"
#include "daemon/notify/outbox.hpp"
#include "daemon/open_store.hpp"
#include "daemon/reload.hpp"
#include "daemon/restore.hpp"
#include "daemon/sandbox/sandbox.hpp"
#include "daemon/service.hpp"
#include "daemon/store/history_reader.hpp"
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

void fill_random(std::span<std::uint8_t> octets) { randombytes_buf(octets.data(), octets.size()); }

}  // namespace

struct Daemon::State {
    State(conf::Config loaded, std::function<conf::Loaded()> reload);
    ~State();

    CarrierTimes times(const std::string& carrier) const;
    void restore(store::Store& store);
    void begin_webhooks(Restore& memory);
    void watch_carriers(Now now);
    void start();
    void listen();
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
    notify::EventFeed events;
    http::Idempotency answers;
    CarrierHealth health;
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::HistoryReader> reads;
    std::unique_ptr<notify::Announcer> announcer;
    std::unique_ptr<notify::HttpPost> poster;
    std::unique_ptr<notify::Outbox> outbox;
    std::unique_ptr<smpp::Passwords> passwords;
    std::unique_ptr<smpp::Dispatcher> dispatcher;
    std::unique_ptr<smpp::Router> router;
    std::unique_ptr<sandbox::Sandbox> sandbox;
    std::unique_ptr<smpp::Platforms> platforms;
    std::unique_ptr<Carriers> carriers;
    std::unique_ptr<Control> control;
    std::unique_ptr<Expiry> expiry;
    std::unique_ptr<smpp::Timer> drain_clock, watchdog_clock, health_clock;
    std::uint64_t salt = 0;
    protocol::WallTime started_at{};
    bool draining = false;
    bool links_told = false;
    protocol::Instant drain_until{};
    int exit_status = 0;
};

Daemon::State::State(conf::Config loaded, std::function<conf::Loaded()> reload)
    : config(std::move(loaded)),
      read_config(std::move(reload)),
      pool(config.pool, fill_random, [this](pool::WallTime at) { return ids.next(at); }),
      assembler({config.limits.assemblies, config.limits.assembly_octets}),
      duplicates({config.limits.duplicates}),
      feed([this](std::function<void()> job) { network.post(std::move(job)); }),
      events({}, [this](std::function<void()> job) { network.post(std::move(job)); }) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
    const auto post = [this](std::function<void()> job) { network.post(std::move(job)); };
    started_at = network.now().wall;

    pool.workflows(config.workflows);
    pool::prepare_extraction();
    auto opened = open_store(config);
    Restore memory(pool, assembler, duplicates, ids,
                   [this](const std::string& carrier) { return times(carrier); });
    opened->load(memory, longest_window(config));
    auto history = opened->history();
    const auto waiting = history->waiting_counts();
    reads = std::make_unique<store::HistoryReader>(std::move(history), 1'000, post);

    store::WriterOptions writing;
    writing.queue_max = config.limits.commit_queue;
    writing.retention = retention_of(config);
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

    announcer = std::make_unique<notify::Announcer>(*writer, pool);
    begin_webhooks(memory);

    passwords = smpp::argon2id_passwords(post);
    smpp::DispatcherOptions dispatching;
    dispatching.in_memory_max = config.limits.waiting_in_memory;
    dispatching.weight_max = config.limits.waiting_octets;
    dispatcher = std::make_unique<smpp::Dispatcher>(dispatching, *announcer, *reads, network);
    for (const auto& [platform, count] : waiting) dispatcher->waiting_in_store(platform, count);
    router = std::make_unique<smpp::Router>(
        smpp::Router::Parts{pool, assembler, duplicates, ids, *announcer, *dispatcher, network,
                            [this] { feed.recorded(); }},
        memory.salt_for_duplicates());
    if (config.sandbox.enabled) {
        sandbox = std::make_unique<sandbox::Sandbox>(
            sandbox::Sandbox::Parts{pool, ids, *announcer, *router, network});
        announcer->join(*sandbox);
        sandbox->import(started_at);
        sandbox->resume(network.now());
    }
    platforms = std::make_unique<smpp::Platforms>(
        smpp::Platforms::Parts{pool, *dispatcher, *passwords, network});
    carriers = std::make_unique<Carriers>(
        smpp::Carrier::Parts{*router, network, network, engine, {}}, *platforms);
}

void Daemon::State::begin_webhooks(Restore& memory) {
    salt = memory.salt_for_duplicates();
    for (const AnswerKnown& answer : memory.take_answers())
        answers.restore(answer.key, answer.request, answer.id);
    notify::HttpPostOptions posting;
    posting.allow_http = config.webhooks.allow_http;
    posting.allow_private = config.webhooks.allow_private;
    // The outbox keeps to per_host_max; here is room for connections that are on their way out.
    posting.host_connections_max = 2 * static_cast<long>(config.webhooks.per_host_max);
    posting.connections_max = static_cast<long>(config.webhooks.in_flight_max);
    posting.user_agent = "smppd/" SMPPD_VERSION;
    poster = std::make_unique<notify::HttpPost>(network.context(), posting);
    notify::OutboxOptions sending;
    sending.in_flight_max = config.webhooks.in_flight_max;
    sending.host_in_flight_max = config.webhooks.per_host_max;
    sending.within = config.webhooks.timeout;
    outbox = std::make_unique<notify::Outbox>(
        sending, notify::Outbox::Parts{pool, ids, *announcer, *reads, network, *poster, engine});
    for (const pool::Delivery& delivery : memory.take_deliveries()) outbox->restore(delivery);
    announcer->join(events);
    announcer->join(*outbox);
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

void Daemon::State::start() {
    expiry = std::make_unique<Expiry>(pool, *announcer, network);
    drain_clock = network.timer([this](Now now) { drain(now); });
    watchdog_clock = network.timer([this](Now now) { feed_watchdog(now); });
    health_clock = network.timer([this](Now now) { watch_carriers(now); });
    network.signals({SIGTERM, SIGINT, SIGHUP}, [this](int number) {
        number == SIGHUP ? this->reload() : begin_draining("signal");
    });
    router->rearm();
    expiry->run(network.now());
    control = std::make_unique<Control>(network, config, context());
    listen();
    carriers->configure(config.carriers, network.now());
    service::notify("READY=1\nSTATUS=" + carriers->summary());
    feed_watchdog(network.now());
    outbox->start();
    watch_carriers(network.now());
    log::info("started", {{"version", SMPPD_VERSION},
                          {"config", config.file},
                          {"numbers", pool.size()},
                          {"waiting", dispatcher->waiting()}});
}

void Daemon::State::listen() {
    // Each connection is taken by what is configured when it comes: see take_up().
    for (std::size_t i = 0; i < config.platform_listeners.size(); ++i) {
        const conf::PlatformListener& listener = config.platform_listeners[i];
        network.listen(listener.listen, listener.tls ? &*listener.tls : nullptr,
                       listener.session_init, [this, i](const std::string& host) {
                           return std::shared_ptr<smpp::Peer>(
                               platforms->accept(config.platform_listeners[i], host));
                       });
    }
    if (const auto& listener = config.outbind_listener) {
        network.listen(listener->listen, listener->tls ? &*listener->tls : nullptr, 5s,
                       [this](const std::string& host) {
                           return std::shared_ptr<smpp::Peer>(carriers->accept_outbind(
                               *config.outbind_listener, host, network.now()));
                       });
    }
}

void Daemon::State::watch_carriers(Now now) {
    for (const CarrierHealth::News& news : health.look(carriers->carriers(), now.wall)) {
        pool.carrier_up(news.carrier, news.up);
        // Operators hear of it, and every platform that has a number of the carrier's.
        std::set<pool::PlatformId> hearers = pool.platforms_on(news.carrier);
        hearers.insert(0);
        pool::Changes changes;
        for (const pool::PlatformId platform : hearers) {
            pool::Event event;
            event.id = ids.next(now.wall);
            event.type = news.up ? pool::EventType::carrier_up : pool::EventType::carrier_down;
            event.platform = platform;
            event.at = now.wall;
            event.subject = news.carrier;
            event.reason = news.reason;
            changes.emplace_back(pool::EventAdded{std::move(event)});
        }
        announcer->commit(std::move(changes), [](std::error_code) {});
    }
    for (const smpp::CarrierView& carrier : carriers->carriers()) {
        pool.carrier_drains(carrier.name, carrier.draining);
        // One that was stopped and started between two looks made no news.
        if (carrier.binds_bound > 0) pool.carrier_up(carrier.name, true);
        if (carrier.draining && !pool.leased_on(carrier.name)) carriers->drained(carrier.name);
    }
    health_clock->at(now.mono + 1s);
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
    const std::vector<std::string> waiting = take_up(config, std::move(loaded.config));
    log::level(static_cast<log::Level>(config.log_level));
    pool.workflows(config.workflows);
    carriers->configure(config.carriers, network.now());
    std::vector<std::string> kept = network.reload_certificates();
    for (std::string& problem : control->reload_certificates()) kept.push_back(std::move(problem));
    for (const std::string& problem : kept) log::error("certificate_kept", {{"reason", problem}});
    log::info("config_reloaded", {{"file", config.file}, {"carriers", config.carriers.size()}});
    for (const std::string& key : waiting) log::warning("config_needs_restart", {{"key", key}});
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
    expiry->stop();
    carriers->stop_all(now);
    outbox->stop();
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
    const bool done = links_told && platforms->connections() == 0 && dispatcher->unsettled() == 0 &&
                      outbox->unsettled() == 0;
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
                         *announcer,
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
                         [this] { expiry->rearm(); },
                         &events,
                         &answers,
                         salt,
                         outbox.get(),
                         config.webhooks.allow_http,
                         &config.mappings};
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
