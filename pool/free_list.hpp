// pool/free_list.hpp - numbers that may be leased, by what they are, longest idle first.
#pragma once

#include "pool/interned.hpp"
#include "pool/slot_heap.hpp"

#include <functional>

#include <map>
#include <set>

namespace smppd::pool {

/// What a number must be; 0 is any, but for `platform`.
struct Wanted {
    PlatformId platform = 0;  ///< whose alone it is; 0: anybody's
    Word country = 0, area = 0, carrier = 0, tag = 0;
    std::optional<Word> isolation_group;  ///< 0: of none; empty: any
    /// Whether the attributes are those; not whose the number is.
    bool fits(const Profile& profile) const;
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
};

/// What else a number must be. Empty functions: nothing.
struct Fitting {
    std::function<bool(const Profile&)> kind;  ///< asked once for all numbers that are alike
    std::function<bool(Slot)> number;
};

/// Buckets of numbers that are alike, each a heap by the last use, and for each wish that was
/// asked a view: the buckets that fit, sorted by their longest idle number. So one that fits is
/// found in logarithmic time, however large the pool and however many kinds it has.
class FreeList {
public:
    /// `views_max`: wishes remembered; above it the one not asked for longest is forgotten, and
    /// costs a walk over the buckets when it is asked again.
    FreeList(const Profiles& profiles, Places& places, std::size_t views_max = 4096)
        : profiles_(profiles), places_(places), views_max_(views_max) {}

    void add(TimedSlot entry, ProfileId profile, PlatformId platform);
    void remove(Slot slot, ProfileId profile, PlatformId platform);
    /// The slot idle longest of those that fit: the platform's own and anybody's. Where hundreds
    /// at the front do not, one that fits is found by chance, and only when that fails by looking
    /// at all.
    std::optional<Slot> first(const Wanted& wanted, const Fitting& fitting = {});
    /// Any that fits, each with the same chance. `chance` gives 64 random bits.
    std::optional<Slot> any(const Wanted& wanted, const Fitting& fitting,
                            const std::function<std::uint64_t()>& chance);
    /// Slots that fit `wanted` and `fitting.kind`, longest idle first, until `visit` says false or
    /// `most` have been seen. True: there are no more.
    bool in_order(const Wanted& wanted, const Fitting& fitting, std::size_t most,
                  const std::function<bool(TimedSlot)>& visit);

private:
    using BucketId = std::uint32_t;
    struct View {
        Wanted wanted;
        std::uint64_t asked = 0;
        std::set<std::pair<TimedSlot, BucketId>> order;  // the buckets that are not empty
    };
    struct Bucket {
        ProfileId profile = 0;
        PlatformId platform = 0;
        SlotHeap heap;
        std::vector<View*> views;  // those that it fits
    };

    BucketId bucket(ProfileId profile, PlatformId platform);
    bool fits(const Bucket& bucket, const Wanted& wanted) const;
    View& view(const Wanted& wanted);
    void forget_a_view();
    /// The views of what is anybody's and of what is the platform's own.
    std::vector<const View*> views_of(const Wanted& wanted);
    std::vector<const SlotHeap*> heaps_of(const Wanted& wanted, const Fitting& fitting);
    /// The views learn that the first of a bucket is another.
    static void refresh(Bucket& bucket, BucketId id, std::optional<TimedSlot> before);

    const Profiles& profiles_;
    Places& places_;
    std::size_t views_max_;
    std::uint64_t asked_ = 0;
    std::deque<Bucket> buckets_;
    std::unordered_map<std::uint64_t, BucketId> bucket_ids_;
    std::set<PlatformId> platforms_;  // that have numbers of their own, or had
    std::map<Wanted, View> views_;
};

}  // namespace smppd::pool
