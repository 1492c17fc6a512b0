// tests/daemon/notify/test_event_json.cpp - the public form of events.
#include "daemon/notify/event_json.hpp"

#include "pool/ids.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

using namespace smppd;
using namespace smppd::notify;
using namespace std::chrono_literals;
using pool::EventType;

namespace {

/// Every field has a value, whatever the type.
pool::Event full(EventType type) {
    pool::Event event;
    event.id = 0x123456789abcdef;
    event.type = type;
    event.platform = 1;
    event.session = 5;
    event.at = pool::WallTime{1'795'539'038'120ms};
    event.token = pool::make_token(event.at, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    event.number = 447700900101;
    event.previous_number = 447700900102;
    event.message = 0xfeed;
    event.workflow = "signup";
    event.reference = "user-7";
    event.sender = "Google";
    event.text = "G-123456 is your code";
    event.code = "123456";
    event.link = "https://example.com/l";
    event.confidence = 97;
    event.next_step = "continue";
    event.reason = "because";
    event.subject = "acme";
    event.expires_at = event.at + 10min;
    event.attempts_left = 3;
    return event;
}

std::string keys(const boost::json::object& object) {
    std::string all;
    for (const auto& pair : object) all += (all.empty() ? "" : " ") + std::string(pair.key());
    return all;
}

boost::json::object data(const pool::Event& event, bool secrets = true) {
    return event_json(event, {"shop", secrets}).at("data").as_object();
}

}  // namespace

TEST_CASE("event json: a code event, character for character") {
    const pool::Event event = full(EventType::code_received);
    CHECK(boost::json::serialize(event_json(event, {"shop", true})) ==
          R"({"id":"evt_0123456789abcdef","type":"code.received","at":"2026-11-24T16:50:38.120Z",)"
          R"("test":false,"platform":"shop","data":{"session_id":")" +
              pool::token_text(event.token) +
              R"(","number":"+447700900101","workflow":"signup","reference":"user-7",)"
              R"("message_id":"000000000000feed","sender":"Google","expected_sender":true,)"
              R"("code":"123456","link":"https://example.com/l","confidence":97}})");
}

TEST_CASE("event json: the sandbox's carrier goes down for a session, which is named") {
    pool::Event event = full(EventType::carrier_down);
    event.test = true;
    const boost::json::object told = data(event);
    CHECK(told.contains("session_id"));
    CHECK(told.contains("number"));
}

TEST_CASE("event json: each type has its fields and no others") {
    const std::pair<EventType, const char*> rows[] = {
        {EventType::message_received,
         "session_id number workflow reference message_id sender expected_sender text"},
        {EventType::session_created,
         "session_id number temporary_number workflow reference expires_at"},
        {EventType::session_extended,
         "session_id number temporary_number workflow reference expires_at"},
        {EventType::session_swapped,
         "session_id number previous_number temporary_number workflow reference expires_at"},
        {EventType::session_verified, "session_id number workflow reference next_step"},
        {EventType::session_failed,
         "session_id number workflow reference attempts_left next_step reason"},
        {EventType::session_expired, "session_id number workflow reference next_step"},
        {EventType::session_released, "session_id number workflow reference reason"},
        {EventType::submission_accepted, "session_id number reference message_id"},
        {EventType::submission_sent, "session_id number reference message_id"},
        {EventType::submission_delivered, "session_id number reference message_id"},
        {EventType::submission_failed, "session_id number reference message_id reason"},
        {EventType::submission_expired, "session_id number reference message_id reason"},
        {EventType::number_quarantined, "number expires_at reason"},
        {EventType::carrier_down, "reason carrier"},
        {EventType::carrier_up, "reason carrier"},
        {EventType::optout_added, "number sender reason"},
        {EventType::quota_exceeded, "reason quota"},
        {EventType::anomaly_detected, "session_id number reason detector"},
        {EventType::webhook_test, "webhook"},
        {EventType::webhook_disabled, "reason webhook"},
    };
    CHECK(std::size(rows) + 1 == pool::event_types);  // code.received is above
    for (const auto& row : rows) {
        CAPTURE(pool::name(row.first));
        CHECK(keys(data(full(row.first))) == row.second);
    }
    CHECK(data(full(EventType::session_created)).at("temporary_number").as_bool());
    CHECK(data(full(EventType::session_created)).at("expires_at") == "2026-11-24T17:00:38.120Z");
    CHECK(data(full(EventType::session_failed)).at("attempts_left") == 3);
}

TEST_CASE("event json: a reader without the scope gets null for text, code and link") {
    const auto message = data(full(EventType::message_received), false);
    CHECK(message.at("text").is_null());
    CHECK(message.at("sender") == "Google");
    const auto code = data(full(EventType::code_received), false);
    CHECK(code.at("code").is_null());
    CHECK(code.at("link").is_null());
    CHECK(code.at("confidence") == 97);
    for (std::size_t type = 0; type < pool::event_types; ++type) {
        const auto shown =
            boost::json::serialize(event_json(full(static_cast<EventType>(type)), {"shop", false}));
        CHECK(shown.find("123456\"") == std::string::npos);
        CHECK(shown.find("example.com") == std::string::npos);
        CHECK(shown.find("is your code") == std::string::npos);
    }
}

TEST_CASE("event json: what an event has not is null") {
    pool::Event event;
    event.type = EventType::message_received;
    const auto object = event_json(event, {"", true});
    CHECK(object.at("platform").is_null());
    const auto fields = object.at("data").as_object();
    for (const char* name : {"session_id", "number", "workflow", "reference", "message_id", "text"})
        CHECK(fields.at(name).is_null());
    event.type = EventType::session_created;
    CHECK(data(event).at("expires_at").is_null());
}

TEST_CASE("event json: names of events and webhooks go both ways") {
    CHECK(event_name(0xfeed) == "evt_000000000000feed");
    CHECK(parse_event_name("evt_000000000000feed") == 0xfeed);
    CHECK(webhook_name(0xfeed) == "whk_000000000000feed");
    CHECK(parse_webhook_name("whk_000000000000feed") == 0xfeed);
    for (const char* other :
         {"", "evt_", "000000000000feed", "whk_000000000000feed", "evt_000000000000FEED",
          "evt_0000000000000feed", "evt_0000000000000000"})
        CHECK_FALSE(parse_event_name(other));
}
