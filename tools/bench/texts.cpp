// tools/bench/texts.cpp - see texts.hpp.
#include "tools/bench/texts.hpp"

#include <array>
#include <utility>

namespace smppd::bench {

namespace {

using Sample = std::pair<std::string_view, std::string_view>;

constexpr std::array usual{
    Sample{"english", "482913 is your Meadow login code. Do not share it with anybody. "},
    Sample{"english, grouped", "Your verification code is 482 913. It expires in 10 minutes. "},
    Sample{"letters", "Use G-482913 to verify your account. Nobody of us will ask for it. "},
    Sample{"origin-bound", "Your code is 482913. Never share it.\n\n@shop.example #482913\n"},
    Sample{"german", "Ihr Bestätigungscode lautet 482913. Er gilt 5 Minuten lang. "},
    Sample{"french", "Votre code de vérification est 4829. Ne le communiquez à personne. "},
    Sample{"spanish", "Tu código de Meadow es 482913. No lo compartas con nadie. "},
    Sample{"russian", "Ваш код подтверждения: 482913. Никому его не сообщайте. "},
    Sample{"chinese", "【草地】您的验证码是482913，5分钟内有效，请勿泄露给他人。"},
    Sample{"japanese", "認証コードは482913です。10分以内に入力してください。"},
    Sample{"arabic", "رمز التحقق الخاص بك هو 482913. لا تشاركه مع أي شخص. "},
    Sample{"hindi", "आपका सत्यापन कोड 482913 है। इसे किसी के साथ साझा न करें। "},
    Sample{"link", "Sign in to Meadow: https://meadow.example/login?token=9fQ2x7Lk0c "},
    Sample{"bank, many numbers",
           "Payment of GBP 1,249.90 to 4402 on 12/03 at 14:55. Ref 88120455. Code: 482913. "},
    Sample{"delivery, no code", "Parcel 00340434161094 comes today 14:10-15:40. Call 0800 4402. "},
    Sample{"advertisement", "SALE! 50% off until 31.12. at https://shop.example. Stop: 80501. "},
};

constexpr std::array hostile{
    Sample{"groups of digits", "1234 5678 "},
    Sample{"a word for code", "code "},
    Sample{"word and number", "code 4829 "},
    Sample{"numbers before words", "4829 code is PIN "},
    Sample{"links", "http://a.example/b?code=1 "},
    Sample{"short links", "a.io/x "},
    Sample{"one digit", "1"},
    Sample{"digits and dashes", "1-"},
    Sample{"letters and digits", "a1B2c3 "},
    Sample{"prefixes", "G-"},
    Sample{"full-width digits", "４８２９ "},
    Sample{"marks upon letters", "é̂̃"},
    Sample{"ideographs", "码验"},
    Sample{"origin-bound lines", "@a.io #4\n"},
    Sample{"octets that are no UTF-8", "\xff\xfe"},
    Sample{"brackets", "[【(“"},
};

bool begins_character(char octet) { return (static_cast<unsigned char>(octet) & 0xc0) != 0x80; }

template <std::size_t N>
std::vector<SampleText> made(const std::array<Sample, N>& samples, std::size_t characters,
                             bool goes_on) {
    std::vector<SampleText> all;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        std::string text{samples[i].second};
        // A long message is one with others behind it, as in a digest.
        for (std::size_t j = 1; goes_on && j < samples.size(); ++j)
            text += samples[(i + j) % samples.size()].second;
        all.push_back({std::string(samples[i].first), repeated_to(text, characters)});
    }
    return all;
}

/// What follows the code in a message of one part.
constexpr std::string_view farewell =
    "If you did not ask for this, ignore the message or tell us at our help pages. We never call "
    "you about it. Thank you for being with us, your team. ";

}  // namespace

std::string repeated_to(std::string_view text, std::size_t characters) {
    std::string all;
    std::size_t count = 0;
    for (std::size_t i = 0; !text.empty(); i = (i + 1) % text.size()) {
        if (begins_character(text[i]) && count++ == characters) break;
        all += text[i];
    }
    return all;
}

std::vector<SampleText> usual_texts(std::size_t characters) {
    constexpr std::size_t one_part = 160;
    if (characters > one_part) return made(usual, characters, true);
    std::vector<SampleText> all;
    for (const auto& [name, text] : usual)
        all.push_back({std::string(name),
                       repeated_to(std::string(text) + std::string(farewell), characters)});
    return all;
}

std::vector<SampleText> hostile_texts(std::size_t characters) {
    return made(hostile, characters, false);
}

}  // namespace smppd::bench
