// tests/daemon/http/test_request_rules.cpp - the rules that Beast leaves to its user.
#include "daemon/http/request_rules.hpp"

#include <doctest/doctest.h>

using namespace smppd::http;
namespace beast = boost::beast;

namespace {

/// What a head is refused with, 0 when it is right.
int refusal(const std::string& text) {
    beast::http::request_parser<beast::http::string_body> parser;
    boost::system::error_code error;
    parser.eager(false);
    parser.put(boost::asio::buffer(text), error);
    if (error) {
        const auto problem = read_problem(error);
        return problem ? status_of(problem->kind) : -1;
    }
    const auto problem = broken_rule(parser.get());
    return problem ? status_of(problem->kind) : 0;
}

}  // namespace

TEST_CASE("request rules: HTTP/1.1 needs one Host, HTTP/1.0 none") {
    CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
    CHECK(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/1.0\r\n\r\n") == 0);
}

TEST_CASE("request rules: codings and expectations that are not spoken are refused") {
    CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") == 0);
    CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n") ==
          501);
    CHECK(
        refusal(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n") ==
        415);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n") == 0);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n") == 417);
}

TEST_CASE("request rules: what cannot be read is told") {
    CHECK(refusal("GET /\r\n\r\n") == 400);
    CHECK(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
    CHECK(refusal("GET / HTTP/1.1\r\nHost : a\r\n\r\n") == 400);
    CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n") ==
          400);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x') + "\r\n\r\n") == 431);
    CHECK_FALSE(read_problem(beast::http::error::end_of_stream));
    CHECK_FALSE(read_problem(boost::asio::error::connection_reset));
}

TEST_CASE("request rules: an answer carries what HTTP asks for") {
    const auto message =
        to_beast({.status = 200, .body = "{}", .headers = {{"allow", "GET"}}}, 11, false);
    CHECK(message[beast::http::field::content_length] == "2");
    CHECK(message[beast::http::field::connection] == "close");
    CHECK(message["allow"] == "GET");
    CHECK(message.count(beast::http::field::date) == 1);
    const auto empty =
        to_beast({.status = 204, .content_type = {}, .body = {}, .headers = {}}, 11, true);
    CHECK(empty.count(beast::http::field::content_length) == 0);
    CHECK(empty.count(beast::http::field::content_type) == 0);
}

TEST_CASE("request rules: caches keep what says so itself, and nothing else") {
    const auto usual = to_beast({.status = 200, .body = "{}", .headers = {}}, 11, true);
    CHECK(usual[beast::http::field::cache_control] == "no-store");
    const Headers headers{{"cache-control", "no-cache"}, {"etag", "\"1\""}};
    const auto known = to_beast({.status = 304, .body = {}, .headers = headers}, 11, true);
    CHECK(known.count(beast::http::field::cache_control) == 1);
    CHECK(known[beast::http::field::cache_control] == "no-cache");
    CHECK(known[beast::http::field::etag] == "\"1\"");
    CHECK(known.count(beast::http::field::content_length) == 0);
}
