// pool/pool_sessions.cpp - leases: who gets a number, for how long, and how it comes back.
// Source: Pool and verification, Lease.
#include "pool/pool_state.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::pool {
namespace {

constexpr std::size_t reference_max = 128;
constexpr auto sandbox_usual_area = "code";

EventType event_of(SessionState how) {
    switch (how) {
        case SessionState::expired: return EventType::session_expired;
        case SessionState::verified: return EventType::session_verified;
        case SessionState::failed: return EventType::session_failed;
        case SessionState::active:
        case SessionState::released: break;
    }
    return EventType::session_released;
}

}  // namespace

AllocateRequest swap_request(const Session& session) {
    AllocateRequest request;
    request.platform = session.platform;
    request.country = session.country;
    request.area = session.area;
    request.carrier = session.carrier;
    request.tag = session.tag;
    request.workflow = session.workflow;
    request.expected_senders = session.expected_senders;
    request.test = session.test;
    // In the sandbox the area says what happens; what a swap brings is the usual case.
    if (session.test) request.area = sandbox_usual_area;
    request.counts = false;
    return request;
}

Event& Pool::State::tell(EventType type, const Session& session, WallTime at, Changes& changes) {
    Event event;
    event.id = event_id(at);
    event.type = type;
    event.platform = session.platform;
    event.session = session.id;
    event.webhook = session.webhook;
    event.test = session.test;
    event.at = at;
    event.token = session.token;
    event.number = session.number;
    event.workflow = session.workflow;
    event.reference = session.reference;
    event.expires_at = session.expires_at;
    event.attempts_left = static_cast<std::uint16_t>(
        session.attempts_max - std::min(session.attempts_used, session.attempts_max));
    changes.emplace_back(EventAdded{std::move(event)});
    return std::get<EventAdded>(changes.back()).event;
}

void Pool::State::change(const Session& before, const Session& after, Changes& changes) {
    changes.emplace_back(SessionPut{before, after});
    put(after);
}

void Pool::State::lease(Slot slot, const Session& session, WallTime now, Changes& changes) {
    NumberRecord after = numbers.at(slot);
    assert(after.state == NumberState::available);
    after.state = NumberState::leased;
    after.after_lease = NumberState::cooling;
    after.session = session.id;
    after.last_platform = session.platform;
    after.changed_at = now;
    ++after.uses;
    change(slot, after, changes);
}

NumberRecord Pool::State::cooled(const NumberRecord& record, WallTime at,
                                 const Session* session) const {
    NumberRecord after = record;
    const Workflow* flow = session != nullptr ? workflow(session->workflow) : nullptr;
    Seconds rest = flow != nullptr && flow->cool_down ? *flow->cool_down : options.cool_down;
    // The sandbox's messages come from nowhere else, so none can be late.
    if (session != nullptr && session->test) rest = Seconds::zero();
    const WallTime until = std::max(at + rest, record.cool_until);
    const bool cools = until > at;
    after.state = cools ? NumberState::cooling : NumberState::available;
    after.cool_until = cools ? until : WallTime{};
    if (record.after_lease != NumberState::cooling) {
        after.state = record.after_lease;
        after.cool_until = {};
    }
    after.after_lease = NumberState::cooling;
    after.session = 0;
    after.changed_at = at;
    after.last_used_at = at;
    return after;
}

void Pool::State::give_back(const Session& session, WallTime at, Changes& changes) {
    const auto slot = numbers.find(session.number);
    if (!slot) return;
    const NumberRecord& record = numbers.at(*slot);
    if (record.state != NumberState::leased || record.session != session.id) return;
    NumberRecord after = cooled(record, at, &session);
    if (session.state == SessionState::verified) ++after.verified;
    change(*slot, after, changes);
}

void Pool::State::end(Session session, SessionState how, WallTime at, Changes& changes) {
    const Session before = session;
    const bool decided =
        session.state == SessionState::verified || session.state == SessionState::failed;
    if (!decided) session.state = how;
    session.ended_at = at;
    // What was verified, or came to nothing, needs its codes no more.
    session.arrived.forget_codes();
    change(before, session, changes);
    give_back(session, at, changes);
    if (how == SessionState::verified || how == SessionState::failed) return;  // told by verify()
    Event& event = tell(event_of(how), session, at, changes);
    if (how == SessionState::released) event.reason = "requested";
    const Workflow* flow = workflow(session.workflow);
    if (how == SessionState::expired && !decided)
        event.next_step = (flow != nullptr ? *flow : Workflow{}).next_step.expired;
}

Seconds Pool::State::ttl_cap(const Workflow* flow, PlatformId id) const {
    Seconds cap = flow != nullptr ? std::min(flow->ttl_max, options.ttl_max) : options.ttl_max;
    const auto owner = platforms.find(id);
    if (owner != platforms.end() && owner->second.ttl_max_s != 0)
        cap = std::min(cap, Seconds{owner->second.ttl_max_s});
    return cap;
}

Seconds Pool::ttl_cap(const std::string& workflow, PlatformId platform) const {
    return state_->ttl_cap(state_->workflow(workflow), platform);
}

std::optional<Refusal> Pool::State::over_quota(const Platform& owner, bool test, WallTime now,
                                               bool when) const {
    const std::size_t most = test ? options.test_numbers_max : owner.numbers_max;
    if (most != 0 && sessions.active(owner.id, test) >= most) {
        Refusal refusal{test ? "test_numbers_max" : "numbers_max", std::nullopt};
        std::size_t looks = when ? 2'000 : 0;
        sessions.due_in_order([&](const Session& session) {
            if (looks-- == 0) return false;
            if (session.platform != owner.id || session.test != test) return true;
            refusal.free_at = session.expires_at;
            return false;
        });
        return refusal;
    }
    if (test) return std::nullopt;
    if (owner.allocations_per_minute != 0 &&
        quotas.in_minute(owner.id, now) >= owner.allocations_per_minute)
        return Refusal{"allocations_per_minute", quotas.minute_frees(owner.id, now)};
    if (owner.allocations_per_day != 0 && quotas.in_day(owner.id, now) >= owner.allocations_per_day)
        return Refusal{"allocations_per_day", quotas.day_frees(owner.id, now)};
    return std::nullopt;
}

Result<Pool::Allocated> Pool::allocate(const AllocateRequest& request, Id id, WallTime now) {
    assert(id != 0);
    const Platform* owner = platform(request.platform);
    if (owner == nullptr || owner->disabled) return Errc::not_found;
    const Workflow* flow = state_->workflow(request.workflow);
    if (flow == nullptr && !request.workflow.empty()) return Errc::bad_value;
    const Seconds cap = state_->ttl_cap(flow, owner->id);
    const Seconds usual = flow != nullptr ? flow->ttl : state_->options.ttl_default;
    const Seconds ttl = request.ttl == Seconds::zero() ? std::min(usual, cap) : request.ttl;
    if (ttl <= Seconds::zero() || ttl > cap) return Errc::bad_value;
    if (request.reference.size() > reference_max) return Errc::bad_value;
    if (state_->over_quota(*owner, request.test, now)) return Errc::quota;
    const auto slot = state_->choose(request, now);
    if (!slot) return slot.error();

    std::array<std::uint8_t, 10> chance{};
    state_->chance(chance);
    Allocated allocated;
    Session& session = allocated.session;
    session.id = id;
    session.token = make_token(time_of(id), chance);
    session.platform = owner->id;
    session.number = state_->numbers.at(*slot).number;
    session.created_at = now;
    session.leased_at = now;
    session.expires_at = now + ttl;
    session.reference = request.reference;
    session.workflow = request.workflow;
    session.task = request.task;
    session.test = request.test;
    session.country = request.country;
    session.area = request.area;
    session.carrier = request.carrier;
    session.tag = request.tag;
    session.expected_senders = request.expected_senders;
    session.webhook = request.webhook;
    session.attempts_max =
        static_cast<std::uint16_t>((flow != nullptr ? *flow : Workflow{}).attempts_allowed());
    state_->put(session);
    if (!session.test) state_->quotas.took(owner->id, now);
    allocated.changes.emplace_back(SessionPut{std::nullopt, session});
    state_->lease(*slot, session, now, allocated.changes);
    state_->tell(EventType::session_created, session, now, allocated.changes);
    return allocated;
}

Result<Changes> Pool::extend(Id id, Seconds ttl, WallTime now) {
    const Session* found = state_->sessions.find(id);
    if (found == nullptr) return Errc::not_found;
    if (!state_->sessions.in_force(*found, now)) return Errc::ended;
    if (ttl <= Seconds::zero()) return Errc::bad_value;
    const Session before = *found;
    const Seconds cap = state_->ttl_cap(state_->workflow(before.workflow), before.platform);
    Session after = before;
    after.expires_at = std::max(before.expires_at, std::min(now + ttl, before.created_at + cap));
    Changes changes;
    if (after.expires_at == before.expires_at) {
        if (now + ttl > before.expires_at) return Errc::full;
        return changes;
    }
    state_->change(before, after, changes);
    state_->tell(EventType::session_extended, after, now, changes);
    return changes;
}

Result<Changes> Pool::swap(Id id, WallTime now) {
    const Session* found = state_->sessions.find(id);
    if (found == nullptr) return Errc::not_found;
    if (!state_->sessions.in_force(*found, now) || found->state != SessionState::active)
        return Errc::ended;
    const Session before = *found;
    const Workflow* flow = state_->workflow(before.workflow);
    if (before.swaps >= (flow != nullptr ? *flow : Workflow{}).swaps_max) return Errc::full;
    AllocateRequest request = swap_request(before);
    const auto had = state_->numbers.find(before.number);
    if (flow != nullptr && flow->elevated && had)
        request.rather_not_carrier = state_->numbers.number(*had).carrier;
    const auto slot = state_->choose(request, now);
    if (!slot) return slot.error();

    Session after = before;
    after.number = state_->numbers.at(*slot).number;
    after.leased_at = now;
    ++after.swaps;
    Changes changes;
    state_->give_back(before, now, changes);
    state_->change(before, after, changes);
    state_->lease(*slot, after, now, changes);
    state_->tell(EventType::session_swapped, after, now, changes).previous_number = before.number;
    return changes;
}

Result<Changes> Pool::release(Id session, WallTime now) {
    const Session* found = state_->sessions.find(session);
    if (found == nullptr) return Errc::not_found;
    Changes changes;
    if (!found->holds()) return changes;
    if (state_->sessions.in_force(*found, now)) {
        // The clock may have stepped back since: no lease ends before it began.
        state_->end(*found, SessionState::released, std::max(now, found->created_at), changes);
    } else {
        state_->end(*found, SessionState::expired, found->expires_at, changes);
    }
    return changes;
}

}  // namespace smppd::pool
