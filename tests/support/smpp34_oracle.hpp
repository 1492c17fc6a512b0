// tests/support/smpp34_oracle.hpp - libsmpp34's unpack as an independent reader of PDUs.
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

}  // namespace smppd::test
