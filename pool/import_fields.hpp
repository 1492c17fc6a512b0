// pool/import_fields.hpp - one field of an import each: read, or told what is wrong with it.
#pragma once

#include "pool/number.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace smppd::pool {

/// What may be wrong with a field, for the report; empty when nothing is.
using FieldProblem = std::string;

enum class ImportColumn : std::uint8_t {
    number,
    carrier,
    country,
    area,
    capabilities,
    tags,
    monthly_cost,
    isolation_group,
    platform,
};
/// The column of that name in the header.
std::optional<ImportColumn> import_column(std::string_view name) noexcept;
/// "number, carrier, ...", for the report.
std::string import_columns();

/// 3 to 15 digits, a + in front or not.
std::optional<E164> read_number(std::string_view text) noexcept;
/// Reads `text` into its place in `number`. `platform_id` as in read_csv().
FieldProblem read_field(ImportColumn column, std::string_view text, Number& number,
                        const std::function<PlatformId(std::string_view)>& platform_id);
/// Fills in the country and the area that are empty, where the number tells them. A country that
/// cannot be the number's is a problem. See region.hpp.
FieldProblem complete_region(Number& number);
/// `text` fit to be shown in a report: cut at `max` octets, control characters and what is no
/// UTF-8 as '?'.
std::string shown(std::string_view text, std::size_t max = 32);

}  // namespace smppd::pool
