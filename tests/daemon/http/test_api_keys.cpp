// tests/daemon/http/test_api_keys.cpp - keys made, changed, rotated and revoked over the API.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

struct Shop : Harness {
    Shop() { post("/v1/platforms", R"({"name":"shop"})"); }
    Reply patch(const std::string& id, const std::string& body) {
        return call("PATCH", "/v1/keys/" + id, body);
    }
    /// What a call with the key is answered.
    int status_with(const std::string& key) {
        use(key);
        const int answer = get("/v1/sessions").status;
        use_socket();
        return answer;
    }
};

}  // namespace

TEST_CASE("api keys: a platform's key is shown once") {
    Shop shop;
    const Reply made = shop.post("/v1/platforms/shop/keys", R"({"name":"backend"})");
    CHECK(made.status == 201);
    const std::string text = made.text("/key"), id = made.text("/id");
    CHECK(text.starts_with("smppd_live_" + id + "_"));
    CHECK(made.header("location") == "/v1/keys/" + id);
    CHECK(made.text("/platform") == "shop");
    CHECK(made.text("/role") == "platform");
    CHECK(made.text("/state") == "active");
    CHECK(made.text("/name") == "backend");
    CHECK(made.at("/expires_at").is_null());
    const Reply shown = shop.get("/v1/keys/" + id);
    CHECK(shown.status == 200);
    CHECK(shown.at("/key").is_null());
    CHECK(json::serialize(shown.body).find(text.substr(24)) == std::string::npos);
    CHECK(shop.status_with(text) == 200);
    CHECK(shop.get("/v1/keys/000000000000").status == 404);
}

TEST_CASE("api keys: roles and scopes are those of who asks and of whom it is for") {
    Shop shop;
    const auto platform = [&](const std::string& body) {
        return shop.post("/v1/platforms/shop/keys", body).status;
    };
    CHECK(platform(R"({"role":"read-only"})") == 201);
    CHECK(platform(R"({"role":"owner"})") == 422);
    CHECK(platform(R"({"scopes":["sessions:read"]})") == 201);
    CHECK(platform(R"({"scopes":[]})") == 422);
    CHECK(platform(R"({"scopes":["sessions:frobnicate"]})") == 422);
    CHECK(platform(R"({"scopes":["carriers:write"]})") == 422);
    CHECK(platform(R"({"role":"read-only","scopes":["sessions:write"]})") == 422);
    CHECK(shop.post("/v1/platforms/none/keys", "{}").status == 404);
    const auto above = [&](const std::string& body) { return shop.post("/v1/keys", body); };
    CHECK(above("{}").status == 422);
    CHECK(above(R"({"role":"platform"})").status == 422);
    const Reply auditor = above(R"({"role":"auditor"})");
    CHECK(auditor.status == 201);
    CHECK(auditor.at("/platform").is_null());
    CHECK(auditor.text("/scopes").find("messages:text") == std::string::npos);
    // Nobody gives away what they do not have.
    shop.use(
        above(R"({"role":"owner","scopes":["platforms:write","sessions:read"]})").text("/key"));
    const Reply less = shop.post("/v1/keys", R"({"role":"owner"})");
    CHECK(less.status == 201);
    CHECK(less.text("/scopes") == R"(["sessions:read","platforms:write"])");
    CHECK(shop.post("/v1/keys", R"({"role":"owner","scopes":["carriers:write"]})").status == 422);
}

TEST_CASE("api keys: a test key makes and sees test keys only") {
    Shop shop;
    const std::string live = shop.post("/v1/keys", R"({"role":"owner"})").text("/id");
    const std::string test = shop.make_key("/v1/keys", R"({"role":"owner","test":true})");
    CHECK(test.starts_with("smppd_test_"));
    shop.use(test);
    CHECK(shop.post("/v1/platforms/shop/keys", "{}").status == 403);
    CHECK(shop.post("/v1/platforms/shop/keys", R"({"test":true})").status == 201);
    CHECK(shop.get("/v1/keys/" + live).status == 404);
    CHECK(shop.get("/v1/keys").items() == 2);
    shop.use_socket();
    CHECK(shop.get("/v1/keys").items() == 3);
}

TEST_CASE("api keys: wrong fields are told with their place") {
    Shop shop;
    const auto pointer = [&](const std::string& body) {
        return shop.post("/v1/platforms/shop/keys", body).text("/errors/0/pointer");
    };
    CHECK(pointer(R"({"name":""})") == "/name");
    CHECK(pointer(R"({"name":")" + std::string(65, 'n') + R"("})") == "/name");
    CHECK(pointer(R"({"allow":["192.0.2.0/33"]})") == "/allow");
    CHECK(pointer(R"({"expires_at":"tomorrow"})") == "/expires_at");
    CHECK(pointer(R"({"expires_at":"2026-11-24T12:00:00Z"})") == "/expires_at");
    CHECK(pointer(R"({"test":1})") == "/test");
    CHECK(pointer(R"({"secret":"x"})") == "/secret");
    CHECK(shop.post("/v1/platforms/shop/keys", R"({"expires_at":"2026-11-24T13:00:00.001+01:00"})")
              .text("/expires_at") == "2026-11-24T12:00:00.001Z");
}

TEST_CASE("api keys: name, addresses and end can be changed") {
    Shop shop;
    const std::string id = shop.post("/v1/platforms/shop/keys", R"({"name":"a"})").text("/id");
    const Reply changed = shop.patch(
        id, R"({"name":"b","allow":["10.0.0.0/8"],"expires_at":"2026-11-25T00:00:00Z"})");
    CHECK(changed.status == 200);
    CHECK(changed.text("/name") == "b");
    CHECK(changed.text("/allow/0") == "10.0.0.0/8");
    CHECK(changed.text("/expires_at") == "2026-11-25T00:00:00.000Z");
    CHECK(shop.patch(id, R"({"expires_at":null})").at("/expires_at").is_null());
    CHECK(shop.get("/v1/keys/" + id).text("/name") == "b");
    CHECK(shop.patch(id, R"({"role":"owner"})").status == 422);
    CHECK(shop.patch(id, R"({"scopes":["sessions:read"]})").status == 422);
    CHECK(shop.patch("x", R"({"name":"b"})").status == 404);
}

TEST_CASE("api keys: rotation makes another key, and the old one ends with the overlap") {
    Shop shop;
    const Reply made =
        shop.post("/v1/platforms/shop/keys",
                  R"({"name":"backend","scopes":["sessions:read"],"allow":["192.0.2.0/24"]})");
    const std::string path = "/v1/keys/" + made.text("/id");
    const Reply rotated = shop.post(path + "/rotate", R"({"overlap_seconds":600})");
    CHECK(rotated.status == 201);
    CHECK(rotated.text("/id") != made.text("/id"));
    CHECK(rotated.text("/name") == "backend");
    CHECK(rotated.text("/scopes") == made.text("/scopes"));
    CHECK(rotated.text("/allow") == made.text("/allow"));
    CHECK(rotated.at("/expires_at").is_null());
    CHECK(rotated.text("/previous/replaced_by") == rotated.text("/id"));
    CHECK(rotated.text("/previous/expires_at") == "2026-11-24T12:10:00.000Z");
    shop.now = noon + 10min - 1ms;
    CHECK(shop.status_with(made.text("/key")) == 200);
    CHECK(shop.status_with(rotated.text("/key")) == 200);
    CHECK(shop.post(path + "/rotate").status == 409);
    shop.now = noon + 10min;
    CHECK(shop.status_with(made.text("/key")) == 401);
    CHECK(shop.status_with(rotated.text("/key")) == 200);
    CHECK(shop.get(path).text("/state") == "expired");
}

TEST_CASE(
    "api keys: rotation without overlap ends the old key at once, and never later than it was") {
    Shop shop;
    const Reply made = shop.post("/v1/platforms/shop/keys", "{}");
    const Reply rotated =
        shop.post("/v1/keys/" + made.text("/id") + "/rotate", R"({"overlap_seconds":0})");
    CHECK(shop.status_with(made.text("/key")) == 401);
    CHECK(shop.status_with(rotated.text("/key")) == 200);
    CHECK(shop.post("/v1/keys/" + rotated.text("/id") + "/rotate", R"({"overlap_seconds":2592001})")
              .status == 422);
    const Reply brief =
        shop.post("/v1/platforms/shop/keys", R"({"expires_at":"2026-11-24T12:00:05Z"})");
    CHECK(shop.post("/v1/keys/" + brief.text("/id") + "/rotate", R"({"overlap_seconds":600})")
              .text("/previous/expires_at") == "2026-11-24T12:00:05.000Z");
}

TEST_CASE("api keys: rotation that cannot be recorded leaves the old key as it was") {
    Shop shop;
    const Reply made = shop.post("/v1/platforms/shop/keys", "{}");
    shop.memory.fail_with(make_error_code(store::Errc::full));
    CHECK(shop.post("/v1/keys/" + made.text("/id") + "/rotate").status == 503);
    shop.memory.fail_with({});
    const Reply shown = shop.get("/v1/keys/" + made.text("/id"));
    CHECK(shown.at("/replaced_by").is_null());
    CHECK(shown.at("/expires_at").is_null());
    CHECK(shop.get("/v1/keys").items() == 1);
}

TEST_CASE("api keys: revoked is 204, and again 204") {
    Shop shop;
    const Reply made = shop.post("/v1/platforms/shop/keys", "{}");
    const std::string path = "/v1/keys/" + made.text("/id");
    CHECK(shop.call("DELETE", path).status == 204);
    CHECK(shop.status_with(made.text("/key")) == 401);
    shop.now += 1h;
    CHECK(shop.call("DELETE", path).status == 204);
    CHECK(shop.get(path).text("/revoked_at") == "2026-11-24T12:00:00.000Z");
    CHECK(shop.patch(made.text("/id"), R"({"name":"x"})").status == 409);
    CHECK(shop.post(path + "/rotate").status == 409);
}

TEST_CASE("api keys: they are listed in the order in which they were made, by platform") {
    Shop shop;
    shop.post("/v1/platforms", R"({"name":"other"})");
    std::vector<std::string> ids;
    for (const char* platform : {"shop", "other", "shop"}) {
        ids.push_back(
            shop.post("/v1/platforms/" + std::string{platform} + "/keys", "{}").text("/id"));
        shop.now += 1s;
    }
    const Reply page = shop.get("/v1/keys?limit=2");
    CHECK(page.text("/items/0/id") == ids[0]);
    CHECK(page.text("/items/1/id") == ids[1]);
    const Reply rest = shop.get("/v1/keys?limit=2&cursor=" + page.text("/next_cursor"));
    CHECK(rest.items() == 1);
    CHECK(rest.text("/items/0/id") == ids[2]);
    CHECK(rest.at("/next_cursor").is_null());
    CHECK(shop.get("/v1/platforms/shop/keys").items() == 2);
    CHECK(shop.get("/v1/keys?platform=other").text("/items/0/id") == ids[1]);
    CHECK(shop.get("/v1/platforms/none/keys").status == 404);
}
