// daemon/http/api_sessions.cpp - sessions: a number leased to a platform, shown, extended, swapped,
// verified, given back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/http/values.hpp"
#include "daemon/sandbox/outcomes.hpp"
#include "daemon/store/filter.hpp"
#include "pool/extract.hpp"

#include <array>

namespace smppd::http {
namespace {

constexpr std::array<std::string_view, 5> states{"active", "released", "expired", "verified",
                                                 "failed"};
constexpr std::size_t senders_max = 20;

void read_senders(Fields& fields, pool::AllocateRequest& request) {
    auto senders = fields.texts("expected_senders", senders_max, {1, 64});
    if (!senders) return;
    for (const std::string& sender : *senders)
        if (sender.find('*') < sender.size() - 1)
            fields.wrong("expected_senders", "may have * as the last character only");
    request.expected_senders = std::move(*senders);
}

/// Whether the workflow leaves the request its country.
void check_region(const pool::Workflow& workflow, const pool::AllocateRequest& request,
                  Fields& fields) {
    if (request.country.empty() || workflow.regions.empty() || request.test) return;
    const auto& regions = workflow.regions;
    if (std::find(regions.begin(), regions.end(), request.country) != regions.end()) return;
    std::string all;
    for (const std::string& region : regions) all += (all.empty() ? "" : ", ") + region;
    fields.wrong("country", "must be one of the workflow's regions: " + all);
}

pool::AllocateRequest read_request(const Context& context, Fields& fields, bool test,
                                   bool any_group) {
    pool::AllocateRequest request;
    request.test = test;
    request.workflow = fields.text("workflow", {1, 64}).value_or("");
    request.country = fields.text("country", {2, 2}).value_or("");
    if (!request.country.empty() && !valid_country(request.country))
        fields.wrong("country", "must be two capital letters of ISO 3166-1, as GB");
    request.area = fields.text("area", {1, 64}).value_or("");
    request.carrier = fields.text("carrier", {1, 64}).value_or("");
    request.tag = fields.text("tag", {1, 64}).value_or("");
    request.number = fields.number("number").value_or(0);
    request.any_group = any_group;
    request.ttl = ttl_of(fields).value_or(pool::Seconds{0});
    request.reference = fields.text("reference", {1, 128}).value_or("");
    read_senders(fields, request);
    if (test) fit_to_sandbox(request);
    if (request.workflow.empty()) return request;
    const auto& workflows = context.pool.workflows();
    const auto found = workflows.find(request.workflow);
    if (found == workflows.end())
        fields.wrong("workflow", "there is no workflow of this name; see GET /v1/workflows");
    else if (found->second.direction != pool::Direction::inbound)
        fields.wrong("workflow", "is outbound: it leases no number");
    else
        check_region(found->second, request, fields);
    return request;
}

/// What a list of sessions is asked for.
struct SessionsAsked {
    store::SessionFilter filter;
    pool::Id before = 0;
    std::size_t limit = 50;
};

/// Those that are all in memory, newest first. Among many others the search ends early: pages may
/// then be short, the cursor goes on.
store::SessionPage sessions_in_memory(const pool::Pool& pool, const SessionsAsked& ask) {
    constexpr std::size_t looks_max = 20'000;
    const pool::Id forgotten =
        ask.filter.state == pool::SessionState::active ? 0 : pool.sessions_forgotten();
    store::SessionPage page;
    page.reached = ask.before;
    for (std::size_t looked = 0;;) {
        const auto some =
            pool.sessions(ask.filter.platform, ask.filter.state, page.reached, ask.limit + 1);
        for (const pool::Session& one : some) {
            if (one.id <= forgotten) return page;
            page.more = page.sessions.size() == ask.limit || looked++ == looks_max;
            if (page.more) return page;
            page.reached = one.id;
            if (matches(ask.filter, one)) page.sessions.push_back(one);
        }
        if (some.size() <= ask.limit) return page;
    }
}

Response render(const Call& call, const store::SessionPage& page) {
    boost::json::array items;
    for (const pool::Session& one : page.sessions) items.push_back(session_answer(call, one));
    return list_response(std::move(items), page.more ? pool::id_text(page.reached) : std::string{});
}

/// Goes on where memory ends. What memory has of a session is newer than what the store says.
void read_older_sessions(const CallPtr& call, const SessionsAsked& ask, store::SessionPage page) {
    const pool::Id forgotten = call->context.pool.sessions_forgotten();
    const pool::Id before =
        page.reached == 0 ? forgotten + 1 : std::min(page.reached, forgotten + 1);
    const std::size_t limit = ask.limit - page.sessions.size();
    auto query = [filter = ask.filter, before, limit](store::History& history) {
        return history.sessions_page(filter, before, limit);
    };
    auto show = [filter = ask.filter, page = std::move(page)](const CallPtr& here,
                                                              store::SessionPage older) mutable {
        for (pool::Session& one : older.sessions) {
            auto now = here->context.pool.session(one.id);
            if (now && !matches(filter, *now)) continue;
            page.sessions.push_back(now ? std::move(*now) : std::move(one));
        }
        page.more = older.more;
        page.reached = older.reached;
        here->answer(render(*here, page));
    };
    read_history(call, std::move(query), std::move(show));
}

}  // namespace

void allocate_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto platform = platform_for(*call, fields);
    if (!platform) return;
    // Who sees all may try the sandbox too, by saying so.
    const bool test =
        call->caller.test || (call->caller.platform == 0 && fields.boolean("test").value_or(false));
    pool::AllocateRequest request =
        read_request(call->context, fields, test, call->caller.platform == 0);
    request.platform = *platform;
    const std::string webhook_url = fields.text("webhook_url", {1, 2'000}).value_or("");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    allocate_session(call, std::move(request), webhook_url);
}

void list_sessions(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const auto platform = platform_for(*call, params);
    if (!platform) return;
    std::optional<pool::SessionState> state;
    if (const auto choice = params.choice("state", states))
        state = static_cast<pool::SessionState>(*choice);
    const auto reference = params.text("reference");
    const Page page = params.page();
    SessionsAsked ask;
    ask.before = params.id("cursor");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    ask.filter.platform = *platform;
    ask.filter.state = state;
    ask.filter.reference = reference.value_or("");
    if (call->caller.test || call->caller.platform != 0) ask.filter.test = call->caller.test;
    ask.limit = page.limit;
    store::SessionPage recent = sessions_in_memory(call->context.pool, ask);
    const bool older = !recent.more && state != pool::SessionState::active &&
                       call->context.pool.sessions_forgotten() != 0;
    if (older && recent.sessions.size() < ask.limit)
        return read_older_sessions(call, ask, std::move(recent));
    recent.more = recent.more || older;
    call->answer(render(*call, recent));
}

void get_session(CallPtr call) {
    if (refused_parameters(*call)) return;
    with_session(call, [](const CallPtr& here, const pool::Session& session) {
        here->answer(json_response(200, session_answer(*here, session)));
    });
}

void extend_session(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto ttl = ttl_of(fields);
    if (!ttl && errors.empty())
        fields.wrong("ttl_seconds", "is missing: how long the session is to last from now on");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    with_session(call, [ttl](const CallPtr& here, const pool::Session& session) {
        extend_session(here, session, *ttl);
    });
}

void swap_number(CallPtr call) {
    if (refused_parameters(*call) || refused_body(*call)) return;
    with_session(call, [](const CallPtr& here, const pool::Session& session) {
        swap_session(here, session);
    });
}

void verify_code(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const std::string code = fields.required_text("code", code_octets);
    // It costs no attempt: nothing was typed.
    if (!code.empty() && pool::fold_code(code).empty())
        fields.wrong("code", "must have letters or digits, not blanks and dashes alone");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    with_session(call, [code](const CallPtr& here, const pool::Session& session) {
        verify_session(here, session, code);
    });
}

void release_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    with_session(call, [](const CallPtr& here, const pool::Session& session) {
        release_session(here, session);
    });
}

}  // namespace smppd::http
