// daemon/notify/outbox_settle.cpp - what became of a post: delivered, again later, dead; webhooks
// that are disabled; and all of it recorded in groups. See outbox.hpp.
#include "daemon/log.hpp"
#include "daemon/notify/event_json.hpp"
#include "daemon/notify/outbox_parts.hpp"

#include <algorithm>
#include <utility>

namespace smppd::notify {

using namespace std::chrono_literals;
using smpp::Now;

namespace {

constexpr int too_many_requests = 429, service_unavailable = 503, gone = 410;

bool success(int status) { return status >= 200 && status <= 299; }

/// What is kept of a try that failed.
std::string reason_of(const PostResult& result) {
    if (result.status == 0) return result.error.empty() ? "no answer" : result.error;
    std::string reason = "answered " + std::to_string(result.status);
    if (result.status >= 300 && result.status <= 399) reason += "; redirects are not followed";
    return reason;
}

}  // namespace

void Outbox::answered(Flight flight, const PostResult& result) {
    const Now now = parts_.timers.now();
    --in_flight_;
    hosts_.give_back(flight.host, flight.proven);
    ++flight.ticket.attempts;
    Target* target = find(flight.webhook);
    if (target != nullptr) {
        std::erase(target->flying, flight.ticket.event);
        const bool good = success(result.status);
        const auto most = static_cast<unsigned>(options_.webhook_in_flight_max);
        target->width = good ? std::min(target->width + 1, most) : std::max(target->width / 2, 1u);
        target->slow = !good || result.took >= options_.slow;
        target->proven = !target->slow;
    }
    if (success(result.status)) {
        succeeded(target, flight, result, now);
    } else {
        failed(target, flight, result, now);
    }
    pass_on(flight.host);
    if (Target* still = find(flight.webhook)) activate(*still);
    run();
    rearm(now);
}

void Outbox::succeeded(Target* target, const Flight& flight, const PostResult& result, Now now) {
    ++stats_.delivered;
    settle(flight, pool::DeliveryState::delivered, result, now);
    const pool::Webhook* webhook = parts_.pool.webhook(flight.webhook);
    if (webhook != nullptr && webhook->failing_since != pool::WallTime{}) {
        pool::Webhook well = *webhook;
        well.failing_since = {};
        put(std::move(well));
    }
    if (target != nullptr && target->epoch == flight.epoch)
        target->queue.finished(DeliveryQueue::lane_of(flight.ticket));
}

void Outbox::failed(Target* target, const Flight& flight, const PostResult& result, Now now) {
    ++stats_.failed;
    if (const pool::Webhook* webhook = parts_.pool.webhook(flight.webhook);
        webhook != nullptr && !webhook->disabled) {
        pool::Webhook ill = *webhook;
        if (ill.failing_since == pool::WallTime{}) ill.failing_since = now.wall;
        if (result.status == gone) {
            disable(std::move(ill), "gone", now);
        } else if (now.wall - ill.failing_since > options_.failing_max) {
            disable(std::move(ill), "failing", now);
        } else if (ill.failing_since != webhook->failing_since) {
            put(std::move(ill));
        }
    }
    if (target == nullptr || target->epoch != flight.epoch)
        return settle(flight, pool::DeliveryState::cancelled, result, now);
    const std::uint64_t lane = DeliveryQueue::lane_of(flight.ticket);
    if (flight.ticket.attempts > options_.pauses.size()) {
        ++stats_.dead;
        settle(flight, pool::DeliveryState::dead, result, now);
        target->queue.finished(lane);
        return;
    }
    const auto wait = pause(flight.ticket.attempts, result);
    settle(flight, pool::DeliveryState::waiting, result, {now.mono, now.wall + wait});
    due_.emplace(now.mono + wait, std::pair{flight.webhook, lane});
    target->queue.later(flight.ticket);
}

/// `now.wall` is when it is to be tried again for one that waits.
void Outbox::settle(const Flight& flight, pool::DeliveryState state, const PostResult& result,
                    Now now) {
    pool::Delivery delivery;
    delivery.event = flight.ticket.event;
    delivery.webhook = flight.webhook;
    delivery.session = flight.ticket.session;
    delivery.state = state;
    delivery.attempts = flight.ticket.attempts;
    (state == pool::DeliveryState::waiting ? delivery.next_at : delivery.settled_at) = now.wall;
    delivery.status = static_cast<std::uint16_t>(std::clamp(result.status, 0, 999));
    if (state != pool::DeliveryState::delivered) delivery.error = reason_of(result);
    unsettled_.push_back(pool::DeliveryPut{std::move(delivery)});
}

std::chrono::milliseconds Outbox::pause(std::uint32_t attempts, const PostResult& result) {
    std::chrono::milliseconds wait = options_.pauses.at(attempts - 1);
    const auto jitter = static_cast<std::int64_t>(options_.jitter_permille);
    std::uniform_int_distribution<std::int64_t> permille(1'000 - jitter, 1'000 + jitter);
    wait = wait * permille(parts_.engine) / 1'000;
    const bool asked = result.status == too_many_requests || result.status == service_unavailable;
    if (!asked || !result.retry_after) return wait;
    return std::max<std::chrono::milliseconds>(
        wait, std::min(*result.retry_after, options_.retry_after_max));
}

void Outbox::put(pool::Webhook webhook) {
    auto changes = parts_.pool.put(std::move(webhook));
    if (!changes) return;  // Its platform has gone: so has the webhook.
    std::move(changes->begin(), changes->end(), std::back_inserter(unsettled_));
}

void Outbox::disable(pool::Webhook webhook, std::string reason, Now now) {
    log::warning("webhook_disabled", {{"webhook", webhook_name(webhook.id)}, {"reason", reason}});
    ++stats_.disabled;
    webhook.disabled = true;
    webhook.disabled_reason = reason;
    pool::Event event;
    event.type = pool::EventType::webhook_disabled;
    event.platform = webhook.platform;
    event.test = webhook.test;
    event.at = now.wall;
    event.subject = webhook_name(webhook.id);
    event.reason = std::move(reason);
    const pool::Id id = webhook.id;
    put(std::move(webhook));
    unsettled_.push_back(pool::EventAdded{std::move(event)});
    if (Target* target = find(id)) close(*target);
}

void Outbox::flush(Now now) {
    if (unsettled_.empty() || settling_ != 0 || now.mono < settle_again_) return;
    pool::Changes changes;
    for (pool::Change& change : std::exchange(unsettled_, {})) {
        // Ids grow in the order of the commits, for those who follow by them.
        if (auto* added = std::get_if<pool::EventAdded>(&change))
            added->event.id = parts_.ids.next(now.wall);
        // After a commit that failed, more may be known of a webhook by now; or it has gone.
        if (auto* put = std::get_if<pool::WebhookPut>(&change)) {
            const pool::Webhook* known = parts_.pool.webhook(put->after->id);
            if (known == nullptr) continue;
            put->after = *known;
        }
        changes.push_back(std::move(change));
    }
    if (changes.empty()) return;
    settling_ = changes.size();
    auto kept = std::make_shared<pool::Changes>(changes);
    parts_.committer.commit(std::move(changes), [this, alive = alive_, kept](std::error_code e) {
        if (*alive) flushed(std::move(*kept), e);
    });
}

void Outbox::flushed(pool::Changes changes, std::error_code error) {
    settling_ = 0;
    if (error) {
        // The endpoints have answered; only our record lags. It is made again, before what came
        // since.
        settle_again_ = parts_.timers.now().mono + 1s;
        std::move(unsettled_.begin(), unsettled_.end(), std::back_inserter(changes));
        unsettled_ = std::move(changes);
    } else {
        for (const pool::Id webhook : std::set(closing_))
            if (Target* target = find(webhook)) close_step(*target);
    }
    run();
    rearm(parts_.timers.now());
}

}  // namespace smppd::notify
