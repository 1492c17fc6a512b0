// daemon/smpp/router.hpp - the way of an inbound message: read it, find its owner, have it
// recorded, answer the carrier, hand it to the dispatcher. Knows no socket.
#pragma once

#include "daemon/smpp/dispatcher.hpp"
#include "pool/assembler.hpp"
#include "pool/duplicates.hpp"
#include "pool/ids.hpp"
#include "pool/pool.hpp"
#include "protocol/inbound.hpp"

#include <functional>
#include <unordered_map>

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
};

class Router {
public:
    struct Parts {
        pool::Pool& pool;
        pool::Assembler& assembler;
        pool::Duplicates& duplicates;
        pool::Ids& ids;
        store::Committer& committer;
        Dispatcher& dispatcher;
        Timers& timers;
        /// Called after each message that has been recorded.
        std::function<void()> recorded;
    };
    Router(Parts parts, std::uint64_t salt);
    ~Router();

    /// Takes a deliver_sm or data_sm. `answer` is called once with the status to respond with,
    /// after the commit: at once or later.
    void inbound(const Origin& origin, const protocol::Pdu& pdu, Now now,
                 std::function<void(protocol::Status)> answer);
    /// Assemblies restored from the store have deadlines: looks at them again.
    void rearm();
    /// Commits that have not come back.
    std::size_t pending() const noexcept { return pending_; }

private:
    struct Arrival;
    void receipt(const Arrival& arrival, protocol::Inbound&& in);
    void part(const Arrival& arrival, protocol::Inbound&& in);
    void whole(const Arrival& arrival, protocol::Inbound&& in);
    bool known(const Arrival& arrival);
    void answer_again(const Arrival& arrival, pool::Id earlier);
    pool::Ownership owner(const Arrival& arrival, const protocol::Inbound& in) const;
    void record(const Arrival& arrival, pool::Id id, pool::Changes changes, MessagePtr message,
                std::function<void()> undo);
    void recorded(MessagePtr message);
    void ring(Now now);
    void give_up(pool::Assembly assembly, Now now);

    Parts parts_;
    std::uint64_t salt_;
    std::unique_ptr<Timer> timer_;
    std::size_t pending_ = 0;
    /// Redeliveries of what is on its way to the disk wait for the same word.
    std::unordered_map<pool::Id, std::vector<std::function<void(protocol::Status)>>> uncommitted_;
    std::shared_ptr<bool> alive_;
};

}  // namespace smppd::smpp
