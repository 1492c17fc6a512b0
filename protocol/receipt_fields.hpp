// protocol/receipt_fields.hpp - cuts the text of a delivery receipt into its fields, and reads the
// values. Private to receipt.cpp. Every function is linear in its input and never fails.
#pragma once

#include "protocol/receipt.hpp"

#include <array>
#include <string_view>

namespace smppd::protocol {

/// The keys of SMPP 3.4 Appendix B, however they are spelt ("submitdate", "Submit_Date", ...).
enum class ReceiptKey : std::uint8_t { id, sub, dlvrd, submit_date, done_date, stat, err, text };

/// What stands after the keys; views into the text that was scanned.
struct ReceiptFields {
    static constexpr std::size_t keys = 8;
    /// Nothing: the key is not there. Empty: nothing is written after it. A date's view is wider
    /// than its first word, so that "2026-01-31 12:05" can be read.
    std::array<std::optional<std::string_view>, keys> values;
    /// A state's word that stands there without its key (quirk q092).
    std::string_view bare_state;

    bool has(ReceiptKey key) const { return values[static_cast<std::size_t>(key)].has_value(); }
    std::string_view operator[](ReceiptKey key) const {
        return values[static_cast<std::size_t>(key)].value_or(std::string_view{});
    }
};

struct ReceiptScan {
    /// Take keys that are glued to the value before them ("err:000text:hi").
    bool glued = true;
    /// What is not known from elsewhere. Where it is missing before text:, keys that end the
    /// receipt after its text are taken as the carrier's; otherwise all after text: is text (q096).
    bool need_id = false, need_state = false;
};
/// The first value of each key wins, unless it is empty.
ReceiptFields scan_receipt(std::string_view text, const ReceiptScan& scan);

/// A blank, a control character or NUL: what stands between fields.
constexpr bool is_receipt_blank(char c) noexcept { return (c >= 0 && c <= ' ') || c == 0x7f; }
/// The view without blanks at both ends.
std::string_view trim_receipt(std::string_view text) noexcept;

/// "DELIVRD", "delivered", "UNDEL": a state's word, of the specification or a carrier's own.
/// `whole`: no word that was cut short.
std::optional<MessageState> state_of_word(std::string_view word, bool whole = false) noexcept;
/// The same, or the number of a state: "2", "002".
std::optional<MessageState> state_of_stat(std::string_view word) noexcept;
/// message_state of whatever width; nothing for what is beyond 1..8.
std::optional<MessageState> state_of_tlv(Bytes value) noexcept;

/// "001" is 1; nothing for what is no number of at most 9 digits.
std::optional<unsigned> receipt_number(std::string_view digits) noexcept;
/// A date of 8 to 17 digits, with a year of 2 or 4 digits, with or without separators; the
/// absolute time of SMPP 3.4 §7.1.1; seconds (10 digits) or milliseconds (13) since 1970. A
/// reading as a date goes before one as seconds. Zeros and nonsense are nothing.
std::optional<WallTime> receipt_date(std::string_view written) noexcept;
/// network_error_code as decimal digits, three at least as err: has them: a type and a number
/// (SMPP 3.4 §5.3.2.31), or the characters themselves, as some peers send them (quirk q058).
/// Empty for what is neither.
std::string network_error_digits(Bytes value);

}  // namespace smppd::protocol
