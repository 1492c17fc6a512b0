// tests/conf/test_workflows.cpp - workflows become values, and must fit the pool and themselves.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;
using namespace std::chrono_literals;

namespace {

/// The only problem of a workflow w with these keys; column 17 is the first of them.
std::string workflow_problem(const std::string& keys, const std::string& more = {}) {
    return problem_of("workflows: {w: {" + keys + "}}\n" + more);
}

bool fine(const std::string& keys) { return workflow_problem(keys) == "0 problems"; }

pool::Workflow workflow(const std::string& keys) {
    const conf::Loaded loaded =
        conf::load_text("workflows: {w: {" + keys + "}}\n" + store, "t.yaml", checking());
    CAPTURE(conf::format(loaded.problems));
    REQUIRE(loaded.ok());
    return loaded.config.workflows.at("w");
}

const std::string outbound = "direction: outbound, template: {en: 'It is {code}'}";

}  // namespace

TEST_CASE("workflow: a whole one becomes values") {
    const pool::Workflow w = workflow(
        "direction: inbound, ttl: 1m, ttl_max: 2m, regions: [US, GB],\n"
        " code: {length: 4-8, alphabet: digits}, expected_senders: [Google, +4477*, 3M],\n"
        " attempts: 20, release_on: [failed], rotation: sticky, cool_down: 1d,\n"
        " brand_cool_down: 0s, next_step: {verified: go, failed: stop}, elevated: true,\n"
        " swaps_max: 0, isolation_group: banking, tag: mobile");
    CHECK(w.name == "w");
    CHECK(w.direction == pool::Direction::inbound);
    CHECK(w.ttl == 1min);
    CHECK(w.ttl_max == 2min);
    CHECK(w.regions == std::vector<std::string>{"US", "GB"});
    CHECK(w.code.length_min == 4);
    CHECK(w.code.length_max == 8);
    CHECK_FALSE(w.code.letters);
    CHECK(w.expected_senders == std::vector<std::string>{"Google", "+4477*", "3M"});
    CHECK(w.attempts == 20);
    CHECK_FALSE(w.release_on_verified);
    CHECK(w.release_on_failed);
    CHECK(w.rotation == pool::Rotation::sticky);
    CHECK(w.cool_down == 24h);
    CHECK(w.brand_cool_down == 0s);
    CHECK(w.next_step.verified == "go");
    CHECK(w.next_step.failed == "stop");
    CHECK(w.next_step.expired == "switch_to_primary_number");
    CHECK(w.elevated);
    CHECK(w.swaps_max == 0);
    CHECK(w.isolation_group == "banking");
    CHECK(w.tag == "mobile");
}

TEST_CASE("workflow: an empty one has the defaults; a list takes the default's place") {
    const pool::Workflow w = workflow("");
    CHECK(w.direction == pool::Direction::inbound);
    CHECK(w.expected_senders == std::vector<std::string>{"*"});
    CHECK_FALSE(w.cool_down);
    CHECK_FALSE(w.brand_cool_down);
    CHECK(w.release_on_verified);
    CHECK(w.release_on_failed);
    const pool::Workflow none = workflow("release_on: []");
    CHECK_FALSE(none.release_on_verified);
    CHECK_FALSE(none.release_on_failed);
    CHECK(workflow("release_on: [verified, failed]").release_on_verified);
    CHECK_FALSE(workflow("release_on: [verified]").release_on_failed);
}

TEST_CASE("workflow: several files add to them, with each name once") {
    Directory directory;
    directory.write("d/a.yaml", "workflows: {a: {}}\n");
    directory.write("d/b.yaml", "workflows: {b: {}}\n");
    const std::string main =
        directory.write("smppd.yaml", "include: d\nworkflows: {w: {}}\n" + store);
    const conf::Loaded loaded = conf::load(main, checking());
    CHECK(loaded.ok());
    CHECK(loaded.config.workflows.size() == 3);
    directory.write("d/b.yaml", "workflows: {a: {}}\n");
    CHECK(contains(told(conf::load(main, checking()).problems).front(), "given twice"));
}

TEST_CASE("workflow: ttl is at most ttl_max, and that at most the pool's") {
    CHECK(workflow_problem("ttl: 31m") ==
          "1:22 'workflows.w.ttl' (31m) is more than '.ttl_max' (30m); it must be at most that");
    CHECK(workflow_problem("ttl_max: 9m") ==
          "1:26 'workflows.w.ttl' (10m) is more than '.ttl_max' (9m); it must be at most that");
    CHECK(fine("ttl: 30m"));
    CHECK(workflow_problem("ttl_max: 86401s") ==
          "1:26 'workflows.w.ttl_max' (86401s) is more than 'pool.ttl_max' (1d); it must be at "
          "most that");
    CHECK(fine("ttl_max: 24h"));
    CHECK(workflow_problem("", "pool: {ttl_max: 29m}\n")
              .starts_with("1:13 'workflows.w.ttl_max' (30m) is more than 'pool.ttl_max' (29m)"));
}

TEST_CASE("workflow: a code's length is a number or two") {
    const auto length = [](const std::string& text) {
        return workflow("code: {length: " + text + "}").code;
    };
    CHECK(length("6").length_min == 6);
    CHECK(length("6").length_max == 6);
    CHECK(length("'3-16'").length_min == 3);
    CHECK(length("3-16").length_max == 16);
    CHECK(length("8-8").length_max == 8);
    for (const char* text : {"2", "17", "8-4", "4-", "-8", "4-17", "2-8", "4-8-9", "06", "4 - 8",
                             "six", "''", "999999999999999999999", "[4, 8]"}) {
        CAPTURE(text);
        CHECK(contains(workflow_problem("code: {length: " + std::string(text) + "}"),
                       "it must be a length from 3 to 16, or two of them with '-' between"));
    }
    CHECK(workflow("code: {alphabet: any}").code.letters);
    CHECK_FALSE(workflow("code: {alphabet: digits}").code.letters);
    CHECK(contains(workflow_problem("code: {alphabet: hex}"), "it must be digits or any"));
}

TEST_CASE("workflow: attempts, regions, rotations and steps are in their range") {
    CHECK(contains(workflow_problem("attempts: 0"), "from 1 to 20"));
    CHECK(contains(workflow_problem("attempts: 21"), "from 1 to 20"));
    CHECK(fine("attempts: 1"));
    for (const char* text : {"gb", "GBR", "44", "G", "UK", "XX", "ZZ"})
        CHECK(contains(workflow_problem("regions: [US, " + std::string(text) + "]"),
                       "it must be a country of ISO 3166-1 in two capital letters, such as GB"));
    CHECK(contains(workflow_problem("rotation: newest"),
                   "it must be least_recent, random, sticky or fresh"));
    CHECK(contains(workflow_problem("release_on: [expired]"), "it must be verified or failed"));
    CHECK(contains(workflow_problem("next_step: {verified: ''}"), "1 to 64 letters, digits"));
    CHECK(contains(workflow_problem("isolation_group: ''"), "a text of 1 to 64 octets"));
    CHECK(contains(workflow_problem("isolation_group: " + std::string(65, 'a')), "1 to 64 octets"));
    CHECK(fine("isolation_group: " + std::string(64, 'a')));
    CHECK(contains(problem_of("workflows: {'a b': {}}\n"), "'a b' in 'workflows' is no name"));
}

TEST_CASE("workflow: a sender is a name, or a number that may end in a star") {
    for (const char* text : {"'*'", "Google", "'My Bank'", "+447700900101", "447700900101", "4477*",
                             "+4477*", "1Password"})
        CHECK(fine("expected_senders: [" + std::string(text) + "]"));
    for (const char* text : {"''", "'**'", "'44*77'", "'Goo*'", "'+'", "'+*'", "+44x", "' x'"}) {
        CAPTURE(text);
        CHECK(contains(workflow_problem("expected_senders: [" + std::string(text) + "]"),
                       "'workflows.w.expected_senders[0]' is"));
    }
    CHECK(contains(workflow_problem("expected_senders: []"), "is empty; it must have at least 1"));
}

TEST_CASE("workflow: an outbound one has a text with the code, an inbound one has none") {
    CHECK(workflow_problem("direction: outbound") ==
          "1:13 'workflows.w.template' is missing: an outbound workflow must have a text with "
          "{code}, such as {en: \"Your code is {code}.\"}");
    CHECK(workflow_problem("template: {en: 'It is {code}'}") ==
          "1:27 'workflows.w.template' is for outbound workflows; an inbound one must have none");
    CHECK(workflow_problem("resend: {max: 1}") ==
          "1:25 'workflows.w.resend' is for outbound workflows; an inbound one must have none");
    const pool::Workflow w = workflow(outbound + ", resend: {after: 1m, max: 0}");
    CHECK(w.templates == std::map<std::string, std::string>{{"en", "It is {code}"}});
    CHECK(w.resend.after == 1min);
    CHECK(w.resend.max == 0);
}

TEST_CASE("workflow: templates hold the code, known placeholders, and a language's tag") {
    const auto text = [](const std::string& words) {
        return workflow_problem("direction: outbound, template: {en: '" + words + "'}");
    };
    CHECK(text("{brand}: {code}, again {code}") == "0 problems");
    for (const char* wrong : {"no code", "{code", "code}", "{code} {name}", "{code} {", "{code} }",
                              "{CODE}", "{{code}}", ""}) {
        CAPTURE(wrong);
        CHECK(contains(text(wrong), "it must be a text of at most 1000 octets with {code}"));
    }
    CHECK(text("{code}" + std::string(994, 'a')) == "0 problems");
    CHECK(contains(text("{code}" + std::string(995, 'a')), "at most 1000 octets"));
    for (const char* language : {"EN", "e", "engl", "en-GB", "1a"}) {
        CAPTURE(language);
        const std::string all = "\n" + workflow_problem("direction: outbound, template: {" +
                                                        std::string(language) + ": '{code}'}");
        CHECK(contains(all, "'" + std::string(language) +
                                "' in 'workflows.w.template' is no language; it must be a BCP 47 "
                                "primary tag of 2 or 3 small letters, such as en"));
    }
    CHECK(fine("direction: outbound, template: {gsw: '{code}', fr: '{code}'}"));
}

TEST_CASE("workflow: its carrier exists, and the sandbox's group is not for it") {
    const std::string carrier = "carriers: {acme: {hosts: [a.example:1], system_id: s}}\n";
    const auto told_of = [&](const std::string& name) {
        return problems_of("workflows: {w: {carrier: " + name + "}}\n" + carrier).front();
    };
    CHECK(told_of("acm") ==
          "1:26 'workflows.w.carrier' is 'acm', which is not under 'carriers'; it must be acme "
          "[did you mean 'acme'?]");
    CHECK(contains(told_of("acme"), "acme.password"));  // of the carrier itself
    CHECK(
        contains(workflow_problem("carrier: acme"), "it must be one of them, and there are none"));
    CHECK(contains(workflow_problem("isolation_group: sandbox"),
                   "1:34 'workflows.w.isolation_group' is 'sandbox', which is smppd's own"));
}
