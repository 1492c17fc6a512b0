// conf/reader.hpp - walks a parsed file and collects everything that is wrong with it.
// Numbers, times and words are read by us from the scalar's text: yaml-cpp takes 010 for 8 and an
// empty value for the text "null".
#pragma once

#include "conf/config.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::conf {

/// A position in one of the files that were read; line and column from 1, in octets.
struct Place {
    int file = 0;
    int line = 0, column = 0;
};

/// A node, what it is called ("carriers.acme.window"), and where it and its key stand.
struct Value {
    YAML::Node node;
    std::string path;
    Place key;
    Place at;  ///< of an empty value: its key's
};

struct Entry {
    std::string key;
    Value value;
};

class Reader {
public:
    explicit Reader(const LoadOptions& options) : options_(options) {}
    const LoadOptions& options() const noexcept { return options_; }

    /// Makes a file known; its number goes into Place. The first one is the main file.
    int add_file(std::string name, std::string_view text);
    /// The document of a file as the value that has no name.
    static Value root(int file, const YAML::Node& node);

    void error(const Place& place, std::string message, std::string hint = {});
    void warning(const Place& place, std::string message, std::string hint = {});
    /// A file or variable that cannot be used here: an error, or a warning when only checking.
    void unusable(const Place& place, std::string message);
    /// "'pool.cool_down' is 3; it must be ..."
    void wrong(const Value& value, std::string_view must_be);
    /// A key that is not among `known`.
    void unknown(const Entry& entry, const std::string& mapping,
                 const std::vector<std::string>& known);

    /// The text of a scalar, quoted or not; otherwise a problem and nothing.
    std::optional<std::string> text(const Value& value, std::string_view must_be);
    /// The text of a scalar that may not be quoted: numbers, times, true and false.
    std::optional<std::string> plain(const Value& value, std::string_view must_be);
    /// What a mapping holds, in its order; an empty value is an empty mapping.
    std::vector<Entry> entries(const Value& value);
    /// What a list holds; an empty value is an empty list.
    std::vector<Value> items(const Value& value);

    /// Whether the key is here for the first time; a problem that names both places when not.
    /// `merges`: it may stand once in each file.
    bool first(const Value& value, bool merges);
    /// Where a value stood; its key, or the nearest mapping around it, when it was not given.
    Place place_of(std::string path) const;
    /// Whether the key stood in the file.
    bool given(const std::string& path) const { return seen_.contains(path); }
    std::string describe(const Place& place) const;

    /// A secret stands in this file as text: none of its lines is shown.
    void hide_lines(int file);

    /// Everything collected, in the order of the files.
    std::vector<Problem> finish();

private:
    struct File {
        std::string name;
        std::vector<std::string> lines;
        bool hidden = false;
    };
    struct Found {
        Place place;
        std::string message, hint;
        bool warning = false;
    };
    struct Seen {
        Place key, at;
    };
    bool scalar(const Value& value, std::string_view must_be);
    bool tagged(const Value& value);

    const LoadOptions& options_;
    std::vector<File> files_;
    std::vector<Found> found_;
    std::map<std::string, Seen> seen_;
};

/// The word of `words` that somebody meant who wrote `word`; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);
/// Text from a file as it may be shown: short, in one line, without control characters.
std::string shown(std::string_view text);
/// "a, b or c".
std::string alternatives(const std::vector<std::string>& words);

}  // namespace smppd::conf
