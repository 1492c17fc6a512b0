// pool/region.cpp - looks a number up in the table of numbering plans.
#include "pool/region.hpp"

#include <algorithm>
#include <iterator>

namespace smppd::pool {
namespace {

/// A country. Plans lie in the order of `country`.
struct Plan {
    char country[3];
    std::uint16_t calling_code;
    std::uint32_t lengths;
};
struct CallingCode {
    std::uint16_t calling_code;
    std::uint32_t lengths;
    bool geographic;
};
/// Ranges lie in the order of `start` and each ends where the next one starts.
struct CountryRange {
    std::uint32_t start;
    char country[3];
    bool shared;
};
struct AreaRange {
    std::uint32_t start;
    std::uint8_t length;
};
struct State {
    std::uint16_t area;
    char letters[3];
};

#include "pool/region_table.inc"

constexpr std::uint32_t start_digits = 9;     // of a number, compared with the ranges' starts
constexpr std::uint32_t digits_min = 7;       // the shortest numbers, as +683 4000
constexpr std::uint32_t digits_max = 15;      // E.164 §6.2.1
constexpr std::uint16_t north_america = 1;    // calling code
constexpr std::uint16_t no_calling_code = 0;  // of a country without a plan

constexpr bool ascending(auto begin, auto end, auto key) {
    return std::adjacent_find(
               begin, end, [&](const auto& a, const auto& b) { return key(a) >= key(b); }) == end;
}
constexpr auto country_key = [](const Plan& plan) { return std::string_view(plan.country); };
constexpr auto code_key = [](const CallingCode& code) { return code.calling_code; };
constexpr auto start_key = [](const auto& range) { return range.start; };
constexpr auto area_key = [](const State& state) { return state.area; };
static_assert(ascending(std::begin(plans), std::end(plans), country_key));
static_assert(ascending(std::begin(calling_codes), std::end(calling_codes), code_key));
static_assert(ascending(std::begin(country_ranges), std::end(country_ranges), start_key));
static_assert(ascending(std::begin(area_ranges), std::end(area_ranges), start_key));
static_assert(ascending(std::begin(states), std::end(states), area_key));
static_assert(sizeof(plans) + sizeof(calling_codes) + sizeof(country_ranges) + sizeof(area_ranges) +
                  sizeof(states) <
              100'000);

/// The row with that key.
template <class Table, class Key, class KeyOf>
auto find(const Table& table, const Key& key, KeyOf key_of) noexcept
    -> decltype(std::begin(table)) {
    const auto found =
        std::lower_bound(std::begin(table), std::end(table), key,
                         [&](const auto& row, const Key& k) { return key_of(row) < k; });
    return found != std::end(table) && key_of(*found) == key ? found : nullptr;
}

/// The range that holds numbers with these first digits.
template <class Table>
auto range_of(const Table& table, std::uint32_t start) noexcept -> decltype(std::begin(table)) {
    const auto above =
        std::upper_bound(std::begin(table), std::end(table), start,
                         [](std::uint32_t s, const auto& row) { return s < row.start; });
    return above == std::begin(table) ? nullptr : std::prev(above);
}

/// A number's digits, without a sign.
class Digits {
public:
    explicit Digits(E164 number) noexcept {
        for (; number != 0; number /= 10) digits_[--begin_] = static_cast<char>('0' + number % 10);
    }
    std::uint32_t count() const noexcept { return size - begin_; }
    std::string_view text() const noexcept { return {digits_ + begin_, count()}; }
    /// The first `n` as a number, zeros behind where there are fewer.
    std::uint32_t first(std::uint32_t n) const noexcept {
        std::uint32_t value = 0;
        for (std::uint32_t i = 0; i < n; ++i)
            value = value * 10 +
                    (i < count() ? static_cast<std::uint32_t>(digits_[begin_ + i] - '0') : 0);
        return value;
    }

private:
    static constexpr std::uint32_t size = 20;  // of any 64-bit integer
    char digits_[size] = {};
    std::uint32_t begin_ = size;
};

/// What a number is compared with.
struct Place {
    const CountryRange* range = nullptr;
    const CallingCode* code = nullptr;  ///< null where nobody has it
    std::uint32_t code_digits = 0;
    std::uint32_t lengths = 0;  ///< bit n: national numbers of n digits
    std::uint32_t national_digits = 0;
};

Place place_of(const Digits& digits) noexcept {
    Place place;
    for (std::uint32_t n = 1; n <= 3 && n < digits.count() && place.code == nullptr; ++n) {
        place.code = find(calling_codes, static_cast<std::uint16_t>(digits.first(n)), code_key);
        place.code_digits = n;
    }
    if (place.code == nullptr) return place;
    place.national_digits = digits.count() - place.code_digits;
    place.lengths = place.code->lengths;
    place.range = range_of(country_ranges, digits.first(start_digits));
    if (place.range == nullptr || place.range->shared) return place;
    const Plan* const plan = find(plans, std::string_view(place.range->country), country_key);
    if (plan != nullptr) place.lengths = plan->lengths;
    return place;
}

/// Long enough to be no short code, and no longer than E.164 has them.
bool full(const Digits& digits, const Place& place) noexcept {
    const std::uint32_t up_to = (2U << std::min(place.national_digits, 30U)) - 1;
    return place.code != nullptr && digits.count() >= digits_min && digits.count() <= digits_max &&
           (place.lengths & up_to) != 0;
}

std::string area_of(const Digits& digits, const Place& place) noexcept {
    const AreaRange* const range = range_of(area_ranges, digits.first(start_digits));
    if (range == nullptr || range->length >= place.national_digits) return {};
    return std::string(digits.text().substr(place.code_digits, range->length));
}

}  // namespace

Region region_of(E164 number) noexcept {
    const Digits digits(number);
    const Place place = place_of(digits);
    if (!full(digits, place)) return {};
    return {place.range == nullptr ? std::string_view{} : place.range->country,
            area_of(digits, place)};
}

std::string area_of(E164 number) noexcept { return region_of(number).area; }

std::string_view state_of(E164 number) noexcept {
    const Digits digits(number);
    const Place place = place_of(digits);
    if (!full(digits, place) || place.code->calling_code != north_america) return {};
    const State* const state =
        find(states, static_cast<std::uint16_t>(digits.first(4) % 1000), area_key);
    return state == nullptr ? std::string_view{} : state->letters;
}

bool plausible(E164 number) noexcept {
    const Place place = place_of(Digits(number));
    return place.national_digits < 32 && (place.lengths >> place.national_digits & 1) != 0;
}

bool known_country(std::string_view country) noexcept {
    return find(plans, country, country_key) != nullptr;
}

bool contradicts(std::string_view country, E164 number) noexcept {
    const Digits digits(number);
    const Place place = place_of(digits);
    if (!full(digits, place) || !place.code->geographic) return false;
    const Plan* const plan = find(plans, country, country_key);
    if (plan != nullptr && plan->calling_code == no_calling_code) return false;
    const std::string_view own = place.range->country;
    if (!own.empty() && !place.range->shared) return own != country;
    return plan == nullptr || plan->calling_code != place.code->calling_code;
}

}  // namespace smppd::pool
