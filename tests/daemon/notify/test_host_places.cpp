// tests/daemon/notify/test_host_places.cpp - who gets the places of a host.
#include "daemon/notify/host_places.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using notify::HostPlaces;

namespace {

/// As many as it may have, up to `wanted`.
std::size_t fill(HostPlaces& places, pool::Id webhook, std::size_t wanted, bool proven,
                 std::size_t own = 0) {
    std::size_t got = 0;
    while (got < wanted && places.take("a:1", webhook, own + got, proven)) ++got;
    return got;
}

}  // namespace

TEST_CASE("host places: one that is good leaves one, others have one each and half between them") {
    HostPlaces places(10);
    CHECK(fill(places, 1, 20, false) == 5);
    CHECK(fill(places, 2, 20, false) == 1);
    CHECK(fill(places, 3, 20, true) == 4);
    CHECK(places.next("a:1") == 0);
    places.give_back("a:1", false);
    CHECK(places.next("a:1") == 3);  // the good one before those that have one
    CHECK(fill(places, 3, 1, true, 4) == 1);
    HostPlaces alone(10);
    CHECK(fill(alone, 1, 20, true) == 9);
    CHECK(fill(alone, 2, 20, false) == 1);
}

TEST_CASE("host places: a line is served in its order, and a place can be passed on") {
    HostPlaces places(1);
    CHECK(fill(places, 1, 1, false) == 1);
    CHECK(fill(places, 2, 1, false) == 0);
    CHECK(fill(places, 3, 1, false) == 0);
    CHECK(fill(places, 2, 1, false) == 0);  // stands there once
    CHECK(places.next("a:1") == 0);
    places.give_back("a:1", false);
    CHECK(places.next("a:1") == 2);
    CHECK(places.next("a:1") == 3);  // 2 had no use for it
    CHECK(places.next("a:1") == 0);
    CHECK(places.next("b:1") == 0);
}

TEST_CASE("host places: with one place each has it in turn") {
    HostPlaces places(1);
    CHECK(fill(places, 1, 5, true) == 1);
    CHECK(fill(places, 2, 5, false) == 0);
    places.give_back("a:1", true);
    CHECK(places.next("a:1") == 2);
    CHECK(fill(places, 2, 5, false) == 1);
}

TEST_CASE("host places: hosts are told apart by name and port, not by case") {
    CHECK(notify::host_of("https://Hooks.Example/in?a=1") == "hooks.example:443");
    CHECK(notify::host_of("https://hooks.example.:0443") == "hooks.example:443");
    CHECK(notify::host_of("http://hooks.example?x") == "hooks.example:80");
    CHECK(notify::host_of("https://[2001:db8::1]/") == "[2001:db8::1]:443");
    CHECK(notify::host_of("https://hooks.example:8443/in") == "hooks.example:8443");
    CHECK(notify::host_of("http://[::1]:80?x") == "[::1]:80");
}
