// tests/daemon/http/test_problem.cpp - errors as problem+json.
#include "daemon/http/problem.hpp"

#include "daemon/store/store.hpp"

#include <boost/json.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace smppd;
using namespace smppd::http;

namespace {

std::string retry_after(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "retry-after") return value;
    return {};
}

int pool_status(pool::Errc error) {
    return to_response(from_pool(make_error_code(error), "x")).status;
}

}  // namespace

TEST_CASE("problem: the members of RFC 9457 are there, and each wrong field") {
    const Response response = to_response(
        invalid({{"/ttl_seconds", {}, "must be positive"}, {{}, "limit", "must be an integer"}}));
    CHECK(response.status == 422);
    CHECK(response.content_type == "application/problem+json");
    const auto body = boost::json::parse(response.body).as_object();
    CHECK(body.at("type").as_string() == "urn:smppd:problem:invalid");
    CHECK(body.at("status").as_int64() == 422);
    CHECK(body.at("title").as_string() == "A value is wrong");
    CHECK(body.at("detail").as_string() ==
          "/ttl_seconds: must be positive (and 1 more, see errors)");
    CHECK(body.at("errors").at(0).at("pointer").as_string() == "/ttl_seconds");
    CHECK(body.at("errors").at(1).at("parameter").as_string() == "limit");
}

TEST_CASE("problem: every kind has a type of its own") {
    std::set<std::string> types;
    for (int i = 0; i <= static_cast<int>(Kind::version); ++i)
        types.insert(type_of(static_cast<Kind>(i)));
    CHECK(types.size() == static_cast<std::size_t>(Kind::version) + 1);
    CHECK(type_of(Kind::not_available) == "urn:smppd:problem:not_available");
}

TEST_CASE("problem: errors of the pool have their status") {
    CHECK(pool_status(pool::Errc::no_number) == 409);
    CHECK(pool_status(pool::Errc::not_found) == 404);
    CHECK(pool_status(pool::Errc::exists) == 409);
    CHECK(pool_status(pool::Errc::not_available) == 409);
    CHECK(pool_status(pool::Errc::not_yours) == 403);
    CHECK(pool_status(pool::Errc::bad_value) == 422);
    CHECK(pool_status(pool::Errc::ended) == 410);
    CHECK(pool_status(pool::Errc::quota) == 429);
    CHECK(pool_status(pool::Errc::full) == 503);
    CHECK(to_response(from_pool({5, boost::system::generic_category()}, "x")).status == 500);
}

TEST_CASE("problem: what may be tried again says when") {
    CHECK(retry_after(to_response(from_store(make_error_code(store::Errc::busy)))) == "1");
    CHECK(retry_after(to_response(from_store(make_error_code(store::Errc::full)))) == "30");
    CHECK(to_response(from_store(make_error_code(store::Errc::full))).status == 503);
    CHECK(to_response(from_store(make_error_code(store::Errc::broken))).status == 503);
    CHECK(retry_after(to_response(from_pool(make_error_code(pool::Errc::quota), ""))) == "60");
    CHECK(retry_after(to_response(from_pool(make_error_code(pool::Errc::exists), ""))).empty());
}
