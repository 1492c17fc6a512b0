// tests/protocol/test_inbound.cpp - a deliver_sm or data_sm, read with its carrier's profile.
#include "protocol/inbound.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

enum class Kind { deliver_sm, data_sm };
enum class Habit { usual, trim_nul, addresses_gsm7, packed };

struct Message {
    Kind kind = Kind::deliver_sm;
    std::uint8_t source_ton = 1;
    std::string source = "447700900250";
    std::uint8_t destination_ton = 1;
    std::string destination = "447700900101";
    std::uint8_t esm_class = 0;
    std::uint8_t data_coding = 0;
    std::string short_message{};  ///< hex
    Tlvs tlvs{};
};

struct Row {
    std::string name;
    Habit habit = Habit::usual;
    std::vector<Message> messages;
    std::vector<std::string> texts;   ///< "~...": the text contains the rest
    std::vector<std::string> octets;  ///< hex, of messages without text
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
#include "tests/protocol/inbound_quirks.inc"
    };
    return all;
}

Profile profile_of(Habit habit) {
    Profile profile;
    profile.country = "44";
    profile.trim_nul = habit == Habit::trim_nul;
    profile.addresses_gsm7 = habit == Habit::addresses_gsm7;
    if (habit == Habit::packed) profile.data_codings[0] = Alphabet::gsm7_packed;
    return profile;
}

template <class Sm>
Sm filled(const Message& message) {
    Sm sm;
    sm.source_addr_ton = message.source_ton;
    sm.source_addr = message.source;
    sm.dest_addr_ton = message.destination_ton;
    sm.destination_addr = message.destination;
    sm.esm_class = message.esm_class;
    sm.data_coding = message.data_coding;
    sm.tlvs = message.tlvs;
    return sm;
}

Pdu pdu_of(const Message& message) {
    if (message.kind == Kind::data_sm) return {{}, filled<DataSm>(message)};
    auto sm = filled<DeliverSm>(message);
    sm.short_message = hex(message.short_message);
    return {{}, sm};
}

Inbound read(const Message& message, const Profile& profile = profile_of(Habit::usual)) {
    return read_inbound(pdu_of(message), profile);
}

/// What the owner gets: texts of whole messages, those of parts joined once all are in.
std::vector<std::string> texts_of(const Row& row) {
    using Key = std::tuple<std::string, std::uint16_t, std::uint8_t, std::uint8_t>;
    std::map<Key, std::map<std::uint8_t, TextPiece>> waiting;
    std::vector<std::string> texts;
    for (const Message& message : row.messages) {
        const Inbound inbound = read(message, profile_of(row.habit));
        const UserData& data = inbound.user_data;
        if (!inbound.is_text) continue;
        if (!data.part) {
            texts.push_back(inbound.text.utf8);
            continue;
        }
        auto& parts =
            waiting[{inbound.source, data.part->reference, data.part->width, data.part->total}];
        parts[data.part->index] = {data.data, data.fill_bits, inbound.alphabet, data.language};
        if (parts.size() != data.part->total) continue;
        std::vector<TextPiece> pieces;
        for (const auto& [index, piece] : parts) pieces.push_back(piece);
        texts.push_back(join_text(pieces).utf8);
    }
    return texts;
}

const Row& row_named(std::string_view name) {
    const auto found = std::find_if(rows().begin(), rows().end(),
                                    [&](const Row& row) { return row.name == name; });
    REQUIRE(found != rows().end());
    return *found;
}

std::vector<Inbound> read_row(std::string_view name) {
    std::vector<Inbound> all;
    const Row& row = row_named(name);
    for (const Message& message : row.messages) all.push_back(read(message, profile_of(row.habit)));
    return all;
}

}  // namespace

TEST_CASE("inbound: the messages of the quirk rows come out as their texts") {
    for (const Row& row : rows()) {
        CAPTURE(row.name);
        const std::vector<std::string> texts = texts_of(row);
        REQUIRE(texts.size() == row.texts.size());
        for (const std::string& wanted : row.texts) {
            CAPTURE(wanted);
            CHECK(std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
                return wanted.starts_with('~') ? text.find(wanted.substr(1)) != std::string::npos
                                               : text == wanted;
            }));
        }
    }
}

TEST_CASE("inbound: data_codings without text keep the octets whole") {
    const Row& row = row_named("q073");
    std::vector<Octets> octets;
    for (const Inbound& inbound : read_row("q073")) {
        if (inbound.is_text) continue;
        CHECK(inbound.text.utf8.empty());
        octets.push_back(inbound.octets);
    }
    REQUIRE(octets.size() == row.octets.size());
    for (std::size_t i = 0; i < octets.size(); ++i) CHECK(octets[i] == hex(row.octets[i]));
}

TEST_CASE("inbound: the octets stay as they were received") {
    CHECK(read_row("q052")[0].octets.size() == 20);  // with its NUL
    CHECK(read_row("q069")[0].octets == hex("436f6465203630e9803431"));
    CHECK(read_row("q069")[0].text.lossy);
    CHECK(read_row("q083")[0].octets == hex("7f0003436f646520323239313430"));
    CHECK(read_row("q077")[0].octets.size() == 21);  // with its header
}

TEST_CASE("inbound: without the profile's word a NUL is the character of code 00") {
    CHECK(read({.short_message = "41 00"}).text.utf8 == "A@");
}

TEST_CASE("inbound: trim_nul drops one NUL as wide as the alphabet's") {
    const Profile profile = profile_of(Habit::trim_nul);
    CHECK(read({.short_message = "41 00 00"}, profile).text.utf8 == "A@");
    CHECK(read({.short_message = "00"}, profile).text.utf8.empty());
    CHECK(read({.short_message = ""}, profile).text.utf8.empty());
    CHECK(read({.data_coding = 8, .short_message = "0041 0000"}, profile).text.utf8 == "A");
    CHECK(read({.data_coding = 8, .short_message = "0041 00"}, profile).text.utf8 == "A");
    CHECK(read({.data_coding = 8, .short_message = "0100"}, profile).text.utf8 == "Ā");
    CHECK(read({.data_coding = 4, .short_message = "41 00"}, profile).user_data.data ==
          hex("4100"));
}

TEST_CASE("inbound: quirk q062, our number in three ways of writing") {
    const auto all = read_row("q062");
    REQUIRE(all.size() == 3);
    for (const Inbound& inbound : all) CHECK(inbound.destination_number == 447700900101);
    CHECK(all[0].destination == "+447700900101");
    CHECK(all[2].destination == "07700900101");
}

TEST_CASE("inbound: sources of any TON and NPI, empty or named") {
    const auto all = read_row("q061");
    REQUIRE(all.size() == 5);
    CHECK(all[0].source_ton == 7);
    CHECK(all[1].source_ton == 255);
    CHECK(all[2].source.empty());
    CHECK(all[3].source == "123456789012345678901");
    CHECK(all[4].source == "My Bank");
    CHECK(read_row("q063")[0].source == "Café_Ñ");
}

TEST_CASE("inbound: the longer of short_message and message_payload is the text") {
    const Tlv payload{tag::message_payload, hex("42 43")};
    CHECK(read({.short_message = "41", .tlvs = {payload}}).text.utf8 == "BC");
    CHECK(read({.short_message = "41 41", .tlvs = {payload}}).text.utf8 == "AA");
    CHECK(read({.short_message = "41 41 41", .tlvs = {payload}}).text.utf8 == "AAA");
    CHECK(read({.kind = Kind::data_sm}).text.utf8.empty());
}

TEST_CASE("inbound: quirk q060, a message_payload of 60000 octets") {
    Octets value = hex("596f757220636f6465206973203737313230342e20");
    value.resize(60000, 0x61);
    const Inbound inbound = read({.tlvs = {{tag::message_payload, value}}});
    CHECK(inbound.text.utf8 == "Your code is 771204. " + std::string(59979, 'a'));
}

TEST_CASE("inbound: a receipt is told by bits 2 to 5 and is no message") {
    // id:1 stat:DELIVRD
    const std::string receipt = "69643a3120737461743a44454c49565244";
    const Inbound inbound = read({.esm_class = 0x04, .short_message = receipt});
    REQUIRE(inbound.receipt);
    CHECK(inbound.receipt->id == "1");
    CHECK(inbound.receipt->state == MessageState::delivered);
    CHECK(inbound.text.utf8.empty());
    CHECK(inbound.user_data.data.empty());
    CHECK_FALSE(read({.short_message = receipt}).receipt);
}

TEST_CASE("inbound: quirk q100, esm_class 44 and no header in the receipt") {
    const Inbound inbound =
        read({.esm_class = 0x44, .short_message = "69643a3120737461743a44454c49565244"});
    REQUIRE(inbound.receipt);
    CHECK(inbound.receipt->id == "1");
}

TEST_CASE("inbound: by content a receipt needs no esm_class") {
    Profile profile = profile_of(Habit::usual);
    // id:1 stat:DELIVRD err:000
    const Message message{.short_message = "69643a3120737461743a44454c49565244206572723a303030"};
    CHECK_FALSE(read(message, profile).receipt);
    profile.receipts = ReceiptHabit::by_content;
    REQUIRE(read(message, profile).receipt);
    CHECK(read(message, profile).receipt->id == "1");
    CHECK_FALSE(read({.short_message = "4869"}, profile).receipt);
}
