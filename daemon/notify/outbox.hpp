// daemon/notify/outbox.hpp - brings recorded events to webhooks: each delivery at once, then again
// on a schedule, until it is taken or dead. Knows no socket and no clock.
// Source: API, events, identity; Webhooks.
#pragma once

#include "daemon/notify/delivery_queue.hpp"
#include "daemon/notify/host_places.hpp"
#include "daemon/notify/poster.hpp"
#include "daemon/smpp/transport.hpp"
#include "pool/ids.hpp"

#include <deque>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

namespace smppd::notify {

struct OutboxOptions {
    std::size_t in_flight_max = 512;           ///< posts at once, of all webhooks
    std::size_t webhook_in_flight_max = 16;    ///< of one
    std::size_t host_in_flight_max = 10;       ///< to one host; see HostPlaces
    std::chrono::milliseconds within{10'000};  ///< for an answer
    std::chrono::milliseconds slow{2'000};     ///< an answer that took longer
    /// The pause after the first failed try, the second, ...; after the last of them it is dead.
    std::vector<std::chrono::seconds> pauses{std::chrono::seconds{5},  std::chrono::minutes{5},
                                             std::chrono::minutes{30}, std::chrono::hours{2},
                                             std::chrono::hours{5},    std::chrono::hours{10},
                                             std::chrono::hours{10}};
    unsigned jitter_permille = 100;  ///< a pause is that much longer or shorter, by chance
    /// A Retry-After (429, 503) makes a pause longer, up to this.
    std::chrono::seconds retry_after_max = std::chrono::hours{10};
    std::chrono::seconds failing_max = std::chrono::hours{5 * 24};  ///< then it is disabled
    /// Deliveries in memory; beyond, a webhook's newest wait in the store. Each webhook may have
    /// `webhook_share` whatever the others have.
    std::size_t waiting_max = 1'000'000, webhook_waiting_max = 100'000;
    std::size_t events_max = 100'000, webhook_events_max = 10'000;  ///< events held for them
    std::size_t webhook_share = 1'000;
    std::size_t unsettled_max = 20'000;  ///< nothing is sent while more wait to be recorded
    std::size_t replay_max = 100'000;    ///< dead letters in one replay
};

struct OutboxStats {
    std::uint64_t delivered = 0, failed = 0, dead = 0;  ///< deliveries, tries, deliveries
    std::uint64_t disabled = 0;                         ///< webhooks
    std::size_t waiting = 0;                            ///< in memory, beside those in flight
    std::size_t in_flight = 0;
    std::size_t spilled = 0;  ///< webhooks that have more waiting in the store
};

class Outbox final : public Audience {
public:
    struct Parts {
        pool::Pool& pool;
        pool::Ids& ids;
        store::Committer& committer;  ///< the Announcer: the outbox makes events too
        store::HistoryReads& history;
        smpp::Timers& timers;
        Poster& poster;
        std::mt19937_64& engine;
    };
    Outbox(OutboxOptions options, Parts parts);
    ~Outbox() override;

    /// At start, in the order of the events: a delivery that waits in the store.
    void restore(const pool::Delivery& delivery);
    /// Begins to send what was restored.
    void start();
    /// Nothing more is sent. What is under way ends, and is recorded; see unsettled().
    void stop() { stopping_ = true; }

    void announced(std::span<const Announcement> news) override;
    void webhook_changed(pool::Id webhook) override;

    using Done = std::function<void(std::error_code)>;
    /// Makes deliveries of one webhook, which are settled, wait again, from their first try.
    /// Precondition: the webhook is there and not disabled.
    void replay(std::vector<pool::Delivery> deliveries, Done done);
    /// The same for its dead letters whose events are not older than `since`, oldest first; at
    /// most replay_max, the newest of them. `done` gets how many.
    void replay_dead(pool::Id webhook, pool::WallTime since,
                     std::function<void(std::error_code, std::size_t)> done);
    /// A webhook.test event for it, which goes out once it is recorded. Same precondition.
    pool::EventAdded test(pool::Id webhook);

    /// Whether events of this webhook wait or are under way.
    bool busy(pool::Id webhook) const;
    OutboxStats stats() const;
    /// Posts under way, and what they came to that is not yet recorded.
    std::size_t unsettled() const noexcept { return in_flight_ + unsettled_.size() + settling_; }

private:
    using Instant = protocol::Instant;
    /// What is known of one webhook beside its record in the pool.
    struct Target {
        Target(pool::Id id, unsigned posts, QueueTotals& totals)
            : webhook(id), width(posts), queue(totals) {}
        pool::Id webhook;
        /// Posts at once: halved by a failure, one more by a success.
        unsigned width;
        bool slow = false;
        bool proven = false;  ///< its last answer was good and quick
        DeliveryQueue queue;
        std::vector<pool::Id> flying;  ///< events under way
        std::uint32_t epoch = 0;       ///< of the queue; one more when it is cleared
        bool active = false;           ///< in active_
        bool loading = false;
        unsigned load_failures = 0;
        std::unordered_map<pool::Id, EventPtr> loaded;  ///< null: it is not stored any more
        pool::Id spilled_from = 0;  ///< waiting ones from here on are in the store alone; 0: none
        bool refilling = false;
        bool missed = false;         ///< one was announced meanwhile
        pool::Id closing_below = 0;  ///< waiting ones below are cancelled; 0: none are
        bool closing = false;        ///< a step of that is under way
    };
    struct Refill;
    struct Gather;

    // outbox.cpp: whose turn it is.
    Target& target(pool::Id webhook);
    Target* find(pool::Id webhook);
    void activate(Target& target);
    void run();
    bool send_next(Target& target, smpp::Now now);
    void pass_on(const std::string& host);
    void send(Target& target, const pool::Webhook& webhook, Ticket ticket, const EventPtr& event,
              std::string host, smpp::Now now);
    std::size_t width(const Target& target) const;
    bool room(const Target& target) const;
    bool room_for_event(const Target& target) const;
    void enqueue(pool::Id webhook, Ticket ticket);
    void ring(smpp::Now now);
    void rearm(smpp::Now now);
    void drop_if_idle(Target& target);

    // outbox_store.cpp: what waits there.
    void load(Target& target);
    void loaded(pool::Id webhook, std::vector<pool::Id> asked, std::vector<pool::Event> events,
                bool failed);
    void refill(Target& target);
    void refill_from(std::shared_ptr<Refill> walk);
    void refilled(Refill& walk);
    void close(Target& target);
    void close_step(Target& target);
    void gather_dead(std::shared_ptr<Gather> walk);
    void replay_slice(std::shared_ptr<Gather> walk);

    // outbox_settle.cpp: what became of a post.
    struct Flight;
    void answered(Flight flight, const PostResult& result);
    void succeeded(Target* target, const Flight& flight, const PostResult& result, smpp::Now now);
    void failed(Target* target, const Flight& flight, const PostResult& result, smpp::Now now);
    void settle(const Flight& flight, pool::DeliveryState state, const PostResult& result,
                smpp::Now now);
    std::chrono::milliseconds pause(std::uint32_t attempts, const PostResult& result);
    void put(pool::Webhook webhook);
    void disable(pool::Webhook webhook, std::string reason, smpp::Now now);
    void flush(smpp::Now now);
    void flushed(pool::Changes changes, std::error_code error);

    const OutboxOptions options_;
    Parts parts_;
    std::unique_ptr<smpp::Timer> timer_;
    QueueTotals totals_;
    std::map<pool::Id, Target> targets_;
    std::set<pool::Id> closing_;   ///< webhooks with closing_below
    std::deque<pool::Id> active_;  ///< webhooks that may have something to send, in turn
    std::multimap<Instant, std::pair<pool::Id, std::uint64_t>> due_;  ///< lanes; 0: look again
    HostPlaces hosts_;
    std::size_t in_flight_ = 0;
    bool running_ = false;
    bool stopping_ = false;
    pool::Changes unsettled_;   ///< to be recorded with the next flush
    std::size_t settling_ = 0;  ///< with the writer: one commit at a time
    Instant settle_again_ = Instant::min();
    OutboxStats stats_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< callbacks look
};

}  // namespace smppd::notify
