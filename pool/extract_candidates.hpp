// pool/extract_candidates.hpp - cuts out of a text what has the looks of a code.
#pragma once

#include "pool/extract.hpp"
#include "pool/extract_reading.hpp"

namespace smppd::pool {

enum class Form : std::uint8_t { digits, mixed, letters };

/// What may be a code by its looks alone.
struct Found {
    std::uint32_t begin = 0;  ///< indices of characters
    std::uint32_t end = 0;
    std::string code;
    Form form = Form::digits;
    bool grouped = false;  ///< of several parts: "123-456", "12 34 56"
    bool upper = true;     ///< its letters are capitals
    int against = 0;  ///< what its looks take from its score: masked, a phone, a date, an amount
};

/// The sign of a currency.
bool is_currency(char32_t c) noexcept;

/// All of them in order; none overlaps another. Amounts, times, longer numbers are left out.
/// Linear.
std::vector<Found> find_candidates(const Reading& reading, const CodeShape& shape);

}  // namespace smppd::pool
