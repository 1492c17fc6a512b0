// daemon/http/api_sessions.cpp - sessions: a number leased to a platform, shown, given back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"

#include <array>

namespace smppd::http {
namespace {

constexpr std::array<std::string_view, 3> states{"active", "released", "expired"};
constexpr std::int64_t ttl_max_s = 366LL * 24 * 3600;  // the pool's own limit is below it

/// The session in the path; answers 404 when none of that name is kept.
std::optional<pool::Session> session_of(Call& call) {
    const auto token = pool::parse_token(call.path[0]);
    auto session = token ? call.context.pool.session(*token) : std::nullopt;
    if (!session)
        call.fail(Kind::not_found,
                  "There is no session of this id; ended ones are kept for a while "
                  "only.");
    return session;
}

std::string refusal(const boost::system::error_code& error, const pool::AllocateRequest& request) {
    if (error == pool::Errc::no_number)
        return "No available number fits country, area, carrier and tag; see GET /v1/numbers.";
    if (error == pool::Errc::not_found)
        return "/number: the pool has no number " + pool::to_text(request.number) + ".";
    if (error == pool::Errc::not_available)
        return "/number: " + pool::to_text(request.number) + " is not available.";
    if (error == pool::Errc::bad_value)
        return "/ttl_seconds: is above the limit of the configuration (pool.ttl_max).";
    if (error == pool::Errc::quota)
        return "/platform: it has as many numbers as it may (numbers_max); release some.";
    return "The number could not be leased.";
}

pool::AllocateRequest read_request(const Context& context, Fields& fields) {
    pool::AllocateRequest request;
    request.platform =
        platform_named(context, fields, "platform", fields.required_text("platform", {1, 64}));
    request.country = fields.text("country", {2, 2}).value_or("");
    if (!request.country.empty() && !valid_country(request.country))
        fields.wrong("country", "must be two capital letters of ISO 3166-1, as GB");
    request.area = fields.text("area", {1, 64}).value_or("");
    request.carrier = fields.text("carrier", {1, 64}).value_or("");
    request.tag = fields.text("tag", {1, 64}).value_or("");
    request.number = fields.number("number").value_or(0);
    request.ttl = pool::Seconds{fields.integer("ttl_seconds", {1, ttl_max_s}).value_or(0)};
    request.reference = fields.text("reference", {1, 128}).value_or("");
    return request;
}

}  // namespace

void allocate_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const pool::AllocateRequest request = read_request(call->context, fields);
    fields.finish();
    if (refused(*call, std::move(errors))) return;

    Context& context = call->context;
    const pool::Platform* platform = context.pool.platform(request.platform);
    if (platform && platform->disabled)
        return call->fail(Kind::not_available,
                          "/platform: \"" + platform->name + "\" is disabled.");
    const pool::WallTime now = context.wall_now();
    auto allocated = context.pool.allocate(request, context.ids.next(now), now);
    if (!allocated)
        return call->fail(from_pool(allocated.error(), refusal(allocated.error(), request)));
    record(call, std::move(allocated->changes), [&context, session = allocated->session] {
        Response response = json_response(201, session_json(context.pool, session));
        response.headers.emplace_back("location",
                                      "/v1/sessions/" + pool::token_text(session.token));
        return response;
    });
}

void list_sessions(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const pool::PlatformId platform =
        platform_named(call->context, params, "platform", params.text("platform").value_or(""));
    std::optional<pool::SessionState> state;
    if (const auto choice = params.choice("state", states))
        state = static_cast<pool::SessionState>(*choice);
    const Page page = params.page();
    const pool::Id before = params.id("cursor");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    const pool::Pool& pool = call->context.pool;
    call->answer(read_page(
        pool.sessions(platform, state, before, page.limit + 1), page.limit,
        [](const pool::Session& one) { return pool::id_text(one.id); },
        [&](const pool::Session& one) { return session_json(pool, one); }));
}

void get_session(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto session = session_of(*call);
    if (session) call->answer(json_response(200, session_json(call->context.pool, *session)));
}

void release_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto session = session_of(*call);
    if (!session) return;
    auto changes = call->context.pool.release(session->id, call->context.wall_now());
    if (!changes)
        return call->fail(from_pool(changes.error(), "The session could not be released."));
    record(call, std::move(*changes),
           [] { return Response{.status = 204, .content_type = {}, .body = {}, .headers = {}}; });
}

}  // namespace smppd::http
