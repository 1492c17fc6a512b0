// pool/duplicates.hpp - recognises what a carrier sends again.
#pragma once

#include "pool/key_map.hpp"
#include "pool/types.hpp"

#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace smppd::pool {

/// What makes two deliveries the same: carrier, source, destination, reference and part, and the
/// octets. `salt` keeps the key from telling the text. Never 0.
std::uint64_t duplicate_key(std::uint64_t salt, std::string_view carrier, std::string_view source,
                            std::string_view destination, std::uint32_t reference_and_part,
                            std::uint8_t data_coding, const Octets& octets) noexcept;

struct DuplicatesOptions {
    std::size_t entries_max = 1'000'000;  ///< the oldest are forgotten above it
};

/// Remembers keys for a window each. Constant time; bounded.
class Duplicates {
public:
    explicit Duplicates(DuplicatesOptions options = {}) : options_(options) {}
    /// The message or part already recorded with this key, 0 when there is none in its window.
    Id find(std::uint64_t key, WallTime now) const;
    /// From now until `until` the key, which is not 0, means `id`.
    void add(std::uint64_t key, Id id, WallTime until);
    /// One more came of a remembered key: how many since it was added. 0: the key is not known.
    unsigned again(std::uint64_t key);
    /// The commit failed: the carrier will send it again and it must be taken then.
    void remove(std::uint64_t key);
    /// Drops what is past its window; at most `max` entries a call.
    void sweep(WallTime now, std::size_t max = 1000);
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        Id id = 0;
        WallTime until{};
    };
    DuplicatesOptions options_;
    KeyMap<Entry> entries_;
    std::deque<std::pair<WallTime, std::uint64_t>> order_;  // oldest first, with stale places
    std::unordered_map<std::uint64_t, unsigned> again_;     // of those entries that came again

    void forget(std::uint64_t key);
    void forget_oldest();
    void drop_stale();
};

}  // namespace smppd::pool
