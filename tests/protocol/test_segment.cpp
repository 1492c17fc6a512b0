// tests/protocol/test_segment.cpp - texts to the short_messages that carry them, and back.
#include "protocol/parts.hpp"
#include "protocol/segment.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

std::string times(std::size_t count, std::string_view what) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += what;
    return text;
}

Segmented segmented(std::string_view text, std::uint16_t reference = 0x1234,
                    std::uint8_t width = 8) {
    auto result = segment_text(text, reference, width);
    REQUIRE(result.has_value());
    return std::move(*result);
}

/// The text that a receiver makes of it.
std::string received(const Segmented& message) {
    std::vector<TextPiece> pieces;
    for (const Segment& segment : message.segments) {
        UserData data = take_apart(segment.short_message, segment.esm_class == 0x40, false, {});
        REQUIRE_FALSE(data.header_damaged);
        pieces.push_back({std::move(data.data), data.fill_bits,
                          alphabet_of(message.data_coding, Profile{}), data.language});
    }
    return join_text(pieces).utf8;
}

}  // namespace

TEST_CASE("segment: GSM-7 where every character fits, else UCS-2") {
    CHECK(encode_text("Code 12 {€}").data_coding == 0);
    CHECK(encode_text("Code 12 {€}").octets == hex("43 6f 64 65 20 31 32 20 1b28 1b65 1b29"));
    CHECK(encode_text("Код").data_coding == 8);
    CHECK(encode_text("Код").octets == hex("041a 043e 0434"));
    CHECK(encode_text("ç").data_coding == 8);  // the alphabet has the capital one only
    CHECK(encode_text("").data_coding == 0);
    CHECK(encode_text("\xff").octets == hex("fffd"));
}

TEST_CASE("segment: octets are cut at 134, up to 255 parts") {
    const Octets octets(255 * 134 + 1, 0x41);
    const auto first = [&](std::size_t count) {
        return segment_octets(Bytes(octets).first(count), 0x1234);
    };
    REQUIRE(first(140)->size() == 1);
    CHECK((*first(140))[0].esm_class == 0);
    CHECK((*first(140))[0].short_message.size() == 140);
    REQUIRE(first(141)->size() == 2);
    CHECK((*first(141))[0].esm_class == 0x40);
    CHECK((*first(141))[0].short_message.size() == 6 + 134);
    CHECK((*first(141))[1].short_message == hex("050003340202 41414141414141"));
    CHECK(first(268)->size() == 2);
    CHECK(first(269)->size() == 3);
    CHECK(first(255 * 134)->size() == 255);
    CHECK(first(255 * 134 + 1).error() == Errc::too_long);
}

TEST_CASE("segment: 160 septets are one message, 161 are two of at most 153") {
    const Segmented one = segmented(times(160, "a"));
    REQUIRE(one.segments.size() == 1);
    CHECK(one.segments[0].esm_class == 0);
    CHECK(one.segments[0].short_message.size() == 160);
    const Segmented two = segmented(times(161, "a"));
    REQUIRE(two.segments.size() == 2);
    CHECK(two.segments[0].esm_class == 0x40);
    CHECK(two.segments[0].short_message.size() == 6 + 153);
    CHECK(two.segments[1].short_message.size() == 6 + 8);
    CHECK(Octets(two.segments[1].short_message.begin(),
                 two.segments[1].short_message.begin() + 6) == hex("05 00 03 34 02 02"));
}

TEST_CASE("segment: 16-bit references take one septet more") {
    const Segmented two = segmented(times(161, "a"), 0xbeef, 16);
    REQUIRE(two.segments.size() == 2);
    CHECK(two.segments[0].short_message.size() == 7 + 152);
    CHECK(Octets(two.segments[0].short_message.begin(),
                 two.segments[0].short_message.begin() + 7) == hex("06 08 04 beef 02 01"));
}

TEST_CASE("segment: 70 units of UCS-2 are one message, 71 are two of at most 67 or 66") {
    CHECK(segmented(times(70, "д")).segments.size() == 1);
    CHECK(segmented(times(70, "д")).segments[0].short_message.size() == 140);
    const Segmented two = segmented(times(71, "д"));
    REQUIRE(two.segments.size() == 2);
    CHECK(two.data_coding == 8);
    CHECK(two.segments[0].short_message.size() == 6 + 134);
    CHECK(segmented(times(71, "д"), 1, 16).segments[0].short_message.size() == 7 + 132);
}

TEST_CASE("segment: an escape pair is not cut") {
    const std::string text = times(152, "a") + "€" + times(30, "b");
    const Segmented two = segmented(text);
    REQUIRE(two.segments.size() == 2);
    CHECK(two.segments[0].short_message.size() == 6 + 152);
    CHECK(two.segments[1].short_message[6] == 0x1b);
    CHECK(received(two) == text);
    CHECK(segmented(times(151, "a") + "€" + times(30, "b")).segments[0].short_message.size() ==
          159);
}

TEST_CASE("segment: a surrogate pair is not cut") {
    const std::string text = times(66, "д") + "🔑" + times(10, "д");
    const Segmented two = segmented(text);
    REQUIRE(two.segments.size() == 2);
    CHECK(two.segments[0].short_message.size() == 6 + 132);
    CHECK(received(two) == text);
}

TEST_CASE("segment: 255 parts are the most there are") {
    const std::size_t most = std::size_t{255} * 153;
    CHECK(segmented(times(most, "a")).segments.size() == 255);
    const auto more = segment_text(times(most + 1, "a"), 1);
    REQUIRE(more.has_error());
    CHECK(more.error() == Errc::too_long);
}

TEST_CASE("segment: receivers read the text that was sent") {
    for (const std::string& text :
         {std::string(), std::string("Your code is 660914"), times(200, "[€]"), times(100, "🔑a"),
          times(500, "Straße 5 @ Ωmega "), times(99, "验证码 470216 ")}) {
        for (const std::uint8_t width : {std::uint8_t{8}, std::uint8_t{16}})
            CHECK(received(segmented(text, 0xfffe, width)) == text);
    }
}
