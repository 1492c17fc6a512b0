// daemon/smpp/dispatcher.hpp - brings recorded messages to their owners' binds: round robin by
// free window, again when refused or unanswered, until the owner has acknowledged each.
// Knows no socket and no clock.
#pragma once

#include "daemon/smpp/transport.hpp"
#include "daemon/store/committer.hpp"
#include "protocol/status.hpp"

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <variant>

namespace smppd::smpp {

using MessagePtr = std::shared_ptr<const pool::Message>;

/// A bind of a platform's that takes messages.
class Receiver {
public:
    virtual ~Receiver() = default;
    virtual pool::PlatformId platform() const = 0;
    /// "platform/12", for the story of a message.
    virtual const std::string& id() const = 0;
    /// How many more messages it takes now.
    virtual std::uint32_t free() const = 0;
    /// Sends it; Dispatcher::done() follows once. Called only while free() > 0.
    virtual void deliver(const MessagePtr& message, Now now) = 0;
};

/// What became of a message that was given to a receiver.
enum class Delivery : std::uint8_t {
    acknowledged,
    refused,     ///< answered with an error
    unanswered,  ///< no response in time
    lost,        ///< the bind went away: offered again at once
    unpackable,  ///< it cannot be made a PDU at all
};

struct DispatcherOptions {
    std::size_t in_memory_max = 10'000;  ///< a platform; the rest waits in the store
    /// Their pool::weight, a platform; the last one that is let in may go beyond it.
    std::size_t weight_max = 64 * 1024 * 1024;
    std::chrono::milliseconds retry_from{5'000}, retry_to{600'000};
    std::chrono::milliseconds read_again_after{1'000};  ///< when the store could not be read
    std::uint32_t traced_attempts_max = 20;  ///< later attempts leave no line in the story
};

class Dispatcher {
public:
    Dispatcher(DispatcherOptions options, store::Committer& committer, store::HistoryReads& history,
               Timers& timers);
    ~Dispatcher();

    /// A message has been recorded as waiting for its owner.
    void message(MessagePtr message, Now now);
    /// At start: messages of this platform wait in the store. One whose seal does not open stays
    /// there, is counted as waiting, and is told in the log.
    void waiting_in_store(pool::PlatformId platform, std::uint64_t count);
    /// Retention ended; it is not offered any more.
    void expired(pool::PlatformId platform, pool::Id message);

    /// A bind is ready to take messages, and gone again. A receiver that goes has reported done()
    /// for everything it had.
    void attach(Receiver& receiver, Now now);
    void detach(Receiver& receiver);
    /// Precondition: deliver() gave it to that receiver.
    void done(Receiver& receiver, pool::Id message, Delivery outcome, protocol::Status status,
              Now now);
    /// The receiver has free window again; called once after each event.
    void pump(pool::PlatformId platform, Now now);
    /// Has what was acknowledged since the last call recorded.
    void flush();

    /// Messages that wait or are under way, as far as is known here and in the store.
    std::uint64_t waiting() const noexcept { return waiting_; }
    std::uint64_t waiting(pool::PlatformId platform) const;
    /// Acknowledged ones that the store has not yet recorded as such.
    std::size_t unsettled() const noexcept { return unsettled_.size() + settling_; }

private:
    struct Flight {
        MessagePtr message;
        std::uint32_t attempts = 0;
        bool expired = false;  ///< retention ended while it was under way: not offered again
    };
    struct Queue {
        std::deque<Flight> ready;
        std::multimap<protocol::Instant, Flight> delayed;
        std::unordered_map<pool::Id, Flight> in_flight;
        std::vector<Receiver*> receivers;
        std::size_t next = 0;  ///< round robin
        pool::Id last_id = 0;  ///< the newest that has been in memory
        bool spilled = false;  ///< more wait in the store, above last_id
        bool loading = false;
        bool missed = false;                      ///< one came while loading
        std::vector<pool::Id> expired_meanwhile;  ///< while loading
        std::uint64_t waiting = 0;
        std::size_t weight = 0;  ///< of all that is in memory
        std::size_t in_memory() const { return ready.size() + delayed.size() + in_flight.size(); }
    };
    bool full(const Queue& queue) const {
        return queue.in_memory() >= options_.in_memory_max || queue.weight >= options_.weight_max;
    }
    static void add(Queue& queue, MessagePtr message);
    using Fact = std::variant<pool::MessageSettled, pool::TraceAdded>;
    void refill(pool::PlatformId platform, Queue& queue);
    void loaded(pool::PlatformId platform, store::WaitingPage page);
    void read_later();
    Receiver* choose(Queue& queue) const;
    void settle(const Flight& flight, Now now);
    void retry(Queue& queue, Flight flight, Receiver& receiver, Delivery outcome,
               protocol::Status status, Now now);
    void forget(Queue& queue);
    void ring(Now now);
    void rearm();

    DispatcherOptions options_;
    store::Committer& committer_;
    store::HistoryReads& history_;
    Timers& timers_;
    std::unique_ptr<Timer> timer_;
    std::map<pool::PlatformId, Queue> queues_;
    std::vector<Fact> unsettled_;  ///< to be recorded with the next flush
    std::size_t settling_ = 0;     ///< with the writer
    protocol::Instant settle_again_ = protocol::Instant::max();
    protocol::Instant read_again_ = protocol::Instant::max();  ///< no reads before
    std::uint64_t waiting_ = 0;
    std::shared_ptr<bool> alive_;  ///< false once this is gone; callbacks look
};

}  // namespace smppd::smpp
