// tests/daemon/http/test_keys.cpp - the text of API keys.
#include "daemon/http/keys.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using namespace smppd::http;

namespace {

std::array<std::uint8_t, key_chance_octets> counted(std::uint8_t first) {
    std::array<std::uint8_t, key_chance_octets> octets{};
    std::iota(octets.begin(), octets.end(), first);
    return octets;
}

}  // namespace

TEST_CASE("keys: a key is read as it was made") {
    for (const bool test : {false, true}) {
        const NewKey made = make_key(test, counted(7));
        CHECK(made.text.size() == 73);
        CHECK(made.text.starts_with(test ? "smppd_test_" : "smppd_live_"));
        const KeyText read = parse_key(made.text);
        REQUIRE(read.form == KeyForm::valid);
        CHECK(read.test == test);
        CHECK(read.id == made.id);
        CHECK(read.id.size() == 12);
        CHECK(read.secret.size() == 43);
        CHECK(secret_fits(read.secret, made.hash));
    }
}

TEST_CASE("keys: no chance and all chance have texts of one length") {
    std::array<std::uint8_t, key_chance_octets> octets{};
    const NewKey zero = make_key(false, octets);
    CHECK(zero.text.find("smppd_live_000000000000_" + std::string(43, '0')) == 0);
    octets.fill(0xff);
    const NewKey full = make_key(false, octets);
    CHECK(full.text.size() == zero.text.size());
    CHECK(parse_key(full.text).form == KeyForm::valid);
    CHECK(full.hash != zero.hash);
}

TEST_CASE("keys: one octet of chance more is another key") {
    const NewKey one = make_key(false, counted(1));
    auto octets = counted(1);
    octets.back() ^= 1;
    const NewKey other = make_key(false, octets);
    CHECK(other.id == one.id);
    CHECK_FALSE(secret_fits(parse_key(other.text).secret, one.hash));
}

TEST_CASE("keys: one wrong letter anywhere is told apart as mistyped") {
    const std::string text = make_key(false, counted(9)).text;
    for (std::size_t i = std::string_view{"smppd_live_"}.size(); i < text.size(); ++i) {
        std::string wrong = text;
        wrong[i] = wrong[i] == '3' ? '4' : '3';
        CHECK_MESSAGE(parse_key(wrong).form == KeyForm::mistyped, i);
    }
    // Live and test are told apart by the checksum too.
    std::string other = text;
    other.replace(0, 11, "smppd_test_");
    CHECK(parse_key(other).form == KeyForm::mistyped);
}

TEST_CASE("keys: neighbours that changed places are mistyped") {
    const std::string text = make_key(true, counted(50)).text;
    for (std::size_t i = 24; i + 1 < text.size(); ++i) {
        if (text[i] == text[i + 1]) continue;
        std::string wrong = text;
        std::swap(wrong[i], wrong[i + 1]);
        CHECK_MESSAGE(parse_key(wrong).form == KeyForm::mistyped, i);
    }
}

TEST_CASE("keys: a text too short, too long or of other letters is mistyped") {
    const std::string text = make_key(false, counted(9)).text;
    CHECK(parse_key(text.substr(0, text.size() - 1)).form == KeyForm::mistyped);
    CHECK(parse_key(text + "0").form == KeyForm::mistyped);
    CHECK(parse_key("smppd_live_").form == KeyForm::mistyped);
    std::string capital = text;
    std::transform(capital.begin() + 11, capital.begin() + 23, capital.begin() + 11,
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
    REQUIRE(capital != text);
    CHECK(parse_key(capital).form == KeyForm::mistyped);
}

TEST_CASE("keys: what is no key of ours is not called mistyped") {
    CHECK(parse_key("").form == KeyForm::other);
    CHECK(parse_key("sk_live_0123456789").form == KeyForm::other);
    CHECK(parse_key("eyJhbGciOiJSUzI1NiJ9.e30.x").form == KeyForm::other);
    CHECK(parse_key("SMPPD_LIVE_0").form == KeyForm::other);
}
