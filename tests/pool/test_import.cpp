// tests/pool/test_import.cpp - what an import takes, refuses and says about it.
#include "pool/import.hpp"
#include "pool/import_fields.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;

namespace {

PlatformId platform_id(std::string_view name) { return name == "shop" ? 7 : 0; }

Import read(std::string_view csv, std::size_t lines_max = 1000) {
    return read_csv(csv, platform_id, lines_max);
}

/// The problem of a file with this header and this second line.
std::string problem(const std::string& header, const std::string& line) {
    const Import import = read(header + "\n" + line + "\n");
    CHECK(import.numbers.empty());
    CHECK(import.bad == 1);
    REQUIRE(import.problems.size() == 1);
    CHECK(import.problems[0].line == 2);
    return import.problems[0].error;
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("import: every column, in any order, CRLF and a UTF-8 mark") {
    const Import import = read(
        "\xEF\xBB\xBFplatform,number,carrier,country,area,capabilities,tags,monthly_cost,"
        "isolation_group\r\n"
        "shop,+447700900101,acme,GB,\"Greater \"\"London\"\", N\",MO|MT,gold;new,1.25,g1\r\n"
        ",447700900102,,,,,,,\r\n");
    CHECK(import.problems.empty());
    CHECK(import.lines == 2);
    REQUIRE(import.numbers.size() == 2);
    const Number& first = import.numbers[0];
    CHECK(first.number == 447700900101);
    CHECK(first.carrier == "acme");
    CHECK(first.country == "GB");
    CHECK(first.area == "Greater \"London\", N");
    CHECK(first.mo);
    CHECK(first.mt);
    CHECK(first.tags == std::vector<std::string>{"gold", "new"});
    CHECK(first.monthly_cost_micros == 1'250'000);
    CHECK(first.isolation_group == "g1");
    CHECK(first.platform == 7);
    CHECK(first.state == NumberState::available);
    CHECK(import.numbers[1] == Number{.number = 447700900102, .country = "GB", .area = "7700"});
}

TEST_CASE("import: the header's letters may be capitals, as spreadsheets write them") {
    const auto import = read_csv(
        "Number,COUNTRY\n447700900101,GB\n", [](std::string_view) { return PlatformId{0}; }, 10);
    CHECK(import.problems.empty());
    REQUIRE(import.numbers.size() == 1);
    CHECK(import.numbers[0].country == "GB");
    CHECK_FALSE(import_column("number "));
    CHECK_FALSE(import_column("numbers"));
}

TEST_CASE("import: a last line needs no end, empty lines are nothing") {
    const Import import = read("number\n\n+447700900101\n\n\n447700900102");
    CHECK(import.problems.empty());
    CHECK(import.lines == 2);
    CHECK(import.numbers.size() == 2);
}

TEST_CASE("import: numbers have 3 to 15 digits and no leading zero") {
    for (const char* good : {"100", "+999999999999999", "447700900101"})
        CHECK(read(std::string("number\n") + good).numbers.size() == 1);
    for (const char* bad :
         {"99", "1000000000000000", "07700900101", "+", "++447700900101", "44 7700900101",
          " 447700900101", "44770090010a", "\"\"", "-447700900101"}) {
        CAPTURE(bad);
        CHECK(has(problem("number", bad), "E.164"));
    }
}

TEST_CASE("import: a bad field is told with what would be right") {
    CHECK(has(problem("number,country", "447700900101,gb"), "'gb' is not two capital letters"));
    CHECK(has(problem("number,country", "447700900101,GBR"), "ISO 3166-1"));
    CHECK(has(problem("number,capabilities", "447700900101,MO|SMS"), "'SMS'; write MO"));
    CHECK(has(problem("number,capabilities", "447700900101,MO|"), "unknown capability ''"));
    CHECK(has(problem("number,platform", "447700900101,nobody"), "unknown platform 'nobody'"));
    CHECK(has(problem("number,tags", "447700900101,a;;b"), "empty tag"));
    CHECK(has(problem("number,tags", "447700900101,a;b;a"), "'a' is there twice"));
    for (const char* cost :
         {"x", "1.", ".5", "1,5", "-1", "1.0000001", "1000000000", "1e3", "1.2.3"})
        CHECK_FALSE(
            problem("number,monthly_cost", std::string("447700900101,\"") + cost + "\"").empty());
}

TEST_CASE("import: an empty country or area is what the number says") {
    const Import import = read(
        "number,country,area\n"
        "12025550143,,\n"          // neither is told
        "12025550144,US,\n"        // the country is
        "12025550145,,Downtown\n"  // the area is
        "4512345678,,\n"           // Denmark has no area codes
        "883510012345678,,\n"      // a network's, of no country
        "883510012345679,DE,\n"
        "999000000001,,\n"  // the sandbox's
        "999000000002,GB,\n"
        "12345,,\n"  // a short code
        "44123,DE,\n");
    REQUIRE(import.bad == 0);
    std::vector<std::pair<std::string, std::string>> found;
    for (const Number& number : import.numbers) found.emplace_back(number.country, number.area);
    CHECK(found == std::vector<std::pair<std::string, std::string>>{{"US", "202"},
                                                                    {"US", "202"},
                                                                    {"US", "Downtown"},
                                                                    {"DK", ""},
                                                                    {"", ""},
                                                                    {"DE", ""},
                                                                    {"ZZ", ""},
                                                                    {"GB", ""},
                                                                    {"", ""},
                                                                    {"DE", ""}});
    // Without the columns as well.
    const Import bare = read("number\n12025550143\n");
    REQUIRE(bare.numbers.size() == 1);
    CHECK(bare.numbers[0].country == "US");
    CHECK(bare.numbers[0].area == "202");
}

TEST_CASE("import: a country that is not the number's is told with the number's own") {
    const std::string error = problem("country,number", "FR,447700900101");
    CHECK(has(error, "'FR'"));
    CHECK(has(error, "+447700900101"));
    CHECK(has(error, "which is GB"));
    CHECK(has(problem("number,country", "14165550100,US"), "which is CA"));
    // 555 was given to nobody, but only North America could have it.
    CHECK(has(problem("number,country", "15555550100,FR"), "calling code"));
    CHECK(read("number,country\n15555550100,US\n15555550101,CA\n").bad == 0);
    // Numbers that countries share may be any's of them; of AQ there is nothing to compare with.
    CHECK(read("number,country\n18005550100,CA\n590690001234,MF\n67210123456,AQ\n").bad == 0);
    CHECK(has(problem("number,country", "447700900101,UK"), "'UK' is no code of ISO 3166-1"));
}

TEST_CASE("import: costs are exact") {
    const auto micros = [](const std::string& cost) {
        const Import import = read("number,monthly_cost\n447700900101," + cost);
        REQUIRE(import.numbers.size() == 1);
        return import.numbers[0].monthly_cost_micros;
    };
    CHECK(micros("0") == 0);
    CHECK(micros("0.000001") == 1);
    CHECK(micros("12.5") == 12'500'000);
    CHECK(micros("999999999.999999") == 999'999'999'999'999);
}

TEST_CASE("import: words have a limit, are UTF-8 and hold no control characters") {
    const std::string n = "447700900101,";
    CHECK(read("number,carrier\n" + n + std::string(64, 'a')).numbers.size() == 1);
    CHECK(has(problem("number,carrier", n + std::string(65, 'a')), "longer than 64"));
    CHECK(has(problem("number,area", n + std::string(5000, 'a')), "too long"));
    CHECK(read("number,area\n" + n + "Z\xC3\xBCrich \xF0\x9F\x98\x80").numbers.size() == 1);
    for (const char* bad : {"Z\xFCrich", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\x80", "\xE2\x82"})
        CHECK(has(problem("number,area", n + bad), "UTF-8"));
    CHECK(has(problem("number,area", n + "a\x1B[2J"), "control"));
    CHECK(has(problem("number,isolation_group", n + "a\tb"), "control"));
}

TEST_CASE("import: as many columns as the header has") {
    CHECK(has(problem("number,carrier", "447700900101"), "too few columns: 1"));
    CHECK(has(problem("number,carrier", "447700900101,a,b"), "too many columns: 3"));
    CHECK(has(problem("number", "447700900101" + std::string(100, ',')), "too many columns"));
}

TEST_CASE("import: quotes out of place") {
    CHECK(has(problem("number,area", "447700900101,\"a\"b"), "after a closing quote"));
    CHECK(has(problem("number,area", "447700900101,a\"b"), "a quote inside"));
    CHECK(has(problem("number,area", "447700900101,\"ab\n447700900102,c"), "never closed"));
}

TEST_CASE("import: lines are counted through fields of several lines") {
    const Import import = read("number,area\n447700900101,\"a\nb\"\nbad,x\n447700900102,c\n");
    REQUIRE(import.problems.size() == 2);
    CHECK(import.problems[0].line == 2);  // the control character
    CHECK(import.problems[1].line == 4);
    CHECK(import.problems[1].number == "bad");
    CHECK(import.numbers.size() == 1);
}

TEST_CASE("import: a number twice is a problem of the second line") {
    const Import import = read("number\n+447700900101\n447700900102\n447700900101\n");
    CHECK(import.numbers.size() == 2);
    REQUIRE(import.problems.size() == 1);
    CHECK(import.problems[0].line == 4);
    CHECK(has(import.problems[0].error, "on line 2 already"));
}

TEST_CASE("import: a bad header is a problem of line 1 and nothing is read") {
    for (const char* header : {"", "number,colour", "carrier", "number,number", "number,NUMBER",
                               "\"number", "number,"}) {
        CAPTURE(header);
        const Import import = read(std::string(header) + "\n447700900101\n");
        CHECK(import.numbers.empty());
        CHECK(import.bad >= 1);
    }
    CHECK(has(read("colour,number\n").problems.at(0).error,
              "unknown column 'colour'; there are number,"));
    CHECK(has(read("").problems.at(0).error, "empty"));
}

TEST_CASE("import: no more lines than allowed") {
    CHECK(read("number\n100\n101\n", 2).bad == 0);
    const Import import = read("number\n100\n101\n102\n103\n", 2);
    CHECK(import.numbers.size() == 2);
    CHECK(import.lines == 2);
    REQUIRE(import.problems.size() == 1);
    CHECK(import.problems[0].line == 4);
}

TEST_CASE("import: a flood of problems is counted, not kept") {
    std::string csv = "number\n";
    for (int i = 0; i < 10'500; ++i) csv += "x\n";
    const Import import = read(csv, 1'000'000);
    CHECK(import.bad == 10'500);
    CHECK(import.problems.size() == 10'000);
    CHECK(import.lines == 10'500);
}

TEST_CASE("import: what is shown of a bad line is short and harmless") {
    const Import import = read("number\n\x1B[2J\xC2\x9B" + std::string(100, '9') + "\n");
    REQUIRE(import.problems.size() == 1);
    CHECK(import.problems[0].number == "?[2J?" + std::string(27, '9'));
}
