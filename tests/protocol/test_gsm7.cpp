// tests/protocol/test_gsm7.cpp - the GSM 7-bit alphabets: every table, escapes, packing.
#include "protocol/text.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>

using namespace smppd::protocol;
using smppd::test::hex;

namespace {

constexpr std::uint8_t escape = 0x1b;
const std::string unknown = "\ufffd";

std::string decoded(const Octets& septets, const Language& language = {}) {
    return decode_text(septets, Alphabet::gsm7, language).utf8;
}
std::string decoded(std::string_view digits, const Language& language = {}) {
    return decoded(hex(digits), language);
}

/// The whole main table, without the escape.
std::string main_table(const Language& language) {
    Octets septets;
    for (std::uint8_t i = 0; i < 0x80; ++i)
        if (i != escape) septets.push_back(i);
    return decoded(septets, language);
}

/// What the single shift table has of its own: code and text, where an escape changes something.
std::map<int, std::string> single_table(std::uint8_t language) {
    std::map<int, std::string> found;
    for (std::uint8_t i = 0; i < 0x80; ++i) {
        const std::string shifted = decoded(Octets{escape, i}, {language, 0});
        if (i != escape && shifted != decoded(Octets{i})) found[i] = shifted;
    }
    return found;
}

std::string utf8_of(char16_t unit) {
    return decode_text(
               Octets{static_cast<std::uint8_t>(unit >> 8), static_cast<std::uint8_t>(unit)},
               Alphabet::utf16be)
        .utf8;
}

}  // namespace

TEST_CASE("gsm7: the default alphabet (quirk q067)") {
    CHECK(main_table({}) ==
          "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
}

TEST_CASE("gsm7: the extension table (quirk q068)") {
    CHECK(decoded("1b14 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40 1b65 1b0a") == "^{}\\[~]|€\f");
    CHECK(single_table(0).size() == 10);
}

TEST_CASE("gsm7: an escape before a code without extension shows the main character") {
    CHECK(decoded("1b41 1b00 1b7f") == "A@à");
    CHECK(decoded("1b1b") == " ");
    CHECK(decoded("1b1b 65") == " e");
    CHECK(decoded("1b1b 1b65") == " €");
    CHECK(decoded("1b07", {0, 1}) == "ı");
    CHECK(decoded("1b0d", {1, 0}) == "\r");
}

TEST_CASE("gsm7: an escape at the end has lost its other half") {
    CHECK(decoded("41 1b") == "A\ufffd");
    CHECK(decode_text(hex("1b"), Alphabet::gsm7).lossy);
    CHECK(decoded("41 1b1b 1b") == "A \ufffd");
}

TEST_CASE("gsm7: octets above 7f are U+FFFD each (quirk q069)") {
    CHECK(decoded("43 e9 80 34") ==
          "C\ufffd\ufffd"
          "4");
    CHECK(decoded("1b e9 34") ==
          "\ufffd"
          "4");
    CHECK(decode_text(hex("80"), Alphabet::gsm7).lossy);
    CHECK_FALSE(decode_text(hex("7f 1b1b 1b41"), Alphabet::gsm7).lossy);
}

TEST_CASE("gsm7: Turkish (quirk q074)") {
    CHECK(main_table({0, 1}) ==
          "@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞŞşßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          "İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§çabcdefghijklmnopqrstuvwxyzäöñüà");
    CHECK(decoded("1b47 1b49 1b53 1b63 1b65 1b67 1b69 1b73", {1, 0}) == "ĞİŞç€ğış");
    CHECK(decoded("1b0a 1b14 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40", {1, 0}) == "\f^{}\\[~]|");
    CHECK(single_table(1).size() == 17);
}

TEST_CASE("gsm7: Spanish has a single shift table only (quirk q075)") {
    CHECK(main_table({0, 2}) == main_table({}));
    CHECK(decoded("1b09 1b41 1b49 1b4f 1b55 1b61 1b65 1b69 1b6f 1b75", {2, 0}) == "çÁÍÓÚá€íóú");
    CHECK(decoded("1b0a 1b14 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40", {2, 0}) == "\f^{}\\[~]|");
    CHECK(single_table(2).size() == 19);
}

TEST_CASE("gsm7: Portuguese (quirk q075)") {
    CHECK(main_table({0, 3}) ==
          "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|ÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?"
          "ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà");
    CHECK(decoded("1b05 1b09 1b0b 1b0c 1b0e 1b0f 1b1f", {3, 0}) == "êçÔôÁáÊ");
    CHECK(decoded("1b12 1b13 1b14 1b15 1b16 1b17 1b18 1b19", {3, 0}) == "ΦΓ^ΩΠΨΣΘ");
    CHECK(decoded("1b41 1b49 1b4f 1b55 1b5b 1b5c 1b61 1b65", {3, 0}) == "ÀÍÓÚÃÕÂ€");
    CHECK(decoded("1b69 1b6f 1b75 1b7b 1b7c 1b7f", {3, 0}) == "íóúãõâ");
    CHECK(decoded("1b0a 1b28 1b29 1b2f 1b3c 1b3d 1b3e 1b40", {3, 0}) == "\f{}\\[~]|");
    // Of 37 characters Φ, Γ, Ω, Π, Ψ, Σ and Θ stand where the default alphabet has them too.
    CHECK(single_table(3).size() == 30);
}

TEST_CASE("gsm7: Indic locking tables follow the order of their Unicode blocks") {
    struct Script {
        std::uint8_t language;
        char16_t block;
        std::size_t blanks;
        std::array<char16_t, 6> last;  ///< what stands at 60 and 7b to 7f
    };
    const std::array<Script, 9> scripts{{
        {4, 0x980, 13, {0x9ce, 0x9d7, 0x9dc, 0x9dd, 0x9f0, 0x9f1}},   // Bengali
        {5, 0xa80, 7, {0xad0, 0xae0, 0xae1, 0xae2, 0xae3, 0xaf1}},    // Gujarati
        {6, 0x900, 0, {0x950, 0x972, 0x97b, 0x97c, 0x97e, 0x97f}},    // Hindi
        {7, 0xc80, 7, {0xcd5, 0xcd6, 0xce0, 0xce1, 0xce2, 0xce3}},    // Kannada
        {8, 0xd00, 7, {0xd57, 0xd60, 0xd61, 0xd62, 0xd63, 0xd79}},    // Malayalam
        {9, 0xb00, 11, {0xb56, 0xb57, 0xb60, 0xb61, 0xb62, 0xb63}},   // Oriya
        {10, 0xa00, 17, {0xa51, 0xa70, 0xa71, 0xa72, 0xa73, 0xa74}},  // Punjabi
        {11, 0xb80, 25, {0xbd0, 0xbd7, 0xbf0, 0xbf1, 0xbf2, 0xbf9}},  // Tamil
        {12, 0xc00, 7, {0xc55, 0xc56, 0xc60, 0xc61, 0xc62, 0xc63}},   // Telugu
    }};
    // Code by code the place in the block; 0x100 and more: that ASCII character; -1: see `last`.
    const auto place = [](int code) -> int {
        constexpr int ascii = 0x100;
        if (code == 0x0a || code == 0x0d || code == 0x20 || code == 0x21) return ascii + code;
        if (code == 0x28) return ascii + ')';
        if (code == 0x29) return ascii + '(';
        if (code == 0x2c || code == 0x2e || (code >= 0x30 && code <= 0x3b) || code == 0x3f)
            return ascii + code;
        if (code > 0x60 && code <= 0x7a) return ascii + code;
        if (code == 0x60 || code > 0x7a) return -1;
        if (code < 0x03) return code + 1;     // candrabindu, anusvara, visarga
        if (code < 0x0a) return code + 2;     // vowels
        if (code < 0x0d) return code + 1;     // vocalic l, candra e
        if (code < 0x1b) return code;         // e to ca
        if (code < 0x20) return code - 1;     // cha to nya
        if (code < 0x28) return code - 3;     // tta to ta
        if (code < 0x2c) return code - 5;     // tha, da
        if (code == 0x2d) return 0x27;        // dha
        if (code == 0x2f) return 0x28;        // na
        if (code < 0x3f) return code - 0x13;  // nnna, pa, pha
        if (code < 0x4e) return code - 0x14;  // ba to ha
        return code - 0x12;                   // nukta to virama
    };
    for (const Script& script : scripts) {
        CAPTURE(int{script.language});
        std::size_t blanks = 0;
        std::size_t last = 0;
        for (std::uint8_t code = 0; code < 0x80; ++code) {
            if (code == escape) continue;
            CAPTURE(int{code});
            const std::string text = decoded(Octets{code}, {0, script.language});
            const int where = place(code);
            if (where == -1) {
                CHECK(text == utf8_of(script.last[last++]));
            } else if (where >= 0x100) {
                CHECK(text == std::string(1, static_cast<char>(where - 0x100)));
            } else if (text == unknown) {
                ++blanks;
            } else {
                CHECK(text == utf8_of(static_cast<char16_t>(script.block + where)));
            }
        }
        CHECK(blanks == script.blanks);
        CHECK(last == 6);
    }
}

TEST_CASE("gsm7: single shift tables of Indic scripts and Urdu share their frame") {
    // The script's own digits and signs at 19 to 27, 2a to 2e and 30 to 3b.
    const std::map<int, std::string> own{
        {4,
         "০১২৩৪৫৬৭৮৯"
         "\u09df\u09e0\u09e1\u09e2\u09e3\u09f2\u09f3\u09f4\u09f5\u09f6\u09f7\u09f8"
         "\u09f9\u09fa"},
        {5, "।॥૦૧૨૩૪૫૬૭૮૯"},
        {6,
         "।॥०१२३४५६७८९"
         "\u0951\u0952\u0953\u0954\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f"
         "\u0960\u0961\u0962\u0963\u0970\u0971"},
        {7,
         "।॥೦೧೨೩೪೫೬೭೮೯"
         "\u0cde\u0cf1\u0cf2"},
        {8,
         "।॥൦൧൨൩൪൫൬൭൮൯"
         "\u0d70\u0d71\u0d72\u0d73\u0d74\u0d75\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f"},
        {9,
         "।॥୦୧୨୩୪୫୬୭୮୯"
         "\u0b5c\u0b5d\u0b5f\u0b70\u0b71"},
        {10,
         "।॥੦੧੨੩੪੫੬੭੮੯"
         "\u0a59\u0a5a\u0a5b\u0a5c\u0a5e\u0a75"},
        {11,
         "।॥௦௧௨௩௪௫௬௭௮௯"
         "\u0bf3\u0bf4\u0bf5\u0bf6\u0bf7\u0bf8\u0bfa"},
        {12,
         "౦౧౨౩౪౫౬౭౮౯"
         "\u0c58\u0c59\u0c78\u0c79\u0c7a\u0c7b\u0c7c\u0c7d\u0c7e\u0c7f"},
        {13,
         "\u0600\u0601۰۱۲۳۴۵۶۷۸۹"
         "\u060c\u060d\u060e\u060f\u0610\u0611\u0612\u0613\u0614\u061b\u061f\u0640"
         "\u0652\u0658\u066b\u066c\u0672\u0673\u06cd"},
    };
    for (const auto& [code, expected] : own) {
        const auto language = static_cast<std::uint8_t>(code);
        CAPTURE(int{language});
        std::string frame, signs;
        for (const auto& [septet, text] : single_table(language)) {
            const bool bracket = septet == 0x28 || septet == 0x29 || septet == 0x2f;
            if (septet < 0x19 || bracket || septet >= 0x3c) {
                frame += text;
            } else {
                signs += text;
            }
        }
        const std::string last = code == 13 ? "\u06d4" : "";
        CHECK(frame == "\u00bf\"\u00a4%&'\f*+-/<=>\u00a1^\u00a1_#*{}\\[~]" + last + "|€");
        CHECK(signs == expected);
        // Codes 00 to 03 and the capitals are where the default alphabet has them.
        CHECK(decoded("1b00 1b01 1b02 1b03", {language, language}) == "@£$¥");
        CHECK(decoded("1b41 1b4d 1b5a", {language, language}) == "AMZ");
    }
}

TEST_CASE("gsm7: Urdu, the locking table") {
    CHECK(
        main_table({0, 13}) ==
        "\u0627\u0622\u0628\u067b\u0680\u067e\u06a6\u062a\u06c2\u067f\n\u0679\u067d\r\u067a\u067c"
        "\u062b\u062c\u0681\u0684\u0683\u0685\u0686\u0687\u062d\u062e\u062f\u068c\u0688\u0689\u068a"
        " !\u068f\u068d\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698"
        "0123456789:;\u069a\u0633\u0634?"
        "\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06a9\u06aa\u06ab\u06af\u06b3\u06b1\u0644\u0645"
        "\u0646\u06ba\u06bb\u06bc\u0648\u06c4\u06d5\u06c1\u06be\u0621\u06cc\u06d0\u06d2\u064d\u0650"
        "\u064f\u0657\u0654abcdefghijklmnopqrstuvwxyz\u0655\u0651\u0653\u0656\u0670");
}

TEST_CASE("gsm7: misprints of the specification are put right") {
    CHECK(decoded("24 3d", {0, 7}) == "ಡಪ");
    CHECK(decoded("1b20", {9, 0}) == "୪");
    CHECK(decoded("1b24 1b25", {11, 0}) == "௮௯");
    CHECK(decoded("1b1c 1b22 1b23", {12, 0}) == "౦౬౭");
}

TEST_CASE("gsm7: languages without a table fall back to the default") {
    for (const std::uint8_t code : {std::uint8_t{14}, std::uint8_t{255}}) {
        CHECK(main_table({0, code}) == main_table({}));
        CHECK(decoded("1b65 1b49", {code, code}) == "€I");
    }
    CHECK(encode_gsm7("€", {14, 14}) == hex("1b65"));
}

TEST_CASE("gsm7: encoding takes the main table first, then the escape") {
    CHECK(encode_gsm7("Code {€}") == hex("43 6f 64 65 20 1b28 1b65 1b29"));
    CHECK(encode_gsm7("@\f") == hex("00 1b0a"));
    CHECK(encode_gsm7("") == Octets{});
    CHECK(encode_gsm7("ğ", {1, 0}) == hex("1b67"));
    CHECK(encode_gsm7("ğ", {1, 1}) == hex("0c"));
    CHECK(encode_gsm7("*¡", {5, 5}) == hex("1b0b 1b13"));
    for (const char* text : {"ç", "ğ", "К", "🔑", "\xff", "a\x1b", "\u00a0", "\ufffd"}) {
        CAPTURE(text);
        CHECK_FALSE(encode_gsm7(text));
    }
    CHECK_FALSE(encode_gsm7(std::string_view("\0", 1)));
}

TEST_CASE("gsm7: what every table shows can be written again") {
    for (std::uint8_t language = 0; language <= 13; ++language) {
        for (int code = 0; code < 0x100; ++code) {
            const auto septet = static_cast<std::uint8_t>(code & 0x7f);
            if (septet == escape) continue;
            const Octets octets = code < 0x80 ? Octets{septet} : Octets{escape, septet};
            const std::string text = decoded(octets, {language, language});
            if (text == unknown) continue;
            const auto encoded = encode_gsm7(text, {language, language});
            REQUIRE(encoded);
            CHECK(encoded->size() <= octets.size());
            CHECK(decoded(*encoded, {language, language}) == text);
        }
    }
}

TEST_CASE("gsm7: packing, with and without fill bits (quirk q076)") {
    const Octets code =
        hex("59 6f 75 72 20 70 61 63 6b 65 64 20 63 6f 64 65 20 69 73 20 32 30 39 34 37 31");
    CHECK(unpack_septets(hex("d9775d0e8287c7eb3219347e93cba0f41c2483e568b718")) == code);
    CHECK(pack_septets(code) == hex("d9775d0e8287c7eb3219347e93cba0f41c2483e568b718"));
    CHECK(decode_text(hex("a0e1f1ba4c06c960391a"), Alphabet::gsm7_packed, {}, 1).utf8 ==
          "Packed 2094");
    CHECK(pack_septets({}).empty());
    CHECK(unpack_septets({}).empty());
    CHECK(unpack_septets(hex("41"), 0) == hex("41"));
    CHECK(unpack_septets(hex("82"), 1) == hex("41"));
    CHECK(unpack_septets(hex("41"), 2).empty());
}

TEST_CASE("gsm7: seven spare bits are no character") {
    const Octets seven(7, 0x41);
    CHECK(pack_septets(seven).size() == 7);
    CHECK(pack_septets(seven)[6] == (0x41 >> 6 | '\r' << 1));
    CHECK(unpack_septets(pack_septets(seven)) == seven);
    Octets zeros = pack_septets(seven);
    zeros[6] &= 0x01;  // as plain packers leave it
    CHECK(unpack_septets(zeros) == seven);
    const Octets eight(8, 0x41);
    CHECK(pack_septets(eight).size() == 7);
    CHECK(unpack_septets(pack_septets(eight)) == eight);
    Octets returned = seven;
    returned.push_back('\r');
    Octets twice = returned;
    twice.push_back('\r');
    CHECK(unpack_septets(pack_septets(returned)) == twice);
    CHECK(unpack_septets(hex("00")) == hex("00"));  // one spare bit: a character
}

TEST_CASE("gsm7: packed septets come back for every length and every fill") {
    for (unsigned fill = 0; fill <= 6; ++fill) {
        Octets septets;
        for (std::uint8_t i = 0; i < 40; ++i) {
            septets.push_back(static_cast<std::uint8_t>(0x7f - i));
            CAPTURE(fill);
            CAPTURE(int{i});
            CHECK(unpack_septets(pack_septets(septets, fill), fill) == septets);
        }
    }
}
