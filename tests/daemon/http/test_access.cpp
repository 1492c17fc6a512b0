// tests/daemon/http/test_access.cpp - who is let in, how often, and what of it one may do.
#include "daemon/http/keys.hpp"
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

/// Two platforms with a key each, and a key that sees all.
struct Keyed : Harness {
    std::string shop, other, sandbox, owner;

    explicit Keyed(const http::ApiOptions& options = {}) : Harness(options) {
        post("/v1/platforms", R"({"name":"shop"})");
        post("/v1/platforms", R"({"name":"other"})");
        shop = make_key("/v1/platforms/shop/keys", "{}");
        other = make_key("/v1/platforms/other/keys", "{}");
        sandbox = make_key("/v1/platforms/shop/keys", R"({"test":true})");
        owner = make_key("/v1/keys", R"({"role":"owner"})");
    }
    static std::string id_of(const std::string& key) { return key.substr(11, 12); }
    int status(const std::string& target) { return get(target).status; }
};

}  // namespace

TEST_CASE("access: without a key only health is told") {
    Keyed world;
    world.use("");
    const Reply reply = world.get("/v1/sessions");
    CHECK(reply.status == 401);
    CHECK(reply.header("www-authenticate") == "Bearer realm=\"smppd\"");
    CHECK(reply.text("/type") == "urn:smppd:problem:unauthorized");
    CHECK(world.status("/healthz") == 200);
    CHECK(world.status("/readyz") == 200);
    CHECK(world.status("/nothing") == 404);
    CHECK(world.call("PUT", "/v1/sessions").status == 401);
    // No endpoint but those two is open.
    for (const http::Endpoint& one : http::Api::endpoints()) {
        const bool health = one.pattern == "/healthz" || one.pattern == "/readyz";
        if (one.scope || health) continue;
        CHECK_MESSAGE(one.pattern == "/v1/openapi.json", one.pattern);
    }
}

TEST_CASE("access: a key is let in, by any spelling of Bearer") {
    Keyed world;
    world.use(world.shop);
    CHECK(world.status("/v1/sessions") == 200);
    world.headers = {{"authorization", "bEARER   " + world.shop}};
    CHECK(world.status("/v1/sessions") == 200);
    for (const std::string scheme : {"Basic ", "Bearer", "Bearerx ", ""}) {
        world.headers = {{"authorization", scheme + world.shop}};
        CHECK_MESSAGE(world.status("/v1/sessions") == 401, scheme);
    }
}

TEST_CASE("access: a typing error, an unknown key and a wrong secret are 401 with their words") {
    Keyed world;
    std::string mistyped = world.shop;
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    world.use(mistyped);
    const Reply typo = world.get("/v1/sessions");
    CHECK(typo.status == 401);
    CHECK(typo.text("/detail").find("mistyped") != std::string::npos);
    CHECK(typo.header("www-authenticate").find("invalid_token") != std::string::npos);
    std::array<std::uint8_t, http::key_chance_octets> chance{};
    world.use(http::make_key(false, chance).text);
    const Reply unknown = world.get("/v1/sessions");
    CHECK(unknown.status == 401);
    // The id is right, the secret is not: the words are those of an unknown key.
    pool::ApiKey key = *world.pool.api_key(Keyed::id_of(world.shop));
    key.hash[0] ^= 1;
    REQUIRE(world.pool.put(key).has_value());
    world.use(world.shop);
    CHECK(world.get("/v1/sessions").text("/detail") == unknown.text("/detail"));
}

TEST_CASE("access: a key ends at the moment it expires") {
    Keyed world;
    const std::string key =
        world.make_key("/v1/platforms/shop/keys", R"({"expires_at":"2026-11-24T12:01:00Z"})");
    world.use(key);
    world.now = noon + 1min - 1ms;
    CHECK(world.status("/v1/sessions") == 200);
    world.now = noon + 1min;
    const Reply reply = world.get("/v1/sessions");
    CHECK(reply.status == 401);
    CHECK(reply.text("/detail") == "The API key expired at 2026-11-24T12:01:00.000Z.");
}

TEST_CASE("access: a revoked key and one of a disabled platform are refused") {
    Keyed world;
    CHECK(world.call("DELETE", "/v1/keys/" + Keyed::id_of(world.shop)).status == 204);
    world.call("PATCH", "/v1/platforms/other", R"({"disabled":true})");
    world.use(world.shop);
    CHECK(world.get("/v1/sessions").text("/detail") == "The API key was revoked.");
    world.use(world.other);
    CHECK(world.status("/v1/sessions") == 403);
}

TEST_CASE("access: a key is good from its addresses only") {
    Keyed world;
    const std::string key =
        world.make_key("/v1/platforms/shop/keys", R"({"allow":["192.0.2.0/24","2001:db8::/32"]})");
    world.use(key, "192.0.2.255");
    CHECK(world.status("/v1/sessions") == 200);
    world.use(key, "2001:db8::1");
    CHECK(world.status("/v1/sessions") == 200);
    world.use(key, "192.0.3.0");
    const Reply reply = world.get("/v1/sessions");
    CHECK(reply.status == 403);
    CHECK(reply.text("/detail").find("192.0.3.0") != std::string::npos);
}

TEST_CASE("access: 403 names the scope that is missing") {
    Keyed world;
    const std::string key = world.make_key("/v1/platforms/shop/keys",
                                           R"({"scopes":["sessions:read","messages:read"]})");
    world.use(key);
    CHECK(world.status("/v1/sessions") == 200);
    const Reply reply = world.post("/v1/sessions", "{}");
    CHECK(reply.status == 403);
    CHECK(reply.text("/type") == "urn:smppd:problem:scope");
    CHECK(reply.text("/detail") == "The key lacks the scope sessions:write.");
    CHECK(world.status("/v1/messages") == 200);
    CHECK(world.get("/v1/messages?text=true").text("/detail") ==
          "The key lacks the scope messages:text.");
    CHECK(world.status("/v1/status") == 403);
    CHECK(world.status("/v1/carriers") == 403);
    CHECK(world.status("/v1/keys") == 403);
}

TEST_CASE("access: a platform's key sees its own platform only") {
    Keyed world;
    world.import("number,country\n+447700900101,GB\n+447700900102,GB\n");
    const std::string others = world.post("/v1/sessions", R"({"platform":"other"})").text("/id");
    world.use(world.shop);
    const Reply mine = world.post("/v1/sessions", R"({"country":"GB"})");
    CHECK(mine.status == 201);
    CHECK(mine.text("/platform") == "shop");
    CHECK(world.post("/v1/sessions", R"({"platform":"other"})").status == 403);
    // That there is no such platform is not told either.
    CHECK(world.post("/v1/sessions", R"({"platform":"none"})").status == 403);
    CHECK(world.status("/v1/sessions/" + others) == 404);
    CHECK(world.status("/v1/sessions/" + mine.text("/id")) == 200);
    CHECK(world.call("DELETE", "/v1/sessions/" + others).status == 404);
    CHECK(world.get("/v1/sessions").items() == 1);
    CHECK(world.status("/v1/sessions?platform=other") == 403);
    CHECK(world.get("/v1/sessions?platform=shop").items() == 1);
    world.use(world.owner);
    CHECK(world.get("/v1/sessions").items() == 2);
    CHECK(world.post("/v1/sessions", "{}").status == 422);
}

TEST_CASE("access: a message is its owner's, and the sandbox's are the test key's") {
    Keyed world;
    const pool::PlatformId shop = world.pool.platform("shop")->id;
    const auto message = world.message({.platform = shop, .session = 0}, "x");
    auto sandboxed = message;
    sandboxed.id = world.ids.next(world.now);
    sandboxed.carrier = "sandbox";
    world.memory.commit({pool::MessageAdded{sandboxed}}, [](std::error_code) {});
    const std::string live = "/v1/messages/" + pool::id_text(message.id);
    const std::string test = "/v1/messages/" + pool::id_text(sandboxed.id);
    const auto statuses = [&](const std::string& key) {
        world.use(key);
        return std::vector<int>{world.status(live), world.status(live + "/trace"),
                                world.status(test), world.status(test + "/trace")};
    };
    CHECK(statuses(world.shop) == std::vector{200, 200, 404, 404});
    CHECK(statuses(world.sandbox) == std::vector{404, 404, 200, 200});
    CHECK(statuses(world.other) == std::vector{404, 404, 404, 404});
    CHECK(statuses(world.owner) == std::vector{200, 200, 200, 200});
    world.use(world.shop);
    CHECK(world.get("/v1/messages").items() == 1);
    const Reply page = world.get("/v1/messages?after=0&wait=1");
    CHECK(page.items() == 1);
    CHECK(page.text("/next_cursor") == pool::id_text(sandboxed.id));
    world.use(world.sandbox);
    CHECK(world.get("/v1/messages").text("/items/0/carrier") == "sandbox");
}

TEST_CASE("access: a platform's key cannot make keys or see those who do") {
    Keyed world;
    world.use(world.shop);
    CHECK(world.post("/v1/platforms/shop/keys", "{}").status == 403);
    CHECK(world.status("/v1/platforms") == 403);
}

TEST_CASE("access: the limits are on every answer of a key, and end in 429") {
    http::ApiOptions options;
    options.access.key_rate = {.burst = 2, .each = 10s};
    Keyed world{options};
    world.use(world.shop);
    const Reply first = world.get("/v1/sessions");
    CHECK(first.header("ratelimit-limit") == "2");
    CHECK(first.header("ratelimit-remaining") == "1");
    CHECK(first.header("ratelimit-reset") == "10");
    CHECK(world.get("/v1/nothing").header("ratelimit-remaining") == "0");
    const Reply refused = world.get("/v1/sessions");
    CHECK(refused.status == 429);
    CHECK(refused.type == "application/problem+json");
    CHECK(refused.text("/type") == "urn:smppd:problem:rate_limited");
    CHECK(refused.header("retry-after") == "10");
    CHECK(refused.header("ratelimit-remaining") == "0");
    world.now += 10s;
    CHECK(world.status("/v1/sessions") == 200);
    // Others are not held up, and the socket has no limit.
    world.use(world.other);
    CHECK(world.status("/v1/sessions") == 200);
    world.use_socket();
    for (int i = 0; i < 5; ++i) {
        const Reply local = world.get("/v1/sessions");
        CHECK(local.status == 200);
        CHECK(local.header("ratelimit-limit").empty());
    }
}

TEST_CASE("access: all keys of a platform share its limit, which may be its own") {
    Keyed world;
    const std::string second = world.make_key("/v1/platforms/shop/keys", "{}");
    pool::Platform shop = *world.pool.platform("shop");
    shop.requests_per_second = 1;
    REQUIRE(world.pool.update(shop).has_value());
    world.use(world.shop);
    CHECK(world.status("/v1/sessions") == 200);
    world.use(second);
    CHECK(world.get("/v1/sessions").header("ratelimit-limit") == "2");
    CHECK(world.status("/v1/sessions") == 429);
    world.use(world.shop);
    CHECK(world.status("/v1/sessions") == 429);
    // A platform that may ask more often may do so with one key.
    shop.requests_per_second = 1000;
    REQUIRE(world.pool.update(shop).has_value());
    world.now += 1min;
    CHECK(world.get("/v1/sessions").header("ratelimit-limit") == "2000");
}

TEST_CASE("access: failures of an address are limited, a good key passes all the same") {
    http::ApiOptions options;
    options.access.failure_rate = {.burst = 2, .each = 3s};
    Keyed world{options};
    world.use("smppd_live_wrong");
    CHECK(world.status("/v1/sessions") == 401);
    CHECK(world.status("/v1/sessions") == 401);
    const Reply refused = world.get("/v1/sessions");
    CHECK(refused.status == 429);
    CHECK(refused.header("retry-after") == "3");
    world.use(world.shop);
    CHECK(world.status("/v1/sessions") == 200);
    world.use("smppd_live_wrong", "192.0.2.8");
    CHECK(world.status("/v1/sessions") == 401);
    world.use("smppd_live_wrong");
    world.now += 3s;
    CHECK(world.status("/v1/sessions") == 401);
    // A call without any key is a question, not an attempt.
    world.use("");
    for (int i = 0; i < 5; ++i) CHECK(world.status("/v1/sessions") == 401);
}

TEST_CASE("access: addresses of one IPv6 network count as one") {
    CHECK(http::failure_origin("2001:db8:1:2::1") == http::failure_origin("2001:db8:1:2:ffff::9"));
    CHECK(http::failure_origin("2001:db8:1:2::1") != http::failure_origin("2001:db8:1:3::1"));
    CHECK(http::failure_origin("192.0.2.1") != http::failure_origin("192.0.2.2"));
}

TEST_CASE("access: the last use is recorded, at most once a minute") {
    Keyed world;
    const std::string path = "/v1/keys/" + Keyed::id_of(world.shop);
    const auto used = [&] { return world.pool.api_key(Keyed::id_of(world.shop))->last_used_at; };
    CHECK(world.get(path).at("/last_used_at").is_null());
    world.use(world.shop);
    world.status("/v1/sessions");
    CHECK(used() == noon);
    world.now = noon + 59s;
    world.status("/v1/sessions");
    CHECK(used() == noon);
    world.now = noon + 60s;
    world.status("/v1/sessions");
    CHECK(used() == noon + 60s);
    // What cannot be recorded goes back, and does not concern the call.
    world.now = noon + 3min;
    world.memory.fail_with(make_error_code(store::Errc::full));
    CHECK(world.status("/v1/sessions") == 200);
    CHECK(used() == noon + 60s);
}

TEST_CASE("access: a large body is refused before it is read") {
    Keyed world;
    const auto refusal = [&](const std::string& key, const std::string& target) {
        world.use(key);
        http::Request head{.method = "POST",
                           .target = target,
                           .headers = world.headers,
                           .body = {},
                           .peer = world.peer};
        const auto response = world.api.refuse_unread(head);
        return response ? response->status : 0;
    };
    CHECK(refusal("", "/v1/numbers/import") == 401);
    CHECK(refusal(world.shop, "/v1/numbers/import") == 403);
    CHECK(refusal(world.owner, "/v1/numbers/import") == 0);
    CHECK(refusal("", "/nothing") == 401);
}

TEST_CASE("cors: nothing is said unless an origin is allowed") {
    Keyed world;
    world.use(world.shop);
    world.headers.emplace_back("origin", "https://app.example");
    CHECK(world.get("/v1/sessions").header("access-control-allow-origin").empty());
    http::ApiOptions options;
    options.access.cors_origins = {"https://app.example"};
    Keyed open{options};
    open.use(open.shop);
    CHECK(open.get("/v1/sessions").header("vary") == "Origin");
    open.headers.emplace_back("origin", "https://app.example");
    const Reply reply = open.get("/v1/sessions");
    CHECK(reply.header("access-control-allow-origin") == "https://app.example");
    CHECK(reply.header("access-control-expose-headers").find("Retry-After") != std::string::npos);
    open.headers.back().second = "https://app.example.evil";
    CHECK(open.get("/v1/sessions").header("access-control-allow-origin").empty());
    // A page must be able to read what was refused, too.
    open.use("");
    open.headers.emplace_back("origin", "https://app.example");
    CHECK(open.get("/v1/sessions").header("access-control-allow-origin") == "https://app.example");
}

TEST_CASE("cors: a preflight needs no key") {
    http::ApiOptions options;
    options.access.cors_origins = {"*"};
    Keyed world{options};
    world.use("");
    world.headers = {{"origin", "https://any.example"}, {"access-control-request-method", "POST"}};
    const Reply reply = world.call("OPTIONS", "/v1/sessions");
    CHECK(reply.status == 204);
    CHECK(reply.header("access-control-allow-origin") == "https://any.example");
    CHECK(reply.header("access-control-allow-methods").find("POST") != std::string::npos);
    CHECK(reply.header("access-control-allow-headers").find("Idempotency-Key") !=
          std::string::npos);
}

TEST_CASE("api: OPTIONS tells the methods of a path") {
    Harness harness;
    CHECK(harness.call("OPTIONS", "/v1/platforms").header("allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(harness.call("OPTIONS", "*").status == 204);
    CHECK(harness.call("OPTIONS", "/v1/nothing").status == 404);
    CHECK(harness.call("GET", "*").status == 400);
}
