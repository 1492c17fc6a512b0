// pool/duplicates.cpp - recognises what a carrier sends again.
#include "pool/duplicates.hpp"

#include "pool/siphash.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

// Makes the second half of SipHash's key from the salt: the golden ratio's fraction.
constexpr std::uint64_t second_key = 0x9e3779b97f4a7c15;
constexpr std::size_t stale_allowed = 1024;

void add_number(SipHash& hash, std::uint32_t value) noexcept {
    const std::array<std::uint8_t, 4> octets{
        static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
        static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
    hash.add(octets);
}

/// The length goes first, so that octets cannot move from one field to the next unseen.
void add_text(SipHash& hash, std::string_view text) noexcept {
    add_number(hash, static_cast<std::uint32_t>(text.size()));
    hash.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

std::uint64_t duplicate_key(std::uint64_t salt, std::string_view carrier, std::string_view source,
                            std::string_view destination, std::uint32_t reference_and_part,
                            std::uint8_t data_coding, const Octets& octets) noexcept {
    SipHash hash(salt, salt ^ second_key);
    add_text(hash, carrier);
    add_text(hash, source);
    add_text(hash, destination);
    add_number(hash, reference_and_part);
    add_number(hash, data_coding);
    hash.add(octets);
    return std::max<std::uint64_t>(1, hash.finish());
}

Id Duplicates::find(std::uint64_t key, WallTime now) const {
    const Entry* entry = entries_.find(key);
    return entry != nullptr && now < entry->until ? entry->id : 0;
}

void Duplicates::add(std::uint64_t key, Id id, WallTime until) {
    if (options_.entries_max == 0) return;
    entries_.put(key, {id, until});
    again_.erase(key);
    order_.emplace_back(until, key);
    while (entries_.size() > options_.entries_max) forget_oldest();
    if (order_.size() > 2 * entries_.size() + stale_allowed) drop_stale();
}

unsigned Duplicates::again(std::uint64_t key) {
    return entries_.find(key) != nullptr ? ++again_[key] : 0;
}

void Duplicates::remove(std::uint64_t key) {
    if (entries_.find(key) == nullptr) return;
    forget(key);
    // Failed commits are undone last first, so what is removed is nearly always at the back.
    if (order_.back().second == key) order_.pop_back();
}

void Duplicates::sweep(WallTime now, std::size_t max) {
    // In order of arrival. Where windows differ or the clock stepped, one that has ended may wait
    // behind one that has not: find() does not mind, and entries_max bounds it.
    for (; max > 0 && !order_.empty(); --max) {
        const auto [until, key] = order_.front();
        const Entry* entry = entries_.find(key);
        const bool current = entry != nullptr && entry->until == until;
        if (current && now < until) return;
        if (current) forget(key);
        order_.pop_front();
    }
}

void Duplicates::forget(std::uint64_t key) {
    entries_.erase(key);
    again_.erase(key);
}

void Duplicates::forget_oldest() {
    const auto [until, key] = order_.front();
    order_.pop_front();
    const Entry* entry = entries_.find(key);
    if (entry != nullptr && entry->until == until) forget(key);
}

void Duplicates::drop_stale() {
    // Keys that were removed or renewed leave their old place behind; amortised constant time.
    std::erase_if(order_, [this](const auto& place) {
        const Entry* entry = entries_.find(place.second);
        return entry == nullptr || entry->until != place.first;
    });
}

}  // namespace smppd::pool
