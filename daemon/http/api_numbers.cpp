// daemon/http/api_numbers.cpp - numbers of the pool: listed, shown, assigned and taken back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"
#include "daemon/sandbox/outcomes.hpp"
#include "pool/import_fields.hpp"

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
        [&context, number, viewer = call->caller.platform] {
            const auto now = context.pool.number(number);
            return json_response(
                200, now ? number_json(context.pool, *now, viewer) : boost::json::object{});
        },
        [&context] { context.accounts_changed(); });
}

/// The state that an admin wants.
std::optional<pool::NumberState> read_state(Fields& fields) {
    constexpr std::array<std::string_view, 4> settable{"available", "reserved", "disabled",
                                                       "retired"};
    constexpr std::array<pool::NumberState, 4> meant{
        pool::NumberState::available, pool::NumberState::reserved, pool::NumberState::disabled,
        pool::NumberState::retired};
    const auto state = fields.choice("state", settable);
    if (!state) return {};
    return meant.at(*state);
}

constexpr Range word_octets{1, 64};
constexpr std::size_t tags_max = 32;

/// A word that may be taken away by null; whether it was named.
bool read_word(Fields& fields, std::string_view name, std::string& to) {
    const bool none = fields.null(name);
    if (none) to.clear();
    if (none || !fields.has(name)) return none;
    to = fields.text(name, word_octets).value_or("");
    return true;
}

bool read_capabilities(Fields& fields, pool::Number& number) {
    const auto list = fields.texts("capabilities", 2, {2, 2});
    if (!list) return fields.has("capabilities");
    number.mo = number.mt = false;
    for (const std::string& one : *list) {
        if (one != "MO" && one != "MT") fields.wrong("capabilities", "must be MO, MT or both");
        (one == "MO" ? number.mo : number.mt) = true;
    }
    if (list->empty()) fields.wrong("capabilities", "must be MO, MT or both");
    return true;
}

bool read_tags(Fields& fields, pool::Number& number) {
    auto tags = fields.texts("tags", tags_max, word_octets);
    if (!tags) return fields.has("tags");
    for (auto tag = tags->begin(); tag != tags->end(); ++tag) {
        if (tag->find(';') != std::string::npos) fields.wrong("tags", "must not hold a ;");
        if (std::find(tags->begin(), tag, *tag) != tag)
            fields.wrong("tags", "has \"" + *tag + "\" twice");
    }
    number.tags = std::move(*tags);
    return true;
}

/// What a number is, as an import says it; whether anything of it was named. A country or an area
/// that is taken away is again what the digits say.
bool read_attributes(const Context& context, Fields& fields, pool::Number& number) {
    bool named = read_word(fields, "carrier", number.carrier);
    named = read_word(fields, "area", number.area) || named;
    named = read_word(fields, "isolation_group", number.isolation_group) || named;
    named = read_word(fields, "country", number.country) || named;
    named = read_capabilities(fields, number) || named;
    named = read_tags(fields, number) || named;
    constexpr Range micros{0, 999'999'999'999'999};
    if (const auto cost = fields.integer("monthly_cost_micros", micros))
        number.monthly_cost_micros = *cost;
    named = fields.has("monthly_cost_micros") || named;
    if (fields.has("platform")) {
        named = true;
        number.platform = fields.null("platform")
                              ? 0
                              : platform_named(context, fields, "platform",
                                               fields.text("platform", word_octets).value_or(""));
    }
    if (number.isolation_group == sandbox::group_name)
        fields.wrong("isolation_group", "is the sandbox's own; choose another name");
    if (number.carrier == sandbox::carrier_name)
        fields.wrong("carrier", "is the sandbox's own; choose another name");
    if (!number.country.empty() && !valid_country(number.country))
        fields.wrong("country", "must be two capital letters of ISO 3166-1, as GB");
    else if (const auto problem = pool::complete_region(number); !problem.empty())
        fields.wrong("country", problem);
    return named;
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
        if (is_callers(*call, one)) items.push_back(number_json(pool, one, call->caller.platform));
    call->answer(list_response(std::move(items), next));
}

void get_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto number = number_of(*call);
    if (number)
        call->answer(
            json_response(200, number_json(call->context.pool, *number, call->caller.platform)));
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
    const auto found = number_of(*call);
    if (!found) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    pool::Number number = *found;
    const auto state = read_state(fields);
    const bool of_sandbox = found->isolation_group == sandbox::group_name;
    const bool others = !of_sandbox && read_attributes(call->context, fields, number);
    if (of_sandbox && std::any_of(body->begin(), body->end(),
                                  [](const auto& one) { return one.key() != "state"; }))
        return call->fail(Kind::not_available,
                          "The sandbox's numbers stay what they are; only their state changes.");
    if (found->state == pool::NumberState::assigned && number.platform != found->platform)
        return call->fail(Kind::not_available,
                          "/platform: the number is assigned; unassign it first.");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    if (!state && !others)
        return call->fail(Kind::invalid,
                          "Nothing is to change: name state, carrier, country, area, "
                          "capabilities, tags, monthly_cost_micros, "
                          "isolation_group or platform.");
    Context& context = call->context;
    const pool::WallTime now = context.wall_now();
    pool::Result<pool::Changes> changes = pool::Changes{};
    if (others) changes = context.pool.import_number(number, now);
    if (changes && state) {
        auto moved = context.pool.set_state(number.number, *state, now);
        if (moved)
            std::move(moved->begin(), moved->end(), std::back_inserter(*changes));
        else
            context.pool.revert(*changes);
        if (!moved) changes = moved.error();
    }
    record_number(call, std::move(changes), number.number,
                  "The number is " + std::string{pool::name(found->state)} +
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
