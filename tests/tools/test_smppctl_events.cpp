// tests/tools/test_smppctl_events.cpp - streams of events read, events told in a line, and the
// sandbox's numbers as smppctl tells them.
#include "daemon/sandbox/outcomes.hpp"
#include "tools/smppctl/event_line.hpp"
#include "tools/smppctl/event_stream.hpp"
#include "tools/smppctl/failure.hpp"
#include "tools/smppctl/sandbox_text.hpp"

#include <doctest/doctest.h>

using namespace smppd::ctl;

namespace {

/// "id|type|data" of each event.
std::vector<std::string> told(const std::vector<StreamEvent>& events) {
    std::vector<std::string> all;
    for (const StreamEvent& one : events) all.push_back(one.id + "|" + one.type + "|" + one.data);
    return all;
}

using Told = std::vector<std::string>;

json::object code_received() {
    return json::parse(R"({"id":"evt_1","type":"code.received","at":"2026-11-24T17:00:03.120Z",
        "test":true,"platform":"acme","data":{"session_id":"ses_1","number":"+447700900101",
        "workflow":null,"sender":"Blue Meadow","expected_sender":true,"code":"123456",
        "link":null,"confidence":95}})")
        .as_object();
}

}  // namespace

TEST_CASE("stream: an event is told at its empty line") {
    EventStream stream;
    CHECK(stream.feed(": follows\n\n").empty());
    CHECK(stream.feed("id: evt_1\nevent: session.created\ndata: {}\n").empty());
    CHECK(told(stream.feed("\n")) == Told{"evt_1|session.created|{}"});
}

TEST_CASE("stream: it does not matter where the octets are cut") {
    const std::string whole =
        "id: a\r\nevent: x\r\ndata: 1\r\n\r\nid: b\rdata: 2\r\r:\n\ndata:3\n\n";
    const Told expected{"a|x|1", "b||2", "b||3"};
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        CAPTURE(cut);
        EventStream stream;
        std::vector<StreamEvent> all = stream.feed(whole.substr(0, cut));
        for (StreamEvent& one : stream.feed(whole.substr(cut))) all.push_back(std::move(one));
        CHECK(told(all) == expected);
    }
}

TEST_CASE("stream: several lines of data are one, with line breaks") {
    EventStream stream;
    CHECK(told(stream.feed("data: a\ndata\ndata:  b\n\n")) == Told{"||a\n\n b"});
}

TEST_CASE("stream: an event without data is none, and unknown fields are left out") {
    EventStream stream;
    CHECK(stream.feed("event: x\n\n").empty());
    CHECK(told(stream.feed("retry: 5\nother: y\ndata: 1\n\n")) == Told{"||1"});
}

TEST_CASE("stream: an event without end is given up") {
    EventStream at_limit, above;
    const std::string data(EventStream::event_max - 6, 'x');  // "data: " counts
    CHECK(told(at_limit.feed("data: " + data + "\n\n")) == Told{"||" + data});
    CHECK_THROWS_AS(above.feed("data: x" + data), Failure);
}

TEST_CASE("event: a line tells when, what, whose and about what") {
    CHECK(event_line(code_received(), true, false) ==
          "2026-11-24 17:00:03Z  code.received  acme  ses_1  +447700900101  "
          "sender=\"Blue Meadow\"  expected_sender=true  code=123456  confidence=95  (sandbox)");
}

TEST_CASE("event: texts, codes and links are told when asked for only") {
    const std::string line = event_line(code_received(), false, false);
    CHECK(line.find("123456") == std::string::npos);
    CHECK(line.find("code=(6 characters)") != std::string::npos);
    json::object message = code_received();
    message["data"] = json::object{{"text", "Código 9"}, {"link", "https://a/x"}};
    const std::string other = event_line(message, false, false);
    CHECK(other.find("text=(8 characters)") != std::string::npos);
    CHECK(other.find("digo") == std::string::npos);
    CHECK(other.find("https") == std::string::npos);
}

TEST_CASE("event: as a document it has null for them") {
    const json::object event = without_texts(code_received());
    const json::object& data = event.at("data").as_object();
    CHECK(data.at("code").is_null());
    CHECK(data.at("link").is_null());
    CHECK(data.at("sender") == "Blue Meadow");
    CHECK_FALSE(data.contains("text"));
    CHECK(without_texts({{"data", nullptr}}).at("data").is_null());
}

TEST_CASE("event: other times than its own are told as they came") {
    const json::object event{{"type", "session.extended"},
                             {"data", {{"expires_at", "2026-11-24T17:10:03.120Z"}}}};
    CHECK(event_line(event, false, false) ==
          "  session.extended  expires_at=2026-11-24T17:10:03.120Z");
}

TEST_CASE("event: it stays on its line, whatever a sender is called") {
    json::object event = code_received();
    event["data"].as_object()["sender"] = "a\nb\x1b[2J\"";
    event["platform"] = "x\ny";
    const std::string line = event_line(event, true, false);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("event: what it does not know of a newer daemon is told too") {
    CHECK(event_line({{"type", "moon.landed"}, {"data", {{"craft", "eagle"}, {"more", {1, 2}}}}},
                     false, false) == "  moon.landed  craft=eagle");
}

TEST_CASE("sandbox: the numbers are those of the daemon") {
    namespace daemon = smppd::sandbox;
    REQUIRE(sandbox_outcomes.size() == daemon::outcomes);
    for (const SandboxOutcome& one : sandbox_outcomes) {
        const auto outcome = static_cast<daemon::Outcome>(one.outcome);
        CAPTURE(one.area);
        CHECK(one.area == daemon::area_of(outcome));
        for (const unsigned index : {1u, sandbox_numbers_each})
            CHECK(sandbox_number(one.outcome, index) ==
                  "+" + std::to_string(daemon::number_of(outcome, index)));
    }
    CHECK(sandbox_code == daemon::code_value);
    CHECK(sandbox_numbers_each == daemon::numbers_each);
    CHECK(sandbox_number(2) == "+999002000001");
}
