// daemon/notify/event_json.cpp - one row a type: which fields its data has.
#include "daemon/notify/event_json.hpp"

#include "daemon/http/values.hpp"
#include "pool/ids.hpp"

#include <boost/json/value.hpp>

namespace smppd::notify {

namespace {

namespace json = boost::json;
using pool::EventType;

constexpr std::string_view event_prefix = "evt_", webhook_prefix = "whk_";

std::optional<pool::Id> parse_name(std::string_view name, std::string_view prefix) noexcept {
    if (!name.starts_with(prefix)) return std::nullopt;
    return pool::parse_id(name.substr(prefix.size()));
}

/// The fields that `data` may have, in the order in which they are written.
enum Field : std::uint32_t {
    session_id = 1u << 0,
    number = 1u << 1,
    previous_number = 1u << 2,
    temporary_number = 1u << 3,
    workflow = 1u << 4,
    reference = 1u << 5,
    message_id = 1u << 6,
    sender = 1u << 7,
    expected_sender = 1u << 8,
    text = 1u << 9,
    code = 1u << 10,
    link = 1u << 11,
    confidence = 1u << 12,
    expires_at = 1u << 13,
    attempts_left = 1u << 14,
    next_step = 1u << 15,
    reason = 1u << 16,
    carrier = 1u << 17,
    quota = 1u << 18,
    detector = 1u << 19,
    webhook = 1u << 20,
};
constexpr std::uint32_t of_session = session_id | number | workflow | reference;
/// The session has its number: whoever shows it to people can say that it is a temporary one.
constexpr std::uint32_t of_lease = of_session | temporary_number | expires_at;
constexpr std::uint32_t of_message = of_session | message_id | sender | expected_sender;
constexpr std::uint32_t of_submission = session_id | number | reference | message_id;

std::uint32_t fields_of(EventType type) noexcept {
    switch (type) {
        case EventType::message_received: return of_message | text;
        case EventType::code_received: return of_message | code | link | confidence;
        case EventType::session_created:
        case EventType::session_extended: return of_lease;
        case EventType::session_swapped: return of_lease | previous_number;
        case EventType::session_verified: return of_session | next_step;
        case EventType::session_failed: return of_session | attempts_left | next_step | reason;
        case EventType::session_expired: return of_session | next_step;
        case EventType::session_released: return of_session | reason;
        case EventType::submission_accepted:
        case EventType::submission_sent:
        case EventType::submission_delivered: return of_submission;
        case EventType::submission_failed:
        case EventType::submission_expired: return of_submission | reason;
        case EventType::number_quarantined: return number | expires_at | reason;
        case EventType::carrier_down:
        case EventType::carrier_up: return carrier | reason;
        case EventType::optout_added: return number | sender | reason;
        case EventType::quota_exceeded: return quota | reason;
        case EventType::anomaly_detected: return session_id | number | detector | reason;
        case EventType::webhook_test: return webhook;
        case EventType::webhook_disabled: return webhook | reason;
    }
    return 0;
}

json::value text_or_null(std::string_view value) {
    if (value.empty()) return nullptr;
    return json::value(value);
}
json::value number_or_null(pool::E164 value) {
    if (value == 0) return nullptr;
    return json::value(pool::to_text(value));
}

json::object data_json(const pool::Event& event, bool secrets) {
    // The sandbox's carrier goes down for one session alone.
    std::uint32_t fields = fields_of(event.type);
    if (event.type == EventType::carrier_down && event.test) fields |= session_id | number;
    json::object data;
    data.reserve(12);
    const auto put = [&](Field field, std::string_view name, auto&& value) {
        if ((fields & field) != 0) data.emplace(name, value());
    };
    const auto put_text = [&](Field field, std::string_view name, const std::string& value) {
        put(field, name, [&] { return text_or_null(value); });
    };
    const auto put_secret = [&](Field field, std::string_view name, const std::string& value) {
        put(field, name, [&] { return text_or_null(secrets ? value : std::string_view{}); });
    };
    put(session_id, "session_id", [&] {
        return event.session == 0 ? json::value() : json::value(pool::token_text(event.token));
    });
    put(number, "number", [&] { return number_or_null(event.number); });
    put(previous_number, "previous_number", [&] { return number_or_null(event.previous_number); });
    put(temporary_number, "temporary_number", [] { return true; });
    put_text(workflow, "workflow", event.workflow);
    put_text(reference, "reference", event.reference);
    put(message_id, "message_id",
        [&] { return text_or_null(event.message == 0 ? "" : pool::id_text(event.message)); });
    put_text(sender, "sender", event.sender);
    put(expected_sender, "expected_sender", [&] { return event.expected_sender; });
    put_secret(text, "text", event.text);
    put_secret(code, "code", event.code);
    put_secret(link, "link", event.link);
    put(confidence, "confidence", [&] { return event.confidence; });
    put(expires_at, "expires_at", [&] {
        return event.expires_at == pool::WallTime{} ? json::value()
                                                    : json::value(http::rfc3339(event.expires_at));
    });
    put(attempts_left, "attempts_left", [&] { return event.attempts_left; });
    put_text(next_step, "next_step", event.next_step);
    put_text(reason, "reason", event.reason);
    put_text(carrier, "carrier", event.subject);
    put_text(quota, "quota", event.subject);
    put_text(detector, "detector", event.subject);
    put_text(webhook, "webhook", event.subject);
    return data;
}

}  // namespace

std::string event_name(pool::Id id) { return std::string(event_prefix) + pool::id_text(id); }
std::optional<pool::Id> parse_event_name(std::string_view name) noexcept {
    return parse_name(name, event_prefix);
}
std::string webhook_name(pool::Id id) { return std::string(webhook_prefix) + pool::id_text(id); }
std::optional<pool::Id> parse_webhook_name(std::string_view name) noexcept {
    return parse_name(name, webhook_prefix);
}

json::object event_json(const pool::Event& event, const EventView& view) {
    json::object object;
    object.reserve(6);
    object.emplace("id", event_name(event.id));
    object.emplace("type", pool::name(event.type));
    object.emplace("at", http::rfc3339(event.at));
    object.emplace("test", event.test);
    object.emplace("platform", text_or_null(view.platform));
    object.emplace("data", data_json(event, view.secrets));
    return object;
}

}  // namespace smppd::notify
