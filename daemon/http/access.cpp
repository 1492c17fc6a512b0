// daemon/http/access.cpp - see access.hpp.
#include "daemon/http/access.hpp"

#include "daemon/log.hpp"

namespace smppd::http {
namespace {

constexpr auto use_noted_each = std::chrono::minutes{1};
constexpr const char* cors_methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr const char* cors_request_headers =
    "Authorization, Content-Type, Idempotency-Key, Last-Event-ID";
constexpr const char* cors_response_headers =
    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Location, "
    "Idempotency-Replayed";

Response too_often(std::uint32_t retry_s, std::string detail) {
    return to_response({.kind = Kind::rate_limited,
                        .detail = std::move(detail),
                        .errors = {},
                        .retry_after = std::chrono::seconds{std::max(1U, retry_s)}});
}

}  // namespace

Problem lacks_scope(pool::Scope scope) {
    return {.kind = Kind::no_scope,
            .detail = "The key lacks the scope " + std::string{pool::name(scope)} + ".",
            .errors = {}};
}

bool refused_scope(Call& call, pool::Scope scope) {
    if (call.caller.may(scope)) return false;
    call.fail(lacks_scope(scope));
    return true;
}

Access::Access(Context& context, AccessOptions options)
    : context_(context),
      options_(std::move(options)),
      keys_(options_.buckets_max),
      platforms_(options_.buckets_max),
      failures_(options_.buckets_max) {}

std::variant<Caller, Response> Access::find_out(const Request& request) {
    const pool::WallTime now = context_.wall_now();
    auto found = authenticate(request, context_.pool, now);
    if (auto* caller = std::get_if<Caller>(&found)) return std::move(*caller);
    const auto& refusal = std::get<NotLetIn>(found);
    if (!refusal.counts) return to_response(refusal);
    const std::string& address = request.peer.address;
    const std::uint64_t who = KeyedHash{context_.salt}.add(failure_origin(address)).finish();
    const Allowance failures = failures_.take(who, options_.failure_rate, now);
    if (failures.allowed) {
        log::debug("api_key_refused", {{"from", address}, {"reason", refusal.problem.detail}});
        return to_response(refusal);
    }
    return too_often(failures.retry_s,
                     "Too many calls of this address came without a good API key.");
}

bool Access::let_in(Call& call, std::optional<pool::Scope> scope) {
    auto found = find_out(call.request);
    if (auto* refusal = std::get_if<Response>(&found)) {
        call.answer(std::move(*refusal));
        return false;
    }
    call.caller = std::move(std::get<Caller>(found));
    if (call.caller.local) return true;
    if (!within_limits(call)) return false;
    note_use(call.caller);
    return !scope || !refused_scope(call, *scope);
}

std::optional<Response> Access::refusal(const Request& head, std::optional<pool::Scope> scope) {
    auto found = find_out(head);
    if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
    if (!scope || std::get<Caller>(found).may(*scope)) return {};
    return to_response(lacks_scope(*scope));
}

bool Access::within_limits(Call& call) {
    const pool::WallTime now = context_.wall_now();
    Rate key_rate = options_.key_rate, platform_rate = options_.platform_rate;
    const pool::Platform* platform =
        call.caller.platform == 0 ? nullptr : context_.pool.platform(call.caller.platform);
    if (platform && platform->requests_per_second > 0) {
        platform_rate = Rate::of(platform->requests_per_second);
        // One key may use all that its platform has.
        if (platform_rate.each < key_rate.each) key_rate = platform_rate;
    }
    const std::uint64_t key = KeyedHash{context_.salt}.add(call.caller.key).finish();
    const Allowance allowance =
        platform ? take_both(keys_, key, key_rate, platforms_, platform->id, platform_rate, now)
                 : keys_.take(key, key_rate, now);
    call.extra.emplace_back("ratelimit-limit", std::to_string(allowance.limit));
    call.extra.emplace_back("ratelimit-remaining", std::to_string(allowance.remaining));
    call.extra.emplace_back("ratelimit-reset", std::to_string(allowance.reset_s));
    if (allowance.allowed) return true;
    call.answer(
        too_often(allowance.retry_s, "Too many calls; see the RateLimit headers and Retry-After."));
    return false;
}

void Access::note_use(const Caller& caller) {
    const pool::WallTime now = context_.wall_now();
    const pool::ApiKey* key = context_.pool.api_key(caller.key);
    if (!key || now - key->last_used_at < use_noted_each || now - use_failed_at_ < use_noted_each)
        return;
    pool::ApiKey used = *key;
    used.last_used_at = now;
    auto changes = context_.pool.put(std::move(used));
    if (!changes) return;
    auto kept = std::make_shared<const pool::Changes>(*changes);
    // Of a use that cannot be recorded nobody needs to hear; the next minute tries again.
    context_.committer.commit(std::move(*changes), [this, kept, now](std::error_code error) {
        if (!error) return;
        use_failed_at_ = now;
        context_.pool.revert(*kept);
    });
}

bool Access::origin_allowed(std::string_view origin) const {
    return std::any_of(options_.cors_origins.begin(), options_.cors_origins.end(),
                       [&](const std::string& one) { return one == "*" || one == origin; });
}

void Access::add_cors(Call& call) const {
    if (options_.cors_origins.empty()) return;
    call.extra.emplace_back("vary", "Origin");
    const std::string origin{call.request.header("origin")};
    if (origin.empty() || !origin_allowed(origin)) return;
    call.extra.emplace_back("access-control-allow-origin", origin);
    call.extra.emplace_back("access-control-expose-headers", cors_response_headers);
}

void Access::answer_options(Call& call, const std::string& allow) const {
    Response response = no_content();
    response.headers.emplace_back("allow", allow);
    const std::string_view origin = call.request.header("origin");
    const bool preflight = !call.request.header("access-control-request-method").empty();
    if (preflight && !origin.empty() && origin_allowed(origin)) {
        response.headers.emplace_back("access-control-allow-methods", cors_methods);
        response.headers.emplace_back("access-control-allow-headers", cors_request_headers);
        response.headers.emplace_back("access-control-max-age", "600");
    }
    call.answer(std::move(response));
}

}  // namespace smppd::http
