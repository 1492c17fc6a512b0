// tools/smppctl/table.cpp - see table.hpp.
#include "tools/smppctl/table.hpp"

#include "tools/smppctl/escape.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace smppd::ctl {
namespace {

constexpr std::size_t gap = 2;      // blanks between columns
constexpr std::size_t narrow = 10;  // no column gives way below it

std::string padded(const std::string& text, std::size_t columns, Align align) {
    const std::size_t taken = width(text);
    const std::string blanks(columns > taken ? columns - taken : 0, ' ');
    return align == Align::right ? blanks + text : text + blanks;
}

/// One line of cells; blanks at the end of a line are left out.
std::string line(const std::vector<Column>& columns, const std::vector<std::size_t>& widths,
                 const std::vector<Cell>& cells, bool colour) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        const std::string shown = cut(cells[i].text, widths[i]);
        const bool pad = !last || columns[i].align == Align::right;
        const std::string text = pad ? padded(shown, widths[i], columns[i].align) : shown;
        out += toned(text, cells[i].tone, colour);
        if (!last) out.append(gap, ' ');
    }
    if (!colour) out.erase(out.find_last_not_of(' ') + 1);
    return out + '\n';
}

}  // namespace

std::string toned(const std::string& text, Tone tone, bool colour) {
    if (!colour || text.empty()) return text;
    switch (tone) {
        case Tone::plain: return text;
        case Tone::strong: return "\x1b[1m" + text + "\x1b[0m";
        case Tone::good: return "\x1b[32m" + text + "\x1b[0m";
        case Tone::warning: return "\x1b[33m" + text + "\x1b[0m";
        case Tone::bad: return "\x1b[31m" + text + "\x1b[0m";
    }
    return text;
}

void Table::add(std::vector<Cell> row) {
    assert(row.size() == columns_.size());
    for (Cell& cell : row) {
        cell.text = escaped(cell.text);
        if (cell.text.empty()) cell.text = "-";
    }
    rows_.push_back(std::move(row));
}

/// Empty when the table cannot be had in `columns`.
std::vector<std::size_t> Table::widths(std::size_t columns) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t widest = width(columns_[i].title);
        for (const auto& row : rows_) widest = std::max(widest, width(row[i].text));
        widths.push_back(widest);
    }
    if (columns == 0) return widths;
    const auto total = [&] {
        return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
               gap * (widths.empty() ? 0 : widths.size() - 1);
    };
    while (total() > columns) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= narrow) return {};
        --*widest;
    }
    return widths;
}

std::string Table::text(const Layout& layout, bool titles) const {
    if (columns_.empty()) return {};
    const std::vector<std::size_t> widths = this->widths(layout.columns);
    std::string out;
    if (widths.empty()) {
        for (const auto& row : rows_) {
            Record record;
            for (std::size_t i = 0; i < row.size(); ++i) record.add(columns_[i].title, row[i]);
            out += (out.empty() ? "" : "\n") + record.text(layout);
        }
        return out;
    }
    std::vector<Cell> head;
    for (const Column& column : columns_) head.emplace_back(column.title, Tone::strong);
    if (titles) out = line(columns_, widths, head, layout.colour);
    for (const auto& row : rows_) out += line(columns_, widths, row, layout.colour);
    return out;
}

std::string Record::text(const Layout& layout) const {
    std::size_t widest = 0;
    for (const auto& [name, value] : fields_) widest = std::max(widest, width(name));
    std::string out;
    for (const auto& [name, value] : fields_) {
        const std::string shown = value.text.empty() ? "-" : escaped(value.text);
        out += toned(padded(name, widest, Align::left), Tone::strong, layout.colour);
        out += std::string(gap, ' ') + toned(shown, value.tone, layout.colour) + '\n';
    }
    return out;
}

}  // namespace smppd::ctl
