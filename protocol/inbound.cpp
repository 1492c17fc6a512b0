// protocol/inbound.cpp - see inbound.hpp.
#include "protocol/inbound.hpp"

#include "protocol/address.hpp"

#include <cassert>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t udhi = 0x40;

/// What a carrier's profile says of the octets' end: a NUL that sm_length counts is no text (q052).
Bytes without_nul(Bytes octets, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::octets:
        case Alphabet::gsm7_packed: return octets;
        case Alphabet::utf16be:
        case Alphabet::utf16le: {
            // The NUL is one octet beside whole units, or a unit of its own.
            const std::size_t width = octets.size() % 2 == 1 ? 1 : 2;
            if (octets.size() < width || octets.back() != 0 || octets[octets.size() - width] != 0)
                return octets;
            return octets.first(octets.size() - width);
        }
        default:
            if (octets.empty() || octets.back() != 0) return octets;
            return octets.first(octets.size() - 1);
    }
}

template <class Message>
void read_addresses(const Message& message, const Profile& profile, Inbound& inbound) {
    inbound.source = address_text(message.source_addr_ton, message.source_addr, profile);
    inbound.source_ton = message.source_addr_ton;
    inbound.source_npi = message.source_addr_npi;
    inbound.destination = address_text(message.dest_addr_ton, message.destination_addr, profile);
    inbound.destination_number =
        e164_of(message.dest_addr_ton, message.destination_addr, profile.country);
    inbound.data_coding = message.data_coding;
    inbound.esm_class = message.esm_class;
}

/// Of short_message and message_payload the longer one: the other is empty or repeats its beginning
/// (quirk q059).
Octets longer_of(const Octets& short_message, const Tlvs& tlvs) {
    const Tlv* payload = find_tlv(tlvs, tag::message_payload);
    if (payload == nullptr || payload->value.size() <= short_message.size()) return short_message;
    return payload->value;
}

void read_octets(Inbound& inbound, const Tlvs& tlvs, const Profile& profile) {
    inbound.alphabet = alphabet_of(inbound.data_coding, profile);
    Bytes octets = inbound.octets;
    if (profile.trim_nul) octets = without_nul(octets, inbound.alphabet);

    MessageKind kind = kind_of(inbound.esm_class);
    if (kind == MessageKind::message && profile.receipts == ReceiptHabit::by_content &&
        looks_like_receipt(octets, inbound.data_coding))
        kind = MessageKind::receipt;
    if (kind != MessageKind::message) {
        inbound.receipt = read_receipt(octets, inbound.data_coding, tlvs, kind);
        return;
    }
    inbound.is_text = inbound.alphabet != Alphabet::octets;
    inbound.user_data = take_apart(octets, (inbound.esm_class & udhi) != 0, false, tlvs);
    const UserData& user_data = inbound.user_data;
    inbound.text =
        decode_text(user_data.data, inbound.alphabet, user_data.language, user_data.fill_bits);
}

}  // namespace

Inbound read_inbound(const Pdu& pdu, const Profile& profile) {
    Inbound inbound;
    if (const auto* deliver_sm = std::get_if<DeliverSm>(&pdu.body)) {
        read_addresses(*deliver_sm, profile, inbound);
        inbound.protocol_id = deliver_sm->protocol_id;
        inbound.octets = longer_of(deliver_sm->short_message, deliver_sm->tlvs);
        read_octets(inbound, deliver_sm->tlvs, profile);
        return inbound;
    }
    const auto* data_sm = std::get_if<DataSm>(&pdu.body);
    assert(data_sm != nullptr);
    read_addresses(*data_sm, profile, inbound);
    inbound.octets = longer_of({}, data_sm->tlvs);
    read_octets(inbound, data_sm->tlvs, profile);
    return inbound;
}

}  // namespace smppd::protocol
