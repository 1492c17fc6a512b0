// tools/bench/message.hpp - the deliver_sm that the benchmark sends: packed once, patched for each
// message; and how a message is known again where it arrives.
#pragma once

#include "protocol/types.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smppd::bench {

/// Eight hexadecimal digits that tell the messages of one run from those of another.
using RunTag = std::array<char, 8>;
RunTag random_tag();

/// A message's mark, at the front of its text: "BENCH", the run's tag, ten digits of its id.
struct Mark {
    RunTag tag{};
    std::uint64_t id = 0;
};
/// The first mark in the octets, of a PDU or an HTTP request.
std::optional<Mark> find_mark(protocol::Bytes octets) noexcept;

/// The numbers that messages go to, from the first to the last in turn.
struct Numbers {
    std::uint64_t first = 447'700'900'000;
    std::uint64_t last = 447'700'900'999;
    std::uint64_t count() const noexcept { return last - first + 1; }
};
/// Reads "FROM-TO", or one number alone; a + in front is allowed. Both must have the same number
/// of digits, 3 to 15, and FROM not be above TO; else there is none.
std::optional<Numbers> parse_numbers(std::string_view word);

/// The six digits that stand for "{code}" in messages to the number.
std::string code_for(std::uint64_t number);

class MessageTemplate {
public:
    /// `text` follows the mark; in data_coding 0, so ASCII. The first "{code}" in it becomes
    /// code_for() the destination. Throws std::runtime_error when the whole does not go into one
    /// short_message (254 octets).
    MessageTemplate(RunTag tag, Numbers numbers, std::string_view text);

    /// Appends the PDU of message `id`; its sequence_number is id + 1.
    void append(protocol::Octets& to, std::uint64_t id) const;
    /// The same to a number of as many digits as the others.
    void append(protocol::Octets& to, std::uint64_t id, std::uint64_t number) const;
    std::size_t size() const noexcept { return pdu_.size(); }
    const RunTag& tag() const noexcept { return tag_; }

private:
    RunTag tag_;
    Numbers numbers_;
    protocol::Octets pdu_;
    std::size_t destination_at_ = 0;
    std::size_t destination_digits_ = 0;
    std::size_t id_at_ = 0;
    std::optional<std::size_t> code_at_;
};

}  // namespace smppd::bench
