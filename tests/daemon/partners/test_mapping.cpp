// tests/daemon/partners/test_mapping.cpp - a partner's events: what they ask for, what is wrong
// with them, and what happens when they come twice or out of order.
#include "daemon/partners/mapping.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::partners;
using namespace std::chrono_literals;
using conf::TaskAction;
using conf::TaskField;
using conf::TaskSource;

namespace {

TaskSource at(std::string pointer) { return {std::move(pointer), {}, {}}; }
TaskSource constant(std::string value) { return {{}, std::move(value), {}}; }

/// As the configuration makes them: each rule has the fields that its action takes.
conf::Mapping board() {
    conf::Mapping mapping;
    mapping.platform = "shop";
    mapping.event = "/type";
    mapping.event_id = "/id";
    mapping.actions["task.created"] = {
        TaskAction::allocate,
        {{TaskField::workflow, {"/task/kind", {}, {{"phone", "signup"}, {"7", "strong"}}}},
         {TaskField::country, {"/task/market", {}, {{"UK", "GB"}}}},
         {TaskField::area, at("/task/city")},
         {TaskField::reference, at("/task/id")},
         {TaskField::expected_senders, at("/task/brands")},
         {TaskField::webhook_url, at("/task/callback")},
         {TaskField::ttl_seconds, constant("900")}}};
    mapping.actions["task.submitted"] = {TaskAction::verify, {{TaskField::code, at("/code")}}};
    mapping.actions["task.extended"] = {TaskAction::extend,
                                        {{TaskField::ttl_seconds, at("/seconds")}}};
    mapping.actions["9"] = {TaskAction::release, {}};
    return mapping;
}

const Workflows workflows{
    {"signup", {}}, {"strong", {}}, {"sent", {.direction = pool::Direction::outbound}}};

ReadEvent read(std::string_view event, const conf::Mapping& mapping = board(),
               std::string_view task = "1029") {
    return read_event("board", mapping, workflows, task, boost::json::parse(event));
}

PartnerAction action(std::string_view event, const conf::Mapping& mapping = board()) {
    const ReadEvent event_read = read(event, mapping);
    REQUIRE(std::holds_alternative<PartnerAction>(event_read));
    return std::get<PartnerAction>(event_read);
}

/// "POINTER DETAIL" of each mistake, one a line.
std::string mistakes(const ReadEvent& event) {
    const auto* errors = std::get_if<http::FieldErrors>(&event);
    std::string lines;
    for (const http::FieldError& error : errors ? *errors : http::FieldErrors{})
        lines += (lines.empty() ? "" : "\n") +
                 (error.parameter.empty() ? error.pointer : "?" + error.parameter) + " " +
                 error.detail;
    return lines;
}

/// Of an allocate whose task has this, and of an extend or verify with this beside its word.
std::string task_mistakes(const std::string& members) {
    return mistakes(read(R"({"id":"1","type":"task.created","task":{)" + members + "}}"));
}
std::string mistakes_of(const std::string& word, const std::string& member) {
    return mistakes(read(R"({"id":"1","type":")" + word + "\"" + member + "}"));
}

boost::json::object object(std::string_view text) { return boost::json::parse(text).as_object(); }

}  // namespace

TEST_CASE("partner event: its fields come from where the mapping says, in our words") {
    const PartnerAction created = action(R"({"id":"ev-1","type":"task.created","more":[1],"task":{
        "id":1029,"kind":"phone","market":"UK","city":"Leeds","brands":["Google","ExampleBank"],
        "callback":"https://a.example/h"}})");
    CHECK(created.what == TaskAction::allocate);
    CHECK(created.platform == "shop");
    CHECK(created.task == "1029");
    CHECK(created.event == "task.created");
    CHECK(created.workflow == "signup");
    CHECK(created.country == "GB");
    CHECK(created.area == "Leeds");
    CHECK(created.reference == "1029");  // a number of the partner's as its digits
    CHECK(created.expected_senders == std::vector<std::string>{"Google", "ExampleBank"});
    CHECK(created.webhook_url == "https://a.example/h");
    CHECK(created.ttl == 900s);  // the same for all
    CHECK(created.code.empty());
}

TEST_CASE("partner event: what is absent or null is not given") {
    const PartnerAction created =
        action(R"({"id":1,"type":"task.created","task":{"city":null,"brands":"Google","kind":7}})");
    CHECK(created.workflow == "strong");
    CHECK(created.country.empty());
    CHECK(created.area.empty());
    CHECK(created.expected_senders == std::vector<std::string>{"Google"});
    CHECK_FALSE(action(R"({"id":1,"type":"task.extended"})").ttl);
    CHECK(action(R"({"id":1,"type":"task.extended","seconds":"60"})").ttl == 60s);
    CHECK(action(R"({"id":1,"type":9})").what == TaskAction::release);
}

TEST_CASE("partner event: the word must be there, and one that the mapping knows") {
    CHECK(mistakes(read(R"({"id":"1"})")) == "/type is required: the event's word");
    CHECK(mistakes(read(R"({"id":"1","type":{}})")) ==
          "/type must be a text or an integer of 1 to 128 octets: the event's word");
    CHECK(mistakes(read(R"({"id":"1","type":"task.lost"})")) ==
          "/type is \"task.lost\"; mapping \"board\" knows \"9\", \"task.created\", "
          "\"task.extended\", \"task.submitted\"");
    CHECK(mistakes(read("[]")) ==
          "/id is required: the event's id\n/type is required: the event's word");
    conf::Mapping mapping = board();
    mapping.actions["*"] = {TaskAction::ignore, {}};
    CHECK(action(R"({"id":"1","type":"task.lost"})", mapping).what == TaskAction::ignore);
    CHECK(action(R"({"id":"1","type":9})", mapping).what == TaskAction::release);
}

TEST_CASE("partner event: all mistakes are told by the partner's fields") {
    CHECK(task_mistakes(R"("kind":"fax","market":"FR","city":"","brands":[],"callback":5.5)") ==
          "/task/kind must be one of \"7\", \"phone\", which the mapping knows\n"
          "/task/market must be one of \"UK\", which the mapping knows\n"
          "/task/city must be a text of 1 to 64 octets\n"
          "/task/brands must be a sender, or a list of 1 to 20 of them, each of 1 to 64 "
          "octets, with * as the last character only\n"
          "/task/callback must be a URL of 1 to 2000 octets");
    CHECK(task_mistakes("\"city\":\"" + std::string(65, 'a') + "\"") ==
          "/task/city must be a text of 1 to 64 octets");
    CHECK(task_mistakes("\"city\":\"" + std::string(64, 'a') + "\"").empty());
    CHECK(task_mistakes(R"("city":"a\u0001")") == "/task/city must be a text of 1 to 64 octets");
    CHECK_FALSE(task_mistakes(R"("brands":[["a"]])").empty());
    CHECK_FALSE(task_mistakes(R"("brands":["a",""])").empty());
    CHECK_FALSE(task_mistakes(R"("brands":["44*7"])").empty());
    CHECK(task_mistakes(R"("brands":["44*","*"])").empty());
    const auto senders = [](std::size_t count) {
        std::string list;
        for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + std::to_string(i);
        return task_mistakes("\"brands\":[" + list + "]");
    };
    CHECK(senders(20).empty());
    CHECK_FALSE(senders(21).empty());
}

TEST_CASE("partner event: without words, workflows and countries are ours") {
    conf::Mapping mapping = board();
    conf::TaskSources& fields = mapping.actions["task.created"].fields;
    fields[TaskField::workflow].words.clear();
    fields[TaskField::country].words.clear();
    const auto created = [&](const std::string& members) {
        return read(R"({"id":"1","type":"task.created","task":{)" + members + "}}", mapping);
    };
    CHECK(mistakes(created(R"("kind":"none","market":"gb")")) ==
          "/task/kind must be the name of an inbound workflow; see GET /v1/workflows\n"
          "/task/market must be a country of ISO 3166-1 in two capital letters, such as GB");
    CHECK(mistakes(created(R"("kind":"signup","market":"GB")")).empty());
    CHECK_FALSE(mistakes(created(R"("kind":"sent")")).empty());  // outbound: it leases no number
    CHECK_FALSE(mistakes(created(R"("market":"UK")")).empty());  // no code of a country
}

TEST_CASE("partner event: seconds are whole and in their range") {
    const std::string must_be = "/seconds must be a whole number of seconds from 1 to 31622400";
    for (const char* wrong : {"0", "-1", "31622401", "1.5", "\"1h\"", "true", "\"\"", "[60]"}) {
        CAPTURE(wrong);
        CHECK(mistakes_of("task.extended", ",\"seconds\":" + std::string(wrong)) == must_be);
    }
    CHECK(mistakes_of("task.extended", ",\"seconds\":1").empty());
    CHECK(mistakes_of("task.extended", ",\"seconds\":31622400").empty());
}

TEST_CASE("partner event: a code is a text, is needed, and is never told back") {
    CHECK(action(R"({"id":1,"type":"task.submitted","code":"G-012345"})").code == "G-012345");
    CHECK(mistakes_of("task.submitted", "") == "/code is required: the code that the user entered");
    CHECK(mistakes_of("task.submitted", ",\"code\":null") ==
          "/code is required: the code that the user entered");
    CHECK(mistakes_of("task.submitted", ",\"code\":123456") ==
          "/code must be a string: as a number a code loses the zeros in front");
    CHECK(mistakes_of("task.submitted", ",\"code\":\"" + std::string(65, '7') + "\"") ==
          "/code must be a text of 1 to 64 octets");
    CHECK(mistakes_of("task.submitted", ",\"code\":\"\"") ==
          "/code must be a text of 1 to 64 octets");
}

TEST_CASE("partner event: the task's id is a text of up to 128 octets") {
    const std::string event = R"({"id":"1","type":9})";
    CHECK(mistakes(read(event, board(), std::string(128, 'a'))).empty());
    for (const std::string& task :
         {std::string{}, std::string(129, 'a'), std::string("a\nb"), std::string("\xff")})
        CHECK(mistakes(read(event, board(), task)) ==
              "?id must be the task's id, of 1 to 128 octets");
}

TEST_CASE("partner event: repetitions have the same idempotence, other events another") {
    const std::string one = action(R"({"id":"ev-1","type":9,"sent":1})").idempotence;
    CHECK(action(R"({"id":"ev-1","type":9,"sent":2})").idempotence == one);
    CHECK(action(R"({"id":"ev-2","type":9,"sent":1})").idempotence != one);
    const auto other_task = read(R"({"id":"ev-1","type":9,"sent":1})", board(), "1030");
    CHECK(std::get<PartnerAction>(other_task).idempotence != one);
    const auto other_mapping = read_event("other", board(), workflows, "1029",
                                          boost::json::parse(R"({"id":"ev-1","type":9})"));
    CHECK(std::get<PartnerAction>(other_mapping).idempotence != one);
    CHECK(mistakes(read(R"({"type":9})")) == "/id is required: the event's id");
}

TEST_CASE("partner event: without an id of its own the whole event counts") {
    conf::Mapping mapping = board();
    mapping.event_id.clear();
    const std::string one = action(R"({"type":9,"sent":1})", mapping).idempotence;
    CHECK(action(R"({ "type": 9, "sent": 1 })", mapping).idempotence == one);
    CHECK(action(R"({"type":9,"sent":2})", mapping).idempotence != one);
}

TEST_CASE("partner step: what happens does not depend on the order of events") {
    using enum TaskAction;
    struct Row {
        TaskAction what;
        Step none, holding, over;
    };
    for (const Row& row : {Row{allocate, Step::perform, Step::as_it_is, Step::as_it_is},
                           Row{verify, Step::no_session, Step::perform, Step::perform},
                           Row{extend, Step::no_session, Step::perform, Step::ended},
                           Row{swap, Step::no_session, Step::perform, Step::ended},
                           Row{release, Step::as_it_is, Step::perform, Step::as_it_is},
                           Row{ignore, Step::as_it_is, Step::as_it_is, Step::as_it_is}}) {
        CAPTURE(conf::name(row.what));
        CHECK(step_for(row.what, TaskSession::none) == row.none);
        CHECK(step_for(row.what, TaskSession::holding) == row.holding);
        CHECK(step_for(row.what, TaskSession::over) == row.over);
    }
}

TEST_CASE("partner answer: each part goes to its place") {
    conf::Mapping mapping;
    const boost::json::object answer =
        object(R"({"session_id":"ses_1","number":"+44","state":"active"})");
    CHECK(shaped(mapping, answer) == answer);
    mapping.answer = {{"session_id", "/sms/session"},
                      {"number", "/sms/number"},
                      {"state", "/a~1b~0c"},
                      {"success", "/right"}};
    CHECK(shaped(mapping, answer) ==
          object(R"({"sms":{"session":"ses_1","number":"+44"},"a/b~c":"active"})"));
    CHECK(shaped(mapping, object(R"({"success":false})")) == object(R"({"right":false})"));
    CHECK(shaped(mapping, {}).empty());
}
