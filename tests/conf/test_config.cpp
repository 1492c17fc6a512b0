// tests/conf/test_config.cpp - what stands in the file becomes values, and every mistake is told
// with its place. Secrets, whole files and the schema have tests of their own.
#include "tests/conf/carrier_text.hpp"

using namespace smppd;
using namespace smppd::test;
using namespace std::chrono_literals;

namespace {

const char* const whole_file =
    "store: {sqlite: /s.db, key: {env: NONE}}\n"
    "control: {socket: /c.sock, group: ops}\n"
    "platform_listeners:\n"
    "  - {listen: '[::1]:2775', allow: [10.0.0.0/8, 192.0.2.1], window: 7, inactivity: 0s}\n"
    "outbind_listener: {listen: 0.0.0.0:2777, allow: [10.9.0.0/16], connections_max: 8}\n"
    "carriers:\n"
    "  acme:\n"
    "    hosts: [smsc1.example:2775, '[2001:db8::1]:3550']\n"
    "    system_id: '007'\n"
    "    password: {env: ACME}\n"
    "    interface_version: 3.3\n"
    "    bind: receiver\n"
    "    binds: 2\n"
    "    profile: odd\n"
    "    rate_per_s: 2.5\n"
    "    timers: {response: 1500ms, reconnect: {from: 2s, to: 2m}}\n"
    "    outbind: {system_id: them}\n"
    "    enabled: false\n"
    "profiles:\n"
    "  odd: {data_coding_0: packed, data_coding_15: utf-8, addresses: gsm7, country: 44,\n"
    "        retry_status: 0x58, receipts: by-content, silence: {factor: 0}}\n"
    "pool: {cool_down: 7d, ttl_max: 1h}\n"
    "retention: {waiting: 2d}\n"
    "limits: {assemblies: 5}\n"
    "log: {level: warning}\n"
    "stop_within: 10s\n";

}  // namespace

TEST_CASE("config: a whole file becomes values") {
    conf::LoadOptions options = with_environment();
    options.checking = true;  // the key's variable is not there
    const conf::Loaded loaded = conf::load_text(whole_file, "t.yaml", options);
    CHECK(loaded.ok());
    const conf::Config& config = loaded.config;
    CHECK(config.file == "t.yaml");
    CHECK(config.store_path == "/s.db");
    CHECK(config.store_key.from == conf::Secret::From::environment);
    CHECK(config.control_socket == "/c.sock");
    CHECK(config.control_group == "ops");
    REQUIRE(config.platform_listeners.size() == 1);
    const conf::PlatformListener& listener = config.platform_listeners[0];
    CHECK(listener.listen == conf::Endpoint{"::1", 2775});
    CHECK(listener.allow == std::vector<std::string>{"10.0.0.0/8", "192.0.2.1/32"});
    CHECK(listener.window == 7);
    CHECK(listener.inactivity == 0s);
    CHECK(listener.response == 30s);  // not given: the default stays
    REQUIRE(config.outbind_listener);
    CHECK(config.outbind_listener->listen == conf::Endpoint{"0.0.0.0", 2777});
    CHECK(config.outbind_listener->connections_max == 8);
    CHECK(config.outbind_listener->unbound_per_address_max == 20);
}

TEST_CASE("config: a whole carrier becomes values") {
    conf::LoadOptions options = with_environment();
    options.checking = true;
    const conf::Config config = conf::load_text(whole_file, "t.yaml", options).config;
    REQUIRE(config.carriers.size() == 1);
    const conf::Carrier& acme = config.carriers[0];
    CHECK(acme.name == "acme");
    CHECK(acme.hosts ==
          std::vector<conf::Endpoint>{{"smsc1.example", 2775}, {"2001:db8::1", 3550}});
    CHECK(acme.system_id == "007");
    CHECK(acme.password.value == "pw-acme");
    CHECK(acme.interface_version == 0x33);
    CHECK(acme.bind == protocol::BindType::receiver);
    CHECK(acme.binds == 2);
    CHECK(acme.rate_per_s == 2.5);
    CHECK(acme.response == 1500ms);
    CHECK(acme.enquire_link == 30s);
    CHECK(acme.reconnect.from == 2s);
    CHECK(acme.reconnect.to == 2min);
    CHECK(acme.reconnect.already_bound == 30s);
    CHECK(acme.outbind_system_id == "them");
    CHECK_FALSE(acme.enabled);
    CHECK(acme.profile_name == "odd");
    CHECK(acme.profile.data_codings ==
          std::map<std::uint8_t, protocol::Alphabet>{{0, protocol::Alphabet::gsm7_packed},
                                                     {15, protocol::Alphabet::utf8}});
    CHECK(acme.profile.addresses_gsm7);
    CHECK(acme.profile.country == "44");
    CHECK(acme.profile.retry_status == protocol::ESME_RTHROTTLED);
    CHECK(acme.profile.receipts == protocol::ReceiptHabit::by_content);
    CHECK(acme.profile.silence.factor == 0);
    CHECK(config.profiles.contains("default"));
    CHECK(config.pool.cool_down == std::chrono::hours{168});
    CHECK(config.pool.ttl_default == 10min);
    CHECK(config.pool.ttl_max == 1h);
    CHECK(config.retention.waiting == std::chrono::hours{48});
    CHECK(config.limits.assemblies == 5);
    CHECK(config.log_level == conf::LogLevel::warning);
    CHECK(config.stop_within == 10s);
}

TEST_CASE("config: all problems come at once, in the order of the file") {
    CHECK(problems_of("pool: {cool_down: 3}\n"
                      "limits: {assemblies: 0}\n"
                      "logs: {level: info}\n") ==
          std::vector<std::string>{
              "1:19 'pool.cool_down' is 3; it must be a time with its unit, such as 500ms, 30s, "
              "10m, 72h or 7d",
              "2:22 'limits.assemblies' is 0; it must be from 1 to 100000000",
              "3:1 unknown key 'logs' in the file [did you mean 'log'?]"});
}

TEST_CASE("config: unknown keys are told with what was meant, or with all there are") {
    CHECK(problem_of("pool:\n  cool_donw: 1h\n") ==
          "2:3 unknown key 'cool_donw' in 'pool' [did you mean 'cool_down'?]");
    CHECK(problem_of("pool:\n  frequency: 1h\n") ==
          "2:3 unknown key 'frequency' in 'pool' [known keys: cool_down, "
          "brand_cool_down, platform_cool_down, ttl_default, ttl_max]");
    CHECK(carrier_problem("    prot: 1\n").substr(0, 38) ==
          "6:5 unknown key 'prot' in 'carriers.ac");
    CHECK(contains(problem_of("<<: {pool: {}}\n"), "1:1 unknown key '<<'"));
    // Sections of later versions are not silently taken.
    CHECK(contains(problem_of("metrics: {listen: 127.0.0.1:9464}\n"), "1:1 unknown key 'metrics'"));
}

TEST_CASE("config: an empty value is not the text null") {
    CHECK(carrier_problem("    system_type:\n    window: 5\n") ==
          "6:5 'carriers.acme.system_type' has no value; it must be from 0 to 12 printable ASCII "
          "characters, none of them a blank at an end");
    CHECK(contains(carrier_problem("    window: ~\n"), "6:5 'carriers.acme.window' has no value"));
    CHECK(problems_of("pool:\ncarriers:\nplatform_listeners:\n").empty());
    CHECK(carrier_problem("    system_type: \"null\"\n").substr(0, 1) == "0");
}

TEST_CASE("config: a key twice is told with both places") {
    CHECK(problem_of("pool: {ttl_max: 1h}\nlog: {level: info}\npool: {ttl_max: 2h}\n") ==
          "3:1 'pool' is given twice; the first is at t.yaml:1:1");
    CHECK(carrier_problem("    window: 5\n    window: 6\n") ==
          "7:5 'carriers.acme.window' is given twice; the first is at t.yaml:6:5");
    CHECK(carrier_problem("  acme: {}\n") ==
          "6:3 'carriers.acme' is given twice; the first is at t.yaml:2:3");
    CHECK(problem_of("carriers: {}\ncarriers: {}\n") ==
          "2:1 'carriers' is given twice; the first is at t.yaml:1:1");
    CHECK(problem_of("profiles: {a: {}, a: {}}\n") ==
          "1:19 'profiles.a' is given twice; the first is at t.yaml:1:12");
}

TEST_CASE("config: numbers are decimal and in range, the edges are in") {
    CHECK(carrier_problem("    window: 0\n") ==
          "6:13 'carriers.acme.window' is 0; it must be from 1 to 10000");
    CHECK(carrier_problem("    window: 10001\n") ==
          "6:13 'carriers.acme.window' is 10001; it must be from 1 to 10000");
    CHECK(problems_of(carrier("    window: 1\n"), with_environment()).empty());
    CHECK(problems_of(carrier("    window: 10000\n"), with_environment()).empty());
    CHECK(carrier_problem("    window: 010\n") ==
          "6:13 'carriers.acme.window' is 010; it must be a decimal number without a leading 0, "
          "from 1 to 10000");
    const std::string must_be = "; it must be a whole number from 1 to 10000";
    for (const std::string text : {"'0x10'", "'ten'", "'1e3'", "'+5'", "'true'"})
        CHECK(carrier_problem("    window: " + text.substr(1, text.size() - 2) + "\n") ==
              "6:13 'carriers.acme.window' is " + text + must_be);
    CHECK(carrier_problem("    window: -1\n") == "6:13 'carriers.acme.window' is -1" + must_be);
    CHECK(carrier_problem("    window: 1.5\n") == "6:13 'carriers.acme.window' is 1.5" + must_be);
    CHECK(carrier_problem("    window: [1]\n") ==
          "6:13 'carriers.acme.window' is a list" + must_be);
    CHECK(carrier_problem("    window: {a: 1}\n") ==
          "6:13 'carriers.acme.window' is a mapping" + must_be);
    CHECK(carrier_problem("    window: \"5\"\n") ==
          "6:13 'carriers.acme.window' is a text in quotes; it must be a whole number from 1 to "
          "10000, without quotes");
    CHECK(carrier_problem("    window: 99999999999999999999999\n") ==
          "6:13 'carriers.acme.window' is 99999999999999999999999; it must be from 1 to 10000");
    CHECK(contains(carrier_problem("    rate_per_s: -1\n"), "it must be a number from 0 to"));
    CHECK(contains(carrier_problem("    rate_per_s: .inf\n"), "it must be a number from 0 to"));
    CHECK(contains(carrier_problem("    rate_per_s: nan\n"), "it must be a number from 0 to"));
}

TEST_CASE("config: times need a unit and stay in their range") {
    const auto ttl_max = [](const std::string& text) {
        return problem_of("pool: {ttl_max: " + text + ", ttl_default: 1s}\n");
    };
    const std::string must_be =
        "; it must be a time with its unit, such as 500ms, 30s, 10m, 72h or 7d";
    CHECK(ttl_max("30") == "1:17 'pool.ttl_max' is 30" + must_be);
    CHECK(ttl_max("0") == "1:17 'pool.ttl_max' is 0" + must_be);
    CHECK(ttl_max("s") == "1:17 'pool.ttl_max' is 's'" + must_be);
    CHECK(ttl_max("1.5h") == "1:17 'pool.ttl_max' is '1.5h'" + must_be);
    CHECK(ttl_max("5 m") == "1:17 'pool.ttl_max' is '5 m'" + must_be);
    CHECK(ttl_max("1h30m") == "1:17 'pool.ttl_max' is '1h30m'" + must_be);
    CHECK(ttl_max("0s") == "1:17 'pool.ttl_max' is '0s'; it must be from 1s to 365d");
    CHECK(ttl_max("366d") == "1:17 'pool.ttl_max' is '366d'; it must be from 1s to 365d");
    CHECK(ttl_max("99999999999999999999d") ==
          "1:17 'pool.ttl_max' is '99999999999999999999d'; it must be from 1s to 365d");
    CHECK(ttl_max("9223372036854775807d") ==
          "1:17 'pool.ttl_max' is '9223372036854775807d'; it must be from 1s to 365d");
    CHECK(ttl_max("1500ms") ==
          "1:17 'pool.ttl_max' is '1500ms'; it must be whole seconds, from 1s to 365d");
    CHECK(problems_of("pool: {ttl_max: 2000ms, ttl_default: 1s}\n").empty());
    CHECK(problems_of("pool: {ttl_max: 365d}\n").empty());
}

TEST_CASE("config: words, names and texts are checked") {
    CHECK(carrier_problem("    bind: trx\n") ==
          "6:11 'carriers.acme.bind' is 'trx'; it must be transceiver, transmitter or receiver");
    CHECK(carrier_problem("    enabled: yes\n") ==
          "6:14 'carriers.acme.enabled' is 'yes'; it must be true or false");
    CHECK(contains(problem_of("carriers: {a.b: {}}\n"), "1:12 'a.b' in 'carriers' is no name"));
    CHECK(contains(carrier_problem("    system_type: 1234567890123\n"), "it must be from 0 to 12"));
    CHECK(problems_of(carrier("    system_type: 123456789012\n"), with_environment()).empty());
    CHECK(contains(carrier_problem("    system_type: \"a\\0b\"\n"), "is 'a?b'; it must be from 0"));
    CHECK(contains(carrier_problem("    system_type: \xc3\xa4\n"), "printable ASCII"));
    CHECK(contains(carrier_problem("    system_type: !env X\n"),
                   "6:18 'carriers.acme.system_type' has a tag"));
    const auto profile = [](const std::string& text) {
        return problem_of("profiles: {p: {" + text + "}}\n");
    };
    CHECK(contains(profile("data_coding_0: ucs2"),
                   "1:31 'profiles.p.data_coding_0' is 'ucs2'; "
                   "it must be gsm7, packed, latin-1, ascii,"));
    for (const char* word :
         {"gsm7", "packed", "latin-1", "ascii", "utf-8", "utf-16be", "utf-16le", "octets",
          "iso-8859-5", "iso-8859-8", "shift-jis", "iso-2022-jp", "euc-jp", "euc-kr"})
        CHECK(profile("data_coding_3: " + std::string(word)) == "0 problems");
    CHECK(contains(profile("data_coding_16: gsm7"), "1:16 unknown key 'data_coding_16'"));
    CHECK(contains(profile("retry_status: ESME_ROK"), "other than ESME_ROK"));
    CHECK(contains(profile("retry_status: 0"), "other than ESME_ROK"));
    CHECK(contains(profile("retry_status: ESME_RNONE"), "other than ESME_ROK"));
    CHECK(contains(profile("country: +44"), "a country calling code"));
    CHECK(contains(profile("country: 044"), "a country calling code"));
    CHECK(problem_of("control: {socket: " + std::string(108, 'a') + "}\n") ==
          "1:19 'control.socket' is '" + std::string(60, 'a') +
              "...'; it must be a path of 1 to 107 octets");
    CHECK(problems_of("control: {socket: " + std::string(107, 'a') + "}\n").empty());
}

TEST_CASE("config: hosts and listeners are HOST:PORT") {
    const auto hosts = [](const std::string& text) {
        return problem_of("carriers:\n  a:\n    hosts: [" + text +
                              "]\n    system_id: s\n    password: {env: ACME}\n",
                          with_environment());
    };
    const std::string must_be =
        "; it must be 'HOST:PORT', such as smsc.example:2775 or "
        "\"[2001:db8::1]:2775\" (in quotes)";
    CHECK(hosts("a.example") == "3:13 'carriers.a.hosts[0]' is 'a.example'" + must_be);
    CHECK(hosts("b:1, a.example") == "3:18 'carriers.a.hosts[1]' is 'a.example'" + must_be);
    CHECK(hosts("a b:1") == "3:13 'carriers.a.hosts[0]' is 'a b:1'" + must_be);
    CHECK(hosts("1.2.3.400:1") == "3:13 'carriers.a.hosts[0]' is '1.2.3.400:1'" + must_be);
    CHECK(hosts("\"[nonsense]:1\"") == "3:13 'carriers.a.hosts[0]' is '[nonsense]:1'" + must_be);
    CHECK(hosts("\"::1:2775\"") ==
          "3:13 'carriers.a.hosts[0]' is '::1:2775'; it must be an IPv6 "
          "address in brackets, then its port: \"[::1]:2775\"");
    for (const char* port : {"0", "65536", "", "x", "02775", "-1"})
        CHECK(contains(hosts("\"a:" + std::string(port) + "\""), "with a port from 1 to 65535"));
    CHECK(hosts("a:1, b:2, a:1") ==
          "3:12 'carriers.a.hosts[2]' is the same as [0]; each host stands once");
    CHECK(hosts("") == "3:12 'carriers.a.hosts' is empty; it must have at least 1");
    CHECK(contains(problem_of("platform_listeners: [{listen: localhost:2775}]\n"),
                   "1:31 'platform_listeners[0].listen' is 'localhost:2775'; it must be "
                   "'ADDRESS:PORT'"));
    CHECK(problem_of("platform_listeners: [{window: 5}]\n") ==
          "1:22 'platform_listeners[0].listen' is missing: ADDRESS:PORT to listen on");
    CHECK(problem_of("platform_listeners: {listen: 127.0.0.1:2775}\n") ==
          "1:21 'platform_listeners' is a mapping; it must be a list");
}

TEST_CASE("config: address blocks have no bits behind their length") {
    const auto allow = [](const std::string& text) {
        return problem_of("platform_listeners: [{listen: 0.0.0.0:1, allow: [" + text + "]}]\n");
    };
    CHECK(allow("10.1.2.3/8") ==
          "1:50 'platform_listeners[0].allow[0]' is '10.1.2.3/8'; it must "
          "be a block without bits behind its length: 10.0.0.0/8");
    CHECK(contains(allow("2001:db8::1/29"), "length: 2001:db8::/29"));
    for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "a.example", "\"::/129\""})
        CHECK(contains(allow(text), "it must be an address block such as 192.0.2.0/24"));
    CHECK(contains(allow("10.0.0.0/32, 0.0.0.0/0, \"::/0\", \"::1\""), "0 problems"));
}

TEST_CASE("config: what is needed is missed") {
    CHECK(problems_of("carriers:\n  acme:\n    window: 5\n") ==
          std::vector<std::string>{
              "2:3 'carriers.acme.system_id' is missing: the login the carrier gave us",
              "2:3 'carriers.acme.hosts' is missing: HOST:PORT in order of preference",
              "warning: 2:3 'carriers.acme.password' is not set; the bind will carry an empty "
              "password"});
    CHECK(contains(carrier_problem("    tls: {key: /nowhere/key.pem}\n"), "2 problems"));
}

TEST_CASE("config: the store's key is needed, smppd does not start without") {
    const auto problem = [](const std::string& text) {
        const conf::Loaded loaded = conf::load_text(text, "t.yaml", checking());
        return loaded.problems.size() == 1 ? told(loaded.problems)[0] : "not one problem";
    };
    CHECK(problem("log: {}\n").starts_with("0:0 'store.key' is missing"));
    CHECK(problem("log: {}\nstore: {sqlite: /s}\n").starts_with("2:1 'store.key' is missing"));
    CHECK(conf::load_text(store, "t.yaml", {}).problems.empty());
}

TEST_CASE("config: anchors may be used, also those that hold themselves") {
    CHECK(problems_of("retention: {messages: &long 60d, receipts: *long}\n").empty());
    CHECK_FALSE(problems_of("pool: &a [*a]\n").empty());
    CHECK_FALSE(problems_of("? [a]\n: 1\n").empty());
    CHECK_FALSE(problems_of(std::string(100'000, '[')).empty());
    CHECK_FALSE(problems_of(std::string(100'000, '{')).empty());
}

TEST_CASE("format: file, line, column, the line and a caret, and the counts") {
    const conf::Loaded loaded = conf::load_text(
        "pool: {ttl_max: 7}\n\"\xc3\xa4\": {\tprot: 1}\n" + store, "dir/smppd.yaml", checking());
    CHECK(
        conf::format(loaded.problems) ==
        "dir/smppd.yaml:1:17: error: 'pool.ttl_max' is 7; it must be a time with its unit, such "
        "as 500ms, 30s, 10m, 72h or 7d\n"
        "  pool: {ttl_max: 7}\n"
        "                  ^\n"
        "dir/smppd.yaml:2:1: error: unknown key '\xc3\xa4' in the file\n"
        "  \"\xc3\xa4\": {\tprot: 1}\n"
        "  ^ known keys: include, store, control, platform_listeners, outbind_listener, carriers, "
        "profiles, pool, workflows, mappings, api, webhooks, sandbox, retention, limits, log, "
        "stop_within\n"
        "2 errors, 0 warnings\n");
    CHECK(conf::format({{"f", 1, 6, "m", "did you mean 'x'?", "\xc3\xa4\tbc", true}}) ==
          "f:1:6: warning: m\n  \xc3\xa4\tbc\n   \t  ^ did you mean 'x'?\n0 errors, 1 warning\n");
    CHECK(conf::format({{"f", 0, 0, "m", {}, {}, false}}) == "f: error: m\n1 error, 0 warnings\n");
    CHECK(conf::format({}).empty());
}
