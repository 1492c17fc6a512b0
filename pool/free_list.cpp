// pool/free_list.cpp - numbers that may be leased, longest idle first.
#include "pool/free_list.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

std::optional<TimedSlot> top_of(const SlotHeap& heap) {
    if (heap.empty()) return std::nullopt;
    return heap.top();
}

}  // namespace

bool Wanted::fits(const Profile& profile) const {
    const auto same = [](Word want, Word have) { return want == 0 || want == have; };
    return same(country, profile.country) && same(area, profile.area) &&
           same(carrier, profile.carrier) &&
           (tag == 0 ||
            std::find(profile.tags.begin(), profile.tags.end(), tag) != profile.tags.end());
}

FreeList::BucketId FreeList::bucket(ProfileId profile, PlatformId platform) {
    const auto next = static_cast<BucketId>(buckets_.size());
    const auto [found, added] = bucket_ids_.emplace(std::uint64_t{profile} << 32 | platform, next);
    if (!added) return found->second;
    buckets_.push_back(Bucket{.profile = profile, .platform = platform, .heap = {}, .views = {}});
    platforms_.insert(platform);
    for (auto& [wanted, view] : views_) {
        if (fits(buckets_.back(), wanted)) buckets_.back().views.push_back(&view);
    }
    return next;
}

bool FreeList::fits(const Bucket& bucket, const Wanted& wanted) const {
    return bucket.platform == wanted.platform && wanted.fits(profiles_.at(bucket.profile));
}

void FreeList::refresh(Bucket& bucket, BucketId id, std::optional<TimedSlot> before) {
    const auto after = top_of(bucket.heap);
    if (before == after) return;
    for (View* view : bucket.views) {
        if (before) view->order.erase({*before, id});
        if (after) view->order.emplace(*after, id);
    }
}

void FreeList::add(TimedSlot entry, ProfileId profile, PlatformId platform) {
    const BucketId id = bucket(profile, platform);
    Bucket& to = buckets_[id];
    const auto before = top_of(to.heap);
    to.heap.push(entry, places_);
    refresh(to, id, before);
}

void FreeList::remove(Slot slot, ProfileId profile, PlatformId platform) {
    const BucketId id = bucket(profile, platform);
    Bucket& from = buckets_[id];
    const auto before = top_of(from.heap);
    from.heap.erase(slot, places_);
    refresh(from, id, before);
}

void FreeList::forget_a_view() {
    const auto oldest = std::min_element(
        views_.begin(), views_.end(),
        [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; });
    for (Bucket& bucket : buckets_) std::erase(bucket.views, &oldest->second);
    views_.erase(oldest);
}

FreeList::View& FreeList::view(const Wanted& wanted) {
    auto found = views_.find(wanted);
    if (found == views_.end()) {
        if (views_.size() >= std::max<std::size_t>(views_max_, 2)) forget_a_view();
        found = views_.emplace(wanted, View{.wanted = wanted, .asked = 0, .order = {}}).first;
        for (BucketId id = 0; id < buckets_.size(); ++id) {
            Bucket& bucket = buckets_[id];
            if (!fits(bucket, wanted)) continue;
            bucket.views.push_back(&found->second);
            if (!bucket.heap.empty()) found->second.order.emplace(bucket.heap.top(), id);
        }
    }
    found->second.asked = ++asked_;
    return found->second;
}

std::optional<Slot> FreeList::first(const Wanted& wanted) {
    std::optional<TimedSlot> least;
    for (const PlatformId whose : {PlatformId{0}, wanted.platform}) {
        // Most platforms have no numbers of their own, and then need no view either.
        if (!platforms_.contains(whose)) continue;
        Wanted one = wanted;
        one.platform = whose;
        const View& fitting = view(one);
        if (fitting.order.empty()) continue;
        const TimedSlot& top = fitting.order.begin()->first;
        if (!least || top < *least) least = top;
    }
    if (!least) return std::nullopt;
    return least->slot;
}

}  // namespace smppd::pool
