// pool/number_table.hpp - the pool's numbers in few octets each, found by number, state and wish.
#pragma once

#include "pool/free_list.hpp"

#include <array>

namespace smppd::pool {

constexpr std::size_t number_states = 7;

/// A Number with its common attributes as an id. A million of these are in memory.
struct NumberRecord {
    E164 number = 0;
    std::int64_t monthly_cost_micros = 0;
    WallTime changed_at{};
    WallTime cool_until{};
    WallTime last_used_at{};
    Id session = 0;
    std::uint32_t uses = 0, verified = 0;
    PlatformId last_platform = 0;
    ProfileId profile = 0;
    PlatformId platform = 0;
    NumberState state = NumberState::available;
    NumberState after_lease = NumberState::cooling;
};

/// Keeps the records, and each where its state belongs: what is available in the free list, what
/// cools in order of its end. Every change goes through put(), change() and erase().
class NumberTable {
public:
    std::optional<Slot> find(E164 number) const { return index_.find(number); }
    const NumberRecord& at(Slot slot) const { return records_[slot]; }
    const Profile& profile(Slot slot) const { return profiles_.at(at(slot).profile); }
    const Words& words() const noexcept { return profiles_.words(); }
    Number number(Slot slot) const;

    /// Adds a number or replaces all that is known of it.
    void put(const Number& number);
    /// The record becomes `after`, of the same number.
    void change(Slot slot, const NumberRecord& after);
    void erase(E164 number);

    /// The available numbers that can receive.
    FreeList& free() noexcept { return free_; }
    const SlotHeap& cooling() const noexcept { return cooling_; }
    /// The number whose cooling ends first.
    std::optional<Slot> first_cooling() const;

    const std::array<std::uint64_t, number_states>& counts() const noexcept { return counts_; }
    std::size_t size() const noexcept { return records_.size() - unused_.size(); }
    const NumberIndex& index() const noexcept { return index_; }

private:
    void enter(Slot slot);
    void leave(Slot slot);

    Profiles profiles_;
    NumberIndex index_;
    std::deque<NumberRecord> records_;  // a deque: growing moves nothing and takes no peak
    std::vector<Slot> unused_;
    Places places_;
    FreeList free_{profiles_, places_};
    SlotHeap cooling_;
    std::array<std::uint64_t, number_states> counts_{};
};

}  // namespace smppd::pool
