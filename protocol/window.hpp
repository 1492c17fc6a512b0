// protocol/window.hpp - our requests in flight: what waits for which response, since when.
#pragma once

#include "protocol/command.hpp"
#include "protocol/types.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace smppd::protocol {

struct InFlight {
    std::uint32_t sequence_number = 0;
    CommandId command{};
    std::uint64_t token = 0;
    Instant sent_at{};
};

/// Bounded by `size`. Constant time by sequence_number; the oldest comes first.
class Window {
public:
    explicit Window(std::uint32_t size) : size_(size) {}
    bool full() const noexcept { return requests_.size() >= size_; }
    std::uint32_t size() const noexcept { return size_; }
    std::uint32_t in_flight() const noexcept {
        return static_cast<std::uint32_t>(requests_.size());
    }
    /// Precondition: not full, the sequence_number is not in flight (assert).
    void add(const InFlight& request);
    /// Takes the request of this sequence_number out; nothing if none waits.
    std::optional<InFlight> take(std::uint32_t sequence_number);
    bool contains(std::uint32_t sequence_number) const {
        return requests_.contains(sequence_number);
    }
    /// Takes the oldest out if it was sent at or before `sent_until`.
    std::optional<InFlight> take_older(Instant sent_until);
    /// When the oldest was sent; Instant::max() when none is in flight.
    Instant oldest() const noexcept;

private:
    struct Waiting {
        InFlight request;
        std::uint64_t turn = 0;
    };
    struct Place {
        std::uint32_t sequence_number = 0;
        std::uint64_t turn = 0;
    };
    /// A place is stale once its request was taken; a later one may bear its sequence_number.
    bool stale(const Place& place) const;
    void drop_stale();

    std::uint32_t size_;
    std::uint64_t turns_ = 0;
    std::unordered_map<std::uint32_t, Waiting> requests_;
    std::deque<Place> order_;  ///< by sending; the front is never stale
};

}  // namespace smppd::protocol
