// daemon/notify/outbox_store.cpp - what waits in the store alone: events that are not held,
// deliveries beyond the limit, those of a webhook that was disabled, dead letters that are
// replayed. See outbox.hpp.
#include "daemon/notify/event_json.hpp"
#include "daemon/notify/outbox_parts.hpp"

#include <algorithm>
#include <utility>

namespace smppd::notify {

using namespace std::chrono_literals;
using smpp::Now;

namespace {

constexpr std::size_t events_in_a_read = 256;
constexpr std::size_t deliveries_in_a_read = 500;
constexpr unsigned load_failures_max = 5;

/// One page of a webhook's deliveries; `failed` when the read did not work.
struct Page {
    std::vector<pool::Delivery> rows;
    bool failed = false;
};

/// Reads a page on the reader's thread and hands it to `then` on this one. False: not now.
bool read_page(store::HistoryReads& reads, pool::Id webhook, pool::DeliveryState state,
               pool::Id before, std::function<void(Page)> then) {
    return reads.read([=, then = std::move(then)](store::History& history) {
        const std::uint64_t errors = history.errors();
        auto page = std::make_shared<Page>();
        page->rows = history.deliveries(webhook, state, before, deliveries_in_a_read);
        page->failed = history.errors() != errors;
        return std::function<void()>([then, page] { then(std::move(*page)); });
    });
}

}  // namespace

void Outbox::load(Target& target) {
    if (target.loading) return;
    std::vector<pool::Id> ids = target.queue.not_held(events_in_a_read);
    target.loading = true;
    target.loaded.clear();
    const bool asked = parts_.history.read(
        [this, alive = alive_, webhook = target.webhook, ids](store::History& history) {
            const std::uint64_t errors = history.errors();
            auto events = std::make_shared<std::vector<pool::Event>>(history.events(ids));
            const bool failed = history.errors() != errors;
            return std::function<void()>([this, alive, webhook, ids, events, failed] {
                if (*alive) loaded(webhook, ids, std::move(*events), failed);
            });
        });
    if (asked) return;
    target.loading = false;
    due_.emplace(parts_.timers.now().mono + 100ms, std::pair{target.webhook, 0});
}

void Outbox::loaded(pool::Id webhook, std::vector<pool::Id> asked, std::vector<pool::Event> events,
                    bool failed) {
    Target* target = find(webhook);
    if (target == nullptr) return;
    target->loading = false;
    target->load_failures = failed ? target->load_failures + 1 : 0;
    const Now now = parts_.timers.now();
    if (failed && target->load_failures < load_failures_max) {
        // What was read is used; what is missing may be there the next time.
        due_.emplace(now.mono + 1s, std::pair{webhook, 0});
    } else {
        for (const pool::Id id : asked) target->loaded.try_emplace(id, nullptr);
        activate(*target);
    }
    for (pool::Event& event : events) {
        const pool::Id id = event.id;
        target->loaded[id] = std::make_shared<const pool::Event>(std::move(event));
    }
    run();
    rearm(now);
}

/// A walk from the newest waiting delivery down to the oldest that is not in memory: the listing
/// knows no other direction. Of them the oldest are kept.
struct Outbox::Refill {
    pool::Id webhook = 0, from = 0, before = 0;
    std::uint32_t epoch = 0;
    std::size_t wanted = 0;
    std::deque<Ticket> oldest;  ///< newest first
    pool::Id newest_seen = 0;
    bool all = true;  ///< none had to be let go
};

void Outbox::refill(Target& target) {
    if (target.refilling || target.queue.size() > options_.webhook_share / 2) return;
    auto walk = std::make_shared<Refill>();
    walk->webhook = target.webhook;
    walk->from = target.spilled_from;
    walk->epoch = target.epoch;
    walk->wanted = options_.webhook_share;
    if (totals_.tickets < options_.waiting_max)
        walk->wanted = std::max(walk->wanted, options_.webhook_waiting_max / 2);
    target.refilling = true;
    target.missed = false;
    refill_from(std::move(walk));
}

void Outbox::refill_from(std::shared_ptr<Refill> walk) {
    const auto then = [this, alive = alive_, walk](Page page) {
        if (!*alive) return;
        bool end = page.rows.empty();
        for (const pool::Delivery& row : page.rows) {
            if (row.event < walk->from) {
                end = true;
                break;
            }
            walk->newest_seen = std::max(walk->newest_seen, row.event);
            walk->before = row.event;
            walk->oldest.push_back({row.event, row.session, row.attempts, nullptr});
            if (walk->oldest.size() <= walk->wanted) continue;
            walk->oldest.pop_front();
            walk->all = false;
        }
        if (!page.failed && !end) return refill_from(walk);
        // After a read that failed nothing is known of those further down.
        if (page.failed) walk->oldest.clear();
        if (page.failed) walk->all = false;
        refilled(*walk);
    };
    if (read_page(parts_.history, walk->webhook, pool::DeliveryState::waiting, walk->before, then))
        return;
    walk->oldest.clear();
    walk->all = false;
    refilled(*walk);
}

void Outbox::refilled(Refill& walk) {
    Target* target = find(walk.webhook);
    if (target == nullptr) return;
    const Now now = parts_.timers.now();
    target->refilling = false;
    if (target->epoch == walk.epoch) {
        const std::size_t count = walk.oldest.size();
        if (count > 0) target->spilled_from = walk.oldest.front().event + 1;
        // What was announced meanwhile is above what was seen: the next walk finds it, or finds
        // that there is none.
        if (count == 0 && walk.all && !target->missed) target->spilled_from = 0;
        for (; !walk.oldest.empty(); walk.oldest.pop_back())
            target->queue.add(std::move(walk.oldest.back()));
        if (count == 0 && !walk.all)
            due_.emplace(now.mono + 1s, std::pair{walk.webhook, 0});
        else
            activate(*target);
    }
    run();
    rearm(now);
}

void Outbox::close(Target& target) {
    if (target.closing_below != 0 && target.queue.size() == 0) return close_step(target);
    ++target.epoch;
    target.queue.clear();
    target.loaded.clear();
    target.spilled_from = 0;
    // Ids grow: what is announced from now on, should it be enabled again, is above.
    target.closing_below = parts_.ids.last() + 1;
    closing_.insert(target.webhook);
    close_step(target);
}

void Outbox::close_step(Target& target) {
    // What is not recorded yet still waits as far as the store knows: flushed() comes here again.
    if (target.closing || settling_ != 0 || !unsettled_.empty()) return;
    target.closing = true;
    const auto then = [this, alive = alive_, webhook = target.webhook, epoch = target.epoch,
                       flying = target.flying](Page page) {
        Target* closed = *alive ? find(webhook) : nullptr;
        if (closed == nullptr) return;
        closed->closing = false;
        const Now now = parts_.timers.now();
        for (pool::Delivery& row : page.rows) {
            // Closed once more meanwhile: from the top again.
            if (closed->epoch == epoch) closed->closing_below = row.event;
            // One that is under way is settled by its answer.
            if (std::ranges::find(flying, row.event) != flying.end()) continue;
            row.state = pool::DeliveryState::cancelled;
            row.next_at = {};
            row.settled_at = now.wall;
            unsettled_.push_back(pool::DeliveryPut{std::move(row)});
        }
        if (page.failed) {
            due_.emplace(now.mono + 1s, std::pair{webhook, 0});
        } else if (page.rows.empty() && closed->epoch == epoch) {
            closed->closing_below = 0;
            closing_.erase(webhook);
            drop_if_idle(*closed);
        } else if (unsettled_.empty()) {
            close_step(*closed);
        }
        rearm(now);
    };
    if (read_page(parts_.history, target.webhook, pool::DeliveryState::waiting,
                  target.closing_below, then))
        return;
    target.closing = false;
    due_.emplace(parts_.timers.now().mono + 1s, std::pair{target.webhook, 0});
}

void Outbox::replay(std::vector<pool::Delivery> deliveries, Done done) {
    auto tickets = std::make_shared<std::vector<std::pair<pool::Id, Ticket>>>();
    pool::Changes changes;
    for (const pool::Delivery& settled : deliveries) {
        pool::Delivery again;
        again.event = settled.event;
        again.webhook = settled.webhook;
        again.session = settled.session;
        tickets->push_back({again.webhook, {again.event, again.session, 0, nullptr}});
        changes.push_back(pool::DeliveryPut{std::move(again)});
    }
    parts_.committer.commit(std::move(changes), [this, alive = alive_, tickets,
                                                 done = std::move(done)](std::error_code error) {
        done(error);
        if (error || !*alive) return;
        for (auto& [webhook, ticket] : *tickets) {
            // Beside the limit, which is for what is announced: it is older than what spilled.
            Target& to = target(webhook);
            to.queue.add(std::move(ticket));
            activate(to);
        }
        run();
        rearm(parts_.timers.now());
    });
}

/// Collects dead letters, newest first, then makes them wait again, oldest first.
struct Outbox::Gather {
    pool::Id webhook = 0, since = 0, before = 0;
    std::vector<pool::Delivery> dead;
    std::size_t replayed = 0;
    std::function<void(std::error_code, std::size_t)> done;
};

void Outbox::replay_dead(pool::Id webhook, pool::WallTime since,
                         std::function<void(std::error_code, std::size_t)> done) {
    auto walk = std::make_shared<Gather>();
    walk->webhook = webhook;
    walk->since = pool::first_id_at(since);
    walk->done = std::move(done);
    gather_dead(std::move(walk));
}

void Outbox::gather_dead(std::shared_ptr<Gather> walk) {
    const auto then = [this, alive = alive_, walk](Page page) {
        if (!*alive) return;
        bool end = page.rows.empty();
        for (pool::Delivery& row : page.rows) {
            walk->before = row.event;
            end = end || row.event < walk->since || walk->dead.size() >= options_.replay_max;
            row.error = {};
            if (!end) walk->dead.push_back(std::move(row));
        }
        if (page.failed) return walk->done(store::Errc::busy, 0);
        if (!end) return gather_dead(walk);
        replay_slice(walk);
    };
    if (!read_page(parts_.history, walk->webhook, pool::DeliveryState::dead, walk->before, then))
        walk->done(store::Errc::busy, 0);
}

void Outbox::replay_slice(std::shared_ptr<Gather> walk) {
    if (walk->dead.empty()) return walk->done({}, walk->replayed);
    const std::size_t count = std::min(walk->dead.size(), deliveries_in_a_read);
    std::vector<pool::Delivery> slice(walk->dead.rbegin(), walk->dead.rbegin() + count);
    walk->dead.resize(walk->dead.size() - count);
    replay(std::move(slice), [this, alive = alive_, walk, count](std::error_code error) {
        if (error) return walk->done(error, walk->replayed);
        walk->replayed += count;
        if (*alive) replay_slice(walk);
    });
}

pool::EventAdded Outbox::test(pool::Id webhook) {
    const pool::Webhook& tested = *parts_.pool.webhook(webhook);
    const pool::WallTime now = parts_.timers.now().wall;
    pool::Event event;
    event.id = parts_.ids.next(now);
    event.type = pool::EventType::webhook_test;
    event.platform = tested.platform;
    event.webhook = webhook;
    event.test = tested.test;
    event.at = now;
    event.subject = webhook_name(webhook);
    return {std::move(event)};
}

}  // namespace smppd::notify
