// daemon/smpp/platform_link.cpp - one connection of a platform's; see platforms.hpp.
#include "daemon/log.hpp"
#include "daemon/smpp/cidr.hpp"
#include "daemon/smpp/platforms.hpp"
#include "daemon/smpp/records.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;

PlatformLink::PlatformLink(Platforms& platforms, const conf::PlatformListener& listener,
                           std::uint64_t number)
    : Link(platforms.parts_.timers),
      platforms_(platforms),
      listener_(listener),
      id_("platform/" + std::to_string(number)) {}

BindOptions PlatformLink::bind_options() {
    BindOptions o;
    o.role = Role::smsc;
    o.window = listener_.window;
    o.session_init = listener_.session_init;
    o.inactivity = listener_.inactivity;
    o.enquire_link = listener_.enquire_link;
    o.response = listener_.response;
    o.decode.tolerate_broken_tlvs = false;
    return o;
}

void PlatformLink::on_bind_asked(Pdu&& request, Now now) {
    auto& asked = std::get<BindRequest>(request.body);
    since_ = now.wall;
    const pool::SmppAccount* known = platforms_.parts_.pool.account(asked.system_id);
    const std::string hash = known != nullptr ? known->password_hash : std::string{};
    asking_ = std::make_shared<const Login>(
        Login{std::move(asked.system_id), hash, std::move(asked.password)});
    // Guesses wait before they cost anything. A password that was proven before is none, so nobody
    // at the same address can lock it out.
    if (platforms_.parts_.passwords.remembered(*asking_)) return check();
    const auto wait = std::min(platforms_.penalty(host_, now), listener_.session_init / 2);
    if (wait.count() == 0) return check();
    decide_at_ = now.mono + wait;
}

void PlatformLink::check() {
    // An unknown system_id takes the same way and the same time as a wrong password.
    platforms_.parts_.passwords.check(
        *asking_, asking_,
        [this, weak = weak_from_this(), request = std::weak_ptr(asking_)](Proof proof) {
            const auto self = weak.lock();
            if (self && !request.expired()) checked(proof, platforms_.parts_.timers.now());
        });
}

void PlatformLink::checked(Proof proof, Now now) {
    const Login asked = *asking_;
    if (proof == Proof::busy) {
        return refuse(ESME_RBINDFAIL, "too many passwords wait to be checked", now);
    }
    const pool::SmppAccount* account = platforms_.parts_.pool.account(asked.system_id);
    if (proof == Proof::wrong || account == nullptr || account->password_hash != asked.hash) {
        platforms_.failed(host_, now);
        return refuse(ESME_RINVPASWD, "unknown system_id or wrong password", now);
    }
    const pool::Platform* platform = platforms_.parts_.pool.platform(account->platform);
    if (account->disabled || platform == nullptr || platform->disabled) {
        platforms_.failed(host_, now);
        return refuse(ESME_RBINDFAIL, "the account is disabled", now);
    }
    if (!allowed(account->allow, host_)) {
        platforms_.failed(host_, now);
        return refuse(ESME_RBINDFAIL, "the address is not in the account's allow list", now);
    }
    unsigned& binds = platforms_.binds_[account->system_id];
    // An account that was given no limit of its own has the one that all are made with.
    const bool own = account->binds_max != pool::SmppAccount{}.binds_max;
    if (binds >= (own ? account->binds_max : listener_.binds_max)) {
        return refuse(ESME_RALYBND,
                      own ? "as many binds as the account's binds_max allows"
                          : "as many binds as the listener's binds_max allows",
                      now);
    }
    ++binds;
    held_ = true;
    account_ = *account;
    perform(machine()->accept_bind(now.mono), now);
    rearm();
}

void PlatformLink::refuse(Status status, const char* reason, Now now) {
    ++platforms_.failed_binds_;
    log::warning("platform_bind_refused",
                 {{"link", id_}, {"address", address()}, {"reason", reason}});
    // From the timer: what stands behind the request may be the next one, and a thousand more.
    refusal_ = status;
    decide_at_ = now.mono;
    rearm();
}

void PlatformLink::on_own_deadline(Now now) {
    decide_at_ = Instant::max();
    if (!asking_) return;
    if (!refusal_) return check();
    perform(machine()->refuse_bind(*std::exchange(refusal_, std::nullopt), now.mono), now);
}

void PlatformLink::on_state(const StateChanged& change, Now now) {
    since_ = now.wall;
    if (change.from == BindState::binding) {
        asking_.reset();
        refusal_.reset();
        decide_at_ = Instant::max();
    }
    if (change.to == BindState::bound) {
        form_ = delivery_form(account_, machine()->peer_version());
        log::info("platform_bind_up", {{"link", id_},
                                       {"system_id", account_.system_id},
                                       {"address", address()},
                                       {"type", name(machine()->type())}});
        if (auto waits = platforms_.unbound_.find(host_); waits != platforms_.unbound_.end()) {
            if (--waits->second == 0) platforms_.unbound_.erase(waits);
        }
        if (machine()->may_receive()) {
            attached_ = true;
            platforms_.parts_.dispatcher.attach(*this, now);
        }
    }
    if (change.from == BindState::bound) detach();
}

void PlatformLink::detach() {
    if (!attached_) return;
    attached_ = false;
    platforms_.parts_.dispatcher.detach(*this);
}

void PlatformLink::on_deliver(Pdu&& request, Now now) {
    // Submissions are not taken yet; the answer says so and the bind lives on.
    respond(epoch(), request.header, ESME_RSYSERR, now);
}

std::uint32_t PlatformLink::free() const {
    if (!attached_ || !outgoing_.empty() || bind() == nullptr) return 0;
    const std::uint32_t window = std::min(account_.window, listener_.window);
    const std::uint32_t used = bind()->in_flight();
    return used >= window ? 0 : window - used;
}

void PlatformLink::deliver(const MessagePtr& message, Now now) {
    std::string session;
    if (message->owner.session != 0) {
        if (const auto known = platforms_.parts_.pool.session(message->owner.session)) {
            session = pool::token_text(known->token);
        }
    }
    const std::uint16_t reference = platforms_.next_reference(account_.platform);
    auto pdus = deliver_pdus(*message, form_, session, reference);
    if (pdus.empty()) {
        platforms_.parts_.dispatcher.done(*this, message->id, Delivery::unpackable, ESME_ROK, now);
        return;
    }
    const std::uint64_t flight = next_flight_++;
    flights_[flight] = {message->id, pdus.size(), Delivery::acknowledged, ESME_ROK};
    for (DeliverSm& pdu : pdus) outgoing_.push_back({std::move(pdu), flight});
    send_outgoing(now);
}

void PlatformLink::send_outgoing(Now now) {
    const std::uint32_t window = std::min(account_.window, listener_.window);
    while (!outgoing_.empty() && bind() != nullptr && bind()->in_flight() < window) {
        Outgoing next = std::move(outgoing_.front());
        outgoing_.pop_front();
        auto actions =
            machine()->request(std::move(next.pdu), CommandId::deliver_sm, next.flight, now.mono);
        if (actions) {
            perform(std::move(*actions), now);
        } else {
            const bool gone = actions.error() == Errc::wrong_state;
            part_done(next.flight, gone ? Delivery::lost : Delivery::unpackable, ESME_ROK, now);
        }
    }
}

void PlatformLink::on_completed(Completed&& completed, Now now) {
    switch (completed.outcome) {
        case Completed::Outcome::answered: {
            const Status status = completed.response.header.command_status;
            status == ESME_ROK ? ++acknowledged_ : ++refused_;
            part_done(completed.token,
                      status == ESME_ROK ? Delivery::acknowledged : Delivery::refused, status, now);
            break;
        }
        case Completed::Outcome::timed_out:
            part_done(completed.token, Delivery::unanswered, ESME_ROK, now);
            break;
        case Completed::Outcome::lost:
            part_done(completed.token, Delivery::lost, ESME_ROK, now);
            break;
    }
    freed_ = true;
}

void PlatformLink::part_done(std::uint64_t number, Delivery outcome, Status status, Now now) {
    const auto found = flights_.find(number);
    if (found == flights_.end()) return;
    Flight& flight = found->second;
    // What is worst for one part holds for the whole: it goes out again in all its parts.
    if (outcome != Delivery::acknowledged && flight.worst == Delivery::acknowledged) {
        flight.worst = outcome;
        flight.status = status;
    }
    if (--flight.open > 0) return;
    const Flight whole = flight;
    flights_.erase(found);
    platforms_.parts_.dispatcher.done(*this, whole.message, whole.worst, whole.status, now);
}

void PlatformLink::on_close(const Close& close, Now) {
    if (!close.why) return;
    log::info("platform_link_closing", {{"link", id_},
                                        {"address", address()},
                                        {"system_id", account_.system_id},
                                        {"reason", close.why.message()},
                                        {"detail", close.detail}});
}

void PlatformLink::on_disconnected(const std::string& why, Now now) {
    detach();
    // Parts that never went out: their message goes out again in whole, elsewhere.
    for (const Outgoing& waiting : std::exchange(outgoing_, {})) {
        part_done(waiting.flight, Delivery::lost, ESME_ROK, now);
    }
    if (held_) {
        log::info("platform_bind_down", {{"link", id_},
                                         {"system_id", account_.system_id},
                                         {"reason", why.empty() ? "closed" : why}});
    }
    const pool::PlatformId platform = account_.platform;
    platforms_.gone(*this);
    if (platform != 0) platforms_.parts_.dispatcher.pump(platform, now);
}

void PlatformLink::on_event_end(Now now) {
    if (!freed_) return;
    freed_ = false;
    send_outgoing(now);
    platforms_.parts_.dispatcher.pump(account_.platform, now);
    platforms_.parts_.dispatcher.flush();
}

void PlatformLink::leave(Now now) { leave_when_answered(now); }

BindView PlatformLink::view() const {
    BindView v;
    v.id = id_;
    if (const pool::Platform* platform = platforms_.parts_.pool.platform(account_.platform)) {
        v.platform = platform->name;
    }
    v.system_id = account_.system_id;
    v.address = address();
    v.tls = listener_.tls.has_value();
    v.since = since_;
    v.messages = acknowledged_;
    v.refused = refused_;
    if (bind() != nullptr) {
        v.type = std::string(name(bind()->type()));
        v.state = std::string(name(bind()->state()));
        v.in_flight = bind()->in_flight();
        v.counters = bind()->counters();
    }
    v.window =
        account_.system_id.empty() ? listener_.window : std::min(account_.window, listener_.window);
    return v;
}

}  // namespace smppd::smpp
