// daemon/http/rate_limit.cpp - see rate_limit.hpp.
// Source: the generic cell rate algorithm, ITU-T I.371: a bucket is the time when it is full.
#include "daemon/http/rate_limit.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

using std::chrono::microseconds;
using Moment = std::chrono::sys_time<microseconds>;

std::uint32_t seconds_up(microseconds time) noexcept {
    if (time <= microseconds{0}) return 0;
    return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

/// How long until the bucket is full. A clock that stepped back makes nobody wait for longer than
/// an empty bucket takes.
microseconds missing_of(Moment full_at, Rate rate, Moment now) noexcept {
    return std::clamp(microseconds{full_at - now}, microseconds{0}, rate.burst * rate.each);
}

Allowance allowance(microseconds missing, Rate rate) noexcept {
    const microseconds there = rate.burst * rate.each - missing;
    return {.allowed = there >= rate.each,
            .limit = rate.burst,
            .remaining = static_cast<std::uint32_t>(there / rate.each),
            .reset_s = seconds_up(missing),
            .retry_s = seconds_up(rate.each - there)};
}

}  // namespace

Rate Rate::of(std::uint32_t per_second) noexcept {
    const std::uint32_t rate = std::clamp<std::uint32_t>(per_second, 1, 1'000'000);
    return {.burst = rate * 2, .each = microseconds{1'000'000 / rate}};
}

Allowance TokenBuckets::look(std::uint64_t who, Rate rate, pool::WallTime now) const {
    const auto found = buckets_.find(who);
    const Moment full_at = found == buckets_.end() ? Moment{now} : found->second->full_at;
    return allowance(missing_of(full_at, rate, now), rate);
}

Allowance TokenBuckets::take(std::uint64_t who, Rate rate, pool::WallTime now) {
    const auto found = buckets_.find(who);
    if (found != buckets_.end()) {
        order_.splice(order_.begin(), order_, found->second);
    } else {
        if (order_.size() >= entries_max_) {
            buckets_.erase(order_.back().who);
            order_.pop_back();
        }
        order_.push_front({who, Moment{now}});
        buckets_.emplace(who, order_.begin());
    }
    Bucket& bucket = order_.front();
    const microseconds missing = missing_of(bucket.full_at, rate, now);
    const Allowance before = allowance(missing, rate);
    bucket.full_at = Moment{now} + missing;
    if (!before.allowed) return before;
    bucket.full_at += rate.each;
    Allowance after = allowance(missing + rate.each, rate);
    after.allowed = true;
    return after;
}

Allowance take_both(TokenBuckets& one, std::uint64_t who, Rate rate, TokenBuckets& other,
                    std::uint64_t other_who, Rate other_rate, pool::WallTime now) {
    const Allowance first = one.look(who, rate, now);
    const Allowance second = other.look(other_who, other_rate, now);
    if (!first.allowed || !second.allowed) {
        const bool second_waits = second.retry_s > first.retry_s;
        return !second.allowed && (first.allowed || second_waits) ? second : first;
    }
    const Allowance after_first = one.take(who, rate, now);
    const Allowance after_second = other.take(other_who, other_rate, now);
    return after_second.remaining < after_first.remaining ? after_second : after_first;
}

}  // namespace smppd::http
