// tests/tools/test_smscsim_mo.cpp - messages and receipts to PDUs.
#include "tools/smscsim/mo.hpp"

#include "tools/smscsim/joiner.hpp"
#include "tools/smscsim/receipts.hpp"

#include <doctest/doctest.h>

namespace {

using namespace smppd::smscsim;
using namespace smppd::protocol;
using namespace std::chrono_literals;

MessageSpec spec(std::string text) {
    MessageSpec message;
    message.from = "447700900900";
    message.to = "447700900101";
    message.text = std::move(text);
    return message;
}

/// What a reader makes of the parts; empty while some are missing.
std::string read_back(const std::vector<BuiltPart>& parts, const Profile& profile = {}) {
    Joiner joiner;
    std::string text;
    for (const BuiltPart& part : parts) {
        DeliverSm deliver;
        static_cast<ShortMessage&>(deliver) = part.message;
        const Pdu pdu{{}, deliver};
        if (const auto whole = joiner.take(read_inbound(pdu, profile), deliver.tlvs)) {
            text = whole->text;
        }
    }
    return text;
}

std::vector<unsigned> numbers(const std::vector<BuiltPart>& parts) {
    std::vector<unsigned> order;
    for (const BuiltPart& part : parts) order.push_back(part.part);
    return order;
}

}  // namespace

TEST_CASE("mo: a short text is one deliver_sm in the alphabet that fits") {
    const auto parts = build_parts(spec("Hi{"), 7);
    REQUIRE(parts.size() == 1);
    const ShortMessage& message = parts[0].message;
    CHECK(message.short_message == Octets{'H', 'i', 0x1b, 0x28});  // "{" is an escape pair
    CHECK(message.data_coding == 0);
    CHECK(message.esm_class == 0);
    CHECK(message.source_addr_ton == 1);
    CHECK(message.source_addr_npi == 1);
    CHECK(build_parts(spec("ж"), 7)[0].message.data_coding == 8);
    CHECK(build_parts(spec("ж"), 7)[0].message.short_message == Octets{0x04, 0x36});
}

TEST_CASE("mo: 160 characters stand alone, 161 are two parts") {
    CHECK(build_parts(spec(std::string(160, 'a')), 7).size() == 1);
    const auto parts = build_parts(spec(std::string(161, 'a')), 0x0107);
    REQUIRE(parts.size() == 2);
    const ShortMessage& first = parts[0].message;
    CHECK(first.esm_class == 0x40);
    // UDHL, concatenation 8-bit, its length, reference, total, index.
    CHECK(Octets(first.short_message.begin(), first.short_message.begin() + 6) ==
          Octets{0x05, 0x00, 0x03, 0x07, 0x02, 0x01});
    CHECK(first.short_message.size() == 6 + 153);
    CHECK(read_back(parts) == std::string(161, 'a'));
}

TEST_CASE("mo: parts of every form and coding come back as the text") {
    const std::string text = "Grüße {an} alle, €5 [x] - und so weiter bis zum Ende";
    for (const PartForm form : {PartForm::udh8, PartForm::udh16, PartForm::sar}) {
        for (const Coding coding : {Coding::gsm7, Coding::packed, Coding::ucs2}) {
            for (const unsigned size : {2U, 7U, 10U, 40U}) {
                CAPTURE(static_cast<int>(form));
                CAPTURE(static_cast<int>(coding));
                CAPTURE(size);
                MessageSpec message = spec(text);
                message.parts = form;
                message.coding = coding;
                message.size = size;
                Profile profile;
                if (coding == Coding::packed) profile.data_codings[0] = Alphabet::gsm7_packed;
                CHECK(read_back(build_parts(message, 0x1234), profile) == text);
            }
        }
    }
}

TEST_CASE("mo: a surrogate pair is never cut") {
    MessageSpec message = spec("a😀😀");
    message.size = 2;
    for (const BuiltPart& part : build_parts(message, 1)) {
        const Octets& octets = part.message.short_message;
        REQUIRE(octets.size() >= 8);
        CHECK((octets[6] & 0xfc) != 0xdc);  // no part begins with a low surrogate
    }
}

TEST_CASE("mo: order, drop, duplicate and delay shape what is sent") {
    MessageSpec message = spec("abcdefghi");
    message.size = 3;
    message.order = {2, 1, 3};
    message.duplicate = {1};
    message.delay = 200ms;
    const auto parts = build_parts(message, 1);
    CHECK(numbers(parts) == std::vector<unsigned>{2, 1, 1, 3});
    CHECK(parts[0].after == 0ms);
    CHECK(parts[3].after == 600ms);
    message.drop = {1};
    CHECK(numbers(build_parts(message, 1)) == std::vector<unsigned>{2, 3});
    message.drop = {4};
    CHECK_THROWS_AS(build_parts(message, 1), UsageError);
}

TEST_CASE("mo: payload and none take one PDU, as far as it goes") {
    MessageSpec message = spec(std::string(255, 'a'));
    message.parts = PartForm::none;
    CHECK(build_parts(message, 1)[0].message.short_message.size() == 255);
    message.text += 'a';
    CHECK_THROWS_AS(build_parts(message, 1), UsageError);
    message.parts = PartForm::payload;
    const auto parts = build_parts(message, 1);
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].message.short_message.empty());
    CHECK(find_tlv(parts[0].message.tlvs, tag::message_payload)->value.size() == 256);
}

TEST_CASE("mo: the size of a part has its limits") {
    MessageSpec message = spec(std::string(300, 'a'));
    message.size = 249;
    CHECK(build_parts(message, 1)[0].message.short_message.size() == 255);
    message.size = 250;
    CHECK_THROWS_AS(build_parts(message, 1), UsageError);
    message.size = 1;
    CHECK_THROWS_AS(build_parts(message, 1), UsageError);  // 300 parts
}

TEST_CASE("mo: codings that cannot hold the text are refused") {
    for (const Coding coding : {Coding::gsm7, Coding::packed, Coding::latin1}) {
        MessageSpec message = spec("ж");
        message.coding = coding;
        CHECK_THROWS_AS(build_parts(message, 1), UsageError);
    }
    MessageSpec latin = spec("ÿ");
    latin.coding = Coding::latin1;
    CHECK(build_parts(latin, 1)[0].message.short_message == Octets{0xff});
    CHECK(build_parts(latin, 1)[0].message.data_coding == 3);
}

TEST_CASE("mo: octets, fields and TLVs go in as they are") {
    MessageSpec message = spec("");
    message.octets = Octets{0xde, 0xad};
    message.coding = Coding::octets;
    message.from = "Bank";
    message.data_coding = 0xf5;
    message.esm_class = 0x20;
    message.tlvs = {{0x1400, {0x41}}};
    const ShortMessage built = build_parts(message, 1)[0].message;
    CHECK(built.short_message == Octets{0xde, 0xad});
    CHECK(built.data_coding == 0xf5);
    CHECK(built.esm_class == 0x20);
    CHECK(built.source_addr_ton == 5);
    CHECK(built.source_addr_npi == 0);
    CHECK(built.tlvs == Tlvs{{0x1400, {0x41}}});
    const DataSm data = as_data_sm(built);
    REQUIRE(data.tlvs.size() == 2);
    CHECK(data.tlvs[0] == Tlv{tag::message_payload, {0xde, 0xad}});
}

TEST_CASE("mo: {n} counts in addresses and text") {
    MessageSpec message = spec("{n} of {n}");
    message.from = "4477{n}";
    const MessageSpec third = numbered(message, 30);
    CHECK(third.text == "30 of 30");
    CHECK(third.from == "447730");
}

TEST_CASE("joiner: a part that came twice counts once, and what is missing shows") {
    MessageSpec message = spec("abcdef");
    message.size = 3;
    message.order = {2, 2};
    CHECK(read_back(build_parts(message, 1)).empty());
    message.order = {2, 2, 1};
    CHECK(read_back(build_parts(message, 1)) == "abcdef");
    Joiner joiner;
    DeliverSm deliver;
    static_cast<ShortMessage&>(deliver) = build_parts(message, 1)[0].message;
    CHECK_FALSE(joiner.take(read_inbound({{}, deliver}, {}), {}));
    const auto rest = joiner.rest();
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].text == "def");
    CHECK(rest[0].parts == 1);
    CHECK(rest[0].total == 2);
    CHECK(joiner.rest().empty());
}

TEST_CASE("receipt: says the same in text and TLVs") {
    const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h + 5min};
    CHECK(receipt_date_text(now) == "2601311205");
    ReceiptSpec receipt;
    receipt.id = "0a";
    receipt.from = "447700900101";
    receipt.to = "447700900900";
    receipt.stat = "UNDELIV";
    receipt.err = "011";
    for (const ReceiptForm form : {ReceiptForm::text, ReceiptForm::tlv, ReceiptForm::both}) {
        receipt.form = form;
        const DeliverSm built = build_receipt(receipt, now);
        CHECK(built.esm_class == 0x04);
        CHECK(built.short_message.empty() == (form == ReceiptForm::tlv));
        CHECK(built.tlvs.empty() == (form == ReceiptForm::text));
        const Receipt read =
            read_receipt(built.short_message, 0, built.tlvs, kind_of(built.esm_class));
        CHECK(read.id == "0a");
        CHECK(read.state == MessageState::undeliverable);
        if (form != ReceiptForm::tlv) CHECK(read.done_date == now);
    }
}
