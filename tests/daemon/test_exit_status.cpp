// tests/daemon/test_exit_status.cpp - what is started again after an error, and what is not.
#include "daemon/exit_status.hpp"
#include "daemon/open_store.hpp"

#include <doctest/doctest.h>

#include <system_error>

using namespace smppd;

TEST_CASE("exit status: only the configuration's errors are 78") {
    CHECK(exit_status(ConfigError("store.key: no such file")) == 78);
    CHECK(exit_status(StoreError("another smppd has the store open")) == 74);
    CHECK(exit_status(std::system_error(store::Errc::broken)) == 74);
    CHECK(exit_status(std::system_error(store::Errc::full)) == 74);
    CHECK(exit_status(std::system_error(EADDRINUSE, std::generic_category())) == 69);
    CHECK(exit_status(std::runtime_error("cannot listen on 0.0.0.0:2775")) == 69);
    CHECK(exit_status(std::bad_alloc()) == 69);
}

TEST_CASE("open store: a missing key is the configuration's error, a bad path the store's") {
    conf::Config config;
    config.store_path = "/nonexistent/folder/smppd.db";
    CHECK_THROWS_AS(open_store(config), ConfigError);
    config.store_key.from = conf::Secret::From::file;
    config.store_key.name = "/nonexistent/folder/store.key";
    CHECK_THROWS_AS(open_store(config), ConfigError);
    config.store_key.from = conf::Secret::From::environment;
    config.store_key.value = "too short";
    CHECK_THROWS_AS(open_store(config), ConfigError);
    config.store_key.value = std::string(64, 'a');
    CHECK_THROWS_AS(open_store(config), StoreError);
}

TEST_CASE("open store: the keys of parts stay as long as the longest window of duplicates") {
    using namespace std::chrono_literals;
    conf::Config config;
    config.retention.messages = 48h;
    CHECK(longest_window(config) == 600s);
    CHECK(retention_of(config).parts == 1h);
    CHECK(retention_of(config).messages == 48h);
    config.carriers.emplace_back().profile.duplicates = 60min;
    CHECK(retention_of(config).parts == 1h);
    config.carriers.emplace_back().profile.duplicates = 60min + 1ms;
    CHECK(longest_window(config) == 3'601s);
    CHECK(retention_of(config).parts == 3'601s);
    config.carriers.emplace_back().profile.duplicates = 24h;
    CHECK(retention_of(config).parts == 24h);
}
