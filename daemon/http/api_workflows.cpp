// daemon/http/api_workflows.cpp - workflows and mappings of the configuration, and the task events
// of partners that drive sessions by them.
#include "daemon/http/handlers.hpp"
#include "daemon/http/idempotency.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/repeat.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/partners/mapping.hpp"

namespace smppd::http {
namespace {

namespace json = boost::json;

json::object mapping_json(const std::string& name, const conf::Mapping& mapping) {
    json::object actions;
    for (const auto& [word, rule] : mapping.actions) actions[word] = conf::name(rule.what);
    return {{"name", name}, {"platform", mapping.platform}, {"actions", std::move(actions)}};
}

/// The names of conf::answer_names from what a session call answers.
json::object answer_of(json::object body, const partners::PartnerAction& action) {
    json::object answer;
    const auto take = [&](std::string_view to, std::string_view from) {
        if (const json::value* value = body.if_contains(from)) answer[to] = *value;
    };
    take("session_id", body.contains("session_id") ? "session_id" : "id");
    for (const std::string_view name : {"number", "state", "expires_at", "success", "attempts_left",
                                        "next_step", "reference", "workflow"})
        take(name, name);
    answer["task_id"] = action.task;
    answer["action"] = conf::name(action.what);
    return answer;
}

partners::TaskSession state_of(const std::optional<pool::Session>& session) {
    if (!session) return partners::TaskSession::none;
    return session->holds() ? partners::TaskSession::holding : partners::TaskSession::over;
}

pool::AllocateRequest request_of(const partners::PartnerAction& action, pool::PlatformId platform,
                                 std::string task, bool test) {
    pool::AllocateRequest request;
    request.platform = platform;
    request.workflow = action.workflow;
    request.country = action.country;
    request.area = action.area;
    request.carrier = action.carrier;
    request.tag = action.tag;
    request.reference = action.reference.empty() ? action.task : action.reference;
    request.expected_senders = action.expected_senders;
    request.ttl = action.ttl.value_or(pool::Seconds{0});
    request.task = std::move(task);
    request.test = test;
    if (test) fit_to_sandbox(request);
    return request;
}

/// What is known of the task's session, unchanged.
void answer_as_it_is(const CallPtr& call, const std::optional<pool::Session>& session,
                     const Shape& shape) {
    json::object body{{"state", "none"}};
    if (session) body = session_answer(*call, *session);
    body = shape(std::move(body));
    record(call, {}, [&body] { return json_response(200, body); });
}

void perform(const CallPtr& call, const partners::PartnerAction& action,
             pool::AllocateRequest request, const std::optional<pool::Session>& session,
             const Shape& shape) {
    switch (action.what) {
        case conf::TaskAction::allocate:
            return allocate_session(call, std::move(request), action.webhook_url, shape);
        case conf::TaskAction::verify: return verify_session(call, *session, action.code, shape);
        case conf::TaskAction::extend: {
            const auto cap = call->context.pool.ttl_cap(session->workflow, session->platform);
            return extend_session(call, *session, action.ttl.value_or(cap), shape);
        }
        case conf::TaskAction::swap: return swap_session(call, *session, shape);
        case conf::TaskAction::release: return release_session(call, *session, shape);
        case conf::TaskAction::ignore: return answer_as_it_is(call, session, shape);
    }
}

/// The mapping that the call names, of a platform that the caller sees; answers what is wrong.
const conf::Mapping* mapping_of(Call& call, const std::string& name, pool::PlatformId& platform) {
    const auto* mappings = call.context.mappings;
    const auto found = mappings ? mappings->find(name) : decltype(mappings->find(name)){};
    if (mappings && found != mappings->end()) {
        const pool::Platform* owner = call.context.pool.platform(found->second.platform);
        if (owner && visible(call, owner->id)) {
            platform = owner->id;
            return &found->second;
        }
        if (!owner && call.caller.platform == 0) {
            call.fail(Kind::not_available, "The mapping's platform \"" + found->second.platform +
                                               "\" does not exist; create it first.");
            return nullptr;
        }
    }
    call.fail(Kind::not_found,
              "There is no mapping \"" + name + "\"; see GET /v1/mappings and the configuration.");
    return nullptr;
}

/// What an event asks for, of which task.
struct Step {
    conf::Mapping mapping;
    partners::PartnerAction action;
    pool::PlatformId platform = 0;
    std::string task;  ///< as Session::task
    bool test = false;
};

void take(const CallPtr& call, const Step& step, const std::optional<pool::Session>& session) {
    const Shape shape = [&](json::object answer) {
        return partners::shaped(step.mapping, answer_of(std::move(answer), step.action));
    };
    switch (partners::step_for(step.action.what, state_of(session))) {
        case partners::Step::perform:
            return perform(call, step.action,
                           request_of(step.action, step.platform, step.task, step.test), session,
                           shape);
        case partners::Step::as_it_is: return answer_as_it_is(call, session, shape);
        case partners::Step::no_session:
            return call->fail(Kind::no_session,
                              "The task has no session yet; send the event that creates it first.");
        case partners::Step::ended: return call->fail(Kind::ended, "The task's session has ended.");
    }
}

}  // namespace

void list_workflows(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    std::vector<pool::Workflow> all;
    for (const auto& [name, workflow] : call->context.pool.workflows()) all.push_back(workflow);
    call->answer(paged(
        std::move(all), page,
        [](const pool::Workflow& one) -> const std::string& { return one.name; }, workflow_json));
}

void get_workflow(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto& workflows = call->context.pool.workflows();
    const auto found = workflows.find(call->path[0]);
    if (found == workflows.end())
        return call->fail(Kind::not_found, "There is no workflow \"" + call->path[0] + "\".");
    call->answer(json_response(200, workflow_json(found->second)));
}

void list_mappings(CallPtr call) {
    if (refused_parameters(*call)) return;
    json::array items;
    if (call->context.mappings)
        for (const auto& [name, mapping] : *call->context.mappings) {
            const pool::Platform* owner = call->context.pool.platform(mapping.platform);
            if (call->caller.platform != 0 && (!owner || !visible(*call, owner->id))) continue;
            items.push_back(mapping_json(name, mapping));
        }
    call->answer(list_response(std::move(items), {}));
}

void post_task_event(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const std::string name = params.text("mapping").value_or("");
    if (name.empty()) params.wrong("mapping", "is missing: the name of a mapping");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    pool::PlatformId platform = 0;
    const conf::Mapping* mapping = mapping_of(*call, name, platform);
    if (!mapping) return;
    const auto body = body_of(*call);
    if (!body) return;
    auto read = partners::read_event(name, *mapping, call->context.pool.workflows(), call->path[0],
                                     json::value(*body));
    if (auto* wrong = std::get_if<FieldErrors>(&read))
        return call->fail(invalid(std::move(*wrong)));
    const auto& action = std::get<partners::PartnerAction>(read);

    // Whoever repeats an event gets the answer that it had; the body may hold a code, its hash not.
    const bool test = call->caller.test;
    const std::uint64_t key = KeyedHash{call->context.salt}
                                  .add(platform)
                                  .add(std::uint64_t{test})
                                  .add(call->operation)
                                  .add(action.idempotence)
                                  .finish();
    if (answered_before(call, key, key)) return;
    Step step{*mapping, action, platform, (test ? "sandbox:" : "") + name + "/" + action.task,
              test};
    auto session = call->context.pool.session_of_task(platform, step.task);
    if (session || call->context.pool.sessions_forgotten() == 0)
        return take(call, step, std::move(session));
    // A task whose session ended long ago is one all the same.
    auto query = [platform, task = step.task](store::History& history) {
        return history.session_of_task(platform, task);
    };
    read_history(
        call, std::move(query),
        [step = std::move(step)](const CallPtr& here, std::optional<pool::Session> stored) {
            // Another event of the task may have come first.
            auto now = here->context.pool.session_of_task(step.platform, step.task);
            take(here, step, now ? std::move(now) : std::move(stored));
        });
}

}  // namespace smppd::http
