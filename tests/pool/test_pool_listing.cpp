// tests/pool/test_pool_listing.cpp - what a pool lists, and how it comes back from the store.
#include "tests/pool/fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace smppd::test;

namespace {

std::vector<E164> digits(const std::vector<Number>& numbers) {
    std::vector<E164> out;
    for (const Number& number : numbers) out.push_back(number.number);
    return out;
}

std::vector<Id> ids(const std::vector<Session>& sessions) {
    std::vector<Id> out;
    for (const Session& session : sessions) out.push_back(session.id);
    return out;
}

}  // namespace
TEST_CASE("pool: numbers are listed in ascending order by pages and filters") {
    Fixture f;
    const std::vector<E164> all{100, 331, 4477, 3312345, 33123456789, n1, n2, n3};
    for (auto n = all.rbegin(); n != all.rend(); ++n)
        f.import({.number = *n, .country = *n % 2 == 0 ? "GB" : "FR"});
    CHECK(digits(f.pool.numbers({}, 0, 100)) == all);
    CHECK(digits(f.pool.numbers({}, 331, 2)) == std::vector<E164>{4477, 3312345});
    CHECK(f.pool.numbers({}, n3, 10).empty());
    CHECK(f.pool.numbers({}, 0, 0).empty());
    CHECK(f.pool.numbers({}, ~E164{0}, 10).empty());
    E164 looked_to = 1;
    CHECK(digits(f.pool.numbers({}, 0, 100, &looked_to)) == all);
    CHECK(looked_to == 0);
    CHECK(digits(f.pool.numbers({.prefix = "331"}, 0, 9)) ==
          std::vector<E164>{331, 3312345, 33123456789});
    CHECK(digits(f.pool.numbers({.prefix = "331"}, 331, 1)) == std::vector<E164>{3312345});
    CHECK(digits(f.pool.numbers({.prefix = "447700900101"}, 0, 9)) == std::vector<E164>{n1});
    for (const char* prefix : {"0", "+44", "x", "4477009001010000"})
        CHECK(f.pool.numbers({.prefix = prefix}, 0, 9).empty());
    CHECK(digits(f.pool.numbers({.country = "GB"}, 0, 9)) == std::vector<E164>{100, n2});
    CHECK(f.pool.numbers({.country = "US"}, 0, 9).empty());
    REQUIRE(f.lease({.platform = 1, .number = n1}, t0).has_value());
    REQUIRE(f.pool.assign(n3, 1, t0).has_value());
    CHECK(digits(f.pool.numbers({.platform = 1}, 0, 9)) == std::vector<E164>{n1, n3});
    CHECK(digits(f.pool.numbers({.state = NumberState::leased}, 0, 9)) == std::vector<E164>{n1});
    CHECK(f.pool.counts() == std::vector<std::uint64_t>{6, 1, 0, 1, 0, 0, 0});
    CHECK(f.pool.size() == all.size());
}

TEST_CASE("listing: a search among very many numbers ends early and says how far it came") {
    Fixture f;
    constexpr std::size_t many = 2 * Pool::numbers_looked_at + 10;
    for (std::size_t i = 0; i < many; ++i) f.import({.number = n1 + i, .carrier = "acme"});
    REQUIRE(f.pool.set_state(n1 + many - 1, NumberState::retired, t0).has_value());
    const NumberFilter retired{.state = NumberState::retired};
    E164 after = 0;
    CHECK(f.pool.numbers(retired, 0, 9, &after).empty());
    CHECK(after == n1 + Pool::numbers_looked_at - 1);
    CHECK(f.pool.numbers(retired, after, 9, &after).empty());
    CHECK(after == n1 + 2 * Pool::numbers_looked_at - 1);
    CHECK(digits(f.pool.numbers(retired, after, 9, &after)) == std::vector<E164>{n1 + many - 1});
    CHECK(after == 0);
    CHECK(f.pool.numbers({.not_carrier = "acme"}, 0, 9).empty());
    CHECK(f.pool.numbers({.not_carrier = "nobody"}, 0, 9).size() == 9);
}

TEST_CASE("pool: sessions are listed newest first by pages, platform and state") {
    Fixture f({.cool_down = 0s});
    for (const E164 n : {n1, n2, n3}) f.import({.number = n});
    for (const PlatformId p : {1U, 2U, 1U}) REQUIRE(f.lease({.platform = p}, t0).has_value());
    REQUIRE(f.pool.release(1, t0).has_value());
    REQUIRE(f.lease({.platform = 1, .ttl = 1s}, t0).has_value());
    CHECK(f.pool.expire(t0 + 1s).size() == 3);
    CHECK(ids(f.pool.sessions(0, {}, 0, 9)) == std::vector<Id>{4, 3, 2, 1});
    CHECK(ids(f.pool.sessions(0, {}, 3, 1)) == std::vector<Id>{2});
    CHECK(ids(f.pool.sessions(1, {}, 0, 9)) == std::vector<Id>{4, 3, 1});
    CHECK(ids(f.pool.sessions(1, {}, 3, 9)) == std::vector<Id>{1});
    CHECK(ids(f.pool.sessions(0, SessionState::active, 0, 9)) == std::vector<Id>{3, 2});
    CHECK(ids(f.pool.sessions(1, SessionState::expired, 0, 9)) == std::vector<Id>{4});
    CHECK(f.pool.sessions(9, {}, 0, 9).empty());
    CHECK(f.pool.sessions(1, {}, 1, 9).empty());
}

TEST_CASE("pool: of the ended sessions the newest stay") {
    Fixture f({.cool_down = 0s, .sessions_kept = 2});
    f.import({.number = n1});
    f.import({.number = n2});
    const Id held = f.lease({.platform = 1}, t0)->session.id;
    std::vector<Token> tokens;
    for (int i = 0; i < 4; ++i) {
        const auto got = f.lease({.platform = 2}, t0);
        tokens.push_back(got->session.token);
        REQUIRE(f.pool.release(got->session.id, t0).has_value());
    }
    CHECK(ids(f.pool.sessions(0, {}, 0, 9)) == std::vector<Id>{5, 4, held});
    CHECK_FALSE(f.pool.session(tokens[1]));
    CHECK(f.pool.session(tokens[2]));
    CHECK(f.pool.sessions_forgotten() == 3);
}

TEST_CASE("pool: what the store gives back goes on as it was, in any order") {
    Fixture f;
    f.import({.number = n1, .carrier = "acme"});
    f.import({.number = n2});
    const auto got = f.lease({.platform = 1, .carrier = "acme"}, t0);
    REQUIRE(f.lease({.platform = 2, .number = n2}, t0).has_value());
    REQUIRE(f.pool.release(f.id, t0).has_value());
    const auto chance = [](std::span<std::uint8_t> to) {
        std::fill(to.begin(), to.end(), std::uint8_t{0});
    };
    Pool again({}, chance, [](WallTime) { return Id{1}; });
    for (const Session& s : f.pool.sessions(0, {}, 0, 9)) again.restore(s);
    for (const Number& n : f.pool.numbers({}, 0, 9)) again.restore(n);
    for (const Platform& p : f.pool.platforms()) again.restore(p);
    again.restore(SmppAccount{.system_id = "esme", .platform = 1});
    CHECK(again.numbers({}, 0, 9) == f.pool.numbers({}, 0, 9));
    CHECK(again.sessions(0, {}, 0, 9) == f.pool.sessions(0, {}, 0, 9));
    CHECK(again.counts() == f.pool.counts());
    CHECK(again.deadline() == f.pool.deadline());
    CHECK(again.owner_of(n1, "", t0 + 1s).owner == Owner{1, got->session.id});
    CHECK(again.owner_of(n1, "", t0 + 24h * 365).why == Unowned::not_leased);
    CHECK(again.account("esme") != nullptr);
    CHECK(again.platform("bank")->id == 2);
}
