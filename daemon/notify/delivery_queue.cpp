// daemon/notify/delivery_queue.cpp - see delivery_queue.hpp.
#include "daemon/notify/delivery_queue.hpp"

#include <cassert>
#include <utility>

namespace smppd::notify {

std::uint64_t DeliveryQueue::lane_of(const Ticket& ticket) noexcept {
    // Ids have 63 bits: the last one keeps the two kinds apart.
    return ticket.session != 0 ? ticket.session : ticket.event | std::uint64_t{1} << 63;
}

void DeliveryQueue::count(const Ticket& ticket) {
    ++tickets_;
    ++totals_.tickets;
    if (!ticket.held) return;
    ++held_;
    ++totals_.held;
}

void DeliveryQueue::uncount(const Ticket& ticket) {
    --tickets_;
    --totals_.tickets;
    if (!ticket.held) return;
    --held_;
    --totals_.held;
}

void DeliveryQueue::add(Ticket ticket) {
    count(ticket);
    fresh_.push_back(std::move(ticket));
}

void DeliveryQueue::add_delayed(Ticket ticket) {
    const auto [at, added] = lanes_.try_emplace(lane_of(ticket));
    if (!added) return add(std::move(ticket));
    count(ticket);
    at->second.stand = Stand::delayed;
    at->second.head = std::move(ticket);
}

const Ticket* DeliveryQueue::next() {
    if (!ready_.empty()) return &lanes_.at(ready_.front()).head;
    while (!fresh_.empty()) {
        const auto lane = lanes_.find(lane_of(fresh_.front()));
        if (lane == lanes_.end()) return &fresh_.front();
        // An earlier one of its session is not through yet.
        lane->second.behind.push_back(std::move(fresh_.front()));
        fresh_.pop_front();
    }
    return nullptr;
}

Ticket DeliveryQueue::start() {
    [[maybe_unused]] const Ticket* ticket = next();
    assert(ticket != nullptr);
    Ticket started;
    if (!ready_.empty()) {
        Lane& lane = lanes_.at(ready_.front());
        ready_.pop_front();
        lane.stand = Stand::under_way;
        started = std::move(lane.head);
    } else {
        started = std::move(fresh_.front());
        fresh_.pop_front();
        lanes_.try_emplace(lane_of(started));
    }
    uncount(started);
    return started;
}

void DeliveryQueue::make_ready(std::uint64_t key, Lane& lane) {
    lane.stand = Stand::ready;
    ready_.push_back(key);
}

void DeliveryQueue::finished(std::uint64_t key) {
    const auto found = lanes_.find(key);
    if (found == lanes_.end() || found->second.stand != Stand::under_way) return;
    Lane& lane = found->second;
    if (lane.behind_at == lane.behind.size()) {
        lanes_.erase(found);
        return;
    }
    lane.head = std::move(lane.behind[lane.behind_at++]);
    if (lane.behind_at >= 64 && lane.behind_at * 2 >= lane.behind.size()) {
        lane.behind.erase(lane.behind.begin(), lane.behind.begin() + lane.behind_at);
        lane.behind_at = 0;
    }
    make_ready(key, lane);
}

void DeliveryQueue::later(Ticket ticket) {
    const auto found = lanes_.find(lane_of(ticket));
    if (found == lanes_.end() || found->second.stand != Stand::under_way) return;
    ticket.held.reset();
    count(ticket);
    found->second.stand = Stand::delayed;
    found->second.head = std::move(ticket);
}

void DeliveryQueue::wake(std::uint64_t key) {
    const auto found = lanes_.find(key);
    if (found == lanes_.end() || found->second.stand != Stand::delayed) return;
    make_ready(key, found->second);
}

std::vector<pool::Id> DeliveryQueue::not_held(std::size_t max) const {
    std::vector<pool::Id> ids;
    const auto look = [&](const Ticket& ticket) {
        if (!ticket.held) ids.push_back(ticket.event);
    };
    for (std::size_t i = 0; i < ready_.size() && i < max; ++i) look(lanes_.at(ready_[i]).head);
    for (std::size_t i = 0; i < fresh_.size() && ids.size() < max && i < max; ++i) look(fresh_[i]);
    return ids;
}

void DeliveryQueue::clear() {
    totals_.tickets -= tickets_;
    totals_.held -= held_;
    tickets_ = held_ = 0;
    fresh_.clear();
    lanes_.clear();
    ready_.clear();
}

}  // namespace smppd::notify
