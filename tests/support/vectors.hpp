// tests/support/vectors.hpp - reads tests/vectors/quirks.tsv: what peers send and what must come of
// it. The head of that file tells its grammar.
#pragma once

#include "protocol/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smppd::test {

/// Steps of the hex column.
struct Literal {
    protocol::Octets octets;
};
struct Placeholder {
    std::string name;
};  ///< "seq", "id", "len"
struct Cut {};
struct Wait {
    std::string timer;
};  ///< "31" or a timer's name
struct Restart {};
struct Fin {};
using Step = std::variant<Literal, Placeholder, Cut, Wait, Restart, Fin>;

/// One item of a clause: `status=0x14`, or a bare value such as `DELIVRD` (empty key).
struct Item {
    std::string key;
    std::string value;
};
struct Clause {
    std::string word;
    std::vector<Item> items;
    const std::string* find(std::string_view key) const;
    /// The bare items, in order.
    std::vector<std::string> bare() const;
};

struct Row {
    std::string id, role, state, what;
    std::vector<Step> steps;
    std::vector<Clause> clauses;
    std::vector<const Clause*> all(std::string_view word) const;
    bool has(std::string_view word) const { return !all(word).empty(); }
    /// The value of `given K=V`, nothing without.
    std::optional<std::string> given(std::string_view key) const;
};

/// Throws std::runtime_error that names the line.
std::vector<Row> read_vectors(const std::string& path);

/// "{61*3}" and "436f6465" to octets.
protocol::Octets octets_of(const std::string& hex);
/// A string expression: "\"a\"*3+\"b\"" to aaab; nothing when it is none.
std::optional<std::string> string_of(const std::string& expression);

/// What was seen, in the forms that a value may be compared with.
struct Seen {
    std::optional<std::string> text;
    std::optional<std::uint64_t> number;
    std::optional<protocol::Octets> octets;
};
/// Whether `seen` is what `value` says: alternatives, *, *8, ~"x", strings, numbers, hex.
bool matches(const std::string& value, const Seen& seen);

}  // namespace smppd::test
