// daemon/http/api.cpp - the endpoint table, and how a request finds its row.
#include "daemon/http/api.hpp"

#include "daemon/http/handlers.hpp"
#include "daemon/log.hpp"

#include <array>
#include <exception>

namespace smppd::http {
namespace {

// The whole API at a glance. GET serves HEAD too.
constexpr std::array table{
    Endpoint{"GET", "/healthz", "getHealth", get_health},
    Endpoint{"GET", "/readyz", "getReadiness", get_readiness},
    Endpoint{"GET", "/v1/status", "getStatus", get_status},
    Endpoint{"POST", "/v1/backup", "startBackup", start_backup, Body::json},
    Endpoint{"GET", "/v1/backup", "getBackup", get_backup},

    Endpoint{"GET", "/v1/carriers", "listCarriers", list_carriers},
    Endpoint{"GET", "/v1/carriers/{name}", "getCarrier", get_carrier},
    Endpoint{"POST", "/v1/carriers/{name}/stop", "stopCarrier", stop_carrier, Body::json_or_none},
    Endpoint{"POST", "/v1/carriers/{name}/start", "startCarrier", start_carrier,
             Body::json_or_none},
    Endpoint{"GET", "/v1/binds", "listBinds", list_binds},
    Endpoint{"POST", "/v1/binds/{id}/disconnect", "disconnectBind", disconnect_bind},

    Endpoint{"GET", "/v1/platforms", "listPlatforms", list_platforms},
    Endpoint{"POST", "/v1/platforms", "createPlatform", create_platform, Body::json},
    Endpoint{"GET", "/v1/platforms/{name}", "getPlatform", get_platform},
    Endpoint{"PATCH", "/v1/platforms/{name}", "updatePlatform", update_platform, Body::json},
    Endpoint{"POST", "/v1/platforms/{name}/accounts", "createAccount", create_account, Body::json},
    Endpoint{"PATCH", "/v1/platforms/{name}/accounts/{system_id}", "updateAccount", update_account,
             Body::json},
    Endpoint{"POST", "/v1/platforms/{name}/password", "setPassword", set_password, Body::json},

    Endpoint{"GET", "/v1/numbers", "listNumbers", list_numbers},
    Endpoint{"POST", "/v1/numbers/import", "importNumbers", import_numbers, Body::csv},
    Endpoint{"GET", "/v1/numbers/{number}", "getNumber", get_number},
    Endpoint{"POST", "/v1/numbers/{number}/assign", "assignNumber", assign_number, Body::json},
    Endpoint{"POST", "/v1/numbers/{number}/unassign", "unassignNumber", unassign_number},

    Endpoint{"POST", "/v1/sessions", "allocateNumber", allocate_number, Body::json},
    Endpoint{"GET", "/v1/sessions", "listSessions", list_sessions},
    Endpoint{"GET", "/v1/sessions/{id}", "getSession", get_session},
    Endpoint{"DELETE", "/v1/sessions/{id}", "releaseNumber", release_number},

    Endpoint{"GET", "/v1/messages", "listMessages", list_messages},
    Endpoint{"GET", "/v1/messages/{id}", "getMessage", get_message},
    Endpoint{"GET", "/v1/messages/{id}/trace", "explainMessage", explain_message},
    Endpoint{"GET", "/v1/receipts", "listReceipts", list_receipts},
};

/// Whether the segments fit the pattern; the values of its variables go to `values`.
bool fits(std::string_view pattern, const std::vector<std::string>& segments,
          std::vector<std::string>& values) {
    values.clear();
    for (const std::string& segment : segments) {
        if (!pattern.starts_with('/')) return false;
        pattern.remove_prefix(1);
        const std::string_view piece = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(piece.size());
        if (piece.starts_with('{') && !segment.empty())
            values.push_back(segment);
        else if (piece != segment)
            return false;
    }
    return pattern.empty();
}

struct Found {
    const Endpoint* endpoint = nullptr;
    std::vector<std::string> values;
    std::string allow;  // the methods of the patterns that fit
};

// The variables of a method's first fitting row win, and literal rows stand before variable ones.
Found find(std::string_view method, const std::vector<std::string>& segments) {
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    Found found;
    std::vector<std::string> values;
    for (const Endpoint& row : table) {
        if (!fits(row.pattern, segments, values)) continue;
        found.allow += (found.allow.empty() ? "" : ", ") + std::string{row.method};
        if (row.method == "GET") found.allow += ", HEAD";
        if (row.method != wanted || found.endpoint) continue;
        found.endpoint = &row;
        found.values = values;
    }
    return found;
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

Api::Api(Context& context, ApiOptions options)
    : context_(context), options_(options), state_(std::make_shared<ApiState>()) {}

std::span<const Endpoint> Api::endpoints() { return table; }

std::size_t Api::body_octets_max(std::string_view method, std::string_view target) const {
    const auto parsed = parse_target(target);
    const Endpoint* endpoint = parsed ? find(method, parsed->segments).endpoint : nullptr;
    return endpoint && endpoint->body == Body::csv ? options_.import_octets_max
                                                   : options_.body_octets_max;
}

void Api::handle(Request request, std::shared_ptr<Responder> responder) {
    const auto call =
        std::make_shared<Call>(context_, state_, std::move(request), std::move(responder));
    auto target = parse_target(call->request.target);
    if (!target) {
        call->fail(Kind::malformed,
                   "The request's target is no path with a query, or has a % that "
                   "is not followed by two hexadecimal digits.");
        return;
    }
    call->target = std::move(*target);
    Found found = find(call->request.method, call->target.segments);
    if (!found.endpoint && found.allow.empty()) {
        call->fail(Kind::not_found, "There is nothing at this path.");
        return;
    }
    if (!found.endpoint) {
        Response response = to_response({.kind = Kind::method_not_allowed,
                                         .detail = "This path takes " + found.allow + ".",
                                         .errors = {}});
        response.headers.emplace_back("allow", found.allow);
        call->answer(std::move(response));
        return;
    }
    call->operation = found.endpoint->operation_id;
    call->path = std::move(found.values);
    if (const auto problem = wrong_body(*found.endpoint, call->request)) {
        call->fail(*problem);
        return;
    }
    try {
        found.endpoint->handler(call);
    } catch (const std::exception& error) {
        log::error("api_failed", {{"operation", call->operation}, {"error", error.what()}});
        call->fail(Kind::internal, "The call failed inside; the log tells more.");
    }
}

}  // namespace smppd::http
