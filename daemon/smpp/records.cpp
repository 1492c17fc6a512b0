// daemon/smpp/records.cpp - see records.hpp.
#include "daemon/smpp/records.hpp"

#include "pool/duplicates.hpp"
#include "pool/ids.hpp"
#include "protocol/segment.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;

std::uint64_t key_of(std::uint64_t salt, const std::string& carrier, const Inbound& in) {
    std::uint32_t reference_and_part = 0;
    if (const auto& part = in.user_data.part) {
        reference_and_part =
            std::uint32_t{part->reference} << 16 | std::uint32_t{part->total} << 8 | part->index;
    }
    // The TLVs of a receipt may be all there is of it: they are part of what makes it the same.
    if (in.receipt) {
        Octets octets = in.octets;
        octets.insert(octets.end(), in.receipt->id.begin(), in.receipt->id.end());
        octets.push_back(static_cast<std::uint8_t>(in.receipt->state));
        return pool::duplicate_key(salt, carrier, in.source, in.destination, 1, in.data_coding,
                                   octets);
    }
    return pool::duplicate_key(salt, carrier, in.source, in.destination, reference_and_part,
                               in.data_coding, in.octets);
}

pool::ReceiptRecord receipt_record(pool::Id id, const std::string& carrier, std::uint32_t bind,
                                   Inbound&& in, Now now) {
    pool::ReceiptRecord record;
    Receipt& receipt = *in.receipt;
    record.id = id;
    record.carrier = carrier;
    record.bind = bind;
    record.source = std::move(in.source);
    record.destination = std::move(in.destination);
    record.message_id = std::move(receipt.id);
    record.text_id = std::move(receipt.text_id);
    record.state = static_cast<std::uint8_t>(receipt.state);
    record.word = std::move(receipt.word);
    record.error = std::move(receipt.error);
    record.intermediate = receipt.intermediate;
    record.readable = receipt.readable;
    record.submit_date = receipt.submit_date;
    record.done_date = receipt.done_date;
    record.received_at = now.wall;
    record.octets = std::move(in.octets);
    return record;
}

pool::Message whole_message(pool::Id id, const std::string& carrier, std::uint32_t bind,
                            Inbound&& in, Now now) {
    pool::Message message;
    message.id = id;
    message.carrier = carrier;
    message.bind = bind;
    message.source = std::move(in.source);
    message.destination = std::move(in.destination);
    message.number = in.destination_number.value_or(0);
    message.source_ton = in.source_ton;
    message.source_npi = in.source_npi;
    message.is_text = in.is_text;
    message.lossy = in.text.lossy;
    message.data_coding = in.data_coding;
    message.esm_class = in.esm_class;
    message.protocol_id = in.protocol_id;
    message.first_part_at = now.wall;
    message.received_at = now.wall;
    message.text = std::move(in.text.utf8);
    message.octets = std::move(in.octets);
    return message;
}

pool::Part part_record(pool::Id id, const std::string& carrier, std::uint32_t bind, Inbound&& in,
                       Now now) {
    pool::Part part;
    const PartOf& of = *in.user_data.part;
    part.id = id;
    part.key = {carrier, std::move(in.source), std::move(in.destination), of.reference, of.width,
                of.total};
    part.index = of.index;
    part.bind = bind;
    part.number = in.destination_number.value_or(0);
    part.source_ton = in.source_ton;
    part.source_npi = in.source_npi;
    part.arrived_at = now.wall;
    part.data_coding = in.data_coding;
    part.esm_class = in.esm_class;
    part.protocol_id = in.protocol_id;
    part.alphabet = static_cast<std::uint8_t>(in.alphabet);
    part.single_shift = in.user_data.language.single_shift;
    part.locking_shift = in.user_data.language.locking_shift;
    part.fill_bits = in.user_data.fill_bits;
    part.data = std::move(in.user_data.data);
    part.octets = std::move(in.octets);
    return part;
}

std::shared_ptr<pool::Message> assembled_message(pool::Id id, const pool::Assembly& assembly,
                                                 Now now) {
    auto message = std::make_shared<pool::Message>();
    const pool::Part& first = assembly.parts.front();
    message->id = id;
    message->assembly = assembly.id;
    message->carrier = first.key.carrier;
    message->bind = first.bind;
    message->source = first.key.source;
    message->destination = first.key.destination;
    message->number = first.number;
    message->source_ton = first.source_ton;
    message->source_npi = first.source_npi;
    message->owner = first.owner;
    message->unowned = first.unowned;
    message->state =
        first.owner.platform == 0 ? pool::MessageState::unowned : pool::MessageState::waiting;
    message->incomplete = !assembly.complete();
    message->data_coding = first.data_coding;
    // The parts' own headers are gone, and with them the indicator.
    message->esm_class = first.esm_class & 0xbf;
    message->protocol_id = first.protocol_id;
    message->parts = static_cast<std::uint8_t>(assembly.parts.size());
    message->parts_expected = first.key.total;
    message->first_part_at = assembly.first_part_at;
    message->received_at = now.wall;
    std::vector<TextPiece> pieces;
    for (const pool::Part& part : assembly.parts) {
        const auto alphabet = static_cast<Alphabet>(part.alphabet);
        message->is_text = message->is_text && alphabet != Alphabet::octets;
        message->octets.insert(message->octets.end(), part.data.begin(), part.data.end());
        pieces.push_back(
            {part.data, part.fill_bits, alphabet, {part.single_shift, part.locking_shift}});
    }
    if (message->is_text) {
        Text text = join_text(pieces);
        message->lossy = text.lossy;
        message->text = std::move(text.utf8);
    }
    return message;
}

namespace {

Octets to_octets(std::string_view text) { return {text.begin(), text.end()}; }

/// UTF-8 to the field's octets: Latin-1 where every character has a place in it, '?' elsewhere;
/// at most 20 octets (SMPP 3.4 §5.2.8).
std::string address_field(std::string_view utf8) {
    std::string field;
    for (std::size_t i = 0; i < utf8.size() && field.size() < 20; ++i) {
        const auto octet = static_cast<unsigned char>(utf8[i]);
        if (octet < 0x80) {
            field.push_back(static_cast<char>(octet));
        } else if ((octet == 0xc2 || octet == 0xc3) && i + 1 < utf8.size()) {
            field.push_back(static_cast<char>((octet & 3) << 6 | (utf8[++i] & 0x3f)));
        } else {
            field.push_back('?');
            while (i + 1 < utf8.size() && (utf8[i + 1] & 0xc0) == 0x80) ++i;
        }
    }
    return field;
}

DeliverSm addressed(const pool::Message& message, DeliveryForm form, const std::string& session) {
    DeliverSm pdu;
    pdu.source_addr_ton = message.source_ton;
    pdu.source_addr_npi = message.source_npi;
    pdu.source_addr = address_field(message.source);
    pdu.dest_addr_ton = 1;
    pdu.dest_addr_npi = 1;
    pdu.destination_addr = std::to_string(message.number);
    pdu.protocol_id = message.protocol_id;
    if (form.tlvs) {
        pdu.tlvs.push_back({tag::smppd_message_id, to_octets(pool::id_text(message.id))});
        if (!session.empty()) pdu.tlvs.push_back({tag::smppd_session_id, to_octets(session)});
        if (message.incomplete) pdu.tlvs.push_back({tag::smppd_incomplete, {1}});
    }
    return pdu;
}

constexpr std::size_t short_message_max = 254;
constexpr std::size_t payload_max = 65'535;
constexpr std::uint8_t version_3_3 = 0x33;
constexpr std::uint8_t udhi = 0x40;

std::vector<DeliverSm> in_parts(const DeliverSm& whole, std::vector<Segment> segments) {
    std::vector<DeliverSm> pdus;
    for (Segment& segment : segments) {
        DeliverSm& part = pdus.emplace_back(whole);
        part.esm_class |= segment.esm_class;
        part.short_message = std::move(segment.short_message);
    }
    return pdus;
}

/// What does not go into one short_message. Above 255 parts message_payload is the other way, and
/// there is none beyond it: 255 parts hold less.
std::vector<DeliverSm> long_pdus(DeliverSm pdu, const pool::Message& message, Octets octets,
                                 DeliveryForm form, std::uint16_t reference) {
    if (message.is_text && form.long_messages == pool::LongMessages::udh) {
        if (auto parts = segment_text(message.text, reference)) {
            return in_parts(pdu, std::move(parts->segments));
        }
    }
    if (!message.is_text && !form.payload && (pdu.esm_class & udhi) == 0) {
        auto parts = segment_octets(octets, reference);
        return parts ? in_parts(pdu, std::move(*parts)) : std::vector<DeliverSm>{};
    }
    if (!form.payload || octets.size() > payload_max) return {};
    pdu.tlvs.insert(pdu.tlvs.begin(), Tlv{tag::message_payload, std::move(octets)});
    return {std::move(pdu)};
}

}  // namespace

DeliveryForm delivery_form(const pool::SmppAccount& account, std::uint8_t interface_version) {
    if (interface_version <= version_3_3) return {false, false, pool::LongMessages::udh};
    return {account.tlvs, true, account.long_messages};
}

std::vector<DeliverSm> deliver_pdus(const pool::Message& message, DeliveryForm form,
                                    const std::string& session, std::uint16_t reference) {
    DeliverSm pdu = addressed(message, form, session);
    Octets octets;
    if (message.is_text) {
        EncodedText encoded = encode_text(message.text);
        pdu.data_coding = encoded.data_coding;
        octets = std::move(encoded.octets);
    } else {
        pdu.data_coding = message.data_coding;
        pdu.esm_class = message.esm_class & udhi;
        octets = message.octets;
    }
    if (octets.size() > short_message_max) {
        return long_pdus(std::move(pdu), message, std::move(octets), form, reference);
    }
    pdu.short_message = std::move(octets);
    return {std::move(pdu)};
}

}  // namespace smppd::smpp
