// tests/daemon/store/test_seal.cpp - sealed values open where they belong, and nowhere else.
#include "daemon/store/packed.hpp"
#include "tests/daemon/store/sample.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <thread>

namespace smppd::store {

namespace {

const pool::Octets plain{'s', 'e', 'c', 'r', 'e', 't'};

void write_file(const std::string& path, std::string_view content, mode_t mode) {
    std::ofstream(path, std::ios::binary) << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("seal: what is sealed opens again, with a nonce of its own each time") {
    const Seal seal = test_seal();
    const auto first = seal.seal(plain, "message:1"), second = seal.seal(plain, "message:1");
    CHECK(first != second);
    CHECK(first.size() == 1 + 4 + 24 + plain.size() + 16);
    CHECK(seal.open(first, "message:1") == plain);
    CHECK(seal.open(second, "message:1") == plain);
    CHECK(seal.open(seal.seal({}, "empty"), "empty") == pool::Octets{});
}

TEST_CASE("seal: no nonce comes twice, whoever seals and on whichever thread") {
    const Seal seal = test_seal();
    const Seal copy = seal;
    std::array<std::vector<pool::Octets>, 2> sealed;  // more than are drawn at a time
    const auto fill = [&](std::vector<pool::Octets>& to) {
        for (int i = 0; i < 500; ++i) {
            to.push_back(seal.seal(plain, "x"));
            to.push_back(copy.seal(plain, "x"));
        }
    };
    std::thread other([&] { fill(sealed[1]); });
    fill(sealed[0]);
    other.join();
    std::set<pool::Octets> nonces;
    for (const auto& values : sealed)
        for (const auto& value : values) nonces.emplace(value.begin() + 5, value.begin() + 29);
    CHECK(nonces.size() == 2000);
}

TEST_CASE("seal: the value begins with its version and the key's id") {
    std::array<std::uint8_t, 32> key{};
    const auto sealed = Seal(0x01020304, key).seal(plain, "x");
    CHECK(pool::Octets(sealed.begin(), sealed.begin() + 5) == pool::Octets{1, 1, 2, 3, 4});
}

TEST_CASE("seal: another place, another key or any changed bit does not open") {
    const Seal seal = test_seal();
    const auto sealed = seal.seal(plain, "message:1");
    CHECK_FALSE(seal.open(sealed, "message:2"));
    CHECK_FALSE(seal.open(sealed, std::string(65, 'x')));
    CHECK_FALSE(test_seal(8).open(sealed, "message:1"));
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        auto changed = sealed;
        changed[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
        CHECK_FALSE(seal.open(changed, "message:1"));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK_FALSE(seal.open(std::span(sealed).first(size), "message:1"));
}

TEST_CASE("seal: a pair comes back as it was, with either half empty") {
    const Seal seal = test_seal();
    for (const std::string first : {"", "text"})
        for (const pool::Octets& second : {pool::Octets{}, plain}) {
            const auto pair = open_pair(seal, seal_pair(seal, first, second, "m:1"), "m:1");
            REQUIRE(pair);
            CHECK(as_text(pair->first) == first);
            CHECK(pair->second == second);
        }
    CHECK_FALSE(open_pair(seal, seal.seal(pool::Octets{0, 0, 0, 2, 'x'}, "m:1"), "m:1"));
    CHECK_FALSE(open_pair(seal, seal.seal(pool::Octets{0, 0, 0}, "m:1"), "m:1"));
}

TEST_CASE("packed: lists keep line ends, backslashes and empty words") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{}, {""}, {"a", "b"}, {"a\nb", "\\n", "", "\\"}})
        CHECK(split(join(words)) == words);
}

TEST_CASE("packed: a context names table and record") {
    CHECK(std::string_view(Context("message", 123)) == "message:123");
    CHECK(std::string_view(Context("part", UINT64_MAX)) == "part:18446744073709551615");
}

TEST_CASE("load_key: a missing file is made, private, and read again the same") {
    const TemporaryDirectory directory;
    const std::string path = directory / "key";
    CHECK_THROWS_AS(load_key(path, false), std::runtime_error);
    const auto key = load_key(path, true);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(status.st_size == 32);
    CHECK(load_key(path, true) == key);
    CHECK(key != std::array<std::uint8_t, 32>{});
}

TEST_CASE("load_key: octets, hexadecimal and base64 give the same key") {
    const TemporaryDirectory directory;
    const std::string path = directory / "key";
    std::array<std::uint8_t, 32> key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    write_file(path, std::string_view(reinterpret_cast<const char*>(key.data()), 32), 0600);
    CHECK(load_key(path, false) == key);
    write_file(path, "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n", 0600);
    CHECK(load_key(path, false) == key);
    write_file(path, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 0440);
    CHECK(load_key(path, false) == key);
}

TEST_CASE("load_key: a wrong size and a file open to others are refused") {
    const TemporaryDirectory directory;
    const std::string path = directory / "key";
    for (const std::size_t size : {0, 31, 33, 63, 65, 300}) {
        write_file(path, std::string(size, 'a'), 0600);
        CHECK_THROWS_AS(load_key(path, true), std::runtime_error);
    }
    write_file(path, std::string(64, 'a'), 0600);
    CHECK_NOTHROW(load_key(path, false));
    for (const mode_t mode : {0644, 0604, 0602, 0620}) {
        write_file(path, std::string(64, 'a'), mode);
        CHECK_THROWS_AS(load_key(path, false), std::runtime_error);
    }
}

}  // namespace smppd::store
