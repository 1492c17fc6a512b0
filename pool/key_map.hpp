// pool/key_map.hpp - a hash map for keys that are hashes themselves, in one flat table: a look-up
// costs one miss of the cache where std::unordered_map costs three.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace smppd::pool {

/// Open addressing with linear probing. Keys are never 0 and evenly spread; who can choose them
/// can make it slow. A pointer lives until the next change.
template <class Value>
class KeyMap {
public:
    std::size_t size() const noexcept { return size_; }

    const Value* find(std::uint64_t key) const noexcept {
        if (slots_.empty()) return nullptr;
        const Slot& slot = slots_[place_of(key)];
        return slot.key == key ? &slot.value : nullptr;
    }
    /// Adds it or replaces its value.
    void put(std::uint64_t key, const Value& value) {
        assert(key != 0);
        if ((size_ + 1) * 4 > slots_.size() * 3) grow();
        Slot& slot = slots_[place_of(key)];
        if (slot.key == 0) ++size_;
        slot = {key, value};
    }
    bool erase(std::uint64_t key) noexcept {
        if (slots_.empty()) return false;
        std::size_t hole = place_of(key);
        if (slots_[hole].key != key) return false;
        // Those that stand behind it because it was there move up, so that no search ends early.
        for (std::size_t at = next(hole); slots_[at].key != 0; at = next(at)) {
            const std::size_t home = home_of(slots_[at].key);
            if (((at - home) & mask()) < ((at - hole) & mask())) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = {};
        --size_;
        return true;
    }

private:
    struct Slot {
        std::uint64_t key = 0;  ///< 0: free
        Value value{};
    };
    static constexpr std::size_t slots_min = 64;

    std::size_t mask() const noexcept { return slots_.size() - 1; }
    std::size_t next(std::size_t at) const noexcept { return (at + 1) & mask(); }
    std::size_t home_of(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(key) & mask();
    }
    /// Where the key is, or else where it would be. There is always a free slot.
    std::size_t place_of(std::uint64_t key) const noexcept {
        std::size_t at = home_of(key);
        while (slots_[at].key != 0 && slots_[at].key != key) at = next(at);
        return at;
    }
    void grow() {
        std::vector<Slot> before(slots_.empty() ? slots_min : 2 * slots_.size());
        std::swap(before, slots_);
        for (const Slot& slot : before) {
            if (slot.key != 0) slots_[place_of(slot.key)] = slot;
        }
    }

    std::vector<Slot> slots_;  // a power of two, at most three quarters in use
    std::size_t size_ = 0;
};

}  // namespace smppd::pool
