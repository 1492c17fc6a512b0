// tests/pool/fixture.hpp - a small pool for the tests of its leases and lists.
#pragma once

#include "pool/pool.hpp"

#include <doctest/doctest.h>

namespace smppd::test {

using namespace smppd::pool;
using namespace std::chrono_literals;

inline constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
inline constexpr E164 n1 = 447700900101, n2 = 447700900102, n3 = 447700900103;

/// A pool with platforms 1 "shop" and 2 "bank", whose session ids count from 1.
struct Fixture {
    explicit Fixture(PoolOptions options = {})
        : pool(
              options,
              [this](std::span<std::uint8_t> to) {
                  for (std::uint8_t& octet : to) octet = ++chance;
              },
              [this](WallTime) { return ++event_id; }) {
        REQUIRE(pool.create_platform({.name = "shop"}, t0).has_value());
        REQUIRE(pool.create_platform({.name = "bank"}, t0).has_value());
    }
    void import(Number number, WallTime now = t0) {
        REQUIRE(pool.import_number(std::move(number), now).has_value());
    }
    Result<Pool::Allocated> lease(const AllocateRequest& request, WallTime now) {
        return pool.allocate(request, ++id, now);
    }
    /// The number that platform 1 gets, or 0.
    E164 any(WallTime now) {
        const auto got = lease({.platform = 1}, now);
        return got ? got->session.number : 0;
    }
    NumberState state(E164 number) { return pool.number(number)->state; }

    std::uint8_t chance = 0;
    Id id = 0;
    Id event_id = Id{1} << 40;
    smppd::pool::Pool pool;
};

}  // namespace smppd::test
