// tests/pool/test_extract.cpp - finding the code in a message: labelled messages in many languages,
// what the answer says, and the edges of what is read.
#include "pool/extract.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace smppd::pool;

namespace {

struct Row {
    std::string id, language, sender, text, code, link, kind, set;
};

std::string with_line_breaks(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
        out += escape ? '\n' : text[i];
        i += escape;
    }
    return out;
}

std::vector<Row> read_rows(const std::string& name) {
    std::ifstream file(std::string(SMPPD_VECTORS_FOLDER) + "/" + name);
    REQUIRE(file.is_open());
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::array<std::string, 8> column;
        std::istringstream in(line);
        for (std::string& each : column) std::getline(in, each, '\t');
        rows.push_back({column[0], column[1], column[2], with_line_breaks(column[3]), column[4],
                        column[5], column[6], column[7]});
    }
    return rows;
}

void check_rows(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.id);
        const Extraction found = extract(row.text, row.sender);
        CHECK(found.code == row.code);
        CHECK(found.link == row.link);
        CHECK(found.rule.empty() == (row.kind == "none"));
        CHECK((found.confidence > 0) == (row.kind != "none"));
    }
}

std::string code_of(std::string_view text, const CodeShape& shape = {}) {
    return extract(text, "", shape).code;
}

}  // namespace

TEST_CASE("extract: the labelled messages") { check_rows(read_rows("otp.tsv")); }

TEST_CASE("extract: messages with traps in many languages") {
    const std::vector<Row> rows = read_rows("otp_more.tsv");
    check_rows(rows);
    std::map<std::string, std::size_t> kinds;
    std::set<std::string> languages;
    for (const Row& row : rows) {
        ++kinds[row.kind];
        languages.insert(row.language.substr(0, row.language.find('-')));
    }
    CHECK(kinds["code"] >= 400);
    CHECK(kinds["link"] >= 60);
    CHECK(kinds["none"] >= 300);
    CHECK(languages.size() >= 80);
}

TEST_CASE("extract: the answer tells the octets that hold the code") {
    const std::string text = "Váš kód: 482 913, platí 5 minut";
    const Extraction found = extract(text, "");
    CHECK(found.code == "482913");
    CHECK(text.substr(found.at, found.length) == "482 913");
    CHECK(found.rule == "keyword");
    REQUIRE(found.candidates.size() == 1);
    CHECK(found.candidates[0].code == "482913");
    CHECK(found.candidates[0].at == found.at);
    CHECK(found.candidates[0].length == found.length);
}

TEST_CASE("extract: each rule has its name") {
    CHECK(extract("Your code is 482913", "").rule == "keyword");
    CHECK(extract("482913 is your code", "").rule == "before_keyword");
    CHECK(extract("Enter 482913 in the app", "").rule == "instruction");
    CHECK(extract("Larkspur: 482913", "").rule == "shape");
    CHECK(extract("482913 lets you in\n\n@shop.example #482913", "").rule == "origin_bound");
    CHECK(extract("Reset your password: https://a.example/r/8Kd2", "").rule == "link");
    CHECK(extract("See you at 1930", "").rule.empty());
    CHECK(extract("", "").rule.empty());
}

TEST_CASE("extract: candidates come best first, at most eight, also when none is the code") {
    const Extraction two = extract("Order 55012: confirm with code 7719", "");
    REQUIRE(two.candidates.size() == 2);
    CHECK(two.candidates[0].code == "7719");
    CHECK(two.candidates[1].code == "55012");
    CHECK(two.candidates[0].score > two.candidates[1].score);
    std::string many = "Codes:";
    for (int i = 0; i < 20; ++i) many += " " + std::to_string(10'000 + i) + ",";
    CHECK(extract(many, "").candidates.size() == candidates_max);
    const Extraction none = extract("Order 55012 has shipped", "");
    CHECK(none.code.empty());
    CHECK(none.confidence == 0);
    REQUIRE(none.candidates.size() == 1);
    CHECK(none.candidates[0].code == "55012");
}

TEST_CASE("extract: of two codes as good the answer is less sure") {
    const int sure = extract("Your code is 482913", "").confidence;
    const int unsure = extract("Your code is 482913, your code is 771904", "").confidence;
    CHECK(sure > 70);
    CHECK(unsure <= 60);
}

TEST_CASE("extract: with a code there is no link") {
    const Extraction found =
        extract("Log in with code 482913 or here: https://a.example/login/8Kd2", "");
    CHECK(found.code == "482913");
    CHECK(found.link.empty());
}

TEST_CASE("extract: the workflow's shape leaves other numbers out") {
    const std::string text = "Your code is 4829. Use 771904 instead.";
    CHECK(code_of(text, {.length_min = 4, .length_max = 4}) == "4829");
    CHECK(code_of(text, {.length_min = 6, .length_max = 6}) == "771904");
    CHECK(code_of(text, {.length_min = 7, .length_max = 8}) == "");
    CHECK(code_of("Your code is RX4-77K", {.length_min = 4, .length_max = 8}) == "RX477K");
    CHECK(code_of("Your code is RX4-77K", {.length_min = 4, .length_max = 8, .letters = false}) ==
          "");
    CHECK(code_of("G-482913 is your code", {.length_min = 6, .length_max = 6, .letters = false}) ==
          "482913");
}

TEST_CASE("extract: lengths at both edges of the shape") {
    const CodeShape shape{.length_min = 5, .length_max = 7};
    CHECK(code_of("code: 4829", shape) == "");
    CHECK(code_of("code: 48291", shape) == "48291");
    CHECK(code_of("code: 4829130", shape) == "4829130");
    CHECK(code_of("code: 48291304", shape) == "");
    CHECK(code_of("code: 482") == "");
    CHECK(code_of("code: 1122334455") == "1122334455");
    CHECK(code_of("code: 11223344556") == "");
}

TEST_CASE("extract: the sender's own number is not the code") {
    for (const Candidate& each : extract("Your PIN: reply STOP to 27182", "27182").candidates)
        CHECK(each.code != "27182");
    CHECK(extract("Your PIN is 27182", "38100").code == "27182");
}

TEST_CASE("extract: origin-bound lines as the draft has them") {
    CHECK(code_of("@example.com #747723") == "747723");
    CHECK(code_of("Hi.\n\n@example.com #747723 %shop.example $more") == "747723");
    CHECK(code_of("Hi.\r\n@example.com #AB-77K\r\n") == "AB77K");
    CHECK(code_of("Hi. @example.com #747723") == "747723");
    // No host, the wrong order, two blanks, nothing behind the mark.
    for (const std::string text :
         {"@example #747723", "#747723 @example.com", "@example.com  #747723", "@example.com #",
          "@example.com code #747723"}) {
        CAPTURE(text);
        CHECK(extract(text, "").rule != "origin_bound");
    }
    // The workflow's shape holds here too.
    CHECK(extract("@example.com #747723", "", {.length_min = 4, .length_max = 5}).code == "");
}

TEST_CASE("extract: the characters that are read have an end") {
    const std::string words = " your code is 482913";
    const std::string filling(characters_read - words.size(), 'x');
    CHECK(code_of(filling + words) == "482913");
    // One more, and the code is cut in two.
    CHECK(code_of("x" + filling + words) == "");
    std::string dense = "验证码482913";
    while (dense.size() < 3 * characters_read + 100) dense += "，请勿泄露";
    CHECK(code_of(dense) == "482913");
    CHECK(code_of(std::string(1 << 20, 'x') + "\n@shop.example #482913") == "482913");
    CHECK(code_of(std::string(1 << 20, '7')) == "");
}

TEST_CASE("extract: octets that are no UTF-8 do no harm") {
    CHECK(code_of("\xff\xfeYour code is 482913\xc3") == "482913");
    CHECK(code_of("\xe0\x80\xaf code: 482913 \xed\xa0\x80") == "482913");
    CHECK(code_of(std::string("code: 482913\0end", 16)) == "482913");
    for (int octet = 0; octet < 256; ++octet) {
        const std::string text(3, static_cast<char>(octet));
        CHECK(extract(text, text).code.size() <= 3);
    }
}
