// tests/protocol/test_receipt_values.cpp - states, numbers, dates and error codes of receipts.
#include "protocol/receipt_fields.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using namespace std::chrono_literals;
using smppd::test::hex;

namespace {

WallTime at(int year, unsigned month, unsigned day, std::chrono::milliseconds clock = 0ms) {
    return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} /
                                 std::chrono::day{day}} +
           clock;
}

}  // namespace

TEST_CASE("receipt values: dates of every width and year") {
    CHECK(receipt_date("20260131") == at(2026, 1, 31));
    CHECK(receipt_date("26013112") == at(2026, 1, 31, 12h));
    CHECK(receipt_date("2601311205") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("2026013112") == at(2026, 1, 31, 12h));
    CHECK(receipt_date("260131120507") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("202601311205") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("20260131120507") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("26013112050799") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("20260131120507123") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("1702061058") == at(2017, 2, 6, 10h + 58min));
    CHECK(receipt_date("2402290000") == at(2024, 2, 29));
}

TEST_CASE("receipt values: dates with separators and time zones") {
    CHECK(receipt_date("2026-01-31 12:05:07 stat:X") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("2026-01-31T12:05:07Z") == at(2026, 1, 31, 12h + 5min + 7s));
    CHECK(receipt_date("2026/01/31 12:05") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("260131 1205") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("\"2601311205\"") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("2026-01-31T12:05:07+01:00") == at(2026, 1, 31, 11h + 5min + 7s));
    CHECK(receipt_date("2026-01-31T12:05:07-0530") == at(2026, 1, 31, 17h + 35min + 7s));
    // SMPP absolute time: two tenths, four quarters of an hour ahead of and behind UTC.
    CHECK(receipt_date("260131120507204+") == at(2026, 1, 31, 11h + 5min + 7s + 200ms));
    CHECK(receipt_date("260131120507204-") == at(2026, 1, 31, 13h + 5min + 7s + 200ms));
}

TEST_CASE("receipt values: seconds since 1970, where the digits are no date") {
    CHECK(receipt_date("1769861100") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("1769861100123") == at(2026, 1, 31, 12h + 5min + 123ms));
    CHECK(receipt_date("1499999999") == std::nullopt);
    CHECK(receipt_date("1500000000").has_value());
    CHECK(receipt_date("1999999999").has_value());
    CHECK(receipt_date("2000000000") == std::nullopt);
}

TEST_CASE("receipt values: a date ends where another word begins") {
    CHECK(receipt_date("2601311205 1 stat:DELIVRD") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("2601311205DELIVRD") == at(2026, 1, 31, 12h + 5min));
    CHECK(receipt_date("20260131 err:000") == at(2026, 1, 31));
}

TEST_CASE("receipt values: zeros and nonsense are no date") {
    for (const std::string_view none : {"",
                                        "0",
                                        "0000000000",
                                        "000000000000",
                                        "00000000000000",
                                        "2613311205",
                                        "2602291205",
                                        "2601321205",
                                        "2601312405",
                                        "2601311260",
                                        "260131120560",
                                        "260131",
                                        "26013",
                                        "N/A",
                                        "260131120",
                                        "26013112051",
                                        "9999999999",
                                        "2605329999",
                                        "260131120507204",
                                        "260131120507204R",
                                        "123456789012345678",
                                        "+",
                                        "\"",
                                        "26-",
                                        " "}) {
        CAPTURE(none);
        CHECK(receipt_date(none) == std::nullopt);
    }
}

TEST_CASE("receipt values: numbers") {
    CHECK(receipt_number("001") == 1);
    CHECK(receipt_number("0") == 0);
    CHECK(receipt_number("999999999") == 999999999);
    CHECK(receipt_number("1000000000") == std::nullopt);
    CHECK(receipt_number("") == std::nullopt);
    CHECK(receipt_number("-1") == std::nullopt);
    CHECK(receipt_number("1a") == std::nullopt);
}

TEST_CASE("receipt values: words for the state") {
    CHECK(state_of_stat("DELIVRD") == MessageState::delivered);
    CHECK(state_of_stat("delivrd") == MessageState::delivered);
    CHECK(state_of_stat("Delivered") == MessageState::delivered);
    CHECK(state_of_stat("UNDELIVERABLE") == MessageState::undeliverable);
    CHECK(state_of_stat("UNDEL") == MessageState::undeliverable);
    CHECK(state_of_stat("En_Route") == MessageState::enroute);
    CHECK(state_of_stat("ACCEPTED") == MessageState::accepted);
    CHECK(state_of_stat("REJECT") == MessageState::rejected);
    CHECK(state_of_stat("DELETED") == MessageState::deleted);
    CHECK(state_of_stat("DELE") == MessageState::deleted);
    CHECK(state_of_stat("DEL") == std::nullopt);
    CHECK(state_of_stat("SEEN") == std::nullopt);
    CHECK(state_of_stat("") == std::nullopt);
    CHECK(state_of_stat("DELIVRDDELIVRDDELIVRDDELIVRD") == std::nullopt);
    CHECK(state_of_word("DELE", true) == std::nullopt);
}

TEST_CASE("receipt values: the number of a state") {
    CHECK(state_of_stat("1") == MessageState::enroute);
    CHECK(state_of_stat("002") == MessageState::delivered);
    CHECK(state_of_stat("8") == MessageState::rejected);
    CHECK(state_of_stat("0") == std::nullopt);
    CHECK(state_of_stat("9") == std::nullopt);
    CHECK(state_of_word("2") == std::nullopt);
}

TEST_CASE("receipt values: message_state of other widths") {
    CHECK(state_of_tlv(hex("02")) == MessageState::delivered);
    CHECK(state_of_tlv(hex("00 05")) == MessageState::undeliverable);
    CHECK(state_of_tlv(hex("05 00")) == MessageState::undeliverable);
    CHECK(state_of_tlv(hex("00 00 00 08")) == MessageState::rejected);
    CHECK(state_of_tlv(hex("32")) == MessageState::delivered);                       // "2"
    CHECK(state_of_tlv(hex("32 00")) == MessageState::delivered);                    // "2"
    CHECK(state_of_tlv(hex("44 45 4c 49 56 52 44 00")) == MessageState::delivered);  // "DELIVRD"
    CHECK(state_of_tlv(hex("")) == std::nullopt);
    CHECK(state_of_tlv(hex("00")) == std::nullopt);
    CHECK(state_of_tlv(hex("09")) == std::nullopt);
    CHECK(state_of_tlv(hex("01 02")) == std::nullopt);
    CHECK(state_of_tlv(Octets(65535, 0x41)) == std::nullopt);
}

TEST_CASE("receipt values: network_error_code, binary and as characters") {
    CHECK(network_error_digits(hex("03 00 15")) == "021");     // GSM, 21
    CHECK(network_error_digits(hex("03 00 00 15")) == "021");  // one octet too wide
    CHECK(network_error_digits(hex("03 15")) == "021");        // one too narrow
    CHECK(network_error_digits(hex("00 15")) == "021");        // no type
    CHECK(network_error_digits(hex("15")) == "021");           // no type
    CHECK(network_error_digits(hex("03 ff ff")) == "65535");
    CHECK(network_error_digits(hex("03 00 00")) == "000");
    CHECK(network_error_digits(hex("30 32 31")) == "021");     // "021"
    CHECK(network_error_digits(hex("30 32 31 00")) == "021");  // with a NUL
    CHECK(network_error_digits(hex("31 30 32 31")) == "1021");
    CHECK(network_error_digits(hex("45 31")) == "E1");
    CHECK(network_error_digits(hex("")) == "");
    CHECK(network_error_digits(hex("03 01 02 03 04 05 06 07 08 09")) == "");
}
