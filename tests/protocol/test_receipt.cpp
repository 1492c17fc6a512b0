// tests/protocol/test_receipt.cpp - receipts as a whole: TLVs, text, octets and alphabets.
#include "protocol/receipt.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

/// What a row of the quirks says of a receipt; what is not named is not checked.
struct Expected {
    std::string id;
    std::string text_id = {};
    std::vector<MessageState> states = {};  ///< either is right; empty: any
    std::optional<std::string> word = {};
    std::optional<unsigned> sub = {}, dlvrd = {};
    std::optional<std::string> submit = {}, done = {};  ///< "none": no such date
    std::optional<std::string> err = {}, text = {};
    bool intermediate = false;
};
struct Row {
    std::string name;
    std::uint8_t esm_class;
    std::uint8_t data_coding;
    std::string octets;
    Tlvs tlvs;
    Expected expected;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
#include "tests/protocol/receipt_quirks.inc"
    };
    return all;
}

std::string iso(const std::optional<WallTime>& time) {
    if (!time) return "none";
    const auto day = std::chrono::floor<std::chrono::days>(*time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(*time - day)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }
Receipt read(std::string_view text, const Tlvs& tlvs = {}, std::uint8_t data_coding = 0) {
    return read_receipt(octets_of(text), data_coding, tlvs, MessageKind::receipt);
}
Tlv id_tlv(std::string_view id) { return {tag::receipted_message_id, octets_of(id)}; }
bool looks(std::string_view text) { return looks_like_receipt(octets_of(text), 0); }

}  // namespace

TEST_CASE("receipt: every form of the quirks table reads as its row says") {
    for (const Row& row : rows()) {
        CAPTURE(row.name);
        const Expected& expected = row.expected;
        CAPTURE(expected.id);
        const MessageKind kind = kind_of(row.esm_class);
        const bool by_content = row.name == "q102";
        CHECK((kind != MessageKind::message) == !by_content);
        const Receipt read = read_receipt(hex(row.octets), row.data_coding, row.tlvs,
                                          by_content ? MessageKind::receipt : kind);
        CHECK(read.readable);
        CHECK(read.id == expected.id);
        CHECK(read.intermediate == expected.intermediate);
        if (row.name != "q055") CHECK(read.text_id == expected.text_id);
        if (!expected.states.empty())
            CHECK(std::count(expected.states.begin(), expected.states.end(), read.state) == 1);
        if (expected.word) CHECK(read.word == *expected.word);
        if (expected.sub) CHECK(read.sub == expected.sub);
        if (expected.dlvrd) CHECK(read.dlvrd == expected.dlvrd);
        if (expected.submit) CHECK(iso(read.submit_date) == *expected.submit);
        if (expected.done) CHECK(iso(read.done_date) == *expected.done);
        if (expected.err) CHECK(read.error == *expected.err);
        if (expected.text) CHECK((read.text == *expected.text));
    }
}

TEST_CASE("receipt: esm_class is tested by bits 2 to 5") {
    for (unsigned esm_class = 0; esm_class < 256; ++esm_class) {
        CAPTURE(esm_class);
        const MessageKind kind = kind_of(static_cast<std::uint8_t>(esm_class));
        // The mode, UDHI and reply path bits have no say.
        CHECK(kind == kind_of(static_cast<std::uint8_t>(esm_class & 0x3c)));
        if (esm_class & 0x04) CHECK(kind == MessageKind::receipt);
    }
    CHECK(kind_of(0x00) == MessageKind::message);
    CHECK(kind_of(0x08) == MessageKind::receipt);
    CHECK(kind_of(0x20) == MessageKind::intermediate);
    CHECK(kind_of(0x24) == MessageKind::receipt);
    CHECK(kind_of(0xe3) == MessageKind::intermediate);
    CHECK(kind_of(0x10) == MessageKind::message);  // the user's own words
    CHECK(kind_of(0x18) == MessageKind::message);  // conversation abort
}

TEST_CASE("receipt: the TLV's id and state go before the text's") {
    const Receipt both = read("id:10 stat:DELIVRD err:000",
                              {id_tlv(std::string_view{"0A\0", 3}), {tag::message_state, {5}}});
    CHECK(both.id == "0A");
    CHECK(both.text_id == "10");
    CHECK(both.state == MessageState::undeliverable);
    CHECK(both.word == "DELIVRD");

    const Receipt same = read("id:10 stat:DELIVRD", {id_tlv("10")});
    CHECK(same.id == "10");
    CHECK(same.text_id.empty());

    const Receipt no_id_in_text = read("stat:DELIVRD", {id_tlv("10")});
    CHECK(no_id_in_text.id == "10");
    CHECK(no_id_in_text.text_id.empty());

    const Receipt empty_tlv = read("id:10 stat:DELIVRD", {id_tlv(std::string_view{"\0", 1})});
    CHECK(empty_tlv.id == "10");
    CHECK(empty_tlv.text_id.empty());

    CHECK(read("", {id_tlv("77 ")}).id == "77");
}

TEST_CASE("receipt: a message_state beyond the range leaves the text's state") {
    for (const std::uint8_t beyond : hex("09 ff")) {
        CAPTURE(beyond);
        const Tlvs tlvs{{tag::message_state, {beyond}}};
        CHECK(read("id:1 stat:EXPIRED", tlvs).state == MessageState::expired);
        CHECK(read("id:1", tlvs).state == MessageState::unknown);
    }
    CHECK(read("id:1 stat:EXPIRED", {{tag::message_state, {}}}).state == MessageState::expired);
}

TEST_CASE("receipt: message_state 0 is SCHEDULED where the text has no state") {
    for (const char* octets : {"00", "00 00 00 00"}) {
        const Tlvs tlvs{{tag::message_state, hex(octets)}};
        CHECK(read("id:1", tlvs).state == MessageState::enroute);
        CHECK(read("id:1 stat:EXPIRED", tlvs).state == MessageState::expired);
    }
    CHECK(read("id:1", {{tag::message_state, {}}}).state == MessageState::unknown);
    CHECK(read("id:1", {{tag::message_state, Octets(5)}}).state == MessageState::unknown);
}

TEST_CASE("receipt: an intermediate notification without a state is on its way") {
    const Octets octets = octets_of("id:1");
    const Receipt receipt = read_receipt(octets, 0, {}, MessageKind::intermediate);
    CHECK(receipt.intermediate);
    CHECK(receipt.state == MessageState::enroute);
    CHECK(read("id:1").state == MessageState::unknown);
}

TEST_CASE("receipt: err: goes before network_error_code") {
    const Tlvs tlvs{{tag::network_error_code, hex("03 00 15")}};  // GSM, 21
    CHECK(read("id:1 stat:UNDELIV err:7", tlvs).error == "7");
    CHECK(read("id:1 stat:UNDELIV err: text:hello", tlvs).error == "021");
    CHECK(read("", tlvs).error == "021");
    CHECK(read("").error.empty());
}

TEST_CASE("receipt: what identifies no submission is kept as unreadable") {
    for (const std::string_view text :
         {"", " ", "id:", "id: stat:DELIVRD", "hello", "stat:DELIVRD err:000", "text:hello"}) {
        CAPTURE(text);
        const Receipt receipt = read(text);
        CHECK_FALSE(receipt.readable);
        CHECK(receipt.id.empty());
        CHECK(receipt.text_id.empty());
    }
    CHECK(read("id:1").readable);
}

TEST_CASE("receipt: UTF-16 is told by its octets, whatever data_coding says") {
    // "id:7 stat:EXPIRED text:К"
    const std::string_view ascii = "id:7 stat:EXPIRED text:";
    Octets big, little;
    for (const char c : ascii) {
        big.insert(big.end(), {0, static_cast<std::uint8_t>(c)});
        little.insert(little.end(), {static_cast<std::uint8_t>(c), 0});
    }
    big.insert(big.end(), {0x04, 0x1a});
    little.insert(little.end(), {0x1a, 0x04});
    const auto marked = [](Octets mark, const Octets& rest) {
        mark.insert(mark.end(), rest.begin(), rest.end());
        return mark;
    };
    Octets ended = big;  // with a NUL of two octets, and of one
    ended.insert(ended.end(), {0, 0});
    Octets half_ended = big;
    half_ended.push_back(0);
    for (const Octets& octets :
         {big, little, marked({0xfe, 0xff}, big), marked({0xff, 0xfe}, little), ended, half_ended})
        for (const std::uint8_t data_coding : hex("00 08 18")) {
            CAPTURE(data_coding);
            const Receipt receipt = read_receipt(octets, data_coding, {}, MessageKind::receipt);
            CHECK(receipt.id == "7");
            CHECK(receipt.state == MessageState::expired);
            CHECK((receipt.text == "К"));
        }
}

TEST_CASE("receipt: single octets under data_coding 8 are read, a copied UTF-16 text too") {
    CHECK(read("id:7 stat:EXPIRED text:hi", {}, 8).text == "hi");
    const Receipt copied =
        read(std::string_view{"id:7 stat:EXPIRED text:\x04\x1a\x04\x3e", 27}, {}, 8);
    CHECK(copied.id == "7");
    CHECK((copied.text == "Ко"));
}

TEST_CASE("receipt: trailing NULs end the last value") {
    CHECK(read(std::string_view{"id:7\0\0\0\0\0\0\0\0\0\0\0\0", 16}).id == "7");
    CHECK(read(std::string_view{"id:7 stat:EXPIRED err:011\0", 26}).error == "011");
    CHECK(read(std::string_view{"id:7 stat:EXPIRED text:hello\0\0", 30}).text == "hello");
    CHECK(read("id:7\nstat:EXPIRED\ntext:hello\r\n").text == "hello");
}

TEST_CASE("receipt: the text is UTF-8, whatever came") {
    CHECK((read("id:7 stat:EXPIRED text:\xd0\x9a").text == "К"));
    CHECK((read("id:7 stat:EXPIRED text:\xe9t\xe9", {}, 3).text == "été"));
    CHECK((read("id:7 stat:EXPIRED text:t\xe9").text == "t\xef\xbf\xbd"));
    CHECK((read("id:7 stat:\xe9").word == "\xef\xbf\xbd"));
    CHECK((read("\xef\xbb\xbfid:7 stat:EXPIRED").id == "7"));
    CHECK((read("id:\xe9").id == "\xe9"));  // an id stays octet for octet
}

TEST_CASE("receipt: by content, only what begins with id: and has a state and a date or code") {
    for (const Row& row : rows())
        if (row.name == "q102" || row.name == "q086" || row.name == "q097" || row.name == "q091") {
            CAPTURE(row.name);
            CHECK(looks_like_receipt(hex(row.octets), row.data_coding));
        }
    CHECK(looks("id:5 stat:DELIVRD err:0"));
    CHECK(looks(" \r\nID : 5 Stat: delivered Done Date:2601010000"));
    CHECK(looks("id:5 submit date:2601010000 stat:EXPIRED"));
    CHECK_FALSE(looks("id:5 stat:DELIVRD"));                // no date, no code
    CHECK_FALSE(looks("id:5 stat:fine err:0"));             // no state
    CHECK_FALSE(looks("id:5 stat:2 err:0"));                // no state's word
    CHECK_FALSE(looks("id:5 err:0 text:stat:DELIVRD"));     // in the message
    CHECK_FALSE(looks("id:5 err:0 text:hi stat:DELIVRD"));  // in the message
    CHECK_FALSE(looks("id:5 DELIVRD err:0"));               // no stat:
    CHECK_FALSE(looks("id:5 thermostat:DELIVRD err:0"));    // no key
    CHECK_FALSE(looks("My id:5 stat:DELIVRD err:0"));       // begins otherwise
    CHECK_FALSE(looks("stat:DELIVRD err:0 id:5"));
    CHECK_FALSE(looks("idle stat:DELIVRD err:0"));
    CHECK_FALSE(looks("My id: 5005, stat is fine, code 883120"));  // quirk q102
    CHECK_FALSE(looks(""));
    CHECK_FALSE(looks("id"));
}

TEST_CASE("receipt: state_word is the specification's for every state") {
    CHECK(state_word(MessageState::enroute) == "ENROUTE");
    CHECK(state_word(MessageState::delivered) == "DELIVRD");
    CHECK(state_word(MessageState::expired) == "EXPIRED");
    CHECK(state_word(MessageState::deleted) == "DELETED");
    CHECK(state_word(MessageState::undeliverable) == "UNDELIV");
    CHECK(state_word(MessageState::accepted) == "ACCEPTD");
    CHECK(state_word(MessageState::unknown) == "UNKNOWN");
    CHECK(state_word(MessageState::rejected) == "REJECTD");
    CHECK(state_word(static_cast<MessageState>(0)) == "UNKNOWN");
    CHECK(state_word(static_cast<MessageState>(9)) == "UNKNOWN");
}
