// tests/daemon/http/test_webhooks.cpp - webhooks over the API: made, shown, changed, rotated.
#include "daemon/http/session_calls.hpp"
#include "daemon/notify/standard_webhooks.hpp"
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

struct Hooks : Harness {
    static pool::PoolOptions few() {
        pool::PoolOptions options = pool_options();
        options.webhooks_brought_max = 100;
        return options;
    }
    Hooks() : Harness(few()) {
        post("/v1/platforms", R"({"name":"shop"})");
        post("/v1/platforms", R"({"name":"bank"})");
        import("number,country\n+447700900101,GB\n+447700900102,GB\n");
        key = make_key("/v1/platforms/shop/keys", R"({"scopes":["webhooks:read","webhooks:write",
            "messages:text","sessions:read","sessions:write"]})");
        use(key);
    }
    std::string key;
};

constexpr auto hook = R"({"url":"https://shop.example/hook","events":["code.received"]})";

}  // namespace

TEST_CASE("webhooks: the secret is shown when it is made, and never again") {
    Hooks h;
    const Reply made = h.post("/v1/webhooks", hook);
    CHECK(made.status == 201);
    CHECK(notify::parse_secret(made.text("/secret")).has_value());
    CHECK(made.header("location") == "/v1/webhooks/" + made.text("/id"));
    const Reply shown = h.get("/v1/webhooks/" + made.text("/id"));
    CHECK(shown.status == 200);
    CHECK(shown.text("/events/0") == "code.received");
    CHECK(shown.body.as_object().if_contains("secret") == nullptr);
    CHECK(h.get("/v1/webhooks").items() == 1);
}

TEST_CASE("webhooks: a rotated secret signs beside the old one for a while") {
    Hooks h;
    const Reply made = h.post("/v1/webhooks", hook);
    const std::string path = "/v1/webhooks/" + made.text("/id");
    const Reply rotated = h.post(path + "/rotate-secret", R"({"overlap_seconds":3600})");
    CHECK(rotated.text("/secret") != made.text("/secret"));
    CHECK(rotated.text("/previous_secret_until") == "2026-11-24T13:00:00.000Z");
    const auto hooks = h.pool.webhooks_of(0);
    CHECK(hooks.front()->previous_secret == made.text("/secret"));
    CHECK(h.post(path + "/rotate-secret", R"({"overlap_seconds":-1})").status == 422);
    h.post(path + "/rotate-secret", R"({"overlap_seconds":0})");
    CHECK(h.pool.webhooks_of(0).front()->previous_secret.empty());
}

TEST_CASE("webhooks: changed, disabled, removed; other platforms see none") {
    Hooks h;
    const std::string path = "/v1/webhooks/" + h.post("/v1/webhooks", hook).text("/id");
    CHECK(h.call("PATCH", path, R"({"url":"https://new.example/"})").text("/url") ==
          "https://new.example/");
    CHECK(h.call("PATCH", path, R"({"disabled":true})").text("/disabled_reason") == "admin");
    CHECK(h.post(path + "/test").status == 409);
    CHECK(h.post(path + "/test", R"({"nonsense":1})").status == 422);
    CHECK(h.post(path + "/test", "NaN").status == 400);
    CHECK(h.call("PATCH", path, R"({"disabled":false})").at("/disabled_reason").is_null());
    CHECK(h.call("PATCH", path, R"({"events":[]})").at("/events").as_array().empty());
    h.use(
        h.make_key("/v1/platforms/bank/keys", R"({"scopes":["webhooks:read","webhooks:write"]})"));
    CHECK(h.get(path).status == 404);
    CHECK(h.call("PATCH", path, R"({"disabled":true})").status == 404);
    CHECK(h.call("DELETE", path).status == 404);
    CHECK(h.get("/v1/webhooks").items() == 0);
    h.use(h.key);
    CHECK(h.call("DELETE", path).status == 204);
    CHECK(h.get(path).status == 404);
}

TEST_CASE("webhooks: what cannot be one is 422") {
    Hooks h;
    const auto status = [&](const std::string& body) {
        return h.post("/v1/webhooks", body).status;
    };
    CHECK(status("{}") == 422);
    CHECK(status(R"({"url":"http://shop.example/"})") == 422);
    CHECK(status(R"({"url":"https://a:b@shop.example/"})") == 422);
    CHECK(status(R"({"url":"https://"})") == 422);
    CHECK(status(R"({"url":"https://shop.example/","events":["nope"]})") == 422);
    CHECK(status(R"({"url":"https://shop.example/","secret":"whsec_short"})") == 422);
    CHECK(status(R"({"url":"https://shop.example:99999/"})") == 422);
    CHECK(status(R"({"url":"https://[2001:db8::1]:8443/x?y=z"})") == 201);
}

TEST_CASE("webhooks: a URL is checked on both sides") {
    using http::webhook_url_problem;
    CHECK(webhook_url_problem("https://shop.example", false).empty());
    CHECK(webhook_url_problem("http://127.0.0.1:9000/x", true).empty());
    CHECK_FALSE(webhook_url_problem("http://127.0.0.1:9000/x", false).empty());
    CHECK_FALSE(webhook_url_problem("https://shop.example/#x", true).empty());
    CHECK_FALSE(webhook_url_problem("https://shop example/", true).empty());
    CHECK_FALSE(webhook_url_problem("https://shop.example:/", true).empty());
    CHECK_FALSE(webhook_url_problem("https://shop.example:0/", true).empty());
    CHECK(webhook_url_problem("https://shop.example:65535/", true).empty());
    CHECK_FALSE(webhook_url_problem("https://[::1/", true).empty());
    CHECK(webhook_url_problem("https://x/" + std::string(1'990, 'a'), true).empty());
    CHECK_FALSE(webhook_url_problem("https://x/" + std::string(1'991, 'a'), true).empty());
}

TEST_CASE("webhooks: a session brings its own, made once") {
    Hooks h;
    const auto lease = [&] {
        return h.post("/v1/sessions", R"({"webhook_url":"https://shop.example/session"})");
    };
    CHECK(lease().status == 201);
    CHECK(lease().status == 201);
    REQUIRE(h.get("/v1/webhooks").items() == 1);
    CHECK(h.get("/v1/webhooks").at("/items/0/sessions_only") == true);
    // No number is left: nothing is made for a request that is refused.
    CHECK(h.post("/v1/sessions", R"({"webhook_url":"https://shop.example/other"})").status == 409);
    CHECK(h.get("/v1/webhooks").items() == 1);
}

TEST_CASE("webhooks: who may not read texts has none sent either") {
    Hooks h;
    h.use(h.make_key("/v1/platforms/shop/keys",
                     R"({"scopes":["webhooks:read","webhooks:write","sessions:write"]})"));
    CHECK(h.post("/v1/webhooks", hook).status == 403);
    CHECK(h.post("/v1/sessions", R"({"webhook_url":"https://shop.example/s"})").status == 403);
    CHECK(h.post("/v1/sessions", "{}").status == 201);
}

TEST_CASE("webhooks: a URL for each session does not use them up") {
    Hooks h;
    for (int i = 0; i < 103; ++i) {
        const Reply reply = h.post("/v1/sessions", R"({"number":"+447700900101","webhook_url":)"
                                                   R"("https://shop.example/)" +
                                                       std::to_string(i) + "\"}");
        REQUIRE(reply.status == 201);
        REQUIRE(h.call("DELETE", "/v1/sessions/" + reply.text("/id")).status == 204);
        h.now += 73h;
        h.pool.expire(h.now);
    }
    CHECK(h.pool.webhooks_of(0).size() == 100);
}
