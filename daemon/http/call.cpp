// daemon/http/call.cpp - answering a call, now or after its commit.
#include "daemon/http/call.hpp"

#include "daemon/log.hpp"

namespace smppd::http {

Call::~Call() {
    if (answered || !responder) return;
    fail(Kind::store_failed, "The request was dropped before it was answered. Try again.");
}

void Call::answer(Response response) {
    if (answered) return;
    answered = true;
    // Reads are many; who changed something is worth a line of its own.
    const bool read = request.method == "GET" || request.method == "HEAD";
    log::write(read ? log::Level::debug : log::Level::info, "api_call",
               {{"operation", operation},
                {"status", response.status},
                {"local", request.peer.local},
                {"uid", request.peer.uid}});
    responder->answer(std::move(response));
}

void Call::fail(const Problem& problem) { answer(to_response(problem)); }

void Call::fail(Kind kind, std::string detail) {
    fail(Problem{.kind = kind, .detail = std::move(detail), .errors = {}});
}

void record(const CallPtr& call, pool::Changes changes, std::function<Response()> answer) {
    call->context.pool_changed();
    if (changes.empty()) {
        call->answer(answer());
        return;
    }
    auto kept = std::make_shared<const pool::Changes>(changes);
    auto done = [call, kept, answer = std::move(answer)](std::error_code error) {
        if (!error) {
            call->answer(answer());
            return;
        }
        call->context.pool.revert(*kept);
        call->context.pool_changed();
        call->fail(from_store(error));
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

bool refused_parameters(Call& call) {
    FieldErrors errors;
    Params{call.target, errors}.finish();
    return refused(call, std::move(errors));
}

Response list_response(boost::json::array items, const std::string& next_cursor) {
    boost::json::object body{{"items", std::move(items)}, {"next_cursor", nullptr}};
    if (!next_cursor.empty()) body["next_cursor"] = next_cursor;
    return json_response(200, body);
}

}  // namespace smppd::http
