// tools/bench/ledger.cpp - see ledger.hpp.
#include "tools/bench/ledger.hpp"

#include <algorithm>

namespace smppd::bench {

std::uint64_t Ledger::sent(Clock::time_point at) {
    entries_.push_back({at});
    return entries_.size() - 1;
}

void Ledger::answered(std::uint64_t id, bool accepted, Clock::time_point now) {
    if (id >= entries_.size() || entries_[id].answered) {
        ++strays_;
        return;
    }
    Entry& entry = entries_[id];
    entry.answered = true;
    entry.accepted = accepted;
    ++all_answers_;
    if (id < first_) return;
    accepted ? ++accepted_ : ++refused_;
    response_.add(now - entry.sent_at);
    last_answer_ = now;
}

void Ledger::arrived(const Mark& mark, Clock::time_point now) {
    if (mark.tag != tag_ || mark.id >= entries_.size()) {
        ++strays_;
        return;
    }
    Entry& entry = entries_[mark.id];
    if (entry.arrived) {
        ++duplicates_;
        return;
    }
    entry.arrived = true;
    if (mark.id < first_) return;
    ++arrived_;
    end_to_end_.add(now - entry.sent_at);
    last_arrival_ = now;
}

void Ledger::begin() {
    first_ = entries_.size();
    accepted_ = refused_ = arrived_ = duplicates_ = strays_ = 0;
    response_.clear();
    end_to_end_.clear();
}

std::uint64_t Ledger::lost() const noexcept {
    return static_cast<std::uint64_t>(
        std::count_if(entries_.begin() + static_cast<std::ptrdiff_t>(first_), entries_.end(),
                      [](const Entry& entry) { return entry.accepted && !entry.arrived; }));
}

}  // namespace smppd::bench
