// daemon/store/ageing.hpp - lets old records go, a slice at a time, never in bulk.
#pragma once

#include "daemon/store/rows.hpp"

namespace smppd::store {

/// Walks along the ids, which grow with time, up to the age limit of each kind, and remembers how
/// far it came. Rows that had to stay (they wait, or are open) are looked at again every hour.
/// Brand uses are in no order of time: they are walked through once a day.
class Ageing {
public:
    static constexpr std::size_t slice_rows = 500;

    explicit Ageing(const Connection& connection);
    /// One slice inside the caller's transaction; how many rows it visited, slice_rows when more
    /// waits. Expired messages go to `changes`. When the transaction is rolled back, call rewind().
    /// Throws SqlError.
    std::size_t slice(const Retention& retention, pool::WallTime now, pool::Changes& changes);
    void rewind() noexcept;

private:
    /// A table whose rows go by age.
    struct Kind {
        Statement visit, drop;
        pool::Id cursor = 0;
    };
    std::size_t expire_waiting(pool::WallTime limit, pool::WallTime now, std::size_t rows,
                               pool::Changes& changes);
    std::size_t drop_old(Kind& kind, pool::WallTime limit, std::size_t rows,
                         pool::WallTime stays_after);
    std::size_t drop_brand_uses(pool::WallTime limit, pool::WallTime now, std::size_t rows);
    void look_again() noexcept;

    Kind messages_, receipts_, sessions_, leases_, parts_, traces_;
    Kind events_, deliveries_, answers_;
    Statement visit_brand_uses_, drop_brand_use_;
    pool::BrandUse last_brand_use_;  ///< the cursor
    pool::WallTime brand_uses_begun_at_{};
    Statement next_platform_, oldest_waiting_, attempts_of_, expire_message_, unqueue_;
    pool::PlatformId platform_ = 0;  ///< the queue that was looked at last
    pool::WallTime rewound_at_{};
    std::vector<std::pair<pool::Id, bool>> visited_;
    std::vector<std::pair<pool::BrandUse, bool>> visited_brand_uses_;
};

}  // namespace smppd::store
