// pool/number_index.hpp - the way from a number to its slot, and numbers in ascending order.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <memory>
#include <optional>

namespace smppd::pool {

/// Where a number's record is.
using Slot = std::uint32_t;

/// Sorted pages under a sorted list of their first numbers: two short binary searches find a
/// number, 12 octets hold it in a full page. Adding in ascending order fills each page.
class NumberIndex {
public:
    std::optional<Slot> find(E164 number) const;
    /// The number must not be in.
    void insert(E164 number, Slot slot);
    void erase(E164 number);
    /// Calls visit(number, slot) for `first` to `last` in ascending order until it says false.
    /// True when it has not.
    template <class Visit>
    bool visit(E164 first, E164 last, Visit visit) const {
        if (pages_.empty()) return true;
        for (std::size_t p = page_of(first); p < pages_.size() && firsts_[p] <= last; ++p) {
            const Page& page = *pages_[p];
            for (std::size_t i = firsts_[p] < first ? page.place_of(first) : 0; i < page.count;
                 ++i) {
                if (page.numbers[i] > last) return true;
                if (!visit(page.numbers[i], page.slots[i])) return false;
            }
        }
        return true;
    }

private:
    static constexpr std::size_t page_size = 256;
    struct Page {
        std::size_t count = 0;
        std::array<E164, page_size> numbers;
        std::array<Slot, page_size> slots;
        std::size_t place_of(E164 number) const;
        void insert(std::size_t place, E164 number, Slot slot);
    };
    /// The page that has or would have the number.
    std::size_t page_of(E164 number) const;
    void split(std::size_t page, bool at_end);

    std::vector<E164> firsts_;
    std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace smppd::pool
