// tests/protocol/test_silence.cpp - when a carrier has been silent for too long.
#include "protocol/silence.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using namespace std::chrono_literals;

namespace {

constexpr Instant t0{1h};
constexpr Profile::Silence ten_times{.factor = 10, .at_least = 1s};

/// A watch that was bound at t0 and has had `count` messages, one each `gap` from t0 on.
SilenceWatch busy(Profile::Silence options, int count, std::chrono::nanoseconds gap) {
    SilenceWatch watch{options};
    watch.bound(t0);
    for (int i = 0; i < count; ++i) watch.message(t0 + i * gap);
    return watch;
}

}  // namespace

TEST_CASE("silence: no opinion before the second message") {
    SilenceWatch watch{ten_times};
    CHECK(watch.deadline() == Instant::max());
    watch.bound(t0);
    CHECK(watch.deadline() == Instant::max());
    watch.message(t0 + 1s);
    CHECK(watch.deadline() == Instant::max());
    CHECK_FALSE(watch.silent(t0 + 1000h));
    watch.message(t0 + 2s);
    CHECK(watch.deadline() == t0 + 12s);
}

TEST_CASE("silence: speaks at the deadline, once") {
    SilenceWatch watch = busy(ten_times, 5, 1s);
    CHECK(watch.deadline() == t0 + 4s + 10s);
    CHECK_FALSE(watch.silent(t0 + 14s - 1ns));
    CHECK(watch.silent(t0 + 14s));
    CHECK_FALSE(watch.silent(t0 + 14s));
    CHECK_FALSE(watch.silent(t0 + 1000h));
    CHECK(watch.deadline() == Instant::max());
}

TEST_CASE("silence: a message begins anew") {
    SilenceWatch watch = busy(ten_times, 5, 1s);
    CHECK(watch.silent(t0 + 14s));
    watch.message(t0 + 15s);
    CHECK(watch.deadline() != Instant::max());
    CHECK_FALSE(watch.silent(t0 + 16s));
    CHECK(watch.silent(watch.deadline()));
}

TEST_CASE("silence: never sooner than at_least") {
    SilenceWatch watch = busy({.factor = 10, .at_least = 30min}, 5, 1s);
    CHECK(watch.deadline() == t0 + 4s + 30min);
    CHECK_FALSE(watch.silent(t0 + 4s + 30min - 1ns));
    CHECK(watch.silent(t0 + 4s + 30min));
}

TEST_CASE("silence: factor 0 is never") {
    SilenceWatch watch = busy({.factor = 0, .at_least = 1s}, 5, 1s);
    CHECK(watch.deadline() == Instant::max());
    CHECK_FALSE(watch.silent(t0 + 1000h));
}

TEST_CASE("silence: no opinion while unbound, and the learnt gap is kept") {
    SilenceWatch watch = busy(ten_times, 5, 1s);
    watch.unbound();
    CHECK(watch.deadline() == Instant::max());
    CHECK_FALSE(watch.silent(t0 + 1000h));
    watch.message(t0 + 999h);  // of the link that is gone
    watch.bound(t0 + 1000h);
    CHECK(watch.deadline() == t0 + 1000h + 10s);
    CHECK(watch.silent(t0 + 1000h + 10s));
}

TEST_CASE("silence: the time without a bind and up to its first message is no gap") {
    SilenceWatch watch = busy(ten_times, 5, 1s);
    watch.unbound();
    watch.bound(t0 + 1h);
    watch.message(t0 + 1h + 9s);
    CHECK(watch.deadline() == t0 + 1h + 9s + 10s);
}

TEST_CASE("silence: another link's bind does not hide it") {
    SilenceWatch watch = busy(ten_times, 5, 1s);
    watch.bound(t0 + 13s);
    CHECK(watch.silent(t0 + 14s));
    watch.bound(t0 + 15s);
    CHECK_FALSE(watch.silent(t0 + 1h));
}

TEST_CASE("silence: the usual gap follows the traffic, an eighth each time") {
    SilenceWatch watch = busy(ten_times, 2, 1s);
    watch.message(t0 + 1s + 9s);  // 1 s + (9 s - 1 s) / 8
    CHECK(watch.deadline() == t0 + 10s + 20s);
}

TEST_CASE("silence: a night counts as the longest usual gap only") {
    SilenceWatch watch = busy(ten_times, 2, 1s);
    watch.message(t0 + 1s + 8h);  // as 10 s: 1 s + 9 s / 8
    CHECK(watch.deadline() == t0 + 1s + 8h + 21250ms);
}

TEST_CASE("silence: extremes do not overflow") {
    SilenceWatch endless = busy({.factor = 4'000'000'000U, .at_least = 1s}, 2, 24h);
    CHECK(endless.deadline() == Instant::max());
    CHECK_FALSE(endless.silent(t0 + 10000h));
    SilenceWatch at_once = busy({.factor = 10, .at_least = 0s}, 3, 0s);
    CHECK(at_once.deadline() == Instant::max());
}
