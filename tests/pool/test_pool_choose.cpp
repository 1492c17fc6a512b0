// tests/pool/test_pool_choose.cpp - which number a request gets, and which filter left none.
#include "tests/pool/fixture.hpp"

#include <set>

using namespace smppd::test;

namespace {

/// Three numbers of two countries, carriers and areas; idle longest first n1, n2, n3.
struct Choosing : Fixture {
    explicit Choosing(PoolOptions options = {}) : Fixture(options) {
        import({.number = n1, .carrier = "acme", .country = "GB", .area = "20"}, t0 - 3h);
        import({.number = n2, .carrier = "beta", .country = "GB", .area = "161"}, t0 - 2h);
        import({.number = n3, .carrier = "beta", .country = "FR", .area = "6"}, t0 - 1h);
    }
    void workflow(Workflow flow) {
        flow.name = "w";
        flow.swaps_max = 9;
        pool.workflows({{"w", flow}});
    }
    /// The number that platform 1 gets by workflow "w", given back at once and rested; 0: none.
    E164 turn(AllocateRequest request, WallTime now) {
        request.workflow = "w";
        if (request.platform == 0) request.platform = 1;
        const auto got = lease(request, now);
        if (!got) return 0;
        REQUIRE(pool.release(got->session.id, now).has_value());
        pool.expire(now + 80h);
        return got->session.number;
    }
    std::string why(AllocateRequest request, WallTime now = t0) {
        request.platform = 1;
        REQUIRE(lease(request, now).error() == Errc::no_number);
        return std::string(pool.refusal(request, now).what);
    }
    Message from(std::string source, E164 number, Owner owner = {}) {
        Message message;
        message.id = ++id;
        message.source = std::move(source);
        message.number = number;
        message.owner = owner;
        message.state = owner.platform != 0 ? MessageState::waiting : MessageState::unowned;
        message.text = "hello";
        return message;
    }
};

}  // namespace

TEST_CASE("choose: a workflow's regions bound what is chosen") {
    Choosing f;
    Workflow flow;
    flow.regions = {"FR", "US"};
    f.workflow(flow);
    CHECK(f.turn({}, t0) == n3);
    CHECK(f.turn({.country = "GB"}, t0 + 100h) == n1);  // the caller checks what may be asked for
}

TEST_CASE("choose: sticky gives the reference the number that it had") {
    Choosing f;
    Workflow flow;
    flow.rotation = Rotation::sticky;
    f.workflow(flow);
    CHECK(f.turn({.reference = "alice"}, t0) == n1);
    CHECK(f.turn({.reference = "bob"}, t0 + 100h) == n2);
    CHECK(f.turn({.reference = "bob"}, t0 + 200h) == n2);
    CHECK(f.turn({.reference = "alice"}, t0 + 300h) == n1);
    REQUIRE(f.pool.set_state(n1, NumberState::disabled, t0 + 400h).has_value());
    CHECK(f.turn({.reference = "alice"}, t0 + 400h) != n1);
    // Another platform's reference of the same name is another.
    CHECK(f.turn({.platform = 2, .reference = "alice"}, t0 + 500h) == n2);
}

TEST_CASE("choose: random reaches every number that fits and no other") {
    Choosing f;
    Workflow flow;
    flow.rotation = Rotation::random;
    flow.regions = {"GB"};
    f.workflow(flow);
    std::set<E164> seen;
    for (int i = 0; i < 60; ++i) seen.insert(f.turn({}, t0 + i * 100h));
    CHECK(seen == std::set<E164>{n1, n2});
}

TEST_CASE("choose: a brand gets a number again only after its cool-down, fresh ones never") {
    Choosing f({.cool_down = 1s, .brand_cool_down = std::chrono::hours{24 * 7}});
    f.workflow({});
    const AllocateRequest request{.platform = 1, .workflow = "w", .expected_senders = {"Meadow"}};
    const auto got = f.lease(request, t0);
    REQUIRE(got->session.number == n1);
    Message message = f.from("MEADOW", n1, {1, got->session.id});
    f.pool.arrived(message, t0);
    REQUIRE(f.pool.release(got->session.id, t0).has_value());
    f.pool.expire(t0 + 1s);
    for (const E164 number : {n2, n3})
        REQUIRE(f.pool.set_state(number, NumberState::disabled, t0).has_value());

    CHECK(f.lease(request, t0 + 167h).error() == Errc::no_number);
    const Refusal refusal = f.pool.refusal(request, t0 + 167h);
    CHECK(refusal.what == "brand");
    CHECK(refusal.free_at == t0 + 168h);
    CHECK(f.turn({.expected_senders = {"Other"}}, t0 + 100h) == n1);
    CHECK(f.lease({.platform = 1, .workflow = "w", .expected_senders = {"*"}}, t0 + 101h)
              .has_value());
    REQUIRE(f.pool.release(f.id, t0 + 101h).has_value());
    f.pool.expire(t0 + 102h);
    CHECK(f.turn({.expected_senders = {"Meadow"}}, t0 + 168h) == n1);
    Workflow fresh;
    fresh.rotation = Rotation::fresh;
    f.workflow(fresh);
    CHECK(f.turn({.expected_senders = {"Meadow"}}, t0 + 5000h) == 0);
    CHECK(f.turn({.expected_senders = {"Another"}}, t0 + 5000h) == n1);
}

TEST_CASE("choose: each sender that is named has its cool-down") {
    Choosing f({.cool_down = 1s, .brand_cool_down = std::chrono::hours{24 * 7}});
    f.workflow({});
    const auto got = f.lease({.platform = 1, .workflow = "w", .expected_senders = {"*"}}, t0);
    REQUIRE(got->session.number == n1);
    Message message = f.from("Meadow", n1, {1, got->session.id});
    f.pool.arrived(message, t0);
    REQUIRE(f.pool.release(got->session.id, t0).has_value());
    f.pool.expire(t0 + 1s);
    for (const E164 number : {n2, n3})
        REQUIRE(f.pool.set_state(number, NumberState::disabled, t0).has_value());
    const AllocateRequest both{
        .platform = 1, .workflow = "w", .expected_senders = {"Google", "Meadow", "Bank*"}};
    CHECK(f.lease(both, t0 + 2s).error() == Errc::no_number);
    CHECK(f.pool.refusal(both, t0 + 2s).what == "brand");
    CHECK(f.pool.refusal(both, t0 + 2s).free_at == t0 + 168h);
    CHECK(
        f.lease({.platform = 1, .workflow = "w", .expected_senders = {"Google", "Bank*"}}, t0 + 2s)
            .has_value());
}

TEST_CASE("choose: without a brand a fresh number is an unused one, while there are any") {
    Choosing f({.cool_down = 1s});
    Workflow flow;
    flow.rotation = Rotation::fresh;
    flow.regions = {"GB"};
    f.workflow(flow);
    const E164 first = f.turn({}, t0);
    const E164 second = f.turn({}, t0 + 100h);
    CHECK(std::set<E164>{first, second} == std::set<E164>{n1, n2});
    CHECK(f.turn({}, t0 + 200h) == first);  // all were used: the longest idle one
}

TEST_CASE("choose: a refusal says when a leased number comes free, if it does") {
    // Without a cool-down: when its lease ends.
    Choosing f({.cool_down = 0s});
    f.workflow({});
    for (const E164 number : {n2, n3})
        REQUIRE(f.pool.set_state(number, NumberState::disabled, t0).has_value());
    const AllocateRequest request{.platform = 1, .ttl = 60s, .workflow = "w"};
    const auto got = f.lease(request, t0);
    REQUIRE(got->session.number == n1);
    CHECK(f.pool.refusal(request, t0 + 1s).what == "in_use");
    CHECK(f.pool.refusal(request, t0 + 1s).free_at == t0 + 60s);
    // Taken out of the pool while it is leased: never.
    REQUIRE(f.pool.set_state(n1, NumberState::disabled, t0 + 1s).has_value());
    CHECK(f.pool.refusal(request, t0 + 2s).free_at == std::nullopt);
}

TEST_CASE("choose: a refusal counts the brand's cool-down in") {
    Choosing f({.cool_down = 1h, .brand_cool_down = std::chrono::hours{24 * 7}});
    f.workflow({});
    for (const E164 number : {n2, n3})
        REQUIRE(f.pool.set_state(number, NumberState::disabled, t0).has_value());
    const AllocateRequest request{
        .platform = 1, .ttl = 60s, .workflow = "w", .expected_senders = {"Meadow"}};
    const auto got = f.lease(request, t0);
    Message message = f.from("Meadow", n1, {1, got->session.id});
    f.pool.arrived(message, t0 + 10s);
    CHECK(f.pool.refusal(request, t0 + 11s).what == "in_use");
    CHECK(f.pool.refusal(request, t0 + 11s).free_at == t0 + 10s + 168h);
    CHECK(f.pool.refusal({.platform = 1, .workflow = "w"}, t0 + 11s).free_at == t0 + 60s + 1h);
    CHECK(f.pool.refusal({.platform = 1, .country = "US", .workflow = "w"}, t0).what == "country");
}

TEST_CASE("choose: thousands of numbers at the front that a brand has used hide none behind") {
    Fixture f({.cool_down = 1s});
    f.pool.workflows({{"w", Workflow{}}});
    constexpr E164 many = 3'000;
    for (E164 i = 0; i < many; ++i)
        f.import({.number = n1 + i}, t0 - 100h + std::chrono::milliseconds(i));
    const Owner owner{1, 0};
    REQUIRE(f.pool.put(Webhook{.id = 5, .platform = 1}).has_value());
    for (E164 i = 0; i + 1 < many; ++i) {
        const auto got = f.lease({.platform = 1, .number = n1 + i}, t0);
        REQUIRE(got.has_value());
        Message message;
        message.source = "Meadow";
        message.number = n1 + i;
        message.owner = {1, got->session.id};
        f.pool.arrived(message, t0);
        REQUIRE(f.pool.release(got->session.id, t0).has_value());
    }
    while (!f.pool.expire(t0 + 1s).empty()) {}
    const auto got =
        f.lease({.platform = 1, .workflow = "w", .expected_senders = {"Meadow"}}, t0 + 2s);
    REQUIRE(got.has_value());
    CHECK(got->session.number == n1 + many - 1);
    CHECK(f.lease({.platform = 1, .workflow = "w", .expected_senders = {"Meadow"}}, t0 + 2s)
              .error() == Errc::no_number);
    CHECK(owner.session == 0);
}

TEST_CASE("choose: another platform's number of lately comes last") {
    Choosing f({.cool_down = 1s});
    for (const E164 number : {n1, n2}) {
        REQUIRE(f.lease({.platform = 2, .number = number}, t0).has_value());
        REQUIRE(f.pool.release(f.id, t0).has_value());
    }
    REQUIRE(f.lease({.platform = 1, .number = n3}, t0 + 1h).has_value());
    REQUIRE(f.pool.release(f.id, t0 + 1h).has_value());
    f.pool.expire(t0 + 2h);
    CHECK(f.any(t0 + 2h) == n3);  // its own past, though idle for less
    CHECK(f.any(t0 + 2h) == n1);  // nothing better is there
}

TEST_CASE("choose: numbers of a carrier that is down are not leased") {
    Choosing f;
    f.pool.carrier_up("acme", false);
    CHECK(f.any(t0) == n2);
    f.pool.carrier_up("beta", false);
    CHECK(f.why({}) == "carrier_health");
    f.pool.carrier_up("acme", true);
    CHECK(f.any(t0) == n1);
}

TEST_CASE("choose: isolation groups are for those who name them") {
    Choosing f;
    f.import({.number = 447700900199, .country = "GB", .isolation_group = "vip"}, t0 - 9h);
    CHECK(f.any(t0) == n1);
    Workflow flow;
    flow.isolation_group = "vip";
    f.workflow(flow);
    CHECK(f.turn({}, t0) == 447700900199);
    flow.isolation_group = "none such";
    f.workflow(flow);
    CHECK(f.why({.workflow = "w"}) == "tag");
}

TEST_CASE("choose: of the sandbox's numbers a platform has so many at a time") {
    Fixture f({.test_numbers_max = 1});
    const Number number{.carrier = "sandbox", .area = "code", .isolation_group = "sandbox"};
    for (const E164 one : {n1, n2, n3}) {
        Number each = number;
        each.number = one;
        f.import(each);
    }
    const auto first = f.lease({.platform = 1, .test = true}, t0);
    REQUIRE(first.has_value());
    CHECK(f.lease({.platform = 1, .test = true}, t0).error() == Errc::quota);
    const Refusal refusal = f.pool.refusal({.platform = 1, .test = true}, t0);
    CHECK(refusal.what == "test_numbers_max");
    CHECK(refusal.free_at == first->session.expires_at);
    // A swap takes no further one, and others have their own.
    CHECK(f.pool.swap(first->session.id, t0).has_value());
    CHECK(f.lease({.platform = 2, .test = true}, t0).has_value());
    REQUIRE(f.pool.release(first->session.id, t0).has_value());
    CHECK(f.lease({.platform = 1, .test = true}, t0).has_value());
}

TEST_CASE("choose: the sandbox's numbers are for tests alone, and tests get no others") {
    Choosing f;
    f.import({.number = 999001000001,
              .carrier = "sandbox",
              .country = "ZZ",
              .isolation_group = "sandbox"},
             t0 - 9h);
    f.workflow({});
    CHECK(f.any(t0) == n1);
    CHECK(f.lease({.platform = 1, .number = 999001000001}, t0).error() == Errc::no_number);
    CHECK(f.lease({.platform = 1, .number = n2, .test = true}, t0).error() == Errc::no_number);
    const auto got = f.lease({.platform = 1, .workflow = "w", .test = true}, t0);
    REQUIRE(got.has_value());
    CHECK(got->session.number == 999001000001);
    CHECK(got->session.test);
}

TEST_CASE("choose: a refusal names the filter that left nothing, and when one comes free") {
    Choosing f;
    CHECK(f.why({.country = "DE"}) == "country");
    CHECK(f.why({.country = "GB", .area = "6"}) == "area");
    CHECK(f.why({.country = "FR", .carrier = "acme"}) == "carrier");
    CHECK(f.why({.tag = "gold"}) == "tag");
    REQUIRE(f.lease({.platform = 2, .number = n3, .ttl = 60s}, t0).has_value());
    CHECK(f.why({.country = "FR"}) == "country");
    CHECK(f.pool.refusal({.platform = 1, .country = "FR"}, t0).free_at == t0 + 60s + 72h);
    CHECK(!f.pool.refusal({.platform = 1, .country = "DE"}, t0).free_at);
    CHECK(f.lease({.platform = 2, .number = n1, .ttl = 90s}, t0).has_value());
    CHECK(f.lease({.platform = 2, .number = n2, .ttl = 30s}, t0).has_value());
    CHECK(f.why({}) == "in_use");
    CHECK(f.pool.refusal({.platform = 1}, t0).free_at == t0 + 30s + 72h);
}
