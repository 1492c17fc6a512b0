// protocol/encode.hpp - values to the octets of one PDU. libsmpp34 packs the mandatory part (of
// messages and their responses once, to be filled in from then on); text, TLVs and the header are
// patched in after it. Used by one thread only (libsmpp34 is not thread-safe).
#pragma once

#include "protocol/pdu.hpp"

namespace smppd::protocol {

/// The octets of one PDU; header.command_length is worked out, the rest of the header is taken.
/// A response with an error status and an empty body is a header only (SMPP 3.4 §5.1.3).
/// Errc::too_long: a text field, short_message (255), a TLV (65535) or the whole (66560) is
/// longer than may be. Errc::not_packable: libsmpp34 refused. UnknownBody: not_packable.
Result<Octets> encode(const Header& header, const Body& body);

/// Header-only PDUs, without libsmpp34.
Octets encode_empty(CommandId id, Status status, std::uint32_t sequence_number);

/// Gives a packed PDU another sequence_number (octets 12 to 15), for PDUs packed once.
void patch_sequence(Octets& pdu, std::uint32_t sequence_number) noexcept;

}  // namespace smppd::protocol
