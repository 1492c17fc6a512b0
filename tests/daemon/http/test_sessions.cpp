// tests/daemon/http/test_sessions.cpp - leasing numbers over the API.
#include "daemon/sandbox/outcomes.hpp"
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

void fill(Harness& harness) {
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.post("/v1/platforms", R"({"name":"other"})");
    REQUIRE(harness.import("number,country\n+447700900101,GB\n+33612345678,FR\n").status == 200);
}

}  // namespace

TEST_CASE("sessions: a number that fits is leased") {
    Harness harness;
    fill(harness);
    const int moved = harness.pool_changed;
    const Reply reply = harness.post(
        "/v1/sessions",
        R"({"platform":"shop","country":"GB","ttl_seconds":300,"reference":"order 7"})");
    CHECK(reply.status == 201);
    CHECK(reply.text("/number") == "+447700900101");
    CHECK(reply.text("/state") == "active");
    CHECK(reply.text("/platform") == "shop");
    CHECK(reply.text("/expires_at") == "2026-11-24T12:05:00.000Z");
    CHECK(reply.at("/ended_at").is_null());
    CHECK(reply.text("/reference") == "order 7");
    CHECK(reply.text("/id").starts_with("ses_"));
    CHECK(reply.header("location") == "/v1/sessions/" + reply.text("/id"));
    CHECK(harness.pool_changed > moved);
    CHECK(harness.get("/v1/sessions/" + reply.text("/id")).body == reply.body);
    CHECK(harness.get("/v1/numbers/+447700900101").text("/session") == reply.text("/id"));
}

namespace {

/// Of five sessions that were begun one a minute, the first goes on and memory keeps one of the
/// ended ones.
struct Old : Harness {
    std::vector<std::string> tokens;

    static pool::PoolOptions forgetful() {
        pool::PoolOptions options;
        options.cool_down = 0s;
        options.sessions_kept = 1;
        return options;
    }
    Old() : Harness(forgetful()) {
        fill(*this);
        for (int i = 0; i < 5; ++i) {
            now += 1min;
            const Reply made = post("/v1/sessions", R"({"platform":"shop","ttl_seconds":3600})");
            REQUIRE(made.status == 201);
            tokens.push_back(made.text("/id"));
            if (i > 0) REQUIRE(call("DELETE", "/v1/sessions/" + tokens.back()).status == 204);
        }
    }
    /// The positions in `tokens` of what is listed, as digits.
    std::string listed(const Reply& reply) const {
        std::string order;
        const json::value items = reply.at("/items");
        for (const auto& item : items.as_array())
            for (std::size_t i = 0; i < tokens.size(); ++i)
                if (item.at("id").as_string() == tokens[i].c_str()) order += std::to_string(i);
        return order;
    }
};

}  // namespace

TEST_CASE("sessions: those that ended long ago are shown from the store") {
    Old old;
    REQUIRE_FALSE(old.pool.session(*pool::parse_token(old.tokens[1])));
    const std::string path = "/v1/sessions/" + old.tokens[1];
    const Reply shown = old.get(path);
    CHECK(shown.status == 200);
    CHECK(shown.text("/state") == "released");
    CHECK(shown.text("/number") == "+33612345678");
    CHECK(old.get(path + "/messages").status == 200);
    CHECK(old.get("/v1/messages?session=" + old.tokens[1]).status == 200);
    CHECK(old.get("/v1/events?wait=0&session=" + old.tokens[1]).items() == 2);
    for (const char* step : {"/extend", "/swap", "/verify"}) {
        const std::string_view name = step;
        const char* body = name == "/extend"   ? R"({"ttl_seconds":60})"
                           : name == "/verify" ? R"({"code":"1234"})"
                                               : "{}";
        const Reply reply = old.post(path + step, body);
        CHECK(reply.status == 410);
        CHECK(reply.text("/detail").find("is released") != std::string::npos);
    }
    CHECK(old.call("DELETE", path).status == 204);
    // Nothing of that name was ever there, and another platform's is as good as none.
    std::string invented = old.tokens[1];
    invented.back() = invented.back() == '0' ? '1' : '0';
    CHECK(old.get("/v1/sessions/" + invented).status == 404);
    CHECK(old.get("/v1/messages?session=" + invented).status == 422);
    CHECK(old.get("/v1/events?wait=0&session=" + invented).status == 422);
    const Reply key = old.post("/v1/platforms/other/keys", R"({"name":"app"})");
    old.use(key.text("/key"));
    CHECK(old.get(path).status == 404);
    CHECK(old.get("/v1/sessions").items() == 0);
}

TEST_CASE("sessions: what was verified or failed long ago is answered as it was then") {
    Old old;
    const auto stored = [&](const std::string& token, auto change) {
        auto session = *old.memory.history().session(*pool::parse_token(token));
        const auto before = session;
        change(session);
        old.memory.commit({pool::SessionPut{before, session}}, [](std::error_code) {});
        return "/v1/sessions/" + token + "/verify";
    };
    const auto failed = stored(old.tokens[1], [](pool::Session& session) {
        session.state = pool::SessionState::failed;
        session.attempts_used = session.attempts_max;
    });
    const Reply spent = old.post(failed, R"({"code":"1234"})");
    CHECK(spent.status == 409);
    CHECK(spent.text("/type") == "urn:smppd:problem:attempts_exhausted");
    const auto verified = stored(old.tokens[2], [](pool::Session& session) {
        session.state = pool::SessionState::verified;
        session.verified_at = session.ended_at;
        session.used_code = 77;
    });
    const Reply another = old.post(verified, R"({"code":"1234"})");
    CHECK(another.status == 409);
    CHECK(another.text("/detail").find("Another code") != std::string::npos);
}

TEST_CASE("sessions: lists go on from memory into the store, each session once") {
    Old old;
    CHECK(old.listed(old.get("/v1/sessions")) == "43210");
    CHECK(old.get("/v1/sessions").at("/next_cursor").is_null());
    CHECK(old.listed(old.get("/v1/sessions?state=active")) == "0");
    CHECK(old.listed(old.get("/v1/sessions?state=released&platform=shop")) == "4321");
    CHECK(old.listed(old.get("/v1/sessions?state=expired")).empty());
    for (const char* size : {"1", "2", "3", "4", "5", "6"}) {
        std::string order, cursor;
        int pages = 0;
        do {
            const Reply page = old.get(std::string{"/v1/sessions?limit="} + size + cursor);
            order += old.listed(page);
            cursor =
                page.at("/next_cursor").is_null() ? "" : "&cursor=" + page.text("/next_cursor");
        } while (!cursor.empty() && ++pages < 10);
        CHECK(order == "43210");
    }
}

TEST_CASE("sessions: what cannot be leased says why") {
    Harness harness;
    fill(harness);
    const auto status = [&](const std::string& body) {
        return harness.post("/v1/sessions", body).status;
    };
    CHECK(status(R"({"platform":"nobody"})") == 422);
    CHECK(status("{}") == 422);
    CHECK(status(R"({"platform":"shop","country":"gb"})") == 422);
    CHECK(status(R"({"platform":"shop","ttl_seconds":0})") == 422);
    CHECK(status(R"({"platform":"shop","ttl_seconds":86401})") == 422);
    CHECK(status(R"({"platform":"shop","country":"DE"})") == 409);
    CHECK(status(R"({"platform":"shop","number":"+447700900199"})") == 404);
    CHECK(status(R"({"platform":"shop","number":"447700900101"})") == 422);
    CHECK(status(R"({"platform":"shop","number":"+447700900101"})") == 201);
    const Reply taken =
        harness.post("/v1/sessions", R"({"platform":"other","number":"+447700900101"})");
    CHECK(taken.status == 409);
    CHECK(taken.text("/type") == "urn:smppd:problem:not_available");
    CHECK(harness.post("/v1/sessions", R"({"platform":"shop","country":"GB"})").text("/type") ==
          "urn:smppd:problem:no_number");
}

TEST_CASE("sessions: a quota and a disabled platform are respected") {
    Harness harness;
    fill(harness);
    harness.call("PATCH", "/v1/platforms/shop", R"({"numbers_max":1})");
    CHECK(harness.post("/v1/sessions", R"({"platform":"shop"})").status == 201);
    const Reply reply = harness.post("/v1/sessions", R"({"platform":"shop"})");
    CHECK(reply.status == 429);
    CHECK_FALSE(reply.header("retry-after").empty());
    harness.call("PATCH", "/v1/platforms/other", R"({"disabled":true})");
    CHECK(harness.post("/v1/sessions", R"({"platform":"other"})").status == 409);
}

TEST_CASE("sessions: a lease that cannot be recorded is not given") {
    Harness harness;
    fill(harness);
    harness.memory.fail_with(make_error_code(store::Errc::full));
    const Reply reply = harness.post("/v1/sessions", R"({"platform":"shop","country":"GB"})");
    CHECK(reply.status == 503);
    CHECK(harness.get("/v1/sessions").items() == 0);
    CHECK(harness.get("/v1/numbers/+447700900101").text("/state") == "available");
    CHECK(harness.pool.owner_of(447700900101, "acme", harness.now).owner.platform == 0);
}

TEST_CASE("sessions: the answer waits for the commit") {
    Harness harness;
    fill(harness);
    harness.memory.hold(true);
    const auto responder = harness.begin("POST", "/v1/sessions", R"({"platform":"shop"})");
    CHECK(responder->answers.empty());
    harness.memory.release();
    REQUIRE(responder->answers.size() == 1);
    CHECK(responder->answers[0].status == 201);
}

TEST_CASE("sessions: release is 204, and again 204") {
    Harness harness;
    fill(harness);
    const std::string id = harness.post("/v1/sessions", R"({"platform":"shop"})").text("/id");
    CHECK(harness.call("DELETE", "/v1/sessions/" + id).status == 204);
    CHECK(harness.get("/v1/sessions/" + id).text("/state") == "released");
    CHECK(harness.call("DELETE", "/v1/sessions/" + id).status == 204);
    CHECK(harness.call("DELETE", "/v1/sessions/ses_00000000000000000000000000").status == 404);
    CHECK(harness.call("DELETE", "/v1/sessions/x").status == 404);
}

TEST_CASE("sessions: they are listed newest first, by platform and state") {
    Harness harness;
    fill(harness);
    const std::string first = harness.post("/v1/sessions", R"({"platform":"shop"})").text("/id");
    harness.now += 1s;
    const std::string second = harness.post("/v1/sessions", R"({"platform":"other"})").text("/id");
    const Reply page = harness.get("/v1/sessions?limit=1");
    CHECK(page.text("/items/0/id") == second);
    const Reply rest = harness.get("/v1/sessions?limit=1&cursor=" + page.text("/next_cursor"));
    CHECK(rest.text("/items/0/id") == first);
    CHECK(rest.at("/next_cursor").is_null());
    CHECK(harness.get("/v1/sessions?platform=shop").text("/items/0/id") == first);
    harness.call("DELETE", "/v1/sessions/" + first);
    CHECK(harness.get("/v1/sessions?state=active").items() == 1);
    CHECK(harness.get("/v1/sessions?state=released").text("/items/0/id") == first);
    CHECK(harness.get("/v1/sessions?cursor=zz").status == 422);
}

TEST_CASE("sessions: that a sandbox quota is used up is told in the sandbox") {
    pool::PoolOptions options;
    options.test_numbers_max = 1;
    Harness harness{options};
    harness.post("/v1/platforms", R"({"name":"shop"})");
    for (pool::Number number : sandbox::all_numbers())
        REQUIRE(harness.pool.import_number(std::move(number), harness.now).has_value());
    const auto lease = [&] {
        return harness.post("/v1/sessions", R"({"platform":"shop","test":true})");
    };
    CHECK(lease().status == 201);
    const Reply refused = lease();
    CHECK(refused.status == 429);
    CHECK(refused.text("/quota") == "test_numbers_max");
    CHECK_FALSE(refused.header("retry-after").empty());
    const auto told = [&](bool test) {
        harness.use(harness.make_key("/v1/platforms/shop/keys",
                                     test ? R"({"test":true})" : R"({"test":false})"));
        return harness.get("/v1/events?wait=0&types=quota.exceeded").items();
    };
    CHECK(told(true) == 1);
    CHECK(told(false) == 0);
}
