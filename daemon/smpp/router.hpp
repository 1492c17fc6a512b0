// daemon/smpp/router.hpp - the way of an inbound message: read it, find its owner, have it
// recorded, answer the carrier, hand it to the dispatcher. What came in one event is recorded in
// one commit. Knows no socket.
#pragma once

#include "daemon/smpp/dispatcher.hpp"
#include "pool/assembler.hpp"
#include "pool/duplicates.hpp"
#include "pool/ids.hpp"
#include "pool/pool.hpp"
#include "protocol/inbound.hpp"

#include <deque>
#include <functional>

namespace smppd::smpp {

struct InboundCounters {
    std::uint64_t messages = 0;  ///< whole messages and parts taken
    std::uint64_t receipts = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t unowned = 0;
    std::uint64_t refused = 0;  ///< asked to be sent again
};

/// Where a PDU came from. `counters` outlives every answer.
struct Origin {
    const std::string& carrier;
    std::uint32_t bind = 0;
    const protocol::Profile& profile;
    InboundCounters& counters;
    /// Of a simulated carrier: the lease that the PDU is sent for. What comes again is told within
    /// one lease, for the same text goes to each. 0: a real one, for all time.
    pool::Id lease = 0;
};

class Router {
public:
    /// Given the status to respond with, and the time.
    using Answer = std::function<void(protocol::Status, Now)>;

    struct Parts {
        pool::Pool& pool;
        pool::Assembler& assembler;
        pool::Duplicates& duplicates;
        pool::Ids& ids;
        store::Committer& committer;
        Dispatcher& dispatcher;
        Timers& timers;
        /// Called after messages have been recorded.
        std::function<void()> recorded;
    };
    Router(Parts parts, std::uint64_t salt);
    ~Router();

    /// Takes a deliver_sm or data_sm. `answer` is called once, after the commit: at once or later.
    /// Call commit() when all that came in this event has been given.
    ///
    /// What came before, within the carrier's window, is answered and dropped. A part's octets and
    /// reference can come again in another message: the same end of a text, a reference used again.
    /// So a part that came before is taken when its earlier message is closed and an open one of
    /// the same reference waits for that index; while none does, it is a redelivery, in whatever
    /// order its parts come. Two cases cannot be told apart by what is in the PDUs. A part of a
    /// closed message that is sent again just while the next message with its reference waits for
    /// that index goes into that one. And where two messages in the window have the same reference
    /// and the same first part, the second one's is dropped: no other part of it is there yet.
    void inbound(const Origin& origin, const protocol::Pdu& pdu, Now now, Answer answer);
    /// Has what was taken since the last call recorded, all of it or nothing.
    void commit(Now now);
    /// Assemblies restored from the store have deadlines: looks at them again.
    void rearm();
    /// PDUs whose commit has not come back.
    std::size_t pending() const noexcept { return pending_; }

private:
    struct Arrival;
    /// What is on its way to the disk.
    struct Recording {
        pool::Id id = 0;
        std::uint64_t key = 0;                ///< 0: no PDU, an assembly that was given up
        pool::Id earlier = 0;                 ///< what the key meant before
        pool::WallTime until{};               ///< the end of the key's window
        protocol::Status retry = 0;           ///< the answer when it cannot be recorded
        InboundCounters* counters = nullptr;  ///< none without an answer
        Answer answer;
        std::vector<Answer> again;   ///< redeliveries wait for the same word
        MessagePtr message;          ///< that is whole with it
        pool::Changes pool;          ///< that it made there, for Pool::revert()
        std::function<void()> undo;  ///< beside the key; may be empty
    };
    using Batch = std::vector<Recording>;  ///< by id

    void receipt(Arrival& arrival, protocol::Inbound&& in);
    void part(Arrival& arrival, protocol::Inbound&& in);
    void whole(Arrival& arrival, protocol::Inbound&& in);
    bool known(Arrival& arrival, bool traced);
    void answer_again(Arrival& arrival, pool::Id earlier);
    void trace_again(const Arrival& arrival, pool::Id earlier);
    void add_part(Arrival& arrival, pool::Part part, pool::Id earlier);
    Recording* under_way(pool::Id id);
    pool::Ownership owner(const Arrival& arrival, const protocol::Inbound& in) const;
    Recording& record(Arrival& arrival, pool::Id id, pool::Id earlier = 0);
    void arrived(pool::Message& message, Recording& recording, Now now);
    void committed(const std::shared_ptr<Batch>& batch, std::error_code error);
    void recorded(const MessagePtr& message, Now now);
    void take_back(Recording& recording, Now now);
    void ring(Now now);
    void give_up(pool::Assembly assembly, Now now);

    Parts parts_;
    std::uint64_t salt_;
    std::unique_ptr<Timer> timer_;
    std::size_t pending_ = 0;
    pool::Changes changes_;  ///< of batch_
    Batch batch_;            ///< for the next commit
    std::deque<std::shared_ptr<Batch>> under_way_;
    std::shared_ptr<bool> alive_;
};

}  // namespace smppd::smpp
