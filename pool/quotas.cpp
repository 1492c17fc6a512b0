// pool/quotas.cpp - counts of allocations over a minute and a day.
#include "pool/quotas.hpp"

#include <algorithm>

namespace smppd::pool {

template <std::size_t slices, std::int64_t width_ms>
void Quotas::Window<slices, width_ms>::add(WallTime at, int by) {
    const std::int64_t time = at.time_since_epoch().count() / width_ms;
    Slice& slice = ring[static_cast<std::size_t>(time) % slices];
    // An older slice than what stands here has left the window long ago.
    if (slice.time > time) return;
    if (slice.time != time) slice = {.time = time, .count = 0};
    if (by > 0)
        ++slice.count;
    else if (slice.count > 0)
        --slice.count;
}

template <std::size_t slices, std::int64_t width_ms>
std::uint32_t Quotas::Window<slices, width_ms>::count(WallTime now) const {
    const std::int64_t time = now.time_since_epoch().count() / width_ms;
    std::uint32_t sum = 0;
    for (const Slice& slice : ring)
        if (slice.time > time - static_cast<std::int64_t>(slices)) sum += slice.count;
    return sum;
}

template <std::size_t slices, std::int64_t width_ms>
WallTime Quotas::Window<slices, width_ms>::frees(WallTime now) const {
    const std::int64_t time = now.time_since_epoch().count() / width_ms;
    const std::int64_t floor = time - static_cast<std::int64_t>(slices);
    std::int64_t oldest = time;
    for (const Slice& slice : ring)
        if (slice.count > 0 && slice.time > floor) oldest = std::min(oldest, slice.time);
    const std::int64_t leaves = (oldest + static_cast<std::int64_t>(slices)) * width_ms;
    return WallTime{std::chrono::milliseconds{leaves}};
}

void Quotas::add(PlatformId platform, WallTime at, int by) {
    Taken& taken = taken_[platform];
    taken.minute.add(at, by);
    taken.day.add(at, by);
}

std::uint32_t Quotas::in_minute(PlatformId platform, WallTime now) const {
    const auto found = taken_.find(platform);
    return found == taken_.end() ? 0 : found->second.minute.count(now);
}

std::uint32_t Quotas::in_day(PlatformId platform, WallTime now) const {
    const auto found = taken_.find(platform);
    return found == taken_.end() ? 0 : found->second.day.count(now);
}

WallTime Quotas::minute_frees(PlatformId platform, WallTime now) const {
    const auto found = taken_.find(platform);
    return found == taken_.end() ? now : found->second.minute.frees(now);
}

WallTime Quotas::day_frees(PlatformId platform, WallTime now) const {
    const auto found = taken_.find(platform);
    return found == taken_.end() ? now : found->second.day.frees(now);
}

}  // namespace smppd::pool
