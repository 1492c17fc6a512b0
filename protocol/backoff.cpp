// protocol/backoff.cpp - how long to wait before connecting again.
#include "protocol/backoff.hpp"

#include <algorithm>
#include <limits>

namespace smppd::protocol {
namespace {

using std::chrono::milliseconds;

/// min(to, from * 2^failures), and never below zero. It doubles step by step, as a shift by many
/// failures would overflow.
milliseconds range_after(const BackoffOptions& options, unsigned failures) {
    const milliseconds to = std::max(options.to, milliseconds{0});
    milliseconds range = std::clamp(options.from, milliseconds{0}, to);
    for (; failures > 0 && range.count() > 0 && range < to; --failures)
        range = range > to / 2 ? to : range * 2;
    return range;
}

}  // namespace

milliseconds Backoff::next(std::mt19937_64& engine, milliseconds floor) {
    const milliseconds range = range_after(options_, failures_);
    if (failures_ < std::numeric_limits<unsigned>::max()) ++failures_;
    std::uniform_int_distribution<milliseconds::rep> jitter{0, range.count()};
    return std::max(floor, milliseconds{jitter(engine)});
}

}  // namespace smppd::protocol
