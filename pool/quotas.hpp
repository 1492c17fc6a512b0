// pool/quotas.hpp - how many numbers a platform took in the last minute and the last day.
// Source: Pool and verification, Abuse.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <unordered_map>

namespace smppd::pool {

/// Counts by time slice: seconds for the minute, quarters of an hour for the day. A window may
/// count up to one slice too long, never too short.
class Quotas {
public:
    void took(PlatformId platform, WallTime at) { add(platform, at, 1); }
    /// The allocation came to nothing.
    void gave_back(PlatformId platform, WallTime at) { add(platform, at, -1); }
    std::uint32_t in_minute(PlatformId platform, WallTime now) const;
    std::uint32_t in_day(PlatformId platform, WallTime now) const;
    /// When the oldest slice of the window that counts anything leaves it.
    WallTime minute_frees(PlatformId platform, WallTime now) const;
    WallTime day_frees(PlatformId platform, WallTime now) const;

private:
    /// A ring of counts: slice `t` stands at t modulo its size, and says which t it counts.
    template <std::size_t slices, std::int64_t width_ms>
    struct Window {
        struct Slice {
            std::int64_t time = -1;
            std::uint32_t count = 0;
        };
        std::array<Slice, slices> ring;
        void add(WallTime at, int by);
        std::uint32_t count(WallTime now) const;
        WallTime frees(WallTime now) const;
    };
    struct Taken {
        Window<61, 1'000> minute;
        Window<97, 900'000> day;
    };
    void add(PlatformId platform, WallTime at, int by);

    std::unordered_map<PlatformId, Taken> taken_;
};

}  // namespace smppd::pool
