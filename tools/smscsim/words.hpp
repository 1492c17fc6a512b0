// tools/smscsim/words.hpp - a line of a script to its words, and the words to values.
// Pure: what is wrong is thrown as a UsageError whose text says what would be right.
#pragma once

#include "protocol/status.hpp"
#include "protocol/tlv.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::smscsim {

/// A line or an option that cannot be followed; what() is one sentence for people.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// `key=value`, or a word without "=": then the key is empty.
struct Word {
    std::string key;
    std::string value;
    friend bool operator==(const Word&, const Word&) = default;
};

/// Words are parted by blanks. A value may stand in double quotes, with \" \\ \n \r \t and \xHH in
/// it. "#" at the beginning of a word starts a comment. Throws for a quote without its end.
std::vector<Word> split_words(std::string_view line);

/// "200ms", "2s", "1.5s", "10m", "1h".
std::chrono::milliseconds parse_duration(std::string_view word);
/// Hexadecimal digits in pairs; blanks and colons between pairs are passed over.
protocol::Octets parse_hex(std::string_view word);
/// "12" or "0x0c", at most `max`. `what` names the value in the error.
std::uint64_t parse_number(std::string_view word, std::uint64_t max, std::string_view what);
/// "1400:4131": tag and value in hexadecimal; the value may be empty.
protocol::Tlv parse_tlv(std::string_view word);
/// "2,1,3", each 1 to 255.
std::vector<unsigned> parse_parts(std::string_view word, std::string_view what);
/// "ESME_RMSGQFUL", "0x14", "20".
protocol::Status parse_status_word(std::string_view word);
/// The same, several with commas between.
std::vector<protocol::Status> parse_statuses(std::string_view words);

struct HostPort {
    std::string host;
    std::string port;
    friend bool operator==(const HostPort&, const HostPort&) = default;
};
/// "127.0.0.1:2775", "[::1]:2775", "smsc.example:2775".
HostPort parse_host_port(std::string_view word);

/// The fields of one command; each is taken once, and what was never asked for is an error.
class Fields {
public:
    /// `command` names the command in errors.
    Fields(std::string command, std::vector<Word> words);

    /// The next word without a key.
    std::optional<std::string> word();
    /// The value of `key`. Throws when it stands there twice.
    std::optional<std::string> take(std::string_view key);
    /// All values of `key`, for fields that may be repeated.
    std::vector<std::string> all(std::string_view key);
    std::string need(std::string_view key);
    std::string text(std::string_view key, std::string fallback);
    std::optional<std::uint8_t> octet(std::string_view key);
    std::uint64_t number(std::string_view key, std::uint64_t fallback, std::uint64_t max);
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback);
    /// Throws for words that nobody took, and says which fields there are.
    void finish() const;

private:
    std::string command_;
    std::vector<Word> words_;
    std::vector<std::string> known_;
};

}  // namespace smppd::smscsim
