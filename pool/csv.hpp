// pool/csv.hpp - cuts CSV into records. Source: RFC 4180.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::pool {

/// One record, perhaps of several lines.
struct CsvRecord {
    std::size_t line = 0;             ///< where it begins, from 1
    std::vector<std::string> fields;  ///< without their quotes
    std::string error;                ///< what is wrong with its quotes or its size; else empty
};

/// Reads records one by one, CRLF, LF or CR between them; skips empty lines and a UTF-8 mark at
/// the front. Linear in the octets; keeps no more than `field_max` octets of a field and
/// `fields_max` fields of a record.
class CsvReader {
public:
    CsvReader(std::string_view csv, std::size_t fields_max = 64, std::size_t field_max = 4096);
    /// Nothing at the end.
    std::optional<CsvRecord> next();

private:
    bool at_line_end() const noexcept;
    void skip_line_end() noexcept;
    std::string quoted(CsvRecord& record);
    std::string plain(CsvRecord& record);

    std::string_view rest_;
    std::size_t fields_max_;
    std::size_t field_max_;
    std::size_t line_ = 1;
};

}  // namespace smppd::pool
