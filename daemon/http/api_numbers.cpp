// daemon/http/api_numbers.cpp - numbers of the pool: listed, shown, assigned and taken back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"
#include "daemon/sandbox/outcomes.hpp"

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

/// Whether the caller sees the number: a platform those that are assigned to it, kept for it, or
/// leased by it; a test key the sandbox's alone, a platform's live key all others.
bool is_callers(const Call& call, const pool::Number& number) {
    const bool of_sandbox = number.isolation_group == sandbox::group_name;
    if (call.caller.test != of_sandbox && (call.caller.test || call.caller.platform != 0))
        return false;
    if (call.caller.platform == 0 || number.platform == call.caller.platform) return true;
    if (number.state != pool::NumberState::leased) return false;
    const auto session = call.context.pool.session(number.session);
    return session && session->platform == call.caller.platform;
}

/// The number in the path; answers 404 when it is none of the pool.
std::optional<pool::Number> number_of(Call& call) {
    const auto e164 = parse_number(call.path[0]);
    auto number = e164 ? call.context.pool.number(*e164) : std::nullopt;
    if (number && !is_callers(call, *number)) number.reset();
    if (!number)
        call.fail(Kind::not_found, "The pool has no number \"" + call.path[0] +
                                       "\"; numbers are written as +447700900101.");
    return number;
}

void record_number(const CallPtr& call, pool::Result<pool::Changes> changes, pool::E164 number,
                   const std::string& refusal) {
    if (!changes) return call->fail(from_pool(changes.error(), refusal));
    Context& context = call->context;
    record(
        call, std::move(*changes),
        [&context, number] {
            const auto now = context.pool.number(number);
            return json_response(200,
                                 now ? number_json(context.pool, *now) : boost::json::object{});
        },
        [&context] { context.accounts_changed(); });
}

}  // namespace

void list_numbers(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const auto platform = platform_for(*call, params);
    if (!platform) return;
    const pool::Pool& pool = call->context.pool;
    pool::NumberFilter filter;
    if (const auto state = params.choice("state", states))
        filter.state = static_cast<pool::NumberState>(*state);
    filter.country = params.text("country", 2).value_or("");
    if (!filter.country.empty() && !valid_country(filter.country))
        params.wrong("country", "must be two capital letters of ISO 3166-1, as GB");
    filter.carrier = params.text("carrier").value_or("");
    filter.area = params.text("area").value_or("");
    filter.tag = params.text("tag").value_or("");
    filter.prefix = digits_of(params).value_or("");
    filter.platform = *platform;
    if (call->caller.test)
        filter.carrier = sandbox::carrier_name;
    else if (filter.carrier.empty())
        filter.not_carrier = sandbox::carrier_name;  // unless they are asked for
    const Page page = params.page();
    const auto after = parse_number(page.cursor);
    if (!page.cursor.empty() && !after)
        params.wrong("cursor", "must be a next_cursor of this list");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    // What the caller does not see is left out, and among many others the search ends early: pages
    // may be short, the cursor goes on.
    pool::E164 looked_to = 0;
    auto found = pool.numbers(filter, after.value_or(0), page.limit + 1, &looked_to);
    std::string next;
    if (found.size() > page.limit) {
        found.resize(page.limit);
        next = pool::to_text(found.back().number);
    } else if (looked_to != 0) {
        next = pool::to_text(looked_to);
    }
    boost::json::array items;
    for (const pool::Number& one : found)
        if (is_callers(*call, one)) items.push_back(number_json(pool, one));
    call->answer(list_response(std::move(items), next));
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

void update_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    constexpr std::array<std::string_view, 4> settable{"available", "reserved", "disabled",
                                                       "retired"};
    constexpr std::array<pool::NumberState, 4> meant{
        pool::NumberState::available, pool::NumberState::reserved, pool::NumberState::disabled,
        pool::NumberState::retired};
    const auto state = fields.choice("state", settable);
    if (!state && errors.empty())
        fields.wrong("state", "is missing; one of available, reserved, disabled, retired");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const auto number = number_of(*call);
    if (!number) return;
    Context& context = call->context;
    record_number(call,
                  context.pool.set_state(number->number, meant.at(*state), context.wall_now()),
                  number->number,
                  "The number is " + std::string{pool::name(number->state)} +
                      "; assigned numbers must be unassigned first, retired ones stay so.");
}

void quarantine_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    constexpr std::int64_t year_s = 366LL * 24 * 3600;
    const auto seconds = fields.integer("seconds", {1, year_s});
    if (!seconds && errors.empty())
        fields.wrong("seconds", "is missing: how long the number is to rest");
    const std::string reason = fields.text("reason", {1, 200}).value_or("admin");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const auto number = number_of(*call);
    if (!number) return;
    Context& context = call->context;
    const pool::WallTime now = context.wall_now();
    record_number(
        call, context.pool.quarantine(number->number, now + pool::Seconds{*seconds}, reason, now),
        number->number,
        "The number is " + std::string{pool::name(number->state)} +
            "; only available, cooling and leased ones can be quarantined.");
}

void get_number_usage(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const std::size_t limit = params.page().limit;
    const pool::Id before = params.id("cursor");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    const auto number = number_of(*call);
    if (!number) return;
    // Another platform's sessions on the number are not the caller's to see.
    const Caller who = call->caller;
    auto query = [e164 = number->number, before, limit, who](store::History& history) {
        constexpr int pages_max = 20;
        std::vector<pool::Session> seen;
        pool::Id cursor = before;
        for (int i = 0; i < pages_max && seen.size() <= limit; ++i) {
            auto some = history.sessions_of(e164, cursor, limit + 1);
            for (pool::Session& one : some) {
                cursor = one.id;
                if ((who.platform == 0 || one.platform == who.platform) && (!who.test || one.test))
                    seen.push_back(std::move(one));
            }
            if (some.size() <= limit) break;
        }
        return seen;
    };
    read_history(call, std::move(query),
                 [limit](const CallPtr& here, std::vector<pool::Session> found) {
                     here->answer(read_page(
                         std::move(found), limit,
                         [](const pool::Session& one) { return pool::id_text(one.id); },
                         [&](const pool::Session& one) {
                             return session_json(here->context.pool, one, false);
                         }));
                 });
}

}  // namespace smppd::http
