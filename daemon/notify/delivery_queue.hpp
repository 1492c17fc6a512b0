// daemon/notify/delivery_queue.hpp - what waits for one webhook: one delivery at a time of each
// session, in the order of the events; deliveries of no session each for itself.
#pragma once

#include "daemon/notify/announcer.hpp"

#include <deque>
#include <unordered_map>

namespace smppd::notify {

/// A delivery that waits. Small, as there may be a million.
struct Ticket {
    pool::Id event = 0;
    pool::Id session = 0;
    std::uint32_t attempts = 0;
    EventPtr held{};  ///< null: to be read from the store when its turn comes
};

/// What all queues hold together.
struct QueueTotals {
    std::size_t tickets = 0, held = 0;
};

class DeliveryQueue {
public:
    explicit DeliveryQueue(QueueTotals& totals) : totals_(totals) {}
    ~DeliveryQueue() { clear(); }
    DeliveryQueue(const DeliveryQueue&) = delete;
    DeliveryQueue& operator=(const DeliveryQueue&) = delete;

    /// Names what is delivered in order: the session, or the event when it has none.
    static std::uint64_t lane_of(const Ticket& ticket) noexcept;

    /// Joins behind everything that waits.
    void add(Ticket ticket);
    /// Waits for wake(), before what add() brings for its lane later.
    void add_delayed(Ticket ticket);
    /// The one whose turn it is; null: none. Valid until the next call.
    const Ticket* next();
    /// Takes next()'s: its lane stands still until finished() or later(). Precondition: there is
    /// one.
    Ticket start();
    /// It is settled; the lane goes on.
    void finished(std::uint64_t lane);
    /// To be tried again after wake(). Nothing, when clear() came in between.
    void later(Ticket ticket);
    /// The lane's delay is over. Nothing happens in any other case.
    void wake(std::uint64_t lane);
    /// Events that are not held of the next `max` tickets or so.
    std::vector<pool::Id> not_held(std::size_t max) const;
    void clear();

    std::size_t size() const noexcept { return tickets_; }
    std::size_t held() const noexcept { return held_; }

private:
    enum class Stand : std::uint8_t { ready, under_way, delayed };
    struct Lane {
        Stand stand = Stand::under_way;
        Ticket head;  ///< of one that is ready or delayed
        std::vector<Ticket> behind;
        std::size_t behind_at = 0;  ///< those before it have had their turn
    };
    void make_ready(std::uint64_t key, Lane& lane);
    void count(const Ticket& ticket);
    void uncount(const Ticket& ticket);

    QueueTotals& totals_;
    std::deque<Ticket> fresh_;  ///< not looked at yet
    std::unordered_map<std::uint64_t, Lane> lanes_;
    std::deque<std::uint64_t> ready_;
    std::size_t tickets_ = 0, held_ = 0;
};

}  // namespace smppd::notify
