// tests/tools/test_smppctl_requests.cpp - where smppctl finds the daemon, and what it asks of it.
#include "tools/smppctl/endpoint.hpp"
#include "tools/smppctl/option_values.hpp"
#include "tools/smppctl/requests.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace smppd::ctl;

namespace {

const Time noon = *parse_time("2026-11-24T12:00:00Z");

/// What `act` fails with; empty when it does not. The code is always that of wrong usage.
template <class Act>
std::string refusal(Act act) {
    try {
        act();
    } catch (const Failure& failure) {
        CHECK(failure.code() == Exit::usage);
        return failure.what();
    }
    return {};
}

Endpoint endpoint(const EndpointWords& words, const std::map<std::string, std::string>& set = {}) {
    return endpoint_of(words, [&](const char* name) {
        const auto found = set.find(name);
        return found == set.end() ? std::string{} : found->second;
    });
}

std::string text_of(const json::object& body) { return json::serialize(body); }

}  // namespace

TEST_CASE("url: scheme, host, port and path are taken apart") {
    const BaseUrl plain = parse_base_url("http://sms.example.com");
    CHECK_FALSE(plain.tls);
    CHECK(plain.host == "sms.example.com");
    CHECK(plain.port == "80");
    CHECK(plain.path.empty());
    CHECK(plain.host_header() == "sms.example.com");
    const BaseUrl full = parse_base_url("https://sms.example.com:8443/gate/");
    CHECK(full.tls);
    CHECK(full.port == "8443");
    CHECK(full.path == "/gate");
    CHECK(full.host_header() == "sms.example.com:8443");
    CHECK(parse_base_url("https://a").port == "443");
    CHECK(parse_base_url("https://a:443").host_header() == "a");
    CHECK(parse_base_url("http://a:443").host_header() == "a:443");
}

TEST_CASE("url: the API's own path may stand at its end") {
    CHECK(parse_base_url("https://a/v1").path.empty());
    CHECK(parse_base_url("https://a/v1/").path.empty());
    CHECK(parse_base_url("https://a/gate/v1").path == "/gate");
    CHECK(parse_base_url("https://a/gatev1").path == "/gatev1");
}

TEST_CASE("url: an IPv6 address stands in brackets") {
    const BaseUrl url = parse_base_url("http://[::1]:8080");
    CHECK(url.host == "::1");
    CHECK(url.port == "8080");
    CHECK(url.host_header() == "[::1]:8080");
    CHECK(url.is_loopback());
    CHECK(parse_base_url("http://[2001:db8::1]").port == "80");
}

TEST_CASE("url: what stays on this machine is known") {
    CHECK(parse_base_url("http://127.0.0.1:8080").is_loopback());
    CHECK(parse_base_url("http://localhost").is_loopback());
    CHECK_FALSE(parse_base_url("http://192.0.2.1").is_loopback());
    CHECK_FALSE(parse_base_url("http://localhost.example.com").is_loopback());
}

TEST_CASE("url: other text is refused with its reason") {
    const auto why = [](std::string_view text) { return refusal([&] { parse_base_url(text); }); };
    CHECK(why("sms.example.com").find("https://") != std::string::npos);
    CHECK(why("ftp://a").find("https://") != std::string::npos);
    CHECK(why("https://").find("no host") != std::string::npos);
    CHECK(why("https:///v1").find("no host") != std::string::npos);
    CHECK(why("https://:443").find("no host") != std::string::npos);
    CHECK(why("https://u:p@a").find("SMPPCTL_KEY") != std::string::npos);
    CHECK(why("https://a/?x=1").find("query") != std::string::npos);
    CHECK(why("https://a#x").find("fragment") != std::string::npos);
    CHECK(why("https://a b").find("blanks") != std::string::npos);
    CHECK(why("https://a\r\nX: y").find("blanks") != std::string::npos);
    CHECK(why("http://[::1").find("bracket") != std::string::npos);
    CHECK(why("http://[::1]x").find("port") != std::string::npos);
    for (const char* text : {"http://a:", "http://a:0", "http://a:65536", "http://a:8x"}) {
        CAPTURE(text);
        CHECK(why(text).find("port") != std::string::npos);
    }
    CHECK(why("http://a:65535").empty());
    CHECK(why("http://a:1").empty());
}

TEST_CASE("endpoint: the socket is where it is unless something else is said") {
    CHECK(endpoint({}).socket_path == "/run/smppd/control.sock");
    CHECK(endpoint({}, {{"SMPPCTL_SOCKET", "/tmp/s"}}).socket_path == "/tmp/s");
    CHECK(endpoint({.socket = "/a"}, {{"SMPPCTL_SOCKET", "/tmp/s"}}).socket_path == "/a");
}

TEST_CASE("endpoint: options stand above the environment, a URL above a socket") {
    const std::map<std::string, std::string> both{{"SMPPCTL_SOCKET", "/tmp/s"},
                                                  {"SMPPCTL_URL", "https://a"}};
    CHECK(endpoint({}, both).url == "https://a");
    CHECK(endpoint({.url = "https://b"}, both).url == "https://b");
    const Endpoint socket = endpoint({.socket = "/b"}, both);
    CHECK(socket.socket_path == "/b");
    CHECK(socket.url.empty());
    CHECK_FALSE(refusal([] { endpoint({.socket = "/b", .url = "https://b"}); }).empty());
}

TEST_CASE("endpoint: the key goes to a URL, without the line break of its file") {
    const std::map<std::string, std::string> set{{"SMPPCTL_KEY", " smppd_live_a_b\r\n"}};
    CHECK(endpoint({.url = "https://a"}, set).key == "smppd_live_a_b");
    CHECK(endpoint({}, set).key.empty());
    CHECK(endpoint({.url = "https://a"}).key.empty());
    const auto broken = [] {
        endpoint({.url = "https://a"}, {{"SMPPCTL_KEY", "a\r\nX-Other: b"}});
    };
    const std::string why = refusal(broken);
    CHECK(why.find("SMPPCTL_KEY") != std::string::npos);
    CHECK(why.find("X-Other") == std::string::npos);
}

TEST_CASE("endpoint: authorities belong to https") {
    CHECK(endpoint({.url = "https://a", .ca = "/ca.pem"}).ca_file == "/ca.pem");
    CHECK_FALSE(refusal([] { endpoint({.url = "http://a", .ca = "/ca.pem"}); }).empty());
    CHECK_FALSE(refusal([] { endpoint({.ca = "/ca.pem"}); }).empty());
}

TEST_CASE("option: durations are seconds, and 0 is one where it may be") {
    CHECK(seconds_of("--ttl", "10m") == 600);
    CHECK(seconds_of("--overlap", "0", Zero::allowed) == 0);
    CHECK(refusal([] { seconds_of("--ttl", "0"); }).starts_with("--ttl: \"0\" is no duration"));
    CHECK(refusal([] { seconds_of("--overlap", "x\x1b", Zero::allowed); }).find('\x1b') ==
          std::string::npos);
}

TEST_CASE("option: a moment is a time from now, or one that is written out") {
    CHECK(moment_of("--expires", "90d", noon) == "2027-02-22T12:00:00.000Z");
    CHECK(moment_of("--expires", "1s", noon) == "2026-11-24T12:00:01.000Z");
    CHECK(moment_of("--expires", "2027-01-31T00:00:00Z", noon) == "2027-01-31T00:00:00.000Z");
    CHECK_FALSE(refusal([] { moment_of("--expires", "2027-01-31", noon); }).empty());
    CHECK_FALSE(refusal([] { moment_of("--expires", "0", noon); }).empty());
}

TEST_CASE("allocation: what is given is asked for, and nothing else") {
    CHECK(text_of(allocation_body({})) == "{}");
    Allocation wish;
    wish.platform = "acme";
    wish.workflow = "signup";
    wish.ttl = "10m";
    wish.number = "44 7700 900101";
    wish.senders = {"Meadow", "4477*"};
    wish.webhook_url = "https://a/h";
    wish.test = true;
    CHECK(text_of(allocation_body(wish)) ==
          R"({"platform":"acme","workflow":"signup","webhook_url":"https://a/h",)"
          R"("expected_senders":["Meadow","4477*"],"number":"+447700900101","ttl_seconds":600,)"
          R"("test":true})");
    wish.ttl = "soon";
    CHECK(refusal([&] { allocation_body(wish); }).starts_with("--ttl"));
}

TEST_CASE("quotas: 0 is a value, absent is none") {
    CHECK(quotas_body({}).empty());
    Quotas quotas;
    quotas.numbers_max = 0;
    quotas.allocations_per_minute = 60;
    quotas.ttl_max = "0";
    CHECK(text_of(quotas_body(quotas)) ==
          R"({"numbers_max":0,"allocations_per_minute":60,"ttl_max_seconds":0})");
    quotas.ttl_max = "30m";
    CHECK(quotas_body(quotas)["ttl_max_seconds"] == 1800);
}

TEST_CASE("key: a platform's is made at the platform, others at the daemon") {
    NewKey key;
    key.platform = "acme";
    CHECK(key_request(key, noon).target == "/v1/platforms/acme/keys");
    CHECK(text_of(key_request(key, noon).body) == "{}");
    key.role = "read-only";
    CHECK(text_of(key_request(key, noon).body) == R"({"role":"read-only"})");
    key = {};
    key.role = "auditor";
    key.scopes = {"sessions:read"};
    key.allow = {"192.0.2.0/24", "2001:db8::/32"};
    key.expires = "90d";
    key.test = true;
    const KeyRequest request = key_request(key, noon);
    CHECK(request.target == "/v1/keys");
    CHECK(text_of(request.body) ==
          R"({"role":"auditor","scopes":["sessions:read"],"allow":["192.0.2.0/24",)"
          R"("2001:db8::/32"],"test":true,"expires_at":"2027-02-22T12:00:00.000Z"})");
}

TEST_CASE("key, account: an update names what is another, and nothing else") {
    KeyUpdate key;
    key.id = "0j3k5m7n9p1q";
    key.allow_anywhere = true;
    key.expires = "90d";
    CHECK(text_of(key_update_body(key, noon)) ==
          R"({"allow":[],"expires_at":"2027-02-22T12:00:00.000Z"})");
    AccountUpdate account;
    account.system_id = "acme1";
    account.binds_max = 8;
    account.tlvs = "no";
    account.long_messages = "udh";
    account.allow = {"192.0.2.0/24"};
    account.disable = true;
    CHECK(text_of(account_update_body(account)) ==
          R"({"binds_max":8,"tlvs":false,"long_messages":"udh","allow":["192.0.2.0/24"],)"
          R"("disabled":true})");
    account.enable = true;
    CHECK(refusal([&] { account_update_body(account); }).find("--enable") != std::string::npos);
    key.allow = {"192.0.2.0/24"};
    CHECK(refusal([&] { key_update_body(key, noon); }).find("--allow") != std::string::npos);
    CHECK(refusal([&] { account_update_body({}); }).find("nothing") != std::string::npos);
    CHECK(refusal([&] { key_update_body({}, noon); }).find("nothing") != std::string::npos);
}

TEST_CASE("key: role and platform have to fit") {
    const auto why = [](const char* platform, const char* role) {
        NewKey key;
        key.platform = platform;
        key.role = role;
        return refusal([&] { key_request(key, noon); });
    };
    CHECK(why("", "").find("--platform") != std::string::npos);
    for (const char* role : {"platform", "read-only"}) {
        CHECK(why("", role).find("--platform") != std::string::npos);
        CHECK(why("acme", role).empty());
    }
    for (const char* role : {"owner", "operator", "auditor"}) {
        CHECK(why("", role).empty());
        CHECK(why("acme", role).find("all platforms") != std::string::npos);
    }
}

TEST_CASE("rotation: the daemon's own overlap holds unless one is given") {
    CHECK(text_of(overlap_body({"a", ""})) == "{}");
    CHECK(text_of(overlap_body({"a", "24h"})) == R"({"overlap_seconds":86400})");
    CHECK(text_of(overlap_body({"a", "0"})) == R"({"overlap_seconds":0})");
}

TEST_CASE("webhook: what is to be changed is told, contradictions are refused") {
    WebhookUpdate update;
    CHECK_FALSE(refusal([&] { webhook_changes(update); }).empty());
    update.enable = true;
    CHECK(text_of(webhook_changes(update)) == R"({"disabled":false})");
    update.disable = true;
    CHECK_FALSE(refusal([&] { webhook_changes(update); }).empty());
    update = {};
    update.disable = update.all_events = true;
    update.description = "";
    CHECK(text_of(webhook_changes(update)) == R"({"description":"","events":[],"disabled":true})");
    update.events = {"code.received"};
    CHECK_FALSE(refusal([&] { webhook_changes(update); }).empty());
}

TEST_CASE("webhook: a new one has what is given only") {
    NewWebhook made;
    made.url = "https://a/h";
    CHECK(text_of(webhook_body(made)) == R"({"url":"https://a/h"})");
    made.events = {"code.received", "session.expired"};
    made.sessions_only = made.test = true;
    CHECK(text_of(webhook_body(made)) ==
          R"({"url":"https://a/h","events":["code.received","session.expired"],)"
          R"("sessions_only":true,"test":true})");
}

TEST_CASE("replay: hours that have begun count") {
    CHECK(text_of(replay_body("")) == "{}");
    CHECK(text_of(replay_body("1s")) == R"({"since_hours":1})");
    CHECK(text_of(replay_body("1h")) == R"({"since_hours":1})");
    CHECK(text_of(replay_body("1h1s")) == R"({"since_hours":2})");
    CHECK(text_of(replay_body("30d")) == R"({"since_hours":720})");
}

TEST_CASE("requests: of a number what is given is to change, and an empty word goes away") {
    NumberUpdate update;
    CHECK_FALSE(refusal([&] { number_changes(update); }).empty());
    update.carrier = "";
    update.area = "Leeds";
    update.tags = {"a", "b"};
    update.monthly_cost = "1.25";
    CHECK(text_of(number_changes(update)) ==
          R"({"carrier":null,"area":"Leeds","tags":["a","b"],"monthly_cost_micros":1250000})");
    update.no_tags = true;
    CHECK_FALSE(refusal([&] { number_changes(update); }).empty());
    update.tags.clear();
    CHECK(json::serialize(number_changes(update).at("tags")) == "[]");
    update.monthly_cost = "much";
    CHECK(refusal([&] { number_changes(update); }).find("--monthly-cost") != std::string::npos);
}
