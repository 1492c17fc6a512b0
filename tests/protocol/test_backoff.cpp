// tests/protocol/test_backoff.cpp - the waits between attempts to connect.
#include "protocol/backoff.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace smppd::protocol;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr BackoffOptions one_to_sixty{.from = 1s, .to = 60s, .already_bound = 30s};
constexpr int draws = 2000;

struct Range {
    milliseconds low = milliseconds::max();
    milliseconds high = milliseconds::min();
};
/// The shortest and the longest of many waits after `failures` failures.
Range range_after(unsigned failures, BackoffOptions options, milliseconds floor = 0ms) {
    std::mt19937_64 engine{1};
    Range range;
    for (int i = 0; i < draws; ++i) {
        Backoff backoff{options};
        for (unsigned n = 0; n < failures; ++n) backoff.next(engine);
        const milliseconds wait = backoff.next(engine, floor);
        range.low = std::min(range.low, wait);
        range.high = std::max(range.high, wait);
    }
    return range;
}

}  // namespace

TEST_CASE("backoff: the n-th wait is anywhere between nothing and from * 2^n") {
    milliseconds limit = 1s;
    for (unsigned failures = 0; failures < 10; ++failures) {
        CAPTURE(failures);
        const Range range = range_after(failures, one_to_sixty);
        CHECK(range.low >= 0ms);
        CHECK(range.low < limit / 20);
        CHECK(range.high <= limit);
        CHECK(range.high > limit - limit / 20);
        limit = std::min<milliseconds>(limit * 2, 60s);
    }
}

TEST_CASE("backoff: a floor lifts the wait, and only the wait") {
    const Range range = range_after(0, one_to_sixty, 30s);
    CHECK(range.low == 30s);
    CHECK(range.high == 30s);
    const Range later = range_after(9, one_to_sixty, 30s);
    CHECK(later.low == 30s);
    CHECK(later.high > 57s);
    CHECK(later.high <= 60s);
}

TEST_CASE("backoff: a success starts again") {
    std::mt19937_64 engine{2};
    Backoff backoff{one_to_sixty};
    CHECK(backoff.failures() == 0);
    for (int i = 0; i < 20; ++i) backoff.next(engine);
    CHECK(backoff.failures() == 20);
    backoff.reset();
    CHECK(backoff.failures() == 0);
    CHECK(backoff.next(engine) <= 1s);
}

TEST_CASE("backoff: many failures do not overflow") {
    std::mt19937_64 engine{3};
    Backoff backoff{{.from = 1ms, .to = milliseconds::max()}};
    for (int i = 0; i < 1000; ++i) CHECK(backoff.next(engine) >= 0ms);
    CHECK(backoff.failures() == 1000);
}

TEST_CASE("backoff: odd limits give no negative wait") {
    std::mt19937_64 engine{4};
    Backoff none{{.from = 0ms, .to = 60s}};
    Backoff turned{{.from = 60s, .to = 1s}};
    Backoff negative{{.from = -1s, .to = -1s}};
    for (int i = 0; i < 100; ++i) {
        CHECK(none.next(engine) == 0ms);
        const milliseconds wait = turned.next(engine);
        CHECK(wait >= 0ms);
        CHECK(wait <= 1s);
        CHECK(negative.next(engine) == 0ms);
    }
}
