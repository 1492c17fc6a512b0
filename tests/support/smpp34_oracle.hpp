// tests/support/smpp34_oracle.hpp - libsmpp34 as an independent reader of PDUs, and as a writer.
#pragma once

#include "protocol/pdu.hpp"

#include <optional>

namespace smppd::test {

/// PDUs above this are not shown to it: it writes a trace of what it reads to a buffer of 2,048
/// octets without looking at its end.
inline constexpr std::size_t oracle_size_max = 400;

/// What libsmpp34 reads from `pdu`, nothing where it refuses it or the PDU is larger than
/// oracle_size_max. Not for octets from a peer; keep TLVs few (4) and their lengths true.
std::optional<protocol::Pdu> smpp34_unpacked(protocol::Bytes pdu);

/// What libsmpp34 packs of a submit_sm, a deliver_sm or one of their responses, TLVs left out.
/// Nothing where it refuses: it has no times and no message_id in deliver_sm and its response, 253
/// octets of text, and knows neither sequence_number 0 nor a vendor's status.
std::optional<protocol::Octets> smpp34_packed(const protocol::Pdu& pdu);

}  // namespace smppd::test
