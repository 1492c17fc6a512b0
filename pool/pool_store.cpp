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

void Pool::restore(SmppAccount account) { state_->put(account); }

void Pool::restore(Number number) { state_->numbers.put(number); }

void Pool::restore(Session session) {
    state_->put(session);
    if (!session.test) state_->quotas.took(session.platform, session.created_at);
}

void Pool::restore_allocation(PlatformId platform, WallTime at) {
    state_->quotas.took(platform, at);
}

void Pool::sessions_forgotten(Id id) noexcept { state_->sessions.forgot(id); }

void Pool::restore(Webhook webhook) { state_->put(webhook); }

void Pool::restore(ApiKey key) { state_->put(key); }

void Pool::restore(BrandUse use) { state_->brands.put(use); }

/// Puts one record back to what it was; the overloads say where it lives.
struct Pool::State::Undo {
    State& state;
    template <class T>
    void back(const Put<T>& put) const {
        if (put.before)
            state.put(*put.before);
        else if (put.after)
            state.erase(*put.after);
    }
    void operator()(const PlatformPut& put) const { back(put); }
    void operator()(const AccountPut& put) const { back(put); }
    void operator()(const WebhookPut& put) const { back(put); }
    void operator()(const ApiKeyPut& put) const { back(put); }
    void operator()(const BrandUsePut& put) const {
        if (put.before)
            state.brands.put(*put.before);
        else if (put.after)
            state.brands.erase(*put.after);
    }
    void operator()(const NumberPut& put) const {
        if (put.before)
            state.numbers.put(*put.before);
        else if (put.after)
            state.numbers.erase(put.after->number);
    }
    void operator()(const SessionPut& put) const {
        if (put.before) {
            state.put(*put.before);
            // It was seen past its end: a clock that steps back does not bring it to life.
            if (put.after && put.before->holds() && !put.after->holds() &&
                put.after->ended_at == put.before->expires_at)
                state.sessions.lapse(put.before->id);
        } else if (put.after) {
            state.sessions.erase(put.after->id);
            if (!put.after->test)
                state.quotas.gave_back(put.after->platform, put.after->created_at);
        }
    }
    void operator()(const SessionHeard& heard) const {
        state.sessions.heard(heard.id, heard.before);
    }
    void operator()(const auto&) const {}  // facts that the pool does not keep
};

void Pool::revert(std::span<const Change> changes) {
    const State::Undo undo{*state_};
    std::for_each(changes.rbegin(), changes.rend(),
                  [&](const Change& change) { std::visit(undo, change); });
}

}  // namespace smppd::pool
