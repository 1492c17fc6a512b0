// tools/smscsim/words.cpp - see words.hpp.
#include "tools/smscsim/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace smppd::smscsim {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::optional<unsigned> nibble(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::string quoted(std::string_view word) { return "'" + std::string(word) + "'"; }

/// Takes words off the front of a line.
class Scanner {
public:
    explicit Scanner(std::string_view line) : line_(line) {}

    bool at_end() {
        while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
        return at_ == line_.size() || line_[at_] == '#';
    }

    Word next() {
        Word word;
        bool keyed = false;
        while (at_ < line_.size() && !is_blank(line_[at_])) {
            const char c = line_[at_++];
            if (c == '"') {
                take_quoted(word.value);
            } else if (c == '=' && !keyed) {
                keyed = true;
                word.key = std::exchange(word.value, {});
            } else {
                word.value.push_back(c);
            }
        }
        if (keyed && word.key.empty()) throw UsageError("a field has no name before its '='");
        return word;
    }

private:
    void take_quoted(std::string& to) {
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == '"') return;
            to.push_back(c == '\\' ? escaped() : c);
        }
        throw UsageError("a quote has no end: close it with \", and write \\\" for a quote inside");
    }

    char escaped() {
        if (at_ == line_.size()) throw UsageError("a line ends with a backslash inside quotes");
        const char c = line_[at_++];
        switch (c) {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case '"':
            case '\\': return c;
            case 'x': return hexadecimal();
            default: break;
        }
        throw UsageError(std::string("\\") + c + R"( is none of \" \\ \n \r \t \xHH)");
    }

    char hexadecimal() {
        if (line_.size() - at_ >= 2) {
            const auto high = nibble(line_[at_]), low = nibble(line_[at_ + 1]);
            if (high && low) {
                at_ += 2;
                return static_cast<char>(*high << 4 | *low);
            }
        }
        throw UsageError("\\x wants two hexadecimal digits after it");
    }

    std::string_view line_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Word> split_words(std::string_view line) {
    std::vector<Word> words;
    Scanner scanner(line);
    while (!scanner.at_end()) words.push_back(scanner.next());
    return words;
}

std::chrono::milliseconds parse_duration(std::string_view word) {
    const auto wrong = [word] {
        return UsageError(quoted(word) + " is no duration: write 200ms, 2s, 1.5s, 10m or 1h");
    };
    double value = 0;
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || value < 0) throw wrong();
    const std::string_view unit = word.substr(static_cast<std::size_t>(end - word.data()));
    const double scale = unit == "ms"  ? 1
                         : unit == "s" ? 1e3
                         : unit == "m" ? 60e3
                         : unit == "h" ? 3600e3
                                       : 0;
    constexpr double year_ms = 365.0 * 24 * 3600e3;
    if (scale == 0 || value * scale > year_ms) throw wrong();
    return std::chrono::milliseconds{std::llround(value * scale)};
}

protocol::Octets parse_hex(std::string_view word) {
    protocol::Octets octets;
    bool half = false;  // the last octet has only its first digit yet
    for (const char c : word) {
        if (!half && (is_blank(c) || c == ':')) continue;
        const auto digit = nibble(c);
        if (!digit) throw UsageError(quoted(std::string_view(&c, 1)) + " is no hexadecimal digit");
        if (half) {
            octets.back() = static_cast<std::uint8_t>(octets.back() << 4 | *digit);
        } else {
            octets.push_back(static_cast<std::uint8_t>(*digit));
        }
        half = !half;
    }
    if (half) throw UsageError("hexadecimal digits come in pairs, and one is left over");
    return octets;
}

std::uint64_t parse_number(std::string_view word, std::uint64_t max, std::string_view what) {
    const bool hexadecimal = word.starts_with("0x") || word.starts_with("0X");
    const std::string_view digits = hexadecimal ? word.substr(2) : word;
    std::uint64_t value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != last || value > max) {
        throw UsageError(std::string(what) + " " + quoted(word) + " is no number from 0 to " +
                         std::to_string(max));
    }
    return value;
}

protocol::Tlv parse_tlv(std::string_view word) {
    const std::size_t colon = word.find(':');
    protocol::Octets tag;
    if (colon != word.npos) tag = parse_hex(word.substr(0, colon));
    if (tag.size() != 2) {
        throw UsageError("tlv " + quoted(word) +
                         ": write four hexadecimal digits of the tag, a colon and the value in "
                         "hexadecimal, as in tlv=1400:4131");
    }
    return {static_cast<std::uint16_t>(tag[0] << 8 | tag[1]), parse_hex(word.substr(colon + 1))};
}

std::vector<unsigned> parse_parts(std::string_view word, std::string_view what) {
    std::vector<unsigned> parts;
    for (std::size_t at = 0; at <= word.size();) {
        const std::size_t comma = std::min(word.find(',', at), word.size());
        const auto number = parse_number(word.substr(at, comma - at), 255, what);
        if (number == 0) throw UsageError(std::string(what) + ": parts are counted from 1");
        parts.push_back(static_cast<unsigned>(number));
        at = comma + 1;
    }
    return parts;
}

protocol::Status parse_status_word(std::string_view word) {
    const auto status = protocol::parse_status(word);
    if (!status) {
        throw UsageError(quoted(word) +
                         " is no command_status: write a name such as ESME_RMSGQFUL, or 0x14");
    }
    return *status;
}

std::vector<protocol::Status> parse_statuses(std::string_view words) {
    std::vector<protocol::Status> statuses;
    for (std::size_t at = 0; at <= words.size();) {
        const std::size_t comma = std::min(words.find(',', at), words.size());
        statuses.push_back(parse_status_word(words.substr(at, comma - at)));
        at = comma + 1;
    }
    return statuses;
}

HostPort parse_host_port(std::string_view word) {
    const std::size_t colon = word.rfind(':');
    const auto wrong = [word] {
        return UsageError(quoted(word) +
                          " is no address: write HOST:PORT, as in 127.0.0.1:2775 or "
                          "[::1]:2775");
    };
    if (colon == word.npos || colon == 0) throw wrong();
    std::string_view host = word.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        throw wrong();
    }
    const auto port = parse_number(word.substr(colon + 1), 65535, "port");
    return {std::string(host), std::to_string(port)};
}

Fields::Fields(std::string command, std::vector<Word> words)
    : command_(std::move(command)), words_(std::move(words)) {}

std::optional<std::string> Fields::word() {
    const auto found = std::find_if(words_.begin(), words_.end(),
                                    [](const Word& word) { return word.key.empty(); });
    if (found == words_.end()) return std::nullopt;
    std::string value = std::move(found->value);
    words_.erase(found);
    return value;
}

std::vector<std::string> Fields::all(std::string_view key) {
    known_.emplace_back(key);
    std::vector<std::string> values;
    std::erase_if(words_, [&](Word& word) {
        if (word.key != key) return false;
        values.push_back(std::move(word.value));
        return true;
    });
    return values;
}

std::optional<std::string> Fields::take(std::string_view key) {
    std::vector<std::string> values = all(key);
    if (values.size() > 1) {
        throw UsageError(command_ + ": " + std::string(key) + "= stands there twice");
    }
    if (values.empty()) return std::nullopt;
    return std::move(values.front());
}

std::string Fields::need(std::string_view key) {
    auto value = take(key);
    if (!value) throw UsageError(command_ + " wants " + std::string(key) + "=...");
    return std::move(*value);
}

std::string Fields::text(std::string_view key, std::string fallback) {
    return take(key).value_or(std::move(fallback));
}

std::optional<std::uint8_t> Fields::octet(std::string_view key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    return static_cast<std::uint8_t>(parse_number(*value, 255, key));
}

std::uint64_t Fields::number(std::string_view key, std::uint64_t fallback, std::uint64_t max) {
    const auto value = take(key);
    return value ? parse_number(*value, max, key) : fallback;
}

std::chrono::milliseconds Fields::duration(std::string_view key,
                                           std::chrono::milliseconds fallback) {
    const auto value = take(key);
    return value ? parse_duration(*value) : fallback;
}

void Fields::finish() const {
    if (words_.empty()) return;
    const Word& word = words_.front();
    if (word.key.empty()) {
        throw UsageError(command_ + " does not know what to do with " + quoted(word.value) +
                         "; a value with blanks wants quotes");
    }
    std::string known;
    for (const std::string& key : known_) known += (known.empty() ? "" : ", ") + key;
    throw UsageError(command_ + " has no field " + quoted(word.key) + "; it has " +
                     (known.empty() ? "none" : known));
}

}  // namespace smppd::smscsim
