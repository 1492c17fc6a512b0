// tests/pool/test_extract_codes.cpp - the looks of codes, and of numbers that are none.
#include "pool/extract.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;

namespace {

std::string code_of(std::string_view text) { return extract(text, "").code; }

/// Whether `number` is among the candidates of a text that announces a code.
bool is_candidate(const std::string& number) {
    const Extraction found = extract("code " + number + " .", "");
    return !found.candidates.empty();
}

}  // namespace

TEST_CASE("fold_code: what was typed and what was sent become the same") {
    CHECK(fold_code("482 913") == "482913");
    CHECK(fold_code(" 482-913\n") == "482913");
    CHECK(fold_code("4·8·2·9") == "4829");
    CHECK(fold_code("KQRT-482913") == "482913");
    CHECK(fold_code("KQRTZ-482913") == "KQRTZ482913");
    CHECK(fold_code("KQRT-4829") == "KQRT4829");
    CHECK(fold_code("rx4-77k") == "RX477K");
    CHECK(fold_code("ＲＸ４７７Ｋ") == "RX477K");
    CHECK(fold_code("٧٣٠٤١٩") == "730419");
    CHECK(fold_code("۲۰۴۴۱۷") == "204417");
    CHECK(fold_code("४८१९") == "4819");
    CHECK(fold_code("၈၈၄၁") == "8841");
    CHECK(fold_code("4️⃣8️⃣2️⃣9️⃣") == "4829");
    CHECK(fold_code("é1") == "E1");
    CHECK(fold_code("") == "");
    CHECK(fold_code(" - ") == "");
}

TEST_CASE("fold_code: the letters of a service go, those of a code stay") {
    CHECK(fold_code("G-482913") == "482913");
    CHECK(fold_code("g – 4829") == "4829");
    CHECK(fold_code("FB-60418") == "60418");
    CHECK(fold_code("FB-6041") == "FB6041");
    CHECK(fold_code("G-482") == "G482");
    CHECK(fold_code("G482913") == "G482913");
    CHECK(fold_code("ABC-48291") == "ABC48291");
    CHECK(fold_code("G-48K913") == "G48K913");
}

TEST_CASE("fold_code: folding again changes nothing, and other letters are kept apart") {
    for (const std::string typed :
         {"G-482913", "RX4-77K", "ab-12", "К-48", "482 913", "1\u03a2", "ΣΣς1"}) {
        CAPTURE(typed);
        CHECK(fold_code(fold_code(typed)) == fold_code(typed));
    }
    CHECK(fold_code("4829ж") != fold_code("4829"));
    CHECK(fold_code(std::string(100'000, '7')).size() == 64);
}

TEST_CASE("extract: groups of digits") {
    CHECK(code_of("code 482-913") == "482913");
    CHECK(code_of("code 48 29 13") == "482913");
    CHECK(code_of("code 4-4-1-7-0-9") == "441709");
    CHECK(code_of("code 4 7 1 9") == "4719");
    CHECK(code_of("code 4410-9827") == "44109827");
    CHECK(code_of("code 482\xE2\x80\x91"
                  "913") == "482913");  // a dash that does not break
    CHECK(code_of("code 482\xC2\xA0"
                  "913") == "482913");  // nor this blank
    CHECK(code_of("code 331 8907") == "3318907");
    // What follows is no group of it.
    CHECK(code_of("code 482 913 10 minutes") == "482913");
    CHECK(code_of("code 4829 10 min") == "4829");
    CHECK(code_of("验证码482913,5分钟内有效") == "482913");
}

TEST_CASE("extract: marks and words that touch a code") {
    for (const std::string text :
         {"code:482913", "code=482913", "code: *482913*", "code (482913)", "code [482913]",
          "code \"482913\"", "code 482913.", "OTP482913", "OTP-482913", "482913-is your code",
          "コード「482913」", "인증번호 482913입니다", "код482913"}) {
        CAPTURE(text);
        CHECK(code_of(text) == "482913");
    }
}

TEST_CASE("extract: amounts, times, dates and longer numbers are no candidates") {
    for (const std::string number :
         {"1,250.00",       "1.250,00",   "1'250",        "35,900",        "12:30",
          "14:05:33",       "12/03/2026", "12.03.2026",   "2026-03-12",    "$4829",
          "€ 4829",         "4829 €",     "4829%",        "+447700900417", "1234 5678 9012 3456",
          "2044-1773-3109", "*4417",      "••4417",       "XX4417",        "XXXX 4417",
          "...4417",        "*150*2041#", "7012**33",     "50MB",          "100k",
          "24hrs",          "_4829",      "482913771904", "0800 555 0199"}) {
        CAPTURE(number);
        CHECK_FALSE(is_candidate(number));
    }
    for (const std::string number : {"4829", "482913", "482-913", "RX4-77K", "9K4TZ"}) {
        CAPTURE(number);
        CHECK(is_candidate(number));
    }
}

TEST_CASE("extract: what other numbers are of is not the code") {
    for (const std::string text :
         {"Order 482913 confirmed. Your code follows.",
          "Your card ending 4829. Never share your OTP.", "Call 1930 if anyone asks for your OTP",
          "Text WIN to 60777 for your code", "Room 2041, the access code comes by mail",
          "Bus 4829 leaves at 1930", "Reply STOP to 36111. Ne partagez jamais votre code",
          "We never ask for your PIN. Dial 4455"}) {
        CAPTURE(text);
        CHECK(code_of(text) == "");
    }
    CHECK(code_of("Room 2041: your access code is 482913, order 55012") == "482913");
    CHECK(code_of("Your code for card ending 4829 is 771904") == "771904");
}

TEST_CASE("extract: coupons are no codes, whatever they are called") {
    CHECK(code_of("Use code SPRING40 for 40% off") == "");
    CHECK(code_of("10% Rabatt mit Code FRUEHLING10") == "");
    CHECK(code_of("Use code RX477K to log in") == "RX477K");
}

TEST_CASE("extract: letters count where they are announced") {
    CHECK(code_of("Your access code: HBKQTR") == "HBKQTR");
    CHECK(code_of("HXKQPT is your verification code") == "HXKQPT");
    CHECK(code_of("Your temporary password is mK7pQ2xv.") == "MK7PQ2XV");
    CHECK(code_of("Your OTP: NEVER share it") == "");
    CHECK(code_of("OTP sent by SMS to MARIA") == "");
    CHECK(code_of("Your code is below") == "");
}

TEST_CASE("extract: a retriever's hash is not the code") {
    CHECK(code_of("<#> Your code is 482913\nk3Jd9QxR2+z") == "482913");
    CHECK(code_of("<#> Tap to go on\nk3Jd9QxR2+z") == "");
    CHECK(code_of("code\nAB3DE9GH1JK") == "");
}
