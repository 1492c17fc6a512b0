// pool/brands.hpp - which brands wrote to which numbers, and when last.
#pragma once

#include "pool/change.hpp"

#include <unordered_map>

namespace smppd::pool {

/// Pairs of a number and a brand. Constant time; bounded: above `uses_max` some pair is forgotten,
/// and its number may then be leased for that brand again too soon.
class Brands {
public:
    explicit Brands(std::size_t uses_max = 4'000'000) : uses_max_(uses_max) {}
    /// Zero: it never wrote there.
    WallTime last(E164 number, std::uint64_t brand) const;
    void put(const BrandUse& use);
    void erase(const BrandUse& use);
    std::size_t size() const noexcept { return uses_.size(); }

private:
    struct Key {
        E164 number;
        std::uint64_t brand;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept {
            // The brand is a keyed hash already.
            return static_cast<std::size_t>(key.brand ^ (key.number * 0x9e3779b97f4a7c15));
        }
    };
    std::size_t uses_max_;
    std::unordered_map<Key, WallTime, KeyHash> uses_;
};

}  // namespace smppd::pool
