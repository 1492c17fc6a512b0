// tests/daemon/test_reload.cpp - what a running daemon takes up of a configuration that was read
// again, and what it says needs a restart.
#include "daemon/reload.hpp"

#include <doctest/doctest.h>

namespace smppd {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

conf::Config running() {
    conf::Config config;
    config.platform_listeners.resize(2);
    config.platform_listeners[0].listen = {"127.0.0.1", 2775};
    config.platform_listeners[1].listen = {"127.0.0.1", 2776};
    config.outbind_listener.emplace();
    config.outbind_listener->listen = {"127.0.0.1", 2777};
    return config;
}

}  // namespace

TEST_CASE("reload: the same file asks for nothing") {
    conf::Config config = running();
    CHECK(take_up(config, running()).empty());
}

TEST_CASE("reload: allow lists, limits of listeners, log level and workflows are taken up") {
    conf::Config config = running();
    conf::Config fresh = running();
    fresh.platform_listeners[1].allow = {"192.0.2.0/24"};
    fresh.platform_listeners[1].unbound_per_address_max = 3;
    fresh.outbind_listener->allow = {"198.51.100.1"};
    fresh.outbind_listener->connections_max = 5;
    fresh.log_level = conf::LogLevel::debug;
    fresh.stop_within = 7s;
    fresh.carriers.emplace_back().name = "acme";
    fresh.profiles["vendor"].trim_nul = true;
    fresh.workflows["signup"].attempts = 3;
    fresh.mappings["partner"] = {};
    CHECK(take_up(config, fresh).empty());
    CHECK(config.platform_listeners[0].allow.empty());
    CHECK(config.platform_listeners[1].allow == Keys{"192.0.2.0/24"});
    CHECK(config.platform_listeners[1].unbound_per_address_max == 3);
    CHECK(config.outbind_listener->allow == Keys{"198.51.100.1"});
    CHECK(config.outbind_listener->connections_max == 5);
    CHECK(config.log_level == conf::LogLevel::debug);
    CHECK(config.stop_within == 7s);
    CHECK(config.carriers.size() == 1);
    CHECK(config.profiles.contains("vendor"));
    CHECK(config.workflows.at("signup").attempts == 3);
    CHECK(config.mappings.contains("partner"));
}

TEST_CASE("reload: what needs a restart is named key by key, each time, and stays as it was") {
    conf::Config config = running();
    conf::Config fresh = running();
    fresh.store_path = "/elsewhere";
    fresh.platform_listeners[0].listen.port = 3775;
    fresh.platform_listeners[1].tls.emplace();
    fresh.platform_listeners[1].window = 99;
    fresh.limits.duplicates = 5'000;
    fresh.retention.messages = 60s;
    fresh.pool.cool_down = 5s;
    const Keys keys{"store.sqlite",   "platform_listeners[0].listen", "platform_listeners[1].tls",
                    "pool.cool_down", "retention.messages",           "limits.duplicates"};
    CHECK(take_up(config, fresh) == keys);
    CHECK(config.store_path == conf::Config{}.store_path);
    CHECK(config.platform_listeners[0].listen.port == 2775);
    CHECK_FALSE(config.platform_listeners[1].tls);
    CHECK(config.platform_listeners[1].window == 99);
    CHECK(config.limits.duplicates == conf::Limits{}.duplicates);
    CHECK(take_up(config, fresh) == keys);
}

TEST_CASE("reload: a listener more or less needs a restart, the others' allow lists do not") {
    conf::Config config = running();
    conf::Config fresh = running();
    fresh.platform_listeners.erase(fresh.platform_listeners.begin());
    fresh.platform_listeners[0].allow = {"192.0.2.0/24"};
    fresh.outbind_listener.reset();
    CHECK(take_up(config, fresh) == Keys{"platform_listeners", "outbind_listener"});
    REQUIRE(config.platform_listeners.size() == 2);
    CHECK(config.platform_listeners[0].allow.empty());
    CHECK(config.platform_listeners[1].allow == Keys{"192.0.2.0/24"});
    CHECK(config.outbind_listener);
}

TEST_CASE("reload: a certificate under another name needs a restart") {
    conf::Config config = running();
    config.platform_listeners[0].tls = conf::TlsServer{"a.pem", "a.key", {}};
    conf::Config fresh = config;
    fresh.platform_listeners[0].tls->certificate = "b.pem";
    CHECK(take_up(config, fresh) == Keys{"platform_listeners[0].tls.certificate"});
    CHECK(config.platform_listeners[0].tls->certificate == "a.pem");
}

}  // namespace smppd
