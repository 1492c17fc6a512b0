// protocol/decode.hpp - octets of one PDU to a value: bounds-checked, tolerant as the field needs.
#pragma once

#include "protocol/pdu.hpp"

#include <string>

namespace smppd::protocol {

/// How strictly a body is read.
struct DecodeOptions {
    /// A TLV that runs past the PDU, 1 to 3 stray octets after the last TLV, or octets between
    /// short_message and the first TLV: true drops what is not whole (carriers), false makes the
    /// body of a request bad (platforms). Fewer than 4 octets after short_message and no TLV are
    /// dropped either way; a response is never bad.
    bool tolerate_broken_tlvs = true;
};

/// One whole PDU, read. The header always is; the body may be bad.
/// (That the stream is lost is the framer's word, so the three cases are: Errc::bad_length
/// from Framer::next, `fault != ESME_ROK`, and whole.)
struct Decoded {
    Pdu pdu;
    /// ESME_ROK: the body is whole. Else the status that a response carries; then the body holds
    /// what was read before the fault.
    Status fault = ESME_ROK;
    /// The field that is wrong, for logs and answers: "source_addr".
    std::string fault_field;
};

/// Reads one PDU. `bytes` is at least a header and exactly command_length octets long (assert).
/// Never throws but for memory; never reads outside `bytes`. What it tolerates, by row of
/// tests/vectors/quirks.tsv: a missing body in any response, responses with error and body,
/// a missing last NUL, over-long text fields, octets that sm_length leaves out before the first
/// plausible TLV, sequence_number 0, unknown TLVs, TLVs of any width and length.
Decoded decode(Bytes bytes, const DecodeOptions& options = {});

/// The header of one PDU; `bytes` holds at least 16 octets (assert).
Header decode_header(Bytes bytes) noexcept;

}  // namespace smppd::protocol
