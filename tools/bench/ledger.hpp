// tools/bench/ledger.hpp - each message from its sending to its answer and its arrival.
#pragma once

#include "tools/bench/histogram.hpp"
#include "tools/bench/loop.hpp"
#include "tools/bench/message.hpp"

#include <vector>

namespace smppd::bench {

/// Ids run from 0 on in the order of sending. Used by one thread.
class Ledger {
public:
    explicit Ledger(RunTag tag) : tag_(tag) {}

    /// The next message goes out; its id. `at`: when it was to go out.
    std::uint64_t sent(Clock::time_point at);
    void answered(std::uint64_t id, bool accepted, Clock::time_point now);
    void arrived(const Mark& mark, Clock::time_point now);
    /// Forgets the figures (not the messages): what was sent so far is the warm-up.
    void begin();

    std::uint64_t next_id() const noexcept { return entries_.size(); }
    std::uint64_t in_flight() const noexcept { return entries_.size() - all_answers_; }
    /// Sent since begin(), answered with ESME_ROK and otherwise, arrived once.
    std::uint64_t sent() const noexcept { return entries_.size() - first_; }
    std::uint64_t accepted() const noexcept { return accepted_; }
    std::uint64_t refused() const noexcept { return refused_; }
    std::uint64_t arrived() const noexcept { return arrived_; }
    /// Arrivals of one that had arrived; of another run; answers to nothing that was sent.
    std::uint64_t duplicates() const noexcept { return duplicates_; }
    std::uint64_t strays() const noexcept { return strays_; }
    /// Accepted and never arrived: must be 0.
    std::uint64_t lost() const noexcept;
    const Histogram& response() const noexcept { return response_; }
    const Histogram& end_to_end() const noexcept { return end_to_end_; }
    Clock::time_point last_answer() const noexcept { return last_answer_; }
    Clock::time_point last_arrival() const noexcept { return last_arrival_; }

private:
    struct Entry {
        Clock::time_point sent_at;
        bool answered = false;
        bool accepted = false;
        bool arrived = false;
    };
    RunTag tag_;
    std::vector<Entry> entries_;
    std::uint64_t first_ = 0;
    std::uint64_t all_answers_ = 0;
    std::uint64_t accepted_ = 0, refused_ = 0, arrived_ = 0, duplicates_ = 0, strays_ = 0;
    Histogram response_, end_to_end_;
    Clock::time_point last_answer_{}, last_arrival_{};
};

}  // namespace smppd::bench
