// tests/pool/test_duplicates.cpp - keys, windows, bounds.
#include "pool/duplicates.hpp"
#include "pool/siphash.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smppd::pool;
using namespace std::chrono_literals;

namespace {

constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

}  // namespace

TEST_CASE("siphash: the vectors of its paper") {
    // Key 00 01 .. 0f; messages of 0, 15 and 8 octets 00 01 ..; paper, Appendix A, and its code.
    const auto hash = [](std::uint8_t length) {
        SipHash sip(0x0706050403020100, 0x0f0e0d0c0b0a0908);
        Octets message;
        for (std::uint8_t i = 0; i < length; ++i) message.push_back(i);
        sip.add(message);
        return sip.finish();
    };
    CHECK(hash(15) == 0xa129ca6149be45e5);
    CHECK(hash(0) == 0x726fdb47dd0e0e31);
    CHECK(hash(8) == 0x93f5f5799a932462);
}

TEST_CASE("duplicate key: every field and the salt count") {
    const Octets octets{0x31, 0x32};
    std::set<std::uint64_t> keys{
        duplicate_key(1, "acme", "447700900001", "447700900101", 0, 0, octets),
        duplicate_key(2, "acme", "447700900001", "447700900101", 0, 0, octets),
        duplicate_key(1, "bcme", "447700900001", "447700900101", 0, 0, octets),
        duplicate_key(1, "acme", "447700900002", "447700900101", 0, 0, octets),
        duplicate_key(1, "acme", "447700900001", "447700900102", 0, 0, octets),
        duplicate_key(1, "acme", "447700900001", "447700900101", 1, 0, octets),
        duplicate_key(1, "acme", "447700900001", "447700900101", 0, 8, octets),
        duplicate_key(1, "acme", "447700900001", "447700900101", 0, 0, {0x31, 0x33}),
        duplicate_key(1, "acme", "447700900001", "447700900101", 0, 0, {}),
        // The same characters, cut between the fields elsewhere.
        duplicate_key(1, "acme4", "47700900001", "447700900101", 0, 0, octets)};
    CHECK(keys.size() == 10);
    CHECK_FALSE(keys.contains(0));
    CHECK(keys.contains(duplicate_key(1, "acme", "447700900001", "447700900101", 0, 0, octets)));
}

TEST_CASE("duplicates: a key means its id until its window ends") {
    Duplicates known;
    known.add(7, 70, t0 + 10s);
    CHECK(known.find(7, t0) == 70);
    CHECK(known.find(7, t0 + 9999ms) == 70);
    CHECK(known.find(7, t0 + 10s) == 0);
    CHECK(known.find(8, t0) == 0);
}

TEST_CASE("duplicates: what was removed may come again") {
    Duplicates known;
    known.add(7, 70, t0 + 10s);
    known.add(8, 80, t0 + 10s);
    known.remove(7);
    known.remove(9);
    CHECK(known.find(7, t0) == 0);
    CHECK(known.find(8, t0) == 80);
    known.add(7, 71, t0 + 20s);
    CHECK(known.find(7, t0) == 71);
    CHECK(known.size() == 2);
}

TEST_CASE("duplicates: sweep drops what is past, at most so many") {
    Duplicates known;
    for (std::uint64_t key = 1; key <= 10; ++key) known.add(key, key, t0 + key * 1s);
    known.sweep(t0 + 5s, 2);
    CHECK(known.size() == 8);
    known.sweep(t0 + 5s);
    CHECK(known.size() == 5);
    CHECK(known.find(6, t0) == 6);
}

TEST_CASE("duplicates: a renewed key lives by its new window") {
    Duplicates known;
    known.add(1, 10, t0 + 1s);
    known.add(1, 11, t0 + 9s);
    known.sweep(t0 + 2s);
    CHECK(known.find(1, t0 + 2s) == 11);
    known.sweep(t0 + 9s);
    CHECK(known.size() == 0);
}

TEST_CASE("duplicates: the oldest are forgotten above the limit") {
    Duplicates known({.entries_max = 3});
    for (std::uint64_t key = 1; key <= 4; ++key) known.add(key, key, t0 + 1h);
    CHECK(known.size() == 3);
    CHECK(known.find(1, t0) == 0);
    CHECK(known.find(2, t0) == 2);
    CHECK(known.find(4, t0) == 4);
    Duplicates none({.entries_max = 0});
    none.add(1, 1, t0 + 1h);
    CHECK(none.size() == 0);
}

TEST_CASE("duplicates: keys that come and go leave those that stay") {
    Duplicates known;
    known.add(1, 1, t0 + 1h);
    for (std::uint64_t i = 0; i < 20'000; i += 2) {
        known.add(1000 + i, i + 1, t0 + 1s);
        known.add(1001 + i, i + 2, t0 + 1s);
        known.remove(1000 + i);  // not the last one: its place stays behind for a while
        known.remove(1001 + i);
    }
    CHECK(known.size() == 1);
    CHECK(known.find(1, t0) == 1);
    known.sweep(t0 + 2h, 100'000);
    CHECK(known.size() == 0);
}
