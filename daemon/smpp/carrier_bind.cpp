// daemon/smpp/carrier_bind.cpp - one bind to a carrier; see carrier.hpp.
#include "daemon/log.hpp"
#include "daemon/smpp/carrier.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;

CarrierBind::CarrierBind(Carrier& carrier, std::uint32_t index, bool outbind)
    : Link(carrier.parts().timers), carrier_(&carrier), index_(index), outbind_(outbind) {
    if (outbind) return;
    for (std::size_t i = 0; i < carrier.config().hosts.size(); ++i) {
        hosts_.push_back({Backoff(carrier.config().reconnect), {}});
    }
}

void CarrierBind::start(Now now) {
    if (!stopped_) return;
    stopped_ = false;
    bad_credentials_ = 0;
    since_ = now.wall;
    // Who starts it wants to see it dial now, whatever was waited for before.
    for (Host& host : hosts_) host = {Backoff(carrier_->config().reconnect), {}};
    if (outbind_ || is_connected() || dialling_) return;
    dial_at_ = now.mono;
    rearm();
}

void CarrierBind::stop(Now now) {
    stopped_ = true;
    dial_at_ = Instant::max();
    since_ = now.wall;
    leave_when_answered(now);
    rearm();
}

void CarrierBind::rebind(Now now) { leave_when_answered(now); }

bool CarrierBind::bound() const noexcept {
    return is_connected() && bind()->state() == BindState::bound;
}

void CarrierBind::waits_changed() {
    const BackoffOptions& fresh = carrier_->config().reconnect;
    for (Host& host : hosts_) {
        const BackoffOptions& o = host.backoff.options();
        if (o.from == fresh.from && o.to == fresh.to && o.already_bound == fresh.already_bound)
            continue;
        host.backoff = Backoff(fresh);
    }
}

BindOptions CarrierBind::bind_options() {
    dialling_ = false;
    counted_ = false;
    was_bound_ = false;
    refusal_ = ESME_ROK;
    return options_of_carrier();
}

BindOptions CarrierBind::options_of_carrier() const {
    const conf::Carrier& c = carrier_->config();
    BindOptions o;
    o.role = Role::esme;
    // A carrier that sends outbind has messages for us: it awaits a receiver (SMPP 3.4 §2.2.1).
    o.type = c.bind == BindType::transmitter && outbind_ ? BindType::receiver : c.bind;
    o.system_id = c.system_id;
    o.password = c.password.value;
    o.system_type = c.system_type;
    o.address_range = c.address_range;
    o.addr_ton = c.addr_ton;
    o.addr_npi = c.addr_npi;
    o.interface_version = c.interface_version;
    o.await_outbind = outbind_;
    o.window = c.window;
    o.session_init = c.session_init;
    o.enquire_link = c.enquire_link;
    o.response = c.response;
    o.inactivity = c.inactivity;
    return o;
}

std::size_t CarrierBind::choose_host(Instant now) const {
    std::size_t best = 0;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        if (hosts_[i].not_before <= now) return i;
        if (hosts_[i].not_before < hosts_[best].not_before) best = i;
    }
    return best;
}

void CarrierBind::on_own_deadline(Now now) {
    dial_at_ = Instant::max();
    if (stopped_ || outbind_ || is_connected() || dialling_ || hosts_.empty()) return;
    host_ = choose_host(now.mono);
    if (hosts_[host_].not_before > now.mono) {
        dial_at_ = hosts_[host_].not_before;
        return;
    }
    dialling_ = true;
    dialled_at_ = now.mono;
    since_ = now.wall;
    const conf::Carrier& c = carrier_->config();
    carrier_->parts().dialer.dial(shared_from_this(), c.hosts[host_], c.tls ? &*c.tls : nullptr,
                                  c.session_init);
}

void CarrierBind::on_deliver(Pdu&& request, Now now) {
    if (request.header.command_id == CommandId::alert_notification) return;  // it has no answer
    if (!std::holds_alternative<DeliverSm>(request.body) &&
        !std::holds_alternative<DataSm>(request.body)) {
        respond(epoch(), request.header, ESME_RINVCMDID, now);
        return;
    }
    const std::weak_ptr<Link> weak = weak_from_this();
    auto answer = [this, weak, header = request.header, at = epoch()](Status status, Now then) {
        const auto self = weak.lock();
        if (!self) return;
        status == ESME_ROK ? ++messages_ : ++refused_;
        respond(at, header, status, then);
    };
    const conf::Carrier& c = carrier_->config();
    const Origin origin{c.name, index_, c.profile, carrier_->counters()};
    const std::uint64_t messages = carrier_->counters().messages;
    carrier_->parts().router.inbound(origin, request, now, std::move(answer));
    // Receipts and what comes again do not end a silence: no new message has arrived.
    if (carrier_->counters().messages != messages) carrier_->message(now);
}

void CarrierBind::on_event_end(Now now) { carrier_->parts().router.commit(now); }

void CarrierBind::on_outbind(const Outbind& outbind, Now now) {
    if (const auto& find = carrier_->parts().by_outbind; find) {
        if (Carrier* owner = find(outbind.system_id); owner != nullptr && owner != carrier_) {
            carrier_->hand_over(*this, *owner);
        }
    }
    const conf::Carrier& c = carrier_->config();
    const bool ours = c.outbind_system_id && *c.outbind_system_id == outbind.system_id;
    const bool proven = c.outbind_password.from == conf::Secret::From::none ||
                        c.outbind_password.value == outbind.password;
    if (!ours || !proven || stopped_) {
        log::warning("outbind_refused", {{"carrier", c.name}, {"address", address()}});
        last_error_ = "outbind with an unknown system_id or a wrong password";
        perform(machine()->unbind(now.mono), now);
        return;
    }
    log::info("outbind_accepted", {{"carrier", c.name}, {"address", address()}});
    // Until now the connection was another carrier's, if any: what it binds with is the owner's.
    perform(machine()->bind(options_of_carrier(), now.mono), now);
}

void CarrierBind::on_state(const StateChanged& change, Now now) {
    since_ = now.wall;
    const std::string& carrier = carrier_->config().name;
    if (change.to == BindState::bound) {
        was_bound_ = true;
        bad_credentials_ = 0;
        last_error_.clear();
        if (host_ < hosts_.size()) hosts_[host_].backoff.reset();
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(now.mono - dialled_at_);
        log::info("bind_up", {{"carrier", carrier},
                              {"bind", index_},
                              {"address", address()},
                              {"took_ms", outbind_ ? 0 : took.count()}});
        carrier_->clear_alarm("bad_credentials", outbind_ ? 0 : index_);
    }
    if (change.status != ESME_ROK) refused(change.status, now);
    if (change.from == BindState::bound) {
        log::info("bind_down", {{"carrier", carrier},
                                {"bind", index_},
                                {"reason", change.why ? change.why.message() : "closed"}});
    }
    carrier_->bind_changed(now);
}

void CarrierBind::refused(Status status, Now) {
    refusal_ = status;
    last_error_ =
        "bind refused: " + status_name(status) + " (" + std::string(status_meaning(status)) + ")";
    log::warning(
        "bind_refused",
        {{"carrier", carrier_->config().name}, {"bind", index_}, {"status", status_name(status)}});
    if (status != ESME_RINVPASWD && status != ESME_RINVSYSID && status != ESME_RINVSYSTYP) return;
    if (++bad_credentials_ < carrier_->config().bad_credentials_max) return;
    stopped_ = true;
    log::error("bind_stopped", {{"carrier", carrier_->config().name},
                                {"bind", index_},
                                {"reason", "bad credentials"},
                                {"refusals", bad_credentials_}});
    carrier_->alarm("bad_credentials", outbind_ ? 0 : index_);
}

void CarrierBind::probe(std::function<void(ProbeResult)> done, Now now) {
    const BindView seen = view(now);
    if (!bound()) {
        const std::string why = seen.last_error.empty() ? "it is " + seen.state : seen.last_error;
        return done({seen.id, seen.state, {}, why});
    }
    probes_.push_back(
        [id = seen.id, state = seen.state, done = std::move(done)](ProbeResult result) {
            result.bind = id;
            result.state = state;
            done(std::move(result));
        });
    perform(machine()->probe(now.mono), now);
    rearm();
}

void CarrierBind::tell_probes(const std::optional<std::chrono::nanoseconds>& round_trip,
                              const std::string& error) {
    for (const auto& tell : std::exchange(probes_, {})) tell({{}, {}, round_trip, error});
}

void CarrierBind::on_probed(std::chrono::nanoseconds round_trip, Now) {
    round_trip_ = round_trip;
    tell_probes(round_trip, {});
}

void CarrierBind::on_close(const Close& close, Now) {
    if (!close.why) return;
    // A refusal has told more already.
    if (refusal_ == ESME_ROK) {
        last_error_ = close.why.message();
        if (!close.detail.empty()) last_error_ += ": " + close.detail;
    }
    log::info("link_closing", {{"carrier", carrier_->config().name},
                               {"bind", index_},
                               {"reason", close.why.message()},
                               {"detail", close.detail}});
}

void CarrierBind::on_disconnected(const std::string& why, Now now) {
    since_ = now.wall;
    dialling_ = false;
    ended_ = true;
    if (!why.empty() && last_error_.empty()) last_error_ = why;
    if (!why.empty() && !was_bound_ && refusal_ == ESME_ROK) last_error_ = why;
    // A dial that failed leaves the machine of the connection before it.
    if (!std::exchange(counted_, true)) counters_before_ += bind()->counters();
    tell_probes({}, last_error_.empty() ? "the connection ended" : last_error_);
    if (!outbind_) connect_failed(now);
    carrier_->bind_changed(now);
}

void CarrierBind::connect_failed(Now now) {
    if (hosts_.empty()) return;
    // The carrier still holds our last bind: a shorter wait would only be refused again.
    const auto floor = refusal_ == ESME_RALYBND ? hosts_[host_].backoff.options().already_bound
                                                : std::chrono::milliseconds{0};
    const auto wait = hosts_[host_].backoff.next(carrier_->parts().engine, floor);
    hosts_[host_].not_before = now.mono + wait;
    if (stopped_) return;
    const std::size_t next = choose_host(now.mono);
    dial_at_ = std::max(now.mono, hosts_[next].not_before);
    log::info(
        "reconnect_later",
        {{"carrier", carrier_->config().name},
         {"bind", index_},
         {"reason", last_error_},
         {"after_ms",
          std::chrono::duration_cast<std::chrono::milliseconds>(dial_at_ - now.mono).count()}});
}

BindView CarrierBind::view(Now now) const {
    const conf::Carrier& c = carrier_->config();
    BindView v;
    v.id = c.name + (outbind_ ? "/outbind-" : "/") + std::to_string(index_);
    v.carrier = c.name;
    v.system_id = c.system_id;
    v.type = std::string(name(c.bind));
    v.tls = c.tls.has_value();
    v.since = since_;
    v.last_error = last_error_;
    v.messages = messages_;
    v.refused = refused_;
    v.round_trip = round_trip_;
    v.counters = counters_before_;
    if (is_connected()) {
        const Bind& b = *bind();
        v.state = std::string(name(b.state()));
        v.type = std::string(name(b.type()));
        v.address = address();
        v.in_flight = b.in_flight();
        v.window = b.options().window;
        v.counters += b.counters();
        return v;
    }
    v.window = c.window;
    v.state = stopped_ ? "stopped" : dialling_ || outbind_ ? "connecting" : "waiting";
    if (outbind_) {
        v.address = host_name_;
    } else if (host_ < c.hosts.size()) {
        v.address = c.hosts[host_].host + ":" + std::to_string(c.hosts[host_].port);
    }
    if (!stopped_ && dial_at_ != Instant::max()) {
        v.next_attempt_at =
            now.wall + std::chrono::duration_cast<std::chrono::milliseconds>(dial_at_ - now.mono);
    }
    return v;
}

}  // namespace smppd::smpp
