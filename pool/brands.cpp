// pool/brands.cpp - which brands wrote to which numbers.
#include "pool/brands.hpp"

namespace smppd::pool {

WallTime Brands::last(E164 number, std::uint64_t brand) const {
    const auto found = uses_.find({number, brand});
    return found == uses_.end() ? WallTime{} : found->second;
}

void Brands::put(const BrandUse& use) {
    const Key key{use.number, use.brand};
    if (uses_.size() >= uses_max_ && !uses_.contains(key)) uses_.erase(uses_.begin());
    uses_[key] = use.last_at;
}

void Brands::erase(const BrandUse& use) { uses_.erase({use.number, use.brand}); }

}  // namespace smppd::pool
