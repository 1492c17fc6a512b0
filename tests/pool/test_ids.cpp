// tests/pool/test_ids.cpp - ids grow whatever the clock does; texts go there and back.
#include "pool/ids.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;
using namespace std::chrono_literals;

namespace {

constexpr WallTime epoch = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};

}  // namespace

TEST_CASE("ids: the time is in the upper bits") {
    Ids ids;
    const Id id = ids.next(epoch + 5ms);
    CHECK(id == (Id{5} << 20));
    CHECK(time_of(id) == epoch + 5ms);
    CHECK(ids.last() == id);
}

TEST_CASE("ids: within a millisecond and when the clock steps back they still grow") {
    Ids ids;
    const Id first = ids.next(epoch + 1h);
    CHECK(ids.next(epoch + 1h) == first + 1);
    CHECK(ids.next(epoch) == first + 2);
    CHECK(ids.next(epoch - 24h) == first + 3);
    CHECK(ids.next(epoch + 1h + 1ms) == first_id_at(epoch + 1h + 1ms));
}

TEST_CASE("ids: a full counter runs into the next millisecond") {
    Ids ids((Id{7} << 20) + 0xFFFFF);
    CHECK(ids.next(epoch + 7ms) == (Id{8} << 20));
    CHECK(ids.next(epoch + 8ms) == (Id{8} << 20) + 1);
}

TEST_CASE("ids: what the store knows is not given again") {
    Ids ids(first_id_at(epoch + 1h) + 9);
    ids.seen(first_id_at(epoch));
    CHECK(ids.next(epoch) == first_id_at(epoch + 1h) + 10);
    ids.seen(first_id_at(epoch + 2h));
    CHECK(ids.next(epoch) == first_id_at(epoch + 2h) + 1);
}

TEST_CASE("ids: none is 0, and times outside of the bits stay inside") {
    CHECK(first_id_at(epoch - 1ms) == 1);
    CHECK(Ids{}.next(epoch) == 1);
    CHECK(first_id_at(WallTime::max()) < (Id{1} << 63));
}

TEST_CASE("ids: a text is 16 digits and sorts like the number") {
    CHECK(id_text(0x0123456789abcdef) == "0123456789abcdef");
    CHECK(id_text(1) == "0000000000000001");
    CHECK(id_text(9) < id_text(10));
    CHECK(parse_id("0123456789abcdef") == Id{0x0123456789abcdef});
}

TEST_CASE("ids: other text is no id") {
    for (const char* text :
         {"", "0000000000000000", "123456789abcdef", "0123456789abcdef0", "0123456789ABCDEF",
          "0123456789abcdeg", "8000000000000000", "+123456789abcdef"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_id(text));
    }
}

TEST_CASE("token: time and chance, 26 digits after ses_") {
    const std::array<std::uint8_t, 10> ones{255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    CHECK(token_text(Token{}) == "ses_00000000000000000000000000");
    CHECK(token_text(make_token(WallTime{} + 1ms, {})) == "ses_00000000010000000000000000");
    CHECK(token_text(make_token(WallTime{}, ones)) == "ses_0000000000zzzzzzzzzzzzzzzz");
    Token all;
    all.octets.fill(0xFF);
    CHECK(token_text(all) == "ses_7zzzzzzzzzzzzzzzzzzzzzzzzz");
}

TEST_CASE("token: texts go back to the octets and sort by time") {
    std::array<std::uint8_t, 10> chance{};
    std::string before;
    for (int i = 0; i < 500; ++i) {
        for (std::size_t k = 0; k < chance.size(); ++k)
            chance[k] = static_cast<std::uint8_t>(i * 37 + static_cast<int>(k) * 11);
        const Token token = make_token(epoch + i * 1ms, chance);
        const std::string text = token_text(token);
        CHECK(text.size() == 30);
        CHECK(parse_token(text) == token);
        CHECK(before < text);
        before = text;
    }
}

TEST_CASE("token: other text is no token") {
    for (const char* text : {"", "ses_", "ses_0000000000000000000000000",
                             "ses_000000000000000000000000000", "ses_80000000000000000000000000",
                             "ses_0000000000000000000000000i", "ses_0000000000000000000000000A",
                             "SES_00000000000000000000000000", "tok_00000000000000000000000000"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_token(text));
    }
}
