// daemon/http/call.hpp - one call of an endpoint, and the ways in which handlers answer it.
#pragma once

#include "daemon/http/auth.hpp"
#include "daemon/http/context.hpp"
#include "daemon/http/idempotency.hpp"
#include "daemon/http/message.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/query.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace smppd::http {

/// The copy of the store that runs or ran last, for GET /v1/backup.
struct BackupState {
    enum class Phase : std::uint8_t { none, running, done, failed };
    Phase phase = Phase::none;
    std::string path;
    pool::WallTime started_at{}, ended_at{};
    std::uint64_t pages_done = 0, pages = 0;
    std::string error;
};

/// What the API itself remembers between calls.
struct ApiState {
    BackupState backup;
    /// When quota.exceeded was told last, by platform and quota.
    std::map<std::pair<pool::PlatformId, std::string>, pool::WallTime> quota_told;
    bool importing = false;                 ///< one import at a time, they are large
    Idempotency own_answers;                ///< used when the context has none
    Idempotency* answers = nullptr;         ///< never null once the Api is made
    std::size_t event_followers_max = 100;  ///< of one platform
    std::map<pool::PlatformId, std::size_t> event_followers;
};

/// An Idempotency-Key of a call that goes on: its answer is kept when it succeeds.
struct Repeatable {
    std::uint64_t key = 0, request = 0;  ///< hashes
    bool held = false;                   ///< reserved in ApiState::answers
};

/// A call, shared by its handler and the callbacks that continue it. Dropped without an answer
/// (a queue threw its job away), it answers 503 by itself.
struct Call {
    Context& context;
    std::shared_ptr<ApiState> state;
    std::string_view operation;  ///< "allocateNumber"
    Request request;
    Target target;
    std::vector<std::string> path;  ///< values of the pattern's {...}, in order
    std::shared_ptr<Responder> responder;
    Caller caller;
    Headers extra;  ///< that every answer to it has: rate limits, CORS
    Repeatable repeatable;
    bool answered = false;

    Call(Context& c, std::shared_ptr<ApiState> s, Request r, std::shared_ptr<Responder> back);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    void answer(Response response);
    void fail(const Problem& problem);
    void fail(Kind kind, std::string detail);
    /// Begins an answer of pieces; see Responder::begin. It is answered with that.
    void begin(Response head);
    /// The client has gone: nobody is answered.
    void abandon();

private:
    void finish(int status);
    std::chrono::steady_clock::time_point began_;
};
using CallPtr = std::shared_ptr<Call>;
using Handler = void (*)(CallPtr call);

/// Has `changes`, which memory shows already, recorded; then runs `committed` and sends what
/// `answer` made. `answer` runs at once, before the commit: an answer to a call with an
/// Idempotency-Key is recorded with its changes, so it must be known by then, and must have no
/// effect. What may happen only when all is recorded stands in `committed`. Where the store could
/// not take them, memory goes back and the caller gets 503.
void record(const CallPtr& call, pool::Changes changes, const std::function<Response()>& answer,
            std::function<void()> committed = {});

/// `query` runs on the history reader's thread and must not touch the call; `render` here, with
/// what it returned. A full queue is answered with 503.
template <class Query, class Render>
void read_history(const CallPtr& call, Query query, Render render) {
    // The job runs once; call and render move on with the closure, so that their last holder is
    // never the reader's thread.
    auto job = [moving = call, query = std::move(query), render = std::move(render)](
                   store::History& history) mutable -> std::function<void()> {
        auto found = query(history);
        return [here = std::move(moving), show = std::move(render),
                found = std::move(found)]() mutable { show(here, std::move(found)); };
    };
    if (!call->context.history.read(std::move(job)))
        call->fail(Kind::busy, "Too many reads of history wait already. Try again shortly.");
}

/// The body as an object, an empty one when `may_be_empty` and nothing came. Answers what is wrong
/// and gives nothing then.
std::optional<boost::json::object> body_of(Call& call, bool may_be_empty = false);
/// Answers 422 and is true when there are errors.
bool refused(Call& call, FieldErrors errors);
/// The call takes an empty object or nothing: answers what else came, and is true then.
bool refused_body(Call& call);
/// No parameters are known to this call: answers 422 and is true when there are some.
bool refused_parameters(Call& call);
/// What lies in no sandbox is not for test keys to change: answers 403 and is true for one.
bool refused_in_sandbox(Call& call);

/// Whether the caller sees a record of that platform (0: nobody's). A platform's key sees its own
/// only, a test key the sandbox only, a platform's live key all but the sandbox. What a caller does
/// not see is answered as what is not there: 404.
bool visible(const Call& call, pool::PlatformId platform, bool test) noexcept;
/// The same for what lies in no sandbox, as platforms and accounts do.
bool visible(const Call& call, pool::PlatformId platform) noexcept;

/// The platform that a body or a query names; an error by `wrong` when there is none.
template <class Reader>
pool::PlatformId platform_named(const Context& context, Reader& reader, std::string_view field,
                                const std::string& name) {
    if (name.empty()) return 0;
    if (const pool::Platform* platform = context.pool.platform(name)) return platform->id;
    reader.wrong(field, "there is no platform of this name; see GET /v1/platforms");
    return 0;
}

/// The platform that the call is about, by the body's field "platform". A platform's key means its
/// own and may leave it out; another name is answered with 403 and gives nothing. Who sees all must
/// name one: what is wrong goes to the fields' errors, and is 0.
std::optional<pool::PlatformId> platform_for(Call& call, Fields& fields);
/// The same for a list's parameter "platform"; who sees all may leave it out: 0, all of them.
std::optional<pool::PlatformId> platform_for(Call& call, Params& params);

/// {items, next_cursor}; the cursor is null when this is the last page.
Response list_response(boost::json::array items, const std::string& next_cursor);
/// 204.
Response no_content();

}  // namespace smppd::http
