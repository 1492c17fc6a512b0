// tests/daemon/store/test_fields.cpp - many fields in one value, and back.
#include "daemon/store/fields.hpp"

#include <doctest/doctest.h>

namespace smppd::store {

TEST_CASE("fields: integers take 7 bits an octet, texts their length before them") {
    FieldWriter writer;
    writer(std::uint64_t{0}, 127U, 128U, 300, true, std::string("ab"));
    CHECK(writer.octets() == pool::Octets{0, 0x7f, 0x80, 0x01, 0xac, 0x02, 1, 2, 'a', 'b'});
}

TEST_CASE("fields: all that is written is read again, at the edges of each type") {
    const std::uint64_t wide = UINT64_MAX;
    const std::uint16_t narrow = UINT16_MAX;
    const bool no = false, yes = true;
    const std::string empty, text("a\0b", 3);
    const pool::WallTime before_epoch{std::chrono::milliseconds{-1}};
    std::array<std::uint8_t, 16> token{};
    token.fill(0xff);
    FieldWriter writer;
    writer(wide, narrow, no, yes, empty, text, before_epoch, token);

    std::uint64_t wide_read = 1;
    std::uint16_t narrow_read = 1;
    bool no_read = true, yes_read = false;
    std::string empty_read = "x", text_read;
    pool::WallTime time_read;
    std::array<std::uint8_t, 16> token_read{};
    FieldReader reader(writer.octets());
    reader(wide_read, narrow_read, no_read, yes_read, empty_read, text_read, time_read, token_read);
    CHECK(reader.good());
    CHECK(wide_read == wide);
    CHECK(narrow_read == narrow);
    CHECK_FALSE(no_read);
    CHECK(yes_read);
    CHECK(empty_read.empty());
    CHECK(text_read == text);
    CHECK(time_read == before_epoch);
    CHECK(token_read == token);
}

TEST_CASE("fields: what is cut off anywhere is told, and leaves the fields behind it alone") {
    FieldWriter writer;
    const std::array<std::uint8_t, 16> token{1};
    writer(300, std::string("text"), token, 7);
    for (std::size_t size = 0; size <= writer.octets().size(); ++size) {
        CAPTURE(size);
        int first = -1, last = -1;
        std::string text = "before";
        std::array<std::uint8_t, 16> read{};
        FieldReader reader(std::span(writer.octets()).first(size));
        reader(first, text, read, last);
        CHECK(reader.good() == (size == writer.octets().size()));
        CHECK(first == (size >= 2 ? 300 : -1));
        CHECK(text == (size >= 7 ? "text" : "before"));
        CHECK(read == (size >= 23 ? token : std::array<std::uint8_t, 16>{}));
        CHECK(last == (size >= 24 ? 7 : -1));
    }
}

TEST_CASE("fields: an integer longer than 64 bits is damaged") {
    std::uint64_t value = 5;
    const pool::Octets octets(11, 0x80);
    FieldReader reader(octets);
    reader(value);
    CHECK_FALSE(reader.good());
    CHECK(value == 5);
}

}  // namespace smppd::store
