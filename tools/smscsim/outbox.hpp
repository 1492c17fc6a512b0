// tools/smscsim/outbox.hpp - messages on their way: what is to be sent, what waits for its answer,
// what is sent again. Knows no socket and no clock.
// A message leaves only with a final answer: a status that asks for a retry or a missing answer
// brings it back after a pause, a lost link at once, for the next bind. That is what a carrier's
// SMSC does, and what makes a test of durability honest.
#pragma once

#include "tools/smscsim/script.hpp"

#include "protocol/types.hpp"

#include <list>
#include <map>
#include <unordered_map>

namespace smppd::smscsim {

struct Envelope {
    std::uint64_t id = 0;       ///< of this PDU, the token of its request
    std::uint64_t message = 0;  ///< of the message that it is a part of
    bool receipt = false;
    std::string system_id;  ///< only to binds of this system_id; empty: any
    protocol::CommandId command{};
    protocol::Body body;
    std::string from, to, text;  ///< for events
    unsigned part = 1, total = 1;
    unsigned attempts = 0;  ///< times sent
    protocol::Instant sent_at{};
};

enum class Fate : std::uint8_t { accepted, refused, again };

class Outbox {
public:
    struct Options {
        Side side = Side::smsc;
        std::chrono::milliseconds retry = std::chrono::seconds{5};
        std::vector<protocol::Status> retry_statuses;
        std::size_t ahead_max = 10'000;  ///< envelopes built before others have been answered
        std::uint16_t first_reference = 1;
    };
    explicit Outbox(Options options) : options_(std::move(options)) {}

    /// The messages of a script's line; they are built one by one as their time comes.
    void add(MessageSpec spec, protocol::Instant now);
    /// A receipt, to be sent at `due`. `id`: of the message that it is about, for events.
    void add_receipt(protocol::DeliverSm receipt, std::string system_id, const std::string& id,
                     protocol::Instant due);
    /// Makes ready what is due. Throws UsageError for a message that cannot be built; it is gone.
    void advance(protocol::Instant now);

    /// The system_ids for which something is ready; "" for any.
    std::vector<std::string> ready() const;
    /// The next for that system_id, or nullptr. Stays until sent() or unsendable().
    const Envelope* front(const std::string& system_id) const;
    const Envelope& sent(std::uint64_t id, protocol::Instant now);
    /// It cannot be packed: gone, counted as refused.
    void unsendable(std::uint64_t id);

    /// The envelope in flight, or nullptr.
    const Envelope* in_flight(std::uint64_t id) const;
    Fate answered(std::uint64_t id, protocol::Status status, protocol::Instant now);
    void timed_out(std::uint64_t id, protocol::Instant now);
    void lost(std::uint64_t id);

    /// When advance() should be called; Instant::max() for never.
    protocol::Instant deadline() const;
    /// Everything has its final answer.
    bool idle() const noexcept { return envelopes_.empty() && feeds_.empty(); }
    std::size_t waiting() const noexcept { return envelopes_.size(); }
    std::uint64_t accepted() const noexcept { return accepted_; }
    std::uint64_t refused() const noexcept { return refused_; }

private:
    struct Feed {
        MessageSpec spec;
        std::uint64_t next = 1;
        protocol::Instant start{};
        protocol::Instant due() const;
    };
    struct Kept {
        Envelope envelope;
        std::uint64_t turn = 0;  ///< its place among the ready; kept when the link is lost
    };

    void build_next(Feed& feed);
    void make_ready(std::uint64_t id);
    void back_later(std::uint64_t id, protocol::Instant now);
    bool full() const noexcept { return envelopes_.size() >= options_.ahead_max; }

    Options options_;
    std::list<Feed> feeds_;
    std::unordered_map<std::uint64_t, Kept> envelopes_;
    std::multimap<protocol::Instant, std::uint64_t> later_;
    std::map<std::string, std::map<std::uint64_t, std::uint64_t>> ready_;  ///< turn to id
    std::uint64_t ids_ = 0, messages_ = 0, turns_ = 0, references_ = 0;
    std::uint64_t accepted_ = 0, refused_ = 0;
};

}  // namespace smppd::smscsim
