// tests/daemon/http/test_repeat.cpp - the same call with the same Idempotency-Key, twice.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

constexpr const char* body = R"({"platform":"shop","country":"GB"})";

struct Repeating : Harness {
    explicit Repeating(int numbers = 3) {
        post("/v1/platforms", R"({"name":"shop"})");
        std::string csv = "number,country\n";
        for (int i = 1; i <= numbers; ++i) csv += "+44770090010" + std::to_string(i) + ",GB\n";
        REQUIRE(import(csv).status == 200);
        key("once");
    }
    void key(const std::string& value) {
        std::erase_if(headers, [](const auto& one) { return one.first == "idempotency-key"; });
        headers.emplace_back("idempotency-key", value);
    }
};

/// What a restart finds of answers.
struct Answers final : store::Visitor {
    http::Idempotency known;
    void platform(pool::Platform) override {}
    void account(pool::SmppAccount) override {}
    void number(pool::Number) override {}
    void session(pool::Session) override {}
    void webhook(pool::Webhook) override {}
    void api_key(pool::ApiKey) override {}
    void brand_use(pool::BrandUse) override {}
    void part(pool::Part) override {}
    void delivery(pool::Delivery) override {}
    void answer(std::uint64_t key, std::uint64_t request, pool::Id id, pool::WallTime) override {
        known.restore(key, request, id);
    }
    void duplicate(std::uint64_t, pool::Id, const std::string&, pool::WallTime) override {}
    void last_id(pool::Id) override {}
    void salt(std::uint64_t) override {}
};

}  // namespace

TEST_CASE("idempotency key: the same call gets the same answer, and nothing is done twice") {
    Repeating world;
    const Reply first = world.post("/v1/sessions", body);
    REQUIRE(first.status == 201);
    CHECK(first.header("idempotency-replayed").empty());
    const Reply second = world.post("/v1/sessions", body);
    CHECK(second.status == 201);
    CHECK(second.body == first.body);
    CHECK(second.header("location") == first.header("location"));
    CHECK(second.header("idempotency-replayed") == "true");
    CHECK(world.get("/v1/sessions").items() == 1);
    world.key("twice");
    CHECK(world.post("/v1/sessions", body).body != first.body);
    CHECK(world.get("/v1/sessions").items() == 2);
}

TEST_CASE("idempotency key: an import is not done twice") {
    Repeating world;
    const std::string csv = "number,tags\n+447700900101,a\n";
    const Reply first = world.import(csv);
    REQUIRE(first.status == 200);
    world.key("other");
    REQUIRE(world.import("number,tags\n+447700900101,b\n").status == 200);
    world.key("once");
    const Reply second = world.import(csv);
    CHECK(second.body == first.body);
    CHECK(second.header("idempotency-replayed") == "true");
    CHECK(world.get("/v1/numbers/+447700900101").text("/tags") == R"(["b"])");
}

TEST_CASE("idempotency key: the answer stays as it was though the world moved on") {
    Repeating world;
    const Reply first = world.post("/v1/sessions", body);
    world.call("DELETE", "/v1/sessions/" + first.text("/id"));
    CHECK(world.post("/v1/sessions", body).text("/state") == "active");
}

TEST_CASE("idempotency key: another body or path with it is 422") {
    Repeating world;
    world.post("/v1/sessions", body);
    const Reply reply = world.post("/v1/sessions", R"({"platform":"shop"})");
    CHECK(reply.status == 422);
    CHECK(reply.text("/type") == "urn:smppd:problem:idempotency_key_reused");
    // Each operation has keys of its own.
    CHECK(world.post("/v1/platforms", R"({"name":"more"})").status == 201);
}

TEST_CASE("idempotency key: while the first is under way the second is 409 with Retry-After") {
    Repeating world;
    world.memory.hold(true);
    const auto first = world.begin("POST", "/v1/sessions", body);
    CHECK(first->answers.empty());
    const Reply second = world.post("/v1/sessions", body);
    CHECK(second.status == 409);
    CHECK(second.text("/type") == "urn:smppd:problem:under_way");
    CHECK(second.header("retry-after") == "1");
    world.memory.release();
    REQUIRE(first->answers.size() == 1);
    CHECK(world.post("/v1/sessions", body).body == read(first->answers[0]).body);
}

TEST_CASE("idempotency key: what failed may be tried again") {
    Repeating world{1};
    CHECK(world.post("/v1/sessions", R"({"platform":"shop","country":"FR"})").status == 409);
    world.memory.fail_with(make_error_code(store::Errc::full));
    CHECK(world.post("/v1/sessions", body).status == 503);
    world.memory.fail_with({});
    const Reply reply = world.post("/v1/sessions", body);
    CHECK(reply.status == 201);
    CHECK(reply.header("idempotency-replayed").empty());
    CHECK(world.post("/v1/sessions", body).header("idempotency-replayed") == "true");
}

TEST_CASE("idempotency key: a handler that gives up in the middle leaves nothing reserved") {
    Repeating world;
    world.passwords.full = true;
    const std::string account = R"({"name":"smpp","system_id":"s","password":"secret12"})";
    CHECK(world.post("/v1/platforms", account).status == 503);
    world.passwords.full = false;
    CHECK(world.post("/v1/platforms", account).status == 201);
    CHECK(world.post("/v1/platforms", account).status == 201);
}

TEST_CASE("idempotency key: the answer is known after a restart") {
    Repeating world;
    const Reply first = world.post("/v1/sessions", body);
    Answers restarted;
    world.memory.load(restarted);
    CHECK(restarted.known.size() == 1);
    world.context.answers = &restarted.known;
    http::Api api{world.context};
    http::Request request{
        .method = "POST",
        .target = "/v1/sessions",
        .headers = {{"content-type", "application/json"}, {"idempotency-key", "once"}},
        .body = body,
        .peer = world.peer};
    const auto responder = std::make_shared<FakeResponder>();
    api.handle(request, responder);
    REQUIRE(responder->answers.size() == 1);
    CHECK(read(responder->answers[0]).body == first.body);
    request.body = "{}";
    const auto other = std::make_shared<FakeResponder>();
    api.handle(request, other);
    REQUIRE(other->answers.size() == 1);
    CHECK(other->answers[0].status == 422);
}

TEST_CASE("idempotency key: after 24 h the call is made anew") {
    Repeating world;
    const Reply first = world.post("/v1/sessions", body);
    world.now += 24h - 1s;
    CHECK(world.post("/v1/sessions", body).body == first.body);
    world.now += 2s;
    CHECK(world.post("/v1/sessions", body).body != first.body);
}

TEST_CASE("idempotency key: it has 1 to 255 printable characters, once") {
    Repeating world;
    for (const std::string& bad :
         {std::string{}, std::string(256, 'k'), std::string{"k\xc3\xa4"}}) {
        world.key(bad);
        CHECK_MESSAGE(world.post("/v1/sessions", body).status == 422, bad.size());
    }
    world.key(std::string(255, 'k'));
    CHECK(world.post("/v1/sessions", body).status == 201);
    world.headers.emplace_back("idempotency-key", "another");
    CHECK(world.post("/v1/sessions", body).status == 422);
}

TEST_CASE("idempotency key: platforms do not find each other's, a platform's keys do") {
    Repeating world;
    world.key("unused");
    world.post("/v1/platforms", R"({"name":"other"})");
    world.headers.clear();
    const std::string one = world.make_key("/v1/platforms/shop/keys", "{}");
    const std::string two = world.make_key("/v1/platforms/shop/keys", "{}");
    const std::string other = world.make_key("/v1/platforms/other/keys", "{}");
    const auto allocate = [&](const std::string& key) {
        world.use(key);
        world.key("same");
        return world.post("/v1/sessions", R"({"country":"GB"})");
    };
    const Reply first = allocate(one);
    REQUIRE(first.status == 201);
    CHECK(allocate(two).body == first.body);
    CHECK(allocate(other).text("/platform") == "other");
}
