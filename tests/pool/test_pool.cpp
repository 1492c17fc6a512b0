// tests/pool/test_pool.cpp - platforms, numbers, leases, owners, limits.
#include "tests/pool/fixture.hpp"

#include <doctest/doctest.h>

using namespace smppd::test;

TEST_CASE("pool: names of platforms and accounts are checked and unique") {
    Fixture f;
    CHECK(f.pool.create_platform({.name = "Shop"}, t0).error() == Errc::bad_value);
    CHECK(f.pool.create_platform({.name = "shop"}, t0).error() == Errc::exists);
    CHECK(f.pool.create_account({.system_id = "a b", .platform = 1}, t0).error() ==
          Errc::bad_value);
    CHECK(f.pool.create_account({.system_id = "esme", .platform = 9}, t0).error() ==
          Errc::not_found);
    REQUIRE(f.pool.create_account({.system_id = "esme", .platform = 1}, t0).has_value());
    CHECK(f.pool.create_account({.system_id = "esme", .platform = 2}, t0).error() == Errc::exists);
    CHECK(f.pool.account("esme")->platform == 1);
    CHECK(f.pool.account("esme")->created_at == t0);
    CHECK(f.pool.account("other") == nullptr);
    CHECK(f.pool.platform("bank")->id == 2);
    CHECK(f.pool.platforms().size() == 2);
    CHECK(f.pool.accounts().size() == 1);
}

TEST_CASE("pool: names have their limits") {
    CHECK(valid_platform_name(std::string(64, 'a')));
    CHECK_FALSE(valid_platform_name(std::string(65, 'a')));
    CHECK_FALSE(valid_platform_name(""));
    CHECK(valid_platform_name("a.b-c_9"));
    CHECK_FALSE(valid_platform_name(".a"));
    CHECK_FALSE(valid_platform_name("a/b"));
    CHECK(valid_system_id("A!~456789012345"));
    CHECK_FALSE(valid_system_id("A!~4567890123456"));
    CHECK_FALSE(valid_system_id(""));
    CHECK_FALSE(valid_system_id("a\x7F"));
    CHECK_FALSE(valid_system_id("\xC3\xBC"));
}

TEST_CASE("pool: a platform can be renamed, not to a name that is taken") {
    Fixture f;
    Platform shop = *f.pool.platform(1);
    shop.name = "bank";
    CHECK(f.pool.update(shop).error() == Errc::exists);
    shop.name = "store";
    const auto changes = f.pool.update(shop);
    REQUIRE(changes.has_value());
    CHECK(f.pool.platform("shop") == nullptr);
    CHECK(f.pool.platform("store")->id == 1);
    f.pool.revert(*changes);
    CHECK(f.pool.platform("store") == nullptr);
    CHECK(f.pool.platform("shop")->id == 1);
    CHECK(f.pool.update(Platform{.id = 9, .name = "x"}).error() == Errc::not_found);
    CHECK(f.pool.update(SmppAccount{.system_id = "x", .platform = 1}).error() == Errc::not_found);
}

TEST_CASE("pool: an import is checked") {
    Fixture f;
    for (const E164 bad : {E164{0}, E164{99}, E164{1'000'000'000'000'000}})
        CHECK(f.pool.import_number({.number = bad}, t0).error() == Errc::bad_value);
    f.import({.number = 100});
    f.import({.number = 999'999'999'999'999});
    CHECK(f.pool.import_number({.number = n1, .platform = 3}, t0).error() == Errc::bad_value);
    CHECK(f.pool.import_number({.number = n1, .state = NumberState::leased}, t0).error() ==
          Errc::bad_value);
    CHECK(f.pool.import_number({.number = n1, .state = NumberState::assigned}, t0).error() ==
          Errc::bad_value);
    CHECK(f.pool.size() == 2);
}

TEST_CASE("pool: an import again changes attributes and keeps state and lease") {
    Fixture f;
    f.import({.number = n1, .carrier = "acme", .tags = {"b", "a"}});
    const auto got = f.lease({.platform = 1}, t0 + 1s);
    REQUIRE(got.has_value());
    Number before = *f.pool.number(n1);
    CHECK(before.tags == std::vector<std::string>{"b", "a"});
    const auto changes = f.pool.import_number({.number = n1, .carrier = "other"}, t0 + 2s);
    REQUIRE(changes.has_value());
    const Number after = *f.pool.number(n1);
    CHECK(after.carrier == "other");
    CHECK(after.tags.empty());
    CHECK(after.state == NumberState::leased);
    CHECK(after.session == got->session.id);
    CHECK(after.uses == 1);
    CHECK(f.pool.owner_of(n1, "", t0 + 3s).owner == Owner{1, got->session.id});
    CHECK(f.pool.import_number({.number = n1, .platform = 2, .state = NumberState::assigned}, t0)
              .error() == Errc::not_available);
    f.pool.revert(*changes);
    CHECK(*f.pool.number(n1) == before);
}

TEST_CASE("pool: an import may assign, and only an import that says so changes the owner") {
    Fixture f;
    f.import({.number = n1, .platform = 1, .state = NumberState::assigned});
    CHECK(f.pool.owner_of(n1, "any", t0).owner == Owner{1, 0});
    f.import({.number = n1, .carrier = "x", .platform = 2});
    CHECK(f.pool.owner_of(n1, "any", t0).owner == Owner{1, 0});
    f.import({.number = n1, .platform = 2, .state = NumberState::assigned});
    CHECK(f.pool.owner_of(n1, "any", t0).owner == Owner{2, 0});
    f.import({.number = n2});
    f.import({.number = n2, .platform = 2, .state = NumberState::assigned}, t0 + 5s);
    CHECK(f.pool.number(n2)->changed_at == t0 + 5s);
    CHECK(f.any(t0 + 9s) == 0);
}

TEST_CASE("pool: a number is assigned, taken back and cools down") {
    Fixture f;
    f.import({.number = n1});
    CHECK(f.pool.assign(n2, 1, t0).error() == Errc::not_found);
    CHECK(f.pool.assign(n1, 9, t0).error() == Errc::not_found);
    CHECK(f.pool.unassign(n1, t0).error() == Errc::not_available);
    REQUIRE(f.pool.assign(n1, 1, t0 + 1s).has_value());
    CHECK(f.pool.assign(n1, 2, t0).error() == Errc::not_available);
    CHECK(f.any(t0 + 2s) == 0);
    REQUIRE(f.pool.unassign(n1, t0 + 3s).has_value());
    CHECK(f.state(n1) == NumberState::cooling);
    CHECK(f.pool.number(n1)->platform == 0);
    CHECK(f.pool.number(n1)->cool_until == t0 + 3s + 72h);
    CHECK(f.pool.owner_of(n1, "", t0 + 4s).why == Unowned::not_leased);
    CHECK(f.pool.expire(t0 + 3s + 72h - 1ms).empty());
    CHECK(f.pool.expire(t0 + 3s + 72h).size() == 1);
    CHECK(f.any(t0 + 3s + 72h) == n1);
}

TEST_CASE("pool: a leased number is not assigned, a cooling and a reserved one are") {
    Fixture f;
    f.import({.number = n1});
    const auto got = f.lease({.platform = 1}, t0);
    CHECK(f.pool.assign(n1, 1, t0).error() == Errc::not_available);
    REQUIRE(f.pool.release(got->session.id, t0 + 1s).has_value());
    CHECK(f.pool.assign(n1, 2, t0 + 2s).has_value());
    CHECK(f.pool.deadline() == WallTime::max());
    f.import({.number = n2, .state = NumberState::reserved});
    CHECK(f.any(t0 + 3s) == 0);
    CHECK(f.pool.assign(n2, 2, t0 + 3s).has_value());
    f.import({.number = n3, .state = NumberState::disabled});
    CHECK(f.pool.assign(n3, 2, t0 + 3s).error() == Errc::not_available);
}

TEST_CASE("pool: a lease runs exactly to its end") {
    Fixture f;
    f.import({.number = n1});
    const auto got = f.lease({.platform = 1, .ttl = 60s, .reference = "r"}, t0);
    REQUIRE(got.has_value());
    const Session& session = got->session;
    CHECK(session.expires_at == t0 + 60s);
    CHECK(session.reference == "r");
    CHECK(got->changes.size() == 3);
    CHECK(f.pool.session(session.id) == session);
    CHECK(f.pool.session(session.token) == session);
    CHECK(f.pool.deadline() == t0 + 60s);
    CHECK(f.pool.owner_of(n1, "", t0).owner == Owner{1, session.id});
    CHECK(f.pool.owner_of(n1, "", t0 + 60s - 1ms).owner == Owner{1, session.id});
    CHECK(f.pool.expire(t0 + 60s - 1ms).empty());
    const Ownership past = f.pool.owner_of(n1, "", t0 + 60s);
    CHECK(past.owner == Owner{});
    CHECK(past.why == Unowned::not_leased);
    CHECK(f.pool.expire(t0 + 75s).size() == 3  // session, number, event
    );
    CHECK(f.pool.session(session.id)->state == SessionState::expired);
    CHECK(f.pool.session(session.id)->ended_at == t0 + 60s);
    CHECK(f.pool.number(n1)->last_used_at == t0 + 60s);
    CHECK(f.pool.number(n1)->cool_until == t0 + 60s + 72h);
    CHECK(f.pool.deadline() == t0 + 60s + 72h);
}

TEST_CASE("pool: a clock that steps back brings no lease back and takes none away") {
    Fixture f;
    f.import({.number = n1});
    const Id id = f.lease({.platform = 1, .ttl = 60s}, t0)->session.id;
    CHECK(f.pool.owner_of(n1, "", t0 - 1h).owner == Owner{1, id});
    CHECK(f.pool.owner_of(n1, "", t0 + 60s).why == Unowned::not_leased);
    CHECK(f.pool.owner_of(n1, "", t0 + 30s).why == Unowned::not_leased);
    const auto changes = f.pool.release(id, t0 + 30s);
    REQUIRE(changes.has_value());
    CHECK(f.pool.session(id)->state == SessionState::expired);
    CHECK(f.pool.session(id)->ended_at == t0 + 60s);
    f.pool.revert(*changes);
    CHECK(f.pool.session(id)->state == SessionState::active);
    CHECK(f.pool.owner_of(n1, "", t0 + 30s).why == Unowned::not_leased);
}

TEST_CASE("pool: a release before the lease's beginning ends it at its beginning") {
    Fixture f;
    f.import({.number = n1});
    const Id id = f.lease({.platform = 1}, t0)->session.id;
    REQUIRE(f.pool.release(id, t0 - 1h).has_value());
    CHECK(f.pool.session(id)->state == SessionState::released);
    CHECK(f.pool.session(id)->ended_at == t0);
    CHECK(f.pool.number(n1)->cool_until == t0 + 72h);
    CHECK(f.pool.release(id, t0)->empty());
    CHECK(f.pool.release(99, t0).error() == Errc::not_found);
}

TEST_CASE("pool: without a cool-down a number is free at once") {
    Fixture f({.cool_down = 0s});
    f.import({.number = n1});
    const Id id = f.lease({.platform = 1}, t0)->session.id;
    REQUIRE(f.pool.release(id, t0 + 1s).has_value());
    CHECK(f.any(t0 + 1s) == n1);
}

TEST_CASE("pool: the number idle longest comes first") {
    Fixture f({.cool_down = 1s});
    f.import({.number = n1, .last_used_at = t0 - 1h});
    f.import({.number = n2, .carrier = "x", .last_used_at = t0 - 3h});
    f.import({.number = n3, .last_used_at = t0 - 2h});
    CHECK(f.any(t0) == n2);
    CHECK(f.any(t0) == n3);
    REQUIRE(f.pool.release(1, t0 + 1s).has_value());
    CHECK(f.pool.expire(t0 + 2s).size() == 1);
    CHECK(f.any(t0 + 3s) == n1);
    CHECK(f.any(t0 + 3s) == n2);
    CHECK(f.lease({.platform = 1}, t0).error() == Errc::no_number);
}

TEST_CASE("pool: filters are kept, also for a certain number") {
    Fixture f;
    f.import({.number = n1, .carrier = "acme", .country = "GB", .area = "20", .tags = {"gold"}});
    f.import({.number = n2, .carrier = "acme", .country = "FR", .tags = {"new", "gold"}});
    f.import(
        {.number = n3, .carrier = "beta", .country = "GB", .area = "161", .mo = false, .mt = true});
    const auto gets = [&](AllocateRequest request) -> E164 {
        request.platform = 1;
        const auto got = f.lease(request, t0);
        if (!got) return 0;
        f.pool.revert(got->changes);
        return got->session.number;
    };
    CHECK(gets({.country = "GB"}) == n1);
    CHECK(gets({.country = "FR"}) == n2);
    CHECK(gets({.country = "US"}) == 0);
    CHECK(gets({.area = "20"}) == n1);
    CHECK(gets({.country = "FR", .area = "20"}) == 0);
    CHECK(gets({.carrier = "beta"}) == 0);  // it cannot receive
    CHECK(gets({.tag = "new"}) == n2);
    CHECK(gets({.country = "FR", .carrier = "acme", .tag = "gold"}) == n2);
    CHECK(gets({.number = n2}) == n2);
    CHECK(f.lease({.platform = 1, .country = "GB", .number = n2}, t0).error() == Errc::no_number);
    CHECK(f.lease({.platform = 1, .number = n3}, t0).error() == Errc::no_number);
    CHECK(f.lease({.platform = 1, .number = n3 + 1}, t0).error() == Errc::not_found);
    REQUIRE(f.lease({.platform = 1, .number = n2}, t0).has_value());
    CHECK(f.lease({.platform = 1, .number = n2}, t0).error() == Errc::not_available);
}

TEST_CASE("pool: a number kept for a platform is leased by that one alone") {
    Fixture f;
    f.import({.number = n1, .platform = 2, .last_used_at = t0 - 1h});
    CHECK(f.any(t0) == 0);
    CHECK(f.lease({.platform = 1, .number = n1}, t0).error() == Errc::not_available);
    f.import({.number = n2, .last_used_at = t0 - 2h});
    CHECK(f.lease({.platform = 2}, t0)->session.number == n2);
    CHECK(f.lease({.platform = 2}, t0)->session.number == n1);
    REQUIRE(f.pool.release(f.id, t0 + 1s).has_value());
    CHECK(f.pool.number(n1)->platform == 2);
}

TEST_CASE("pool: what a request may ask for") {
    Fixture f({.ttl_default = 10min, .ttl_max = 1h});
    f.import({.number = n1});
    CHECK(f.lease({.platform = 9}, t0).error() == Errc::not_found);
    CHECK(f.lease({.platform = 1, .ttl = -1s}, t0).error() == Errc::bad_value);
    CHECK(f.lease({.platform = 1, .ttl = 3601s}, t0).error() == Errc::bad_value);
    CHECK(f.lease({.platform = 1, .reference = std::string(129, 'r')}, t0).error() ==
          Errc::bad_value);
    const auto got = f.lease({.platform = 1, .reference = std::string(128, 'r')}, t0);
    REQUIRE(got.has_value());
    CHECK(got->session.expires_at == t0 + 10min);
    f.pool.revert(got->changes);
    CHECK(f.lease({.platform = 1, .ttl = 3600s}, t0)->session.expires_at == t0 + 1h);
}

TEST_CASE("pool: a platform leases as many at once as it may") {
    Fixture f;
    for (const E164 n : {n1, n2, n3}) f.import({.number = n});
    Platform shop = *f.pool.platform(1);
    shop.numbers_max = 2;
    REQUIRE(f.pool.update(shop).has_value());
    CHECK(f.any(t0) == n1);
    CHECK(f.any(t0) == n2);
    CHECK(f.lease({.platform = 1}, t0).error() == Errc::quota);
    CHECK(f.lease({.platform = 2}, t0).has_value());
    REQUIRE(f.pool.release(1, t0).has_value());
    CHECK(f.lease({.platform = 1}, t0).error() == Errc::no_number);
}

TEST_CASE("pool: a disabled platform keeps what it has and gets nothing new") {
    Fixture f;
    f.import({.number = n1});
    f.import({.number = n2});
    const Id id = f.lease({.platform = 1}, t0)->session.id;
    Platform shop = *f.pool.platform(1);
    shop.disabled = true;
    REQUIRE(f.pool.update(shop).has_value());
    CHECK(f.pool.owner_of(n1, "", t0).owner == Owner{1, id});
    CHECK(f.lease({.platform = 1}, t0).error() == Errc::not_found);
}

TEST_CASE("pool: why a message has no owner") {
    Fixture f;
    f.import({.number = n1});
    f.import({.number = n2, .state = NumberState::disabled});
    f.import({.number = n3, .state = NumberState::retired});
    CHECK(f.pool.owner_of(0, "", t0).why == Unowned::bad_destination);
    CHECK(f.pool.owner_of(1'000'000'000'000'000, "", t0).why == Unowned::bad_destination);
    CHECK(f.pool.owner_of(447700900199, "", t0).why == Unowned::not_in_pool);
    CHECK(f.pool.owner_of(n1, "", t0).why == Unowned::not_leased);
    CHECK(f.pool.owner_of(n2, "", t0).why == Unowned::disabled);
    CHECK(f.pool.owner_of(n3, "", t0).why == Unowned::disabled);
}

TEST_CASE("pool: another carrier than the number's makes no difference to the owner") {
    Fixture f;
    f.import({.number = n1, .carrier = "acme"});
    const Id id = f.lease({.platform = 1}, t0)->session.id;
    CHECK(f.pool.owner_of(n1, "backup", t0).owner == Owner{1, id});
}

TEST_CASE("pool: expire does at most so much a call") {
    Fixture f;
    for (const E164 n : {n1, n2, n3}) f.import({.number = n});
    for (int i = 0; i < 3; ++i) REQUIRE(f.lease({.platform = 1, .ttl = 1s}, t0).has_value());
    CHECK(f.pool.expire(t0 + 1s, 2).size() == 6);
    CHECK(f.pool.deadline() == t0 + 1s);
    CHECK(f.pool.expire(t0 + 1s, 2).size() == 3);
    CHECK(f.pool.expire(t0 + 100h, 2).size() == 2);
    CHECK(f.pool.expire(t0 + 100h, 2).size() == 1);
    CHECK(f.pool.deadline() == WallTime::max());
}
