// pool/import.cpp - numbers from CSV, with a report by line.
#include "pool/import.hpp"

#include "pool/csv.hpp"
#include "pool/import_fields.hpp"

#include <algorithm>
#include <unordered_map>

namespace smppd::pool {
namespace {

constexpr std::size_t problems_max = 10'000;  // that are told; all are counted

using PlatformIds = std::function<PlatformId(std::string_view)>;

/// One reading of one file.
class Reading {
public:
    Reading(std::string_view csv, const PlatformIds& platform_id, std::size_t lines_max)
        : reader_(csv), platform_id_(platform_id), lines_max_(lines_max) {}

    Import run() {
        if (!header()) return std::move(import_);
        while (const auto record = reader_.next()) {
            if (import_.lines == lines_max_) {
                problem(record->line, {},
                        "more than " + std::to_string(lines_max_) + " numbers; split the file");
                break;
            }
            ++import_.lines;
            line(*record);
        }
        return std::move(import_);
    }

private:
    void problem(std::size_t line, std::string_view number, std::string error) {
        ++import_.bad;
        if (import_.problems.size() < problems_max)
            import_.problems.push_back({line, shown(number), std::move(error)});
    }

    bool header() {
        const auto record = reader_.next();
        if (!record) {
            problem(1, {}, "the file is empty; the first line names the columns");
            return false;
        }
        if (!record->error.empty()) {
            problem(record->line, {}, record->error);
            return false;
        }
        for (const std::string& name : record->fields) {
            const auto column = import_column(name);
            if (!column) {
                problem(record->line, {},
                        "unknown column '" + shown(name) + "'; there are " + import_columns());
            } else if (std::find(columns_.begin(), columns_.end(), *column) != columns_.end()) {
                problem(record->line, {}, "column '" + name + "' is there twice");
            } else {
                columns_.push_back(*column);
            }
        }
        const auto number = std::find(columns_.begin(), columns_.end(), ImportColumn::number);
        if (import_.bad == 0 && number == columns_.end())
            problem(record->line, {}, "there is no column 'number'");
        number_at_ = static_cast<std::size_t>(number - columns_.begin());
        return import_.bad == 0;
    }

    void line(const CsvRecord& record) {
        const std::string_view written = number_at_ < record.fields.size()
                                             ? std::string_view(record.fields[number_at_])
                                             : std::string_view{};
        Number number;
        std::string error = record.error.empty() ? read(record, number) : record.error;
        if (error.empty()) {
            const auto [first, added] = seen_.emplace(number.number, record.line);
            if (!added)
                error = "the number is on line " + std::to_string(first->second) + " already";
        }
        if (error.empty())
            import_.numbers.push_back(std::move(number));
        else
            problem(record.line, written, std::move(error));
    }

    /// Reads the fields; says what is wrong with the first bad one.
    std::string read(const CsvRecord& record, Number& number) const {
        if (record.fields.size() != columns_.size())
            return std::string(record.fields.size() > columns_.size() ? "too many" : "too few") +
                   " columns: " + std::to_string(record.fields.size()) + " where the header has " +
                   std::to_string(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::string error = read_field(columns_[i], record.fields[i], number, platform_id_);
            if (!error.empty()) return error;
        }
        return complete_region(number);
    }

    CsvReader reader_;
    const PlatformIds& platform_id_;
    std::size_t lines_max_;
    std::vector<ImportColumn> columns_;
    std::size_t number_at_ = 0;
    std::unordered_map<E164, std::size_t> seen_;  // the line that a number is on
    Import import_;
};

}  // namespace

Import read_csv(std::string_view csv,
                const std::function<PlatformId(std::string_view)>& platform_id,
                std::size_t lines_max) {
    return Reading(csv, platform_id, lines_max).run();
}

}  // namespace smppd::pool
