// daemon/http/session_calls.hpp - what can be done with a session, for every way of asking for it:
// the session endpoints and partners' task events.
#pragma once

#include "daemon/http/call.hpp"

#include <boost/json.hpp>

#include <functional>

namespace smppd::http {

/// Turns the body of a good answer into what the caller sees. Empty: as it is.
using Shape = std::function<boost::json::object(boost::json::object)>;

/// Leases a number and answers 201 with the session. `webhook_url`: hears of this session; one of
/// the platform's webhooks with that URL, or a new one for sessions alone; empty: none.
void allocate_session(const CallPtr& call, pool::AllocateRequest request,
                      const std::string& webhook_url, const Shape& shape = {});
/// Answers 200 with the session, or 409 at the cap, 410 after its end.
void extend_session(const CallPtr& call, const pool::Session& session, pool::Seconds ttl,
                    const Shape& shape = {});
void swap_session(const CallPtr& call, const pool::Session& session, const Shape& shape = {});
/// Answers 200 with {success, state, attempts_left, next_step, session_id}; 409 when no attempt is
/// left, 410 after its end.
void verify_session(const CallPtr& call, const pool::Session& session, std::string_view code,
                    const Shape& shape = {});
/// Answers 204, or with a shape 200 and the session.
void release_session(const CallPtr& call, const pool::Session& session, const Shape& shape = {});

/// Goes on with the session of that public name, at once when it is in memory; one that ended long
/// ago comes from the store. Nothing: none of that name is kept, or the caller does not see it.
void find_session(const CallPtr& call, std::string_view name,
                  std::function<void(const CallPtr&, std::optional<pool::Session>)> then);
/// The same for a list's parameter "session", with the session's id; 0 when the parameter is not
/// there. Answers 422 when there is no such session.
void with_session_asked(const CallPtr& call, const std::optional<std::string>& name,
                        std::function<void(const CallPtr&, pool::Id)> then);
/// The same with the session that the path names first; answers 404 when there is none.
void with_session(const CallPtr& call,
                  std::function<void(const CallPtr&, const pool::Session&)> then);
/// The session as this caller may see it.
boost::json::object session_answer(const Call& call, const pool::Session& session);
/// Of a test: the sandbox's numbers are of no country or carrier, and the area says what is to
/// happen; without one that it knows, the usual.
void fit_to_sandbox(pool::AllocateRequest& request);
/// A time to live that the call names: 1 s to a year; the pool's own limits are below it.
std::optional<pool::Seconds> ttl_of(Fields& fields);
inline constexpr Range code_octets{1, 64};

/// Why the text is no URL that a webhook may have; empty: it may.
std::string webhook_url_problem(std::string_view url, bool allow_http);
/// A webhook of the platform that has this URL and hears of such sessions, made when there is none;
/// what was made is appended to `changes`. 0 and an answer when it cannot be.
pool::Id webhook_for(const CallPtr& call, pool::PlatformId platform, const std::string& url,
                     bool test, pool::Changes& changes);

}  // namespace smppd::http
