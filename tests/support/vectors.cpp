// tests/support/vectors.cpp - see vectors.hpp.
#include "tests/support/vectors.hpp"

#include "protocol/text.hpp"
#include "tests/support/hex.hpp"

#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace smppd::test {

using protocol::Octets;

namespace {

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> fields;
    std::stringstream stream(text);
    for (std::string field; std::getline(stream, field, at);) fields.push_back(field);
    return fields;
}

/// "61*60000" or "00000001*1000++".
Octets repeated(const std::string& inside) {
    const std::size_t star = inside.find('*');
    Octets unit = hex(inside.substr(0, star));
    const bool counting = inside.ends_with("++");
    const std::size_t count = std::stoul(inside.substr(star + 1));
    Octets octets;
    for (std::size_t i = 0; i < count; ++i) {
        octets.insert(octets.end(), unit.begin(), unit.end());
        if (!counting) continue;
        for (std::size_t at = unit.size(); at-- > unit.size() - 4 && ++unit[at] == 0;) {}
    }
    return octets;
}

std::vector<Step> parse_steps(const std::string& text) {
    std::vector<Step> steps;
    Octets literal;
    const auto flush = [&] {
        if (!literal.empty()) steps.push_back(Literal{std::exchange(literal, {})});
    };
    if (text == "-") return steps;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '{') {
            const Octets one = hex(text.substr(i, 2));
            literal.insert(literal.end(), one.begin(), one.end());
            i += 2;
            continue;
        }
        const std::size_t end = text.find('}', i);
        const std::string inside = text.substr(i + 1, end - i - 1);
        i = end + 1;
        if (inside.find('*') != std::string::npos) {
            const Octets many = repeated(inside);
            literal.insert(literal.end(), many.begin(), many.end());
            continue;
        }
        flush();
        if (inside == "cut")
            steps.push_back(Cut{});
        else if (inside == "fin")
            steps.push_back(Fin{});
        else if (inside == "restart")
            steps.push_back(Restart{});
        else if (inside.starts_with("wait "))
            steps.push_back(Wait{inside.substr(5)});
        else
            steps.push_back(Placeholder{inside});
    }
    flush();
    return steps;
}

/// Cuts at `separator` outside of strings.
std::vector<std::string> cut_outside_strings(const std::string& text,
                                             const std::string& separator) {
    std::vector<std::string> pieces(1);
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && inside) {
            pieces.back() += text[i++];
        } else if (text[i] == '"') {
            inside = !inside;
        } else if (!inside && text.compare(i, separator.size(), separator) == 0) {
            pieces.emplace_back();
            i += separator.size() - 1;
            continue;
        }
        pieces.back() += text[i];
    }
    return pieces;
}

Clause parse_clause(const std::string& text) {
    Clause clause;
    for (const std::string& item : cut_outside_strings(text, " ")) {
        if (item.empty()) continue;
        if (clause.word.empty()) {
            clause.word = item;
            continue;
        }
        const std::size_t equals = item.find('=');
        const std::size_t quote = item.find('"');
        if (equals == std::string::npos || quote < equals) {
            clause.items.push_back({"", item});
        } else {
            clause.items.push_back({item.substr(0, equals), item.substr(equals + 1)});
        }
    }
    return clause;
}

void append_utf8(std::string& out, unsigned code) {
    Octets two{static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
    out += protocol::decode_text(two, protocol::Alphabet::utf16be).utf8;
}

/// The string that begins with a quote at `at`; moves `at` behind it.
std::string parse_string(const std::string& text, std::size_t& at) {
    std::string out;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] != '\\') {
            out += text[at];
            continue;
        }
        const char escape = text[++at];
        if (escape == 'n')
            out += '\n';
        else if (escape == 'r')
            out += '\r';
        else if (escape == 't')
            out += '\t';
        else if (escape == 'u') {
            append_utf8(out,
                        static_cast<unsigned>(std::stoul(text.substr(at + 1, 4), nullptr, 16)));
            at += 4;
        } else
            out += escape;
    }
    ++at;
    return out;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    const bool is_hex = text.starts_with("0x");
    const char* begin = text.data() + (is_hex ? 2 : 0);
    const char* end = text.data() + text.size();
    std::uint64_t value = 0;
    const auto result = std::from_chars(begin, end, value, is_hex ? 16 : 10);
    if (result.ec != std::errc{} || result.ptr != end || begin == end) return {};
    return value;
}

}  // namespace

const std::string* Clause::find(std::string_view key) const {
    for (const Item& item : items) {
        if (item.key == key) return &item.value;
    }
    return nullptr;
}

std::vector<std::string> Clause::bare() const {
    std::vector<std::string> values;
    for (const Item& item : items) {
        if (item.key.empty()) values.push_back(item.value);
    }
    return values;
}

std::vector<const Clause*> Row::all(std::string_view word) const {
    std::vector<const Clause*> found;
    for (const Clause& clause : clauses) {
        if (clause.word == word) found.push_back(&clause);
    }
    return found;
}

std::optional<std::string> Row::given(std::string_view key) const {
    for (const Clause* clause : all("given")) {
        if (const std::string* value = clause->find(key)) return string_of(*value).value_or(*value);
    }
    return {};
}

std::vector<Row> read_vectors(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        const auto fields = split(line, '\t');
        if (fields.size() < 6)
            throw std::runtime_error(path + ": not a row: " + line.substr(0, 40));
        Row row{fields[0], fields[1], fields[2], fields[3], parse_steps(fields[4]), {}};
        for (const std::string& clause : cut_outside_strings(fields[5], "; ")) {
            row.clauses.push_back(parse_clause(clause));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Octets octets_of(const std::string& text) {
    Octets octets;
    for (const Step& step : parse_steps(text)) {
        const Octets& part = std::get<Literal>(step).octets;
        octets.insert(octets.end(), part.begin(), part.end());
    }
    return octets;
}

std::optional<std::string> string_of(const std::string& expression) {
    if (expression.empty() || expression[0] != '"') return {};
    std::string out;
    for (std::size_t at = 0; at < expression.size();) {
        if (expression[at] == '+') ++at;
        const std::string unit = parse_string(expression, at);
        std::size_t count = 1;
        if (at < expression.size() && expression[at] == '*') {
            std::size_t used = 0;
            count = std::stoul(expression.substr(at + 1), &used);
            at += 1 + used;
        }
        for (std::size_t i = 0; i < count; ++i) out += unit;
    }
    return out;
}

bool matches(const std::string& value, const Seen& seen) {
    for (const std::string& choice : cut_outside_strings(value, "|")) {
        if (choice.empty()) {
            if (seen.octets && seen.octets->empty()) return true;
        } else if (choice[0] == '*') {
            const std::size_t size = seen.text     ? seen.text->size()
                                     : seen.octets ? seen.octets->size()
                                                   : 1;
            const auto most = number_of(choice.substr(1));
            if (size > 0 && (!most || size <= *most)) return true;
        } else if (choice[0] == '~') {
            if (seen.text && seen.text->find(*string_of(choice.substr(1))) != std::string::npos)
                return true;
        } else if (const auto text = string_of(choice)) {
            if (seen.text && *seen.text == *text) return true;
        } else if (seen.octets) {
            if (*seen.octets == octets_of(choice)) return true;
        } else if (seen.number) {
            if (number_of(choice) == seen.number) return true;
        } else if (seen.text && *seen.text == choice) {
            return true;
        }
    }
    return false;
}

}  // namespace smppd::test
