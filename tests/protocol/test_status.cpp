// tests/protocol/test_status.cpp - tests of protocol/status.
#include "protocol/status.hpp"
#include "protocol/types.hpp"

#include <doctest/doctest.h>

#include <set>

namespace smppd::protocol {

TEST_CASE("status: values have names and meanings") {
    CHECK(status_name(ESME_ROK) == "ESME_ROK");
    CHECK(status_name(0x58) == "ESME_RTHROTTLED");
    CHECK(status_name(0xff) == "ESME_RUNKNOWNERR");
    CHECK(status_name(0x100) == "ESME_RSERTYPUNAUTH");
    CHECK(status_name(0x112) == "ESME_RINVBCASTCHANIND");
    CHECK(status_meaning(0x14) == "message queue full");
}

TEST_CASE("status: reserved and vendors' values keep their number") {
    CHECK(status_name(0x09) == "0x00000009");
    CHECK(status_name(0x400) == "0x00000400");
    CHECK(status_name(0x113) == "0x00000113");
    CHECK(status_name(0xfffffffe) == "0xfffffffe");
    CHECK(status_meaning(0x400) == "vendor's or reserved");
}

TEST_CASE("status: a name in any case, hex and decimal are read") {
    CHECK(parse_status("ESME_RMSGQFUL") == 0x14u);
    CHECK(parse_status("esme_rmsgqful") == 0x14u);
    CHECK(parse_status("0x14") == 0x14u);
    CHECK(parse_status("0X14") == 0x14u);
    CHECK(parse_status("20") == 0x14u);
    CHECK(parse_status("0") == 0u);
    CHECK(parse_status("0xffffffff") == 0xffffffffu);
    CHECK(parse_status("ESME_RINVTLVVAL") == 0xc4u);  // 5.0's name
}

TEST_CASE("status: other words stand for none") {
    for (const char* const word : {"", "0x", "0x1g", "20 ", " 20", "-1", "ESME_", "ESME_RMSGQFULL",
                                   "0x100000000", "4294967296"}) {
        CAPTURE(word);
        CHECK_FALSE(parse_status(word));
    }
}

TEST_CASE("status: every name of the table leads back to its value, and none is there twice") {
    std::set<std::string> names;
    for (Status status = 0; status <= 0x1000; ++status) {
        const std::string word = status_name(status);
        CHECK(parse_status(word) == status);
        CHECK(names.insert(word).second);
        const bool listed = word.starts_with("ESME_");
        CHECK(listed == (status_meaning(status) != "vendor's or reserved"));
    }
}

TEST_CASE("error: every code has a sentence of its own") {
    std::set<std::string> sentences;
    for (int code = 1; code <= static_cast<int>(Errc::closed); ++code) {
        const boost::system::error_code error = make_error_code(static_cast<Errc>(code));
        CHECK(error.message() != "unknown protocol error");
        CHECK(sentences.insert(error.message()).second);
    }
    CHECK(make_error_code(static_cast<Errc>(99)).message() == "unknown protocol error");
    CHECK(std::string(error_category().name()) == "smppd.protocol");
}

}  // namespace smppd::protocol
