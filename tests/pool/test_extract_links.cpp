// tests/pool/test_extract_links.cpp - links that stand for a code, and whose message it is.
#include "pool/extract.hpp"
#include "pool/extract_links.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;

namespace {

std::string link_of(std::string_view text) { return extract(text, "").link; }

std::vector<std::string> links_in(const std::string& text) {
    std::vector<Char> chars = fold_text(text, 4096);
    std::vector<std::string> links;
    for (const Link& link : hide_links(text, chars)) {
        const std::size_t at = chars[link.begin].at;
        links.push_back(text.substr(at, chars[link.end - 1].end - at));
    }
    return links;
}

using Links = std::vector<std::string>;

}  // namespace

TEST_CASE("links: where they begin and end") {
    CHECK(links_in("see https://a.example/x?y=1&z=2.") == Links{"https://a.example/x?y=1&z=2"});
    CHECK(links_in("(http://a.example/x)") == Links{"http://a.example/x"});
    CHECK(links_in("http://a.example/x_(y)") == Links{"http://a.example/x_(y)"});
    CHECK(links_in("リンク：https://a.example/j/Kd 5分") == Links{"https://a.example/j/Kd"});
    CHECK(links_in("Go to www.shop.example now") == Links{"www.shop.example"});
    CHECK(links_in("pwd.example/n/72KdQ1 (30 Min.)") == Links{"pwd.example/n/72KdQ1"});
    CHECK(links_in("app://open/482913") == Links{"app://open/482913"});
    CHECK(links_in("a.example/1, b.example/2") == Links{"a.example/1", "b.example/2"});
    CHECK(links_in("harbour.example") == Links{"harbour.example"});
}

TEST_CASE("links: what is none") {
    for (const std::string text :
         {"your code.it expires", "482913.do not share", "5 mins.Call/SMS us", "A/C no", "3.5/5",
          "maria@mail.example", "e.g. this", "12.03.2026/14", "://", "www.", "..example/x"}) {
        CAPTURE(text);
        CHECK(links_in(text).empty());
    }
}

TEST_CASE("links: what they hold is no code") {
    CHECK(extract("Open v.example/482913 to verify your code", "").code == "");
    CHECK(extract("Your code goes to user482913@mail.example", "").code == "");
}

TEST_CASE("extract: a link to log in, verify, reset, confirm") {
    for (const std::string text :
         {"Tap to sign in: ", "Verify your email: ", "Reset your password here: ",
          "Your Cresta account needs a new password. Set it: ", "Passwort zurücksetzen: ",
          "パスワードの再設定はこちら ", "点击链接完成邮箱验证：", "لإعادة تعيين كلمة المرور "}) {
        CAPTURE(text);
        CHECK(link_of(text + "https://a.example/x/8Kd2") == "https://a.example/x/8Kd2");
    }
    CHECK(link_of("请点击 https://a.example/x/8Kd2 重置密码") == "https://a.example/x/8Kd2");
}

TEST_CASE("extract: other links give nothing") {
    for (const std::string text : {"Track your parcel: ", "Confirm your appointment: ",
                                   "Your bill is ready: ", "Log in to see your statement: ",
                                   "50% off today: ", "New login to your account. Not you? ",
                                   "Confirmez votre livraison : ", "Rate your visit: "}) {
        CAPTURE(text);
        CHECK(link_of(text + "https://a.example/x/8Kd2") == "");
    }
    CHECK(link_of("Log in at bank.example") == "");
}

TEST_CASE("registrable_domain: what an owner registered") {
    CHECK(registrable_domain("www.Shop.example") == "shop.example");
    CHECK(registrable_domain("a.b.shop.co.uk") == "shop.co.uk");
    CHECK(registrable_domain("shop.com.br") == "shop.com.br");
    CHECK(registrable_domain("com.example") == "com.example");
    CHECK(registrable_domain("shop.example.") == "shop.example");
    CHECK(registrable_domain("bit.ly") == "");
    CHECK(registrable_domain("203.0.113.44") == "");
    CHECK(registrable_domain("localhost") == "");
    CHECK(registrable_domain("") == "");
    CHECK(registrable_domain(".") == "");
}

TEST_CASE("brand_of: the sender's name first") {
    CHECK(brand_of("Meadow", "[Other] 482913") == "meadow");
    CHECK(brand_of("AX-KAVERI", "") == "kaveri");
    CHECK(brand_of("VM-GOVSRV-S", "") == "govsrv");
    CHECK(brand_of("Bank  Rimba", "") == "bank rimba");
    CHECK(brand_of("МТС", "") == "мтс");
    CHECK(brand_of("Straßenbank", "") == "strasenbank");
}

TEST_CASE("brand_of: a number or a generic name is no brand, the text tells") {
    for (const std::string sender : {"", "38100", "+447700900417", "INFO", "verify", "SMS"}) {
        CAPTURE(sender);
        CHECK(brand_of(sender, "Code 482913 https://login.shop.co.uk/x") == "shop.co.uk");
        CHECK(brand_of(sender, "482913\n\n@id.meadow.example #482913") == "meadow.example");
        CHECK(brand_of(sender, "[TikTak Ads] 2410 is your code") == "tiktak ads");
        CHECK(brand_of(sender, "[Web발신]\n[푸른카드] 인증번호 508213") == "푸른카드");
        CHECK(brand_of(sender, "【青木云】验证码为630582") == "青木云");
        CHECK(brand_of(sender, "验证码为630582【青木云】") == "青木云");
        CHECK(brand_of(sender, "Lumen Pay: 447190") == "lumen pay");
        CHECK(brand_of(sender, "Your code: 447190") == "");
        CHECK(brand_of(sender, "Code: 447190") == "");
        CHECK(brand_of(sender, "447190 is your code") == "");
        CHECK(brand_of(sender, "go to bit.ly/8Kd2") == "");
        CHECK(brand_of(sender, "") == "");
    }
}

TEST_CASE("brand_of: octets that are no UTF-8, and long texts, do no harm") {
    CHECK(brand_of("\xff\xfe", "\xff[\xfe]") == "");
    CHECK(brand_of("", std::string(1 << 20, '[')) == "");
    CHECK(brand_of("", std::string(1 << 20, '@')) == "");
}
