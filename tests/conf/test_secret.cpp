// tests/conf/test_secret.cpp - secrets come by reference, from files that others cannot read, and
// are in no message.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;

namespace {

/// A carrier whose password is `reference`.
std::string with_password(const std::string& reference) {
    return "carriers:\n"
           "  acme:\n"
           "    hosts: [a.example:2775]\n"
           "    system_id: smppd\n"
           "    password: " +
           reference + "\n" + store;
}

std::string store_key_of(const std::string& octets) {
    Directory directory;
    const std::string path = directory.write("key", octets);
    const conf::Loaded loaded =
        conf::load_text("store: {key: {file: " + path + "}}\n", "t.yaml", {});
    if (!loaded.ok()) return told(loaded.problems).front();
    CHECK(loaded.config.store_key.name == path);
    return loaded.config.store_key.value;
}

}  // namespace

TEST_CASE("secret: a file without its newline") {
    Directory directory;
    for (const std::string end : {"", "\n", "\r\n"}) {
        const std::string path = directory.write("pw", "s3cret" + end, 0640);
        const conf::Loaded loaded =
            conf::load_text(with_password("{file: " + path + "}"), "t.yaml", {});
        REQUIRE(loaded.ok());
        CHECK(loaded.config.carriers[0].password.from == conf::Secret::From::file);
        CHECK(loaded.config.carriers[0].password.name == path);
        CHECK(loaded.config.carriers[0].password.value == "s3cret");
    }
}

TEST_CASE("secret: a file that others may use is refused, also when only checking") {
    Directory directory;
    for (const mode_t mode : {0644U, 0604U, 0602U, 0601U, 0660U}) {
        const std::string path = directory.write("pw", "s3cret", mode);
        for (const bool checking : {false, true}) {
            conf::LoadOptions options;
            options.checking = checking;
            const conf::Loaded loaded =
                conf::load_text(with_password("{file: " + path + "}"), "t.yaml", options);
            CHECK_FALSE(loaded.ok());
            REQUIRE(loaded.problems.size() == 1);
            CHECK(told(loaded.problems)[0].starts_with("5:15 'carriers.acme.password': "));
            CHECK(contains(loaded.problems[0].message, "is open to others (mode 06"));
            CHECK(loaded.config.carriers[0].password.value.empty());
        }
    }
}

TEST_CASE("secret: a file that is not there is an error, a warning when checking") {
    Directory directory;
    const std::string text = with_password("{file: " + (directory / "none") + "}");
    const conf::Loaded loaded = conf::load_text(text, "t.yaml", {});
    CHECK_FALSE(loaded.ok());
    CHECK(contains(problem_of(text, {}), "5:15 'carriers.acme.password': "));
    CHECK(contains(problem_of(text, {}), "cannot be read: No such file or directory"));
    CHECK(conf::load_text(text, "t.yaml", checking()).ok());
    CHECK(problem_of(text, checking()).starts_with("warning: 5:15 "));
    CHECK(contains(problem_of(with_password("{file: " + directory.path() + "}"), {}),
                   "it is a directory"));
    CHECK(contains(problem_of(with_password("{file: /dev/null}"), {}), "it is not a regular file"));
}

TEST_CASE("secret: credentials come from systemd's directory") {
    Directory directory;
    directory.write("acme", "pw\n", 0400);
    conf::LoadOptions options;
    const std::string text = with_password("{credential: acme}");
    CHECK(contains(problem_of(text, options),
                   "5:15 'carriers.acme.password': there are no "
                   "credentials here for 'acme'"));
    options.credentials_directory = directory.path();
    const conf::Loaded loaded = conf::load_text(text, "t.yaml", options);
    REQUIRE(loaded.ok());
    CHECK(loaded.config.carriers[0].password.value == "pw");
    CHECK(contains(problem_of(with_password("{credential: other}"), options),
                   "other cannot be read: No such file"));
    for (const char* name : {"../acme", "/etc/passwd", "..", ".x"})
        CHECK(
            contains(problem_of(with_password("{credential: " + std::string(name) + "}"), options),
                     "is no name of a credential"));
}

TEST_CASE("secret: a variable that is not set") {
    CHECK(problem_of(with_password("{env: NONE}"), {}) ==
          "5:15 'carriers.acme.password': the environment has no variable 'NONE'");
    CHECK(problem_of(with_password("{env: NONE}"), checking()).starts_with("warning: 5:15 "));
}

TEST_CASE("secret: a password is 1 to 8 octets in one line") {
    Directory directory;
    const auto problem = [&](const std::string& octets) {
        return problem_of(with_password("{file: " + directory.write("pw", octets) + "}"), {});
    };
    CHECK(problem("12345678") == "0 problems");
    CHECK(problem("123456789")
              .starts_with("5:15 the secret of 'carriers.acme.password' has more than 8 octets"));
    CHECK(contains(problem(""), "is empty; it must have 1 to 8 octets"));
    CHECK(contains(problem("\n"), "is empty"));
    CHECK(contains(problem("a\nb\n"), "has control characters"));
    CHECK(contains(problem(std::string("a\0b", 3)), "has control characters"));
    CHECK(contains(problem(std::string(5000, 'x')), "has more than 4096 octets"));
}

TEST_CASE("secret: the store's key is 32 octets, or text for them, and taken as it stands") {
    const std::string raw = std::string(31, '\xf0') + '\n';  // its last octet is no newline
    const std::string hex = std::string(62, 'a') + "F0";
    const std::string base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    for (const std::string& good : {raw, hex, hex + "\n", base64, base64 + "=\n"})
        CHECK(store_key_of(good) == good);
    for (const std::string& bad :
         {raw + "x", std::string(31, 'k'), std::string(33, 'k'), std::string(63, 'a'),
          std::string(65, 'a'), std::string(63, 'a') + "g", base64 + "==", "*" + base64.substr(1),
          std::string()})
        CHECK(store_key_of(bad).starts_with("1:14 the secret of 'store.key' is no key"));
    // A variable holds text.
    conf::LoadOptions options;
    options.environment = [&](const std::string& name) -> std::optional<std::string> {
        return name == "HEX" ? hex : std::string(32, 'k');
    };
    CHECK(problem_of("store: {key: {env: HEX}}\n", options) == "0 problems");
    CHECK(contains(problem_of("store: {key: {env: RAW}}\n", options), "64 hexadecimal digits"));
}

TEST_CASE("secret: a key file is made on the first start, so it may be missing") {
    Directory directory;
    const std::string path = directory / "store.key";
    const conf::Loaded loaded =
        conf::load_text("store: {key: {file: " + path + "}}\n", "t.yaml", {});
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.store_key.from == conf::Secret::From::file);
    CHECK(loaded.config.store_key.name == path);
    CHECK(loaded.config.store_key.value.empty());
    // A credential is not ours to make.
    conf::LoadOptions options;
    options.credentials_directory = directory.path();
    CHECK(contains(problem_of("store: {key: {credential: k}}\n", options), "cannot be read"));
}

TEST_CASE("secret: text where a reference belongs is refused and shown nowhere") {
    const std::string secret = "hunter2";
    for (const std::string reference : {"hunter2",
                                        "'hunter2'",
                                        "[hunter2]",
                                        "{hunter2}",
                                        "{hunter2: x}",
                                        "{plain: hunter2}",
                                        "{env: A, hunter2: B}",
                                        "!hunter2 {env: A}",
                                        "!hunter2 x",
                                        "\"hunter2\n      x\"",
                                        "*hunter2",
                                        "|\n      hunter2",
                                        "hunter2: x",
                                        "\"hunter2",
                                        "{env: [hunter2]}",
                                        "@hunter2",
                                        "%hunter2",
                                        "`hunter2`",
                                        "&hunter2",
                                        "",
                                        "{}",
                                        "{env: }"}) {
        CAPTURE(reference.size());
        const conf::Loaded loaded = conf::load_text(with_password(reference), "t.yaml", {});
        CHECK_FALSE(loaded.ok());
        CHECK_FALSE(contains(conf::format(loaded.problems), secret));
    }
    CHECK(problem_of(with_password("hunter2"), {}) ==
          "5:15 'carriers.acme.password' is given as text; a secret is given by reference: "
          "{credential: NAME}, {env: NAME} or {file: PATH}");
}

TEST_CASE("secret: other problems do not show its line either") {
    for (const std::string text :
         {"carriers: {acme: {hosts: [a:1], system_id: s, password: hunter2, windw: 5}}\n",
          "carriers: {acme: {hosts: [a:1], system_id: s, password:hunter2}}\n",
          "carriers: {acme: {hosts: [a:1], system_id: s, pasword: hunter2}}\n",
          "carriers: {acme: {hosts: [a:1], system_id: s, secret: hunter2}}\n",
          "carrier: {acme: {hosts: [a:1], password: hunter2}}\n",
          "carriers: {acme: {hosts: [a:1], password: \"x\n hunter2\", windw: 5}}\n",
          "carriers:\n  acme:\n    password:\n      hunter2: x: y\n",
          "carriers:\n  acme:\n    system_id: s\n    password:hunter2\n    window: 1\n",
          "carriers: {acme: {password: hunter2 \xff}}\n", "store: {key: hunter2, sqlit: x}\n"}) {
        const conf::Loaded loaded = conf::load_text(text, "t.yaml", {});
        CHECK_FALSE(loaded.ok());
        CHECK_FALSE(contains(conf::format(loaded.problems), "hunter2"));
    }
}

TEST_CASE("tls: certificates must be readable, keys not by others") {
    Directory directory;
    const std::string pem = "-----BEGIN CERTIFICATE-----\n";
    const std::string certificate = directory.write("c.pem", pem, 0644);
    const std::string open_key = directory.write("open.key", pem, 0644);
    const std::string key = directory.write("k.pem", pem, 0640);
    const std::string text = directory.write("text", "no certificate");
    const auto problem = [](const std::string& c, const std::string& k) {
        return problem_of("platform_listeners:\n  - listen: 0.0.0.0:1\n    tls: {certificate: " +
                              c + ", key: " + k + "}\n",
                          {});
    };
    CHECK(problem(certificate, key) == "0 problems");
    CHECK(contains(problem(certificate, open_key), "is open to others (mode 0644)"));
    CHECK(contains(problem(text, key), "is no PEM file"));
    CHECK(contains(problem(directory / "none", key), "cannot be read: No such file"));
    CHECK(contains(problem_of("platform_listeners: [{listen: 0.0.0.0:1, tls: {certificate: " +
                                  certificate + "}}]\n",
                              {}),
                   "'platform_listeners[0].tls.key' is missing"));
}
