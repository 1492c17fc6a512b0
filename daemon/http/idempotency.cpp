// daemon/http/idempotency.cpp - see idempotency.hpp.
#include "daemon/http/idempotency.hpp"

#include <array>

namespace smppd::http {

KeyedHash& KeyedHash::add(std::uint64_t number) noexcept {
    std::array<std::uint8_t, 8> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(number >> (8 * i));
    hash_.add(octets);
    return *this;
}

KeyedHash& KeyedHash::add(std::string_view text) noexcept {
    add(std::uint64_t{text.size()});
    for (const char c : text) {
        const auto octet = static_cast<std::uint8_t>(c);
        hash_.add({&octet, 1});
    }
    return *this;
}

Idempotency::Found Idempotency::begin(std::uint64_t key, std::uint64_t request,
                                      pool::WallTime now) {
    forget(now);
    const auto [entry, fresh] = entries_.try_emplace(key, Entry{.request = request, .id = 0});
    if (fresh) return {};
    if (entry->second.request != request) return {.verdict = Verdict::mismatch, .id = 0};
    if (entry->second.id == 0) return {.verdict = Verdict::under_way, .id = 0};
    return {.verdict = Verdict::replay, .id = entry->second.id};
}

void Idempotency::keep(std::uint64_t key, pool::Id id) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.id != 0) return;
    found->second.id = id;
    order_.emplace_back(key, id);
    while (order_.size() > options_.entries_max) forget_oldest();
}

void Idempotency::drop(std::uint64_t key) {
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.id == 0) entries_.erase(found);
}

void Idempotency::restore(std::uint64_t key, std::uint64_t request, pool::Id id) {
    entries_[key] = {.request = request, .id = id};
    order_.emplace_back(key, id);
    while (order_.size() > options_.entries_max) forget_oldest();
}

void Idempotency::forget(pool::WallTime now) {
    while (!order_.empty() && pool::time_of(order_.front().second) + options_.kept <= now)
        forget_oldest();
}

void Idempotency::forget_oldest() {
    const auto [key, id] = order_.front();
    order_.pop_front();
    // The key may have been used again after a first answer was forgotten by the store.
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.id == id) entries_.erase(found);
}

}  // namespace smppd::http
