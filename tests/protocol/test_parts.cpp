// tests/protocol/test_parts.cpp - user data headers, and parts joined to one text.
#include "protocol/parts.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

UserData flagged(std::string_view digits, const Tlvs& tlvs = {}) {
    return take_apart(hex(digits), true, false, tlvs);
}
UserData unflagged(std::string_view digits, const Tlvs& tlvs = {}) {
    return take_apart(hex(digits), false, false, tlvs);
}
Tlvs sar(std::string_view reference, std::string_view total, std::string_view index) {
    return {{tag::sar_msg_ref_num, hex(reference)},
            {tag::sar_total_segments, hex(total)},
            {tag::sar_segment_seqnum, hex(index)}};
}
PartOf part(std::uint16_t reference, std::uint8_t width, std::uint8_t total, std::uint8_t index) {
    return {reference, width, total, index};
}

}  // namespace

TEST_CASE("parts: a message without header is all text") {
    const UserData data = unflagged("43 6f 64 65");
    CHECK(data.header.empty());
    CHECK(data.data == hex("43 6f 64 65"));
    CHECK_FALSE(data.part);
    CHECK(data.fill_bits == 0);
    CHECK_FALSE(data.header_damaged);
    CHECK(unflagged("").data.empty());
}

TEST_CASE("parts: 8-bit reference (quirk q077)") {
    const UserData data = flagged("05 00 03 2a 02 01  59 6f");
    CHECK(data.header == hex("05 00 03 2a 02 01"));
    CHECK(data.data == hex("59 6f"));
    CHECK(data.part == part(42, 8, 2, 1));
    CHECK(data.fill_bits == 1);
}

TEST_CASE("parts: 16-bit reference (quirk q078)") {
    const UserData data = flagged("06 08 04 be ef 03 03  31");
    CHECK(data.part == part(0xbeef, 16, 3, 3));
    CHECK(data.data == hex("31"));
    CHECK(data.fill_bits == 0);
}

TEST_CASE("parts: the concatenation stands behind another element (quirk q079)") {
    const UserData data = flagged("08 24 01 02 00 03 5c 02 01  54 75");
    CHECK(data.part == part(92, 8, 2, 1));
    CHECK(data.language == Language{2, 0});
    CHECK(data.data == hex("54 75"));
    CHECK(flagged("06 24 01 02 25 01 03  4f").language == Language{2, 3});
}

TEST_CASE("parts: the last of two concatenation elements counts") {
    CHECK(flagged("0b 00 03 01 02 01 08 04 00 07 03 02").part == part(7, 16, 3, 2));
}

TEST_CASE("parts: sar_* TLVs of any width (quirks q057, q080)") {
    CHECK(unflagged("41", sar("4d", "00 02", "00 00 00 01")).part == part(77, 0, 2, 1));
    CHECK(unflagged("41", sar("12 34", "02", "02")).part == part(4660, 0, 2, 2));
    CHECK_FALSE(unflagged("41", sar("00 01 00 00", "02", "02")).part);
    CHECK_FALSE(unflagged("41", sar("12 34", "01 02", "02")).part);
    CHECK_FALSE(unflagged("41", {{tag::sar_msg_ref_num, hex("0001")}}).part);
}

TEST_CASE("parts: of header and sar_* the header wins (quirk q081)") {
    CHECK(flagged("05 00 03 61 02 01 43", sar("00 62", "03", "03")).part == part(0x61, 8, 2, 1));
    CHECK(flagged("05 00 03 61 01 01 43", sar("00 62", "03", "03")).part == part(0x62, 0, 3, 3));
}

TEST_CASE("parts: a total of 0 or 1, or an index outside it, is no part") {
    for (const char* digits : {"05 00 03 01 00 00 41", "05 00 03 01 01 01 41",
                               "05 00 03 01 02 00 41", "05 00 03 01 02 03 41"}) {
        CAPTURE(digits);
        CHECK_FALSE(flagged(digits).part);
        CHECK(flagged(digits).data == hex("41"));
    }
    CHECK(flagged("05 00 03 01 02 02 41").part == part(1, 8, 2, 2));
    CHECK(flagged("05 00 03 01 ff ff 41").part == part(1, 8, 255, 255));
    CHECK_FALSE(unflagged("41", sar("01", "02", "03")).part);
}

TEST_CASE("parts: a concatenation header without the flag (quirk q082)") {
    const UserData data = unflagged("05 00 03 73 02 01  43");
    CHECK(data.part == part(115, 8, 2, 1));
    CHECK(data.data == hex("43"));
    CHECK_FALSE(data.header_damaged);
    CHECK(unflagged("06 08 04 00 73 02 01  43").part == part(115, 16, 2, 1));
    // Anything else is text.
    for (const char* digits :
         {"05 00 03 73 01 01 43", "05 00 03 73 02 03 43", "05 00 03 73 02 00 43", "05 00 03 73 02",
          "06 08 04 00 73 02", "05 01 03 73 02 01 43", "00 03 74 02 01 43",
          "08 24 01 02 00 03 5c 02 01 54"}) {
        CAPTURE(digits);
        CHECK_FALSE(unflagged(digits).part);
        CHECK(unflagged(digits).data == hex(digits));
    }
}

TEST_CASE("parts: a header that lacks its length octet (quirk q082)") {
    const UserData data = flagged("00 03 74 02 01  43 6f");
    CHECK(data.part == part(116, 8, 2, 1));
    CHECK(data.header == hex("05 00 03 74 02 01"));
    CHECK(data.data == hex("43 6f"));
    CHECK(data.header_damaged);
    const UserData wide = flagged("08 04 01 74 03 02  43 6f");
    CHECK(wide.part == part(0x174, 16, 3, 2));
    CHECK(wide.header == hex("06 08 04 01 74 03 02"));
    CHECK(wide.data == hex("43 6f"));
    CHECK(wide.header_damaged);
    CHECK(flagged("08 04 01 74 02 01").part == part(0x174, 16, 2, 1));
    CHECK_FALSE(flagged("08 04 01 74 01 01  43").part);
    CHECK_FALSE(flagged("08 04 01 74 03 04  43").part);
    CHECK_FALSE(flagged("08 04 01 74 03").part);
    // A length of 8 that is one: ports, and an element that nobody knows.
    const UserData ports = flagged("08 04 02 b8 f0 70 02 01 02  41");
    CHECK_FALSE(ports.part);
    CHECK(ports.destination_port == 0xb8);
    CHECK(ports.data == hex("41"));
    // An empty header before text that is no concatenation element.
    CHECK(flagged("00 03 74 01 01  43").data == hex("03 74 01 01 43"));
    CHECK_FALSE(flagged("00 03 74 01 01  43").header_damaged);
}

TEST_CASE("parts: a header longer than the message is not believed (quirk q083)") {
    const UserData data = flagged("7f 00 03 43 6f 64 65 20 32 32 39 31 34 30");
    CHECK(data.header_damaged);
    CHECK_FALSE(data.part);
    CHECK(data.data == hex("65 20 32 32 39 31 34 30"));
    CHECK(flagged("7f 24 01 01 41").language == Language{});
}

TEST_CASE("parts: a concatenation of few parts is believed in a header longer than the message") {
    const UserData data = flagged("0b 00 03 2a 02 01 68 65 6c 6c 6f");
    CHECK(data.header_damaged);
    CHECK(data.part == part(0x2a, 8, 2, 1));
    CHECK(data.data == hex("68 65 6c 6c 6f"));
    CHECK(flagged("7f 08 04 01 2a 02 01 68 65").part == part(0x12a, 16, 2, 1));
    CHECK(flagged("7f 00 03 2a 14 14 68 65").part == part(0x2a, 8, 20, 20));
    CHECK_FALSE(flagged("7f 00 03 2a 15 01 68 65").part);
    CHECK_FALSE(flagged("7f 00 03 2a 02 03 68 65").part);
}

TEST_CASE("parts: no text is lost to a flag that nothing stands behind") {
    CHECK(flagged("59 6f 75 72 20 39 31").data == hex("59 6f 75 72 20 39 31"));  // "Your 91"
    CHECK(flagged("59").data == hex("59"));
    CHECK(flagged("").data.empty());
    CHECK(flagged("").header_damaged);
    CHECK(flagged("02 31 32 33").data == hex("02 31 32 33"));
    CHECK(flagged("00").data.empty());
    CHECK_FALSE(flagged("00").header_damaged);
}

TEST_CASE("parts: an element that runs past the header's end ends it") {
    const UserData data = flagged("07 00 03 61 02 01 24 09  41");
    CHECK(data.part == part(0x61, 8, 2, 1));
    CHECK(data.data == hex("41"));
    CHECK(data.header_damaged);
}

TEST_CASE("parts: elements of other lengths than theirs say nothing") {
    CHECK_FALSE(flagged("06 00 04 61 02 01 00 41").part);
    CHECK_FALSE(flagged("05 08 03 61 02 01 41").part);
    CHECK(flagged("04 24 02 01 01 41").language == Language{});
    CHECK_FALSE(flagged("05 05 03 01 02 03 41").destination_port);
}

TEST_CASE("parts: application ports") {
    CHECK(flagged("06 05 04 0b 84 23 f0 a1").destination_port == 0x0b84);
    CHECK(flagged("04 04 02 f0 01 a1").destination_port == 0xf0);
    CHECK_FALSE(flagged("05 00 03 01 02 01 a1").destination_port);
}

TEST_CASE("parts: receipts have no header whatever the flag says (quirk q100)") {
    const UserData data =
        take_apart(hex("05 00 03 01 02 01 41"), true, true, sar("01", "02", "01"));
    CHECK(data.data == hex("05 00 03 01 02 01 41"));
    CHECK_FALSE(data.part);
}

TEST_CASE("parts: fill bits reach the next septet") {
    CHECK(flagged("03 24 01 01 41").fill_bits == 3);           // 4 octets, 32 bits to 35
    CHECK(flagged("04 70 02 00 00 41").fill_bits == 2);        // 5, 40 to 42
    CHECK(flagged("07 70 05 00 00 00 00 00").fill_bits == 6);  // 8, 64 to 70
}

TEST_CASE("parts: packed parts are joined septet by septet (quirk q076)") {
    const std::vector<TextPiece> pieces{
        {hex("a0e1f1ba4c06c960391a"), 1, Alphabet::gsm7_packed, {}},
        {hex("6e32d006b5296f522040d94d06"), 1, Alphabet::gsm7_packed, {}}};
    CHECK(join_text(pieces).utf8 == "Packed 209472 {€} @end");
}

TEST_CASE("parts: what was cut in two is whole again") {
    const auto joined = [](Alphabet alphabet, std::string_view first, std::string_view second) {
        const std::vector<TextPiece> pieces{{hex(first), 0, alphabet, {}},
                                            {hex(second), 0, alphabet, {}}};
        return join_text(pieces);
    };
    CHECK(joined(Alphabet::gsm7, "41 1b", "65 42").utf8 == "A€B");
    CHECK(joined(Alphabet::utf16be, "0041 d83d", "dd11").utf8 == "A🔑");
    CHECK_FALSE(joined(Alphabet::utf16be, "0041 d83d", "dd11").lossy);
    CHECK(joined(Alphabet::utf8, "41 f0 9f", "94 91").utf8 == "A🔑");
    CHECK(joined(Alphabet::utf16be, "feff 0041", "feff 0042").utf8 == "AB");
    CHECK(joined(Alphabet::utf16be, "fffe 4100", "fffe 4200").utf8 == "AB");
    CHECK(joined(Alphabet::utf16be, "0041", "feff 0042").utf8 == "A\ufeffB");
    CHECK(joined(Alphabet::utf16be, "fe", "feff 0042").utf8 == "\ufefe\uff00\ufffd");
}

TEST_CASE("parts: neighbours of another alphabet or language are read apart") {
    const std::vector<TextPiece> pieces{{hex("41 1b"), 0, Alphabet::gsm7, {}},
                                        {hex("1b 65"), 0, Alphabet::gsm7, {2, 0}},
                                        {hex("04 1a"), 0, Alphabet::utf16be, {}},
                                        {hex("ff 00"), 0, Alphabet::octets, {}},
                                        {hex("e9"), 0, Alphabet::latin1, {}}};
    const Text text = join_text(pieces);
    CHECK(text.utf8 == "A\ufffd€Кé");
    CHECK(text.lossy);
    CHECK(join_text({}).utf8.empty());
}
