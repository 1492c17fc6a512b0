// tests/tools/test_smppctl_words.cpp - durations, times, exit codes, suggestions, stories of
// smppctl.
#include "tools/smppctl/completion.hpp"
#include "tools/smppctl/failure.hpp"
#include "tools/smppctl/fields.hpp"
#include "tools/smppctl/story.hpp"
#include "tools/smppctl/suggest.hpp"
#include "tools/smppctl/times.hpp"

#include <doctest/doctest.h>

using namespace smppd::ctl;
using namespace std::chrono_literals;

TEST_CASE("duration: numbers with units, the larger first") {
    CHECK(parse_duration("90") == 90s);
    CHECK(parse_duration("90s") == 90s);
    CHECK(parse_duration("10m") == 600s);
    CHECK(parse_duration("1h30m") == 5400s);
    CHECK(parse_duration("1d2h3m4s") == 93'784s);
    CHECK(parse_duration("2w") == 1'209'600s);
}

TEST_CASE("duration: other text is none") {
    for (const char* text : {"", "0", "0s", "m", "-5m", "1.5h", "5m1h", "1h1h", "1h30", "5 m", "5x",
                             "99999999999999999999s", "+5m"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
    CHECK(parse_duration("3660d"));
    CHECK_FALSE(parse_duration("3660d1s"));
}

TEST_CASE("duration: told in its two largest units") {
    CHECK(duration_text(-5s) == "0s");
    CHECK(duration_text(0ms) == "0s");
    CHECK(duration_text(1ms) == "1ms");
    CHECK(duration_text(999ms) == "999ms");
    CHECK(duration_text(1s) == "1s");
    CHECK(duration_text(1250ms) == "1.25s");
    CHECK(duration_text(59s) == "59s");
    CHECK(duration_text(60s) == "1m");
    CHECK(duration_text(65s) == "1m 5s");
    CHECK(duration_text(3h + 5s) == "3h");
    CHECK(duration_text(76h + 4min) == "3d 4h");
    CHECK(duration_text(24h * 400) == "400d");
}

TEST_CASE("time: the API's form is read, with and without fraction") {
    const auto at = parse_time("2026-11-24T17:00:03.120Z");
    REQUIRE(at);
    CHECK(time_text(*at) == "2026-11-24 17:00:03Z");
    CHECK(clock_text(*at) == "17:00:03.120");
    CHECK(rfc3339_text(*at) == "2026-11-24T17:00:03.120Z");
    CHECK(parse_time("2026-11-24T17:00:03Z") == *at - 120ms);
}

TEST_CASE("time: other text is none") {
    for (const char* text :
         {"", "2026-11-24", "2026-11-24 17:00:03Z", "2026-02-30T17:00:03Z", "2026-11-24T24:00:03Z",
          "2026-11-24T17:60:03Z", "2026-11-24T17:00:03.12Z", "2026-11-24T17:00:03+",
          "2026-1a-24T17:00:03Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text));
    }
}

TEST_CASE("exit: each kind of answer has its code") {
    CHECK(exit_for(200) == Exit::ok);
    CHECK(exit_for(204) == Exit::ok);
    CHECK(exit_for(404) == Exit::not_found);
    for (const int status : {400, 401, 403, 409, 410, 413, 422, 429})
        CHECK(exit_for(status) == Exit::refused);
    CHECK(exit_for(408) == Exit::timed_out);
    CHECK(exit_for(504) == Exit::timed_out);
    for (const int status : {0, 199, 300, 405, 500, 503}) CHECK(exit_for(status) == Exit::failed);
    CHECK(static_cast<int>(Exit::usage) == 2);
    CHECK(static_cast<int>(Exit::unreachable) == 3);
    CHECK(static_cast<int>(Exit::not_found) == 4);
    CHECK(static_cast<int>(Exit::refused) == 5);
    CHECK(static_cast<int>(Exit::timed_out) == 6);
}

TEST_CASE("problem: its detail is told, without paths of the API") {
    CHECK(problem_text(404, R"({"detail":"There is no platform \"a\"."})") ==
          "There is no platform \"a\".");
    CHECK(problem_text(404, R"({"detail":"/bind: it has no bind 7; see GET /v1/binds."})") ==
          "bind: it has no bind 7.");
    CHECK(problem_text(404, R"({"detail":"None; see GET /v1/binds. Stop with POST /v1/x."})") ==
          "None.");
    CHECK(problem_text(404, R"({"detail":"A. B."})") == "A. B.");
}

TEST_CASE("problem: several errors stand one a line, escaped") {
    CHECK(problem_text(422, R"({"title":"A value is wrong","detail":"x","errors":[
        {"pointer":"/name","detail":"is required"},{"parameter":"limit","detail":"a\u001b"}]})") ==
          "A value is wrong:\n  name: is required\n  limit: a\\x1b");
}

TEST_CASE("problem: a body that is none leaves the status") {
    CHECK(problem_text(502, "<html>") == "the daemon answered with HTTP status 502");
    CHECK(problem_text(500, "{}") == "the daemon answered with HTTP status 500");
}

TEST_CASE("fields: missing, null and other kinds read as nothing") {
    const json::object object{{"null", nullptr}, {"text", "a"}, {"number", 5}, {"below", -5}};
    CHECK(text(object, "text") == "a");
    CHECK(text(object, "null").empty());
    CHECK(text(object, "number").empty());
    CHECK(text(object, "none").empty());
    CHECK(count(object, "number") == 5);
    CHECK(count(object, "below") == 0);
    CHECK(count(object, "text") == 0);
    CHECK_FALSE(flag(object, "text"));
    CHECK(list(object, "text") == nullptr);
    CHECK(part(object, "null") == nullptr);
}

TEST_CASE("fields: thousands are grouped") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
}

TEST_CASE("suggest: near words are found, far ones are not") {
    const std::vector<std::string> known{"numbers", "sessions", "status", "messages"};
    CHECK(nearest("nubmers", known) == "numbers");
    CHECK(nearest("sesion", known) == "sessions");
    CHECK(nearest("stat", known) == "status");
    CHECK(nearest("statsu", known) == "status");
    CHECK(nearest("frobnicate", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest("x", {}).empty());
}

TEST_CASE("story: events are told in sentences") {
    CHECK(sentence("part_received", "carrier=acme bind=2 part=1/3 reference=7") ==
          "part 1/3 came from carrier acme on bind 2 (reference 7)");
    CHECK(sentence("unowned", "number=+447700900101 reason=not_leased") ==
          "+447700900101: nobody's message, the number was neither leased nor assigned");
    CHECK(sentence("owned",
                   "number=+4477 platform=acme by=lease session=ses_1 "
                   "from=2026-11-24T17:00:03.120Z until=2026-11-24T18:00:03.120Z") ==
          "+4477 was leased to platform acme by session ses_1, from 2026-11-24 17:00:03Z to "
          "2026-11-24 18:00:03Z: the message is theirs");
    CHECK(sentence("recorded", "") == "recorded on disk; only then was the carrier answered");
}

TEST_CASE("story: an event of a newer daemon is told in its own words, escaped") {
    CHECK(sentence("teleported", "to=moon\x1b") == "teleported: to=moon\\x1b");
    CHECK(sentence("teleported", "") == "teleported");
}

TEST_CASE("completion: each shell's script knows verbs, options and values") {
    const Word state{"--state", "In this state's", true, false, {"available", "leased"}};
    const Word file{"", "The file", true, true, {}};
    const Node root{
        "",
        "",
        {{"--json", "JSON", false, false, {}}, {"--ca", "Authorities", true, true, {}}},
        {{"numbers", "Numbers", {}, {{"list", "All", {state}, {}}, {"import", "In", {file}, {}}}}}};
    const std::string bash = bash_completion(root);
    CHECK(bash.find("'numbers') words='list import'") != std::string::npos);
    CHECK(bash.find("'numbers list|--state') words='available leased'") != std::string::npos);
    CHECK(bash.find("'numbers import') words=''; files=1") != std::string::npos);
    // An option of the root takes its file at every verb.
    CHECK(bash.find("case \"|$previous\" in\n            '|--ca') files=1 ;;") !=
          std::string::npos);
    const std::string fish = fish_completion(root);
    CHECK(fish.find("-l state -r -a 'available leased' -d 'In this state\\'s'") !=
          std::string::npos);
    CHECK(zsh_completion(root).find("compdef _smppctl smppctl") != std::string::npos);
}
