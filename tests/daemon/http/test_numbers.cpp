// tests/daemon/http/test_numbers.cpp - numbers and their import over the API.
#include "daemon/sandbox/outcomes.hpp"
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

const std::string three =
    "number,carrier,country,area,tags\n"
    "+447700900101,acme,GB,London,gold;new\n"
    "+447700900102,acme,GB,Leeds,gold\n"
    "+33612345678,orion,FR,Paris,\n";

/// With numbers, and platforms "shop" and "other".
void fill(Harness& harness) {
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.post("/v1/platforms", R"({"name":"other"})");
    REQUIRE(harness.import(three).status == 200);
}

}  // namespace

TEST_CASE("import: a good file is taken whole") {
    Harness harness;
    const Reply reply = harness.import(three);
    CHECK(reply.status == 200);
    CHECK(reply.text("/imported") == "3");
    CHECK(reply.text("/lines") == "3");
    CHECK(reply.at("/problems").as_array().empty());
    CHECK(harness.pool.size() == 3);
    CHECK(harness.get("/v1/numbers/+447700900101").text("/area") == "London");
    CHECK(harness.get("/v1/numbers/%2B447700900101").text("/tags/1") == "new");
}

TEST_CASE("import: one bad line refuses the file, with its line and what is wrong") {
    Harness harness;
    const std::string csv = "number,country\n+447700900101,GB\nabc,GB\n+447700900102,GB\n";
    const Reply reply = harness.import(csv);
    CHECK(reply.status == 422);
    CHECK(reply.type == "application/problem+json");
    CHECK(reply.text("/imported") == "0");
    CHECK(reply.text("/problems/0/line") == "3");
    CHECK(reply.text("/problems/0/number") == "abc");
    CHECK(harness.pool.size() == 0);

    const Reply rest = harness.import(csv, "?skip_bad=true");
    CHECK(rest.status == 200);
    CHECK(rest.text("/imported") == "2");
    CHECK(rest.text("/problems_total") == "1");
    CHECK(harness.pool.size() == 2);
}

TEST_CASE("import: what the store cannot take is not in the pool either") {
    Harness harness;
    harness.memory.fail_with(make_error_code(store::Errc::full));
    CHECK(harness.import(three).status == 503);
    CHECK(harness.pool.size() == 0);
    harness.memory.fail_with({});
    CHECK(harness.import(three).status == 200);
    CHECK(harness.pool.size() == 3);
}

TEST_CASE("import: all problems are counted, the first of them are told") {
    Harness harness;
    std::string csv = "number\n+447700900101\n";
    for (int n = 0; n < 10'500; ++n) csv += "x\n";
    for (const char* query : {"", "?skip_bad=true"}) {
        const Reply reply = harness.import(csv, query);
        CHECK(reply.text("/problems_total") == "10500");
        CHECK(reply.at("/problems").as_array().size() == 1'000);
    }
    CHECK(harness.pool.size() == 1);
}

TEST_CASE("import: a large file is taken in slices, each of them a commit") {
    Harness harness;
    std::string csv = "number\n";
    for (int n = 0; n < 5'000; ++n) csv += "+44770" + std::to_string(1'000'000 + n) + "\n";

    SUBCASE("of which none stays away") {
        harness.memory.hold(true);
        const auto call = harness.begin("POST", "/v1/numbers/import", csv, "text/csv");
        // Others have their turn between the slices.
        CHECK(harness.pool.size() == 2'000);
        harness.memory.release();
        CHECK(call->answers.empty());
        CHECK(harness.pool.size() == 4'000);
        CHECK(harness.import(three).status == 409);
        harness.memory.release();  // the last slice,
        harness.memory.release();
        harness.memory.release();  // and then the answer, behind all that it tells of
        REQUIRE(call->answers.size() == 1);
        CHECK(read(call->answers[0]).text("/imported") == "5000");
        CHECK(harness.pool.size() == 5'000);
    }
    SUBCASE("and a bad line in the last refuses them all") {
        const Reply reply = harness.import(csv + "x\n");
        CHECK(reply.status == 422);
        CHECK(harness.pool.size() == 0);
    }
    SUBCASE("and when the disk is full in the middle, it says how far it came") {
        harness.memory.hold(true);
        const auto call = harness.begin("POST", "/v1/numbers/import", csv, "text/csv");
        harness.memory.release();
        harness.memory.fail_with(make_error_code(store::Errc::full));
        harness.memory.release();
        REQUIRE(call->answers.size() == 1);
        const Reply reply = read(call->answers[0]);
        CHECK(reply.status == 503);
        CHECK(reply.text("/detail").find("after 2000 numbers") != std::string::npos);
        CHECK(harness.pool.size() == 2'000);
        harness.memory.fail_with({});
        harness.memory.hold(false);
        CHECK(harness.import(csv).text("/imported") == "5000");
        CHECK(harness.pool.size() == 5'000);
    }
}

TEST_CASE("import: an empty file is an error") {
    Harness harness;
    CHECK(harness.import("number\n").status == 422);
    CHECK(harness.call("POST", "/v1/numbers/import", "", "text/csv").status == 415);
    CHECK(harness.import(three, "?skip_bad=1").status == 422);
}

TEST_CASE("numbers: they are listed in order, in pages, by filter") {
    Harness harness;
    fill(harness);
    const Reply first = harness.get("/v1/numbers?limit=2");
    CHECK(first.text("/items/0/number") == "+33612345678");
    CHECK(first.text("/next_cursor") == "+447700900101");
    const Reply second = harness.get("/v1/numbers?limit=2&cursor=+447700900101");
    CHECK(second.items() == 1);
    CHECK(second.at("/next_cursor").is_null());
    CHECK(harness.get("/v1/numbers?country=GB").items() == 2);
    CHECK(harness.get("/v1/numbers?carrier=orion").items() == 1);
    CHECK(harness.get("/v1/numbers?area=Leeds").items() == 1);
    CHECK(harness.get("/v1/numbers?tag=gold").items() == 2);
    CHECK(harness.get("/v1/numbers?prefix=%2B4477").items() == 2);
    CHECK(harness.get("/v1/numbers?prefix=33").items() == 1);
    CHECK(harness.get("/v1/numbers?state=leased").items() == 0);
    CHECK(harness.get("/v1/numbers?platform=shop").items() == 0);
    CHECK(harness.get("/v1/numbers?state=lost").status == 422);
    CHECK(harness.get("/v1/numbers?platform=nobody").status == 422);
    CHECK(harness.get("/v1/numbers?prefix=x").status == 422);
    CHECK(harness.get("/v1/numbers?cursor=x").status == 422);
}

TEST_CASE("numbers: one that is not there is 404") {
    Harness harness;
    CHECK(harness.get("/v1/numbers/+447700900199").status == 404);
    CHECK(harness.get("/v1/numbers/447700900199").status == 404);
    CHECK(harness.get("/v1/numbers/import").status == 404);
}

TEST_CASE("numbers: one is assigned for good and taken back") {
    Harness harness;
    fill(harness);
    const std::string path = "/v1/numbers/+447700900101";
    CHECK(harness.post(path + "/unassign").status == 409);
    const int before = harness.accounts_changed;
    const Reply reply = harness.post(path + "/assign", R"({"platform":"shop"})");
    CHECK(reply.status == 200);
    CHECK(reply.text("/state") == "assigned");
    CHECK(reply.text("/platform") == "shop");
    CHECK(harness.accounts_changed == before + 1);
    CHECK(harness.post(path + "/assign", R"({"platform":"other"})").status == 409);
    CHECK(harness.get("/v1/numbers?platform=shop").items() == 1);
    CHECK(harness.post(path + "/unassign").text("/state") == "cooling");
    CHECK(harness.get(path).text("/cool_until") == "2026-11-27T12:00:00.000Z");
    CHECK(harness.post(path + "/assign", R"({"platform":"nobody"})").status == 422);
    CHECK(harness.post(path + "/assign", "{}").text("/errors/0/pointer") == "/platform");
    CHECK(harness.post("/v1/numbers/+447700900199/assign", R"({"platform":"shop"})").status == 404);
}

TEST_CASE("numbers: an assignment that cannot be recorded is undone") {
    Harness harness;
    fill(harness);
    harness.memory.fail_with(make_error_code(store::Errc::busy));
    const Reply reply = harness.post("/v1/numbers/+447700900101/assign", R"({"platform":"shop"})");
    CHECK(reply.status == 503);
    CHECK(reply.header("retry-after") == "1");
    CHECK(harness.get("/v1/numbers/+447700900101").text("/state") == "available");
}

TEST_CASE("numbers: what one is can be changed, alone or with its state") {
    Harness harness;
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.import("number,carrier,tags,area\n+447700900101,acme,uk;old,Leeds\n");
    const auto patch = [&](const std::string& body) {
        return harness.call("PATCH", "/v1/numbers/+447700900101", body);
    };
    const Reply changed =
        patch(R"({"carrier":"orion","area":"York","tags":["new"],"monthly_cost_micros":1250000,)"
              R"("capabilities":["MO","MT"],"isolation_group":"banks","platform":"shop",)"
              R"("state":"reserved"})");
    CHECK(changed.status == 200);
    CHECK(changed.text("/carrier") == "orion");
    CHECK(changed.text("/area") == "York");
    CHECK(changed.text("/tags") == R"(["new"])");
    CHECK(changed.text("/monthly_cost_micros") == "1250000");
    CHECK(changed.text("/capabilities") == R"(["MO","MT"])");
    CHECK(changed.text("/isolation_group") == "banks");
    CHECK(changed.text("/platform") == "shop");
    CHECK(changed.text("/state") == "reserved");
    CHECK(harness.get("/v1/numbers?carrier=orion").items() == 1);
    // null takes it away; of the region the digits tell what there is to tell.
    const Reply bare = patch(
        R"({"carrier":null,"area":null,"country":null,"isolation_group":null,"platform":null})");
    CHECK(bare.at("/carrier").is_null());
    CHECK(bare.at("/isolation_group").is_null());
    CHECK(bare.at("/platform").is_null());
    CHECK(bare.text("/country") == "GB");
    CHECK(bare.text("/tags") == R"(["new"])");
    CHECK(patch(R"({"state":"available","tags":[]})").text("/state") == "available");
}

TEST_CASE("numbers: a change that is wrong changes nothing") {
    Harness harness;
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.import("number,carrier\n+447700900101,acme\n");
    const std::string path = "/v1/numbers/+447700900101";
    const Reply before = harness.get(path);
    for (const char* body :
         {"{}", R"({"country":"FR"})", R"({"country":"gb"})", R"({"carrier":""})",
          R"({"carrier":"sandbox"})", R"({"isolation_group":"sandbox"})", R"({"tags":["a","a"]})",
          R"({"tags":["a;b"]})", R"({"tags":null})", R"({"capabilities":[]})",
          R"({"capabilities":["XX"]})", R"({"monthly_cost_micros":-1})", R"({"platform":"none"})",
          R"({"platform":7})", R"({"carrier":"b","colour":"red"})", R"({"state":"leased"})"}) {
        CHECK_MESSAGE(harness.call("PATCH", path, body).status == 422, body);
        CHECK(harness.get(path).body == before.body);
    }
    // The state cannot be: neither is the rest.
    harness.post(path + "/assign", R"({"platform":"shop"})");
    const Reply assigned = harness.get(path);
    CHECK(harness.call("PATCH", path, R"({"carrier":"b","state":"disabled"})").status == 409);
    CHECK(harness.get(path).body == assigned.body);
    CHECK(harness.call("PATCH", path, R"({"carrier":"b","platform":null})").status == 409);
    const Reply kept = harness.call("PATCH", path, R"({"carrier":"b","platform":"shop"})");
    CHECK(kept.text("/carrier") == "b");
    CHECK(kept.text("/state") == "assigned");
}

TEST_CASE("numbers: the sandbox's names are not for others") {
    Harness harness;
    CHECK(harness.import("number,carrier\n+447700900101,sandbox\n").status == 422);
    CHECK(harness.import("number,isolation_group\n+447700900101,sandbox\n").status == 422);
}

TEST_CASE("numbers: a platform is not told who else had or has its number") {
    Harness harness;
    harness.post("/v1/platforms", R"({"name":"shop"})");
    harness.post("/v1/platforms", R"({"name":"other"})");
    harness.import("number\n+447700900101\n");
    const std::string path = "/v1/numbers/+447700900101";
    const Reply leased = harness.post("/v1/sessions", R"({"platform":"other"})");
    REQUIRE(leased.status == 201);
    harness.call("PATCH", path, R"({"platform":"shop"})");
    CHECK(harness.get(path).text("/session") == leased.text("/id"));
    CHECK(harness.get(path).text("/last_platform") == "other");
    harness.use(harness.make_key("/v1/platforms/shop/keys", "{}"));
    CHECK(harness.get(path).at("/session").is_null());
    CHECK(harness.get(path).at("/last_platform").is_null());
    CHECK(harness.get("/v1/numbers").at("/items/0/session").is_null());
}

TEST_CASE("numbers: the sandbox's stay what they are, but for their state") {
    Harness harness;
    for (pool::Number number : sandbox::all_numbers())
        REQUIRE(harness.pool.import_number(std::move(number), harness.now).has_value());
    const auto patch = [&](const char* body) {
        return harness.call("PATCH", "/v1/numbers/+999001000001", body);
    };
    CHECK(patch(R"({"state":"disabled"})").text("/state") == "disabled");
    CHECK(patch(R"({"area":"late"})").status == 409);
    CHECK(patch("{}").status == 422);
}

TEST_CASE("numbers: an import names the carriers that nobody configured") {
    Harness harness;
    harness.carriers.all = {{.name = "acme"}};
    const Reply reply = harness.import("number,carrier\n+447700900101,acme\n+447700900102,acne\n");
    CHECK(reply.status == 200);
    CHECK(reply.text("/unknown_carriers") == R"(["acne"])");
}
