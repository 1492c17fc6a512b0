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
    call->answer(paged(
        pool.platforms(), page,
        [](const pool::Platform& one) -> const std::string& { return one.name; },
        [&](const pool::Platform& one) { return platform_json(pool, one); }));
}

void get_platform(CallPtr call) {
    if (refused_parameters(*call)) return;
    const pool::Pool& pool = call->context.pool;
    const pool::Platform* platform = pool.platform(call->path[0]);
    if (!platform)
        return call->fail(Kind::not_found, "There is no platform \"" + call->path[0] + "\".");
    call->answer(json_response(200, platform_json(pool, *platform)));
}

void update_platform(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto disabled = fields.boolean("disabled");
    const auto numbers_max =
        fields.integer("numbers_max", {0, std::numeric_limits<std::uint32_t>::max()});
    fields.finish();
    if (refused(*call, std::move(errors))) return;

    Context& context = call->context;
    const pool::Platform* found = context.pool.platform(call->path[0]);
    if (!found)
        return call->fail(Kind::not_found, "There is no platform \"" + call->path[0] + "\".");
    pool::Platform platform = *found;
    if (disabled) platform.disabled = *disabled;
    if (numbers_max) platform.numbers_max = static_cast<std::uint32_t>(*numbers_max);
    auto changes = context.pool.update(platform);
    if (!changes)
        return call->fail(from_pool(
            changes.error(), "The platform \"" + platform.name + "\" could not be changed."));
    record(call, std::move(*changes), [&context, id = platform.id] {
        context.accounts_changed();
        const pool::Platform* now = context.pool.platform(id);
        return json_response(200, now ? platform_json(context.pool, *now) : boost::json::object{});
    });
}

}  // namespace smppd::http
