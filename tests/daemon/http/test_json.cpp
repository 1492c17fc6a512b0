// tests/daemon/http/test_json.cpp - bodies: what is refused, and how each mistake is named.
#include "daemon/http/json.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace smppd;
using namespace smppd::http;

namespace {

std::string problem_of(std::string_view body) {
    const auto read = read_object(body);
    const auto* problem = std::get_if<Problem>(&read);
    return problem ? std::to_string(status_of(problem->kind)) + " " + problem->detail : "ok";
}

boost::json::object object_of(std::string_view body) {
    return std::get<boost::json::object>(read_object(body));
}

std::string nested(std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

}  // namespace

TEST_CASE("json: an object is read") {
    CHECK(object_of(R"({"a":1,"b":{"a":2}})").at("b").at("a").as_int64() == 2);
    CHECK(problem_of("{}") == "ok");
    CHECK(problem_of(" {\n} ") == "ok");
}

TEST_CASE("json: what is no JSON object is refused with its place") {
    CHECK(problem_of("").starts_with("400 The body is no JSON"));
    CHECK(problem_of("{\"a\":}").find("octet 5") != std::string::npos);
    CHECK(problem_of("{\"a\":1,}").starts_with("400"));
    CHECK(problem_of("{\"a\":NaN}").starts_with("400"));
    CHECK(problem_of("{} {}").starts_with("400"));
    CHECK(problem_of("[1]") == "400 The body must be a JSON object.");
    CHECK(problem_of("\"a\"") == "400 The body must be a JSON object.");
    CHECK(problem_of("{\"a\":\"\xff\"}").starts_with("400"));
    CHECK(problem_of("{\"a\":\"\\ud800\"}").starts_with("400"));
    CHECK(problem_of("{\"a\":1e400}") == "400 The body has a number that is too large.");
}

TEST_CASE("json: a key twice in one object is refused, in two objects it is not") {
    CHECK(problem_of(R"({"name":"a","name":"b"})") ==
          "400 The body has the key \"name\" twice in one object.");
    CHECK(problem_of(R"({"x":{"a":1,"\u0061":2}})") ==
          "400 The body has the key \"a\" twice in one object.");
    CHECK(problem_of(R"({"":1,"":2})").starts_with("400 The body has the key \"\" twice"));
    CHECK(problem_of(R"({"a":{"b":1},"b":{"b":1},"c":[{"b":1},{"b":2}]})") == "ok");
}

TEST_CASE("json: the depth has a limit") {
    CHECK(problem_of(nested(json_depth_max)) == "ok");
    CHECK(problem_of(nested(json_depth_max + 1)).starts_with("400"));
}

TEST_CASE("fields: values of the right type and range are read") {
    static constexpr std::array<std::string_view, 2> ways{"payload", "udh"};
    const auto object =
        object_of(R"({"t":"ab","i":5,"b":true,"c":"udh","l":["x","y"],"n":"+447700900101"})");
    FieldErrors errors;
    Fields fields{object, errors};
    CHECK(fields.text("t", {1, 2}) == "ab");
    CHECK(fields.integer("i", {5, 5}) == 5);
    CHECK(fields.boolean("b") == true);
    CHECK(fields.choice("c", ways) == 1);
    CHECK(fields.texts("l", 2, {1, 1})->size() == 2);
    CHECK(fields.number("n") == 447700900101);
    CHECK_FALSE(fields.integer("absent", {1, 2}));
    fields.finish();
    CHECK(errors.empty());
}

TEST_CASE("fields: all mistakes are told, each with its pointer") {
    static constexpr std::array<std::string_view, 2> ways{"payload", "udh"};
    const auto object = object_of(
        R"({"t":"abc","e":"","k":"a\u0001","i":6,"f":5.0,"u":18446744073709551615,"b":1,"c":"x",)"
        R"("l":["ok",7],"m":["a","b","c"],"n":"447700900101","z/~":null})");
    FieldErrors errors;
    Fields fields{object, errors};
    CHECK_FALSE(fields.text("t", {1, 2}));
    CHECK_FALSE(fields.text("e", {1, 2}));
    CHECK_FALSE(fields.text("k", {1, 9}));
    CHECK_FALSE(fields.integer("i", {1, 5}));
    CHECK_FALSE(fields.integer("f", {1, 5}));
    CHECK_FALSE(fields.integer("u", {1, 5}));
    CHECK_FALSE(fields.boolean("b"));
    CHECK_FALSE(fields.choice("c", ways));
    CHECK(fields.texts("l", 2, {1, 2})->size() == 1);
    CHECK_FALSE(fields.texts("m", 2, {1, 2}));
    CHECK_FALSE(fields.number("n"));
    CHECK(fields.required_text("r", {1, 2}).empty());
    fields.finish();
    std::string pointers;
    for (const FieldError& error : errors) pointers += error.pointer + " ";
    CHECK(pointers == "/t /e /k /i /f /u /b /c /l/1 /m /n /r /z~1~0 ");
    CHECK(errors[3].detail == "must be an integer from 1 to 5");
    CHECK(errors[7].detail == "must be one of \"payload\", \"udh\"");
    CHECK(errors.back().detail == "is not known here");
}
