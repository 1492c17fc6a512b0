// tests/protocol/test_tlv.cpp - tests of protocol/tlv.
#include "protocol/tlv.hpp"

#include <doctest/doctest.h>

namespace smppd::protocol {

TEST_CASE("tlv: the first of a tag is found") {
    const Tlvs tlvs{{0x1400, {0x41}}, {0x0204, {0, 7}}, {0x1400, {0x42}}};
    REQUIRE(find_tlv(tlvs, 0x1400));
    CHECK(find_tlv(tlvs, 0x1400)->value == Octets{0x41});
    CHECK_FALSE(find_tlv(tlvs, 0x0424));
    CHECK_FALSE(find_tlv({}, 0x1400));
}

TEST_CASE("tlv: integers of 1 to 8 octets are read, whatever width the tag should have") {
    const auto integer = [](Octets value) { return tlv_integer({{0x0427, value}}, 0x0427); };
    CHECK(integer({5}) == 5u);
    CHECK(integer({0, 5}) == 5u);
    CHECK(integer({1, 0, 5}) == 0x010005u);
    CHECK(integer({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}) == 0xfffffffffffffffeu);
    CHECK_FALSE(integer({}));
    CHECK_FALSE(integer(Octets(9)));
    CHECK_FALSE(tlv_integer({}, 0x0427));
}

TEST_CASE("tlv: text ends before its first NUL, which may be missing") {
    const auto text = [](Octets value) { return tlv_text({{0x001e, value}}, 0x001e); };
    CHECK(text({'7', 'A', 0}) == "7A");
    CHECK(text({'7', 'A'}) == "7A");
    CHECK(text({'7', 0, 'A'}) == "7");
    CHECK(text({}) == "");
    CHECK_FALSE(tlv_text({}, 0x001e));
}

TEST_CASE("tlv: tags of 3.4, of 5.0 and ours have names") {
    CHECK(tlv_name(0x0005) == "dest_addr_subunit");
    CHECK(tlv_name(tag::message_payload) == "message_payload");
    CHECK(tlv_name(tag::congestion_state) == "congestion_state");
    CHECK(tlv_name(0x0613) == "dest_addr_np_country");
    CHECK(tlv_name(0x1383) == "its_session_info");
    CHECK(tlv_name(tag::smppd_incomplete) == "smppd_incomplete");
    CHECK(tlv_name(0x0000).empty());
    CHECK(tlv_name(0x1400).empty());
    CHECK(tlv_name(0x1503).empty());
    CHECK(tlv_name(0xffff).empty());
}

}  // namespace smppd::protocol
