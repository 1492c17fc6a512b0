// tests/daemon/http/test_query.cpp - targets taken apart, parameters read.
#include "daemon/http/query.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::http;

TEST_CASE("target: segments are split before they are decoded") {
    const auto target = parse_target("/v1/binds/platform%2F12/disconnect?x=%2B1&flag&");
    REQUIRE(target);
    CHECK(target->segments == std::vector<std::string>{"v1", "binds", "platform/12", "disconnect"});
    REQUIRE(target->parameters.size() == 2);
    CHECK(target->parameters[0].second == "+1");
    CHECK(target->parameters[1].first == "flag");
}

TEST_CASE("target: the absolute form is taken") {
    CHECK(parse_target("http://localhost/v1")->segments == std::vector<std::string>{"v1"});
    CHECK(parse_target("http://localhost")->segments == std::vector<std::string>{""});
    CHECK(parse_target("HTTPS://localhost/v1")->segments == std::vector<std::string>{"v1"});
    CHECK_FALSE(parse_target("ftp://localhost/v1"));
    CHECK_FALSE(parse_target("/v1?=1"));
}

TEST_CASE("target: what is none is refused") {
    CHECK_FALSE(parse_target(""));
    CHECK_FALSE(parse_target("*"));
    CHECK_FALSE(parse_target("v1"));
    CHECK_FALSE(parse_target("/%"));
    CHECK_FALSE(parse_target("/?a=%zz"));
    CHECK_FALSE(parse_target("/%ff"));
    CHECK_FALSE(parse_target("/a%00b"));
    std::string many;
    for (int i = 0; i < 32; ++i) many += "/a";
    CHECK(parse_target(many));
    CHECK_FALSE(parse_target(many + "/a"));
}

TEST_CASE("params: values are read, mistakes are named") {
    const auto target =
        parse_target("/?limit=1001&n=447700900101&b=yes&id=12&twice=1&twice=2&ok=5&stray=1&e=");
    FieldErrors errors;
    Params params{*target, errors};
    CHECK(params.integer("ok", {1, 5}) == 5);
    CHECK(params.page().limit == 50);
    CHECK_FALSE(params.number("n"));
    CHECK_FALSE(params.boolean("b"));
    CHECK(params.id("id") == 0);
    CHECK(params.integer("twice", {1, 5}) == 1);
    CHECK_FALSE(params.text("e"));
    params.finish();
    std::string names;
    for (const FieldError& error : errors) names += error.parameter + " ";
    CHECK(names == "limit n b id e twice stray ");
}

TEST_CASE("params: the limits of a page are 1 and 1000") {
    const auto limit_of = [](const std::string& text) {
        FieldErrors errors;
        const auto target = parse_target("/?limit=" + text);
        const std::size_t limit = Params{*target, errors}.page().limit;
        return errors.empty() ? limit : 0;
    };
    CHECK(limit_of("1") == 1);
    CHECK(limit_of("1000") == 1000);
    CHECK(limit_of("0") == 0);
    CHECK(limit_of("1001") == 0);
}
