// conf/reader.cpp - see reader.hpp.
#include "conf/reader.hpp"

#include <algorithm>
#include <tuple>

namespace smppd::conf {
namespace {

Place place_from(int file, const YAML::Mark& mark) {
    return {file, mark.line + 1, mark.column + 1};
}

Value value_of(const Place& key, std::string path, const YAML::Node& node) {
    // The mark of an empty value points at whatever comes next; its key is what the reader wants.
    const Place at = node.IsNull() ? key : place_from(key.file, node.Mark());
    return {node, std::move(path), key, at};
}

bool plain_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool sounds_secret(std::string_view key) {
    const std::string word = lower(key);
    for (const char* part : {"pass", "pwd", "secret", "token", "key"})
        if (word.find(part) != std::string::npos) return true;
    return false;
}

/// Whether a line seems to give a secret as text: such a word, then a colon, then no reference.
bool line_tells_secret(std::string_view line) {
    const std::string text = lower(line);
    for (const std::string_view word : {"pass", "pwd", "secret", "token"}) {
        for (std::size_t at = text.find(word); at != std::string::npos;
             at = text.find(word, at + 1)) {
            const std::size_t colon = text.find(':', at);
            if (colon == std::string::npos) continue;
            const std::size_t next = text.find_first_not_of(" \t", colon + 1);
            if (next != std::string::npos && text[next] != '{' && text[next] != '#') return true;
        }
    }
    return false;
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t i = 0; i <= b.size(); ++i) row[i] = i;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above + 1, row[j - 1] + 1, changed});
            diagonal = above;
        }
    }
    return row.back();
}

std::string called(const std::string& path) { return path.empty() ? "the file" : "'" + path + "'"; }

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
    constexpr std::size_t longest = 64;  // no key is near to more than that
    if (word.size() > longest) return {};
    std::string best;
    std::size_t best_distance = 3;
    for (const std::string& candidate : words) {
        const std::size_t d = distance(lower(word), lower(candidate));
        if (d < best_distance && d * 2 <= word.size()) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string result;
    for (const char c : text) {
        // Never cut inside a UTF-8 sequence: continuation octets belong to what is there already.
        const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        if (result.size() >= longest && !continues) return result + "...";
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
    return result;
}

std::string alternatives(const std::vector<std::string>& words) {
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i != 0) result += i + 1 == words.size() ? " or " : ", ";
        result += words[i];
    }
    return result;
}

int Reader::add_file(std::string name, std::string_view text) {
    File file{std::move(name), {}, false};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string line(text.substr(0, end));
        if (!line.empty() && line.back() == '\r') line.pop_back();
        file.lines.push_back(std::move(line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    files_.push_back(std::move(file));
    return static_cast<int>(files_.size()) - 1;
}

Value Reader::root(int file, const YAML::Node& node) { return value_of({file, 0, 0}, {}, node); }

void Reader::error(const Place& place, std::string message, std::string hint) {
    found_.push_back({place, std::move(message), std::move(hint), false});
}

void Reader::warning(const Place& place, std::string message, std::string hint) {
    found_.push_back({place, std::move(message), std::move(hint), true});
}

void Reader::unusable(const Place& place, std::string message) {
    found_.push_back({place, std::move(message), {}, options_.checking});
}

void Reader::wrong(const Value& value, std::string_view must_be) {
    std::string is = " is ";
    if (value.node.IsNull())
        is = " has no value";
    else if (value.node.IsMap())
        is += "a mapping";
    else if (value.node.IsSequence())
        is += "a list";
    else if (plain_number(value.node.Scalar()) && value.node.Tag() != "!")
        is += value.node.Scalar().size() <= 30 ? value.node.Scalar() : "too long a number";
    else
        is += "'" + shown(value.node.Scalar()) + "'";
    error(value.at, called(value.path) + is + "; it must be " + std::string(must_be));
}

void Reader::unknown(const Entry& entry, const std::string& mapping,
                     const std::vector<std::string>& known) {
    const std::string near = nearest(entry.key, known);
    if (sounds_secret(entry.key) || sounds_secret(near)) hide_lines(entry.value.key.file);
    if (const std::size_t colon = entry.key.find(':'); colon != std::string::npos) {
        // "password:abc" is one word to YAML. What stands behind the colon may be a secret.
        hide_lines(entry.value.key.file);
        error(entry.value.key, "unknown key in " + called(mapping) +
                                   "; a blank is missing behind the colon of '" +
                                   shown(entry.key.substr(0, colon)) + ":'");
        return;
    }
    std::string all;
    for (const std::string& key : known) all += (all.empty() ? "" : ", ") + key;
    error(entry.value.key, "unknown key '" + shown(entry.key) + "' in " + called(mapping),
          near.empty() ? "known keys: " + all : "did you mean '" + near + "'?");
}

bool Reader::tagged(const Value& value) {
    const std::string& tag = value.node.Tag();
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:"))
        return false;
    // A tag of our own invention would change what a value means; we have none.
    error(value.at, called(value.path) + " has a tag ('!...'); tags are not understood here");
    return true;
}

bool Reader::scalar(const Value& value, std::string_view must_be) {
    if (value.node.IsScalar()) return !tagged(value);
    wrong(value, must_be);
    return false;
}

std::optional<std::string> Reader::text(const Value& value, std::string_view must_be) {
    if (!scalar(value, must_be)) return std::nullopt;
    return value.node.Scalar();
}

std::optional<std::string> Reader::plain(const Value& value, std::string_view must_be) {
    if (!scalar(value, must_be)) return std::nullopt;
    if (value.node.Tag() == "!") {  // yaml-cpp's tag of a quoted scalar
        error(value.at, called(value.path) + " is a text in quotes; it must be " +
                            std::string(must_be) + ", without quotes");
        return std::nullopt;
    }
    return value.node.Scalar();
}

std::vector<Entry> Reader::entries(const Value& value) {
    std::vector<Entry> result;
    if (value.node.IsNull()) return result;
    if (!value.node.IsMap()) {
        wrong(value, "a mapping of 'key: value'");
        return result;
    }
    if (tagged(value)) return result;
    for (const auto& pair : value.node) {
        const Place at = place_from(value.at.file, pair.first.Mark());
        if (!pair.first.IsScalar()) {
            error(at, "a key in " + called(value.path) + " is not a word");
            continue;
        }
        std::string key = pair.first.Scalar();
        std::string path = value.path.empty() ? key : value.path + "." + key;
        result.push_back({std::move(key), value_of(at, std::move(path), pair.second)});
    }
    return result;
}

std::vector<Value> Reader::items(const Value& value) {
    std::vector<Value> result;
    if (value.node.IsNull()) return result;
    if (!value.node.IsSequence()) {
        wrong(value, "a list");
        return result;
    }
    if (tagged(value)) return result;
    for (const auto& node : value.node) {
        std::string path = value.path + "[" + std::to_string(result.size()) + "]";
        Value item = value_of(value.key, std::move(path), node);
        item.key = item.at;
        result.push_back(std::move(item));
    }
    return result;
}

bool Reader::first(const Value& value, bool merges) {
    const auto [found, added] = seen_.try_emplace(value.path, Seen{value.key, value.at});
    if (added) return true;
    if (merges && found->second.key.file != value.key.file) {
        found->second = {value.key, value.at};
        return true;
    }
    error(value.key,
          called(value.path) + " is given twice; the first is at " + describe(found->second.key));
    return false;
}

Place Reader::place_of(std::string path) const {
    bool whole = true;
    while (!path.empty()) {
        const auto found = seen_.find(path);
        if (found != seen_.end()) return whole ? found->second.at : found->second.key;
        const std::size_t dot = path.find_last_of(".[");
        path.resize(dot == std::string::npos ? 0 : dot);
        whole = false;
    }
    return {};
}

std::string Reader::describe(const Place& place) const {
    return files_[static_cast<std::size_t>(place.file)].name + ":" + std::to_string(place.line) +
           ":" + std::to_string(place.column);
}

void Reader::hide_lines(int file) { files_[static_cast<std::size_t>(file)].hidden = true; }

std::vector<Problem> Reader::finish() {
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
        return std::tie(a.place.file, a.place.line, a.place.column) <
               std::tie(b.place.file, b.place.line, b.place.column);
    });
    std::vector<Problem> problems;
    for (Found& found : found_) {
        const File& file = files_[static_cast<std::size_t>(found.place.file)];
        Problem problem{file.name,
                        found.place.line,
                        found.place.line > 0 ? found.place.column : 0,
                        std::move(found.message),
                        std::move(found.hint),
                        {},
                        found.warning};
        const auto line = static_cast<std::size_t>(std::max(found.place.line, 0));
        if (line >= 1 && line <= file.lines.size() && !file.hidden &&
            !line_tells_secret(file.lines[line - 1]))
            problem.source = file.lines[line - 1];
        problems.push_back(std::move(problem));
    }
    return problems;
}

}  // namespace smppd::conf
