// daemon/http/api_numbers.cpp - numbers of the pool: listed, shown, assigned and taken back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"

#include <algorithm>
#include <array>

namespace smppd::http {
namespace {

constexpr std::array<std::string_view, 7> states{"available", "leased",   "cooling", "assigned",
                                                 "reserved",  "disabled", "retired"};

std::optional<std::string> digits_of(Params& params) {
    auto prefix = params.text("prefix", 16);
    if (!prefix) return {};
    if (prefix->front() == '+') prefix->erase(0, 1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!prefix->empty() && std::all_of(prefix->begin(), prefix->end(), digit)) return prefix;
    params.wrong("prefix", "must be the first digits of a number, with or without +");
    return {};
}

/// The number in the path; answers 404 when it is none of the pool.
std::optional<pool::Number> number_of(Call& call) {
    const auto e164 = parse_number(call.path[0]);
    auto number = e164 ? call.context.pool.number(*e164) : std::nullopt;
    if (!number)
        call.fail(Kind::not_found, "The pool has no number \"" + call.path[0] +
                                       "\"; numbers are written as +447700900101.");
    return number;
}

void record_number(const CallPtr& call, pool::Result<pool::Changes> changes, pool::E164 number,
                   const std::string& refusal) {
    if (!changes) return call->fail(from_pool(changes.error(), refusal));
    Context& context = call->context;
    record(call, std::move(*changes), [&context, number] {
        context.accounts_changed();
        const auto now = context.pool.number(number);
        return json_response(200, now ? number_json(context.pool, *now) : boost::json::object{});
    });
}

}  // namespace

void list_numbers(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const pool::Pool& pool = call->context.pool;
    pool::NumberFilter filter;
    if (const auto state = params.choice("state", states))
        filter.state = static_cast<pool::NumberState>(*state);
    filter.country = params.text("country", 2).value_or("");
    filter.carrier = params.text("carrier").value_or("");
    filter.area = params.text("area").value_or("");
    filter.tag = params.text("tag").value_or("");
    filter.prefix = digits_of(params).value_or("");
    filter.platform =
        platform_named(call->context, params, "platform", params.text("platform").value_or(""));
    const Page page = params.page();
    const auto after = parse_number(page.cursor);
    if (!page.cursor.empty() && !after)
        params.wrong("cursor", "must be a next_cursor of this list");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    call->answer(read_page(
        pool.numbers(filter, after.value_or(0), page.limit + 1), page.limit,
        [](const pool::Number& one) { return pool::to_text(one.number); },
        [&](const pool::Number& one) { return number_json(pool, one); }));
}

void get_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto number = number_of(*call);
    if (number) call->answer(json_response(200, number_json(call->context.pool, *number)));
}

void assign_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const pool::PlatformId platform = platform_named(call->context, fields, "platform",
                                                     fields.required_text("platform", {1, 64}));
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const auto number = number_of(*call);
    if (!number) return;
    Context& context = call->context;
    record_number(call, context.pool.assign(number->number, platform, context.wall_now()),
                  number->number,
                  "The number is " + std::string{pool::name(number->state)} +
                      "; only available, cooling and reserved ones can be assigned.");
}

void unassign_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto number = number_of(*call);
    if (!number) return;
    Context& context = call->context;
    record_number(call, context.pool.unassign(number->number, context.wall_now()), number->number,
                  "The number is " + std::string{pool::name(number->state)} + ", not assigned.");
}

}  // namespace smppd::http
