// tools/bench/histogram.cpp - see histogram.hpp.
#include "tools/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace smppd::bench {

// Values below 2^linear_bits have a bucket each. Above that every power of two has 2^linear_bits
// buckets of the same width: the value's highest linear_bits + 1 bits name its bucket.
std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
    constexpr std::uint64_t linear = std::uint64_t{1} << linear_bits;
    if (value < linear) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - linear_bits - 1;
    return (std::size_t{shift} << linear_bits) + static_cast<std::size_t>(value >> shift);
}

std::uint64_t Histogram::highest_in(std::size_t bucket) noexcept {
    constexpr std::size_t linear = std::size_t{1} << linear_bits;
    if (bucket < 2 * linear) return bucket;
    const std::size_t shift = (bucket >> linear_bits) - 1;
    const std::uint64_t top = bucket - (shift << linear_bits);
    return ((top + 1) << shift) - 1;
}

void Histogram::add(std::chrono::nanoseconds duration) noexcept {
    constexpr std::int64_t highest = (std::int64_t{1} << value_bits) - 1;
    const std::int64_t value = std::clamp<std::int64_t>(duration.count(), 0, highest);
    ++counts_[bucket_of(static_cast<std::uint64_t>(value))];
    ++count_;
    max_ = std::max(max_, value);
}

std::chrono::nanoseconds Histogram::quantile(double share) const noexcept {
    if (count_ == 0) return {};
    const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        seen += counts_[bucket];
        if (seen >= rank) {
            const auto top = static_cast<std::int64_t>(highest_in(bucket));
            return std::chrono::nanoseconds{std::min(top, max_)};
        }
    }
    return longest();
}

}  // namespace smppd::bench
