// daemon/store/draining.cpp - see draining.hpp.
#include "daemon/store/draining.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

bool finishes(const pool::Change& change) {
    if (const auto* put = std::get_if<pool::DeliveryPut>(&change))
        return put->delivery.state != pool::DeliveryState::waiting;
    return std::holds_alternative<pool::MessageSettled>(change) ||
           std::holds_alternative<pool::PartsClosed>(change) ||
           std::holds_alternative<pool::TraceAdded>(change);
}

}  // namespace

bool drains(const pool::Changes& changes) { return std::ranges::all_of(changes, finishes); }

bool drains(std::span<const pool::Changes> groups) {
    return std::ranges::all_of(groups, [](const pool::Changes& one) { return drains(one); });
}

}  // namespace smppd::store
