// tests/daemon/test_health.cpp - when a carrier counts as down, and when that is told.
#include "daemon/health.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace std::chrono_literals;

namespace {

constexpr protocol::WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

smpp::CarrierView carrier(std::uint32_t bound, bool stopped = false) {
    smpp::CarrierView view;
    view.name = "acme";
    view.binds = 2;
    view.binds_bound = bound;
    view.stopped = stopped;
    return view;
}

}  // namespace

TEST_CASE("health: a carrier that connects in time is never down") {
    CarrierHealth health(10s);
    CHECK(health.look({carrier(0)}, t0).empty());
    CHECK(health.look({carrier(0)}, t0 + 9999ms).empty());
    const auto news = health.look({carrier(1)}, t0 + 9999ms);
    REQUIRE(news.size() == 1);
    CHECK(news[0].up);
}

TEST_CASE("health: one that does not is down when patience ends, once") {
    CarrierHealth health(10s);
    CHECK(health.look({carrier(0)}, t0).empty());
    const auto news = health.look({carrier(0)}, t0 + 10s);
    REQUIRE(news.size() == 1);
    CHECK_FALSE(news[0].up);
    CHECK(news[0].reason == "no bind is up");
    CHECK(health.look({carrier(0)}, t0 + 11s).empty());
}

TEST_CASE("health: a carrier that was up is down at once when all binds are gone") {
    CarrierHealth health(10s);
    health.look({carrier(2)}, t0);
    CHECK(health.look({carrier(1)}, t0 + 1s).empty());
    CHECK(health.look({carrier(0)}, t0 + 2s).size() == 1);
    CHECK(health.look({carrier(1)}, t0 + 3s).size() == 1);
}

TEST_CASE("health: one that an admin stopped is down at once, and says so") {
    CarrierHealth health(10s);
    const auto news = health.look({carrier(0, true)}, t0);
    REQUIRE(news.size() == 1);
    CHECK(news[0].reason == "stopped");
    CHECK(health.look({}, t0 + 1s).empty());
}

TEST_CASE("health: one that was up and is configured no more is down, and up when it is back") {
    CarrierHealth health(10s);
    health.look({carrier(1)}, t0);
    const auto news = health.look({}, t0 + 1s);
    REQUIRE(news.size() == 1);
    CHECK_FALSE(news[0].up);
    CHECK(news[0].reason == "removed");
    CHECK(health.look({}, t0 + 2s).empty());
    CHECK(health.look({carrier(1)}, t0 + 3s).size() == 1);
}
