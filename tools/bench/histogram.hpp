// tools/bench/histogram.hpp - counts of durations in log-linear buckets, after HdrHistogram.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace smppd::bench {

/// Durations from 0 to 2^40 ns (18 minutes; longer ones count as that), each to within 1/128 of
/// itself. Its memory does not grow. Used by one thread at a time.
class Histogram {
public:
    void add(std::chrono::nanoseconds duration) noexcept;
    void clear() noexcept { *this = Histogram{}; }

    std::uint64_t count() const noexcept { return count_; }
    std::chrono::nanoseconds longest() const noexcept { return std::chrono::nanoseconds{max_}; }
    /// The least duration that `share` of all (0 to 1) do not exceed, at most one bucket's width
    /// too high and never above longest(); 0 when nothing was added.
    std::chrono::nanoseconds quantile(double share) const noexcept;

private:
    static constexpr unsigned linear_bits = 7;
    static constexpr unsigned value_bits = 40;
    static constexpr std::size_t buckets = (std::size_t{value_bits - linear_bits} + 1)
                                           << linear_bits;

    static std::size_t bucket_of(std::uint64_t value) noexcept;
    static std::uint64_t highest_in(std::size_t bucket) noexcept;

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace smppd::bench
