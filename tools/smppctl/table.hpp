// tools/smppctl/table.hpp - rows in columns, within the width of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace smppd::ctl {

enum class Align { left, right };
enum class Tone { plain, strong, good, warning, bad };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
    Cell(std::string t, Tone how = Tone::plain) : text(std::move(t)), tone(how) {}
    Cell(const char* t) : text(t) {}
};

struct Column {
    std::string title;
    Align align = Align::left;
};

struct Layout {
    std::size_t columns = 0;  ///< of the terminal; 0: as wide as it gets
    bool colour = false;
};

/// `text` in the tone's colour.
std::string toned(const std::string& text, Tone tone, bool colour);

/// Texts are escaped here. With a width, the widest columns give way first, down to 10; what is
/// still wider is told row by row, a line a field.
class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    /// As many cells as there are columns (assert).
    void add(std::vector<Cell> row);
    bool empty() const noexcept { return rows_.empty(); }
    std::size_t size() const noexcept { return rows_.size(); }
    /// `titles`: false for the rows that continue a table whose titles were told.
    std::string text(const Layout& layout, bool titles = true) const;

private:
    std::vector<std::size_t> widths(std::size_t columns) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

/// "Name   value" a line: one thing told field by field. Never cut; what does not fit wraps.
class Record {
public:
    void add(std::string name, Cell value) { fields_.emplace_back(std::move(name), value); }
    std::string text(const Layout& layout) const;

private:
    std::vector<std::pair<std::string, Cell>> fields_;
};

}  // namespace smppd::ctl
