// daemon/smpp/link.cpp - see link.hpp.
#include "daemon/smpp/link.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;
using namespace std::chrono_literals;

namespace {
constexpr auto answer_within = 5s;
}  // namespace

Link::Link(Timers& timers) : timer_(timers.timer([this](Now now) { ring(now); })) {}

void Link::connected(Transport& transport, const std::string& address, Now now) {
    transport_ = &transport;
    address_ = address;
    reading_ = true;
    leave_by_ = Instant::max();
    ++epoch_;
    bind_.emplace(bind_options());
    if (!wanted()) return transport.close();
    perform(bind_->connected(now.mono), now);
    after_event(now);
}

void Link::received(Bytes octets, Now now) {
    if (transport_ == nullptr) return;
    perform(bind_->received(octets, now.mono), now);
    after_event(now);
}

void Link::disconnected(const std::string& why, Now now) {
    const auto self = shared_from_this();
    transport_ = nullptr;
    if (bind_) perform(bind_->closed(now.mono), now);
    on_disconnected(why, now);
    after_event(now);
}

void Link::respond(std::uint64_t epoch, const Header& request, Status status, Now now) {
    if (epoch != epoch_ || transport_ == nullptr) return;
    perform(bind_->respond(request, status, now.mono), now);
    // An answer puts deadlines off at most, and they are looked at again when they have come: only
    // who waits for the answer, or does not read because of it, has something to do now.
    if (!reading_ || leave_by_ != Instant::max()) after_event(now);
}

void Link::perform(Actions&& actions, Now now) {
    // An action may end the connection or the link's last owner; the rest is still performed, for
    // every Completed must reach its sender.
    const auto self = shared_from_this();
    for (Action& action : actions) perform_one(action, now);
}

void Link::perform_one(Action& action, Now now) {
    if (auto* write = std::get_if<Write>(&action)) {
        if (transport_ != nullptr) transport_->write(std::move(write->octets));
    } else if (auto* deliver = std::get_if<Deliver>(&action)) {
        on_deliver(std::move(deliver->request), now);
    } else if (auto* asked = std::get_if<BindAsked>(&action)) {
        on_bind_asked(std::move(asked->request), now);
    } else if (const auto* outbind = std::get_if<OutbindReceived>(&action)) {
        on_outbind(outbind->outbind, now);
    } else if (auto* completed = std::get_if<Completed>(&action)) {
        on_completed(std::move(*completed), now);
    } else if (const auto* probed = std::get_if<Probed>(&action)) {
        on_probed(probed->round_trip, now);
    } else if (const auto* state = std::get_if<StateChanged>(&action)) {
        on_state(*state, now);
    } else if (const auto* close = std::get_if<Close>(&action)) {
        on_close(*close, now);
        if (transport_ != nullptr) transport_->close();
    }
}

void Link::ring(Now now) {
    const auto self = shared_from_this();
    if (transport_ != nullptr && bind_->deadline() <= now.mono) {
        perform(bind_->deadline_passed(now.mono), now);
    }
    if (own_deadline() <= now.mono) on_own_deadline(now);
    after_event(now);
}

void Link::after_event(Now now) {
    const auto self = shared_from_this();
    on_event_end(now);
    leave_if_answered(now);
    rearm();
}

void Link::leave_when_answered(Now now) {
    if (transport_ == nullptr) return;
    leave_by_ = now.mono + answer_within;
    after_event(now);
}

void Link::leave_if_answered(Now now) {
    if (transport_ == nullptr || leave_by_ == Instant::max()) return;
    if (bind_->unanswered() > 0 && now.mono < leave_by_) return;
    leave_by_ = Instant::max();
    perform(bind_->unbind(now.mono), now);
}

void Link::rearm() {
    Instant next = own_deadline();
    if (transport_ != nullptr) {
        next = std::min({next, bind_->deadline(), leave_by_});
        const bool read = bind_->wants_read() && leave_by_ == Instant::max();
        if (read != reading_) {
            reading_ = read;
            transport_->reading(read);
        }
    }
    timer_->at(next);
}

}  // namespace smppd::smpp
