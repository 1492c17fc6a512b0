// tests/daemon/http/test_tasks.cpp - partners' task events over the API.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

struct Tasks : Harness {
    explicit Tasks(const pool::PoolOptions& options = pool_options()) : Harness(options) {
        pool::Workflow flow;
        flow.name = "signup";
        pool.workflows({{"signup", flow}});
        post("/v1/platforms", R"({"name":"shop"})");
        post("/v1/platforms", R"({"name":"bank"})");
        import("number,country\n+447700900101,GB\n+447700900102,GB\n");
        conf::Mapping mapping;
        mapping.platform = "shop";
        mapping.event = "/type";
        mapping.event_id = "/id";
        using conf::TaskField;
        mapping.actions["task.created"] = {conf::TaskAction::allocate,
                                           {{TaskField::workflow, {{}, "signup", {}}}}};
        mapping.actions["task.submitted"] = {conf::TaskAction::verify,
                                             {{TaskField::code, {"/code", {}, {}}}}};
        mapping.actions["task.closed"] = {conf::TaskAction::release, {}};
        mapping.answer = {{"session_id", "/smppd/session"},
                          {"number", "/smppd/number"},
                          {"state", "/state"},
                          {"success", "/ok"}};
        mappings.emplace("fleet", mapping);
        context.mappings = &mappings;
        use(make_key("/v1/platforms/shop/keys", "{}"));
    }
    Reply event(const std::string& body, const std::string& task = "t1") {
        return post("/v1/tasks/" + task + "/events?mapping=fleet", body);
    }
    std::map<std::string, conf::Mapping> mappings;
};

}  // namespace

TEST_CASE("tasks: a partner's events drive a session in its own field names") {
    Tasks h;
    const Reply created = h.event(R"({"id":"1","type":"task.created"})");
    CHECK(created.status == 201);
    CHECK(created.text("/smppd/number") == "+447700900101");
    CHECK(created.text("/state") == "active");
    const std::string session = created.text("/smppd/session");
    CHECK(h.get("/v1/sessions/" + session).text("/task") == "fleet/t1");
    CHECK(h.get("/v1/sessions/" + session).text("/reference") == "t1");

    const Reply wrong = h.event(R"({"id":"2","type":"task.submitted","code":"1111"})");
    CHECK(wrong.status == 200);
    CHECK(wrong.at("/ok") == false);
    const Reply closed = h.event(R"({"id":"3","type":"task.closed"})");
    CHECK(closed.status == 200);
    CHECK(closed.text("/state") == "released");
    CHECK(h.event(R"({"id":"4","type":"task.closed"})").text("/state") == "released");
}

TEST_CASE("tasks: a repeated event has the answer that it had, and changes nothing") {
    Tasks h;
    const Reply created = h.event(R"({"id":"1","type":"task.created"})");
    const Reply again = h.event(R"({"id":"1","type":"task.created"})");
    CHECK(again.body == created.body);
    // Sent anew, with another id: still the one session of the task.
    const Reply anew = h.event(R"({"id":"9","type":"task.created"})");
    CHECK(anew.status == 200);
    CHECK(anew.text("/smppd/session") == created.text("/smppd/session"));
    CHECK(h.get("/v1/sessions").items() == 1);
    h.event(R"({"id":"2","type":"task.submitted","code":"1111"})");
    h.event(R"({"id":"2","type":"task.submitted","code":"1111"})");
    CHECK(h.get("/v1/sessions/" + created.text("/smppd/session")).at("/attempts_left") == 4);
}

TEST_CASE("tasks: events out of order, unknown mappings and other platforms") {
    Tasks h;
    const Reply early = h.event(R"({"id":"1","type":"task.submitted","code":"1111"})");
    CHECK(early.status == 409);
    CHECK(early.text("/type") == "urn:smppd:problem:no_session");
    CHECK(h.event(R"({"id":"2","type":"task.closed"})").text("/state") == "none");
    CHECK(h.event(R"({"id":"3","type":"task.unknown"})").status == 422);
    CHECK(h.event(R"({"id":"4","type":"task.submitted"})").status == 422);
    CHECK(h.post("/v1/tasks/t1/events?mapping=none", R"({"type":"x"})").status == 404);
    CHECK(h.post("/v1/tasks/t1/events", R"({"type":"x"})").status == 422);
    CHECK(h.get("/v1/mappings").items() == 1);
    h.use(h.make_key("/v1/platforms/bank/keys", "{}"));
    CHECK(h.event(R"({"id":"5","type":"task.created"})").status == 404);
    CHECK(h.get("/v1/mappings").items() == 0);
}

TEST_CASE("tasks: one whose session memory has forgotten is over, and gets no second session") {
    pool::PoolOptions options;
    options.cool_down = 0s;
    options.sessions_kept = 1;
    Tasks h{options};
    for (const char* task : {"old", "new", "newer"}) {
        const std::string id = task;
        REQUIRE(h.event(R"({"id":")" + id + R"(1","type":"task.created"})", task).status == 201);
        REQUIRE(h.event(R"({"id":")" + id + R"(2","type":"task.closed"})", task).status == 200);
    }
    const auto platform = h.pool.platform("shop")->id;
    REQUIRE_FALSE(h.pool.session_of_task(platform, "fleet/old"));
    const Reply again = h.event(R"({"id":"9","type":"task.created"})", "old");
    CHECK(again.status == 200);
    CHECK(again.text("/state") == "released");
    const Reply code = h.event(R"({"id":"10","type":"task.submitted","code":"1"})", "old");
    CHECK(code.status == 410);
    CHECK(h.event(R"({"id":"11","type":"task.submitted","code":"1"})", "none").status == 409);
    CHECK(h.event(R"({"id":"12","type":"task.created"})", "none").status == 201);
}
