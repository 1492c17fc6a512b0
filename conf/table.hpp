// conf/table.hpp - what a mapping may hold, as one table of rows. The reading of a file, the JSON
// Schema and the comparison of two files come from it, and the defaults come from the structs that
// are filled.
#pragma once

#include "conf/reader.hpp"

#include <concepts>
#include <functional>
#include <type_traits>

namespace smppd::conf {

/// Adds the paths of the keys in which two values differ; `path` is their own. Changes neither.
template <class T>
using Differ = std::function<void(T& before, T& after, const std::string& path,
                                  std::vector<std::string>& keys)>;

/// How one sort of value is read, checked and described.
template <class T>
struct Kind {
    std::function<void(Reader&, const Value&, T&)> read;
    std::string schema;                         ///< members of its JSON Schema, without braces
    std::function<std::string(const T&)> show;  ///< as JSON, for the default; "" for none
    Differ<T> differ;                           ///< not set: compared as a whole
};

enum class Need : std::uint8_t { optional, required };
/// merges: the mapping may stand in several files, each adding to it.
enum class Merge : std::uint8_t { no, yes };

/// What does not depend on the target's type.
struct RowHead {
    std::string key, description, schema;
    std::string fallback;  ///< the default as JSON; empty: there is none to show
    Need need = Need::optional;
    Merge merge = Merge::no;
};

template <class T>
struct Row : RowHead {
    std::function<void(Reader&, const Value&, T&)> read;
    Differ<T> differ;
};
template <class T>
using Table = std::vector<Row<T>>;

/// JSON Schema members of a mapping with these keys.
std::string object_schema(const std::vector<const RowHead*>& rows);
/// "text" as a JSON string.
std::string json_text(std::string_view text);

/// Containers have kinds that tell how they differ.
template <class T>
concept Single = std::same_as<T, std::string> ||
    (std::equality_comparable<T> && !requires { typename T::value_type; });

template <class T>
Differ<T> differ_of(const Kind<T>& kind) {
    if (kind.differ) return kind.differ;
    return [](T& before, T& after, const std::string& path, std::vector<std::string>& keys) {
        if constexpr (Single<T>) {
            if (before != after) keys.push_back(path);
        }
    };
}

/// One row. `target`: a member pointer, or a function from T& to the place that is filled.
template <class T, class Target, class M>
Row<T> row(std::string key, Target target, Kind<M> kind, std::string description,
           Need need = Need::optional, Merge merge = Merge::no) {
    T empty{};
    std::string fallback;
    if (need == Need::optional && kind.show) fallback = kind.show(std::invoke(target, empty));
    return {{std::move(key), std::move(description), kind.schema, std::move(fallback), need, merge},
            [target, read = kind.read](Reader& reader, const Value& value, T& whole) {
                read(reader, value, std::invoke(target, whole));
            },
            [target, differ = differ_of(kind)](T& before, T& after, const std::string& path,
                                               std::vector<std::string>& keys) {
                differ(std::invoke(target, before), std::invoke(target, after), path, keys);
            }};
}

template <class T>
void read_mapping(Reader& reader, const Value& value, const Table<T>& table, T& target) {
    std::vector<std::string> keys, present;
    for (const Row<T>& row : table) keys.push_back(row.key);
    const std::vector<Entry> entries = reader.entries(value);
    if (entries.empty() && !value.node.IsMap() && !value.node.IsNull()) return;  // reported
    for (const Entry& entry : entries) {
        const Row<T>* known = nullptr;
        for (const Row<T>& row : table)
            if (row.key == entry.key) known = &row;
        if (known == nullptr) {
            reader.unknown(entry, value.path, keys);
            continue;
        }
        present.push_back(entry.key);
        if (reader.first(entry.value, known->merge == Merge::yes))
            known->read(reader, entry.value, target);
    }
    for (const Row<T>& row : table) {
        if (row.need == Need::optional) continue;
        bool given = false;
        for (const std::string& key : present) given = given || key == row.key;
        if (!given)
            reader.error(value.key,
                         "'" + value.path + "." + row.key + "' is missing: " + row.description);
    }
}

/// A mapping that fills a T. The table must outlive the kind: they are static.
template <class T>
Kind<T> mapping(const Table<T>& table) {
    std::vector<const RowHead*> heads;
    for (const Row<T>& row : table) heads.push_back(&row);
    return {[&table](Reader& reader, const Value& value, T& target) {
                read_mapping(reader, value, table, target);
            },
            object_schema(heads),
            {},
            [&table](T& before, T& after, const std::string& path, std::vector<std::string>& keys) {
                for (const Row<T>& row : table) {
                    row.differ(before, after, path.empty() ? row.key : path + "." + row.key, keys);
                }
            }};
}

/// The same into an optional: set when the key is there.
template <class T>
Kind<std::optional<T>> optional(Kind<T> kind) {
    return {[read = kind.read](Reader& reader, const Value& value, std::optional<T>& target) {
                target.emplace();
                read(reader, value, *target);
            },
            kind.schema,
            {},
            [differ = differ_of(kind)](std::optional<T>& before, std::optional<T>& after,
                                       const std::string& path, std::vector<std::string>& keys) {
                if (before.has_value() != after.has_value()) return keys.push_back(path);
                if (before) differ(*before, *after, path, keys);
            }};
}

/// A list, each item read by `kind`.
template <class T>
Kind<std::vector<T>> list(Kind<T> kind, std::size_t at_least = 0) {
    std::string schema = "\"type\":\"array\",\"items\":{" + kind.schema + "}";
    if (at_least > 0) schema += ",\"minItems\":" + std::to_string(at_least);
    return {
        [read = kind.read, at_least](Reader& reader, const Value& value, std::vector<T>& target) {
            target.clear();  // of the default
            for (const Value& item : reader.items(value)) {
                T element{};
                read(reader, item, element);
                target.push_back(std::move(element));
            }
            const bool list = value.node.IsSequence() || value.node.IsNull();
            if (list && target.size() < at_least)
                reader.error(value.at, "'" + value.path + "' is empty; it must have at least " +
                                           std::to_string(at_least));
        },
        std::move(schema),
        {},
        [differ = differ_of(kind)](std::vector<T>& before, std::vector<T>& after,
                                   const std::string& path, std::vector<std::string>& keys) {
            if (before.size() != after.size()) return keys.push_back(path);
            for (std::size_t i = 0; i < before.size(); ++i) {
                differ(before[i], after[i], path + "[" + std::to_string(i) + "]", keys);
            }
        }};
}

/// Whether it may name a carrier or a profile: 1 to 64 letters, digits, - and _.
bool valid_name(std::string_view name) noexcept;
inline constexpr std::string_view name_must_be = "1 to 64 letters, digits, '-' and '_'";

/// What the keys of a mapping may be, where the user makes them up.
struct KeyRule {
    bool (*valid)(std::string_view key);
    std::string_view is_no;    ///< "name", for "'x' is no name"
    std::string_view must_be;  ///< what would be right
    std::string_view pattern;  ///< the same as a regular expression, for the schema
};
/// Names as of carriers.
const KeyRule& name_rule() noexcept;

/// A mapping of keys that the user makes up to values of one kind. `add` makes the place for a key
/// in the container.
template <class T, class Container, class Add>
Kind<Container> keyed(const Kind<T>& one, const KeyRule& rule, Add add) {
    std::string schema = R"("type":["object","null"],"propertyNames":{"pattern":)" +
                         json_text(rule.pattern) + R"(},"additionalProperties":{)" + one.schema +
                         "}";
    return {[read = one.read, rule, add](Reader& reader, const Value& value, Container& container) {
                for (const Entry& entry : reader.entries(value)) {
                    if (!rule.valid(entry.key))
                        reader.error(entry.value.key,
                                     "'" + shown(entry.key) + "' in '" + value.path + "' is no " +
                                         std::string(rule.is_no) + "; it must be " +
                                         std::string(rule.must_be));
                    else if (reader.first(entry.value, false))
                        read(reader, entry.value, add(container, entry.key));
                }
            },
            std::move(schema),
            {},
            // A running daemon takes up what stands under names as it is: nobody asks.
            [](Container&, Container&, const std::string&, std::vector<std::string>&) {}};
}

/// A mapping of names to T.
template <class T, class Container, class Add>
Kind<Container> named(const Table<T>& table, Add add) {
    return keyed<T, Container>(mapping(table), name_rule(), add);
}

}  // namespace smppd::conf
