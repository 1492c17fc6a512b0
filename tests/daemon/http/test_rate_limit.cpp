// tests/daemon/http/test_rate_limit.cpp - token buckets.
#include "daemon/http/rate_limit.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::http;
using namespace std::chrono_literals;

namespace {

constexpr pool::WallTime start{std::chrono::milliseconds{1'795'521'600'000}};
constexpr Rate three_a_second{.burst = 3, .each = 1s};

}  // namespace

TEST_CASE("rate limit: a burst passes, the next one waits for a token") {
    TokenBuckets buckets{10};
    for (unsigned left : {2U, 1U, 0U}) {
        const Allowance one = buckets.take(1, three_a_second, start);
        CHECK(one.allowed);
        CHECK(one.limit == 3);
        CHECK(one.remaining == left);
        CHECK(one.reset_s == 3 - left);
    }
    const Allowance refused = buckets.take(1, three_a_second, start);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.remaining == 0);
    CHECK(refused.retry_s == 1);
    CHECK(refused.reset_s == 3);
    CHECK_FALSE(buckets.take(1, three_a_second, start + 999ms).allowed);
    CHECK(buckets.take(1, three_a_second, start + 1000ms).allowed);
    CHECK_FALSE(buckets.take(1, three_a_second, start + 1000ms).allowed);
}

TEST_CASE("rate limit: what is refused takes no token") {
    TokenBuckets buckets{10};
    for (int i = 0; i < 3; ++i) buckets.take(1, three_a_second, start);
    for (int i = 0; i < 100; ++i) buckets.take(1, three_a_second, start + 500ms);
    CHECK(buckets.take(1, three_a_second, start + 1s).allowed);
}

TEST_CASE("rate limit: a bucket is never more than full") {
    TokenBuckets buckets{10};
    buckets.take(1, three_a_second, start);
    CHECK(buckets.take(1, three_a_second, start + 24h).remaining == 2);
}

TEST_CASE("rate limit: buckets do not know each other") {
    TokenBuckets buckets{10};
    for (int i = 0; i < 4; ++i) buckets.take(1, three_a_second, start);
    CHECK_FALSE(buckets.look(1, three_a_second, start).allowed);
    CHECK(buckets.take(2, three_a_second, start).allowed);
}

TEST_CASE("rate limit: looking takes nothing and remembers nobody") {
    TokenBuckets buckets{10};
    for (int i = 0; i < 10; ++i) CHECK(buckets.look(1, three_a_second, start).remaining == 3);
    CHECK(buckets.size() == 0);
}

TEST_CASE("rate limit: a clock that steps back makes nobody wait longer than an empty bucket") {
    TokenBuckets buckets{10};
    for (int i = 0; i < 4; ++i) buckets.take(1, three_a_second, start);
    const Allowance back = buckets.take(1, three_a_second, start - 1h);
    CHECK_FALSE(back.allowed);
    CHECK(back.retry_s == 1);
    CHECK(buckets.take(1, three_a_second, start - 1h + 1s).allowed);
}

TEST_CASE("rate limit: a full table forgets who asked least recently") {
    TokenBuckets buckets{2};
    for (int i = 0; i < 3; ++i) buckets.take(1, three_a_second, start);
    buckets.take(2, three_a_second, start);
    buckets.take(1, three_a_second, start);
    buckets.take(3, three_a_second, start);
    CHECK(buckets.size() == 2);
    CHECK_FALSE(buckets.look(1, three_a_second, start).allowed);
    CHECK(buckets.look(2, three_a_second, start).remaining == 3);
}

TEST_CASE("rate limit: a rate of so many a second has a burst of twice that") {
    CHECK(Rate::of(100).burst == 200);
    CHECK(Rate::of(100).each == 10ms);
    CHECK(Rate::of(0).burst == 2);
    CHECK(Rate::of(5'000'000).each == 1us);
    TokenBuckets buckets{2};
    for (int i = 0; i < 200; ++i) CHECK(buckets.take(1, Rate::of(100), start).allowed);
    CHECK_FALSE(buckets.take(1, Rate::of(100), start).allowed);
    CHECK(buckets.take(1, Rate::of(100), start + 10ms).allowed);
}

TEST_CASE("rate limit: of two buckets the tighter one is told, and neither is spent alone") {
    TokenBuckets keys{10}, platforms{10};
    const Rate two{.burst = 2, .each = 5s};
    CHECK(take_both(keys, 1, three_a_second, platforms, 9, two, start).remaining == 1);
    CHECK(take_both(keys, 2, three_a_second, platforms, 9, two, start).limit == 2);
    const Allowance refused = take_both(keys, 1, three_a_second, platforms, 9, two, start);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.limit == 2);
    CHECK(refused.retry_s == 5);
    CHECK(keys.look(1, three_a_second, start).remaining == 2);
    // The key's own bucket is the one that is empty.
    for (int i = 0; i < 3; ++i) keys.take(4, three_a_second, start);
    const Allowance own = take_both(keys, 4, three_a_second, platforms, 8, two, start);
    CHECK_FALSE(own.allowed);
    CHECK(own.limit == 3);
    CHECK(platforms.look(8, two, start).remaining == 2);
}
