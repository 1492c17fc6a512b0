// tests/pool/test_duplicates.cpp - keys, windows, bounds.
#include "pool/duplicates.hpp"
#include "pool/key_map.hpp"
#include "pool/siphash.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
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

TEST_CASE("key map: it holds what a std::map holds, however the keys crowd") {
    // Few low bits, so that homes are shared and searches run over the table's end.
    for (const std::uint64_t spread : {7, 61, 5'000}) {
        CAPTURE(spread);
        std::mt19937 random(5);
        KeyMap<std::uint64_t> map;
        std::map<std::uint64_t, std::uint64_t> model;
        CHECK(map.find(1) == nullptr);
        CHECK_FALSE(map.erase(1));
        for (std::uint64_t i = 0; i < 20'000; ++i) {
            const std::uint64_t key = 1 + random() % spread + (std::uint64_t{random() % 8} << 32);
            if (random() % 2 == 0) {
                map.put(key, i);
                model[key] = i;
            } else {
                CHECK(map.erase(key) == (model.erase(key) == 1));
            }
            CHECK(map.size() == model.size());
        }
        for (std::uint64_t low = 1; low <= spread; ++low) {
            for (std::uint64_t high = 0; high < 8; ++high) {
                const std::uint64_t key = low + (high << 32);
                const auto known = model.find(key);
                const std::uint64_t* const found = map.find(key);
                REQUIRE((found != nullptr) == (known != model.end()));
                if (found != nullptr) CHECK(*found == known->second);
            }
        }
    }
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

TEST_CASE("duplicates: it counts how often a key came again since it was added") {
    Duplicates known({.entries_max = 2});
    CHECK(known.again(1) == 0);
    known.add(1, 10, t0 + 1s);
    CHECK(known.again(1) == 1);
    CHECK(known.again(1) == 2);
    known.add(1, 11, t0 + 2s);
    CHECK(known.again(1) == 1);
    known.remove(1);
    CHECK(known.again(1) == 0);
    known.add(1, 12, t0 + 3s);
    CHECK(known.again(1) == 1);
    known.sweep(t0 + 3s);
    known.add(1, 13, t0 + 4s);
    CHECK(known.again(1) == 1);
    for (const std::uint64_t key : {2, 3, 1}) known.add(key, key, t0 + 5s);
    CHECK(known.again(1) == 1);
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
