// tests/protocol/test_address.cpp - addresses as peers write them.
#include "protocol/address.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;

namespace {

constexpr std::uint8_t unknown = 0, international = 1, national = 2, alphanumeric = 5;

}  // namespace

TEST_CASE("address: one number in its international forms (quirk q062)") {
    for (const char* address : {"447700900101", "+447700900101", "00447700900101",
                                "+44 7700 900-101", "(44) 7700[900101]", "00 44-7700-900101"}) {
        CAPTURE(address);
        CHECK(e164_of(unknown, address, "") == 447700900101);
        CHECK(e164_of(international, address, "44") == 447700900101);
        CHECK(e164_of(alphanumeric, address, "44") == 447700900101);
        CHECK(e164_of(255, address, "44") == 447700900101);
    }
}

TEST_CASE("address: national numbers need the country") {
    CHECK(e164_of(national, "07700900101", "44") == 447700900101);
    CHECK(e164_of(unknown, "07700900101", "44") == 447700900101);
    CHECK(e164_of(international, "07700900101", "44") == 447700900101);
    CHECK(e164_of(national, "7700900101", "44") == 447700900101);
    CHECK(e164_of(unknown, "7700900101", "44") == 7700900101);
    CHECK(e164_of(national, "7700900101", "") == 7700900101);
    CHECK(e164_of(national, "+447700900101", "44") == 447700900101);
    CHECK(e164_of(national, "00447700900101", "44") == 447700900101);
    // As an integer it would be another country's number.
    CHECK_FALSE(e164_of(unknown, "07700900101", ""));
}

TEST_CASE("address: 3 to 15 digits") {
    CHECK_FALSE(e164_of(unknown, "12", ""));
    CHECK(e164_of(unknown, "123", "") == 123);
    CHECK(e164_of(unknown, "123456789012345", "") == 123456789012345);
    CHECK_FALSE(e164_of(unknown, "1234567890123456", ""));
    CHECK(e164_of(unknown, "00123456789012345", "") == 123456789012345);
    CHECK_FALSE(e164_of(unknown, "0012", ""));
    CHECK(e164_of(national, "1234567890123", "44") == 441234567890123);
    CHECK_FALSE(e164_of(national, "12345678901234", "44"));
}

TEST_CASE("address: what is no number") {
    for (const char* address :
         {"", "+", " ", "abc", "44770090010x", "44+7700900101", "++447700900101", "000",
          "0000000000", "+0447700900101", "000447700900101", "My Bank", "44.7700900101",
          "4477009\xe9", "12345678901234567890123456789"}) {
        CAPTURE(address);
        CHECK_FALSE(e164_of(unknown, address, ""));
        CHECK_FALSE(e164_of(international, address, ""));
    }
    CHECK_FALSE(e164_of(unknown, std::string_view("447\0009", 5), ""));
}

TEST_CASE("address: text is Latin-1, or the GSM alphabet for names (quirk q063)") {
    Profile profile;
    CHECK(address_text(alphanumeric, "Caf\xe9", profile) == "Café");
    CHECK(address_text(alphanumeric, "Caf\x05\x11]", profile) == "Caf\ufffd\ufffd]");
    profile.addresses_gsm7 = true;
    CHECK(address_text(alphanumeric, "Caf\x05\x11]", profile) == "Café_Ñ");
    CHECK(address_text(alphanumeric,
                       "A\x1b"
                       "eB",
                       profile) == "A€B");
    CHECK(address_text(alphanumeric, "Caf\xe9", profile) == "Caf\ufffd");
    CHECK(address_text(international, "447700900101", profile) == "447700900101");
    CHECK(address_text(international, "a]", profile) == "a]");
    CHECK(address_text(alphanumeric, "", profile).empty());
}

TEST_CASE("address: control characters become U+FFFD") {
    Profile profile;
    CHECK(address_text(unknown, "a\x1f\x20\x7e\x7f\x80\x9f\xa0", profile) ==
          "a\ufffd ~\ufffd\ufffd\ufffd\u00a0");
    profile.addresses_gsm7 = true;
    CHECK(address_text(alphanumeric, "a\nb\rc\x1b\n", profile) ==
          "a\ufffd"
          "b\ufffd"
          "c\ufffd");
}

TEST_CASE("address: logs show the first six characters") {
    CHECK(masked("447700900101") == "447700******");
    CHECK(masked("4477009") == "447700*");
    CHECK(masked("447700") == "447700");
    CHECK(masked("Müller GmbH") == "Müller*****");
    CHECK(masked("a\nb\xff\u0085") == "a?b??");
    CHECK(masked("").empty());
}
