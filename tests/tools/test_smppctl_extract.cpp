// tests/tools/test_smppctl_extract.cpp - lines of messages to lines of JSON.
#include "tools/smppctl/extract_line.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

using namespace smppd::ctl;
namespace json = boost::json;

namespace {

json::object parsed(std::string_view line, bool only_text = false) {
    const ExtractedLine out = extract_line(line, only_text);
    CHECK_FALSE(out.bad);
    CHECK(out.json.find('\n') == out.json.npos);
    return json::parse(out.json).as_object();
}

}  // namespace

TEST_CASE("extract: a line of text") {
    const json::object found = parsed("Your code is 482 913");
    CHECK(found.at("code") == "482913");
    CHECK(found.at("link").is_null());
    CHECK(found.at("rule") == "keyword");
    CHECK(found.at("confidence").as_int64() > 50);
    const json::object& first = found.at("candidates").as_array().at(0).as_object();
    CHECK(first.at("code") == "482913");
    CHECK(first.at("at").to_number<int>() == 13);
    CHECK(first.at("length").to_number<int>() == 7);
    CHECK(first.contains("score"));
    CHECK(parsed("Your code is 482913\r").at("code") == "482913");
}

TEST_CASE("extract: nothing found is null, one line all the same") {
    for (const char* line : {"", "See you at 1930", "{ 4829 }"}) {
        const json::object found = parsed(line, true);
        CHECK(found.at("code").is_null());
        CHECK(found.at("link").is_null());
        CHECK(found.at("rule").is_null());
        CHECK(found.at("confidence") == 0);
    }
}

TEST_CASE("extract: a line of JSON") {
    const json::object found =
        parsed(R"({"sender": "Meadow", "text": "Reset your password:\nhttps://a.example/r/8Kd2"})");
    CHECK(found.at("code").is_null());
    CHECK(found.at("link") == "https://a.example/r/8Kd2");
    CHECK(found.at("rule") == "link");
    CHECK(parsed(R"({"text": "code 482913"})").at("code") == "482913");
    CHECK(parsed(R"({"sender": null, "text": "code 482913", "id": 7})").at("code") == "482913");
    CHECK(parsed(R"({"sender": "27182", "text": "PIN: STOP to 27182"})").at("code").is_null());
    CHECK(parsed(R"({"text": "code 482913"})", true).at("code") == "482913");
}

TEST_CASE("extract: JSON that cannot be used is told, not guessed at") {
    for (const char* line : {"{", R"({"text": "code 482913")", R"({"text": 482913})", "{}",
                             R"({"sender": 7, "text": "code 482913"})", R"({"text": "x"} y)"}) {
        const ExtractedLine out = extract_line(line, false);
        CHECK(out.bad);
        CHECK(json::parse(out.json).as_object().at("error").is_string());
    }
}
