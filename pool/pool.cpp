// pool/pool.cpp - leases: who has which number, and until when.
#include "pool/pool.hpp"

#include "pool/pool_state.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::pool {
namespace {

constexpr std::size_t reference_max = 128;
constexpr E164 number_max = 999'999'999'999'999;

}  // namespace

Pool::Pool(PoolOptions options, std::function<void(std::span<std::uint8_t>)> chance)
    : state_(std::make_unique<State>(options, std::move(chance))) {}

Pool::~Pool() = default;

std::optional<Wanted> Pool::State::wanted(const AllocateRequest& request) const {
    const Words& words = numbers.words();
    const auto country = words.find(request.country);
    const auto area = words.find(request.area);
    const auto carrier = words.find(request.carrier);
    const auto tag = words.find(request.tag);
    if (!country || !area || !carrier || !tag) return std::nullopt;
    return Wanted{.platform = request.platform,
                  .country = *country,
                  .area = *area,
                  .carrier = *carrier,
                  .tag = *tag};
}

Result<Slot> Pool::State::choose(const AllocateRequest& request) {
    const auto wish = wanted(request);
    if (request.number != 0) {
        const auto slot = numbers.find(request.number);
        if (!slot) return Errc::not_found;
        const NumberRecord& record = numbers.at(*slot);
        // Another platform's number looks like any that is taken: who has it is not told.
        if (record.state != NumberState::available ||
            (record.platform != 0 && record.platform != request.platform))
            return Errc::not_available;
        if (!wish || !numbers.profile(*slot).mo || !wish->fits(numbers.profile(*slot)))
            return Errc::no_number;
        return *slot;
    }
    if (!wish) return Errc::no_number;
    const auto slot = numbers.first_free(*wish);
    if (!slot) return Errc::no_number;
    return *slot;
}

Result<Pool::Allocated> Pool::allocate(const AllocateRequest& request, Id id, WallTime now) {
    assert(id != 0);
    const Platform* owner = platform(request.platform);
    if (owner == nullptr || owner->disabled) return Errc::not_found;
    const Seconds ttl = request.ttl == Seconds::zero() ? state_->options.ttl_default : request.ttl;
    if (ttl <= Seconds::zero() || ttl > state_->options.ttl_max) return Errc::bad_value;
    if (request.reference.size() > reference_max) return Errc::bad_value;
    if (owner->numbers_max != 0 && state_->sessions.active(owner->id) >= owner->numbers_max)
        return Errc::quota;
    const auto slot = state_->choose(request);
    if (!slot) return slot.error();

    NumberRecord after = state_->numbers.at(*slot);
    std::array<std::uint8_t, 10> chance{};
    state_->chance(chance);
    Allocated allocated{.session = Session{.id = id,
                                           .token = make_token(now, chance),
                                           .platform = owner->id,
                                           .number = after.number,
                                           .state = SessionState::active,
                                           .created_at = now,
                                           .expires_at = now + ttl,
                                           .ended_at = {},
                                           .reference = request.reference},
                        .changes = {}};
    after.state = NumberState::leased;
    after.session = id;
    after.changed_at = now;
    ++after.uses;
    state_->sessions.put(allocated.session);
    allocated.changes.emplace_back(SessionPut{std::nullopt, allocated.session});
    state_->change(*slot, after, allocated.changes);
    return allocated;
}

void Pool::State::end(Session session, SessionState how, WallTime at, Changes& changes) {
    SessionPut put{session, std::nullopt};
    session.state = how;
    session.ended_at = at;
    sessions.put(session);
    put.after = session;
    changes.emplace_back(std::move(put));
    const auto slot = numbers.find(session.number);
    if (!slot) return;
    const NumberRecord& record = numbers.at(*slot);
    if (record.state == NumberState::leased && record.session == session.id)
        change(*slot, cooled(record, at), changes);
}

Result<Changes> Pool::release(Id session, WallTime now) {
    const Session* found = state_->sessions.find(session);
    if (found == nullptr) return Errc::not_found;
    Changes changes;
    if (found->state != SessionState::active) return changes;
    if (state_->sessions.in_force(*found, now)) {
        // The clock may have stepped back since: no lease ends before it began.
        state_->end(*found, SessionState::released, std::max(now, found->created_at), changes);
    } else {
        state_->end(*found, SessionState::expired, found->expires_at, changes);
    }
    return changes;
}

std::optional<Session> Pool::session(Id id) const {
    const Session* found = state_->sessions.find(id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::optional<Session> Pool::session(const Token& token) const {
    const Session* found = state_->sessions.find(token);
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::vector<Session> Pool::sessions(PlatformId platform, std::optional<SessionState> state,
                                    Id before, std::size_t limit) const {
    return state_->sessions.list(platform, state, before, limit);
}

Ownership Pool::owner_of(E164 number, std::string_view /*carrier*/, WallTime now) const {
    if (number == 0 || number > number_max) return {{}, Unowned::bad_destination};
    const auto slot = state_->numbers.find(number);
    if (!slot) return {{}, Unowned::not_in_pool};
    const NumberRecord& record = state_->numbers.at(*slot);
    switch (record.state) {
        case NumberState::assigned: return {{record.platform, 0}, Unowned::no};
        case NumberState::disabled:
        case NumberState::retired: return {{}, Unowned::disabled};
        case NumberState::available:
        case NumberState::cooling:
        case NumberState::reserved: return {{}, Unowned::not_leased};
        case NumberState::leased: break;
    }
    // What asks now came after allocate(), whatever the clock says: the lease that is in memory
    // decides, and a clock that stepped back before `created_at` takes nothing from its owner.
    const Session* session = state_->sessions.find(record.session);
    if (session == nullptr || !state_->sessions.in_force(*session, now))
        return {{}, Unowned::not_leased};
    return {{session->platform, session->id}, Unowned::no};
}

}  // namespace smppd::pool
