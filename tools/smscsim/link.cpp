// tools/smscsim/link.cpp - see link.hpp.
#include "tools/smscsim/link.hpp"

#include <utility>

namespace smppd::smscsim {

using namespace protocol;

Link::Link(boost::asio::io_context& io, BindOptions options, LinkOwner& owner, std::uint64_t number)
    : owner_(owner), number_(number), bind_(std::move(options)), timer_(io) {}

void Link::start(std::shared_ptr<Connection> connection) {
    connection_ = std::move(connection);
    address_ = connection_->address();
    if (frozen_) connection_->reading(false);
    connection_->start(shared_from_this());
    perform(bind_.connected(now()));
}

void Link::received(Bytes octets) {
    if (frozen_) {
        held_.insert(held_.end(), octets.begin(), octets.end());
        return;
    }
    perform(bind_.received(octets, now()));
}

void Link::gone(const std::string& why) {
    const auto self = shared_from_this();
    connection_.reset();
    if (why_closed_.empty()) why_closed_ = why.empty() ? "closed here" : why;
    perform(bind_.closed(now()));
    timer_.cancel();
    owner_.on_gone(*this, why_closed_);
}

void Link::perform(Actions actions) {
    // An action may end the link's last owner.
    const auto self = shared_from_this();
    for (Action& action : actions) perform_one(action);
    after_event();
}

void Link::perform_one(Action& action) {
    if (auto* write = std::get_if<Write>(&action)) {
        if (connection_ && !frozen_) connection_->write(std::move(write->octets));
    } else if (auto* deliver = std::get_if<Deliver>(&action)) {
        owner_.on_deliver(*this, std::move(deliver->request));
    } else if (const auto* asked = std::get_if<BindAsked>(&action)) {
        owner_.on_bind_asked(*this, asked->request);
    } else if (const auto* completed = std::get_if<Completed>(&action)) {
        owner_.on_completed(*this, *completed);
    } else if (const auto* changed = std::get_if<StateChanged>(&action)) {
        owner_.on_state(*this, *changed);
    } else if (const auto* close = std::get_if<Close>(&action)) {
        why_closed_ = close->why.message();
        if (!close->detail.empty()) why_closed_ += ": " + close->detail;
        if (connection_) connection_->close();
    }
}

void Link::after_event() {
    if (!connection_) return;
    connection_->reading(bind_.wants_read() && !frozen_);
    const Instant deadline = frozen_ ? Instant::max() : bind_.deadline();
    // A later deadline need not move the timer: it rings, finds nothing to do and is set anew.
    if (deadline < armed_) arm(deadline);
}

void Link::arm(Instant deadline) {
    armed_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || !self->connection_) return;
        self->armed_ = Instant::max();
        if (self->frozen_) return;
        const Instant time = now();
        if (self->bind_.deadline() <= time) return self->perform(self->bind_.deadline_passed(time));
        self->after_event();
    });
}

boost::system::error_code Link::request(const Body& body, CommandId id, std::uint64_t token) {
    auto actions = bind_.request(body, id, token, now());
    if (!actions) return actions.error();
    perform(std::move(*actions));
    return {};
}

void Link::respond(const Header& request, Status status, const Body& body) {
    perform(bind_.respond(request, status, body, now()));
}
void Link::respond(const Header& request, Status status) {
    perform(bind_.respond(request, status, now()));
}
void Link::accept_bind() { perform(bind_.accept_bind(now())); }
void Link::refuse_bind(Status status) { perform(bind_.refuse_bind(status, now())); }
void Link::unbind() { perform(bind_.unbind(now())); }

void Link::raw(Octets octets) {
    if (connection_ && !frozen_) connection_->write(std::move(octets));
}

void Link::drop() {
    const auto self = shared_from_this();
    why_closed_ = "dropped here";
    if (connection_) connection_->abort();
}

void Link::freeze(bool on) {
    frozen_ = on;
    if (on || held_.empty()) return after_event();
    perform(bind_.received(std::exchange(held_, {}), now()));
}

}  // namespace smppd::smscsim
