// tests/pool/test_brands.cpp - which brands wrote to which numbers, in bounded memory.
#include "pool/brands.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;
using namespace std::chrono_literals;

TEST_CASE("brands: the last use of each pair, and none of others") {
    constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
    Brands brands;
    brands.put({1, 7, t0});
    brands.put({1, 7, t0 + 1h});
    CHECK(brands.last(1, 7) == t0 + 1h);
    CHECK(brands.last(1, 8) == WallTime{});
    CHECK(brands.last(2, 7) == WallTime{});
    brands.erase({1, 7, t0});
    CHECK(brands.last(1, 7) == WallTime{});
}

TEST_CASE("brands: no more pairs than there is room for, the newest among them") {
    Brands brands(3);
    for (E164 number = 1; number <= 10; ++number) {
        brands.put({number, 7, WallTime{1ms}});
        CHECK(brands.last(number, 7) == WallTime{1ms});
        CHECK(brands.size() <= 3);
    }
    brands.put({10, 7, WallTime{2ms}});
    CHECK(brands.size() == 3);
}
