// tests/tools/test_smppctl_texts.cpp - escaping, widths, tables, hexadecimal, targets of smppctl.
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/hex_text.hpp"
#include "tools/smppctl/table.hpp"
#include "tools/smppctl/target.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <sstream>

using namespace smppd::ctl;
using smppd::protocol::Octets;

namespace {

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

Octets octets(std::string_view text) {
    const auto read = read_hex(text);
    REQUIRE(std::holds_alternative<Octets>(read));
    return std::get<Octets>(read);
}

std::string refusal(std::string_view text) {
    const auto read = read_hex(text);
    REQUIRE(std::holds_alternative<std::string>(read));
    return std::get<std::string>(read);
}

}  // namespace

TEST_CASE("escape: control characters never reach the terminal") {
    CHECK(escaped("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(escaped("a\nb\tc\rd") == "a\\nb\\tc\\rd");
    CHECK(escaped(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(escaped("\x7f") == "\\x7f");
    CHECK(escaped("\xc2\x9b"
                  "31m") == "\\u009b31m");  // C1: CSI in one character
}

TEST_CASE("escape: what turns or hides text is shown") {
    CHECK(escaped("a\xe2\x80\xae"
                  "b") == "a\\u202eb");                   // RIGHT-TO-LEFT OVERRIDE
    CHECK(escaped("\xe2\x81\xa6") == "\\u2066");          // LEFT-TO-RIGHT ISOLATE
    CHECK(escaped("\xe2\x80\x8b") == "\\u200b");          // ZERO WIDTH SPACE
    CHECK(escaped("\xef\xbb\xbf") == "\\ufeff");          // BYTE ORDER MARK
    CHECK(escaped("\xf3\xa0\x81\x81") == "\\U000e0041");  // a tag character
}

TEST_CASE("escape: other text stays as it is") {
    CHECK(escaped("C:\\dir \"x\"") == "C:\\dir \"x\"");
    CHECK(escaped("Grüße, 你好, 👩\u200d🚀") == "Grüße, 你好, 👩\u200d🚀");
}

TEST_CASE("escape: octets that are no UTF-8 are shown one by one") {
    CHECK(escaped("\xff") == "\\xff");
    CHECK(escaped("\xc0\x80") == "\\xc0\\x80");                    // overlong
    CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
    CHECK(escaped("\xe2\x82") == "\\xe2\\x82");                    // cut short
    CHECK(escaped("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST_CASE("escape: line breaks stay when asked for") {
    CHECK(escaped("a\nb\x1b", LineBreaks::keep) == "a\nb\\x1b");
}

TEST_CASE("escape: a JSON document stays the same document") {
    const std::string document =
        "{\"text\":\"a\xe2\x80\xae"
        "b\xf3\xa0\x81\x81\"}\n";
    const std::string safe = escaped_json(document);
    CHECK(safe == "{\"text\":\"a\\u202eb\\udb40\\udc41\"}\n");
    CHECK(boost::json::parse(safe) == boost::json::parse(document));
}

TEST_CASE("width: wide characters take two columns, combining ones none") {
    CHECK(width("abc") == 3);
    CHECK(width("é") == 1);
    CHECK(width("e\u0301") == 1);
    CHECK(width("你好") == 4);
    CHECK(width("") == 0);
}

TEST_CASE("cut: the text fits, with a mark for the rest") {
    CHECK(cut("abcde", 5) == "abcde");
    CHECK(cut("abcdef", 5) == "abcd…");
    CHECK(cut("你好吗", 4) == "你…");  // the second one would end in column 5
    CHECK(cut("abc", 1) == "…");
    CHECK(cut("abc", 0).empty());
}

TEST_CASE("table: columns are aligned and not cut without a terminal") {
    Table table{{{"NAME"}, {"COUNT", Align::right}, {"NOTE"}}};
    table.add({"acme", "1,234", std::string(200, 'x')});
    table.add({"b", "5", ""});
    const auto shown = lines(table.text({}));
    REQUIRE(shown.size() == 3);
    CHECK(shown[0] == "NAME  COUNT  NOTE");
    CHECK(shown[1] == "acme  1,234  " + std::string(200, 'x'));
    CHECK(shown[2] == "b         5  -");
}

TEST_CASE("table: the widest column gives way to the terminal") {
    Table table{{{"NAME"}, {"NOTE"}}};
    table.add({"acme", std::string(100, 'x')});
    const auto shown = lines(table.text({.columns = 30, .colour = false}));
    REQUIRE(shown.size() == 2);
    CHECK(width(shown[1]) == 30);
    CHECK(shown[1] == "acme  " + std::string(23, 'x') + "…");
}

TEST_CASE("table: a table of exactly the terminal's width is not cut") {
    Table table{{{"A"}, {"B"}}};
    table.add({std::string(10, 'a'), std::string(18, 'b')});
    CHECK(lines(table.text({.columns = 30, .colour = false}))[1].find("…") == std::string::npos);
    CHECK(lines(table.text({.columns = 29, .colour = false}))[1].find("…") != std::string::npos);
}

TEST_CASE("table: what cannot be narrow enough is told a field a line") {
    Table table{{{"NAME"}, {"NUMBER"}, {"NOTE"}}};
    table.add({std::string(12, 'a'), std::string(12, 'b'), std::string(12, 'c')});
    table.add({"d", "e", "f"});
    const auto shown = lines(table.text({.columns = 20, .colour = false}));
    REQUIRE(shown.size() == 7);
    CHECK(shown[0] == "NAME    aaaaaaaaaaaa");
    CHECK(shown[3].empty());
    CHECK(shown[4] == "NAME    d");
}

TEST_CASE("table: cells are escaped, tones only with colour") {
    Table table{{{"TEXT"}}};
    table.add({Cell{"\x1b]0;x", Tone::bad}});
    CHECK(table.text({}) == "TEXT\n\\x1b]0;x\n");
    CHECK(table.text({.columns = 0, .colour = true}) ==
          "\x1b[1mTEXT\x1b[0m\n\x1b[31m\\x1b]0;x\x1b[0m\n");
    CHECK(table.text({}, false) == "\\x1b]0;x\n");
}

TEST_CASE("record: names are aligned, an empty value is a dash") {
    Record record;
    record.add("Number", "+447700900101");
    record.add("Area", "");
    CHECK(record.text({}) == "Number  +447700900101\nArea    -\n");
}

TEST_CASE("hex: pairs of digits, whatever stands between") {
    const Octets expected{0x00, 0x0a, 0xff};
    CHECK(octets("000aff") == expected);
    CHECK(octets("00 0A\n\tFF\r\n") == expected);
    CHECK(octets("0x00,0x0a, 0XFF") == expected);
    CHECK(octets("0x000aff") == expected);
    CHECK(octets("00:0a-ff|") == expected);
}

TEST_CASE("hex: what is wrong is told with its place") {
    CHECK(refusal("00 zz") == "\"z\" is no hexadecimal digit (character 4)");
    CHECK(refusal("000") == "an octet has two hexadecimal digits, here is one (character 3)");
    CHECK(refusal("0 00") == "an octet has two hexadecimal digits, here is one (character 1)");
    CHECK(refusal(" \n") == "there are no hexadecimal digits");
    CHECK(refusal("0x") == "there are no hexadecimal digits");
    CHECK(refusal("\x1b") == "\"\\x1b\" is no hexadecimal digit (character 1)");
}

TEST_CASE("hex: written with blanks, cut at the limit") {
    const Octets some{0x00, 0x1f, 0xa0};
    CHECK(hex_text(some) == "00 1f a0");
    CHECK(hex_text(some, 3) == "00 1f a0");
    CHECK(hex_text(some, 2) == "00 1f ...");
    CHECK(hex_text({}).empty());
}

TEST_CASE("target: segments and values are encoded") {
    CHECK(path({"status"}) == "/v1/status");
    CHECK(path({"binds", "acme/1", "disconnect"}) == "/v1/binds/acme%2F1/disconnect");
    CHECK(path({"numbers", "+447700900101"}) == "/v1/numbers/%2B447700900101");
    CHECK(percent_encoded("a-b._~ ü") == "a-b._~%20%C3%BC");
    CHECK(Query{}.add("a", "").add("b", "x&y").add("c", "1").text() == "?b=x%26y&c=1");
    CHECK(Query{}.text().empty());
}

TEST_CASE("target: numbers get their plus") {
    CHECK(plus_number("447700900101") == "+447700900101");
    CHECK(plus_number("+44 7700 900-101") == "+447700900101");
    CHECK(plus_number("abc") == "abc");
    CHECK(plus_number("+") == "+");
    CHECK(plus_number("").empty());
}
