// daemon/http/session_calls.cpp - leasing, extending, swapping, verifying, releasing.
#include "daemon/http/session_calls.hpp"

#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"
#include "daemon/notify/event_json.hpp"
#include "daemon/sandbox/outcomes.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

constexpr std::int64_t ttl_max_s = 366LL * 24 * 3600;

std::chrono::seconds until(pool::WallTime then, pool::WallTime now) {
    return std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(then - now));
}

/// What left no number, in words.
std::string words_for(std::string_view filter) {
    if (filter == "in_use") return "every number that you may lease is in use or cooling down";
    if (filter == "country")
        return "no available number is of the country or the workflow's regions";
    if (filter == "area") return "no available number is of the area";
    if (filter == "carrier") return "no available number is of the carrier";
    if (filter == "tag") return "no available number has the tag";
    if (filter == "isolation_group")
        return "no available number is of the workflow's isolation group";
    if (filter == "carrier_health")
        return "the carriers of all numbers that fit are down or being drained";
    if (filter == "brand") return "every number that fits was used for this brand lately";
    return "nothing fits";
}

Problem no_number(const pool::Refusal& refusal, pool::WallTime now) {
    Problem problem{.kind = Kind::no_number,
                    .detail = "No number: " + words_for(refusal.what) + ".",
                    .errors = {}};
    problem.members.emplace_back("filter", refusal.what);
    if (refusal.free_at) {
        problem.detail += " One comes free at " + rfc3339(*refusal.free_at) + ".";
        problem.members.emplace_back("free_at", rfc3339(*refusal.free_at));
        problem.retry_after = until(*refusal.free_at, now);
    }
    return problem;
}

Problem over_quota(const pool::Refusal& refusal, pool::WallTime now) {
    const bool at_once = refusal.what == "numbers_max" || refusal.what == "test_numbers_max";
    Problem problem{.kind = Kind::quota,
                    .detail = "The platform's quota " + std::string(refusal.what) + " is used up.",
                    .errors = {}};
    if (refusal.free_at)
        problem.detail += (at_once ? " Its next session ends at " : " It allows more at ") +
                          rfc3339(*refusal.free_at) + ".";
    problem.detail += at_once ? " Release sessions, or ask the operator for more."
                              : " Ask the operator where that is too late.";
    problem.members.emplace_back("quota", refusal.what);
    if (refusal.free_at) problem.retry_after = until(*refusal.free_at, now);
    return problem;
}

/// Says that a quota refused an allocation, at most once a minute for each.
void tell_quota(const CallPtr& call, const pool::AllocateRequest& request, std::string_view quota,
                pool::WallTime now) {
    pool::WallTime& told = call->state->quota_told[{request.platform, std::string(quota)}];
    if (told != pool::WallTime{} && now < told + std::chrono::minutes{1} && now >= told) return;
    told = now;
    pool::Event event;
    event.id = call->context.ids.next(now);
    event.type = pool::EventType::quota_exceeded;
    event.platform = request.platform;
    event.test = request.test;
    event.at = now;
    event.subject = quota;
    event.reason = "an allocation was refused";
    pool::Changes changes;
    changes.emplace_back(pool::EventAdded{std::move(event)});
    call->context.committer.commit(std::move(changes), [](std::error_code) {});
}

Problem refusal(const CallPtr& call, const boost::system::error_code& error,
                const pool::AllocateRequest& request, pool::WallTime now) {
    pool::Pool& pool = call->context.pool;
    if (error == pool::Errc::no_number && request.number == 0)
        return no_number(pool.refusal(request, now), now);
    if (error == pool::Errc::quota) {
        const pool::Refusal quota = pool.refusal(request, now);
        tell_quota(call, request, quota.what, now);
        return over_quota(quota, now);
    }
    const auto said = [&error](std::string detail) { return from_pool(error, std::move(detail)); };
    const std::string number = pool::to_text(request.number);
    if (error == pool::Errc::no_number)
        return said("/number: " + number + " does not fit the other fields or the key.");
    // Strangers are not told what is in the pool.
    if (error == pool::Errc::not_found && call->caller.platform != 0)
        return from_pool(make_error_code(pool::Errc::not_available),
                         "/number: " + number + " is not available.");
    if (error == pool::Errc::not_found)
        return said("/number: the pool has no number " + number + ".");
    if (error == pool::Errc::not_available)
        return said("/number: " + number + " is not available.");
    if (error == pool::Errc::bad_value) {
        const auto cap = pool.ttl_cap(request.workflow, request.platform);
        FieldErrors errors{{"/ttl_seconds",
                            {},
                            "must be at most " + std::to_string(cap.count()) +
                                ", the limit of the workflow and platform"}};
        return invalid(std::move(errors));
    }
    return said("The number could not be leased.");
}

/// The webhook that a session brought along; its secret when it was made just now, for that is when
/// it can be told.
boost::json::object brought_json(const Context& context, pool::Id id,
                                 const pool::Changes& changes) {
    const pool::Webhook* webhook = context.pool.webhook(id);
    boost::json::object told{{"id", notify::webhook_name(id)}};
    if (webhook == nullptr) return told;
    told["url"] = webhook->url;
    const bool made = std::any_of(changes.begin(), changes.end(), [id](const pool::Change& change) {
        const auto* put = std::get_if<pool::WebhookPut>(&change);
        return put != nullptr && !put->before && put->after && put->after->id == id;
    });
    if (made) told["secret"] = webhook->secret;
    return told;
}

boost::json::object shaped(const Shape& shape, boost::json::object body) {
    return shape ? shape(std::move(body)) : body;
}

/// One that the pool does not know any more ended long ago.
bool has_ended(const boost::system::error_code& error) {
    return error == pool::Errc::ended || error == pool::Errc::not_found;
}

/// Records the changes and answers with the session as it is then.
void record_session(const CallPtr& call, pool::Changes changes, pool::Id id, const Shape& shape,
                    int status = 200) {
    record(call, std::move(changes), [call, id, &shape, status] {
        const auto session = call->context.pool.session(id);
        Response response = json_response(
            status,
            shaped(shape, session ? session_answer(*call, *session) : boost::json::object{}));
        if (status == 201 && session)
            response.headers.emplace_back("location",
                                          "/v1/sessions/" + pool::token_text(session->token));
        return response;
    });
}

Problem ended(const pool::Session& session) {
    return {.kind = Kind::ended,
            .detail = "The session is " + std::string(pool::name(session.state)) +
                      " and has no number any more; allocate a new one.",
            .errors = {}};
}

}  // namespace

void fit_to_sandbox(pool::AllocateRequest& request) {
    request.country.clear();
    request.carrier.clear();
    request.tag.clear();
    if (!sandbox::parse_area(request.area) && request.number == 0)
        request.area = sandbox::area_of(sandbox::Outcome::code);
}

std::optional<pool::Seconds> ttl_of(Fields& fields) {
    const auto seconds = fields.integer("ttl_seconds", {1, ttl_max_s});
    if (!seconds) return {};
    return pool::Seconds{*seconds};
}

void find_session(const CallPtr& call, std::string_view name,
                  std::function<void(const CallPtr&, std::optional<pool::Session>)> then) {
    const auto seen = [](const Call& by, std::optional<pool::Session> found) {
        if (found && !visible(by, found->platform, found->test)) found.reset();
        return found;
    };
    const pool::Pool& pool = call->context.pool;
    const auto token = pool::parse_token(name);
    if (!token) return then(call, {});
    if (auto session = pool.session(*token)) return then(call, seen(*call, std::move(session)));
    // Names that cannot be in the store, as invented ones are, cost no look at it.
    if (pool::time_of(*token) > pool::time_of(pool.sessions_forgotten())) return then(call, {});
    read_history(
        call, [token](store::History& history) { return history.session(*token); },
        [seen, then = std::move(then)](const CallPtr& here, std::optional<pool::Session> found) {
            then(here, seen(*here, std::move(found)));
        });
}

void with_session_asked(const CallPtr& call, const std::optional<std::string>& name,
                        std::function<void(const CallPtr&, pool::Id)> then) {
    if (!name) return then(call, 0);
    find_session(
        call, *name,
        [then = std::move(then)](const CallPtr& here, const std::optional<pool::Session>& session) {
            if (session) return then(here, session->id);
            here->fail(invalid({{{},
                                 "session",
                                 "no session of this id is kept; see GET "
                                 "/v1/sessions"}}));
        });
}

void with_session(const CallPtr& call,
                  std::function<void(const CallPtr&, const pool::Session&)> then) {
    find_session(
        call, call->path[0],
        [then = std::move(then)](const CallPtr& here, const std::optional<pool::Session>& session) {
            if (session) return then(here, *session);
            here->fail(Kind::not_found,
                       "There is no session of this id; ended ones are kept for a while "
                       "only.");
        });
}

boost::json::object session_answer(const Call& call, const pool::Session& session) {
    return session_json(call.context.pool, session, call.caller.may(pool::Scope::messages_text));
}

void allocate_session(const CallPtr& call, pool::AllocateRequest request,
                      const std::string& webhook_url, const Shape& shape) {
    Context& context = call->context;
    const pool::Platform* platform = context.pool.platform(request.platform);
    if (platform && platform->disabled)
        return call->fail(Kind::not_available,
                          "/platform: \"" + platform->name + "\" is disabled.");
    const pool::WallTime now = context.wall_now();
    pool::Changes changes;
    if (!webhook_url.empty()) {
        request.webhook = webhook_for(call, request.platform, webhook_url, request.test, changes);
        if (request.webhook == 0) return;
    }
    auto allocated = context.pool.allocate(request, context.ids.next(now), now);
    if (!allocated) {
        context.pool.revert(changes);
        return call->fail(refusal(call, allocated.error(), request, now));
    }
    std::move(allocated->changes.begin(), allocated->changes.end(), std::back_inserter(changes));
    if (request.webhook == 0)
        return record_session(call, std::move(changes), allocated->session.id, shape, 201);
    const auto webhook = brought_json(context, request.webhook, changes);
    const Shape told = [&](boost::json::object body) {
        body["webhook"] = webhook;
        return shaped(shape, std::move(body));
    };
    record_session(call, std::move(changes), allocated->session.id, told, 201);
}

void extend_session(const CallPtr& call, const pool::Session& session, pool::Seconds ttl,
                    const Shape& shape) {
    Context& context = call->context;
    auto changes = context.pool.extend(session.id, ttl, context.wall_now());
    if (!changes && changes.error() == pool::Errc::full) {
        const auto cap = context.pool.ttl_cap(session.workflow, session.platform);
        return call->fail(Kind::not_available,
                          "The session lasts as long as it may: " + std::to_string(cap.count()) +
                              " s with all extensions.");
    }
    if (!changes && has_ended(changes.error())) return call->fail(ended(session));
    if (!changes)
        return call->fail(from_pool(changes.error(), "The session could not be extended."));
    record_session(call, std::move(*changes), session.id, shape);
}

void swap_session(const CallPtr& call, const pool::Session& session, const Shape& shape) {
    Context& context = call->context;
    const pool::WallTime now = context.wall_now();
    auto changes = context.pool.swap(session.id, now);
    if (changes) return record_session(call, std::move(*changes), session.id, shape);
    if (changes.error() == pool::Errc::ended && session.holds() &&
        session.state != pool::SessionState::active)
        return call->fail(Kind::not_available, "The session is " +
                                                   std::string(pool::name(session.state)) +
                                                   ": only an active one swaps its number.");
    if (has_ended(changes.error())) return call->fail(ended(session));
    if (changes.error() == pool::Errc::full)
        return call->fail(Kind::not_available,
                          "The session has swapped its number as often as its workflow allows.");
    if (changes.error() != pool::Errc::no_number)
        return call->fail(from_pool(changes.error(), "The number could not be swapped."));
    call->fail(no_number(context.pool.refusal(pool::swap_request(session), now), now));
}

void verify_session(const CallPtr& call, const pool::Session& session, std::string_view code,
                    const Shape& shape) {
    using Outcome = pool::Verdict::Outcome;
    Context& context = call->context;
    auto verdict = context.pool.verify(session.id, code, context.wall_now());
    if (!verdict && verdict.error() == pool::Errc::not_found)
        verdict = context.pool.verify_ended(session, code);
    if (!verdict && has_ended(verdict.error())) return call->fail(ended(session));
    if (!verdict) return call->fail(from_pool(verdict.error(), "The code could not be verified."));
    if (verdict->outcome == Outcome::spent) {
        const bool verified = verdict->session.verified_at != pool::WallTime{};
        Problem problem{.kind = verified ? Kind::not_available : Kind::attempts_exhausted,
                        .detail = verified ? "Another code has verified this session already."
                                           : "All attempts are spent; allocate a new session.",
                        .errors = {}};
        problem.members.emplace_back("state", pool::name(verdict->session.state));
        problem.members.emplace_back("next_step", verdict->next_step);
        return call->fail(problem);
    }
    boost::json::object body{{"success", verdict->outcome == Outcome::verified},
                             {"state", pool::name(verdict->session.state)},
                             {"attempts_left", verdict->attempts_left},
                             {"next_step", nullptr},
                             {"session_id", pool::token_text(session.token)}};
    if (!verdict->next_step.empty()) body["next_step"] = verdict->next_step;
    body = shaped(shape, std::move(body));
    record(call, std::move(verdict->changes), [&body] { return json_response(200, body); });
}

void release_session(const CallPtr& call, const pool::Session& session, const Shape& shape) {
    auto changes = call->context.pool.release(session.id, call->context.wall_now());
    if (!changes && has_ended(changes.error())) changes = pool::Changes{};
    if (!changes)
        return call->fail(from_pool(changes.error(), "The session could not be released."));
    if (shape) return record_session(call, std::move(*changes), session.id, shape);
    record(call, std::move(*changes), [] { return no_content(); });
}

}  // namespace smppd::http
