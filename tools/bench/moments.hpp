// tools/bench/moments.hpp - mean and variance of what is added, and how far two means lie apart.
#pragma once

#include <cmath>
#include <cstdint>

namespace smppd::bench {

/// Welford's recurrence: no sum that loses digits.
class Moments {
public:
    void add(double value) noexcept {
        ++count_;
        const double before = value - mean_;
        mean_ += before / static_cast<double>(count_);
        squares_ += before * (value - mean_);
    }
    std::uint64_t count() const noexcept { return count_; }
    double mean() const noexcept { return mean_; }
    /// Of the population that the values are a sample of; 0 for fewer than two.
    double variance() const noexcept {
        return count_ < 2 ? 0 : squares_ / static_cast<double>(count_ - 1);
    }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0, squares_ = 0;
};

/// The difference of two means with its standard error, after Welch.
struct Difference {
    double mean = 0, error = 0;
    /// In standard errors; 0 where there is no error.
    double t() const noexcept { return error > 0 ? mean / error : 0; }
};
inline Difference difference(const Moments& a, const Moments& b) noexcept {
    const auto share = [](const Moments& m) {
        return m.count() == 0 ? 0 : m.variance() / static_cast<double>(m.count());
    };
    return {a.mean() - b.mean(), std::sqrt(share(a) + share(b))};
}

}  // namespace smppd::bench
