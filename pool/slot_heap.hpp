// pool/slot_heap.hpp - slots in order of a time, any of which can leave.
#pragma once

#include "pool/number_index.hpp"

#include <compare>
#include <optional>

namespace smppd::pool {

/// Where each slot stands in the one heap that it is in.
using Places = std::vector<std::uint32_t>;

/// A slot and the time it is sorted by; equal times go by slot.
struct TimedSlot {
    WallTime time{};
    Slot slot = 0;
    friend auto operator<=>(const TimedSlot&, const TimedSlot&) = default;
};

/// A heap of four branches: four children share a cache line, so a million slots cost hardly more
/// than a thousand. Several heaps may share `places`, as a slot is in one at a time.
class SlotHeap {
public:
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }
    const TimedSlot& top() const { return heap_.front(); }
    /// By place in the heap, 0 to size() - 1: the top first, else in no order.
    const TimedSlot& at(std::size_t place) const { return heap_[place]; }
    void push(TimedSlot entry, Places& places);
    /// The slot must be in this heap.
    void erase(Slot slot, Places& places);

private:
    void settle(std::size_t place, TimedSlot entry, Places& places);
    void rise(std::size_t place, TimedSlot entry, Places& places);
    void sink(std::size_t place, TimedSlot entry, Places& places);
    void set(std::size_t place, TimedSlot entry, Places& places);

    std::vector<TimedSlot> heap_;
};

/// Visits the entries of several heaps in their order and leaves the heaps as they are. While it
/// walks, they must not change. n steps cost n log n, however large the heaps.
class HeapWalk {
public:
    /// Entries of this heap, from its top on, are still to come.
    void add(const SlotHeap& heap);
    /// The next entry, nothing when there is none.
    std::optional<TimedSlot> next();
    /// The entry that next() would give.
    std::optional<TimedSlot> peek() const;

private:
    struct Step {
        TimedSlot entry;
        const SlotHeap* heap;
        std::size_t place;
    };
    static bool later(const Step& a, const Step& b) { return b.entry < a.entry; }
    void add(const SlotHeap& heap, std::size_t place);

    std::vector<Step> steps_;  // a heap itself, the earliest in front
};

}  // namespace smppd::pool
