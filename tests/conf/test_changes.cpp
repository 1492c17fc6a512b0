// tests/conf/test_changes.cpp - the keys in which two files differ, whatever sort of value they
// have.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;

namespace {

using Keys = std::vector<std::string>;

conf::Config config_of(const std::string& yaml) {
    return conf::load_text(store + yaml, "t.yaml", checking()).config;
}
Keys changed(const std::string& before, const std::string& after) {
    return conf::changed_keys(config_of(before), config_of(after));
}

}  // namespace

TEST_CASE("changes: a key that is written with its default is no change") {
    CHECK(changed("", "log: {level: info}\nlimits: {commit_queue: 20000}\n").empty());
}

TEST_CASE("changes: each sort of value") {
    CHECK(changed("", "limits: {commit_queue: 1}\n") == Keys{"limits.commit_queue"});
    CHECK(changed("", "retention: {messages: 2d}\n") == Keys{"retention.messages"});
    CHECK(changed("", "log: {level: debug}\n") == Keys{"log.level"});
    CHECK(changed("", "stop_within: 5s\n") == Keys{"stop_within"});
    CHECK(changed("", "sandbox: {enabled: false}\n") == Keys{"sandbox.enabled"});
    CHECK(changed("", "control: {socket: /x, group: y}\n") ==
          Keys{"control.socket", "control.group"});
    CHECK(changed("", "api: {cors_origins: [\"*\"]}\n") == Keys{"api.cors_origins"});
}

TEST_CASE("changes: a secret by another reference") {
    conf::Config one = config_of(""), other = config_of("");
    other.store_key.value = "its file has been made meanwhile";
    CHECK(conf::changed_keys(one, other).empty());
    other.store_key.name = "/elsewhere";
    CHECK(conf::changed_keys(one, other) == Keys{"store.key"});
    one.store_key.name = "/elsewhere";
    other.store_key.from = conf::Secret::From::credential;
    CHECK(conf::changed_keys(one, other) == Keys{"store.key"});
}

TEST_CASE("changes: items of a list, and another length of it") {
    const std::string one = "platform_listeners: [{listen: 127.0.0.1:1}]\n";
    CHECK(changed(one, "platform_listeners: [{listen: 127.0.0.1:1, window: 9}]\n") ==
          Keys{"platform_listeners[0].window"});
    CHECK(changed(one, "platform_listeners: [{listen: 127.0.0.1:2, allow: [10.0.0.0/8]}]\n") ==
          Keys{"platform_listeners[0].listen", "platform_listeners[0].allow"});
    CHECK(changed("platform_listeners: [{listen: 127.0.0.1:1, allow: [10.0.0.0/8]}]\n",
                  "platform_listeners: [{listen: 127.0.0.1:1, allow: [11.0.0.0/8]}]\n") ==
          Keys{"platform_listeners[0].allow[0]"});
    CHECK(changed(one, "") == Keys{"platform_listeners"});
}

TEST_CASE("changes: a mapping that is there in one alone") {
    const std::string listener = "outbind_listener: {listen: 127.0.0.1:1}\n";
    CHECK(changed("", listener) == Keys{"outbind_listener"});
    CHECK(changed(listener, "outbind_listener: {listen: 127.0.0.1:1, connections_max: 9}\n") ==
          Keys{"outbind_listener.connections_max"});
}

TEST_CASE("changes: what stands under names of the user's is not looked at") {
    CHECK(changed("",
                  "carriers: {acme: {system_id: s, hosts: [h:1]}}\n"
                  "profiles: {p: {trim_nul: true}}\n"
                  "workflows: {w: {ttl: 5m}}\n")
              .empty());
}
