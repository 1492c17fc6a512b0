// tests/daemon/notify/test_standard_webhooks.cpp - secrets and signatures.
#include "daemon/notify/standard_webhooks.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::notify;
using namespace std::chrono_literals;

namespace {

// The example of the Standard Webhooks and Svix documentation.
const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const Signed content{"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"};
const std::string expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

pool::Octets octets(std::size_t count) { return pool::Octets(count, 0xa5); }

}  // namespace

TEST_CASE("standard webhooks: the published example gets the published signature") {
    CHECK(signature(secret, content) == expected);
}

TEST_CASE("standard webhooks: id, time, body and secret each change the signature") {
    CHECK(signature(secret, {"msg_other", content.timestamp, content.body}) != expected);
    CHECK(signature(secret, {content.id, content.timestamp + 1, content.body}) != expected);
    CHECK(signature(secret, {content.id, content.timestamp, "{}"}) != expected);
    CHECK(signature(make_secret(octets(24)), content) != expected);
}

TEST_CASE("standard webhooks: a secret that is made can be read again") {
    for (const std::size_t count : {24u, 25u, 26u, 32u, 64u})
        CHECK(parse_secret(make_secret(octets(count))) == octets(count));
    CHECK(make_secret(octets(24)) == "whsec_paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl");
}

TEST_CASE("standard webhooks: other texts are no secrets") {
    CHECK(parse_secret(secret).has_value());
    CHECK_FALSE(parse_secret(""));
    CHECK_FALSE(parse_secret("whsec_"));
    CHECK_FALSE(parse_secret(secret.substr(6)));
    CHECK_FALSE(parse_secret("WHSEC_" + secret.substr(6)));
    CHECK_FALSE(parse_secret(secret + "="));
    CHECK_FALSE(parse_secret(secret + "\n"));
    CHECK_FALSE(parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"));
    CHECK_FALSE(parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*"));
    // 23 octets, and 65.
    CHECK_FALSE(parse_secret("whsec_paWlpaWlpaWlpaWlpaWlpaWlpaWlpaU="));
    std::string long_one = make_secret(octets(63));
    CHECK(parse_secret(long_one).has_value());
    CHECK_FALSE(parse_secret(long_one + "paWl"));
}

TEST_CASE("standard webhooks: two signatures while a secret rotates, then one") {
    pool::Webhook webhook;
    webhook.secret = make_secret(octets(32));
    const pool::WallTime end{1'700'000'000'000ms};
    CHECK(signatures(webhook, content, end) == signature(webhook.secret, content));
    webhook.previous_secret = secret;
    webhook.previous_until = end;
    const std::string fresh = signature(webhook.secret, content);
    CHECK(signatures(webhook, content, end - 1ms) == fresh + " " + expected);
    CHECK(signatures(webhook, content, end) == fresh);
}
