// tests/conf/test_fitting.cpp - values that are good alone and must fit together; outbind above
// all.
#include "tests/conf/carrier_text.hpp"

using namespace smppd;
using namespace smppd::test;
using namespace std::chrono_literals;

TEST_CASE("config: values must fit together") {
    CHECK(carrier_problem("    profile: defualt\n") ==
          "6:14 'carriers.acme.profile' is 'defualt', which is not under 'profiles'; it must be "
          "default [did you mean 'default'?]");
    CHECK(carrier_problem("    timers: {reconnect: {from: 2m}}\n") ==
          "6:32 'carriers.acme.timers.reconnect.from' (2m) is more than '.to' (1m); it must be at "
          "most that");
    CHECK(carrier_problem("    timers: {reconnect: {to: 500ms}}\n") ==
          "6:30 'carriers.acme.timers.reconnect.from' (1s) is more than '.to' (500ms); it must be "
          "at most that");
    CHECK(problem_of("pool: {ttl_default: 2d}\n") ==
          "1:21 'pool.ttl_default' (2d) is more than 'pool.ttl_max' (1d); it must be at most that");
    CHECK(
        problem_of("platform_listeners:\n  - listen: 0.0.0.0:2775\n  - listen: 127.0.0.1:2775\n") ==
        "3:13 'platform_listeners[1].listen' is the port of 'platform_listeners[0].listen' too; "
        "each listener must have its own");
    CHECK(problem_of("platform_listeners: [{listen: 127.0.0.1:2777}]\n"
                     "outbind_listener: {listen: 127.0.0.1:2777}\n")
              .starts_with("2:28 'outbind_listener.listen' is the port of"));
    CHECK(problems_of("platform_listeners: [{listen: 127.0.0.1:1}, {listen: 127.0.0.2:1},"
                      " {listen: '[::1]:1'}, {listen: 127.0.0.1:2}]\n")
              .empty());
    CHECK(contains(carrier_problem("    tls: {verify: false}\n"),
                   "warning: 6:19 'carriers.acme.tls' neither verifies nor pins"));
}

TEST_CASE("config: outbind needs a listener, a receiving bind and a system_id of its own") {
    CHECK(carrier_problem("    outbind: {system_id: them}\n").starts_with("warning: 6:14 "));
    const std::string listener =
        "    outbind: {system_id: them, password: {env: ACME}}\n"
        "outbind_listener: {listen: 0.0.0.0:1}\n";
    CHECK(problems_of(carrier(listener), with_environment()).empty());
    CHECK(carrier_problem("    bind: transmitter\n" + listener) ==
          "6:11 'carriers.acme.bind' is transmitter; with outbind it must be receiver or "
          "transceiver");
    CHECK(carrier_problem("    outbind: {password: {env: ACME}}\n") ==
          "6:5 'carriers.acme.outbind.system_id' is missing: system_id of the carrier's outbind");
    CHECK(problem_of(
              carrier("    outbind: {system_id: them}\n"
                      "  b: {system_id: s, password: {env: ACME}, outbind: {system_id: them}}\n"
                      "outbind_listener: {listen: 0.0.0.0:1, allow: [10.0.0.0/8]}\n"),
              with_environment()) ==
          "7:65 'carriers.b.outbind.system_id' is that of carrier 'acme' too; it must tell the "
          "carriers apart");
}

TEST_CASE("config: an outbind that anybody may send is told our login, which is worth a warning") {
    const std::string outbind = "    outbind: {system_id: them}\noutbind_listener: ";
    CHECK(carrier_problem(outbind + "{listen: 0.0.0.0:1}\n") ==
          "warning: 6:14 'carriers.acme.outbind' has no 'password' and 'outbind_listener' no "
          "'allow': whoever names this system_id is told our login and password");
    const auto none = [](const std::string& text) {
        return problems_of(carrier(text), with_environment());
    };
    CHECK(none(outbind + "{listen: 0.0.0.0:1, allow: [10.0.0.0/8]}\n").empty());
    CHECK(none("    outbind: {system_id: them, password: {env: ACME}}\n"
               "outbind_listener: {listen: 0.0.0.0:1}\n")
              .empty());
    // Who has to show a certificate is not anybody either; that these are not there is another
    // matter.
    const auto problems = none(outbind +
                               "{listen: 0.0.0.0:1, tls: {certificate: /nowhere/c, "
                               "key: /nowhere/k, client_ca: /nowhere/ca}}\n");
    CHECK(std::none_of(problems.begin(), problems.end(), [](const std::string& problem) {
        return contains(problem, "whoever names");
    }));
}
