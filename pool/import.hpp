// pool/import.hpp - numbers from CSV, with a report by line.
// Source: Pool and verification, Import.
#pragma once

#include "pool/number.hpp"

#include <functional>
#include <string_view>

namespace smppd::pool {

struct ImportProblem {
    std::size_t line = 0;  ///< from 1, the header is line 1
    std::string number;    ///< as written, cut at 32 characters
    std::string error;     ///< what is wrong and what would be right
};
struct Import {
    std::vector<Number> numbers;          ///< the good lines, in order
    std::vector<ImportProblem> problems;  ///< the bad ones, the first 10,000 of them
    std::size_t bad = 0;                  ///< how many problems there are in all
    std::size_t lines = 0;                ///< data lines seen
};

/// Reads RFC 4180 CSV (quotes, CRLF or LF, a UTF-8 mark is skipped) with a header line. Columns:
/// number (required), carrier, country, area, capabilities (MO|MT), tags (;), monthly_cost,
/// isolation_group, platform; in any order, unknown ones are a problem of line 1. `platform_id`
/// gives the id of a platform's name, 0 when there is none; only that platform may lease the
/// number. An empty country or area is what the number says (region.hpp); a country that cannot be
/// the number's is a problem. A number twice in the file is a problem of the second line. At most
/// `lines_max` lines.
Import read_csv(std::string_view csv,
                const std::function<PlatformId(std::string_view)>& platform_id,
                std::size_t lines_max = 5'000'000);

}  // namespace smppd::pool
