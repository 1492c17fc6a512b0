// protocol/tlv.hpp - optional parameters (TLVs), kept in order and octet for octet.
#pragma once

#include "protocol/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smppd::protocol {

struct Tlv {
    std::uint16_t tag = 0;
    Octets value;
    friend bool operator==(const Tlv&, const Tlv&) = default;
};
/// In the order of the PDU; a tag may stand there more than once.
using Tlvs = std::vector<Tlv>;

/// Tags that code names. Source: SMPP 3.4 §5.3.2; the vendor's are ours (As an SMSC).
namespace tag {
inline constexpr std::uint16_t source_network_type = 0x000e;
inline constexpr std::uint16_t dest_network_type = 0x0006;
inline constexpr std::uint16_t additional_status_info_text = 0x001d;
inline constexpr std::uint16_t receipted_message_id = 0x001e;
inline constexpr std::uint16_t user_message_reference = 0x0204;
inline constexpr std::uint16_t sar_msg_ref_num = 0x020c;
inline constexpr std::uint16_t sar_total_segments = 0x020e;
inline constexpr std::uint16_t sar_segment_seqnum = 0x020f;
inline constexpr std::uint16_t sc_interface_version = 0x0210;
inline constexpr std::uint16_t network_error_code = 0x0423;
inline constexpr std::uint16_t message_payload = 0x0424;
inline constexpr std::uint16_t delivery_failure_reason = 0x0425;
inline constexpr std::uint16_t message_state = 0x0427;
inline constexpr std::uint16_t congestion_state = 0x0428;
inline constexpr std::uint16_t smppd_message_id = 0x1500;
inline constexpr std::uint16_t smppd_session_id = 0x1501;
inline constexpr std::uint16_t smppd_incomplete = 0x1502;
}  // namespace tag

/// The first TLV of that tag, or nullptr.
const Tlv* find_tlv(const Tlvs& tlvs, std::uint16_t tag) noexcept;
/// The first TLV of that tag as an integer, big endian, of any width from 1 to 8 octets:
/// peers send integers of other widths than the specification says (quirks q057, q058).
std::optional<std::uint64_t> tlv_integer(const Tlvs& tlvs, std::uint16_t tag) noexcept;
/// The first TLV of that tag as text up to its first NUL.
std::optional<std::string> tlv_text(const Tlvs& tlvs, std::uint16_t tag);
/// "message_payload"; "" for a tag that SMPP 3.4 and 5.0 do not list and that is not ours.
std::string_view tlv_name(std::uint16_t tag) noexcept;

}  // namespace smppd::protocol
