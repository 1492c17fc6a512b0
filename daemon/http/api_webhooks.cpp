// daemon/http/api_webhooks.cpp - webhooks: made, listed, changed, rotated, tested; what became of
// their deliveries, and those sent again.
#include "daemon/http/access.hpp"
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/notify/event_json.hpp"
#include "daemon/notify/outbox.hpp"
#include "daemon/notify/standard_webhooks.hpp"

#include <sodium.h>

#include <array>

namespace smppd::http {
namespace {

constexpr std::array<std::string_view, 4> delivery_states{"waiting", "delivered", "dead",
                                                          "cancelled"};
constexpr std::int64_t overlap_max_s = 7 * 24 * 3600;
constexpr std::int64_t overlap_usual_s = 24 * 3600;

std::string fresh_secret() {
    std::array<std::uint8_t, 32> octets{};
    randombytes_buf(octets.data(), octets.size());
    return notify::make_secret(octets);
}

/// The webhook in the path; answers 404 when there is none or the caller does not see it.
std::optional<pool::Webhook> webhook_of(Call& call) {
    const auto id = notify::parse_webhook_name(call.path[0]);
    const pool::Webhook* found = id ? call.context.pool.webhook(*id) : nullptr;
    if (found != nullptr && visible(call, found->platform, found->test)) return *found;
    call.fail(Kind::not_found, "There is no webhook of this id; see GET /v1/webhooks.");
    return {};
}

/// The enabled webhook in the path, and an outbox to work with.
std::optional<pool::Webhook> enabled_webhook_of(Call& call) {
    auto webhook = webhook_of(call);
    if (!webhook) return {};
    if (webhook->disabled) {
        call.fail(Kind::not_available,
                  "The webhook is disabled; enable it with PATCH {\"disabled\": false}.");
        return {};
    }
    if (call.context.outbox != nullptr) return webhook;
    call.fail(Kind::not_implemented, "This smppd sends no webhooks.");
    return {};
}

std::vector<pool::EventType> read_events(Fields& fields) {
    std::vector<pool::EventType> events;
    const auto names = fields.texts("events", pool::event_types, {1, 64});
    for (const std::string& name : names.value_or(std::vector<std::string>{})) {
        const auto type = pool::parse_event_type(name);
        if (!type)
            fields.wrong("events", "\"" + name + "\" is no event; see the API's description");
        else if (std::find(events.begin(), events.end(), *type) == events.end())
            events.push_back(*type);
    }
    return events;
}

std::string read_url(const Context& context, Fields& fields, std::string url) {
    const std::string problem =
        url.empty() ? std::string{} : webhook_url_problem(url, context.webhooks_allow_http);
    if (!problem.empty()) fields.wrong("url", problem);
    return url;
}

void record_webhook(const CallPtr& call, pool::Webhook webhook, int status, bool secret) {
    auto changes = call->context.pool.put(webhook);
    if (!changes && changes.error() == pool::Errc::full)
        return call->fail(Kind::not_available,
                          "The platform has as many webhooks as it may; remove some.");
    if (!changes)
        return call->fail(from_pool(changes.error(), "The webhook could not be recorded."));
    record(call, std::move(*changes), [&] {
        auto body = webhook_json(call->context.pool, webhook);
        if (secret) body["secret"] = webhook.secret;
        Response response = json_response(status, body);
        if (status == 201)
            response.headers.emplace_back("location",
                                          "/v1/webhooks/" + notify::webhook_name(webhook.id));
        return response;
    });
}

void answer_replay(const CallPtr& call, std::error_code error, std::size_t count) {
    if (error) return call->fail(from_store(error));
    call->answer(json_response(202, boost::json::object{{"replayed", count}}));
}

}  // namespace

void create_webhook(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto platform = platform_for(*call, fields);
    if (!platform) return;
    const pool::WallTime now = call->context.wall_now();
    pool::Webhook webhook;
    webhook.platform = *platform;
    webhook.url = read_url(call->context, fields, fields.required_text("url", {1, 2'000}));
    webhook.description = fields.text("description", {1, 200}).value_or("");
    webhook.events = read_events(fields);
    webhook.sessions_only = fields.boolean("sessions_only").value_or(false);
    webhook.test = call->caller.test;
    if (call->caller.platform == 0 && !call->caller.test)
        webhook.test = fields.boolean("test").value_or(false);
    if (refused_scope(*call, pool::Scope::messages_text)) return;  // it brings texts and codes
    const auto given = fields.text("secret", {1, 100});
    if (given && !notify::parse_secret(*given))
        fields.wrong("secret", "must be whsec_ and the base64 of 24 to 64 octets, or left out");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    webhook.id = call->context.ids.next(now);
    webhook.created_at = now;
    webhook.secret = given ? *given : fresh_secret();
    record_webhook(call, std::move(webhook), 201, true);
}

void list_webhooks(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const auto platform = platform_for(*call, params);
    if (!platform) return;
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    std::vector<pool::Webhook> seen;
    for (const pool::Webhook* webhook : call->context.pool.webhooks_of(*platform))
        if (visible(*call, webhook->platform, webhook->test)) seen.push_back(*webhook);
    call->answer(paged(
        std::move(seen), page,
        [](const pool::Webhook& one) { return notify::webhook_name(one.id); },
        [&](const pool::Webhook& one) { return webhook_json(call->context.pool, one); }));
}

void get_webhook(CallPtr call) {
    if (refused_parameters(*call)) return;
    if (const auto webhook = webhook_of(*call))
        call->answer(json_response(200, webhook_json(call->context.pool, *webhook)));
}

void update_webhook(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    auto webhook = webhook_of(*call);
    if (!webhook) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    if (body->contains("url") && refused_scope(*call, pool::Scope::messages_text)) return;
    if (auto url = fields.text("url", {1, 2'000}))
        webhook->url = read_url(call->context, fields, std::move(*url));
    if (auto description = fields.text("description", {0, 200}))
        webhook->description = std::move(*description);
    if (body->contains("events")) webhook->events = read_events(fields);
    if (const auto only = fields.boolean("sessions_only")) webhook->sessions_only = *only;
    if (const auto disabled = fields.boolean("disabled")) {
        webhook->disabled = *disabled;
        webhook->disabled_reason = *disabled ? "admin" : "";
        webhook->failing_since = {};
    }
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    record_webhook(call, std::move(*webhook), 200, false);
}

void delete_webhook(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto webhook = webhook_of(*call);
    if (!webhook) return;
    auto changes = call->context.pool.remove_webhook(webhook->id);
    if (!changes)
        return call->fail(from_pool(changes.error(), "The webhook could not be removed."));
    record(call, std::move(*changes), [] { return no_content(); });
}

void rotate_webhook_secret(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call, true);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const std::int64_t overlap =
        fields.integer("overlap_seconds", {0, overlap_max_s}).value_or(overlap_usual_s);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    auto webhook = webhook_of(*call);
    if (!webhook) return;
    webhook->previous_secret = overlap > 0 ? webhook->secret : "";
    webhook->previous_until =
        overlap > 0 ? call->context.wall_now() + pool::Seconds{overlap} : pool::WallTime{};
    webhook->secret = fresh_secret();
    record_webhook(call, std::move(*webhook), 200, true);
}

void test_webhook(CallPtr call) {
    if (refused_parameters(*call) || refused_body(*call)) return;
    const auto webhook = enabled_webhook_of(*call);
    if (!webhook) return;
    pool::EventAdded added = call->context.outbox->test(webhook->id);
    const boost::json::object body{{"event", notify::event_name(added.event.id)}};
    pool::Changes changes;
    changes.emplace_back(std::move(added));
    record(call, std::move(changes), [&body] { return json_response(202, body); });
}

void list_deliveries(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    std::optional<pool::DeliveryState> state;
    if (const auto choice = params.choice("state", delivery_states))
        state = static_cast<pool::DeliveryState>(*choice);
    const Page page = params.page();
    const auto before =
        page.cursor.empty() ? std::optional<pool::Id>{0} : notify::parse_event_name(page.cursor);
    if (!before) params.wrong("cursor", "must be a next_cursor of this list");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    const auto webhook = webhook_of(*call);
    if (!webhook) return;
    auto query = [id = webhook->id, state, before = *before,
                  limit = page.limit](store::History& history) {
        return history.deliveries(id, state, before, limit + 1);
    };
    read_history(call, std::move(query),
                 [limit = page.limit](const CallPtr& here, std::vector<pool::Delivery> found) {
                     here->answer(read_page(
                         std::move(found), limit,
                         [](const pool::Delivery& one) { return notify::event_name(one.event); },
                         delivery_json));
                 });
}

void replay_delivery(CallPtr call) {
    if (refused_parameters(*call) || refused_body(*call)) return;
    const auto webhook = enabled_webhook_of(*call);
    if (!webhook) return;
    const auto event = notify::parse_event_name(call->path[1]);
    if (!event) return call->fail(Kind::not_found, "An event's id is evt_ and 16 digits.");
    auto query = [id = webhook->id, event = *event](store::History& history) {
        // The newest below the next id is the delivery itself.
        auto found = history.deliveries(id, std::nullopt, event + 1, 1);
        if (!found.empty() && found.front().event != event) found.clear();
        return found;
    };
    read_history(
        call, std::move(query), [](const CallPtr& here, std::vector<pool::Delivery> found) {
            if (found.empty())
                return here->fail(Kind::not_found,
                                  "No delivery of this event to this webhook is kept.");
            if (found.front().state == pool::DeliveryState::waiting)
                return here->fail(Kind::not_available, "The delivery is waiting already.");
            here->context.outbox->replay(
                std::move(found), [here](std::error_code error) { answer_replay(here, error, 1); });
        });
}

void replay_dead(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call, true);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const std::int64_t hours = fields.integer("since_hours", {1, 24 * 30}).value_or(24 * 30);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const auto webhook = enabled_webhook_of(*call);
    if (!webhook) return;
    call->context.outbox->replay_dead(
        webhook->id, call->context.wall_now() - std::chrono::hours{hours},
        [call](std::error_code error, std::size_t count) { answer_replay(call, error, count); });
}

}  // namespace smppd::http
