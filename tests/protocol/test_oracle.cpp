// tests/protocol/test_oracle.cpp - what libsmpp34's unpack accepts, decode() reads the same way.
// It refuses much that is legal or common, so that only its acceptances bind us.
#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "tests/support/pdu_samples.hpp"
#include "tests/support/smpp34_oracle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace smppd::protocol {
namespace {

/// libsmpp34 keeps some TLVs as integers in the machine's order, which ones depends on the PDU.
bool same_tlv(const Tlv& ours, const Tlv& theirs) {
    if (ours.tag != theirs.tag) return false;
    return ours.value == theirs.value || std::equal(ours.value.rbegin(), ours.value.rend(),
                                                    theirs.value.begin(), theirs.value.end());
}

template <class Type>
bool same(Type ours, Type theirs) {
    if constexpr (requires { ours.tlvs; }) {
        if (!std::equal(ours.tlvs.begin(), ours.tlvs.end(), theirs.tlvs.begin(), theirs.tlvs.end(),
                        same_tlv)) {
            return false;
        }
        ours.tlvs.clear();
        theirs.tlvs.clear();
    }
    return ours == theirs;
}

bool same_body(const Body& ours, const Body& theirs) {
    if (ours.index() != theirs.index()) return false;
    return std::visit(
        [&theirs](const auto& body) {
            return same(body, std::get<std::decay_t<decltype(body)>>(theirs));
        },
        ours);
}

constexpr test::SampleLimits small{.short_message = 60,
                                   .tlvs = 3,
                                   .tlv_value = 20,
                                   .list = 3,
                                   .any_octet = false,
                                   .deliver_times = false};

bool has_tlvs(const Body& body) {
    return std::visit(
        [](const auto& b) {
            if constexpr (requires { b.tlvs; }) return !b.tlvs.empty();
            return false;
        },
        body);
}

/// Changes an octet at the front of the body, the status or the sequence_number, takes octets
/// off the end or adds some. Not at the end of TLVs: libsmpp34 reads its integers in their usual
/// width whatever their length says, past the end of the TLV too, and that is not to be followed.
void mutate(Octets& pdu, bool tlvs, test::PduSamples& chance) {
    const auto octet = [&chance] { return static_cast<std::uint8_t>(chance.number(0xff)); };
    switch (chance.number(tlvs ? 2 : 4)) {
        case 0: pdu[11] = octet(); break;
        case 1: pdu[12 + chance.number(3)] = octet(); break;
        case 2:
            if (pdu.size() > 19) pdu[16 + chance.number(2)] = octet();
            break;
        case 3:
            if (pdu.size() > 20) pdu.resize(pdu.size() - 1 - chance.number(3));
            break;
        default: pdu.resize(pdu.size() + chance.number(3), octet()); break;
    }
    pdu[2] = static_cast<std::uint8_t>(pdu.size() >> 8);
    pdu[3] = static_cast<std::uint8_t>(pdu.size());
}

struct Tally {
    std::map<CommandId, int> accepted;
    int refused = 0;
};

/// Shows a PDU to both readers.
void compare(const Octets& pdu, Tally& tally) {
    const std::optional<Pdu> theirs = test::smpp34_unpacked(pdu);
    if (!theirs) {
        ++tally.refused;
        return;
    }
    ++tally.accepted[theirs->header.command_id];
    const Decoded ours = decode(pdu);
    CAPTURE(name(theirs->header.command_id));
    CHECK(ours.fault == ESME_ROK);
    CHECK((ours.pdu.header == theirs->header));
    CHECK(same_body(ours.pdu.body, theirs->body));
}

}  // namespace

TEST_CASE("oracle: well-formed PDUs that libsmpp34 accepts have equal fields") {
    test::PduSamples samples(34, small);
    Tally tally;
    for (int i = 0; i < 4000; ++i) {
        CAPTURE(i);
        const Pdu pdu = samples.next();
        compare(*encode(pdu.header, pdu.body), tally);
    }
    CHECK(tally.accepted.size() >= 24);  // nearly every command_id has been compared
    for (const auto& entry : tally.accepted) {
        CAPTURE(name(entry.first));
        CHECK(entry.second >= 5);
    }
}

TEST_CASE("oracle: damaged PDUs that libsmpp34 still accepts have equal fields") {
    test::PduSamples samples(35, small);
    Tally tally;
    for (int i = 0; i < 4000; ++i) {
        CAPTURE(i);
        const Pdu pdu = samples.next();
        Octets octets = *encode(pdu.header, pdu.body);
        mutate(octets, has_tlvs(pdu.body), samples);
        compare(octets, tally);
    }
    CHECK(tally.refused >= 200);
    CHECK(tally.accepted.size() >= 20);
}

}  // namespace smppd::protocol
