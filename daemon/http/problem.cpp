// daemon/http/problem.cpp - the table of problems, and how errors of the pool and the store map.
#include "daemon/http/problem.hpp"

#include "daemon/store/store.hpp"

#include <boost/json.hpp>

#include <array>
#include <cassert>

namespace smppd::http {
namespace {

struct Row {
    Kind kind;
    int status;
    std::string_view type;
    std::string_view title;
    int retry_after_s;  // 0: no Retry-After
};

constexpr std::array rows{
    Row{Kind::malformed, 400, "malformed", "The request cannot be read", 0},
    Row{Kind::unauthorized, 401, "unauthorized", "An API key is needed", 0},
    Row{Kind::forbidden, 403, "forbidden", "Not allowed", 0},
    Row{Kind::no_scope, 403, "scope", "The key lacks a scope", 0},
    Row{Kind::not_found, 404, "not_found", "No such thing", 0},
    Row{Kind::method_not_allowed, 405, "method_not_allowed", "Method not allowed here", 0},
    Row{Kind::exists, 409, "exists", "The name is taken", 0},
    Row{Kind::no_number, 409, "no_number", "No number fits", 0},
    Row{Kind::not_available, 409, "not_available", "Its state does not allow this", 0},
    Row{Kind::attempts_exhausted, 409, "attempts_exhausted", "No attempt is left", 0},
    Row{Kind::no_session, 409, "no_session", "The task has no session", 0},
    Row{Kind::running, 409, "running", "One is running already", 0},
    Row{Kind::under_way, 409, "under_way", "The same call is under way", 1},
    Row{Kind::ended, 410, "ended", "It has ended", 0},
    Row{Kind::too_large, 413, "too_large", "The body is too large", 0},
    Row{Kind::unsupported_media, 415, "unsupported_media_type", "Unsupported media type", 0},
    Row{Kind::expectation_failed, 417, "expectation_failed", "Unknown expectation", 0},
    Row{Kind::invalid, 422, "invalid", "A value is wrong", 0},
    Row{Kind::key_reused, 422, "idempotency_key_reused", "The Idempotency-Key was used before", 0},
    Row{Kind::quota, 429, "quota", "The quota is used up", 60},
    Row{Kind::rate_limited, 429, "rate_limited", "Too many calls", 0},
    Row{Kind::headers_too_large, 431, "headers_too_large", "The header is too large", 0},
    Row{Kind::internal, 500, "internal", "Internal error", 0},
    Row{Kind::not_implemented, 501, "not_implemented", "Not implemented", 0},
    Row{Kind::busy, 503, "busy", "Too much to do at the moment", 1},
    Row{Kind::store_full, 503, "store_full", "The disk is full", 30},
    Row{Kind::store_failed, 503, "store_failed", "It could not be recorded", 30},
    Row{Kind::draining, 503, "draining", "The daemon is stopping", 5},
    Row{Kind::version, 505, "version", "HTTP version not supported", 0},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].kind != static_cast<Kind>(i)) return false;
    return true;
}
static_assert(in_order(), "rows stand in the order of Kind");

const Row& row_of(Kind kind) noexcept {
    const auto index = static_cast<std::size_t>(kind);
    assert(index < rows.size());
    return rows[index];
}

boost::json::array to_json(const FieldErrors& errors) {
    boost::json::array list;
    for (const FieldError& error : errors) {
        boost::json::object one;
        if (error.parameter.empty())
            one["pointer"] = error.pointer;
        else
            one["parameter"] = error.parameter;
        one["detail"] = error.detail;
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

int status_of(Kind kind) noexcept { return row_of(kind).status; }

std::string type_of(Kind kind) { return "urn:smppd:problem:" + std::string{row_of(kind).type}; }

Response to_response(const Problem& problem) {
    const Row& row = row_of(problem.kind);
    boost::json::object body{{"type", type_of(problem.kind)},
                             {"title", row.title},
                             {"status", row.status},
                             {"detail", problem.detail}};
    if (!problem.errors.empty()) body["errors"] = to_json(problem.errors);
    for (const auto& [name, value] : problem.members) body[name] = value;
    Response response;
    response.status = row.status;
    response.content_type = "application/problem+json";
    response.body = boost::json::serialize(body);
    const std::int64_t retry_after_s =
        problem.retry_after ? problem.retry_after->count() : row.retry_after_s;
    if (retry_after_s > 0)
        response.headers.emplace_back("retry-after", std::to_string(retry_after_s));
    return response;
}

Problem invalid(FieldErrors errors) {
    Problem problem{.kind = Kind::invalid, .detail = {}, .errors = std::move(errors)};
    if (problem.errors.empty()) return problem;
    const FieldError& first = problem.errors.front();
    problem.detail = first.parameter.empty() ? first.pointer : "parameter " + first.parameter;
    problem.detail += (problem.detail.empty() ? "" : ": ") + first.detail;
    const std::size_t more = problem.errors.size() - 1;
    if (more > 0) problem.detail += " (and " + std::to_string(more) + " more, see errors)";
    return problem;
}

Problem from_pool(const boost::system::error_code& error, std::string detail) {
    Problem problem{.kind = Kind::internal, .detail = std::move(detail), .errors = {}};
    if (error.category() != pool::error_category()) return problem;
    switch (static_cast<pool::Errc>(error.value())) {
        case pool::Errc::no_number: problem.kind = Kind::no_number; break;
        case pool::Errc::not_found: problem.kind = Kind::not_found; break;
        case pool::Errc::exists: problem.kind = Kind::exists; break;
        case pool::Errc::not_available: problem.kind = Kind::not_available; break;
        case pool::Errc::not_yours: problem.kind = Kind::forbidden; break;
        case pool::Errc::bad_value: problem.kind = Kind::invalid; break;
        case pool::Errc::ended: problem.kind = Kind::ended; break;
        case pool::Errc::quota: problem.kind = Kind::quota; break;
        case pool::Errc::full: problem.kind = Kind::busy; break;
    }
    return problem;
}

Problem from_store(const std::error_code& error) {
    if (error == make_error_code(store::Errc::busy))
        return {.kind = Kind::busy,
                .detail = "The writer's queue is full; nothing was changed. Try again shortly.",
                .errors = {}};
    if (error == make_error_code(store::Errc::full))
        return {
            .kind = Kind::store_full,
            .detail = "Nothing was changed: the store's disk is full. Free space and try again.",
            .errors = {}};
    return {
        .kind = Kind::store_failed,
        .detail = "Nothing was changed: the store could not record it (" + error.message() + ").",
        .errors = {}};
}

}  // namespace smppd::http
