// daemon/http/api_sessions.cpp - sessions: a number leased to a platform, shown, extended, swapped,
// verified, given back.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/http/values.hpp"
#include "daemon/sandbox/outcomes.hpp"
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
    if (test) {
        // Its numbers are of no country or carrier; the area says what is to happen.
        request.country.clear();
        request.carrier.clear();
        request.tag.clear();
        if (!sandbox::parse_area(request.area) && request.number == 0)
            request.area = sandbox::area_of(sandbox::Outcome::code);
    }
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
    const pool::Id before = params.id("cursor");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    // What the caller does not see is left out of pages, and among many others the search ends
    // early: pages may then be short, the cursor goes on.
    std::vector<pool::Session> found;
    pool::Id cursor = before;
    constexpr std::size_t looks_max = 20'000;
    bool more = true;
    for (std::size_t looked = 0; more && found.size() <= page.limit && looked < looks_max;) {
        const auto some = call->context.pool.sessions(*platform, state, cursor, page.limit + 1);
        for (const pool::Session& one : some) {
            cursor = one.id;
            if (!visible(*call, one.platform, one.test)) continue;
            if (reference && one.reference != *reference) continue;
            if (found.size() <= page.limit) found.push_back(one);
        }
        looked += some.size();
        more = some.size() > page.limit;
    }
    const bool full = found.size() > page.limit;
    if (full) found.resize(page.limit);
    boost::json::array items;
    for (const pool::Session& one : found) items.push_back(session_answer(*call, one));
    std::string next;
    if (full || more) next = pool::id_text(full ? found.back().id : cursor);
    call->answer(list_response(std::move(items), next));
}

void get_session(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto session = session_of(*call);
    if (session) call->answer(json_response(200, session_answer(*call, *session)));
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
    if (const auto session = session_of(*call)) extend_session(call, *session, *ttl);
}

void swap_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call, true);
    if (!body) return;
    FieldErrors errors;
    Fields{*body, errors}.finish();
    if (refused(*call, std::move(errors))) return;
    if (const auto session = session_of(*call)) swap_session(call, *session);
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
    if (const auto session = session_of(*call)) verify_session(call, *session, code);
}

void release_number(CallPtr call) {
    if (refused_parameters(*call)) return;
    if (const auto session = session_of(*call)) release_session(call, *session);
}

}  // namespace smppd::http
