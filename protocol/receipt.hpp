// protocol/receipt.hpp - delivery receipts, in every form that carriers write them.
// Source: SMPP 3.4 Appendix B and §5.2.28; forms of tests/vectors/quirks.tsv q055, q058, q086-q108.
#pragma once

#include "protocol/pdu.hpp"
#include "protocol/profile.hpp"

#include <optional>
#include <string>

namespace smppd::protocol {

/// Values of message_state. Source: SMPP 3.4 §5.2.28.
enum class MessageState : std::uint8_t {
    enroute = 1,
    delivered,
    expired,
    deleted,
    undeliverable,
    accepted,
    unknown,
    rejected
};
/// "DELIVRD", as Appendix B writes it.
std::string_view state_word(MessageState state) noexcept;

struct Receipt {
    std::string id;       ///< receipted_message_id, else the text's; octets as they came
    std::string text_id;  ///< the text's id where it is another than the TLV's, else empty
    MessageState state = MessageState::unknown;
    std::string word;  ///< the state as the peer wrote it, after stat: or alone (quirk q092)
    std::optional<unsigned> sub, dlvrd;
    std::optional<WallTime> submit_date, done_date;  ///< as UTC; zeros and nonsense are none
    std::string error;          ///< err: as written, else network_error_code's digits
    std::string text;           ///< UTF-8 after text:, not more
    bool intermediate = false;  ///< esm_class said intermediate notification
    bool readable = true;       ///< false: it is a receipt, but no id was found in it
};

/// esm_class bits 2 to 5. Source: SMPP 3.4 §5.2.12; tested by bits, never by equality.
enum class MessageKind : std::uint8_t { message, receipt, intermediate };
MessageKind kind_of(std::uint8_t esm_class) noexcept;

/// Reads a receipt from its TLVs and its octets (short_message or message_payload). TLVs win over
/// the text. The octets are ASCII also where data_coding 0 means the GSM alphabet; data_coding 8
/// is UTF-16. Never fails: `readable` is false where nothing identifies the submission.
Receipt read_receipt(Bytes octets, std::uint8_t data_coding, const Tlvs& tlvs, MessageKind kind);

/// Whether octets with esm_class 0 are a receipt by content: they begin (blanks aside) with id:,
/// and have stat: with a state's word and either err:, submit date: or done date:. For profiles
/// with ReceiptHabit::by_content (q102).
bool looks_like_receipt(Bytes octets, std::uint8_t data_coding);

}  // namespace smppd::protocol
