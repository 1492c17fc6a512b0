// pool/region.hpp - what a number says of itself: country, area code, whether its length fits.
// Source: ITU-T E.164; the table is libphonenumber's metadata, see pool/region_table.inc.
#pragma once

#include "pool/types.hpp"

#include <string_view>

namespace smppd::pool {

struct Region {
    /// ISO 3166-1 alpha-2, lasts for good; empty where no country has the number: it is too short,
    /// of a network without a country (+883), or in a range that nobody was given.
    std::string_view country;
    /// The national destination code (E.164 §6.2.4), at most 5 digits: an area code or a mobile
    /// network's prefix, without trunk prefix but with Italy's leading 0. Empty where the plan
    /// has none, as in Denmark.
    std::string area;
    friend bool operator==(const Region&, const Region&) = default;
};

/// Where a number is from. Several countries share some ranges (+1 800, mobiles of +590): then the
/// largest of them. +999, the sandbox's, is "ZZ". Shorter than 7 digits or than its country's
/// shortest number it may be a short code, which is of nowhere. Logarithmic time; no allocation.
Region region_of(E164 number) noexcept;
/// The area code of region_of().
std::string area_of(E164 number) noexcept;
/// The state or province (ISO 3166-2, without the country) that an area code of the US or Canada
/// is in, as "TX"; empty elsewhere and where it is not known or in several.
std::string_view state_of(E164 number) noexcept;

/// Whether there are numbers of that many digits in its country, or in the calling code where the
/// country is not certain. Of +999: 12 digits in all.
bool plausible(E164 number) noexcept;
/// A code of ISO 3166-1 alpha-2 in capital letters, or one that phone numbers need besides: AC, TA,
/// XK, and the sandbox's ZZ.
bool known_country(std::string_view country) noexcept;
/// Whether the number cannot be that country's. No number contradicts a country without a numbering
/// plan of its own (as AQ); no country contradicts a number that region_of() calls too short, of no
/// country's network, or the sandbox's.
bool contradicts(std::string_view country, E164 number) noexcept;

}  // namespace smppd::pool
