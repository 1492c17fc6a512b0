// pool/slot_heap.cpp - slots in order of a time.
#include "pool/slot_heap.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::pool {
namespace {

constexpr std::size_t branches = 4;

std::size_t parent_of(std::size_t place) { return (place - 1) / branches; }

}  // namespace

void SlotHeap::set(std::size_t place, TimedSlot entry, Places& places) {
    heap_[place] = entry;
    places[entry.slot] = static_cast<std::uint32_t>(place);
}

void SlotHeap::rise(std::size_t place, TimedSlot entry, Places& places) {
    while (place > 0 && entry < heap_[parent_of(place)]) {
        set(place, heap_[parent_of(place)], places);
        place = parent_of(place);
    }
    set(place, entry, places);
}

void SlotHeap::sink(std::size_t place, TimedSlot entry, Places& places) {
    for (;;) {
        const std::size_t first = place * branches + 1;
        if (first >= heap_.size()) break;
        const auto begin = heap_.begin() + first;
        const auto least =
            std::min_element(begin, begin + std::min(branches, heap_.size() - first));
        if (!(*least < entry)) break;
        set(place, *least, places);
        place = static_cast<std::size_t>(least - heap_.begin());
    }
    set(place, entry, places);
}

void SlotHeap::settle(std::size_t place, TimedSlot entry, Places& places) {
    if (place > 0 && entry < heap_[parent_of(place)])
        rise(place, entry, places);
    else
        sink(place, entry, places);
}

void SlotHeap::push(TimedSlot entry, Places& places) {
    if (places.size() <= entry.slot) places.resize(entry.slot + 1);
    heap_.push_back(entry);
    rise(heap_.size() - 1, entry, places);
}

void SlotHeap::erase(Slot slot, Places& places) {
    const std::size_t place = places[slot];
    assert(place < heap_.size());
    assert(heap_[place].slot == slot);
    const TimedSlot last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) settle(place, last, places);
}

void HeapWalk::add(const SlotHeap& heap) { add(heap, 0); }

void HeapWalk::add(const SlotHeap& heap, std::size_t place) {
    if (place >= heap.size()) return;
    steps_.push_back({heap.at(place), &heap, place});
    std::push_heap(steps_.begin(), steps_.end(), later);
}

std::optional<TimedSlot> HeapWalk::next() {
    if (steps_.empty()) return std::nullopt;
    std::pop_heap(steps_.begin(), steps_.end(), later);
    const Step step = steps_.back();
    steps_.pop_back();
    for (std::size_t child = 1; child <= branches; ++child)
        add(*step.heap, step.place * branches + child);
    return step.entry;
}

std::optional<TimedSlot> HeapWalk::peek() const {
    if (steps_.empty()) return std::nullopt;
    return steps_.front().entry;
}

}  // namespace smppd::pool
