// tests/protocol/test_encode.cpp - tests of protocol/encode.
#include "protocol/encode.hpp"

#include "protocol/decode.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/pdu_samples.hpp"
#include "tests/support/smpp34_oracle.hpp"

#include <doctest/doctest.h>

namespace smppd::protocol {
namespace {

using test::hex;

Header header(CommandId id, std::uint32_t sequence_number = 8, Status status = ESME_ROK) {
    return {.command_id = id, .command_status = status, .sequence_number = sequence_number};
}

DeliverSm deliver() {
    DeliverSm body;
    body.source_addr_ton = body.source_addr_npi = 1;
    body.source_addr = "447700900249";
    body.dest_addr_ton = body.dest_addr_npi = 1;
    body.destination_addr = "447700900101";
    body.short_message = hex("436f6465");
    return body;
}

boost::system::error_code error_of(CommandId id, const Body& body) {
    const Result<Octets> octets = encode(header(id), body);
    return octets ? boost::system::error_code() : octets.error();
}

Octets without_header(const Octets& pdu) { return {pdu.begin() + 16, pdu.end()}; }

}  // namespace

TEST_CASE("encode: what is encoded decodes to the same value, for every command_id") {
    test::PduSamples samples(20261124);
    for (int i = 0; i < 5000; ++i) {
        const Pdu pdu = samples.next();
        CAPTURE(i);
        CAPTURE(name(pdu.header.command_id));
        const Result<Octets> octets = encode(pdu.header, pdu.body);
        REQUIRE(octets.has_value());
        const Decoded decoded = decode(*octets, {.tolerate_broken_tlvs = false});
        CHECK(decoded.fault == ESME_ROK);
        CHECK(decoded.pdu.header.command_length == octets->size());
        CHECK(decoded.pdu.header.command_id == pdu.header.command_id);
        CHECK(decoded.pdu.header.command_status == pdu.header.command_status);
        CHECK(decoded.pdu.header.sequence_number == pdu.header.sequence_number);
        CHECK((decoded.pdu.body == pdu.body));
    }
}

TEST_CASE("encode: a deliver_sm with times, odd TON and NPI, and TLVs stands field by field") {
    DeliverSm body = deliver();
    body.source_addr_ton = 7;
    body.source_addr_npi = 255;
    body.schedule_delivery_time = "000000000500000R";
    body.validity_period = "260131235959000+";
    body.tlvs = {{0x1500, {0x41}}, {0x0204, {}}};
    CHECK(*encode(header(CommandId::deliver_sm, 0), body) ==
          hex("00000066"  // command_length
              "00000005 00000000 00000000"
              "00"                                   // service_type
              "07 ff 343437373030393030323439 00"    // source
              "01 01 343437373030393030313031 00"    // destination
              "00 00 00"                             // esm_class, protocol_id, priority_flag
              "30303030303030303035303030303052 00"  // schedule_delivery_time
              "3236303133313233353935393030302b 00"  // validity_period
              "00 00 00 00"                          // registered_delivery to sm_default_msg_id
              "04 436f6465"                          // sm_length, short_message
              "1500 0001 41"                         // smppd_message_id
              "0204 0000"));                         // an empty user_message_reference
}

TEST_CASE("encode: submit_multi has its destinations between source and esm_class") {
    SubmitMulti body;
    body.source_addr = "1";
    body.dest_address = {{1, 2, 9, "77"}, {2, 0, 0, "list"}};
    body.short_message = {0x61};
    CHECK(without_header(*encode(header(CommandId::submit_multi), body)) ==
          hex("00 0000 3100"      // service_type, source
              "02"                // number_of_dests
              "01 02 09 3737 00"  // an SME
              "02 6c697374 00"    // a distribution list
              "000000 00 00 00000000"
              "01 61"));
}

TEST_CASE("encode: short_message has 0 to 255 octets") {
    for (const std::size_t length : {0u, 1u, 253u, 254u, 255u}) {
        CAPTURE(length);
        DeliverSm body = deliver();
        body.short_message.assign(length, 0);
        const Octets octets = *encode(header(CommandId::deliver_sm), body);
        CHECK((decode(octets).pdu.body == Body(body)));
        ReplaceSm replace;
        replace.short_message = body.short_message;
        CHECK((decode(*encode(header(CommandId::replace_sm), replace)).pdu.body == Body(replace)));
    }
    DeliverSm body = deliver();
    body.short_message.assign(256, 0);
    CHECK(error_of(CommandId::deliver_sm, body) == Errc::too_long);
}

TEST_CASE("encode: a text one character too long is refused, the longest is not truncated") {
    const auto address = [](std::size_t length) {
        DeliverSm body = deliver();
        body.source_addr.assign(length, '1');
        return error_of(CommandId::deliver_sm, body);
    };
    CHECK_FALSE(address(20));
    CHECK(address(21) == Errc::too_long);

    const auto data = [](std::size_t length) {
        DataSm body;
        body.source_addr.assign(length, '1');
        const Result<Octets> octets = encode(header(CommandId::data_sm), body);
        if (octets) CHECK((decode(*octets).pdu.body == Body(body)));
        return octets ? boost::system::error_code() : octets.error();
    };
    CHECK_FALSE(data(20));
    CHECK_FALSE(data(21));
    CHECK_FALSE(data(64));
    CHECK(data(65) == Errc::too_long);

    const auto bind = [](std::size_t id, std::size_t password) {
        BindRequest body;
        body.system_id.assign(id, 'i');
        body.password.assign(password, 'p');
        return error_of(CommandId::bind_transceiver, body);
    };
    CHECK_FALSE(bind(15, 8));
    CHECK(bind(16, 8) == Errc::too_long);
    CHECK(bind(15, 9) == Errc::too_long);

    const auto time = [](std::size_t length) {
        DeliverSm body = deliver();
        body.validity_period.assign(length, '0');
        return error_of(CommandId::deliver_sm, body);
    };
    CHECK_FALSE(time(16));
    CHECK(time(17) == Errc::too_long);
    for (const CommandId id :
         {CommandId::submit_sm_resp, CommandId::deliver_sm_resp, CommandId::data_sm_resp}) {
        CHECK_FALSE(error_of(id, MessageResp{std::string(64, 'a'), {}}));
        CHECK(error_of(id, MessageResp{std::string(65, 'a'), {}}) == Errc::too_long);
    }
}

TEST_CASE("encode: a text with a NUL inside cannot be packed") {
    DeliverSm body = deliver();
    body.source_addr = std::string(
        "4\0"
        "4",
        3);
    CHECK(error_of(CommandId::deliver_sm, body) == Errc::not_packable);
    SubmitMulti multi;
    multi.dest_address = {{1, 1, 1, std::string("\0", 1)}};
    CHECK(error_of(CommandId::submit_multi, multi) == Errc::not_packable);
}

TEST_CASE("encode: a TLV has up to 65535 octets, a PDU up to 66560") {
    DeliverSm body = deliver();
    body.tlvs = {{0x0424, Octets(65535)}};
    CHECK((decode(*encode(header(CommandId::deliver_sm), body)).pdu.body == Body(body)));
    body.tlvs = {{0x0424, Octets(65536)}};
    CHECK(error_of(CommandId::deliver_sm, body) == Errc::too_long);
    MessageResp resp;  // 16 for the header, 1 for message_id, 4 for each TLV's own
    resp.tlvs = {{0x1400, Octets(65535)}, {0x1400, Octets(66560 - 16 - 1 - 4 - 65535 - 4)}};
    CHECK(encode(header(CommandId::submit_sm_resp), resp)->size() == 66560);
    resp.tlvs[1].value.push_back(0);
    CHECK(error_of(CommandId::submit_sm_resp, resp) == Errc::too_long);
}

TEST_CASE("encode: lists hold up to 255 entries") {
    SubmitMulti body;
    body.dest_address.assign(255, {1, 1, 1, "447700900101"});
    CHECK((decode(*encode(header(CommandId::submit_multi), body)).pdu.body == Body(body)));
    body.dest_address.push_back({});
    CHECK(error_of(CommandId::submit_multi, body) == Errc::too_long);
    SubmitMultiResp resp;
    resp.unsuccess_sme.assign(255, {1, 1, "447700900101", 0x400});
    CHECK((decode(*encode(header(CommandId::submit_multi_resp), resp)).pdu.body == Body(resp)));
    resp.unsuccess_sme.push_back({});
    CHECK(error_of(CommandId::submit_multi_resp, resp) == Errc::too_long);
    resp.unsuccess_sme = {{1, 1, std::string(21, '1'), 0}};
    CHECK(error_of(CommandId::submit_multi_resp, resp) == Errc::too_long);
}

TEST_CASE("encode: a response without id is 17 octets, with an error and no body a header") {
    const auto resp = [](CommandId id, Status status, MessageResp body = {}) {
        return *encode(header(id, 0xfffffffe, status), body);
    };
    CHECK(resp(CommandId::deliver_sm_resp, ESME_ROK) ==
          hex("00000011 80000005 00000000 fffffffe 00"));
    CHECK(resp(CommandId::submit_sm_resp, ESME_ROK) ==
          hex("00000011 80000004 00000000 fffffffe 00"));
    CHECK(resp(CommandId::data_sm_resp, ESME_ROK) == hex("00000011 80000103 00000000 fffffffe 00"));
    CHECK(resp(CommandId::deliver_sm_resp, ESME_RMSGQFUL) ==
          hex("00000010 80000005 00000014 fffffffe"));
    // A vendor's status, and a body that says something.
    CHECK(resp(CommandId::submit_sm_resp, 0x400, {"a", {}}) ==
          hex("00000012 80000004 00000400 fffffffe 6100"));
    CHECK(*encode(header(CommandId::bind_receiver_resp, 1, ESME_RBINDFAIL), BindResp{}) ==
          hex("00000010 80000001 0000000d 00000001"));
    CHECK(*encode(header(CommandId::query_sm_resp, 1, ESME_RQUERYFAIL), QuerySmResp{}) ==
          hex("00000010 80000003 00000067 00000001"));
}

TEST_CASE("encode: a body goes with its own command_ids only") {
    CHECK(error_of(CommandId::submit_sm, deliver()) == Errc::not_packable);
    CHECK(error_of(CommandId::deliver_sm, SubmitSm{}) == Errc::not_packable);
    CHECK(error_of(CommandId::outbind, BindRequest{}) == Errc::not_packable);
    CHECK(error_of(CommandId::bind_receiver, BindResp{}) == Errc::not_packable);
    CHECK(error_of(CommandId::query_sm_resp, MessageResp{}) == Errc::not_packable);
    CHECK(error_of(CommandId::deliver_sm, Empty{}) == Errc::not_packable);
    CHECK(error_of(CommandId{0x112}, UnknownBody{{1}}) == Errc::not_packable);
    CHECK_FALSE(error_of(CommandId::unbind, Empty{}));
    CHECK_FALSE(error_of(CommandId::generic_nack, Empty{}));
    CHECK_FALSE(error_of(CommandId::deliver_sm_resp, Empty{}));
}

TEST_CASE("encode: messages and their responses are what libsmpp34 packs, octet for octet") {
    test::PduSamples samples(33,
                             {.short_message = 253, .any_octet = false, .deliver_times = false});
    for (const CommandId id :
         {CommandId::submit_sm, CommandId::deliver_sm, CommandId::submit_sm_resp,
          CommandId::deliver_sm_resp, CommandId::data_sm_resp}) {
        CAPTURE(name(id));
        int packed = 0;
        for (int i = 0; i < 2000; ++i) {
            Pdu pdu = samples.of(id);
            pdu.header.command_status = ESME_ROK;
            pdu.header.sequence_number = 1 + samples.number(0x7ffffffd);
            std::visit(
                [](auto& body) {
                    if constexpr (requires { body.tlvs; }) body.tlvs.clear();
                },
                pdu.body);
            const auto theirs = test::smpp34_packed(pdu);
            if (!theirs) continue;
            ++packed;
            CHECK(*encode(pdu.header, pdu.body) == *theirs);
        }
        CHECK(packed >= 20);  // of deliver_sm_resp those without a message_id
    }
}

TEST_CASE("encode: header-only PDUs and another sequence_number") {
    Octets pdu = encode_empty(CommandId::generic_nack, ESME_RINVCMDID, 0);
    CHECK(pdu == hex("00000010 80000000 00000003 00000000"));
    patch_sequence(pdu, 0x01020304);
    CHECK(pdu == hex("00000010 80000000 00000003 01020304"));
}

}  // namespace smppd::protocol
