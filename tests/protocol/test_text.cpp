// tests/protocol/test_text.cpp - octets to UTF-8 and back, alphabet by alphabet.
#include "protocol/text.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

Text decoded(Alphabet alphabet, std::string_view digits) {
    return decode_text(hex(digits), alphabet);
}

}  // namespace

TEST_CASE("text: alphabets of data_coding 0 to 15") {
    const Profile profile;
    const std::array<Alphabet, 16> expected{
        Alphabet::gsm7,    Alphabet::latin1,    Alphabet::octets,     Alphabet::latin1,
        Alphabet::octets,  Alphabet::shift_jis, Alphabet::iso8859_5,  Alphabet::iso8859_8,
        Alphabet::utf16be, Alphabet::gsm7,      Alphabet::iso2022_jp, Alphabet::gsm7,
        Alphabet::gsm7,    Alphabet::euc_jp,    Alphabet::euc_kr,     Alphabet::gsm7};
    for (std::uint8_t i = 0; i < 16; ++i) {
        CAPTURE(i);
        CHECK(alphabet_of(i, profile) == expected[i]);
    }
}

TEST_CASE("text: data_coding above 15 goes by TS 23.038 where that says something") {
    Profile profile;
    profile.data_codings[0] = Alphabet::latin1;
    for (const int as_default : {0x10, 0x13, 0x1c, 0x1f, 0x40, 0x50, 0x5f, 0x80, 0x84, 0x88, 0xbf})
        CHECK(alphabet_of(static_cast<std::uint8_t>(as_default), profile) == Alphabet::latin1);
    for (const int ucs2 : {0x18, 0x1b, 0x48, 0x58, 0x5b})
        CHECK(alphabet_of(static_cast<std::uint8_t>(ucs2), profile) == Alphabet::utf16be);
    for (const int data : {0x14, 0x17, 0x44, 0x57, 0x20, 0x28, 0x3f, 0x60, 0x68, 0x7f})
        CHECK(alphabet_of(static_cast<std::uint8_t>(data), profile) == Alphabet::octets);
    for (const int waiting : {0xc0, 0xcf, 0xd0, 0xdf})
        CHECK(alphabet_of(static_cast<std::uint8_t>(waiting), profile) == Alphabet::gsm7);
    for (const int waiting : {0xe0, 0xef})
        CHECK(alphabet_of(static_cast<std::uint8_t>(waiting), profile) == Alphabet::utf16be);
    for (const int classes : {0xf0, 0xf1, 0xf2, 0xf3, 0xf8, 0xfb})
        CHECK(alphabet_of(static_cast<std::uint8_t>(classes), profile) == Alphabet::gsm7);
    for (const int classes : {0xf4, 0xf5, 0xf6, 0xf7, 0xfc, 0xff})
        CHECK(alphabet_of(static_cast<std::uint8_t>(classes), profile) == Alphabet::octets);
}

TEST_CASE("text: the profile's word goes first for data_coding 0 to 15") {
    Profile profile;
    profile.data_codings = {{0, Alphabet::gsm7_packed}, {3, Alphabet::utf8}, {9, Alphabet::ascii}};
    CHECK(alphabet_of(0, profile) == Alphabet::gsm7_packed);
    CHECK(alphabet_of(3, profile) == Alphabet::utf8);
    CHECK(alphabet_of(9, profile) == Alphabet::ascii);
    CHECK(alphabet_of(11, profile) == Alphabet::gsm7_packed);  // reserved: as 0
    for (const int seven_bit : {0x10, 0xc0, 0xdf, 0xf0, 0xf3})
        CHECK(alphabet_of(static_cast<std::uint8_t>(seven_bit), profile) == Alphabet::gsm7_packed);
    CHECK(alphabet_of(0xe0, profile) == Alphabet::utf16be);
    CHECK(alphabet_of(0xf4, profile) == Alphabet::octets);
    CHECK(alphabet_of(1, profile) == Alphabet::latin1);
}

TEST_CASE("text: every alphabet has a name of its own") {
    CHECK(alphabet_name(Alphabet::gsm7) == "gsm7");
    CHECK(alphabet_name(Alphabet::gsm7_packed) == "packed");
    CHECK(alphabet_name(Alphabet::latin1) == "latin-1");
    CHECK(alphabet_name(Alphabet::utf16be) == "utf-16be");
    CHECK(alphabet_name(Alphabet::octets) == "octets");
    CHECK(alphabet_name(Alphabet::euc_kr) == "euc-kr");
}

TEST_CASE("text: Latin-1 knows every octet, ASCII half of them") {
    CHECK(decoded(Alphabet::latin1, "41 7f 80 a1 e9 ff").utf8 == "A\u007f\u0080¡éÿ");
    CHECK_FALSE(decoded(Alphabet::latin1, "80 ff").lossy);
    CHECK(decoded(Alphabet::ascii, "41 7f 80 ff").utf8 == "A\u007f\ufffd\ufffd");
    CHECK(decoded(Alphabet::ascii, "80").lossy);
}

TEST_CASE("text: octets have no text") {
    CHECK(decoded(Alphabet::octets, "41 42").utf8.empty());
    CHECK_FALSE(decoded(Alphabet::octets, "41 42").lossy);
}

TEST_CASE("text: UTF-8, one U+FFFD for each maximal subpart") {
    CHECK(decoded(Alphabet::utf8, "41 c3a9 e282ac f09f9491").utf8 == "Aé€🔑");
    CHECK_FALSE(decoded(Alphabet::utf8, "c3a9").lossy);
    CHECK(decoded(Alphabet::utf8, "61 f0 80 80 41").utf8 ==
          "a\ufffd\ufffd\ufffd"
          "A");
    CHECK(decoded(Alphabet::utf8, "61 f0 9f 94 41").utf8 ==
          "a\ufffd"
          "A");
    CHECK(decoded(Alphabet::utf8, "e2 82").utf8 == "\ufffd");
    CHECK(decoded(Alphabet::utf8, "ed a0 80").utf8 == "\ufffd\ufffd\ufffd");  // a surrogate
    CHECK(decoded(Alphabet::utf8, "c0 af").utf8 == "\ufffd\ufffd");           // overlong
    CHECK(decoded(Alphabet::utf8, "f4 8f bf bf").utf8 == "\U0010ffff");
    CHECK(decoded(Alphabet::utf8, "f4 90 80 80").utf8 == "\ufffd\ufffd\ufffd\ufffd");
    CHECK(decoded(Alphabet::utf8, "80").lossy);
}

TEST_CASE("text: UTF-16 and its byte order marks (quirks q071, q072)") {
    CHECK(decoded(Alphabet::utf16be, "9a8c d83ddd11 d835dfd9 d800df48").utf8 == "验🔑𝟙𐍈");
    CHECK(decoded(Alphabet::utf16be, "041a 043e 04").utf8 == "Ко\ufffd");
    CHECK(decoded(Alphabet::utf16be, "041a 04").lossy);
    CHECK(decoded(Alphabet::utf16be, "feff 041a").utf8 == "К");
    CHECK(decoded(Alphabet::utf16be, "fffe 1a04").utf8 == "К");
    CHECK(decoded(Alphabet::utf16le, "1a04").utf8 == "К");
    CHECK(decoded(Alphabet::utf16le, "feff 041a").utf8 == "К");
    CHECK(decoded(Alphabet::utf16le, "fffe 1a04").utf8 == "К");
    CHECK(decoded(Alphabet::utf16be, "feff").utf8.empty());
    CHECK(decoded(Alphabet::utf16be, "fe").utf8 == "\ufffd");
    CHECK(decoded(Alphabet::utf16be, "041a feff").utf8 == "К\ufeff");
}

TEST_CASE("text: a lone surrogate is U+FFFD") {
    CHECK(decoded(Alphabet::utf16be, "d83d").utf8 == "\ufffd");
    CHECK(decoded(Alphabet::utf16be, "d83d 0041").utf8 ==
          "\ufffd"
          "A");
    CHECK(decoded(Alphabet::utf16be, "dd11 0041").utf8 ==
          "\ufffd"
          "A");
    CHECK(decoded(Alphabet::utf16be, "d83d d83d dd11").utf8 == "\ufffd🔑");
    CHECK(decoded(Alphabet::utf16be, "d83d dd").utf8 == "\ufffd\ufffd");
    CHECK(decoded(Alphabet::utf16be, "d83d").lossy);
}

TEST_CASE("text: ISO 8859-5 and 8859-8") {
    CHECK(decoded(Alphabet::iso8859_5, "ba de d4 20 31").utf8 == "Код 1");
    CHECK(decoded(Alphabet::iso8859_8, "f9 ec e5 ed 20 31").utf8 == "שלום 1");
    const Text unknown = decoded(Alphabet::iso8859_8, "31 bf ff 32");
    CHECK(unknown.utf8 == "1\ufffd\ufffd2");
    CHECK(unknown.lossy);
}

TEST_CASE("text: Japanese and Korean") {
    CHECK(decoded(Alphabet::shift_jis, "94 46 8f d8 20 31 b1").utf8 == "認証 1ｱ");
    CHECK(decoded(Alphabet::iso2022_jp, "1b2442 4727 3e5a 1b2842 31").utf8 == "認証1");
    CHECK(decoded(Alphabet::euc_jp, "c7 a7 be da 31 8e b1").utf8 == "認証1ｱ");
    CHECK(decoded(Alphabet::euc_jp, "8f b0 a1").utf8 == "丂");  // JIS X 0212
    CHECK(decoded(Alphabet::euc_kr, "c0 ce c1 f5 31").utf8 == "인증1");
}

TEST_CASE("text: what iconv refuses is U+FFFD and the rest is read") {
    CHECK(decoded(Alphabet::euc_kr, "31 ff 32 c0 ce").utf8 == "1\ufffd2인");
    CHECK(decoded(Alphabet::euc_jp, "c7 a7 be").utf8 == "認\ufffd");
    CHECK(decoded(Alphabet::euc_jp, "be").lossy);
    CHECK(decoded(Alphabet::shift_jis, "fd 41").utf8 ==
          "\ufffd"
          "A");
    CHECK(decoded(Alphabet::euc_jp, "").utf8.empty());
}

TEST_CASE("text: a text longer than the converter's buffer") {
    Octets octets;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        octets.insert(octets.end(), {0xc0, 0xce});
        expected += "인";
    }
    CHECK(decode_text(octets, Alphabet::euc_kr).utf8 == expected);
}

TEST_CASE("text: UTF-16 is written big endian, malformed UTF-8 as U+FFFD") {
    CHECK(encode_utf16be("Aé€🔑") == hex("0041 00e9 20ac d83d dd11"));
    CHECK(encode_utf16be("\xff"
                         "A\xe2\x82") == hex("fffd 0041 fffd"));
    CHECK(encode_utf16be("\U0010ffff") == hex("dbff dfff"));
    CHECK(encode_utf16be("").empty());
}

TEST_CASE("text: well-formed UTF-8") {
    CHECK(valid_utf8(""));
    CHECK(valid_utf8("Aé€🔑\U0010ffff\ufffd"));
    for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                            "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xff"})
        CHECK_FALSE(valid_utf8(bad));
}
