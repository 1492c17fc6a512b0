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
           (!isolation_group || *isolation_group == profile.isolation_group) &&
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

std::vector<const FreeList::View*> FreeList::views_of(const Wanted& wanted) {
    std::vector<const View*> views;
    for (const PlatformId whose : {PlatformId{0}, wanted.platform}) {
        // Most platforms have no numbers of their own, and then need no view either.
        if (!platforms_.contains(whose)) continue;
        if (!views.empty() && whose == 0) continue;  // nobody asks: there is one view only
        Wanted one = wanted;
        one.platform = whose;
        views.push_back(&view(one));
    }
    return views;
}

std::vector<const SlotHeap*> FreeList::heaps_of(const Wanted& wanted, const Fitting& fitting) {
    std::vector<const SlotHeap*> heaps;
    for (const View* view : views_of(wanted))
        for (const auto& [top, id] : view->order) {
            const Bucket& bucket = buckets_[id];
            if (!fitting.kind || fitting.kind(profiles_.at(bucket.profile)))
                heaps.push_back(&bucket.heap);
        }
    return heaps;
}

bool FreeList::in_order(const Wanted& wanted, const Fitting& fitting, std::size_t most,
                        const std::function<bool(TimedSlot)>& visit) {
    // Buckets join the walk when their first number is next, so that thousands of kinds cost
    // nothing while the first is right.
    struct Cursor {
        std::set<std::pair<TimedSlot, BucketId>>::const_iterator at, end;
    };
    std::vector<Cursor> cursors;
    for (const View* view : views_of(wanted))
        cursors.push_back({view->order.begin(), view->order.end()});
    HeapWalk walk;
    for (std::size_t seen = 0; seen < most;) {
        Cursor* joins = nullptr;
        for (Cursor& cursor : cursors)
            if (cursor.at != cursor.end && (joins == nullptr || *cursor.at < *joins->at))
                joins = &cursor;
        const auto next = walk.peek();
        if (joins != nullptr && (!next || joins->at->first < *next)) {
            const Bucket& bucket = buckets_[joins->at->second];
            ++joins->at;
            if (!fitting.kind || fitting.kind(profiles_.at(bucket.profile))) walk.add(bucket.heap);
            continue;
        }
        if (!next) return true;
        ++seen;
        walk.next();
        if (!visit(*next)) return false;
    }
    return false;
}

std::optional<Slot> FreeList::first(const Wanted& wanted, const Fitting& fitting) {
    constexpr std::size_t looks = 128, probes = 512;
    std::optional<Slot> found;
    const bool all_seen = in_order(wanted, fitting, looks, [&](TimedSlot entry) {
        if (!fitting.number || fitting.number(entry.slot)) found = entry.slot;
        return !found;
    });
    if (found || all_seen) return found;
    // A mixing function is chance enough here: which number comes matters to nobody.
    std::uint64_t state = ++asked_;
    const auto mixed = [&state] {
        state += 0x9e3779b97f4a7c15;
        std::uint64_t z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    };
    const auto heaps = heaps_of(wanted, fitting);
    for (std::size_t i = 0; i < probes && !heaps.empty(); ++i) {
        const SlotHeap& heap = *heaps[mixed() % heaps.size()];
        const Slot slot = heap.at(mixed() % heap.size()).slot;
        if (fitting.number(slot)) return slot;
    }
    // A bound on the loop's time: of a million numbers that a brand has all used, one that came
    // free just now may be missed, and found by the next request.
    std::size_t left = 65'536;
    for (const SlotHeap* heap : heaps)
        for (std::size_t place = 0; place < heap->size() && left > 0; ++place, --left)
            if (fitting.number(heap->at(place).slot)) return heap->at(place).slot;
    return std::nullopt;
}

std::optional<Slot> FreeList::any(const Wanted& wanted, const Fitting& fitting,
                                  const std::function<std::uint64_t()>& chance) {
    constexpr int tries = 64;
    const auto heaps = heaps_of(wanted, fitting);
    std::size_t all = 0;
    for (const SlotHeap* heap : heaps) all += heap->size();
    for (int i = 0; i < tries && all > 0; ++i) {
        std::size_t place = chance() % all;
        for (const SlotHeap* heap : heaps) {
            if (place < heap->size()) {
                const Slot slot = heap->at(place).slot;
                if (!fitting.number || fitting.number(slot)) return slot;
                break;
            }
            place -= heap->size();
        }
    }
    return first(wanted, fitting);
}

}  // namespace smppd::pool
