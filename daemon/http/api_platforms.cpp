// daemon/http/api_platforms.cpp - platforms: listed, shown, limited, disabled.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"

#include <limits>

namespace smppd::http {

void list_platforms(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    const pool::Pool& pool = call->context.pool;
    std::vector<pool::Platform> platforms = pool.platforms();
    std::erase_if(platforms, [&](const pool::Platform& one) { return !visible(*call, one.id); });
    call->answer(paged(
        std::move(platforms), page,
        [](const pool::Platform& one) -> const std::string& { return one.name; },
        [&](const pool::Platform& one) { return platform_json(pool, one); }));
}

void get_platform(CallPtr call) {
    if (refused_parameters(*call)) return;
    const pool::Pool& pool = call->context.pool;
    const pool::Platform* platform = pool.platform(call->path[0]);
    if (!platform || !visible(*call, platform->id))
        return call->fail(Kind::not_found, "There is no platform \"" + call->path[0] + "\".");
    call->answer(json_response(200, platform_json(pool, *platform)));
}

void update_platform(CallPtr call) {
    if (refused_parameters(*call) || refused_in_sandbox(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto disabled = fields.boolean("disabled");
    constexpr Range any{0, std::numeric_limits<std::uint32_t>::max()};
    const auto numbers_max = fields.integer("numbers_max", any);
    const auto a_minute = fields.integer("allocations_per_minute", any);
    const auto a_day = fields.integer("allocations_per_day", any);
    const auto ttl_max = fields.integer("ttl_max_seconds", any);
    const auto requests = fields.integer("requests_per_second", {0, 1'000'000});
    fields.finish();
    if (refused(*call, std::move(errors))) return;

    Context& context = call->context;
    const pool::Platform* found = context.pool.platform(call->path[0]);
    if (!found || !visible(*call, found->id))
        return call->fail(Kind::not_found, "There is no platform \"" + call->path[0] + "\".");
    pool::Platform platform = *found;
    if (disabled) platform.disabled = *disabled;
    const auto set = [](std::uint32_t& target, std::optional<std::int64_t> value) {
        if (value) target = static_cast<std::uint32_t>(*value);
    };
    set(platform.numbers_max, numbers_max);
    set(platform.allocations_per_minute, a_minute);
    set(platform.allocations_per_day, a_day);
    set(platform.ttl_max_s, ttl_max);
    set(platform.requests_per_second, requests);
    auto changes = context.pool.update(platform);
    if (!changes)
        return call->fail(from_pool(
            changes.error(), "The platform \"" + platform.name + "\" could not be changed."));
    record(
        call, std::move(*changes),
        [&] {
            const pool::Platform* now = context.pool.platform(platform.id);
            return json_response(200,
                                 now ? platform_json(context.pool, *now) : boost::json::object{});
        },
        context.accounts_changed);
}

}  // namespace smppd::http
