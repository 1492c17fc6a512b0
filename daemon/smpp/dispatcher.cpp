// daemon/smpp/dispatcher.cpp - see dispatcher.hpp.
#include "daemon/smpp/dispatcher.hpp"

#include "daemon/log.hpp"
#include "pool/ids.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace smppd::smpp {

using namespace std::chrono_literals;
using protocol::Instant;

namespace {

std::string_view word(Delivery outcome) {
    switch (outcome) {
        case Delivery::refused: return "delivery_refused";
        case Delivery::unanswered: return "delivery_unanswered";
        case Delivery::lost: return "delivery_lost";
        case Delivery::unpackable: return "delivery_impossible";
        case Delivery::acknowledged: break;
    }
    return "delivered";
}

}  // namespace

Dispatcher::Dispatcher(DispatcherOptions options, store::Committer& committer,
                       store::HistoryReads& history, Timers& timers)
    : options_(options),
      committer_(committer),
      history_(history),
      timers_(timers),
      timer_(timers.timer([this](Now now) { ring(now); })),
      alive_(std::make_shared<bool>(true)) {}

Dispatcher::~Dispatcher() { *alive_ = false; }

void Dispatcher::message(MessagePtr message, Now now) {
    const pool::PlatformId platform = message->owner.platform;
    Queue& queue = queues_[platform];
    ++queue.waiting;
    ++waiting_;
    // A read of the store may have been quicker than the news of the commit.
    if (message->id <= queue.last_id) return;
    if (queue.spilled || full(queue)) {
        queue.spilled = true;
        if (queue.loading) queue.missed = true;
        return;
    }
    add(queue, std::move(message));
    pump(platform, now);
}

void Dispatcher::add(Queue& queue, MessagePtr message) {
    queue.last_id = message->id;
    queue.weight += pool::weight(*message);
    queue.ready.push_back({std::move(message)});
}

void Dispatcher::waiting_in_store(pool::PlatformId platform, std::uint64_t count) {
    Queue& queue = queues_[platform];
    queue.spilled = true;
    queue.waiting += count;
    waiting_ += count;
}

void Dispatcher::expired(pool::PlatformId platform, pool::Id message) {
    const auto found = queues_.find(platform);
    if (found == queues_.end()) return;
    Queue& queue = found->second;
    // Under way: that its owner takes it now still counts.
    if (const auto flight = queue.in_flight.find(message); flight != queue.in_flight.end()) {
        flight->second.expired = true;
        return;
    }
    forget(queue);
    if (queue.loading) queue.expired_meanwhile.push_back(message);
    const auto is_it = [&](const Flight& flight) {
        if (flight.message->id != message) return false;
        queue.weight -= pool::weight(*flight.message);
        return true;
    };
    std::erase_if(queue.ready, is_it);
    std::erase_if(queue.delayed, [&](const auto& entry) { return is_it(entry.second); });
}

void Dispatcher::attach(Receiver& receiver, Now now) {
    queues_[receiver.platform()].receivers.push_back(&receiver);
    pump(receiver.platform(), now);
}

void Dispatcher::detach(Receiver& receiver) {
    const auto found = queues_.find(receiver.platform());
    if (found != queues_.end()) std::erase(found->second.receivers, &receiver);
}

Receiver* Dispatcher::choose(Queue& queue) const {
    // Round robin among those with room, starting after the one that was served last.
    const std::size_t count = queue.receivers.size();
    for (std::size_t i = 0; i < count; ++i) {
        Receiver* receiver = queue.receivers[(queue.next + i) % count];
        if (receiver->free() == 0) continue;
        queue.next = (queue.next + i + 1) % count;
        return receiver;
    }
    return nullptr;
}

void Dispatcher::pump(pool::PlatformId platform, Now now) {
    const auto found = queues_.find(platform);
    if (found == queues_.end()) return;
    Queue& queue = found->second;
    while (!queue.ready.empty()) {
        Receiver* receiver = choose(queue);
        if (receiver == nullptr) break;
        Flight flight = std::move(queue.ready.front());
        queue.ready.pop_front();
        ++flight.attempts;
        const MessagePtr message = flight.message;
        queue.in_flight.insert_or_assign(message->id, std::move(flight));
        receiver->deliver(message, now);
    }
    refill(platform, queue);
}

void Dispatcher::refill(pool::PlatformId platform, Queue& queue) {
    if (!queue.spilled || queue.loading || queue.receivers.empty()) return;
    if (read_again_ != Instant::max()) return;
    if (queue.in_memory() > options_.in_memory_max / 2 || queue.weight > options_.weight_max / 2)
        return;
    queue.loading = true;
    queue.missed = false;
    queue.expired_meanwhile.clear();
    const std::size_t limit = options_.in_memory_max - queue.in_memory();
    const std::size_t weight_max = options_.weight_max - queue.weight;
    const bool asked = history_.read([this, alive = alive_, platform, limit, weight_max,
                                      after = queue.last_id](store::History& history) {
        auto page = std::make_shared<store::WaitingPage>(
            history.waiting(platform, after, limit, weight_max));
        return std::function<void()>([this, alive, platform, page] {
            if (*alive) loaded(platform, std::move(*page));
        });
    });
    if (asked) return;
    queue.loading = false;  // a full queue of reads
    read_later();
}

/// What waits in the store is not forgotten: all queues that have spilled ask again.
void Dispatcher::read_later() {
    read_again_ = timers_.now().mono + options_.read_again_after;
    rearm();
}

void Dispatcher::loaded(pool::PlatformId platform, store::WaitingPage page) {
    Queue& queue = queues_[platform];
    queue.loading = false;
    const std::vector<pool::Id> expired = std::exchange(queue.expired_meanwhile, {});
    if (page.failed) {
        log::error("waiting_not_read", {{"platform", platform}});
        return read_later();
    }
    for (const pool::Id id : page.unreadable)
        log::error("message_unreadable", {{"id", pool::id_text(id)}, {"platform", platform}});
    for (pool::Message& message : page.messages) {
        // Acknowledged a moment ago, and not yet recorded as such.
        if (message.id <= queue.last_id) continue;
        if (std::find(expired.begin(), expired.end(), message.id) != expired.end()) continue;
        add(queue, std::make_shared<const pool::Message>(std::move(message)));
    }
    queue.last_id = std::max(queue.last_id, page.reached);
    queue.spilled = page.more || queue.missed;
    pump(platform, timers_.now());
}

void Dispatcher::done(Receiver& receiver, pool::Id message, Delivery outcome,
                      protocol::Status status, Now now) {
    Queue& queue = queues_[receiver.platform()];
    const auto found = queue.in_flight.find(message);
    assert(found != queue.in_flight.end());
    Flight flight = std::move(found->second);
    queue.in_flight.erase(found);
    if (outcome != Delivery::acknowledged && !flight.expired) {
        return retry(queue, std::move(flight), receiver, outcome, status, now);
    }
    forget(queue);
    queue.weight -= pool::weight(*flight.message);
    if (outcome == Delivery::acknowledged) settle(flight, now);
}

void Dispatcher::forget(Queue& queue) {
    if (queue.waiting > 0) --queue.waiting;
    if (waiting_ > 0) --waiting_;
}

void Dispatcher::settle(const Flight& flight, Now now) {
    unsettled_.push_back(pool::MessageSettled{flight.message->id, flight.message->owner.platform,
                                              pool::MessageState::delivered, now.wall,
                                              flight.message->attempts + flight.attempts});
}

void Dispatcher::retry(Queue& queue, Flight flight, Receiver& receiver, Delivery outcome,
                       protocol::Status status, Now now) {
    std::chrono::milliseconds wait{0};
    if (outcome != Delivery::lost) {
        const unsigned doublings = std::min(flight.attempts - 1, 20u);
        wait = std::min(options_.retry_to, options_.retry_from * (1L << doublings));
    }
    if (flight.attempts <= options_.traced_attempts_max) {
        std::string detail =
            "bind=" + receiver.id() + " attempt=" + std::to_string(flight.attempts);
        if (outcome == Delivery::refused) detail += " status=" + protocol::status_name(status);
        detail += " retry_after_s=" + std::to_string(wait.count() / 1000);
        unsettled_.push_back(pool::TraceAdded{
            {flight.message->id, now.wall, std::string(word(outcome)), std::move(detail)}});
    }
    if (outcome == Delivery::lost) {
        // It keeps its place: what was in flight comes before what had not been offered yet.
        const auto later = std::upper_bound(
            queue.ready.begin(), queue.ready.end(), flight.message->id,
            [](pool::Id id, const Flight& other) { return id < other.message->id; });
        queue.ready.insert(later, std::move(flight));
    } else {
        queue.delayed.emplace(now.mono + wait, std::move(flight));
        rearm();
    }
}

void Dispatcher::flush() {
    if (unsettled_.empty() || settle_again_ != Instant::max()) return;
    const std::size_t count = unsettled_.size();
    pool::Changes changes;
    changes.reserve(count);
    for (const Fact& fact : unsettled_) {
        std::visit([&changes](const auto& one) { changes.emplace_back(one); }, fact);
    }
    auto kept = std::make_shared<std::vector<Fact>>(std::exchange(unsettled_, {}));
    settling_ += count;
    committer_.commit(std::move(changes),
                      [this, alive = alive_, kept, count](std::error_code error) {
                          if (!*alive) return;
                          settling_ -= count;
                          if (!error) return;
                          // The owner has them; only our record lags. It must not be forgotten, or
                          // they would all be offered once more after a restart.
                          unsettled_.insert(unsettled_.begin(), kept->begin(), kept->end());
                          settle_again_ = timers_.now().mono + 1s;
                          rearm();
                      });
}

void Dispatcher::ring(Now now) {
    if (settle_again_ <= now.mono) settle_again_ = Instant::max();
    if (read_again_ <= now.mono) read_again_ = Instant::max();
    for (auto& [platform, queue] : queues_) {
        while (!queue.delayed.empty() && queue.delayed.begin()->first <= now.mono) {
            // Again from the front: it has waited longest.
            queue.ready.push_front(std::move(queue.delayed.begin()->second));
            queue.delayed.erase(queue.delayed.begin());
        }
        pump(platform, now);
    }
    flush();
    rearm();
}

void Dispatcher::rearm() {
    Instant next = std::min(settle_again_, read_again_);
    for (const auto& [platform, queue] : queues_) {
        if (!queue.delayed.empty()) next = std::min(next, queue.delayed.begin()->first);
    }
    timer_->at(next);
}

std::uint64_t Dispatcher::waiting(pool::PlatformId platform) const {
    const auto found = queues_.find(platform);
    return found == queues_.end() ? 0 : found->second.waiting;
}

}  // namespace smppd::smpp
