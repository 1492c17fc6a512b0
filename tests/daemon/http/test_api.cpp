// tests/daemon/http/test_api.cpp - routing, status, health, backup, carriers and binds.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smppd;
using namespace smppd::test;

TEST_CASE("api: operation ids are unique") {
    std::set<std::string_view> ids;
    for (const http::Endpoint& one : http::Api::endpoints()) ids.insert(one.operation_id);
    CHECK(ids.size() == http::Api::endpoints().size());
}

TEST_CASE("api: unknown paths are 404, other methods 405 with Allow") {
    Harness harness;
    CHECK(harness.get("/v1/nothing").status == 404);
    CHECK(harness.get("/v1/status/").status == 404);
    CHECK(harness.get("/v1/platforms//accounts").status == 404);
    const Reply reply = harness.call("DELETE", "/v1/platforms");
    CHECK(reply.status == 405);
    CHECK(reply.header("allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(reply.text("/type") == "urn:smppd:problem:method_not_allowed");
    CHECK(harness.get("/v1/%zz").status == 400);
}

TEST_CASE("api: HEAD is answered as GET") {
    Harness harness;
    CHECK(harness.call("HEAD", "/healthz").status == 200);
    CHECK(harness.call("HEAD", "/v1/sessions").status == 200);
    CHECK(harness.call("HEAD", "/v1/numbers/import").status == 404);
}

TEST_CASE("api: a body must be of the endpoint's kind") {
    Harness harness;
    CHECK(harness.call("POST", "/v1/platforms", "{}", "text/plain").status == 415);
    CHECK(harness.call("POST", "/v1/platforms", "").status == 415);
    CHECK(harness.call("POST", "/v1/numbers/import", "number", "application/json").status == 415);
    CHECK(harness.call("POST", "/v1/platforms", "{", "Application/JSON ; charset=utf-8").status ==
          400);
    CHECK(harness.call("DELETE", "/v1/sessions/x", "{}").status == 422);
}

TEST_CASE("api: unknown parameters are an error everywhere") {
    Harness harness;
    for (const http::Endpoint& one : http::Api::endpoints()) {
        if (one.method != "GET") continue;
        CHECK_MESSAGE(harness.get(std::string{one.pattern} + "?bogus=1").status == 422,
                      one.pattern);
    }
}

TEST_CASE("api: bodies of imports may be larger than others") {
    Harness harness;
    CHECK(harness.api.body_octets_max("POST", "/v1/numbers/import?skip_bad=true") ==
          256UL * 1024 * 1024);
    CHECK(harness.api.body_octets_max("POST", "/v1/platforms") == 1024 * 1024);
    CHECK(harness.api.body_octets_max("POST", "%") == 1024 * 1024);
}

TEST_CASE("api: status tells figures of the daemon") {
    Harness harness;
    harness.status.version = "1.2.3";
    harness.status.started_at = noon - 90s;
    harness.status.alarms = {"acme: bad_credentials"};
    harness.status.waiting = 7;
    harness.carriers.all = {{.name = "acme", .binds_bound = 1, .binds = 2}};
    const Reply reply = harness.get("/v1/status");
    CHECK(reply.status == 200);
    CHECK(reply.text("/version") == "1.2.3");
    CHECK(reply.at("/uptime_seconds").as_int64() == 90);
    CHECK(reply.text("/started_at") == "2026-11-24T11:58:30.000Z");
    CHECK(reply.text("/alarms/0") == "acme: bad_credentials");
    CHECK(reply.text("/waiting_messages") == "7");
    CHECK(reply.text("/carriers/binds") == "2");
    CHECK(reply.text("/numbers/total") == "0");
    CHECK(reply.text("/numbers/cooling") == "0");
}

TEST_CASE("api: readiness ends with draining and a full disk, health does not") {
    Harness harness;
    CHECK(harness.get("/readyz").status == 200);
    harness.status.writer.full = true;
    CHECK(harness.get("/readyz").status == 503);
    harness.status.writer.full = false;
    harness.status.draining = true;
    const Reply reply = harness.get("/readyz");
    CHECK(reply.status == 503);
    CHECK(reply.header("retry-after") == "5");
    CHECK(harness.get("/healthz").status == 200);
}

TEST_CASE("backup: it runs once at a time and is told about") {
    Harness harness;
    CHECK(harness.get("/v1/backup").text("/state") == "none");
    CHECK(harness.post("/v1/backup", R"({"path":"state.db"})").status == 422);
    CHECK(harness.post("/v1/backup", "{}").text("/errors/0/pointer") == "/path");
    CHECK(harness.backup_path.empty());
    CHECK(harness.post("/v1/backup", R"({"path":"/var/b.db"})").status == 202);
    CHECK(harness.backup_path == "/var/b.db");
    CHECK(harness.post("/v1/backup", R"({"path":"/var/c.db"})").status == 409);
    harness.backup_progress({.pages_done = 5, .pages = 9, .done = false});
    CHECK(harness.get("/v1/backup").text("/pages_done") == "5");
    harness.now += 3s;
    harness.backup_done({});
    const Reply done = harness.get("/v1/backup");
    CHECK(done.text("/state") == "done");
    CHECK(done.text("/ended_at") == "2026-11-24T12:00:03.000Z");
    CHECK(harness.post("/v1/backup", R"({"path":"/var/c.db"})").status == 202);
    harness.backup_done(make_error_code(store::Errc::full));
    CHECK(harness.get("/v1/backup").text("/state") == "failed");
    CHECK_FALSE(harness.get("/v1/backup").at("/error").is_null());
    CHECK(harness.post("/v1/backup", R"({"path":"/var/c.db"})").status == 202);
    harness.backup_done(std::make_error_code(std::errc::read_only_file_system));
    CHECK(harness.get("/v1/backup").text("/error").find("/var/lib/smppd/backup/") !=
          std::string::npos);
}

TEST_CASE("carriers: they are listed by name in pages") {
    Harness harness;
    harness.carriers.all = {{.name = "c"}, {.name = "a"}, {.name = "b"}};
    const Reply first = harness.get("/v1/carriers?limit=2");
    CHECK(first.items() == 2);
    CHECK(first.text("/items/0/name") == "a");
    CHECK(first.text("/next_cursor") == "b");
    const Reply second = harness.get("/v1/carriers?limit=2&cursor=b");
    CHECK(second.items() == 1);
    CHECK(second.text("/items/0/name") == "c");
    CHECK(second.at("/next_cursor").is_null());
    CHECK(harness.get("/v1/carriers?limit=3").at("/next_cursor").is_null());
}

TEST_CASE("carriers: one is shown with its binds") {
    Harness harness;
    harness.carriers.all = {{.name = "acme"}};
    harness.carriers.all_binds = {{.id = "acme/1", .carrier = "acme"},
                                  {.id = "o/1", .carrier = "o"}};
    const Reply reply = harness.get("/v1/carriers/acme");
    CHECK(reply.at("/bind_list").as_array().size() == 1);
    CHECK(reply.text("/bind_list/0/id") == "acme/1");
    CHECK(harness.get("/v1/carriers/other").status == 404);
}

TEST_CASE("carriers: stop and start take one bind or all") {
    Harness harness;
    harness.carriers.all = {{.name = "acme", .binds = 2}};
    CHECK(harness.post("/v1/carriers/acme/stop").text("/stopped") == "true");
    CHECK(harness.carriers.last == "stop acme 0");
    CHECK(harness.post("/v1/carriers/acme/start", R"({"bind":2})").text("/stopped") == "false");
    CHECK(harness.carriers.last == "start acme 2");
    CHECK(harness.post("/v1/carriers/acme/stop", R"({"bind":3})").status == 404);
    CHECK(harness.post("/v1/carriers/none/stop").status == 404);
    CHECK(harness.post("/v1/carriers/acme/stop", R"({"bind":0})").status == 422);
    CHECK(harness.post("/v1/carriers/acme/stop", R"({"bnd":1})").status == 422);
}

TEST_CASE("carriers: one that is drained leases no more, until it is started") {
    Harness harness;
    harness.carriers.all = {{.name = "acme", .binds = 2}, {.name = "off", .stopped = true}};
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.import("number,carrier\n+447700900101,acme\n+447700900102,acme\n");
    const auto lease = [&] { return harness.post("/v1/sessions", R"({"platform":"shop"})"); };
    CHECK(lease().status == 201);
    CHECK(harness.post("/v1/carriers/acme/drain").text("/draining") == "true");
    CHECK(lease().text("/filter") == "carrier_health");
    CHECK(harness.post("/v1/carriers/off/drain").status == 409);
    CHECK(harness.post("/v1/carriers/none/drain").status == 404);
    CHECK(harness.post("/v1/carriers/acme/drain", R"({"bind":1})").status == 422);
    harness.carriers.all[0].draining = false;  // as start() does
    CHECK(harness.post("/v1/carriers/acme/start").status == 200);
    CHECK(lease().status == 201);
}

TEST_CASE("carriers: the numbers of one that was stopped are not leased from then on") {
    Harness harness;
    harness.carriers.all = {{.name = "acme", .binds = 1}};
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.import("number,carrier\n+447700900101,acme\n");
    harness.post("/v1/carriers/acme/stop");
    CHECK(harness.post("/v1/sessions", R"({"platform":"shop"})").text("/filter") ==
          "carrier_health");
}

TEST_CASE("status: it is for those who see all") {
    Harness harness;
    harness.post("/v1/platforms", R"({"name":"shop"})");
    CHECK(harness.get("/v1/status").status == 200);
    const std::string key = harness.make_key("/v1/platforms/shop/keys", "{}");
    const std::string test = harness.make_key("/v1/keys", R"({"role":"owner","test":true})");
    for (const std::string& one : {key, test}) {
        harness.use(one);
        CHECK(harness.get("/v1/status").status == 403);
    }
}

TEST_CASE("carriers: a probe is answered when all binds have said something") {
    Harness harness;
    harness.carriers.all = {{.name = "acme", .binds = 2}};
    const auto probe = harness.begin("POST", "/v1/carriers/acme/probe");
    CHECK(probe->answers.empty());
    harness.carriers.probed({{.bind = "acme/1", .state = "bound", .round_trip = 1234567ns},
                             {.bind = "acme/2", .state = "waiting", .error = "refused"}});
    REQUIRE(probe->answers.size() == 1);
    const Reply reply = read(probe->answers[0]);
    CHECK(reply.at("/items/0/round_trip_ms").to_number<double>() == doctest::Approx(1.235));
    CHECK(reply.at("/items/0/answered").as_bool());
    CHECK(reply.at("/items/1/round_trip_ms").is_null());
    CHECK(reply.text("/items/1/error") == "refused");
    CHECK(harness.post("/v1/carriers/acme/probe", R"({"bind":3})").status == 404);
    CHECK(harness.post("/v1/carriers/none/probe").status == 404);
    // The binds went meanwhile: nobody answers any more.
    const auto lost = harness.begin("POST", "/v1/carriers/acme/probe");
    harness.carriers.probed = nullptr;
    REQUIRE(lost->answers.size() == 1);
    CHECK(lost->answers[0].status == 503);
}

TEST_CASE("binds: they are listed by owner and disconnected by id") {
    Harness harness;
    harness.carriers.all_binds = {{.id = "platform/12", .platform = "shop"},
                                  {.id = "acme/1", .carrier = "acme"}};
    CHECK(harness.get("/v1/binds").items() == 2);
    CHECK(harness.get("/v1/binds?platform=shop").text("/items/0/id") == "platform/12");
    CHECK(harness.get("/v1/binds?carrier=acme").items() == 1);
    CHECK(harness.post("/v1/binds/platform%2F12/disconnect").status == 204);
    CHECK(harness.carriers.last == "disconnect platform/12");
    CHECK(harness.post("/v1/binds/acme%2F1/disconnect").status == 404);
}
