// protocol/bind_timers.cpp - the session: what time brings. Source: SMPP 3.4 §7.2.
//
// Any octets from the peer put off the next enquire_link. Once one is sent, it wants its own
// response or the response to another request of ours within BindOptions::response: a peer that
// only goes on sending has not shown that it reads.
#include "protocol/bind.hpp"
#include "protocol/bind_tables.hpp"

#include <algorithm>

namespace smppd::protocol {

Instant Bind::deadline() const {
    Instant first = std::min({session_deadline(), probe_deadline(), inactivity_deadline()});
    if (timers_of(state_).response && window_.oldest() != Instant::max()) {
        first = std::min(first, window_.oldest() + options_.response);
    }
    return first;
}

Actions Bind::deadline_passed(Instant now) {
    Actions actions;
    session_timers(actions, now);
    if (state_ == BindState::closed) return actions;
    time_out_requests(actions, now);
    bound_timers(actions, now);
    return actions;
}

/// session_init, our bind_* to its response, our unbind to its response.
Instant Bind::session_deadline() const {
    const TimersOf& timers = timers_of(state_);
    Instant first = Instant::max();
    if (timers.session_init) first = std::min(first, connected_at_ + options_.session_init);
    if (timers.bind_response && bind_asked_) {
        first = std::min(first, bind_asked_->sent_at + options_.response);
    }
    if (timers.unbind && unbind_asked_) {
        first = std::min(first, unbind_asked_->sent_at + options_.unbind);
    }
    return first;
}

/// The next enquire_link, or the end of the wait for its answer.
Instant Bind::probe_deadline() const {
    // While we do not read, the answer may be in already: silence counts once we read again.
    if (!timers_of(state_).enquire_link || !wants_read()) return Instant::max();
    if (probe_ && probe_open_) return probe_->sent_at + options_.response;
    if (options_.enquire_link.count() == 0) return Instant::max();
    return heard_at_ + options_.enquire_link;
}

Instant Bind::inactivity_deadline() const {
    if (!timers_of(state_).inactivity || options_.inactivity.count() == 0) return Instant::max();
    return message_at_ + options_.inactivity;
}

void Bind::session_timers(Actions& actions, Instant now) {
    if (session_deadline() > now) return;
    const TimersOf& timers = timers_of(state_);
    if (timers.unbind) return shut(actions, unbind_why_, "unbind was not answered");
    if (connected_at_ + options_.session_init <= now) {
        return shut(actions, Errc::session_init, "no bind in time");
    }
    ++counters_.timed_out;
    shut(actions, Errc::timed_out, "the bind request was not answered");
}

void Bind::time_out_requests(Actions& actions, Instant now) {
    if (!timers_of(state_).response) return;
    while (auto request = window_.take_older(now - options_.response)) {
        ++counters_.timed_out;
        actions.push_back(Completed{request->token, Completed::Outcome::timed_out, {}});
    }
}

void Bind::bound_timers(Actions& actions, Instant now) {
    if (inactivity_deadline() <= now) return send_unbind(actions, Errc::inactivity, now);
    if (probe_deadline() > now) return;
    if (probe_ && probe_open_) {
        ++counters_.timed_out;
        return shut(actions, Errc::no_answer, "enquire_link was not answered");
    }
    send_probe(actions, now);
}

void Bind::send_probe(Actions& actions, Instant now) {
    probe_ = Asked{next_sequence(), now};
    probe_open_ = true;
    write_empty(actions, CommandId::enquire_link, ESME_ROK, probe_->sequence_number);
}

Actions Bind::probe(Instant now) {
    Actions actions;
    if (state_ == BindState::bound && !(probe_ && probe_open_)) send_probe(actions, now);
    return actions;
}

}  // namespace smppd::protocol
