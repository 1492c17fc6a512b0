// daemon/http/api_platforms.cpp - platforms: listed, shown, limited, disabled.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/platform_quotas.hpp"
#include "daemon/http/render.hpp"

#include <limits>

namespace smppd::http {

void read_quotas(Fields& fields, pool::Platform& platform) {
    const auto read = [&fields](std::string_view name, std::uint32_t& quota, std::int64_t most) {
        if (const auto value = fields.integer(name, {0, most}))
            quota = static_cast<std::uint32_t>(*value);
    };
    constexpr std::int64_t any = std::numeric_limits<std::uint32_t>::max();
    read("numbers_max", platform.numbers_max, any);
    read("allocations_per_minute", platform.allocations_per_minute, any);
    read("allocations_per_day", platform.allocations_per_day, any);
    read("ttl_max_seconds", platform.ttl_max_s, any);
    read("requests_per_second", platform.requests_per_second, 1'000'000);
}

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
    Context& context = call->context;
    const pool::Platform* found = context.pool.platform(call->path[0]);
    if (!found || !visible(*call, found->id))
        return call->fail(Kind::not_found, "There is no platform \"" + call->path[0] + "\".");
    pool::Platform platform = *found;
    FieldErrors errors;
    Fields fields{*body, errors};
    if (const auto disabled = fields.boolean("disabled")) platform.disabled = *disabled;
    read_quotas(fields, platform);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
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
