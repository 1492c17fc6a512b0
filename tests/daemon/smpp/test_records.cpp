// tests/daemon/smpp/test_records.cpp - what is recorded becomes the PDUs that an owner receives, in
// the form that his bind takes.
#include "daemon/smpp/records.hpp"
#include "pool/ids.hpp"

#include <doctest/doctest.h>

namespace smppd::smpp {
namespace {

using namespace protocol;

std::string times(std::size_t count, std::string_view what) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += what;
    return text;
}

pool::Message text_message(std::string text) {
    pool::Message message;
    message.id = 0x123456789abcdef;
    message.source = "447700900001";
    message.number = 447700900123;
    message.text = std::move(text);
    return message;
}

pool::Message octet_message(std::size_t size, std::uint8_t esm_class = 0) {
    pool::Message message = text_message({});
    message.is_text = false;
    message.data_coding = 4;
    message.esm_class = esm_class;
    message.octets.assign(size, 0xab);
    return message;
}

const Octets* payload(const DeliverSm& pdu) {
    for (const Tlv& tlv : pdu.tlvs) {
        if (tlv.tag == tag::message_payload) return &tlv.value;
    }
    return nullptr;
}

DeliveryForm form_of(unsigned interface_version) {
    return delivery_form(pool::SmppAccount{}, static_cast<std::uint8_t>(interface_version));
}

constexpr DeliveryForm usual{};

}  // namespace

TEST_CASE("records: 254 octets go into short_message, 255 into message_payload") {
    auto pdus = deliver_pdus(text_message(times(254, "a")), usual, {}, 1);
    REQUIRE(pdus.size() == 1);
    CHECK(pdus[0].short_message.size() == 254);
    CHECK(payload(pdus[0]) == nullptr);
    pdus = deliver_pdus(text_message(times(255, "a")), usual, {}, 1);
    REQUIRE(pdus.size() == 1);
    CHECK(pdus[0].short_message.empty());
    REQUIRE(payload(pdus[0]) != nullptr);
    CHECK(payload(pdus[0])->size() == 255);
}

TEST_CASE("records: a text is sent whole or not at all") {
    // UCS-2, two octets each: message_payload has room for 32,767 of them and one octet.
    auto pdus = deliver_pdus(text_message(times(32'767, "ç")), usual, {}, 1);
    REQUIRE(pdus.size() == 1);
    CHECK(payload(pdus[0])->size() == 65'534);
    CHECK(deliver_pdus(text_message(times(32'768, "ç")), usual, {}, 1).empty());
    // As it comes from a carrier: 40,000 octets of Latin-1.
    CHECK(deliver_pdus(text_message(times(40'000, "ç")), usual, {}, 1).empty());
    CHECK(deliver_pdus(octet_message(65'535), usual, {}, 1).size() == 1);
    CHECK(deliver_pdus(octet_message(65'536), usual, {}, 1).empty());
}

TEST_CASE(
    "records: long texts go in parts where the account wants them, in the payload above 255") {
    const DeliveryForm udh{true, true, pool::LongMessages::udh};
    auto pdus = deliver_pdus(text_message(times(306, "a")), udh, {}, 0x42);
    REQUIRE(pdus.size() == 2);
    CHECK(pdus[0].esm_class == 0x40);
    CHECK(pdus[1].short_message.size() == 6 + 153);
    CHECK(Octets(pdus[1].short_message.begin(), pdus[1].short_message.begin() + 6) ==
          Octets{5, 0, 3, 0x42, 2, 2});
    CHECK(pdus[0].tlvs.size() == 1);  // the message's id
    CHECK(deliver_pdus(text_message(times(255 * 153, "a")), udh, {}, 1).size() == 255);
    pdus = deliver_pdus(text_message(times(255 * 153 + 1, "a")), udh, {}, 1);
    REQUIRE(pdus.size() == 1);
    CHECK(payload(pdus[0])->size() == 255 * 153 + 1);
}

TEST_CASE("records: a bind of version 3.3 or below knows no TLV, one above has them") {
    pool::Message message = text_message("hi");
    message.incomplete = true;
    for (const unsigned version : {0x00u, 0x32u, 0x33u}) {
        const auto pdus = deliver_pdus(message, form_of(version), "session1", 1);
        REQUIRE(pdus.size() == 1);
        CHECK(pdus[0].tlvs.empty());
        CHECK(pdus[0].short_message == Octets{'h', 'i'});
    }
    for (const unsigned version : {0x34u, 0x50u}) {
        CHECK(deliver_pdus(message, form_of(version), "session1", 1)[0].tlvs.size() == 3);
    }
}

TEST_CASE("records: to version 3.3 what is long goes in parts, whatever the account says") {
    const DeliveryForm old = form_of(0x33);
    auto pdus = deliver_pdus(text_message(times(255, "a")), old, {}, 7);
    REQUIRE(pdus.size() == 2);
    for (const DeliverSm& pdu : pdus) {
        CHECK(pdu.tlvs.empty());
        CHECK(pdu.esm_class == 0x40);
    }
    CHECK(deliver_pdus(text_message(times(255 * 153, "a")), old, {}, 7).size() == 255);
    CHECK(deliver_pdus(text_message(times(255 * 153 + 1, "a")), old, {}, 7).empty());

    pdus = deliver_pdus(octet_message(269), old, {}, 7);
    REQUIRE(pdus.size() == 3);
    CHECK(pdus[0].data_coding == 4);
    CHECK(pdus[0].esm_class == 0x40);
    CHECK(pdus[2].short_message == Octets{5, 0, 3, 7, 3, 3, 0xab});
    // It has a header of its own already.
    CHECK(deliver_pdus(octet_message(254, 0x40), old, {}, 7).size() == 1);
    CHECK(deliver_pdus(octet_message(255, 0x40), old, {}, 7).empty());
}

}  // namespace smppd::smpp
