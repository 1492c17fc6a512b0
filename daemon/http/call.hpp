// daemon/http/call.hpp - one call of an endpoint, and the ways in which handlers answer it.
#pragma once

#include "daemon/http/context.hpp"
#include "daemon/http/message.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/query.hpp"

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
    bool importing = false;  ///< one import at a time, they are large
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
    bool answered = false;

    Call(Context& c, std::shared_ptr<ApiState> s, Request r, std::shared_ptr<Responder> back)
        : context(c), state(std::move(s)), request(std::move(r)), responder(std::move(back)) {}
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    void answer(Response response);
    void fail(const Problem& problem);
    void fail(Kind kind, std::string detail);
};
using CallPtr = std::shared_ptr<Call>;
using Handler = void (*)(CallPtr call);

/// Has `changes`, which memory shows already, recorded; then sends what `answer` makes. Where the
/// store could not take them, memory goes back and the caller gets 503.
void record(const CallPtr& call, pool::Changes changes, std::function<Response()> answer);

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
/// No parameters are known to this call: answers 422 and is true when there are some.
bool refused_parameters(Call& call);
/// The platform that a body or a query names; an error by `wrong` when there is none.
template <class Reader>
pool::PlatformId platform_named(const Context& context, Reader& reader, std::string_view field,
                                const std::string& name) {
    if (name.empty()) return 0;
    if (const pool::Platform* platform = context.pool.platform(name)) return platform->id;
    reader.wrong(field, "there is no platform of this name; see GET /v1/platforms");
    return 0;
}

/// {items, next_cursor}; the cursor is null when this is the last page.
Response list_response(boost::json::array items, const std::string& next_cursor);

}  // namespace smppd::http
