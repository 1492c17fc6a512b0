// daemon/http/render_sessions.cpp - sessions, workflows, webhooks as the JSON of the API.
#include "daemon/http/render.hpp"
#include "daemon/notify/event_json.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

namespace json = boost::json;

/// "waiting", "received", "verified", "none": it came to nothing.
std::string_view code_status(const pool::Session& session) {
    if (session.verified_at != pool::WallTime{}) return "verified";
    if (!session.arrived.codes.empty()) return "received";
    return session.state == pool::SessionState::active ? "waiting" : "none";
}

json::value next_step(const pool::Pool& pool, const pool::Session& session) {
    const auto found = pool.workflows().find(session.workflow);
    const pool::NextSteps steps =
        found == pool.workflows().end() ? pool::NextSteps{} : found->second.next_step;
    switch (session.state) {
        case pool::SessionState::verified: return json::value(steps.verified);
        case pool::SessionState::failed: return json::value(steps.failed);
        case pool::SessionState::expired: return json::value(steps.expired);
        case pool::SessionState::active:
        case pool::SessionState::released: break;
    }
    return nullptr;
}

std::int64_t seconds(pool::Seconds time) { return time.count(); }

}  // namespace

json::object session_json(const pool::Pool& pool, const pool::Session& session, bool secrets) {
    json::object code{{"status", code_status(session)}, {"received_at", nullptr}};
    if (!session.arrived.codes.empty())
        code["received_at"] = time_json(session.arrived.codes.back().at);
    if (secrets) {
        const bool known = !session.arrived.codes.empty();
        code["value"] =
            known ? text_or_null(session.arrived.codes.back().code) : json::value(nullptr);
    }
    const std::uint16_t used = std::min(session.attempts_used, session.attempts_max);
    return {{"id", pool::token_text(session.token)},
            {"platform", platform_json(pool, session.platform)},
            {"number", number_json(session.number)},
            {"state", pool::name(session.state)},
            {"workflow", text_or_null(session.workflow)},
            {"reference", text_or_null(session.reference)},
            {"task", text_or_null(session.task)},
            {"test", session.test},
            {"temporary_number", true},
            {"created_at", time_json(session.created_at)},
            {"leased_at", time_json(session.leased_at)},
            {"expires_at", time_json(session.expires_at)},
            {"ended_at", time_json(session.ended_at)},
            {"verified_at", time_json(session.verified_at)},
            {"attempts_left", session.attempts_max - used},
            {"swaps", session.swaps},
            {"messages", session.arrived.messages},
            {"expected_senders", texts_json(session.expected_senders)},
            {"code", std::move(code)},
            {"next_step", next_step(pool, session)}};
}

json::object webhook_json(const pool::Pool& pool, const pool::Webhook& webhook) {
    json::array events;
    for (const pool::EventType type : webhook.events) events.emplace_back(pool::name(type));
    return {{"id", notify::webhook_name(webhook.id)},
            {"platform", platform_json(pool, webhook.platform)},
            {"url", webhook.url},
            {"description", text_or_null(webhook.description)},
            {"events", std::move(events)},
            {"sessions_only", webhook.sessions_only},
            {"test", webhook.test},
            {"disabled", webhook.disabled},
            {"disabled_reason", text_or_null(webhook.disabled_reason)},
            {"created_at", time_json(webhook.created_at)},
            {"failing_since", time_json(webhook.failing_since)},
            {"previous_secret_until", time_json(webhook.previous_until)}};
}

json::object delivery_json(const pool::Delivery& delivery) {
    json::object body{{"event", notify::event_name(delivery.event)},
                      {"webhook", notify::webhook_name(delivery.webhook)},
                      {"state", pool::name(delivery.state)},
                      {"attempts", delivery.attempts},
                      {"next_attempt_at", nullptr},
                      {"settled_at", time_json(delivery.settled_at)},
                      {"status", nullptr},
                      {"error", text_or_null(delivery.error)}};
    if (delivery.state == pool::DeliveryState::waiting)
        body["next_attempt_at"] = time_json(delivery.next_at);
    if (delivery.status != 0) body["status"] = delivery.status;
    return body;
}

json::object workflow_json(const pool::Workflow& workflow) {
    json::array release_on;
    if (workflow.release_on_verified) release_on.emplace_back("verified");
    if (workflow.release_on_failed) release_on.emplace_back("failed");
    json::object body{{"name", workflow.name},
                      {"direction", pool::name(workflow.direction)},
                      {"ttl_seconds", seconds(workflow.ttl)},
                      {"ttl_max_seconds", seconds(workflow.ttl_max)},
                      {"regions", texts_json(workflow.regions)},
                      {"code",
                       {{"length_min", workflow.code.length_min},
                        {"length_max", workflow.code.length_max},
                        {"letters", workflow.code.letters}}},
                      {"expected_senders", texts_json(workflow.expected_senders)},
                      {"attempts", workflow.attempts_allowed()},
                      {"release_on", std::move(release_on)},
                      {"rotation", pool::name(workflow.rotation_used())},
                      {"cool_down_seconds", nullptr},
                      {"brand_cool_down_seconds", nullptr},
                      {"next_step",
                       {{"verified", workflow.next_step.verified},
                        {"failed", workflow.next_step.failed},
                        {"expired", workflow.next_step.expired}}},
                      {"elevated", workflow.elevated},
                      {"swaps_max", workflow.swaps_max},
                      {"isolation_group", text_or_null(workflow.isolation_group)},
                      {"carrier", text_or_null(workflow.carrier)},
                      {"tag", text_or_null(workflow.tag)}};
    if (workflow.cool_down) body["cool_down_seconds"] = seconds(*workflow.cool_down);
    if (workflow.brand_cool_down)
        body["brand_cool_down_seconds"] = seconds(*workflow.brand_cool_down);
    return body;
}

}  // namespace smppd::http
