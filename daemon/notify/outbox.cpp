// daemon/notify/outbox.cpp - whose turn it is: webhooks one after the other, each within its own
// number of posts, so that a slow one holds up nobody else. See outbox.hpp.
#include "daemon/notify/outbox.hpp"

#include "daemon/notify/event_json.hpp"
#include "daemon/notify/outbox_parts.hpp"
#include "daemon/notify/standard_webhooks.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace smppd::notify {

using namespace std::chrono_literals;
using smpp::Now;

Outbox::Outbox(OutboxOptions options, Parts parts)
    : options_(std::move(options)),
      parts_(parts),
      timer_(parts.timers.timer([this](Now now) { ring(now); })),
      hosts_(options_.host_in_flight_max) {}

Outbox::~Outbox() { *alive_ = false; }

Outbox::Target& Outbox::target(pool::Id webhook) {
    const auto posts = static_cast<unsigned>(options_.webhook_in_flight_max);
    return targets_.try_emplace(webhook, webhook, posts, totals_).first->second;
}

Outbox::Target* Outbox::find(pool::Id webhook) {
    const auto found = targets_.find(webhook);
    return found == targets_.end() ? nullptr : &found->second;
}

bool Outbox::room(const Target& target) const {
    const std::size_t own = target.queue.size();
    return own < options_.webhook_share ||
           (own < options_.webhook_waiting_max && totals_.tickets < options_.waiting_max);
}

bool Outbox::room_for_event(const Target& target) const {
    const std::size_t own = target.queue.held();
    return own < options_.webhook_share ||
           (own < options_.webhook_events_max && totals_.held < options_.events_max);
}

void Outbox::enqueue(pool::Id webhook, Ticket ticket) {
    Target& to = target(webhook);
    if (to.spilled_from != 0) {
        // It is recorded, and comes after those before it.
        to.missed = true;
        return;
    }
    if (!room(to)) {
        to.spilled_from = ticket.event;
        return;
    }
    if (!room_for_event(to)) ticket.held.reset();
    to.queue.add(std::move(ticket));
    activate(to);
}

void Outbox::restore(const pool::Delivery& delivery) {
    Target& to = target(delivery.webhook);
    const Now now = parts_.timers.now();
    Ticket ticket{delivery.event, delivery.session, delivery.attempts, nullptr};
    if (delivery.next_at <= now.wall || to.spilled_from != 0 || !room(to))
        return enqueue(delivery.webhook, std::move(ticket));
    // The clock may have been set: no pause is longer than the longest that there is.
    const auto longest = options_.pauses.empty() ? 0s : std::ranges::max(options_.pauses);
    const auto wait = std::min<std::chrono::milliseconds>(
        delivery.next_at - now.wall, std::max(longest * 11 / 10, options_.retry_after_max));
    const std::uint64_t lane = DeliveryQueue::lane_of(ticket);
    to.queue.add_delayed(std::move(ticket));
    due_.emplace(now.mono + wait, std::pair{delivery.webhook, lane});
    activate(to);
}

void Outbox::start() {
    run();
    rearm(parts_.timers.now());
}

void Outbox::announced(std::span<const Announcement> news) {
    for (const Announcement& one : news)
        for (const pool::Id webhook : one.webhooks)
            enqueue(webhook, {one.event->id, one.event->session, 0, one.event});
    run();
    rearm(parts_.timers.now());
}

void Outbox::webhook_changed(pool::Id webhook) {
    Target* changed = find(webhook);
    if (changed == nullptr) return;
    // run() sees whether it is still there and wants something.
    activate(*changed);
    run();
    rearm(parts_.timers.now());
}

void Outbox::activate(Target& target) {
    if (std::exchange(target.active, true)) return;
    active_.push_back(target.webhook);
}

void Outbox::run() {
    // A store that answers at once calls back from within.
    if (running_ || stopping_) return;
    running_ = true;
    const Now now = parts_.timers.now();
    while (!active_.empty() && in_flight_ < options_.in_flight_max &&
           unsettled_.size() < options_.unsettled_max) {
        const pool::Id next_id = active_.front();
        Target* next = find(next_id);
        active_.pop_front();
        if (next == nullptr) continue;
        next->active = false;
        if (send_next(*next, now)) {
            activate(*next);
        } else if (const pool::Webhook* webhook = parts_.pool.webhook(next_id)) {
            // Whoever stood in line for a place and has no use for it leaves it to the next.
            pass_on(host_of(webhook->url));
        }
    }
    running_ = false;
}

void Outbox::pass_on(const std::string& host) {
    const pool::Id next = hosts_.next(host);
    if (Target* waiting = next != 0 ? find(next) : nullptr) activate(*waiting);
}

std::size_t Outbox::width(const Target& target) const {
    // One that is slow, or fails, gets one post at a time when places run short.
    const bool crowded = in_flight_ * 2 >= options_.in_flight_max;
    return crowded && target.slow ? 1 : target.width;
}

bool Outbox::send_next(Target& target, Now now) {
    const pool::Webhook* webhook = parts_.pool.webhook(target.webhook);
    if (webhook == nullptr || webhook->disabled) {
        close(target);
        return false;
    }
    if (target.spilled_from != 0) refill(target);
    if (target.flying.size() >= width(target)) return false;
    const Ticket* next = target.queue.next();
    if (next == nullptr) return false;
    EventPtr event = next->held;
    if (!event) {
        const auto found = target.loaded.find(next->event);
        if (found == target.loaded.end()) {
            load(target);
            return false;
        }
        event = found->second;
        target.loaded.erase(found);
    }
    std::string host = host_of(webhook->url);
    if (event && !hosts_.take(host, target.webhook, target.flying.size(), target.proven)) {
        if (next->held == nullptr) target.loaded.emplace(next->event, std::move(event));
        return false;
    }
    Ticket ticket = target.queue.start();
    ticket.held.reset();
    if (event) {
        send(target, *webhook, std::move(ticket), event, std::move(host), now);
    } else {
        target.queue.finished(DeliveryQueue::lane_of(ticket));
        ++stats_.dead;
        settle({.webhook = target.webhook, .ticket = std::move(ticket)}, pool::DeliveryState::dead,
               {.status = 0, .error = "the event is not stored any more"}, now);
    }
    return true;
}

void Outbox::send(Target& target, const pool::Webhook& webhook, Ticket ticket,
                  const EventPtr& event, std::string host, Now now) {
    const pool::Platform* platform = parts_.pool.platform(event->platform);
    const EventView view{platform == nullptr ? std::string_view{} : platform->name, true};
    PostRequest request;
    request.url = webhook.url;
    request.within = options_.within;
    request.body = boost::json::serialize(event_json(*event, view));
    const std::string id = event_name(event->id);
    const std::int64_t timestamp =
        std::chrono::floor<std::chrono::seconds>(now.wall).time_since_epoch().count();
    request.headers = {
        "content-type: application/json", "webhook-id: " + id,
        "webhook-timestamp: " + std::to_string(timestamp),
        "webhook-signature: " + signatures(webhook, {id, timestamp, request.body}, now.wall)};
    target.flying.push_back(ticket.event);
    ++in_flight_;
    Flight flight{target.webhook, std::move(ticket), target.epoch, std::move(host), target.proven};
    parts_.poster.post(std::move(request),
                       [this, alive = alive_, flight = std::move(flight)](PostResult result) {
                           if (*alive) answered(flight, result);
                       });
}

void Outbox::ring(Now now) {
    while (!due_.empty() && due_.begin()->first <= now.mono) {
        const auto [webhook, lane] = due_.begin()->second;
        due_.erase(due_.begin());
        Target* to = find(webhook);
        if (to == nullptr) continue;
        if (lane != 0) to->queue.wake(lane);
        activate(*to);
    }
    run();
    flush(now);
    rearm(now);
}

void Outbox::rearm(Now now) {
    Instant next = due_.empty() ? Instant::max() : due_.begin()->first;
    // In the next turn of the loop: what this one still brings goes into the same commit.
    if (!unsettled_.empty() && settling_ == 0)
        next = std::min(next, std::max(now.mono, settle_again_));
    timer_->at(next);
}

void Outbox::drop_if_idle(Target& target) {
    if (parts_.pool.webhook(target.webhook) != nullptr) return;
    if (target.flying.empty() && target.closing_below == 0 && !target.refilling && !target.loading)
        targets_.erase(target.webhook);
}

bool Outbox::busy(pool::Id webhook) const {
    const auto found = targets_.find(webhook);
    if (found == targets_.end()) return false;
    const Target& target = found->second;
    return target.queue.size() > 0 || !target.flying.empty() || target.spilled_from != 0;
}

OutboxStats Outbox::stats() const {
    OutboxStats stats = stats_;
    stats.waiting = totals_.tickets;
    stats.in_flight = in_flight_;
    for (const auto& [id, target] : targets_)
        if (target.spilled_from != 0) ++stats.spilled;
    return stats;
}

}  // namespace smppd::notify
