// pool/pool_store.cpp - what time does to the pool, and the way from and back to the store.
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {

Changes Pool::expire(WallTime now, std::size_t max) {
    Changes changes;
    std::size_t done = 0;
    for (; done < max; ++done) {
        const Session* due = state_->sessions.first_due();
        if (due == nullptr || now < due->expires_at) break;
        // The lease ended at its own time, however late this runs.
        state_->end(*due, SessionState::expired, due->expires_at, changes);
    }
    for (; done < max; ++done) {
        const auto slot = state_->numbers.first_cooling();
        if (!slot || now < state_->numbers.at(*slot).cool_until) break;
        NumberRecord after = state_->numbers.at(*slot);
        after.state = NumberState::available;
        after.changed_at = now;
        after.cool_until = {};
        state_->change(*slot, after, changes);
    }
    return changes;
}

WallTime Pool::deadline() const {
    WallTime next = WallTime::max();
    if (const Session* due = state_->sessions.first_due()) next = due->expires_at;
    if (const auto slot = state_->numbers.first_cooling())
        next = std::min(next, state_->numbers.at(*slot).cool_until);
    return next;
}

void Pool::restore(Platform platform) { state_->put(platform); }

void Pool::restore(SmppAccount account) {
    std::string system_id = account.system_id;
    state_->accounts.insert_or_assign(std::move(system_id), std::move(account));
}

void Pool::restore(Number number) { state_->numbers.put(number); }

void Pool::restore(Session session) { state_->sessions.put(session); }

void Pool::revert(std::span<const Change> changes) {
    // Puts one record back to what it was; the overloads say where it lives.
    struct Undo {
        State& state;
        void operator()(const PlatformPut& put) const {
            if (put.before)
                state.put(*put.before);
            else if (put.after)
                state.erase(*put.after);
        }
        void operator()(const AccountPut& put) const {
            if (put.before)
                state.accounts.insert_or_assign(put.before->system_id, *put.before);
            else if (put.after)
                state.accounts.erase(put.after->system_id);
        }
        void operator()(const NumberPut& put) const {
            if (put.before)
                state.numbers.put(*put.before);
            else if (put.after)
                state.numbers.erase(put.after->number);
        }
        void operator()(const SessionPut& put) const {
            if (put.before) {
                state.sessions.put(*put.before);
                // It was seen past its end: a clock that steps back does not bring it to life.
                if (put.after && put.after->state == SessionState::expired)
                    state.sessions.lapse(put.before->id);
            } else if (put.after) {
                state.sessions.erase(put.after->id);
            }
        }
        void operator()(const MessageAdded&) const {}
        void operator()(const MessageSettled&) const {}
        void operator()(const PartAdded&) const {}
        void operator()(const PartsClosed&) const {}
        void operator()(const ReceiptAdded&) const {}
        void operator()(const TraceAdded&) const {}
    };
    const Undo undo{*state_};
    std::for_each(changes.rbegin(), changes.rend(),
                  [&](const Change& change) { std::visit(undo, change); });
}

}  // namespace smppd::pool
