// tests/protocol/test_describe.cpp - tests of protocol/describe.
#include "protocol/describe.hpp"

#include "protocol/encode.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/pdu_samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace smppd::protocol {
namespace {

using test::hex;

DescribedField field(const std::vector<DescribedField>& fields, std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [name](const DescribedField& f) { return f.name == name; });
    return found == fields.end() ? DescribedField{"(none)", {}, {}, 0, 0} : *found;
}
std::string value(const std::vector<DescribedField>& fields, std::string_view name) {
    return field(fields, name).value;
}
std::string meaning(const std::vector<DescribedField>& fields, std::string_view name) {
    return field(fields, name).meaning;
}

std::vector<DescribedField> described(CommandId id, const Body& body, Status status = ESME_ROK) {
    return describe(
        *encode({.command_id = id, .command_status = status, .sequence_number = 8}, body));
}

DeliverSm deliver() {
    DeliverSm body;
    body.source_addr_ton = 5;
    body.source_addr = "Bank\x1b[2J\\";
    body.dest_addr_ton = body.dest_addr_npi = 1;
    body.destination_addr = "447700900101";
    body.validity_period = "000000000500000R";
    body.short_message = hex("436f646520343832");
    return body;
}

}  // namespace

TEST_CASE("describe: the header comes first, with names") {
    const auto fields = described(CommandId::submit_sm_resp, MessageResp{"3A", {}}, 0x58);
    REQUIRE(fields.size() == 5);
    CHECK(fields[0].name == "command_length");
    CHECK(fields[0].value == "19");
    CHECK(fields[1].value == "0x80000004");
    CHECK(fields[1].meaning == "submit_sm_resp");
    CHECK(fields[2].value == "0x00000058");
    CHECK(fields[2].meaning.starts_with("ESME_RTHROTTLED"));
    CHECK(fields[3].value == "8");
    CHECK(fields[3].offset == 12);
    CHECK(fields[4].name == "message_id");
    CHECK(fields[4].value == "3A");
    CHECK(fields[4].offset == 16);
    CHECK(fields[4].length == 3);
}

TEST_CASE("describe: the fields of a message with what they stand for") {
    DeliverSm body = deliver();
    body.registered_delivery = 0x11;
    const auto fields = described(CommandId::deliver_sm, body);
    CHECK(meaning(fields, "source_addr_ton") == "alphanumeric");
    CHECK(meaning(fields, "dest_addr_npi") == "ISDN (E.163, E.164)");
    CHECK(value(fields, "source_addr") == "Bank\\x1b[2J\\\\");
    CHECK(value(fields, "esm_class") == "0x00");
    CHECK(meaning(fields, "validity_period") == "after 5 minutes");
    CHECK(meaning(fields, "registered_delivery") ==
          "receipt on success or failure, intermediate notification");
    CHECK(meaning(fields, "data_coding") == "SMSC default alphabet");
    CHECK(value(fields, "sm_length") == "8");
    CHECK(value(fields, "short_message") == "436f646520343832");
    CHECK(meaning(fields, "short_message") == "\"Code 482\"");
    CHECK(field(fields, "error").name == "(none)");
}

TEST_CASE("describe: data_coding of the general group") {
    const auto data_coding = [](std::uint8_t value) {
        DeliverSm body = deliver();
        body.data_coding = value;
        return meaning(described(CommandId::deliver_sm, body), "data_coding");
    };
    CHECK(data_coding(0x10) == "SMSC default alphabet, class 0");
    CHECK(data_coding(0x15) == "octets, class 1");
    CHECK(data_coding(0x18) == "UCS-2, class 0");
    CHECK(data_coding(0x28) == "UCS-2, compressed");
    CHECK(data_coding(0x7f) == "reserved alphabet, class 3, compressed, to be deleted once read");
    CHECK(data_coding(0x80) == "reserved");
}

TEST_CASE("describe: esm_class tells receipts, headers and modes by the direction") {
    const auto esm_class = [](CommandId id, std::uint8_t value) {
        SubmitSm submit;
        submit.esm_class = value;
        DeliverSm from_smsc;
        from_smsc.esm_class = value;
        return meaning(
            id == CommandId::submit_sm ? described(id, submit) : described(id, from_smsc),
            "esm_class");
    };
    CHECK(esm_class(CommandId::deliver_sm, 0x04) == "delivery receipt");
    CHECK(esm_class(CommandId::deliver_sm, 0x20) == "intermediate notification");
    CHECK(esm_class(CommandId::deliver_sm, 0xc0) == "user data header, reply path");
    CHECK(esm_class(CommandId::submit_sm, 0x43) == "store and forward mode, user data header");
}

TEST_CASE("describe: information elements follow the text that holds them") {
    DeliverSm body = deliver();
    body.esm_class = 0x40;
    body.short_message = hex("0a 0003 4d0201 2401 01 7000 4142");
    body.short_message[0] = 10;
    const auto fields = described(CommandId::deliver_sm, body);
    const DescribedField text = field(fields, "short_message");
    CHECK(text.meaning == "\"AB\"");
    const DescribedField part = field(fields, "udh.concatenated_8bit");
    CHECK(part.value == "4d0201");
    CHECK(part.meaning == "part 1 of 2, reference 77");
    CHECK(part.offset == text.offset + 1);
    CHECK(part.length == 5);
    CHECK(meaning(fields, "udh.single_shift") == "Turkish");
    CHECK(field(fields, "udh.element_0x70").length == 2);
}

TEST_CASE("describe: a header past the text, and one in a receipt") {
    DeliverSm body = deliver();
    body.esm_class = 0x40;
    body.short_message = hex("05 0003");
    CHECK(meaning(described(CommandId::deliver_sm, body), "udh_length") == "runs past the text");
    body.short_message = hex("03 0003 4d");
    CHECK(meaning(described(CommandId::deliver_sm, body), "udh.stray") == "runs past the header");
    body.esm_class = 0x44;
    CHECK(field(described(CommandId::deliver_sm, body), "udh_length").name == "(none)");
}

TEST_CASE("describe: TLVs have names, values of their kind, and meanings") {
    DeliverSm body = deliver();
    body.tlvs = {{0x001e, {'7', 'A', 0}}, {0x0427, {0, 2}},      {0x0423, {3, 0, 21}},
                 {0x1400, {0xab, 0xcd}},  {0x0424, {'a', 0x0a}}, {0x1502, {1}},
                 {0x000e, {1}},           {0x020c, {}}};
    const auto fields = described(CommandId::deliver_sm, body);
    CHECK(value(fields, "receipted_message_id") == "7A");
    CHECK(field(fields, "receipted_message_id").length == 7);
    CHECK(value(fields, "message_state") == "2");
    CHECK(meaning(fields, "message_state") == "DELIVERED");
    CHECK(meaning(fields, "network_error_code") == "GSM, error 21");
    CHECK(value(fields, "tlv.0x1400") == "abcd");
    CHECK(value(fields, "message_payload") == "610a");
    CHECK(meaning(fields, "message_payload") == "\"a\\n\"");
    CHECK(meaning(fields, "smppd_incomplete") == "parts are missing");
    CHECK(meaning(fields, "source_network_type") == "GSM");
    CHECK(value(fields, "sar_msg_ref_num").empty());
}

TEST_CASE("describe: passwords are shown as their length") {
    BindRequest bind;
    bind.system_id = "client0";
    bind.password = "secret0";
    const Outbind outbind{"carrier1", "outpw1"};
    for (const auto& fields :
         {described(CommandId::bind_transceiver, bind), described(CommandId::outbind, outbind)}) {
        CHECK(value(fields, "password") ==
              "(" + std::string(fields[5].length == 8 ? "7" : "6") + " characters)");
        for (const DescribedField& f : fields) {
            CHECK(f.value.find("secret0") == f.value.npos);
            CHECK(f.value.find("outpw1") == f.value.npos);
            CHECK(f.value.find("736563") == f.value.npos);
        }
    }
    CHECK(meaning(described(CommandId::bind_transceiver, bind), "interface_version") == "SMPP 3.4");
}

TEST_CASE("describe: a bad body ends in an error that says where") {
    Octets pdu = *encode({.command_id = CommandId::deliver_sm, .sequence_number = 8}, deliver());
    pdu.resize(pdu.size() - 1);
    pdu[3] = static_cast<std::uint8_t>(pdu.size());
    const DescribedField error = describe(pdu).back();
    CHECK(error.name == "error");
    CHECK(error.value.starts_with("short_message is not whole"));
    CHECK(error.value.find("ESME_RINVMSGLEN") != error.value.npos);
    CHECK(error.offset == pdu.size() - 7);
    CHECK(error.length == 7);
}

TEST_CASE("describe: a TLV past the end and stray octets are an error") {
    DeliverSm body = deliver();
    body.tlvs = {{0x0427, {2}}, {0x001e, {'3', '0', 0}}};
    Octets pdu = *encode({.command_id = CommandId::deliver_sm, .sequence_number = 8}, body);
    pdu[pdu.size() - 4] = 65;
    const auto fields = describe(pdu);
    CHECK(meaning(fields, "message_state") == "DELIVERED");
    CHECK(fields.back().name == "error");
    CHECK(fields.back().value.ends_with("receipted_message_id says 65 octets and has 3"));
}

TEST_CASE("describe: octets that are no PDU give an error and no more than they hold") {
    const auto last = [](const Octets& octets) { return describe(octets).back(); };
    CHECK(last({}).name == "error");
    CHECK(describe(hex("0000001000000015000000000000")).size() == 1);
    const Octets header = hex("00000010 00000015 00000000 00000007");
    CHECK(last(header).name == "sequence_number");
    CHECK(last(hex("0000000f 00000015 00000000 00000007")).value.starts_with("command_length"));
    CHECK(last(hex("00000011 00000015 00000000 00000007")).value ==
          "command_length says 17 octets, 16 are there");
    CHECK(last(hex("00000010 00000015 00000000 00000007 00")).value == "1 octets follow the PDU");
    CHECK(last(hex("00000014 00000015 00000000 00000007 00000000")).name == "stray");
    CHECK(last(hex("00000012 00000112 00000000 00000007 0102")).name == "body");
    CHECK(meaning(describe(hex("00000010 00000112 00000000 00000007")), "command_id") ==
          "unknown command");
}

TEST_CASE("describe: a response that lacks a field says so, a refusal without body does not") {
    const auto last = [](const Octets& octets) { return describe(octets).back(); };
    CHECK(last(hex("00000013 80000003 00000000 00000007 6100 00")).value ==
          "message_state is missing");
    CHECK(last(hex("00000010 80000003 00000067 00000007")).name == "sequence_number");
    CHECK(last(hex("00000011 80000021 00000045 00000007 00")).name == "message_id");
}

TEST_CASE("describe: the fields cover every octet once, in order, in any whole PDU") {
    test::PduSamples samples(2026);
    for (int i = 0; i < 500; ++i) {
        CAPTURE(i);
        const Pdu pdu = samples.next();
        const Octets octets = *encode(pdu.header, pdu.body);
        std::size_t at = 0;
        for (const DescribedField& f : describe(octets)) {
            CAPTURE(f.name);
            CHECK(f.name != "error");
            const bool printable = std::all_of(f.value.begin(), f.value.end(),
                                               [](char c) { return c >= 0x20 && c < 0x7f; });
            CHECK(printable);
            if (f.name.starts_with("udh")) continue;  // stands inside the text
            CHECK(f.offset == at);
            at = f.offset + f.length;
        }
        CHECK(at == octets.size());
    }
}

}  // namespace smppd::protocol
