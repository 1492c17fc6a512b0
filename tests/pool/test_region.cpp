// tests/pool/test_region.cpp - numbers of every kind of plan: whose they are, and where.
#include "pool/region.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <random>
#include <set>

using namespace smppd::pool;

namespace {

// The table once more, to walk over it.
struct Plan {
    std::string_view country;
    std::uint32_t calling_code, lengths;
};
struct CallingCode {
    std::uint32_t calling_code, lengths;
    bool geographic;
};
struct CountryRange {
    std::uint32_t start;
    std::string_view country;
    bool shared;
};
struct AreaRange {
    std::uint32_t start, length;
};
struct State {
    std::uint32_t area;
    std::string_view letters;
};

#include "pool/region_table.inc"

struct Known {
    E164 number;
    std::string_view country, area;
};

/// Each is its country's and nobody else's; returns the countries.
std::set<std::string_view> check(std::initializer_list<Known> all) {
    std::set<std::string_view> countries;
    for (const Known& known : all) {
        CAPTURE(known.number);
        const Region region = region_of(known.number);
        CHECK(region.country == known.country);
        CHECK(region.area == known.area);
        CHECK(area_of(known.number) == known.area);
        CHECK(plausible(known.number));
        CHECK_FALSE(contradicts(known.country, known.number));
        CHECK(contradicts(known.country == "AR" ? "BR" : "AR", known.number));
        countries.insert(known.country);
    }
    return countries;
}

/// The longest number with these first nine digits that the calling code has; 0 when it is
/// nobody's.
E164 longest(std::uint32_t start, bool nines) {
    for (const CallingCode& code : calling_codes) {
        std::uint32_t above = code.calling_code, digits = 0;
        for (std::uint32_t c = code.calling_code; c != 0; c /= 10) ++digits;
        for (std::uint32_t n = digits; n < 9; ++n) above *= 10;
        std::uint32_t width = 1;
        for (std::uint32_t n = digits; n < 9; ++n) width *= 10;
        if (start < above || start >= above + width) continue;
        std::uint32_t national = 15 - digits;
        while ((code.lengths >> national & 1) == 0) --national;
        E164 number = start;
        for (std::uint32_t n = 9; n < digits + national; ++n)
            number = number * 10 + (nines ? 9 : 0);
        for (std::uint32_t n = digits + national; n < 9; ++n) number /= 10;
        return number;
    }
    return 0;
}

}  // namespace

TEST_CASE("region: numbers of Europe") {
    const auto countries = check({
        {442079460958, "GB", "20"},   {441614960123, "GB", "161"},   {447400123456, "GB", "7400"},
        {441387712345, "GB", "1387"}, {441387380123, "GB", "13873"},  // a village inside of it
        {33142278186, "FR", "1"},     {33612345678, "FR", "6"},      {4930901820, "DE", "30"},
        {4989321000, "DE", "89"},     {493320312345, "DE", "33203"}, {4915123456789, "DE", "1512"},
        {34912345678, "ES", "91"},    {34932345678, "ES", "93"},     {34950123456, "ES", "950"},
        {34612345678, "ES", "612"},   {390212345678, "IT", "02"},    {390612345678, "IT", "06"},
        {393123456789, "IT", "312"},  {31201234567, "NL", "20"},     {31612345678, "NL", "6"},
        {3237895678, "BE", "3"},      {32470123456, "BE", "470"},    {48221234567, "PL", "22"},
        {48512345678, "PL", "512"},   {41212345678, "CH", "21"},     {41781234567, "CH", "78"},
        {431234567890, "AT", "1"},    {43664123456, "AT", "664"},    {351212345678, "PT", "21"},
        {351912345678, "PT", "912"},  {302123456789, "GR", "21"},    {4532123456, "DK", ""},
        {468123456, "SE", "8"},       {46701234567, "SE", "70"},     {3612345678, "HU", "1"},
        {36201234567, "HU", "20"},    {40211234567, "RO", "21"},     {40712034567, "RO", "712"},
        {420212345678, "CZ", ""},     {421221234567, "SK", "2"},     {421912123456, "SK", "912"},
        {353850123456, "IE", "85"},   {3544101234, "IS", ""},        {37061234567, "LT", "612"},
        {37121234567, "LV", ""},      {37251234567, "EE", ""},       {35227123456, "LU", ""},
        {35722345678, "CY", ""},      {3592123456, "BG", "2"},       {38512345678, "HR", "1"},
        {38612345678, "SI", "1"},     {38761123456, "BA", "61"},     {38110234567, "RS", "10"},
        {35522345678, "AL", "22"},    {376312345, "AD", ""},         {37362112345, "MD", "621"},
        {380441234567, "UA", "44"},   {380501234567, "UA", "50"},    {375294911911, "BY", "29"},
        {902123456789, "TR", "212"},  {905012345678, "TR", "501"},
    });
    CHECK(countries.size() >= 36);
}

TEST_CASE("region: numbers of Africa, America, Asia and Oceania") {
    const auto countries = check({
        {27212345678, "ZA", "21"},   {27711234567, "ZA", "71"},    {2348021234567, "NG", "802"},
        {254712123456, "KE", "712"}, {233302345678, "GH", "30"},   {201001234567, "EG", "10"},
        {213551234567, "DZ", "551"}, {21620123456, "TN", ""},      {255621234567, "TZ", "621"},
        {256712345678, "UG", "712"}, {551123456789, "BR", "11"},   {5511961234567, "BR", "11"},
        {525512345678, "MX", "55"},  {528112345678, "MX", "81"},   {524491234567, "MX", "449"},
        {541123456789, "AR", "11"},  {56221234567, "CL", "2"},     {573211234567, "CO", "321"},
        {5111234567, "PE", "1"},     {582121234567, "VE", "212"},  {593991234567, "EC", "99"},
        {595961456789, "PY", "961"}, {50251234567, "GT", ""},      {50683123456, "CR", ""},
        {861012345678, "CN", "10"},  {862112345678, "CN", "21"},   {8613812345678, "CN", "138"},
        {81312345678, "JP", "3"},    {819012345678, "JP", "90"},   {8221234567, "KR", "2"},
        {821012345678, "KR", "10"},  {911123456789, "IN", "11"},   {912212345678, "IN", "22"},
        {919845012345, "IN", ""},    {923012345678, "PK", "301"},  {8801812345678, "BD", "1812"},
        {94712345678, "LK", "71"},   {9779841234567, "NP", "984"}, {6581234567, "SG", ""},
        {60123456789, "MY", "12"},   {66812345678, "TH", "81"},    {62812345678, "ID", "812"},
        {639051234567, "PH", "905"}, {84912345678, "VN", "912"},   {85251234567, "HK", ""},
        {886221234567, "TW", "2"},   {97221234567, "IL", "2"},     {971501234567, "AE", "50"},
        {966512345678, "SA", "51"},  {97433123456, "QA", ""},      {96550012345, "KW", ""},
        {989123456789, "IR", "912"}, {9647912345678, "IQ", "791"}, {995322123456, "GE", "32"},
        {37410123456, "AM", "10"},   {994401234567, "AZ", "40"},   {998912345678, "UZ", ""},
        {61212345678, "AU", "2"},    {64211234567, "NZ", "21"},    {68221234, "CK", ""},
    });
    CHECK(countries.size() >= 50);
}

TEST_CASE("region: countries that share a calling code are told apart") {
    check({
        {12025550143, "US", "202"},
        {14165550143, "CA", "416"},
        {12424561234, "BS", "242"},
        {18765550143, "JM", "876"},
        {17875550143, "PR", "787"},
        {18095550143, "DO", "809"},
        {16715550143, "GU", "671"},
        {13405550143, "VI", "340"},
        {12642351234, "AI", "264"},
        {18684561234, "TT", "868"},
        {12462345678, "BB", "246"},
        {14412345678, "BM", "441"},
        {16842345678, "AS", "684"},
        {17212345678, "SX", "721"},
        {13452345678, "KY", "345"},
        // Given out after 2022.
        {19425550143, "CA", "942"},
        {12575550143, "CA", "257"},
        {12355550143, "US", "235"},
        {79161234567, "RU", "916"},
        {74951234567, "RU", "495"},
        {77172123456, "KZ", "7172"},
        {77710009998, "KZ", "771"},
        {441534456789, "JE", "1534"},
        {447797712345, "JE", "7797"},
        {441481256789, "GG", "1481"},
        {447781123456, "GG", "7781"},
        {441624756789, "IM", "1624"},
        {447924123456, "GB", "7924"},
        {390669812345, "VA", "06"},
        {358131234567, "FI", "13"},
        {358181234567, "AX", "18"},
        {4721234567, "NO", ""},
        {4779123456, "SJ", ""},
        {61891621234, "CC", "8"},
        {61891641234, "CX", "8"},
        {61891231234, "AU", "8"},
        {212612345678, "MA", "6"},
        {262269601234, "YT", "269"},
        {2908999, "TA", ""},
        {59995181234, "CW", ""},
        {5997151234, "BQ", ""},
        {5993181234, "BQ", ""},
    });
}

TEST_CASE(
    "region: what countries share is the largest one's, and no other sharer's contradiction") {
    CHECK(region_of(18005550143).country == "US");
    for (const std::string_view country : {"US", "CA", "JM"})
        CHECK_FALSE(contradicts(country, 18005550143));
    CHECK(contradicts("MX", 18005550143));
    CHECK(region_of(590690001234).country == "GP");
    CHECK_FALSE(contradicts("MF", 590690001234));
    CHECK_FALSE(contradicts("BL", 590690001234));
    CHECK(contradicts("MQ", 590690001234));
    CHECK(region_of(212528812345).country == "MA");
    CHECK_FALSE(contradicts("EH", 212528812345));
    CHECK_FALSE(contradicts("EH", 212612345678));
    CHECK(region_of(447700900101) == Region{"GB", "7700"});  // kept for drama: no operator's
    CHECK(contradicts("FR", 447700900101));
}

TEST_CASE("region: codes of no country leave the country as it is given") {
    for (const E164 number : {E164{883510012345678}, E164{870773123456}, E164{80012345678},
                              E164{881612345678}, E164{979123456789}}) {
        CAPTURE(number);
        CHECK(region_of(number) == Region{});
        CHECK(region_of(number).country.empty());
        CHECK_FALSE(contradicts("DE", number));
    }
    CHECK(plausible(80012345678));
    CHECK_FALSE(plausible(8001234567));
    CHECK(region_of(999123456789) == Region{"ZZ", ""});
    CHECK_FALSE(contradicts("GB", 999123456789));
    CHECK(plausible(999123456789));
    CHECK_FALSE(plausible(99912345678));
    CHECK_FALSE(plausible(9991234567890));
}

TEST_CASE("region: codes that nobody was given are no country's") {
    for (const E164 number : {E164{2101234567}, E164{2591234567}, E164{8591234567}, E164{9981},
                              E164{0}, E164{1}, E164{44}, std::numeric_limits<E164>::max()}) {
        CAPTURE(number);
        CHECK(region_of(number) == Region{});
        CHECK_FALSE(plausible(number));
        CHECK_FALSE(contradicts("DE", number));
    }
    // An area code that North America has not given out: only its countries may be meant.
    CHECK(region_of(15555550143) == Region{"", "555"});
    CHECK(plausible(15555550143));
    CHECK_FALSE(contradicts("US", 15555550143));
    CHECK_FALSE(contradicts("CA", 15555550143));
    CHECK(contradicts("DE", 15555550143));
}

TEST_CASE("region: too short a number is of nowhere") {
    CHECK(region_of(682401) == Region{});       // 6 digits
    CHECK(region_of(6834000).country == "NU");  // 7
    CHECK(region_of(44123).country.empty());
    CHECK_FALSE(contradicts("DE", 44123));
    CHECK(region_of(1202555014).country.empty());  // 9 digits after +1
    CHECK_FALSE(plausible(1202555014));
    CHECK(region_of(12025550143).country == "US");
    CHECK_FALSE(contradicts("DE", 1202555014));
    // One too many is still its country's, but not plausible.
    CHECK(region_of(120255501431).country == "US");
    CHECK_FALSE(plausible(120255501431));
    CHECK(contradicts("DE", 120255501431));
}

TEST_CASE("region: lengths between the shortest and the longest of a plan") {
    CHECK(plausible(448001111));         // 7, an old freephone number
    CHECK_FALSE(plausible(4480011111));  // 8
    CHECK(plausible(44800111111));       // 9
    CHECK(plausible(448001111111));
    CHECK_FALSE(plausible(4480011111111));
}

TEST_CASE("region: states and provinces of North America") {
    const std::pair<E164, std::string_view> known[] = {
        {12125550143, "NY"}, {12145550143, "TX"}, {14155550143, "CA"}, {13055550143, "FL"},
        {12025550143, "DC"}, {13125550143, "IL"}, {12065550143, "WA"}, {18085550143, "HI"},
        {19075550143, "AK"}, {12035550143, "CT"}, {14165550143, "ON"}, {15145550143, "QC"},
        {16045550143, "BC"}, {14035550143, "AB"}, {15065550143, "NB"}, {17095550143, "NL"},
        {19025550143, ""},  // Nova Scotia and Prince Edward Island
        {18675550143, ""},  // three territories
        {18005550143, ""},   {18765550143, ""},   {442125550143, ""},  {1212555014, ""},
    };
    for (const auto& one : known) {
        CAPTURE(one.first);
        CHECK(state_of(one.first) == one.second);
    }
}

TEST_CASE("region: which countries there are") {
    for (const std::string_view country : {"GB", "US", "AQ", "XK", "ZZ", "AD", "ZW"})
        CHECK(known_country(country));
    for (const std::string_view country :
         {"", "G", "gb", "GBR", "UK", "EU", "XX", "AA", "\xC3\x9C"})
        CHECK_FALSE(known_country(country));
    // ISO 3166-1 has 249; AC, TA, XK and ZZ besides.
    CHECK(std::size(plans) == 249 + 4);
    // What has no plan of its own cannot contradict, what is no country always does.
    CHECK_FALSE(contradicts("AQ", 6721012345));
    CHECK(contradicts("UK", 442079460958));
    CHECK(contradicts("", 442079460958));
}

TEST_CASE("region: each range of the table is found from its first number to its last") {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < std::size(country_ranges); ++i) {
        const CountryRange& range = country_ranges[i];
        const std::uint32_t end =
            i + 1 < std::size(country_ranges) ? country_ranges[i + 1].start : 1'000'000'000;
        CAPTURE(range.start);
        for (const bool last : {false, true}) {
            const E164 number = longest(last ? end - 1 : range.start, last);
            if (number == 0) continue;
            ++seen;
            CHECK(region_of(number).country == range.country);
            CHECK_FALSE(contradicts(range.country.empty() ? "AQ" : range.country, number));
        }
    }
    for (std::size_t i = 0; i < std::size(area_ranges); ++i) {
        const AreaRange& range = area_ranges[i];
        const std::uint32_t end =
            i + 1 < std::size(area_ranges) ? area_ranges[i + 1].start : 1'000'000'000;
        CAPTURE(range.start);
        CHECK(range.length <= 5);
        for (const bool last : {false, true}) {
            const E164 number = longest(last ? end - 1 : range.start, last);
            if (number == 0) continue;
            ++seen;
            CHECK(area_of(number).size() == range.length);
        }
    }
    CHECK(seen > 2 * std::size(area_ranges));
    for (const State& state : states)
        CHECK(state_of((1000 + state.area) * E164{10'000'000}) == state.letters);
    for (const Plan& plan : plans) CHECK(known_country(plan.country));
}

TEST_CASE("region: any number has an answer that agrees with itself") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 200'000; ++i) {
        const E164 number = random() >> random() % 64;
        CAPTURE(number);
        const Region region = region_of(number);
        const std::string digits = to_text(number);
        if (!region.country.empty()) {
            CHECK(known_country(region.country));
            CHECK_FALSE(contradicts(region.country, number));
        }
        const std::size_t at = digits.find(region.area, 2);
        if (!region.area.empty()) CHECK(at <= 4);  // behind + and one to three digits
        if (digits.size() <= 7 || digits.size() > 16) CHECK(region == Region{});
    }
}
