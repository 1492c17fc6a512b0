// tests/daemon/http/test_values.cpp - times, numbers and texts as the API writes and reads them.
#include "daemon/http/values.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::http;
using namespace std::chrono_literals;

TEST_CASE("values: times are RFC 3339 in UTC") {
    CHECK(rfc3339(pool::WallTime{1'795'538'998'007ms}) == "2026-11-24T16:49:58.007Z");
    CHECK(rfc3339(pool::WallTime{-1ms}) == "1969-12-31T23:59:59.999Z");
    CHECK(http_date(std::chrono::sys_seconds{784'111'777s}) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("values: numbers are + and 3 to 15 digits") {
    CHECK(parse_number("+447700900101") == 447700900101);
    CHECK(parse_number("+123") == 123);
    CHECK(parse_number("+123456789012345") == 123456789012345);
    CHECK_FALSE(parse_number("+12"));
    CHECK_FALSE(parse_number("+1234567890123456"));
    CHECK_FALSE(parse_number("447700900101"));
    CHECK_FALSE(parse_number("+0447700900"));
    CHECK_FALSE(parse_number("+44 7700"));
    CHECK_FALSE(parse_number(""));
}

TEST_CASE("values: integers have nothing around them") {
    CHECK(parse_integer("-7") == -7);
    CHECK_FALSE(parse_integer("7 "));
    CHECK_FALSE(parse_integer("+7"));
    CHECK_FALSE(parse_integer("9223372036854775808"));
    CHECK_FALSE(parse_integer(""));
}

TEST_CASE("values: percent encoding is undone, + stays") {
    CHECK(percent_decoded("a%2Fb+%2b") == "a/b++");
    CHECK_FALSE(percent_decoded("%"));
    CHECK_FALSE(percent_decoded("%2"));
    CHECK_FALSE(percent_decoded("%2x"));
}

TEST_CASE("values: UTF-8 is checked at its edges") {
    CHECK(valid_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    CHECK(characters("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == 4);
    CHECK(valid_utf8("\xf4\x8f\xbf\xbf"));        // U+10FFFF
    CHECK_FALSE(valid_utf8("\xf4\x90\x80\x80"));  // one above
    CHECK_FALSE(valid_utf8("\xc0\x80"));          // overlong NUL
    CHECK_FALSE(valid_utf8("\xe0\x9f\xbf"));      // overlong
    CHECK_FALSE(valid_utf8("\xed\xa0\x80"));      // a surrogate
    CHECK_FALSE(valid_utf8("\xe2\x82"));          // cut short
    CHECK_FALSE(valid_utf8("\x80"));
}

TEST_CASE("values: countries are two capital letters") {
    CHECK(valid_country("GB"));
    CHECK_FALSE(valid_country("gb"));
    CHECK_FALSE(valid_country("GBR"));
}

TEST_CASE("values: octets are lower-case hexadecimal") { CHECK(hex({0x00, 0xaf}) == "00af"); }

TEST_CASE("values: a time is read as it is written, with Z or an offset") {
    const auto same = [](std::string_view text) { return rfc3339(*parse_rfc3339(text)); };
    CHECK(same("2026-11-24T16:50:38.120Z") == "2026-11-24T16:50:38.120Z");
    CHECK(same("2026-11-24T16:50:38Z") == "2026-11-24T16:50:38.000Z");
    CHECK(same("2026-11-24t16:50:38.1239999z") == "2026-11-24T16:50:38.123Z");
    CHECK(same("2026-11-24T00:30:00+01:00") == "2026-11-23T23:30:00.000Z");
    CHECK(same("2026-12-31T23:30:00-00:45") == "2027-01-01T00:15:00.000Z");
    CHECK(same("2028-02-29T00:00:00Z") == "2028-02-29T00:00:00.000Z");
    for (const char* wrong :
         {"", "2026-11-24", "2026-11-24T16:50:38", "2026-11-24 16:50:38Z", "2026-13-24T16:50:38Z",
          "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T16:60:38Z",
          "2026-11-24T16:50:60Z", "2026-11-24T16:50:38.Z", "2026-11-24T16:50:38.1",
          "2026-11-24T16:50:38+0100", "2026-11-24T16:50:38+24:00", "2026-11-24T16:50:38Zx",
          "2026-11-24T16:50:38+01:0", "26-11-24T16:50:38.00Z", "2026-11-24T16:5a:38Z"})
        CHECK_MESSAGE(!parse_rfc3339(wrong), wrong);
}
