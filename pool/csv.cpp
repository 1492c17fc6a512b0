// pool/csv.cpp - cuts CSV into records.
#include "pool/csv.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

void note(CsvRecord& record, std::string_view error) {
    if (record.error.empty()) record.error = error;
}

}  // namespace

CsvReader::CsvReader(std::string_view csv, std::size_t fields_max, std::size_t field_max)
    : rest_(csv), fields_max_(fields_max), field_max_(field_max) {
    if (rest_.starts_with(utf8_mark)) rest_.remove_prefix(utf8_mark.size());
}

bool CsvReader::at_line_end() const noexcept {
    return rest_.empty() || rest_.front() == '\n' || rest_.front() == '\r';
}

void CsvReader::skip_line_end() noexcept {
    if (rest_.empty()) return;
    rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
    ++line_;
}

/// The rest of a field in quotes, up to what follows the closing one.
std::string CsvReader::quoted(CsvRecord& record) {
    std::string field;
    rest_.remove_prefix(1);
    for (;;) {
        const std::size_t quote = rest_.find('"');
        const std::string_view run = rest_.substr(0, quote);
        line_ += static_cast<std::size_t>(std::count(run.begin(), run.end(), '\n'));
        field.append(run.substr(0, field_max_ - std::min(field_max_, field.size())));
        if (field.size() >= field_max_) note(record, "a field is too long");
        rest_.remove_prefix(run.size());
        if (rest_.empty()) {
            note(record, "a quote is opened and never closed");
            return field;
        }
        rest_.remove_prefix(1);
        if (!rest_.starts_with('"')) break;
        if (field.size() < field_max_) field.push_back('"');
        rest_.remove_prefix(1);
    }
    if (!at_line_end() && rest_.front() != ',') {
        note(record, "text after a closing quote; write a quote inside of quotes twice");
        plain(record);
    }
    return field;
}

std::string CsvReader::plain(CsvRecord& record) {
    const std::string_view field = rest_.substr(0, rest_.find_first_of(",\r\n"));
    rest_.remove_prefix(field.size());
    if (field.find('"') != std::string_view::npos)
        note(record, "a quote inside of a field that does not begin with one");
    if (field.size() >= field_max_) note(record, "a field is too long");
    return std::string(field.substr(0, field_max_));
}

std::optional<CsvRecord> CsvReader::next() {
    while (!rest_.empty() && at_line_end()) skip_line_end();
    if (rest_.empty()) return std::nullopt;
    CsvRecord record{.line = line_, .fields = {}, .error = {}};
    for (;;) {
        std::string field = rest_.starts_with('"') ? quoted(record) : plain(record);
        if (record.fields.size() < fields_max_)
            record.fields.push_back(std::move(field));
        else
            note(record, "too many columns");
        if (at_line_end()) break;
        rest_.remove_prefix(1);  // the comma
    }
    skip_line_end();
    return record;
}

}  // namespace smppd::pool
