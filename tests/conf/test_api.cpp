// tests/conf/test_api.cpp - the API on TCP, webhooks, the sandbox and the pool's cool-downs.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;
using namespace std::chrono_literals;

namespace {

conf::Config config_of(const std::string& yaml) {
    const conf::Loaded loaded = conf::load_text(yaml + store, "t.yaml", checking());
    CAPTURE(conf::format(loaded.problems));
    REQUIRE(loaded.ok());
    return loaded.config;
}

/// A carrier that is elsewhere, without fault.
const std::string carrier =
    "carriers: {acme: {hosts: [a.example:2775], system_id: s, password: {env: NONE}}}\n";

/// The problems without that of the carrier's password, which no variable holds here.
std::vector<std::string> problems_with_carrier(const std::string& yaml) {
    std::vector<std::string> problems = problems_of(carrier + yaml);
    std::erase_if(problems, [](const std::string& one) { return contains(one, "password"); });
    return problems;
}

}  // namespace

TEST_CASE("api: a whole section becomes values") {
    const conf::Config config = config_of(
        "api: {listen: [127.0.0.1:8080, '[::1]:8080'], cors_origins: ['*',\n"
        "  https://app.example, 'http://localhost:3000'], connections_max: 7,\n"
        "  body_octets_max: 2048, requests_per_second: 5, burst: 6,\n"
        "  auth_failures_per_minute: 3}\n"
        "webhooks: {allow_http: true, allow_private: true, in_flight_max: 9,\n"
        "  per_host_max: 9, timeout: 1500ms}\n"
        "sandbox: {enabled: false}\n"
        "retention: {events: 3d}\n"
        "pool: {brand_cool_down: 1d, platform_cool_down: 0s}\n");
    CHECK(config.api.listen == std::vector<conf::Endpoint>{{"127.0.0.1", 8080}, {"::1", 8080}});
    CHECK_FALSE(config.api.tls);
    CHECK(config.api.cors_origins ==
          std::vector<std::string>{"*", "https://app.example", "http://localhost:3000"});
    CHECK(config.api.connections_max == 7);
    CHECK(config.api.body_octets_max == 2'048);
    CHECK(config.api.requests_per_second == 5);
    CHECK(config.api.burst == 6);
    CHECK(config.api.auth_failures_per_minute == 3);
    CHECK(config.webhooks.allow_http);
    CHECK(config.webhooks.allow_private);
    CHECK(config.webhooks.in_flight_max == 9);
    CHECK(config.webhooks.per_host_max == 9);
    CHECK(config.webhooks.timeout == 1500ms);
    CHECK_FALSE(config.sandbox.enabled);
    CHECK(config.retention.events == 72h);
    CHECK(config.pool.brand_cool_down == 24h);
    CHECK(config.pool.platform_cool_down == 0s);
}

TEST_CASE("api: without a section nothing listens, and the sandbox is there") {
    const conf::Config config = config_of("");
    CHECK(config.api.listen.empty());
    CHECK(config.api.requests_per_second == 100);
    CHECK(config.api.burst == 200);
    CHECK_FALSE(config.webhooks.allow_http);
    CHECK_FALSE(config.webhooks.allow_private);
    CHECK(config.sandbox.enabled);
    CHECK(config.retention.events == 24h * 30);
    CHECK(config.pool.brand_cool_down == 24h * 7);
    CHECK(config.pool.platform_cool_down == 24h * 45);
}

TEST_CASE("api: clear text that others can reach is warned of, on this machine it is not") {
    CHECK(problem_of("api: {listen: [127.0.0.1:1, 0.0.0.0:2]}\n") ==
          "warning: 1:15 'api.listen[1]' can be reached from elsewhere without TLS: anybody in "
          "between can read keys and codes; set 'api.tls', or have a proxy do it");
    CHECK(problems_of("api: {listen: [127.0.0.2:1, '[::1]:1']}\n").empty());
    Directory directory;
    const std::string pem = directory.write("a.pem", "-----BEGIN CERTIFICATE-----\n");
    CHECK(problems_of("api: {listen: [0.0.0.0:2], tls: {certificate: " + pem + ", key: " + pem +
                      "}}\n")
              .empty());
}

TEST_CASE("api: a port of another listener, and origins with a path, are refused") {
    CHECK(problem_of("platform_listeners: [{listen: 127.0.0.1:2775}]\n"
                     "api: {listen: [127.0.0.1:2775]}\n")
              .starts_with("2:7 'api.listen[0]' is the port of 'platform_listeners[0].listen'"));
    for (const char* text : {"app.example", "https://app.example/", "https://", "HTTPS://a.example",
                             "'https://*.example'", "'null'"}) {
        CAPTURE(text);
        CHECK(contains(problem_of("api: {cors_origins: [" + std::string(text) + "]}\n"),
                       "'api.cors_origins[0]' is"));
    }
    CHECK(contains(problem_of("api: {listen: 127.0.0.1:8080}\n"), "it must be a list"));
    CHECK(contains(problem_of("api: {body_octets_max: 1023}\n"), "from 1024 to"));
    CHECK(contains(problem_of("api: {requests_per_second: 0}\n"), "from 1 to"));
}

TEST_CASE("webhooks: one host has at most all requests") {
    CHECK(problem_of("webhooks: {in_flight_max: 9}\n") ==
          "1:27 'webhooks.per_host_max' (10) is more than 'webhooks.in_flight_max' (9); it must be "
          "at most that");
    CHECK(
        problem_of("webhooks: {per_host_max: 201}\n").starts_with("1:26 'webhooks.per_host_max'"));
    CHECK(problems_of("webhooks: {in_flight_max: 10}\n").empty());
    CHECK(contains(problem_of("webhooks: {timeout: 99ms}\n"), "from 100ms to 2m"));
}

TEST_CASE("sandbox: no carrier has its name") {
    CHECK(problems_of("carriers: {sandbox: {hosts: [a.example:1], system_id: s}}\n").front() ==
          "1:12 a carrier may not be called 'sandbox': the sandbox's numbers have that name");
}

TEST_CASE("pool: a short cool-down is warned of where messages come late") {
    CHECK(problems_with_carrier("pool: {cool_down: 86399s}\n") ==
          std::vector<std::string>{
              "warning: 2:19 'pool.cool_down' is 86399s: carriers try for 24h to 72h, so a "
              "number's next session may get messages for its last one"});
    CHECK(problems_with_carrier("pool: {cool_down: 24h}\n").empty());
    CHECK(problems_with_carrier("workflows: {w: {cool_down: 0s}}\n") ==
          std::vector<std::string>{
              "warning: 2:28 'workflows.w.cool_down' is 0s: carriers try for 24h to 72h, so a "
              "number's next session may get messages for its last one"});
    CHECK(problems_with_carrier("workflows: {w: {cool_down: 24h}}\n").empty());
    // A simulator on this machine keeps nothing back.
    CHECK_FALSE(contains(problem_of("carriers: {sim: {hosts: ['127.0.0.1:2775'], system_id: s}}\n"
                                    "pool: {cool_down: 1s}\n"),
                         "cool_down"));
}
