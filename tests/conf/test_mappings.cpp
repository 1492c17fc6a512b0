// tests/conf/test_mappings.cpp - mappings of partners' events become values that fit together.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;
using conf::TaskAction;
using conf::TaskField;
using conf::TaskSource;

namespace {

const std::string head =
    "workflows: {signup: {}, strong: {}, sent: {direction: outbound, template: {en: '{code}'}}}\n"
    "mappings:\n  m:\n";

/// The only problem of a mapping with these lines behind its platform and event; they begin in
/// line 6 of the file.
std::string mapping_problem(const std::string& lines) {
    return problem_of(head + "    platform: shop\n    event: /type\n" + lines);
}

/// Of one with these fields and actions, in flow style.
std::string parts_problem(const std::string& fields, const std::string& actions) {
    return mapping_problem("    fields: {" + fields + "}\n    actions: {" + actions + "}\n");
}

conf::Mapping mapping(const std::string& lines) {
    const conf::Loaded loaded = conf::load_text(
        head + "    platform: shop\n    event: /type\n" + lines + store, "t.yaml", checking());
    CAPTURE(conf::format(loaded.problems));
    REQUIRE(loaded.ok());
    return loaded.config.mappings.at("m");
}

const std::string ignore = "    actions: {x: {do: ignore}}\n";

}  // namespace

TEST_CASE("mapping: a whole one becomes values, each action with the fields that it takes") {
    const conf::Mapping m = mapping(
        "    event_id: /id\n"
        "    fields:\n"
        "      country: {at: /task/country, words: {UK: GB}}\n"
        "      ttl_seconds: {value: 600}\n"
        "      code: /submission/code\n"
        "    actions:\n"
        "      task.created: {do: allocate, workflow: signup}\n"
        "      task.submitted: {do: verify}\n"
        "      task.extended: {do: extend, fields: {ttl_seconds: /seconds}}\n"
        "      task.reassigned: {do: swap}\n"
        "      task.closed: {do: release}\n"
        "      '*': {do: ignore}\n"
        "    answer: {session_id: /smppd/session, number: /smppd/number}\n");
    CHECK(m.platform == "shop");
    CHECK(m.event == "/type");
    CHECK(m.event_id == "/id");
    REQUIRE(m.actions.size() == 6);
    const conf::TaskRule& created = m.actions.at("task.created");
    CHECK(created.what == TaskAction::allocate);
    CHECK(created.fields ==
          conf::TaskSources{{TaskField::workflow, TaskSource{{}, "signup", {}}},
                            {TaskField::country, TaskSource{"/task/country", {}, {{"UK", "GB"}}}},
                            {TaskField::ttl_seconds, TaskSource{{}, "600", {}}}});
    CHECK(m.actions.at("task.submitted").fields ==
          conf::TaskSources{{TaskField::code, TaskSource{"/submission/code", {}, {}}}});
    CHECK(m.actions.at("task.extended").fields ==
          conf::TaskSources{{TaskField::ttl_seconds, TaskSource{"/seconds", {}, {}}}});
    CHECK(m.actions.at("task.reassigned").what == TaskAction::swap);
    CHECK(m.actions.at("task.closed").what == TaskAction::release);
    CHECK(m.actions.at("*").fields.empty());
    CHECK(m.answer == std::map<std::string, std::string>{{"session_id", "/smppd/session"},
                                                         {"number", "/smppd/number"}});
}

TEST_CASE("mapping: what is needed is missed") {
    CHECK(problems_of(head + "    event_id: /id\n").size() == 3);
    CHECK(contains(mapping_problem(""), "3:3 'mappings.m.actions' is missing"));
    CHECK(mapping_problem("    actions: {}\n") ==
          "6:14 'mappings.m.actions' is empty; it must have at least 1");
    CHECK(contains(mapping_problem("    actions: {x: {}}\n"),
                   "'mappings.m.actions.x.do' is missing"));
    CHECK(
        parts_problem("", "x: {do: verify}") ==
        "7:18 'mappings.m.actions.x' is verify, but no 'fields.code' tells where the code stands");
    CHECK(parts_problem("code: /c", "x: {do: verify}") == "0 problems");
    CHECK(parts_problem("", "x: {do: verify, fields: {code: /c}}") == "0 problems");
}

TEST_CASE("mapping: places are JSON pointers") {
    for (const char* text : {"type", "''", "/a~", "/a~2", "'/a '", "/"}) {
        CAPTURE(text);
        CHECK(contains(mapping_problem("    event_id: " + std::string(text) + "\n" + ignore),
                       "it must be a JSON pointer (RFC 6901) of at most 256 octets"));
    }
    for (const char* text : {"/a", "/a/0/b", "/a~0b~1c", "'/Aufgabe/L\xc3\xa4nge'"})
        CHECK(mapping_problem("    event_id: " + std::string(text) + "\n" + ignore) ==
              "0 problems");
    const std::string longest = "/" + std::string(255, 'a');
    CHECK(mapping_problem("    event_id: " + longest + "\n" + ignore) == "0 problems");
    CHECK(contains(mapping_problem("    event_id: " + longest + "a\n" + ignore), "256 octets"));
}

TEST_CASE("mapping: a field has a place or a value, and words for a place alone") {
    const auto area = [](const std::string& text) {
        return parts_problem("area: " + text, "x: {do: allocate}");
    };
    CHECK(area("{value: North}") == "0 problems");
    CHECK(area("{at: /a}") == "0 problems");
    CHECK(area("{at: /a, words: {x: y}}") == "0 problems");
    CHECK(contains(area("{at: /a, value: b}"), "must have one of 'at' and 'value'"));
    CHECK(contains(area("{words: {a: b}}"), "must have one of 'at' and 'value'"));
    CHECK(contains(area("{value: b, words: {b: c}}"), "always the same"));
    CHECK(contains(area("[/a]"), "'mappings.m.fields.area' is a list; it must be a JSON pointer"));
    CHECK(contains(parts_problem("colour: /c", "x: {do: ignore}"), "unknown key 'colour'"));
}

TEST_CASE("mapping: our own words are checked like the partner's will be") {
    const auto field = [](const std::string& text) {
        return parts_problem(text, "x: {do: allocate}");
    };
    CHECK(field("workflow: {at: /w, words: {a: signpu}}") ==
          "6:44 'mappings.m.fields.workflow.words.a' is 'signpu'; it must be a workflow under "
          "'workflows' [did you mean 'signup'?]");
    CHECK(field("workflow: {value: none}").starts_with("6:32 'mappings.m.fields.workflow.value'"));
    CHECK(field("workflow: {at: /w, words: {a: signup, b: strong}}") == "0 problems");
    CHECK(contains(field("workflow: {value: sent}"), "an outbound one leases no number"));
    CHECK(contains(field("country: {value: gb}"), "a country of ISO 3166-1"));
    CHECK(contains(field("country: {at: /c, words: {UK: GBR}}"), "a country of ISO 3166-1"));
    for (const char* seconds : {"0", "010", "ten", "1.5", "100000000"})
        CHECK(contains(field("ttl_seconds: {value: " + std::string(seconds) + "}"),
                       "a whole number of seconds"));
    CHECK(contains(field("code: {value: 1234}"), "every code is another"));
    CHECK(contains(field("tag: {value: " + std::string(65, 'a') + "}"), "at most 64 octets"));
    CHECK(contains(parts_problem("", "x: {do: allocate, workflow: signpu}"),
                   "7:43 'mappings.m.actions.x.workflow' is 'signpu'; it must be a workflow"));
}

TEST_CASE("mapping: an action takes no field that it has no use for") {
    CHECK(parts_problem("", "x: {do: release, workflow: signup}") ==
          "7:42 'mappings.m.actions.x.workflow' is of no use to 'release'; it must not be here");
    CHECK(contains(parts_problem("", "x: {do: extend, fields: {country: /c}}"),
                   "'mappings.m.actions.x.fields.country' is of no use to 'extend'"));
    CHECK(contains(parts_problem("", "x: {do: allocate, fields: {code: /c}}"),
                   "'mappings.m.actions.x.fields.code' is of no use to 'allocate'"));
    CHECK(contains(
        parts_problem("", "x: {do: allocate, workflow: signup, fields: {workflow: /w}}"),
        "'mappings.m.actions.x.fields.workflow' stands beside 'mappings.m.actions.x.workflow'"));
}

TEST_CASE("mapping: the parts of an answer do not meet") {
    const auto answer = [](const std::string& text) {
        return mapping_problem(ignore + "    answer: {" + text + "}\n");
    };
    CHECK(answer("number: /a, state: /b/c, success: /ab") == "0 problems");
    CHECK(answer("number: /a, state: /a") ==
          "7:33 'mappings.m.answer.state' takes the place of '.answer.number', or one inside it; "
          "each must have its own");
    CHECK(answer("number: /a/b, state: /a").starts_with("7:22 'mappings.m.answer.number' takes"));
    CHECK(contains(answer("colour: /a"), "unknown key 'colour' in 'mappings.m.answer'"));
}

TEST_CASE("mapping: names and words are told when they are none") {
    CHECK(contains(problem_of("mappings: {'a b': {}}\n"), "'a b' in 'mappings' is no name"));
    CHECK(contains(problem_of(head + "    platform: Shop\n    event: /t\n" + ignore),
                   "a platform's name: small letters"));
    CHECK(contains(mapping_problem("    actions: {'': {do: ignore}}\n"), "is no word"));
    CHECK(contains(mapping_problem("    actions: {x: {do: create}}\n"),
                   "it must be allocate, verify, extend, swap, release or ignore"));
}
