// tools/smppctl/escape.hpp - texts of others, made harmless for a terminal, and their width there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smppd::ctl {

enum class LineBreaks { escape, keep };

/// `text` without anything a terminal acts upon or that hides or turns what is read: control
/// characters (C0, DEL, C1), bidirectional controls, line separators, invisible characters and
/// octets that are no UTF-8 become \n, \t, \x1b, \u202e. All else stays as it is.
std::string escaped(std::string_view text, LineBreaks breaks = LineBreaks::escape);

/// The same for a JSON document, which stays valid and means the same: what would be escaped
/// becomes \uXXXX. Its own line breaks stay.
std::string escaped_json(std::string_view document);

/// Columns that escaped text takes: 2 for wide characters, 0 for those that combine.
std::size_t width(std::string_view text) noexcept;

/// `text` when it fits `columns`, else its beginning with "…" for the rest.
std::string cut(std::string_view text, std::size_t columns);

}  // namespace smppd::ctl
