// pool/number_index.cpp - sorted pages of numbers.
#include "pool/number_index.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::pool {

std::size_t NumberIndex::Page::place_of(E164 number) const {
    const auto* begin = numbers.data();
    return static_cast<std::size_t>(std::lower_bound(begin, begin + count, number) - begin);
}

void NumberIndex::Page::insert(std::size_t place, E164 number, Slot slot) {
    assert(count < page_size);
    const auto move_up = [&](auto& values) {
        std::copy_backward(values.begin() + place, values.begin() + count,
                           values.begin() + count + 1);
    };
    move_up(numbers);
    move_up(slots);
    numbers[place] = number;
    slots[place] = slot;
    ++count;
}

std::size_t NumberIndex::page_of(E164 number) const {
    const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), number);
    return after == firsts_.begin() ? 0 : static_cast<std::size_t>(after - firsts_.begin()) - 1;
}

std::optional<Slot> NumberIndex::find(E164 number) const {
    if (pages_.empty()) return std::nullopt;
    const Page& page = *pages_[page_of(number)];
    const std::size_t place = page.place_of(number);
    if (place == page.count || page.numbers[place] != number) return std::nullopt;
    return page.slots[place];
}

void NumberIndex::split(std::size_t p, bool at_end) {
    // Ascending numbers leave full pages behind; others halves.
    Page& full = *pages_[p];
    const std::size_t kept = at_end ? full.count - 1 : full.count / 2;
    auto upper = std::make_unique<Page>();
    std::copy(full.numbers.begin() + kept, full.numbers.begin() + full.count,
              upper->numbers.begin());
    std::copy(full.slots.begin() + kept, full.slots.begin() + full.count, upper->slots.begin());
    upper->count = full.count - kept;
    full.count = kept;
    firsts_.insert(firsts_.begin() + p + 1, upper->numbers.front());
    pages_.insert(pages_.begin() + p + 1, std::move(upper));
}

void NumberIndex::insert(E164 number, Slot slot) {
    if (pages_.empty()) {
        pages_.push_back(std::make_unique<Page>());
        firsts_.push_back(number);
    }
    std::size_t p = page_of(number);
    if (pages_[p]->count == page_size) {
        split(p, p + 1 == pages_.size() && number > pages_[p]->numbers[page_size - 1]);
        p = page_of(number);
    }
    Page& page = *pages_[p];
    page.insert(page.place_of(number), number, slot);
    firsts_[p] = page.numbers.front();
}

void NumberIndex::erase(E164 number) {
    if (pages_.empty()) return;
    const std::size_t p = page_of(number);
    Page& page = *pages_[p];
    const std::size_t place = page.place_of(number);
    if (place == page.count || page.numbers[place] != number) return;
    const auto move_down = [&](auto& values) {
        std::copy(values.begin() + place + 1, values.begin() + page.count, values.begin() + place);
    };
    move_down(page.numbers);
    move_down(page.slots);
    --page.count;
    if (page.count != 0) {
        firsts_[p] = page.numbers.front();
        return;
    }
    firsts_.erase(firsts_.begin() + p);
    pages_.erase(pages_.begin() + p);
}

}  // namespace smppd::pool
