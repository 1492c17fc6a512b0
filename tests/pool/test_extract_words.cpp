// tests/pool/test_extract_words.cpp - folding of scripts, and the table of words.
#include "pool/extract_keywords.hpp"
#include "pool/extract_reading.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;

namespace {

std::u32string folded(std::string_view text) {
    std::u32string out;
    for (const Char& c : fold_text(text, 1000)) out += c.folded;
    return out;
}

std::vector<std::string> words_with(std::string_view text, Sense sense) {
    const Reading r(text, 1000);
    std::vector<std::string> words;
    for (const Hit& hit : r.hits)
        if (hit.has(sense)) words.emplace_back(r.octets(hit.begin, hit.end));
    return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("fold: case, marks, width and digits of many scripts") {
    CHECK(folded("ÀÉîøßŁđıİǎ") == U"aeiosldiia");
    CHECK(folded("Mã xác thực") == U"ma xac thuc");
    CHECK(folded("ΚΩΔΙΚΌΣ κωδικός") == U"κωδικοσ κωδικοσ");
    CHECK(folded("КОД Ёж Ўз") == U"код еж ўз");
    CHECK(folded("ԿՈԴ") == U"կոդ");
    CHECK(folded("ＯＴＰ：９") == U"otp:9");
    CHECK(folded("٣۳३৩๓") == U"33333");
    CHECK(folded("كلمة") == folded("کلمه"));
    CHECK(folded("e\u0301") == U"e");
    CHECK(folded("a\u200bb\u200ec") == U"abc");
    CHECK(folded("\xff"
                 "a\xc3") ==
          U"\xfffd"
          U"a\xfffd");
}

TEST_CASE("fold: a character knows its octets, with the marks upon it") {
    const std::vector<Char> chars = fold_text("é1e\u0301x", 10);
    REQUIRE(chars.size() == 4);
    CHECK(chars[0].at == 0);
    CHECK(chars[0].end == 2);
    CHECK(chars[2].at == 3);
    CHECK(chars[2].end == 6);
    CHECK(chars[0].marked);
    CHECK_FALSE(chars[3].marked);
    CHECK(fold_text("abcdef", 3).size() == 3);
    CHECK(fold_text("a\u0301\u0301\u0301", 3).size() == 1);
}

TEST_CASE("words: the table covers the world") {
    CHECK(keyword_table_size().languages >= 90);
    CHECK(keyword_table_size().words >= 8000);
}

TEST_CASE("words: whole words, stems, endings, scripts without blanks") {
    CHECK(words_with("Your OTP is", Sense::strong) == Words{"OTP"});
    CHECK(words_with("footpath, otpx", Sense::strong).empty());
    CHECK(words_with("kodunuz", Sense::code) == Words{"kodunuz"});
    CHECK(words_with("Einmalcode", Sense::strong) == Words{"Einmalcode"});
    CHECK(words_with("Hauscode", Sense::code) == Words{"code"});
    CHECK(words_with("您的验证码是", Sense::strong) == Words{"验证码"});
    CHECK(words_with("رقم والرمز هنا", Sense::code).size() == 1);
    CHECK(words_with("ONE-TIME\npassword", Sense::strong) == Words{"ONE-TIME\npassword"});
    CHECK(words_with("Don't share", Sense::warn) == Words{"Don't share"});
    CHECK(words_with("page d'inscription", Sense::verify) == Words{"inscription"});
    CHECK(words_with("per completare l’accesso", Sense::verify) == Words{"accesso"});
}

TEST_CASE("words: the longer one hides what is in it") {
    CHECK(words_with("promo code", Sense::code).empty());
    CHECK(words_with("promo code", Sense::promo) == Words{"promo code"});
    CHECK(words_with("取件码", Sense::object) == Words{"取件码"});
    CHECK(words_with("previous code", Sense::code).empty());
}

TEST_CASE("words: none goes on within a bracket or behind a colon") {
    CHECK(words_with("OTP ref 4417", Sense::strong).empty());
    CHECK(words_with("OTP (ref 4417)", Sense::strong) == Words{"OTP"});
    CHECK(words_with("OTP: ref 4417", Sense::strong) == Words{"OTP"});
}

TEST_CASE("words: marks matter where the table says so") {
    CHECK(words_with("mã 482913", Sense::code) == Words{"mã"});
    CHECK(words_with("ma 482913", Sense::code).empty());
}

TEST_CASE("reading: the end of a sentence is far, that of an abbreviation is not") {
    const auto steps = [](std::string_view text) { return Reading(text, 1000).steps.back(); };
    CHECK(steps("a. B") > 30);
    CHECK(steps("nr. 5") < 20);
    CHECK(steps("1.250") < 20);
    CHECK(steps("a।b") > 30);
    CHECK(Reading("One. Two! Three", 1000).sentence.back() == 2);
    CHECK(Reading("No. 5 of 7", 1000).sentence.back() == 0);
}
