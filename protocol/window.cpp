// protocol/window.cpp - the requests in flight.
#include "protocol/window.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::protocol {
namespace {

constexpr std::size_t stale_places_min = 16;  ///< fewer are not worth a sweep

}  // namespace

bool Window::stale(const Place& place) const {
    const auto found = requests_.find(place.sequence_number);
    return found == requests_.end() || found->second.turn != place.turn;
}

/// Keeps the front fresh. Responses that overtake an unanswered request leave stale places behind
/// it; they are swept once they outnumber the window, so that the order stays bounded.
void Window::drop_stale() {
    while (!order_.empty() && stale(order_.front())) order_.pop_front();
    if (order_.size() > 2 * std::size_t{size_} + stale_places_min) {
        std::erase_if(order_, [this](const Place& place) { return stale(place); });
    }
}

void Window::add(const InFlight& request) {
    assert(!full());
    assert(!contains(request.sequence_number));
    const std::uint64_t turn = turns_++;
    requests_.emplace(request.sequence_number, Waiting{request, turn});
    order_.push_back({request.sequence_number, turn});
}

std::optional<InFlight> Window::take(std::uint32_t sequence_number) {
    const auto found = requests_.find(sequence_number);
    if (found == requests_.end()) return std::nullopt;
    const InFlight request = found->second.request;
    requests_.erase(found);
    drop_stale();
    return request;
}

std::optional<InFlight> Window::take_older(Instant sent_until) {
    if (order_.empty() || oldest() > sent_until) return std::nullopt;
    return take(order_.front().sequence_number);
}

Instant Window::oldest() const noexcept {
    if (order_.empty()) return Instant::max();
    return requests_.find(order_.front().sequence_number)->second.request.sent_at;
}

}  // namespace smppd::protocol
