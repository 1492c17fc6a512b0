// daemon/http/rate_limit.hpp - token buckets: how often somebody may ask. Knows no clock.
#pragma once

#include "pool/types.hpp"

#include <list>
#include <unordered_map>

namespace smppd::http {

/// A bucket holds `burst` tokens at most and gains one `each` so often.
struct Rate {
    std::uint32_t burst = 200;
    std::chrono::microseconds each{10'000};
    /// `per_second` from 1 to 1,000,000, with a burst of twice that.
    static Rate of(std::uint32_t per_second) noexcept;
};

/// What a bucket answered, as the RateLimit headers tell it.
struct Allowance {
    bool allowed = true;
    std::uint32_t limit = 0;      ///< tokens of a full bucket
    std::uint32_t remaining = 0;  ///< whole tokens left
    std::uint32_t reset_s = 0;    ///< until it is full again, rounded up
    std::uint32_t retry_s = 0;    ///< until there is a token, rounded up; 0 when there is one
};

/// One bucket for each of those who ask, by a hash of who it is. When the table is full, the one
/// that was asked least recently is forgotten: it begins anew with a full bucket.
class TokenBuckets {
public:
    explicit TokenBuckets(std::size_t entries_max) : entries_max_(entries_max) {}

    /// Takes a token when there is one.
    Allowance take(std::uint64_t who, Rate rate, pool::WallTime now);
    /// What take() would find; takes nothing and remembers nobody.
    Allowance look(std::uint64_t who, Rate rate, pool::WallTime now) const;
    std::size_t size() const noexcept { return order_.size(); }

private:
    using Moment = std::chrono::sys_time<std::chrono::microseconds>;
    /// When the bucket is full again: all that needs to be known of one.
    struct Bucket {
        std::uint64_t who = 0;
        Moment full_at{};
    };

    std::size_t entries_max_;
    std::list<Bucket> order_;  // asked most recently first
    std::unordered_map<std::uint64_t, std::list<Bucket>::iterator> buckets_;
};

/// A token of each of the two buckets or of none. Tells of the one that has less.
Allowance take_both(TokenBuckets& one, std::uint64_t who, Rate rate, TokenBuckets& other,
                    std::uint64_t other_who, Rate other_rate, pool::WallTime now);

}  // namespace smppd::http
