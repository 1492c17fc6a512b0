// tests/daemon/http/test_platforms.cpp - platforms and their accounts over the API.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

const std::string shop = R"({"name":"shop","system_id":"shop1","password":"secret12"})";

}  // namespace

TEST_CASE("platforms: one is made with its account, in one answer") {
    Harness harness;
    const Reply reply =
        harness.post("/v1/platforms",
                     R"({"name":"shop","system_id":"shop1","password":"secret12","binds_max":2,)"
                     R"("window":7,"tlvs":false,"long_messages":"udh","allow":["10.0.0.0/8"]})");
    CHECK(reply.status == 201);
    CHECK(reply.header("location") == "/v1/platforms/shop");
    CHECK(reply.text("/name") == "shop");
    CHECK(reply.text("/accounts/0/system_id") == "shop1");
    CHECK(reply.text("/accounts/0/binds_max") == "2");
    CHECK(reply.text("/accounts/0/window") == "7");
    CHECK(reply.text("/accounts/0/tlvs") == "false");
    CHECK(reply.text("/accounts/0/long_messages") == "udh");
    CHECK(reply.text("/accounts/0/allow/0") == "10.0.0.0/8");
    CHECK(reply.at("/warnings").as_array().empty());
    CHECK(harness.accounts_changed == 1);
    CHECK(harness.pool.account("shop1")->password_hash == "hash:8");
    CHECK(json::serialize(harness.get("/v1/platforms/shop").body).find("hash") ==
          std::string::npos);
}

TEST_CASE("platforms: a password that SMPP cannot carry is taken with a warning") {
    Harness harness;
    const Reply reply = harness.post(
        "/v1/platforms", R"({"name":"shop","system_id":"shop1","password":"secret123"})");
    CHECK(reply.status == 201);
    CHECK(reply.at("/warnings").as_array().size() == 1);
    const std::string most(64, 'x');
    CHECK(
        harness.post("/v1/platforms", R"({"name":"b","system_id":"b","password":")" + most + "\"}")
            .status == 201);
    CHECK(
        harness.post("/v1/platforms", R"({"name":"c","system_id":"c","password":")" + most + "x\"}")
            .status == 422);
}

TEST_CASE("platforms: one without an account may be made") {
    Harness harness;
    CHECK(harness.post("/v1/platforms", R"({"name":"shop","numbers_max":3})").status == 201);
    const Reply reply = harness.get("/v1/platforms/shop");
    CHECK(reply.text("/numbers_max") == "3");
    CHECK(reply.at("/accounts").as_array().empty());
    // Limits of an account that is not there would be lost.
    CHECK(harness.post("/v1/platforms", R"({"name":"b","window":3})").status == 422);
}

TEST_CASE("platforms: all wrong fields are named at once") {
    Harness harness;
    const Reply reply =
        harness.post("/v1/platforms",
                     R"({"name":"No","system_id":"a b","window":0,"allow":["10.0.0.0/33"],"x":1})");
    CHECK(reply.status == 422);
    std::string pointers;
    const json::array errors = reply.at("/errors").as_array();
    for (const auto& error : errors) pointers += std::string{error.at("pointer").as_string()} + " ";
    CHECK(pointers == "/name /system_id /password /window /allow /x ");
    CHECK(harness.pool.platforms().empty());
}

TEST_CASE("platforms: taken names are refused and nothing is left behind") {
    Harness harness;
    CHECK(harness.post("/v1/platforms", shop).status == 201);
    CHECK(harness.post("/v1/platforms", shop).status == 409);
    const Reply reply = harness.post(
        "/v1/platforms", R"({"name":"other","system_id":"shop1","password":"secret12"})");
    CHECK(reply.status == 409);
    CHECK(reply.text("/type") == "urn:smppd:problem:exists");
    CHECK(harness.get("/v1/platforms/other").status == 404);
}

TEST_CASE("platforms: a full hasher makes 503 and no platform") {
    Harness harness;
    harness.passwords.full = true;
    const Reply reply = harness.post("/v1/platforms", shop);
    CHECK(reply.status == 503);
    CHECK(reply.header("retry-after") == "1");
    CHECK(harness.pool.platforms().empty());
}

TEST_CASE("platforms: the same name twice while the passwords are hashed makes one platform") {
    Harness harness;
    harness.passwords.hold = true;
    const auto first = harness.begin("POST", "/v1/platforms", shop);
    const auto second = harness.begin("POST", "/v1/platforms", shop);
    CHECK(first->answers.empty());
    for (const auto& run : harness.passwords.held) run();
    CHECK(first->answers.at(0).status == 201);
    CHECK(second->answers.at(0).status == 409);
}

TEST_CASE("platforms: an answer waits for the commit, a failed one takes all back") {
    Harness harness;
    harness.memory.hold(true);
    const auto waiting = harness.begin("POST", "/v1/platforms", shop);
    CHECK(waiting->answers.empty());
    harness.memory.release();
    CHECK(waiting->answers.at(0).status == 201);
    harness.memory.hold(false);
    harness.memory.fail_with(make_error_code(store::Errc::full));
    const Reply reply = harness.post(
        "/v1/platforms", R"({"name":"other","system_id":"other","password":"secret12"})");
    CHECK(reply.status == 503);
    CHECK(reply.header("retry-after") == "30");
    CHECK(harness.pool.platform("other") == nullptr);
    CHECK(harness.pool.account("other") == nullptr);
    CHECK(harness.call("PATCH", "/v1/platforms/shop", R"({"disabled":true})").status == 503);
    CHECK_FALSE(harness.pool.platform("shop")->disabled);
    harness.memory.fail_with({});
    CHECK(harness.call("PATCH", "/v1/platforms/shop", R"({"disabled":true})").status == 200);
}

TEST_CASE("platforms: a change touches what it names only") {
    Harness harness;
    harness.post("/v1/platforms", shop);
    const Reply reply =
        harness.call("PATCH", "/v1/platforms/shop", R"({"disabled":true,"numbers_max":9})");
    CHECK(reply.status == 200);
    CHECK(reply.text("/disabled") == "true");
    CHECK(
        harness.call("PATCH", "/v1/platforms/shop", R"({"disabled":false})").text("/numbers_max") ==
        "9");
    CHECK(harness.call("PATCH", "/v1/platforms/none", R"({"disabled":true})").status == 404);
    CHECK(harness.call("PATCH", "/v1/platforms/shop", R"({"name":"x"})").status == 422);
    CHECK(harness.accounts_changed == 3);
}

TEST_CASE("accounts: more of them are made, limited and disabled") {
    Harness harness;
    harness.post("/v1/platforms", shop);
    const std::string path = "/v1/platforms/shop/accounts";
    CHECK(harness.post(path, R"({"system_id":"two","password":"pw"})").status == 201);
    CHECK(harness.post(path, R"({"system_id":"two","password":"pw"})").status == 409);
    CHECK(harness.post("/v1/platforms/none/accounts", R"({"system_id":"x","password":"pw"})")
              .status == 404);
    CHECK(harness.call("PATCH", path + "/two", R"({"disabled":true,"window":3})").status == 200);
    const pool::SmppAccount* account = harness.pool.account("two");
    CHECK(account->disabled);
    CHECK(account->window == 3);
    CHECK(account->binds_max == 4);
    CHECK(account->password_hash == "hash:2");
    CHECK(harness.call("PATCH", path + "/none", R"({"disabled":true})").status == 404);
}

TEST_CASE("accounts: an account is reached through its own platform only") {
    Harness harness;
    harness.post("/v1/platforms", shop);
    harness.post("/v1/platforms", R"({"name":"other"})");
    CHECK(harness.call("PATCH", "/v1/platforms/other/accounts/shop1", R"({"disabled":true})")
              .status == 404);
    CHECK(harness.post("/v1/platforms/other/password", R"({"system_id":"shop1","password":"x"})")
              .status == 404);
    CHECK(harness.pool.account("shop1")->password_hash == "hash:8");
}

TEST_CASE("accounts: a password is replaced by the hash of the new one") {
    Harness harness;
    harness.post("/v1/platforms", shop);
    const Reply reply = harness.post("/v1/platforms/shop/password",
                                     R"({"system_id":"shop1","password":"long-secret"})");
    CHECK(reply.status == 200);
    CHECK(reply.at("/warnings").as_array().size() == 1);
    CHECK(harness.pool.account("shop1")->password_hash == "hash:11");
    CHECK(harness.accounts_changed == 2);
}

TEST_CASE("platforms: they are listed by name") {
    Harness harness;
    for (const char* name : {"c", "a", "b"})
        harness.post("/v1/platforms", std::string{R"({"name":")"} + name + "\"}");
    const Reply reply = harness.get("/v1/platforms?limit=2");
    CHECK(reply.text("/items/0/name") == "a");
    CHECK(reply.text("/next_cursor") == "b");
    CHECK(harness.get("/v1/platforms?cursor=b").text("/items/0/name") == "c");
}

TEST_CASE("platforms: one is made with its quotas") {
    Harness harness;
    const Reply made = harness.post(
        "/v1/platforms", R"({"name":"shop","numbers_max":5,"allocations_per_minute":6,)"
                         R"("allocations_per_day":7,"ttl_max_seconds":8,"requests_per_second":9})");
    CHECK(made.status == 201);
    for (const auto& [field, value] : {std::pair{"/numbers_max", "5"},
                                       {"/allocations_per_minute", "6"},
                                       {"/allocations_per_day", "7"},
                                       {"/ttl_max_seconds", "8"},
                                       {"/requests_per_second", "9"}})
        CHECK(made.text(field) == value);
    CHECK(harness.post("/v1/platforms", R"({"name":"two","allocations_per_day":-1})").status ==
          422);
    const Reply changed =
        harness.call("PATCH", "/v1/platforms/shop", R"({"allocations_per_day":70})");
    CHECK(changed.text("/allocations_per_day") == "70");
    CHECK(changed.text("/numbers_max") == "5");
}
