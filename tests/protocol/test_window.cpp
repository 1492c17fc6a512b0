// tests/protocol/test_window.cpp - tests of protocol/window.
#include "protocol/window.hpp"

#include <doctest/doctest.h>

namespace smppd::protocol {
namespace {

using namespace std::chrono_literals;

const Instant t0{};

InFlight sent(std::uint32_t sequence_number, std::chrono::seconds after, std::uint64_t token = 0) {
    return {sequence_number, CommandId::submit_sm, token, t0 + after};
}

}  // namespace

TEST_CASE("window: it is full with as many requests as it has places") {
    Window window(2);
    CHECK_FALSE(window.full());
    window.add(sent(1, 0s));
    CHECK_FALSE(window.full());
    window.add(sent(2, 0s));
    CHECK(window.full());
    CHECK(window.in_flight() == 2);
    CHECK(window.take(1));
    CHECK_FALSE(window.full());
    CHECK(Window(0).full());
}

TEST_CASE("window: a request is taken once, by its sequence_number") {
    Window window(8);
    window.add(sent(0xffffffff, 3s, 42));
    CHECK_FALSE(window.take(1));
    CHECK(window.contains(0xffffffff));
    const auto request = window.take(0xffffffff);
    REQUIRE(request);
    CHECK(request->sequence_number == 0xffffffff);
    CHECK(request->command == CommandId::submit_sm);
    CHECK(request->token == 42);
    CHECK(request->sent_at == t0 + 3s);
    CHECK_FALSE(window.take(0xffffffff));
    CHECK_FALSE(window.contains(0xffffffff));
}

TEST_CASE("window: the oldest comes first, those answered before it are passed over") {
    Window window(8);
    CHECK(window.oldest() == Instant::max());
    for (std::uint32_t n = 1; n <= 4; ++n) window.add(sent(n, std::chrono::seconds{n}));
    CHECK(window.oldest() == t0 + 1s);
    window.take(2);
    CHECK(window.oldest() == t0 + 1s);
    window.take(1);
    CHECK(window.oldest() == t0 + 3s);
    window.take(4);
    window.take(3);
    CHECK(window.oldest() == Instant::max());
}

TEST_CASE("window: what was sent at the limit is taken as older, a moment later not") {
    Window window(8);
    window.add(sent(1, 1s));
    window.add(sent(2, 2s));
    CHECK_FALSE(window.take_older(t0 + 1s - 1ns));
    CHECK(window.take_older(t0 + 1s)->sequence_number == 1);
    CHECK_FALSE(window.take_older(t0 + 1s));
    CHECK(window.take_older(t0 + 1h)->sequence_number == 2);
    CHECK_FALSE(window.take_older(t0 + 1h));
}

TEST_CASE("window: a sequence_number used again has the place of its new request") {
    Window window(8);
    window.add(sent(1, 1s));
    window.add(sent(2, 2s));
    window.take(2);
    window.add(sent(3, 3s));
    window.add(sent(2, 4s, 7));
    window.take(1);
    CHECK(window.oldest() == t0 + 3s);
    CHECK(window.take_older(t0 + 1h)->sequence_number == 3);
    CHECK(window.take_older(t0 + 1h)->token == 7);
}

TEST_CASE("window: an unanswered request does not hold up a hundred thousand answered ones") {
    Window window(2);
    window.add(sent(0, 0s));
    for (std::uint32_t n = 1; n <= 100'000; ++n) {
        window.add(sent(n, std::chrono::seconds{n}));
        REQUIRE(window.full());
        REQUIRE(window.take(n));
    }
    CHECK(window.oldest() == t0);
    CHECK(window.take(0));
    CHECK(window.oldest() == Instant::max());
}

TEST_CASE("window: a copy stands for itself") {
    Window window(4);
    window.add(sent(1, 1s));
    Window copy = window;
    CHECK(copy.take(1));
    CHECK(window.contains(1));
    CHECK(window.oldest() == t0 + 1s);
    CHECK(copy.oldest() == Instant::max());
}

}  // namespace smppd::protocol
