// pool/message.hpp - what arrived: messages, parts of long ones, receipts. Plain values.
#pragma once

#include "pool/types.hpp"

#include <optional>
#include <string_view>

namespace smppd::pool {

/// Who gets a message.
struct Owner {
    PlatformId platform = 0;  ///< 0: nobody, the message is unowned
    Id session = 0;           ///< 0: the number is assigned for good
    friend bool operator==(const Owner&, const Owner&) = default;
};

/// Why a message is unowned. Kept with it, told by explain.
enum class Unowned : std::uint8_t {
    no = 0,           ///< it has an owner
    not_in_pool,      ///< the destination is no number of the pool
    not_leased,       ///< in the pool, but nobody's at that time
    bad_destination,  ///< the destination is no E.164 number
    before_lease,     ///< its first part, or its sending, is older than the lease
    disabled,         ///< the number is disabled or retired
};
std::string_view name(Unowned why) noexcept;

enum class MessageState : std::uint8_t {
    waiting = 0,  ///< recorded, its owner has not acknowledged it
    delivered,    ///< the owner acknowledged it
    unowned,      ///< nobody to deliver to
    expired,      ///< retention ended before the owner took it
    kept,         ///< its owner has no SMPP account: events and the API tell it
};
std::string_view name(MessageState state) noexcept;

/// A whole message (or what came of it).
struct Message {
    Id id = 0;        ///< grows in the order in which messages became whole
    Id assembly = 0;  ///< of its parts; 0: it came in one PDU
    std::string carrier;
    std::uint32_t bind = 0;   ///< index of the carrier's bind, from 1
    std::string source;       ///< UTF-8
    std::string destination;  ///< UTF-8, as the carrier wrote it
    E164 number = 0;          ///< 0 when the destination is no number
    std::uint8_t source_ton = 0, source_npi = 0;
    Owner owner;
    Unowned unowned = Unowned::no;
    MessageState state = MessageState::waiting;
    bool is_text = true;
    bool lossy = false;       ///< the text holds U+FFFD for octets without meaning
    bool incomplete = false;  ///< parts are missing
    std::uint8_t data_coding = 0, esm_class = 0, protocol_id = 0;
    std::uint8_t parts = 1, parts_expected = 1;
    WallTime first_part_at{};
    WallTime received_at{};           ///< the last part, or the timeout
    WallTime settled_at{};            ///< delivered or expired; zero before
    std::uint32_t attempts = 0;       ///< deliveries tried
    std::uint64_t duplicate_key = 0;  ///< of a message in one PDU; see duplicates.hpp
    std::string text;                 ///< UTF-8; sealed at rest
    /// As received, header included; of a message in parts their user data, in order, without
    /// headers. Sealed at rest.
    Octets octets;
    friend bool operator==(const Message&, const Message&) = default;
};

/// What its text and octets take of memory, in octets.
inline std::size_t weight(const Message& message) noexcept {
    return message.text.size() + message.octets.size();
}

/// What the parts of one message have in common.
struct PartKey {
    std::string carrier;
    std::string source;
    std::string destination;
    std::uint16_t reference = 0;
    std::uint8_t width = 8;  ///< 8, 16, or 0 for sar_*
    std::uint8_t total = 1;
    friend bool operator==(const PartKey&, const PartKey&) = default;
    friend auto operator<=>(const PartKey&, const PartKey&) = default;
};

/// One part, as plain values: text is read when the message is whole.
struct Part {
    Id id = 0;
    PartKey key;
    std::uint8_t index = 1;  ///< 1 to total
    Id assembly = 0;         ///< id of the part of this message that arrived first
    std::uint32_t bind = 0;
    E164 number = 0;
    std::uint8_t source_ton = 0, source_npi = 0;
    Owner owner;  ///< as it was when the assembly began
    Unowned unowned = Unowned::no;
    WallTime arrived_at{};
    std::uint8_t data_coding = 0, esm_class = 0, protocol_id = 0;
    std::uint8_t alphabet = 0;  ///< protocol's Alphabet, as a number
    std::uint8_t single_shift = 0, locking_shift = 0, fill_bits = 0;
    std::uint64_t duplicate_key = 0;
    Octets data;    ///< the text's octets, without header; sealed at rest
    Octets octets;  ///< as received; sealed at rest
    friend bool operator==(const Part&, const Part&) = default;
};

/// A receipt that arrived; matched to submissions by the outbound side.
struct ReceiptRecord {
    Id id = 0;
    std::string carrier;
    std::uint32_t bind = 0;
    std::string source, destination;
    std::string message_id, text_id;  ///< as the carrier wrote them
    std::uint8_t state = 0;           ///< message_state of SMPP 3.4 §5.2.28
    std::string word, error;
    bool intermediate = false;
    bool readable = true;
    std::optional<WallTime> submit_date, done_date;
    WallTime received_at{};
    Octets octets;  ///< as received; sealed at rest
    friend bool operator==(const ReceiptRecord&, const ReceiptRecord&) = default;
};

/// One line of a message's story that its own fields do not tell: a refused delivery, a retry, a
/// duplicate that was dropped (the first 20 of each). Never text, never codes.
struct TraceEntry {
    Id message = 0;  ///< or the part, when it is one that came again
    WallTime at{};
    std::string event;   ///< one word: "delivery_refused"
    std::string detail;  ///< "bind=3 status=ESME_RX_T_APPN retry_after_s=5"
    friend bool operator==(const TraceEntry&, const TraceEntry&) = default;
};

}  // namespace smppd::pool
