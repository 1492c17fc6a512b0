// tests/protocol/test_decode.cpp - faults and tolerance; test_decode_quirks.cpp has the field's
// PDUs.
#include "protocol/decode.hpp"

#include "protocol/encode.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/pdu_samples.hpp"

#include <doctest/doctest.h>

#include <string>

namespace smppd::protocol {
namespace {

using test::hex;

constexpr DecodeOptions carrier{.tolerate_broken_tlvs = true};
constexpr DecodeOptions platform{.tolerate_broken_tlvs = false};

/// A PDU of this body, its command_length worked out.
Octets pdu(CommandId id, std::string_view body, Status status = ESME_ROK) {
    Octets octets = encode_empty(id, status, 8);
    const std::vector<std::uint8_t> more = hex(body);
    octets.insert(octets.end(), more.begin(), more.end());
    octets[2] = static_cast<std::uint8_t>(octets.size() >> 8);
    octets[3] = static_cast<std::uint8_t>(octets.size());
    return octets;
}

// service_type, source, destination, esm_class to sm_default_msg_id
const std::string front = "00 0101 31 00 0101 32 00 000000 00 00 00000000 ";
const std::string text = front + "02 4869 ";  // sm_length, "Hi"

Decoded deliver(const std::string& body, const DecodeOptions& options = carrier) {
    return decode(pdu(CommandId::deliver_sm, body), options);
}
const Tlvs& tlvs_of(const Decoded& decoded) { return std::get<DeliverSm>(decoded.pdu.body).tlvs; }

template <class Type>
Type body_of(CommandId id, std::string_view body, Status status = ESME_ROK) {
    const Decoded decoded = decode(pdu(id, body, status), platform);
    CHECK(decoded.fault == ESME_ROK);
    CHECK(decoded.fault_field.empty());
    return std::get<Type>(decoded.pdu.body);
}

const Tlv reference{0x0204, {0, 9}};

}  // namespace

TEST_CASE("decode: the header has all 32 bits of each field") {
    const Header header = decode_header(hex("01020304 80000005 ffffffff fffffffe"));
    CHECK(header.command_length == 0x01020304);
    CHECK(header.command_id == CommandId::deliver_sm_resp);
    CHECK(header.command_status == 0xffffffff);
    CHECK(header.sequence_number == 0xfffffffe);
}

TEST_CASE("decode: a request cut anywhere in its mandatory part is bad, a TLV short is not") {
    const Octets whole = pdu(CommandId::deliver_sm, text);
    for (std::size_t size = 16; size < whole.size(); ++size) {
        CAPTURE(size);
        Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        cut[3] = static_cast<std::uint8_t>(size);
        const Decoded decoded = decode(cut, carrier);
        CHECK(decoded.fault != ESME_ROK);
        CHECK_FALSE(decoded.fault_field.empty());
    }
    CHECK(decode(whole).fault == ESME_ROK);
}

TEST_CASE("decode: a fault names its field and status, what was read before it stays") {
    const auto fault = [](const Decoded& d) { return std::pair(d.fault_field, d.fault); };
    using Fault = std::pair<std::string, Status>;
    CHECK(fault(deliver("00 0101 3131")) == Fault("source_addr", ESME_RINVSRCADR));
    CHECK(fault(deliver("00 0101 31 00 0101 3232")) == Fault("destination_addr", ESME_RINVDSTADR));
    CHECK(fault(deliver(front)) == Fault("sm_length", ESME_RINVCMDLEN));
    CHECK(fault(deliver(front + "03 4869")) == Fault("short_message", ESME_RINVMSGLEN));
    const auto body = std::get<DeliverSm>(deliver("00 0101 31 00 02").pdu.body);
    CHECK(body.source_addr == "1");
    CHECK(body.dest_addr_ton == 2);
    CHECK(body.destination_addr.empty());
}

TEST_CASE("decode: TLVs of any tag and length are kept in their order") {
    const Decoded decoded = deliver(text + "0204 0002 0009 0000 0000 ffff 0001 aa", platform);
    CHECK(decoded.fault == ESME_ROK);
    CHECK((tlvs_of(decoded) == Tlvs{reference, {0x0000, {}}, {0xffff, {0xaa}}}));
}

TEST_CASE("decode: a TLV past the end is dropped from carriers and refused from platforms") {
    for (const std::string broken : {"0204 0002 12", "0204 0001", "001e 0041 3330303035"}) {
        CAPTURE(broken);
        const Decoded tolerated = deliver(text + "0204 0002 0009" + broken, carrier);
        CHECK(tolerated.fault == ESME_ROK);
        CHECK((tlvs_of(tolerated) == Tlvs{reference}));
        const Decoded refused = deliver(text + "0204 0002 0009" + broken, platform);
        CHECK(refused.fault == ESME_RINVOPTPARSTREAM);
        CHECK_FALSE(refused.fault_field.empty());
        CHECK((tlvs_of(refused) == Tlvs{reference}));
    }
    CHECK(deliver(text + "0424 0009 00", platform).fault_field == "message_payload");
    CHECK(deliver(text + "1400 0009 00", platform).fault_field == "tlv.0x1400");
}

TEST_CASE("decode: 1 to 3 stray octets after a TLV are dropped from carriers, else refused") {
    for (const std::string stray : {"02", "0204", "020400"}) {
        CAPTURE(stray);
        CHECK((tlvs_of(deliver(text + "0204 0002 0009" + stray, carrier)) == Tlvs{reference}));
        CHECK(deliver(text + "0204 0002 0009" + stray, platform).fault == ESME_RINVOPTPARSTREAM);
    }
}

TEST_CASE("decode: octets that sm_length leaves out are passed over") {
    // Too few for a TLV, whoever sends them.
    for (const std::string stray : {"00", "2121", "212121"}) {
        CAPTURE(stray);
        for (const DecodeOptions& options : {carrier, platform}) {
            const Decoded decoded = deliver(text + stray, options);
            CHECK(decoded.fault == ESME_ROK);
            CHECK(tlvs_of(decoded).empty());
        }
    }
    // Before TLVs that are whole to the end, from carriers.
    for (const std::string stray : {"00", "0000", "2121", "20776f726c6421"}) {
        CAPTURE(stray);
        const Decoded decoded = deliver(text + stray + "0204 0002 0009", carrier);
        CHECK(decoded.fault == ESME_ROK);
        CHECK((tlvs_of(decoded) == Tlvs{reference}));
        CHECK(std::get<DeliverSm>(decoded.pdu.body).short_message == hex("4869"));
        CHECK(deliver(text + stray + "0204 0002 0009", platform).fault == ESME_RINVOPTPARSTREAM);
    }
}

TEST_CASE("decode: left out octets that look like a vendor's TLV hide none of the real ones") {
    // "!!" and the first tag read as a TLV 0x2121 of 30 octets, which there are.
    const std::string payload = "0424 001a 6161616161616161616161616161616161616161616161616161";
    const Decoded decoded = deliver(text + "2121 001e 0001 41" + payload, carrier);
    REQUIRE(tlvs_of(decoded).size() == 2);
    CHECK(tlvs_of(decoded)[0].tag == 0x001e);
    CHECK(tlvs_of(decoded)[1].tag == 0x0424);
    // A vendor's TLV before a broken one is one.
    const Decoded vendors = deliver(text + "1400 0002 4131 001e 0041 3330303035", carrier);
    CHECK((tlvs_of(vendors) == Tlvs{{0x1400, {0x41, 0x31}}}));
}

TEST_CASE("decode: of a message_payload that ends early what is there counts") {
    const std::string cut = front + "00 0204 0002 0009 0424 00c8 68656c6c6f";
    const Decoded decoded = deliver(cut);
    CHECK(decoded.fault == ESME_ROK);
    CHECK(tlvs_of(decoded) == Tlvs{reference, {0x0424, hex("68656c6c6f")}});
    CHECK(tlvs_of(deliver(front + "00 0424 00c8")).empty());
    CHECK(deliver(cut, platform).fault == ESME_RINVOPTPARSTREAM);
}

TEST_CASE("decode: with an sm_length of 0 what follows and is no TLV is the text") {
    const auto message = [](const std::string& rest, const DecodeOptions& options = carrier) {
        return std::get<DeliverSm>(deliver(front + "00 " + rest, options).pdu.body);
    };
    CHECK(message("68656c6c6f").short_message == hex("68656c6c6f"));
    CHECK(message("68656c6c6f").tlvs.empty());
    // Fill, TLVs broken or whole, and octets before TLVs are none.
    for (const char* other :
         {"00000000", "686565", "0204 0009 6c6c6f", "1400 0001 6c", "68656c6c6f 0204 0002 0009"}) {
        CAPTURE(other);
        CHECK(message(other).short_message.empty());
    }
    CHECK(message("68656c6c6f", platform).short_message.empty());
}

TEST_CASE("decode: a broken TLV is not searched for others in its value") {
    const Decoded decoded = deliver(text + "001e 0041 0204 0002 0009", carrier);
    CHECK(decoded.fault == ESME_ROK);
    CHECK(tlvs_of(decoded).empty());
}

TEST_CASE("decode: the last text of a request may lack its NUL, or be missing") {
    CHECK(
        body_of<BindRequest>(CommandId::bind_receiver, "6100 6200 00 340000 5e34").address_range ==
        "^4");
    CHECK(body_of<BindRequest>(CommandId::bind_receiver, "6100 6200 00 340000")
              .address_range.empty());
    CHECK(body_of<Outbind>(CommandId::outbind, "6100 7077").password == "pw");
    CHECK(body_of<QuerySm>(CommandId::query_sm, "6100 0101 3131").source_addr == "11");
    CHECK(body_of<CancelSm>(CommandId::cancel_sm, "00 6100 0101 3100 0101 32").destination_addr ==
          "2");
    CHECK(
        body_of<AlertNotification>(CommandId::alert_notification, "0101 3100 0101 32").esme_addr ==
        "2");
    CHECK(decode(pdu(CommandId::bind_receiver, "6100 6200 00 3400")).fault == ESME_RINVCMDLEN);
    CHECK(decode(pdu(CommandId::bind_receiver, "6100 7077")).fault_field == "password");
}

TEST_CASE("decode: texts longer than the specification allows are read to their NUL") {
    const std::string id = "6161616161616161616161616161616161616161";  // 20 characters
    const auto bind = body_of<BindRequest>(CommandId::bind_transceiver,
                                           id + "00 736563726574303132 00 00 34 00 00 00");
    CHECK(bind.system_id == std::string(20, 'a'));
    CHECK(bind.password == "secret012");
}

TEST_CASE("decode: a response is never bad, whatever is missing in it") {
    test::PduSamples samples(7, {.short_message = 20, .tlvs = 2, .tlv_value = 8, .list = 3});
    for (const CommandId id :
         {CommandId::bind_receiver_resp, CommandId::submit_sm_resp, CommandId::deliver_sm_resp,
          CommandId::data_sm_resp, CommandId::query_sm_resp, CommandId::submit_multi_resp,
          CommandId::cancel_sm_resp}) {
        CAPTURE(name(id));
        const Pdu sample = samples.of(id);
        const Octets whole = *encode(sample.header, sample.body);
        for (std::size_t size = 16; size <= whole.size(); ++size) {
            Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            cut[2] = static_cast<std::uint8_t>(size >> 8);
            cut[3] = static_cast<std::uint8_t>(size);
            CHECK(decode(cut, platform).fault == ESME_ROK);
            cut[11] = 0x0a;
            CHECK(decode(cut, platform).fault == ESME_ROK);
        }
    }
}

TEST_CASE("decode: a refusal may have a header only, a lone NUL, an id, or TLVs alone") {
    const auto resp = [](std::string_view body) {
        return body_of<MessageResp>(CommandId::submit_sm_resp, body, ESME_RTHROTTLED);
    };
    CHECK(resp("") == MessageResp{});
    CHECK(resp("00") == MessageResp{});
    CHECK(resp("3041 00") == MessageResp{"0A", {}});
    CHECK(resp("3041") == MessageResp{"0A", {}});
    CHECK(resp("00 0428 0001 63") == MessageResp{"", {{0x0428, {0x63}}}});
    CHECK(resp("0428 0001 63") == MessageResp{"", {{0x0428, {0x63}}}});
    CHECK(resp("0428 0001 63 001d 0002 6100") ==
          MessageResp{"", {{0x0428, {0x63}}, {0x001d, {0x61, 0}}}});
}

TEST_CASE("decode: submit_multi with fewer or other destinations than it says is bad") {
    const auto fault = [](std::string_view body) {
        const Decoded decoded = decode(pdu(CommandId::submit_multi, body));
        return std::pair(decoded.fault,
                         std::get<SubmitMulti>(decoded.pdu.body).dest_address.size());
    };
    using Fault = std::pair<Status, std::size_t>;
    CHECK(fault("00 0101 3100 02 01 0101 3200") == Fault(ESME_RINVNUMDESTS, 1));
    CHECK(fault("00 0101 3100 ff 01 0101 3200 01 01") == Fault(ESME_RINVNUMDESTS, 1));
    CHECK(fault("00 0101 3100 01 01 0101 32") == Fault(ESME_RINVDSTADR, 0));
    CHECK(fault("00 0101 3100 01 02 32") == Fault(ESME_RINVDLNAME, 0));
    CHECK(fault("00 0101 3100 02 01 0101 3200 03 0101 3200") == Fault(ESME_RINVDESTFLAG, 1));
    CHECK(fault("00 0101 3100 02 01 0101 3200 02 6c00 000000 00 00 00000000 01 61") ==
          Fault(ESME_ROK, 2));
    CHECK(fault("00 0101 3100 00 000000 00 00 00000000 01 61") == Fault(ESME_ROK, 0));
}

TEST_CASE("decode: submit_multi_resp that names fewer than it counts keeps the whole ones") {
    const auto resp = body_of<SubmitMultiResp>(CommandId::submit_multi_resp,
                                               "6100 ff 0101 3200 0000000b 0101 3300 0000");
    CHECK(resp.message_id == "a");
    CHECK((resp.unsuccess_sme == std::vector<UnsuccessSme>{{1, 1, "2", ESME_RINVDSTADR}}));
}

TEST_CASE("decode: what follows the last field of PDUs without TLVs is not kept") {
    CHECK(body_of<Empty>(CommandId::enquire_link, "00000000") == Empty{});
    CHECK(body_of<QuerySm>(CommandId::query_sm, "6100 0101 3100 0204").source_addr == "1");
    CHECK(body_of<QuerySmResp>(CommandId::query_sm_resp, "6100 00 02 05 ff") ==
          QuerySmResp{"a", "", 2, 5});
}

TEST_CASE("decode: an unknown command_id keeps its body as it is") {
    CHECK(body_of<UnknownBody>(CommandId{0x112}, "0102").octets == hex("0102"));
    CHECK(body_of<UnknownBody>(CommandId{0x80010200}, "").octets.empty());
}

}  // namespace smppd::protocol
