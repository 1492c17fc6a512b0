// daemon/http/api.cpp - the endpoint table, and how a request finds its row.
#include "daemon/http/api.hpp"

#include "daemon/http/handlers.hpp"
#include "daemon/http/repeat.hpp"
#include "daemon/log.hpp"

#include <array>
#include <exception>

namespace smppd::http {
namespace {

using pool::Scope;
constexpr std::nullopt_t anybody = std::nullopt;
constexpr bool creates = true;

// The whole API at a glance. GET serves HEAD too.
constexpr std::array table{
    Endpoint{"GET", "/healthz", "getHealth", get_health, anybody},
    Endpoint{"GET", "/readyz", "getReadiness", get_readiness, anybody},
    Endpoint{"GET", "/v1/openapi.json", "getOpenApi", get_openapi, anybody},
    Endpoint{"GET", "/v1/status", "getStatus", get_status, Scope::system_read},
    Endpoint{"POST", "/v1/backup", "startBackup", start_backup, Scope::system_write, Body::json},
    Endpoint{"GET", "/v1/backup", "getBackup", get_backup, Scope::system_read},

    Endpoint{"GET", "/v1/carriers", "listCarriers", list_carriers, Scope::carriers_read},
    Endpoint{"GET", "/v1/carriers/{name}", "getCarrier", get_carrier, Scope::carriers_read},
    Endpoint{"POST", "/v1/carriers/{name}/stop", "stopCarrier", stop_carrier, Scope::carriers_write,
             Body::json_or_none},
    Endpoint{"POST", "/v1/carriers/{name}/start", "startCarrier", start_carrier,
             Scope::carriers_write, Body::json_or_none},
    Endpoint{"POST", "/v1/carriers/{name}/drain", "drainCarrier", drain_carrier,
             Scope::carriers_write, Body::json_or_none},
    Endpoint{"POST", "/v1/carriers/{name}/probe", "probeCarrier", probe_carrier,
             Scope::carriers_write, Body::json_or_none},
    Endpoint{"GET", "/v1/binds", "listBinds", list_binds, Scope::carriers_read},
    Endpoint{"POST", "/v1/binds/{id}/disconnect", "disconnectBind", disconnect_bind,
             Scope::carriers_write},

    Endpoint{"GET", "/v1/platforms", "listPlatforms", list_platforms, Scope::platforms_read},
    Endpoint{"POST", "/v1/platforms", "createPlatform", create_platform, Scope::platforms_write,
             Body::json, creates},
    Endpoint{"GET", "/v1/platforms/{name}", "getPlatform", get_platform, Scope::platforms_read},
    Endpoint{"PATCH", "/v1/platforms/{name}", "updatePlatform", update_platform,
             Scope::platforms_write, Body::json},
    Endpoint{"POST", "/v1/platforms/{name}/accounts", "createAccount", create_account,
             Scope::platforms_write, Body::json, creates},
    Endpoint{"PATCH", "/v1/platforms/{name}/accounts/{system_id}", "updateAccount", update_account,
             Scope::platforms_write, Body::json},
    Endpoint{"POST", "/v1/platforms/{name}/password", "setPassword", set_password,
             Scope::platforms_write, Body::json},
    Endpoint{"POST", "/v1/platforms/{name}/keys", "createPlatformKey", create_platform_key,
             Scope::platforms_write, Body::json, creates},
    Endpoint{"GET", "/v1/platforms/{name}/keys", "listPlatformKeys", list_platform_keys,
             Scope::platforms_read},
    Endpoint{"POST", "/v1/keys", "createKey", create_key, Scope::platforms_write, Body::json,
             creates},
    Endpoint{"GET", "/v1/keys", "listKeys", list_keys, Scope::platforms_read},
    Endpoint{"GET", "/v1/keys/{id}", "getKey", get_key, Scope::platforms_read},
    Endpoint{"PATCH", "/v1/keys/{id}", "updateKey", update_key, Scope::platforms_write, Body::json},
    Endpoint{"POST", "/v1/keys/{id}/rotate", "rotateKey", rotate_key, Scope::platforms_write,
             Body::json_or_none, creates},
    Endpoint{"DELETE", "/v1/keys/{id}", "revokeKey", revoke_key, Scope::platforms_write},

    Endpoint{"GET", "/v1/numbers", "listNumbers", list_numbers, Scope::numbers_read},
    Endpoint{"POST", "/v1/numbers/import", "importNumbers", import_numbers, Scope::numbers_write,
             Body::csv, creates},
    Endpoint{"GET", "/v1/numbers/{number}", "getNumber", get_number, Scope::numbers_read},
    Endpoint{"POST", "/v1/numbers/{number}/assign", "assignNumber", assign_number,
             Scope::numbers_write, Body::json},
    Endpoint{"POST", "/v1/numbers/{number}/unassign", "unassignNumber", unassign_number,
             Scope::numbers_write},

    Endpoint{"PATCH", "/v1/numbers/{number}", "updateNumber", update_number, Scope::numbers_write,
             Body::json},
    Endpoint{"POST", "/v1/numbers/{number}/quarantine", "quarantineNumber", quarantine_number,
             Scope::numbers_write, Body::json},
    Endpoint{"GET", "/v1/numbers/{number}/usage", "getNumberUsage", get_number_usage,
             Scope::numbers_read},

    Endpoint{"POST", "/v1/sessions", "allocateNumber", allocate_number, Scope::sessions_write,
             Body::json, creates},
    Endpoint{"GET", "/v1/sessions", "listSessions", list_sessions, Scope::sessions_read},
    Endpoint{"GET", "/v1/sessions/{id}", "getSession", get_session, Scope::sessions_read},
    Endpoint{"DELETE", "/v1/sessions/{id}", "releaseNumber", release_number, Scope::sessions_write},
    Endpoint{"POST", "/v1/sessions/{id}/extend", "extendSession", extend_session,
             Scope::sessions_write, Body::json},
    Endpoint{"POST", "/v1/sessions/{id}/swap", "swapNumber", swap_number, Scope::sessions_write,
             Body::json_or_none, creates},
    Endpoint{"POST", "/v1/sessions/{id}/verify", "verifyCode", verify_code, Scope::sessions_write,
             Body::json, creates},
    Endpoint{"GET", "/v1/sessions/{id}/messages", "listMessages", list_session_messages,
             Scope::messages_read},

    Endpoint{"POST", "/v1/webhooks", "createWebhook", create_webhook, Scope::webhooks_write,
             Body::json, creates},
    Endpoint{"GET", "/v1/webhooks", "listWebhooks", list_webhooks, Scope::webhooks_read},
    Endpoint{"GET", "/v1/webhooks/{id}", "getWebhook", get_webhook, Scope::webhooks_read},
    Endpoint{"PATCH", "/v1/webhooks/{id}", "updateWebhook", update_webhook, Scope::webhooks_write,
             Body::json},
    Endpoint{"DELETE", "/v1/webhooks/{id}", "deleteWebhook", delete_webhook, Scope::webhooks_write},
    Endpoint{"POST", "/v1/webhooks/{id}/rotate-secret", "rotateWebhookSecret",
             rotate_webhook_secret, Scope::webhooks_write, Body::json_or_none, creates},
    Endpoint{"POST", "/v1/webhooks/{id}/test", "testWebhook", test_webhook, Scope::webhooks_write,
             Body::json_or_none, creates},
    Endpoint{"GET", "/v1/webhooks/{id}/deliveries", "listDeliveries", list_deliveries,
             Scope::webhooks_read},
    Endpoint{"POST", "/v1/webhooks/{id}/deliveries/{event}/replay", "replayDelivery",
             replay_delivery, Scope::webhooks_write, Body::json_or_none},
    Endpoint{"POST", "/v1/webhooks/{id}/replay-dead", "replayDeadLetters", replay_dead,
             Scope::webhooks_write, Body::json_or_none},

    Endpoint{"GET", "/v1/workflows", "listWorkflows", list_workflows, Scope::system_read},
    Endpoint{"GET", "/v1/workflows/{name}", "getWorkflow", get_workflow, Scope::system_read},
    Endpoint{"GET", "/v1/mappings", "listMappings", list_mappings, Scope::system_read},
    Endpoint{"POST", "/v1/tasks/{id}/events", "postTaskEvent", post_task_event,
             Scope::sessions_write, Body::json},

    Endpoint{"GET", "/v1/messages", "searchMessages", list_messages, Scope::messages_read},
    Endpoint{"GET", "/v1/messages/{id}", "getMessage", get_message, Scope::messages_read},
    Endpoint{"GET", "/v1/messages/{id}/trace", "explainMessage", explain_message,
             Scope::messages_read},
    Endpoint{"GET", "/v1/receipts", "listReceipts", list_receipts, Scope::carriers_read},

    Endpoint{"GET", "/v1/events", "streamEvents", stream_events, Scope::events_read},
};

bool is_variable(std::string_view piece) { return piece.starts_with('{'); }

/// The next segment of a pattern, which is cut off it.
std::string_view next_piece(std::string_view& pattern) {
    pattern.remove_prefix(1);
    const std::string_view piece = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(piece.size());
    return piece;
}

bool fits(std::string_view pattern, const std::vector<std::string>& segments) {
    for (const std::string& segment : segments) {
        if (!pattern.starts_with('/')) return false;
        const std::string_view piece = next_piece(pattern);
        if (is_variable(piece) ? segment.empty() : piece != segment) return false;
    }
    return pattern.empty();
}

/// The segments that stand for the variables of a pattern that fits.
std::vector<std::string> values_of(std::string_view pattern,
                                   const std::vector<std::string>& segments) {
    std::vector<std::string> values;
    for (const std::string& segment : segments)
        if (is_variable(next_piece(pattern))) values.push_back(segment);
    return values;
}

struct Found {
    const Endpoint* endpoint = nullptr;
    bool path = false;  // whether a row of any method has it
};

// A method's first fitting row wins, and literal rows stand before variable ones.
Found find(std::string_view method, const std::vector<std::string>& segments) {
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    Found found;
    for (const Endpoint& row : table) {
        if (!fits(row.pattern, segments)) continue;
        found.path = true;
        if (row.method != wanted) continue;
        found.endpoint = &row;
        break;
    }
    return found;
}

/// The methods of the patterns that fit.
std::string allowed(const std::vector<std::string>& segments) {
    std::string allow;
    for (const Endpoint& row : table) {
        if (!fits(row.pattern, segments)) continue;
        allow += (allow.empty() ? "" : ", ") + std::string{row.method};
        if (row.method == "GET") allow += ", HEAD";
    }
    return allow;
}

bool media_is(const Request& request, std::string_view wanted) {
    std::string type{request.header("content-type")};
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
    });
    return type == wanted;
}

std::optional<Problem> wrong_body(const Endpoint& endpoint, const Request& request) {
    const bool empty = request.body.empty();
    switch (endpoint.body) {
        case Body::none:
            if (empty) return {};
            return Problem{
                .kind = Kind::invalid, .detail = "This call takes no body.", .errors = {}};
        case Body::json_or_none:
            if (empty) return {};
            [[fallthrough]];
        case Body::json:
            if (media_is(request, "application/json")) return {};
            return Problem{.kind = Kind::unsupported_media,
                           .detail = "The body must be JSON, with Content-Type: application/json.",
                           .errors = {}};
        case Body::csv:
            if (media_is(request, "text/csv")) return {};
            return Problem{.kind = Kind::unsupported_media,
                           .detail = "The body must be CSV, with Content-Type: text/csv.",
                           .errors = {}};
    }
    return {};
}

}  // namespace

Api::Api(Context& context, const ApiOptions& options)
    : context_(context),
      options_(options),
      access_(context, options.access),
      state_(std::make_shared<ApiState>()) {
    state_->answers = context.answers ? context.answers : &state_->own_answers;
    state_->event_followers_max = options.event_followers_max;
}

std::span<const Endpoint> Api::endpoints() { return table; }

std::size_t Api::body_octets_max(std::string_view method, std::string_view target) const {
    const auto parsed = parse_target(target);
    const Endpoint* endpoint = parsed ? find(method, parsed->segments).endpoint : nullptr;
    return endpoint && endpoint->body == Body::csv ? options_.import_octets_max
                                                   : options_.body_octets_max;
}

std::optional<Response> Api::refuse_unread(const Request& head) {
    const auto parsed = parse_target(head.target);
    const Endpoint* endpoint = parsed ? find(head.method, parsed->segments).endpoint : nullptr;
    return access_.refusal(head, endpoint ? endpoint->scope : std::nullopt);
}

void Api::handle(Request request, std::shared_ptr<Responder> responder) {
    const auto call =
        std::make_shared<Call>(context_, state_, std::move(request), std::move(responder));
    access_.add_cors(*call);
    auto target = parse_target(call->request.target);
    if (!target && call->request.method == "OPTIONS" && call->request.target == "*")
        return access_.answer_options(*call, "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
    if (!target)
        return call->fail(Kind::malformed,
                          "The request's target is no path with a query, or has a % that "
                          "is not followed by two hexadecimal digits.");
    call->target = std::move(*target);
    try {
        route(call);
    } catch (const std::exception& error) {
        log::error("api_failed", {{"operation", call->operation}, {"error", error.what()}});
        call->fail(Kind::internal, "The call failed inside; the log tells more.");
    }
}

void Api::route(const CallPtr& call) {
    const Found found = find(call->request.method, call->target.segments);
    const bool nothing = !found.path;
    if (found.endpoint) call->operation = found.endpoint->operation_id;
    if (call->request.method == "OPTIONS" && !nothing)
        return access_.answer_options(*call, allowed(call->target.segments) + ", OPTIONS");
    // That there is nothing may be told to anybody; who shows a key is counted all the same.
    const bool shows_key = !call->request.header("authorization").empty();
    const bool open = found.endpoint ? !found.endpoint->scope : nothing && !shows_key;
    const auto scope = found.endpoint ? found.endpoint->scope : std::nullopt;
    if (!open && !access_.let_in(*call, scope)) return;
    if (nothing) return call->fail(Kind::not_found, "There is nothing at this path.");
    if (!found.endpoint) {
        const std::string allow = allowed(call->target.segments);
        Response response = to_response({.kind = Kind::method_not_allowed,
                                         .detail = "This path takes " + allow + ".",
                                         .errors = {}});
        response.headers.emplace_back("allow", allow + ", OPTIONS");
        return call->answer(std::move(response));
    }
    call->path = values_of(found.endpoint->pattern, call->target.segments);
    if (const auto problem = wrong_body(*found.endpoint, call->request))
        return call->fail(*problem);
    if (found.endpoint->creates && answered_before(call)) return;
    found.endpoint->handler(call);
}

}  // namespace smppd::http
