// tests/fuzz/fuzz_decode.cpp - framer, decode, describe and encode on octets from anywhere.
#include "protocol/decode.hpp"
#include "protocol/describe.hpp"
#include "protocol/encode.hpp"
#include "protocol/framer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace smppd::protocol;

void expect(bool holds) {
    if (!holds) std::abort();
}

/// What has been read once is written and read again as the same value, unless it is longer than
/// we send. A refusal loses an empty body, which reads as one.
void round_trip(const Decoded& first) {
    const Result<Octets> packed = encode(first.pdu.header, first.pdu.body);
    if (!packed) return;
    const Decoded second = decode(*packed, {.tolerate_broken_tlvs = false});
    expect(second.fault == ESME_ROK);
    expect(second.pdu.header.command_id == first.pdu.header.command_id);
    expect(second.pdu.header.command_status == first.pdu.header.command_status);
    expect(second.pdu.header.sequence_number == first.pdu.header.sequence_number);
    expect(second.pdu.body == first.pdu.body);
}

void whole_pdu(Bytes pdu) {
    const Decoded strict = decode(pdu, {.tolerate_broken_tlvs = false});
    const Decoded tolerant = decode(pdu);
    if (strict.fault == ESME_ROK) expect(strict.pdu.body == tolerant.pdu.body);
    if (is_response(tolerant.pdu.header.command_id)) expect(strict.fault == ESME_ROK);
    if (tolerant.fault == ESME_ROK) round_trip(tolerant);
    for (const DescribedField& field : describe(pdu)) {
        expect(field.offset + field.length <= pdu.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t cut = std::size_t{data[0]} + 1;  // octets in a segment
    const Bytes stream(data + 1, size - 1);
    describe(stream);
    static_cast<void>(foreign_protocol(stream));
    Framer framer(66560);
    for (std::size_t at = 0; at < stream.size(); at += cut) {
        framer.feed(stream.subspan(at, std::min(cut, stream.size() - at)));
        for (;;) {
            const Result<Bytes> pdu = framer.next();
            if (!pdu) return 0;
            if (pdu->empty()) break;
            whole_pdu(*pdu);
        }
    }
    return 0;
}
