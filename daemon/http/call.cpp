// daemon/http/call.cpp - answering a call, now or after its commit.
#include "daemon/http/call.hpp"

#include "daemon/log.hpp"

namespace smppd::http {
namespace {

/// Whose platform the caller's one is; nullptr for those who see all.
const pool::Platform* own_platform(const Call& call) {
    return call.caller.platform == 0 ? nullptr : call.context.pool.platform(call.caller.platform);
}

void wrong_platform(Call& call, const pool::Platform& own) {
    call.fail(Kind::forbidden,
              "platform: this key is for \"" + own.name + "\" alone; leave platform out.");
}

/// The answer becomes a record beside the changes that it tells of.
void keep_answer(Call& call, const Response& response, pool::Changes& changes, pool::Id& id) {
    if (!call.repeatable.held || response.status < 200 || response.status > 299) return;
    pool::AnswerKept kept;
    kept.at = call.context.wall_now();
    kept.id = id = call.context.ids.next(kept.at);
    kept.key = call.repeatable.key;
    kept.request = call.repeatable.request;
    kept.status = static_cast<std::uint16_t>(response.status);
    kept.body = response.body;
    for (const auto& [name, value] : response.headers)
        if (name == "location") kept.location = value;
    changes.emplace_back(std::move(kept));
}

}  // namespace

Call::Call(Context& c, std::shared_ptr<ApiState> s, Request r, std::shared_ptr<Responder> back)
    : context(c),
      state(std::move(s)),
      request(std::move(r)),
      responder(std::move(back)),
      began_(std::chrono::steady_clock::now()) {}

Call::~Call() {
    if (answered || !responder) return;
    fail(Kind::store_failed, "The request was dropped before it was answered. Try again.");
}

void Call::finish(int status) {
    answered = true;
    if (repeatable.held) state->answers->drop(repeatable.key);
    repeatable.held = false;
    // Reads are many, and so may be what strangers are refused; who changed something is worth a
    // line of its own.
    const bool read = request.method == "GET" || request.method == "HEAD";
    const bool quiet = read || request.method == "OPTIONS" || status == 401 || status == 429;
    const auto took = std::chrono::steady_clock::now() - began_;
    const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    const std::string who = caller.local ? "uid:" + std::to_string(request.peer.uid) : caller.key;
    log::write(quiet ? log::Level::debug : log::Level::info, "api_call",
               {{"operation", operation},
                {"status", status},
                {"by", who.empty() ? "-" : who},
                {"from", request.peer.local ? "local" : request.peer.address},
                {"took_ms", took_ms}});
}

void Call::answer(Response response) {
    if (answered) return;
    finish(response.status);
    response.headers.insert(response.headers.end(), extra.begin(), extra.end());
    responder->answer(std::move(response));
}

void Call::begin(Response head) {
    if (answered) return;
    finish(head.status);
    head.headers.insert(head.headers.end(), extra.begin(), extra.end());
    responder->begin(std::move(head));
}

void Call::abandon() {
    if (!answered) finish(499);
}

void Call::fail(const Problem& problem) { answer(to_response(problem)); }

void Call::fail(Kind kind, std::string detail) {
    fail(Problem{.kind = kind, .detail = std::move(detail), .errors = {}});
}

void record(const CallPtr& call, pool::Changes changes, const std::function<Response()>& answer,
            std::function<void()> committed) {
    call->context.pool_changed();
    auto response = std::make_shared<Response>(answer());
    auto kept = std::make_shared<const pool::Changes>(changes);
    pool::Id answer_id = 0;
    keep_answer(*call, *response, changes, answer_id);
    // From here on it is the commit that decides, whatever becomes of the call.
    if (answer_id != 0) call->repeatable.held = false;
    // Without changes of its own it waits for those before it all the same: what the answer tells
    // of may be on its way to the disk only.
    auto done = [call, kept, response, answer_id,
                 committed = std::move(committed)](std::error_code error) {
        Idempotency& answers = *call->state->answers;
        if (error) {
            if (answer_id != 0) answers.drop(call->repeatable.key);
            call->context.pool.revert(*kept);
            call->context.pool_changed();
            call->fail(from_store(error));
            return;
        }
        if (answer_id != 0) answers.keep(call->repeatable.key, answer_id);
        if (committed) committed();
        call->answer(std::move(*response));
    };
    call->context.committer.commit(std::move(changes), std::move(done));
}

std::optional<boost::json::object> body_of(Call& call, bool may_be_empty) {
    if (call.request.body.empty() && may_be_empty) return boost::json::object{};
    auto read = read_object(call.request.body);
    if (auto* object = std::get_if<boost::json::object>(&read)) return std::move(*object);
    call.fail(std::get<Problem>(read));
    return {};
}

bool refused(Call& call, FieldErrors errors) {
    if (errors.empty()) return false;
    call.fail(invalid(std::move(errors)));
    return true;
}

bool refused_body(Call& call) {
    const auto body = body_of(call, true);
    if (!body) return true;
    FieldErrors errors;
    Fields{*body, errors}.finish();
    return refused(call, std::move(errors));
}

bool refused_parameters(Call& call) {
    FieldErrors errors;
    Params{call.target, errors}.finish();
    return refused(call, std::move(errors));
}

bool refused_in_sandbox(Call& call) {
    if (!call.caller.test) return false;
    call.fail(Kind::forbidden, "A test key touches the sandbox alone; use a live key for this.");
    return true;
}

bool visible(const Call& call, pool::PlatformId platform) noexcept {
    return call.caller.platform == 0 || call.caller.platform == platform;
}

bool visible(const Call& call, pool::PlatformId platform, bool test) noexcept {
    if (!visible(call, platform)) return false;
    if (call.caller.test) return test;
    return !test || call.caller.platform == 0;
}

std::optional<pool::PlatformId> platform_for(Call& call, Fields& fields) {
    const pool::Platform* own = own_platform(call);
    if (!own)
        return platform_named(call.context, fields, "platform",
                              fields.required_text("platform", {1, 64}));
    const auto name = fields.text("platform", {1, 64});
    if (!name || *name == own->name) return own->id;
    wrong_platform(call, *own);
    return {};
}

std::optional<pool::PlatformId> platform_for(Call& call, Params& params) {
    const auto name = params.text("platform");
    const pool::Platform* own = own_platform(call);
    if (!own) return platform_named(call.context, params, "platform", name.value_or(""));
    if (!name || *name == own->name) return own->id;
    wrong_platform(call, *own);
    return {};
}

Response list_response(boost::json::array items, const std::string& next_cursor) {
    boost::json::object body{{"items", std::move(items)}, {"next_cursor", nullptr}};
    if (!next_cursor.empty()) body["next_cursor"] = next_cursor;
    return json_response(200, body);
}

Response no_content() { return {.status = 204, .content_type = {}, .body = {}, .headers = {}}; }

}  // namespace smppd::http
