// tests/daemon/http/test_on_demand.cpp - sessions of workflows over the API: leased, extended,
// swapped, verified, and what their answers tell whom.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

/// A platform "shop" with a workflow, three numbers, and keys.
struct OnDemand : Harness {
    OnDemand() {
        pool::Workflow flow;
        flow.name = "signup";
        flow.ttl = 60s;
        flow.ttl_max = 120s;
        flow.attempts = 2;
        flow.regions = {"GB", "FR"};
        flow.swaps_max = 1;
        pool::Workflow outbound;
        outbound.name = "login";
        outbound.direction = pool::Direction::outbound;
        pool.workflows({{"signup", flow}, {"login", outbound}});
        post("/v1/platforms", R"({"name":"shop"})");
        post("/v1/platforms", R"({"name":"bank"})");
        import("number,country\n+447700900101,GB\n+447700900102,GB\n+33612345678,FR\n");
        key = make_key("/v1/platforms/shop/keys", "{}");
    }
    std::string allocate(const std::string& more = "") {
        const Reply reply = post("/v1/sessions", R"({"workflow":"signup")" + more + "}");
        REQUIRE(reply.status == 201);
        return "/v1/sessions/" + reply.text("/id");
    }
    /// A message for the session comes, as the router has it recorded.
    void arrive(const std::string& session, const std::string& text) {
        const auto token = pool::parse_token(session.substr(session.rfind('/') + 1));
        const auto found = pool.session(*token);
        REQUIRE(found.has_value());
        pool::Message message;
        message.id = ids.next(now);
        message.source = "Meadow";
        message.number = found->number;
        message.owner = {found->platform, found->id};
        message.first_part_at = message.received_at = now;
        message.text = text;
        pool::Changes changes = pool.arrived(message, now);
        changes.emplace_back(pool::MessageAdded{message});
        announcer.commit(std::move(changes), [](std::error_code) {});
    }
    std::string key;
};

}  // namespace

TEST_CASE("on demand: allocate, receive, verify, release") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate(R"(,"reference":"alice")");
    CHECK(h.get(session).text("/code/status") == "waiting");
    h.now += 1s;
    h.arrive(session, "Your Meadow code is 481 920");
    CHECK(h.get(session).text("/code/status") == "received");
    CHECK(h.get(session).text("/code/value") == "481920");
    const Reply messages = h.get(session + "/messages?after=0");
    REQUIRE(messages.items() == 1);
    CHECK(messages.text("/items/0/text") == "Your Meadow code is 481 920");
    CHECK(messages.text("/items/0/code") == "481920");
    CHECK(h.get(session + "/messages?after=" + messages.text("/next_cursor")).items() == 0);

    const Reply wrong = h.post(session + "/verify", R"({"code":"481921"})");
    CHECK(wrong.status == 200);
    CHECK(wrong.at("/success") == false);
    CHECK(wrong.at("/attempts_left") == 1);
    const Reply right = h.post(session + "/verify", R"({"code":"481-920"})");
    CHECK(right.status == 200);
    CHECK(right.at("/success") == true);
    CHECK(right.text("/next_step") == "continue");
    CHECK(h.get(session).text("/state") == "verified");
    CHECK(h.get(session).at("/code/value").is_null());
    CHECK(h.call("DELETE", session).status == 204);
    CHECK(h.call("DELETE", session).status == 204);
}

TEST_CASE("on demand: a message shows the code that the session took, and no other") {
    OnDemand h;
    pool::Workflow flow;
    flow.name = "digits";
    flow.code.letters = false;
    h.pool.workflows({{"digits", flow}});
    h.use(h.key);
    const auto allocate = [&](const std::string& more) {
        return "/v1/sessions/" +
               h.post("/v1/sessions", R"({"workflow":"digits")" + more + "}").text("/id");
    };
    const std::string picky = allocate(R"(,"expected_senders":["Google"])");
    h.arrive(picky, "Your Meadow code is 481920");
    CHECK(h.get(picky + "/messages?after=0").at("/items/0/code").is_null());
    const std::string digits = allocate("");
    h.arrive(digits, "Your Meadow code is AB12CD");
    CHECK(h.get(digits + "/messages?after=0").at("/items/0/code").is_null());
    h.arrive(digits, "Your Meadow code is 481920");
    CHECK(h.get(digits + "/messages?after=0").text("/items/1/code") == "481920");
}

TEST_CASE("on demand: a message wakes who waits for it, and none of the others") {
    OnDemand h;
    h.use(h.key);
    const std::string one = h.allocate(), other = h.allocate();
    const auto first = h.begin("GET", one + "/messages?after=0&wait=30");
    const auto second = h.begin("GET", other + "/messages?after=0&wait=30");
    CHECK(h.events.followers() == 2);
    CHECK(h.feed.waiting.empty());  // which wakes all who wait
    h.arrive(one, "Your Meadow code is 481920");
    h.turn();
    first->pass(1s);
    second->pass(1s);
    REQUIRE(first->answers.size() == 1);
    CHECK(read(first->answers[0]).items() == 1);
    CHECK(second->answers.empty());
    CHECK(h.events.followers() == 1);
    second->pass(30s);
    REQUIRE(second->answers.size() == 1);
    CHECK(h.events.followers() == 0);
}

TEST_CASE("on demand: the webhook that a session brings along is told, its secret once") {
    OnDemand h;
    h.use(h.key);
    const std::string body = R"({"workflow":"signup","webhook_url":"https://shop.example/hook"})";
    const Reply first = h.post("/v1/sessions", body);
    REQUIRE(first.status == 201);
    CHECK(first.text("/webhook/url") == "https://shop.example/hook");
    CHECK(first.text("/webhook/secret").starts_with("whsec_"));
    CHECK(h.get("/v1/webhooks/" + first.text("/webhook/id")).status == 200);
    const Reply again = h.post("/v1/sessions", body);
    CHECK(again.text("/webhook/id") == first.text("/webhook/id"));
    CHECK(again.at("/webhook").as_object().if_contains("secret") == nullptr);
    CHECK(h.get("/v1/sessions/" + first.text("/id")).body.as_object().if_contains("webhook") ==
          nullptr);
}

TEST_CASE("on demand: nothing typed costs no attempt, and country is two capitals") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate();
    CHECK(h.post(session + "/verify", R"({"code":" - "})").status == 422);
    CHECK(h.get(session).at("/attempts_left") == 2);
    CHECK(h.get("/v1/numbers?country=gb").status == 422);
    CHECK(h.get("/v1/numbers?country=G").status == 422);
    CHECK(h.get("/v1/numbers?country=GB").status == 200);
}

TEST_CASE("on demand: spent attempts and ended sessions are told apart") {
    OnDemand h;
    h.use(h.key);
    const std::string failed = h.allocate();
    h.post(failed + "/verify", R"({"code":"1111"})");
    const Reply last = h.post(failed + "/verify", R"({"code":"2222"})");
    CHECK(last.status == 200);
    CHECK(last.text("/state") == "failed");
    CHECK(last.text("/next_step") == "retry_with_new_number");
    const Reply spent = h.post(failed + "/verify", R"({"code":"3333"})");
    CHECK(spent.status == 409);
    CHECK(spent.text("/type") == "urn:smppd:problem:attempts_exhausted");
    CHECK(spent.text("/next_step") == "retry_with_new_number");

    const std::string late = h.allocate();
    h.now += 60s;
    CHECK(h.post(late + "/verify", R"({"code":"1111"})").status == 410);
    CHECK(h.post(late + "/extend", R"({"ttl_seconds":10})").status == 410);
    CHECK(h.post(late + "/swap").status == 410);
    CHECK(h.post("/v1/sessions/ses_00000000000000000000000000/verify", R"({"code":"1"})").status ==
          404);
}

TEST_CASE("on demand: a verdict is said only when its attempt is recorded") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate();
    h.arrive(session, "Your Meadow code is 481920");
    h.memory.fail_with(make_error_code(store::Errc::full));
    const Reply reply = h.post(session + "/verify", R"({"code":"481920"})");
    h.memory.fail_with({});
    CHECK(reply.status == 503);
    CHECK(h.get(session).text("/state") == "active");
    CHECK(h.get(session).at("/attempts_left") == 2);
    CHECK(h.post(session + "/verify", R"({"code":"481920"})").at("/success") == true);
}

TEST_CASE("on demand: extension up to the cap, then 409") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate();
    const Reply longer = h.post(session + "/extend", R"({"ttl_seconds":300})");
    CHECK(longer.status == 200);
    CHECK(longer.text("/expires_at") == "2026-11-24T12:02:00.000Z");
    CHECK(h.post(session + "/extend", R"({"ttl_seconds":300})").status == 409);
    CHECK(h.post(session + "/extend", "{}").status == 422);
    CHECK(h.post(session + "/extend", R"({"ttl_seconds":0})").status == 422);
}

TEST_CASE("on demand: a swap brings another number, as often as the workflow says") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate(R"(,"country":"GB")");
    const std::string before = h.get(session).text("/number");
    const Reply swapped = h.post(session + "/swap");
    CHECK(swapped.status == 200);
    CHECK(swapped.text("/number") != before);
    CHECK(swapped.at("/swaps") == 1);
    h.use_socket();
    CHECK(h.get("/v1/numbers/" + before).text("/state") == "cooling");
    h.use(h.key);
    CHECK(h.post(session + "/swap").status == 409);
}

TEST_CASE("on demand: a refusal names the filter and says when to come back") {
    OnDemand h;
    h.use(h.key);
    h.allocate(R"(,"country":"FR")");
    const Reply reply = h.post("/v1/sessions", R"({"workflow":"signup","country":"FR"})");
    CHECK(reply.status == 409);
    CHECK(reply.text("/type") == "urn:smppd:problem:no_number");
    CHECK(reply.text("/filter") == "country");
    CHECK(reply.text("/free_at") == "2026-11-27T12:01:00.000Z");
    CHECK(reply.header("retry-after") == std::to_string(72 * 3600 + 60));
    const Reply area =
        h.post("/v1/sessions", R"({"workflow":"signup","country":"GB","area":"none"})");
    CHECK(area.text("/filter") == "area");
    CHECK(area.at("/free_at").is_null());
}

TEST_CASE("on demand: what a workflow does not allow is 422 and names the field") {
    OnDemand h;
    h.use(h.key);
    const auto pointer = [&](const std::string& body) {
        const Reply reply = h.post("/v1/sessions", body);
        CHECK(reply.status == 422);
        return reply.text("/errors/0/pointer");
    };
    CHECK(pointer(R"({"workflow":"nope"})") == "/workflow");
    CHECK(pointer(R"({"workflow":"login"})") == "/workflow");
    CHECK(pointer(R"({"workflow":"signup","country":"DE"})") == "/country");
    CHECK(pointer(R"({"workflow":"signup","ttl_seconds":121})") == "/ttl_seconds");
    CHECK(pointer(R"({"workflow":"signup","expected_senders":["a*b"]})") == "/expected_senders");
    CHECK(pointer(R"({"workflow":"signup","webhook_url":"ftp://x"})") == "/webhook_url");
    CHECK(pointer(R"({"workflow":"signup","webhook_url":"http://x.example/"})") == "/webhook_url");
    CHECK(pointer(R"({"workflow":"signup","colour":"red"})") == "/colour");
}

TEST_CASE("on demand: quotas are 429, with the quota, the time, and one event a minute") {
    OnDemand h;
    CHECK(h.call("PATCH", "/v1/platforms/shop", R"({"allocations_per_minute":1})").status == 200);
    h.use(h.key);
    h.allocate();
    const auto refused = [&] {
        const Reply reply = h.post("/v1/sessions", R"({"workflow":"signup"})");
        CHECK(reply.status == 429);
        CHECK(reply.text("/quota") == "allocations_per_minute");
        CHECK(reply.header("retry-after") == "61");
    };
    refused();
    refused();
    std::size_t told = 0;
    const Reply events = h.get("/v1/events?after=0&wait=0");
    for (const json::value& event : events.body.at("items").as_array())
        if (event.at("type") == "quota.exceeded") ++told;
    CHECK(told == 1);
}

TEST_CASE("on demand: codes and texts are for keys with the scope") {
    OnDemand h;
    const std::string blind = h.make_key(
        "/v1/platforms/shop/keys", R"({"scopes":["sessions:read","messages:read","events:read"]})");
    h.use(h.key);
    const std::string session = h.allocate();
    h.arrive(session, "Your Meadow code is 481920");
    h.use(blind);
    const Reply shown = h.get(session);
    CHECK(shown.text("/code/status") == "received");
    CHECK(shown.at("/code").as_object().if_contains("value") == nullptr);
    const Reply messages = h.get(session + "/messages");
    REQUIRE(messages.items() == 1);
    CHECK(messages.body.at("items").as_array()[0].as_object().if_contains("text") == nullptr);
    CHECK(h.get(session + "/messages?text=true").status == 403);
    CHECK(json::serialize(h.get("/v1/events?after=0&wait=0").body).find("481920") ==
          std::string::npos);
    CHECK(h.post(session + "/verify", R"({"code":"481920"})").status == 403);
}

TEST_CASE("on demand: another platform finds nothing") {
    OnDemand h;
    const std::string other = h.make_key("/v1/platforms/bank/keys", "{}");
    h.use(h.key);
    const std::string session = h.allocate();
    h.use(other);
    CHECK(h.get(session).status == 404);
    CHECK(h.get(session + "/messages").status == 404);
    CHECK(h.post(session + "/verify", R"({"code":"1"})").status == 404);
    CHECK(h.post(session + "/extend", R"({"ttl_seconds":5})").status == 404);
    CHECK(h.post(session + "/swap").status == 404);
    CHECK(h.call("DELETE", session).status == 404);
    CHECK(h.get("/v1/sessions").items() == 0);
    CHECK(h.get("/v1/numbers").items() == 0);
    CHECK(h.post("/v1/sessions", R"({"platform":"shop","workflow":"signup"})").status == 403);
}

TEST_CASE("on demand: the same call with an Idempotency-Key leases once") {
    OnDemand h;
    h.use(h.key);
    h.headers.emplace_back("idempotency-key", "one");
    const Reply first = h.post("/v1/sessions", R"({"workflow":"signup"})");
    const Reply again = h.post("/v1/sessions", R"({"workflow":"signup"})");
    CHECK(first.status == 201);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("idempotency-replayed") == "true");
    CHECK(h.post("/v1/sessions", R"({"workflow":"signup","country":"FR"})").status == 422);
    CHECK(h.get("/v1/sessions").items() == 1);
}

TEST_CASE("on demand: workflows are shown as they are configured") {
    OnDemand h;
    h.use(h.key);
    CHECK(h.get("/v1/workflows").items() == 2);
    const Reply flow = h.get("/v1/workflows/signup");
    CHECK(flow.at("/ttl_seconds") == 60);
    CHECK(flow.at("/attempts") == 2);
    CHECK(flow.text("/next_step/failed") == "retry_with_new_number");
    CHECK(h.get("/v1/workflows/none").status == 404);
}

TEST_CASE("numbers: an admin's states, quarantine and usage over the API") {
    OnDemand h;
    const std::string number = "/v1/numbers/+447700900101";
    CHECK(h.call("PATCH", number, R"({"state":"reserved"})").text("/state") == "reserved");
    CHECK(h.call("PATCH", number, R"({"state":"leased"})").status == 422);
    CHECK(h.call("PATCH", number, "{}").status == 422);
    CHECK(h.call("PATCH", number, R"({"state":"available"})").text("/state") == "available");
    const Reply rests = h.post(number + "/quarantine", R"({"seconds":60,"reason":"flood"})");
    CHECK(rests.text("/state") == "cooling");
    CHECK(rests.text("/cool_until") == "2026-11-24T12:01:00.000Z");
    CHECK(h.post(number + "/quarantine", "{}").status == 422);
    CHECK(h.call("PATCH", number, R"({"state":"retired"})").text("/state") == "retired");
    CHECK(h.post(number + "/quarantine", R"({"seconds":60})").status == 409);
    CHECK(h.call("PATCH", number, R"({"state":"available"})").status == 409);
    h.use(h.key);
    const std::string session = h.allocate(R"(,"country":"FR")");
    CHECK(h.get("/v1/numbers/+33612345678").status == 200);  // it leases it
    CHECK(h.get("/v1/numbers/+447700900102").status == 404);
    h.use_socket();
    const Reply usage = h.get("/v1/numbers/+33612345678/usage");
    REQUIRE(usage.items() == 1);
    CHECK("/v1/sessions/" + usage.text("/items/0/id") == session);
}

TEST_CASE("on demand: an answer without changes waits for what it tells of") {
    OnDemand h;
    h.use(h.key);
    const std::string session = h.allocate();
    h.memory.hold(true);
    const auto first = h.begin("DELETE", session);
    const auto second = h.begin("DELETE", session);
    CHECK(first->answers.empty());
    CHECK(second->answers.empty());
    h.memory.release();
    REQUIRE(second->answers.size() == 1);
    CHECK(second->answers.front().status == 204);
}

TEST_CASE("on demand: a certain number keeps its isolation, and strangers learn nothing") {
    OnDemand h;
    h.import("number,country,isolation_group\n+447700900109,GB,vip\n");
    h.use(h.key);
    CHECK(h.post("/v1/sessions", R"({"number":"+447700900109"})").status == 409);
    CHECK(h.post("/v1/sessions", R"({"number":"+447700900199"})").text("/type") ==
          "urn:smppd:problem:not_available");
    h.use_socket();
    CHECK(h.post("/v1/sessions", R"({"platform":"shop","number":"+447700900109"})").status == 201);
}

TEST_CASE("on demand: a refused swap names the pool's filter, not a quota") {
    OnDemand h;
    CHECK(h.call("PATCH", "/v1/platforms/shop", R"({"numbers_max":1})").status == 200);
    h.use(h.key);
    const std::string session = h.allocate(R"(,"country":"FR")");
    const Reply reply = h.post(session + "/swap");
    CHECK(reply.status == 409);
    CHECK(reply.text("/filter") == "country");
}
