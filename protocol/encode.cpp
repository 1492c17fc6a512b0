// protocol/encode.cpp - values to the octets of one PDU; the only place that knows libsmpp34.
#include "protocol/encode.hpp"

#include "protocol/draft.hpp"
#include "protocol/skeleton.hpp"

extern "C" {
#include <stdint.h>  // smpp34_structs.h relies on it

#include <libsmpp34/smpp34_structs.h>
}

#include <cassert>
#include <optional>
#include <utility>

namespace smppd::protocol {
namespace {

constexpr std::size_t pdu_max = 66560;
constexpr std::size_t count_max = 255;  // number_of_dests, no_unsuccess and sm_length: one octet
constexpr std::uint8_t distribution_list = 2;  // dest_flag

// Sizes in octets with the NUL, SMPP 3.4 §5.2.
constexpr std::size_t service_type_size = 6;
constexpr std::size_t address_size = 21;
constexpr std::size_t long_address_size = 65;  // data_sm and alert_notification
constexpr std::size_t time_size = 17;
constexpr std::size_t message_id_size = 65;

/// Packs what `draft` holds; `more` octets will be appended.
template <class Struct>
Result<Octets> pack(Draft<Struct>& draft, CommandId id, std::size_t more = 0) {
    return draft.pack(id, more, smpp34_pack2);
}

std::size_t size_of(const Tlvs& tlvs) noexcept {
    std::size_t size = 0;
    for (const Tlv& tlv : tlvs) size += 4 + tlv.value.size();
    return size;
}

Result<Octets> with_tlvs(Result<Octets> packed, const Tlvs& tlvs) {
    if (!packed) return packed;
    for (const Tlv& tlv : tlvs) {
        if (tlv.value.size() > 0xffff) return Errc::too_long;
        append_u16(*packed, tlv.tag);
        append_u16(*packed, static_cast<std::uint16_t>(tlv.value.size()));
        packed->insert(packed->end(), tlv.value.begin(), tlv.value.end());
    }
    return packed;
}

/// The packed PDU ends with an sm_length of 0: the real one, and the text. libsmpp34 takes 253
/// octets at most, 3.4 has 254 and 5.0 255 (q053).
Result<Octets> with_text(Result<Octets> packed, const Octets& short_message) {
    if (!packed) return packed;
    if (short_message.size() > count_max) return Errc::too_long;
    packed->back() = static_cast<std::uint8_t>(short_message.size());
    packed->insert(packed->end(), short_message.begin(), short_message.end());
    return packed;
}

template <class Struct, class From>
void put_source(Draft<Struct>& draft, const From& from, std::size_t size = address_size) {
    draft.checked_octet(draft.pdu.source_addr_ton, from.source_addr_ton);
    draft.checked_octet(draft.pdu.source_addr_npi, from.source_addr_npi);
    draft.text(draft.pdu.source_addr, from.source_addr, size);
}

template <class Struct, class From>
void put_destination(Draft<Struct>& draft, const From& from, std::size_t size = address_size) {
    draft.checked_octet(draft.pdu.dest_addr_ton, from.dest_addr_ton);
    draft.checked_octet(draft.pdu.dest_addr_npi, from.dest_addr_npi);
    draft.text(draft.pdu.destination_addr, from.destination_addr, size);
}

/// The fields that follow the destination, the text and TLVs after them.
template <class Struct>
Result<Octets> pack_content(Draft<Struct>& draft, CommandId id, const ShortMessage& from) {
    Struct& pdu = draft.pdu;
    draft.octet(pdu.esm_class, from.esm_class);
    draft.octet(pdu.protocol_id, from.protocol_id);
    draft.octet(pdu.priority_flag, from.priority_flag);
    draft.text(pdu.schedule_delivery_time, from.schedule_delivery_time, time_size);
    draft.text(pdu.validity_period, from.validity_period, time_size);
    draft.octet(pdu.registered_delivery, from.registered_delivery);
    draft.octet(pdu.replace_if_present_flag, from.replace_if_present_flag);
    draft.octet(pdu.data_coding, from.data_coding);
    draft.octet(pdu.sm_default_msg_id, from.sm_default_msg_id);
    draft.octet(pdu.sm_length, 0);
    const std::size_t more = from.short_message.size() + size_of(from.tlvs);
    return with_tlvs(with_text(pack(draft, id, more), from.short_message), from.tlvs);
}

/// A PDU of this kind without texts and TLVs. libsmpp34 needs 0.6 to 2.4 µs for one, for it formats
/// a trace of it: those that every message needs are packed once and filled in after that.
template <class Struct>
Result<Octets> skeleton(CommandId id) {
    return Draft<Struct>().pack_struct(id, 0, smpp34_pack2);
}

std::size_t size_of_texts(const ShortMessage& from) noexcept {
    return from.service_type.size() + from.source_addr.size() + from.destination_addr.size() +
           from.schedule_delivery_time.size() + from.validity_period.size();
}

/// submit_sm and deliver_sm.
template <class Struct>
Result<Octets> pack_message(CommandId id, const ShortMessage& from) {
    static const Result<Octets> empty = skeleton<Struct>(id);
    if (!empty) return empty;
    const std::size_t content = from.short_message.size() + size_of(from.tlvs);
    Filling filling(*empty, size_of_texts(from) + content);
    filling.text(from.service_type, service_type_size);
    filling.octet(from.source_addr_ton);
    filling.octet(from.source_addr_npi);
    filling.text(from.source_addr, address_size);
    filling.octet(from.dest_addr_ton);
    filling.octet(from.dest_addr_npi);
    filling.text(from.destination_addr, address_size);
    filling.octet(from.esm_class);
    filling.octet(from.protocol_id);
    filling.octet(from.priority_flag);
    filling.text(from.schedule_delivery_time, time_size);
    filling.text(from.validity_period, time_size);
    filling.octet(from.registered_delivery);
    filling.octet(from.replace_if_present_flag);
    filling.octet(from.data_coding);
    filling.octet(from.sm_default_msg_id);
    filling.octet(0);  // sm_length
    return with_tlvs(with_text(filling.take(), from.short_message), from.tlvs);
}

template <class Struct>
Result<Octets> pack_bind(CommandId id, const BindRequest& from) {
    Draft<Struct> draft;
    Struct& pdu = draft.pdu;
    draft.text(pdu.system_id, from.system_id);
    draft.text(pdu.password, from.password);
    draft.text(pdu.system_type, from.system_type);
    draft.checked_octet(pdu.interface_version, from.interface_version, 0x34);
    draft.checked_octet(pdu.addr_ton, from.addr_ton);
    draft.checked_octet(pdu.addr_npi, from.addr_npi);
    draft.text(pdu.address_range, from.address_range);
    return with_tlvs(pack(draft, id, size_of(from.tlvs)), from.tlvs);
}

template <class Struct>
Result<Octets> pack_bind_resp(CommandId id, const BindResp& from) {
    Draft<Struct> draft;
    draft.text(draft.pdu.system_id, from.system_id);
    return with_tlvs(pack(draft, id, size_of(from.tlvs)), from.tlvs);
}

/// submit_sm_resp, deliver_sm_resp and data_sm_resp.
template <class Struct>
Result<Octets> pack_message_resp(CommandId id, const MessageResp& from) {
    static const Result<Octets> empty = skeleton<Struct>(id);
    if (!empty) return empty;
    Filling filling(*empty, from.message_id.size() + size_of(from.tlvs));
    filling.text(from.message_id, message_id_size);
    return with_tlvs(filling.take(), from.tlvs);
}

Result<Octets> pack(CommandId id, const BindRequest& from) {
    switch (id) {
        case CommandId::bind_receiver: return pack_bind<bind_receiver_t>(id, from);
        case CommandId::bind_transmitter: return pack_bind<bind_transmitter_t>(id, from);
        case CommandId::bind_transceiver: return pack_bind<bind_transceiver_t>(id, from);
        default: return Errc::not_packable;
    }
}

Result<Octets> pack(CommandId id, const BindResp& from) {
    switch (id) {
        case CommandId::bind_receiver_resp: return pack_bind_resp<bind_receiver_resp_t>(id, from);
        case CommandId::bind_transmitter_resp:
            return pack_bind_resp<bind_transmitter_resp_t>(id, from);
        case CommandId::bind_transceiver_resp:
            return pack_bind_resp<bind_transceiver_resp_t>(id, from);
        default: return Errc::not_packable;
    }
}

Result<Octets> pack(CommandId id, const MessageResp& from) {
    switch (id) {
        case CommandId::submit_sm_resp: return pack_message_resp<submit_sm_resp_t>(id, from);
        case CommandId::deliver_sm_resp: return pack_message_resp<deliver_sm_resp_t>(id, from);
        case CommandId::data_sm_resp: return pack_message_resp<data_sm_resp_t>(id, from);
        default: return Errc::not_packable;
    }
}

Result<Octets> pack(CommandId id, const Outbind& from) {
    if (id != CommandId::outbind) return Errc::not_packable;
    Draft<outbind_t> draft;
    draft.text(draft.pdu.system_id, from.system_id);
    draft.text(draft.pdu.password, from.password);
    return pack(draft, id);
}

Result<Octets> pack(CommandId id, const SubmitSm& from) {
    if (id != CommandId::submit_sm) return Errc::not_packable;
    return pack_message<submit_sm_t>(id, from);
}

Result<Octets> pack(CommandId id, const DeliverSm& from) {
    if (id != CommandId::deliver_sm) return Errc::not_packable;
    return pack_message<deliver_sm_t>(id, from);
}

Result<Octets> pack(CommandId id, const DataSm& from) {
    if (id != CommandId::data_sm) return Errc::not_packable;
    Draft<data_sm_t> draft;
    draft.text(draft.pdu.service_type, from.service_type);
    put_source(draft, from, long_address_size);
    put_destination(draft, from, long_address_size);
    draft.octet(draft.pdu.esm_class, from.esm_class);
    draft.octet(draft.pdu.registered_delivery, from.registered_delivery);
    draft.octet(draft.pdu.data_coding, from.data_coding);
    return with_tlvs(pack(draft, id, size_of(from.tlvs)), from.tlvs);
}

/// A C-Octet String in a list of ours.
std::optional<Errc> append_text(Octets& to, std::string_view text) {
    if (text.size() >= address_size) return Errc::too_long;
    if (text.find('\0') != text.npos) return Errc::not_packable;
    to.insert(to.end(), text.begin(), text.end());
    to.push_back(0);
    return std::nullopt;
}

Result<Octets> destinations(const std::vector<DestAddress>& from) {
    if (from.size() > count_max) return Errc::too_long;
    Octets list;
    for (const DestAddress& dest : from) {
        list.push_back(dest.dest_flag);
        if (dest.dest_flag != distribution_list) {
            list.push_back(dest.dest_addr_ton);
            list.push_back(dest.dest_addr_npi);
        }
        if (const auto error = append_text(list, dest.address)) return *error;
    }
    return list;
}

Result<Octets> pack(CommandId id, const SubmitMulti& from) {
    if (id != CommandId::submit_multi) return Errc::not_packable;
    const Result<Octets> list = destinations(from.dest_address);
    if (!list) return list;
    Draft<submit_multi_t> draft;
    draft.text(draft.pdu.service_type, from.service_type);
    put_source(draft, from);
    draft.checked_octet(draft.pdu.number_of_dests,
                        static_cast<std::uint8_t>(from.dest_address.size()));
    draft.list(*list);
    return pack_content(draft, id, from);
}

Result<Octets> pack(CommandId id, const SubmitMultiResp& from) {
    if (id != CommandId::submit_multi_resp) return Errc::not_packable;
    if (from.unsuccess_sme.size() > count_max) return Errc::too_long;
    Draft<submit_multi_resp_t> draft;
    draft.text(draft.pdu.message_id, from.message_id);
    draft.checked_octet(draft.pdu.no_unsuccess,
                        static_cast<std::uint8_t>(from.unsuccess_sme.size()));
    Result<Octets> packed = pack(draft, id, size_of(from.tlvs));
    if (!packed) return packed;
    for (const UnsuccessSme& sme : from.unsuccess_sme) {
        packed->push_back(sme.dest_addr_ton);
        packed->push_back(sme.dest_addr_npi);
        if (const auto error = append_text(*packed, sme.destination_addr)) return *error;
        append_u32(*packed, sme.error_status_code);
    }
    return with_tlvs(std::move(packed), from.tlvs);
}

Result<Octets> pack(CommandId id, const QuerySm& from) {
    if (id != CommandId::query_sm) return Errc::not_packable;
    Draft<query_sm_t> draft;
    draft.text(draft.pdu.message_id, from.message_id);
    put_source(draft, from);
    return pack(draft, id);
}

Result<Octets> pack(CommandId id, const QuerySmResp& from) {
    if (id != CommandId::query_sm_resp) return Errc::not_packable;
    Draft<query_sm_resp_t> draft;
    draft.text(draft.pdu.message_id, from.message_id);
    draft.text(draft.pdu.final_date, from.final_date);
    draft.octet(draft.pdu.message_state, from.message_state);
    draft.octet(draft.pdu.error_code, from.error_code);
    return pack(draft, id);
}

Result<Octets> pack(CommandId id, const CancelSm& from) {
    if (id != CommandId::cancel_sm) return Errc::not_packable;
    Draft<cancel_sm_t> draft;
    draft.text(draft.pdu.service_type, from.service_type);
    draft.text(draft.pdu.message_id, from.message_id);
    put_source(draft, from);
    put_destination(draft, from);
    return pack(draft, id);
}

Result<Octets> pack(CommandId id, const ReplaceSm& from) {
    if (id != CommandId::replace_sm) return Errc::not_packable;
    Draft<replace_sm_t> draft;
    draft.text(draft.pdu.message_id, from.message_id);
    put_source(draft, from);
    draft.text(draft.pdu.schedule_delivery_time, from.schedule_delivery_time);
    draft.text(draft.pdu.validity_period, from.validity_period);
    draft.octet(draft.pdu.registered_delivery, from.registered_delivery);
    draft.octet(draft.pdu.sm_default_msg_id, from.sm_default_msg_id);
    draft.octet(draft.pdu.sm_length, 0);
    return with_text(pack(draft, id, from.short_message.size()), from.short_message);
}

Result<Octets> pack(CommandId id, const AlertNotification& from) {
    if (id != CommandId::alert_notification) return Errc::not_packable;
    Draft<alert_notification_t> draft;
    put_source(draft, from, long_address_size);
    draft.checked_octet(draft.pdu.esme_addr_ton, from.esme_addr_ton);
    draft.checked_octet(draft.pdu.esme_addr_npi, from.esme_addr_npi);
    draft.text(draft.pdu.esme_addr, from.esme_addr);
    return with_tlvs(pack(draft, id, size_of(from.tlvs)), from.tlvs);
}

Result<Octets> pack(CommandId, const UnknownBody&) { return Errc::not_packable; }

/// Requests with mandatory fields; all other PDUs can stand as a header only.
bool needs_body(CommandId id) noexcept {
    return known(id) && !is_response(id) && id != CommandId::unbind &&
           id != CommandId::enquire_link;
}

Octets seal(Octets octets, const Header& header) {
    put_u32(octets.data(), static_cast<std::uint32_t>(octets.size()));
    put_u32(octets.data() + 4, static_cast<std::uint32_t>(header.command_id));
    put_u32(octets.data() + 8, header.command_status);
    put_u32(octets.data() + 12, header.sequence_number);
    return octets;
}

template <class Type>
Result<Octets> encode_as(const Header& header, const Type& body) {
    Result<Octets> packed = pack(header.command_id, body);
    if (!packed) return packed;
    if (packed->size() > pdu_max) return Errc::too_long;
    // SMPP 3.4 §5.1.3: a refusal has no body; one that says something is sent with it.
    if (is_response(header.command_id) && header.command_status != ESME_ROK && body == Type{}) {
        packed->resize(header_size);
    }
    return seal(std::move(*packed), header);
}

Result<Octets> encode_as(const Header& header, const Empty&) {
    if (needs_body(header.command_id)) return Errc::not_packable;
    return encode_empty(header.command_id, header.command_status, header.sequence_number);
}

}  // namespace

Result<Octets> encode(const Header& header, const Body& body) {
    return std::visit([&header](const auto& from) { return encode_as(header, from); }, body);
}

Octets encode_empty(CommandId id, Status status, std::uint32_t sequence_number) {
    return seal(Octets(header_size),
                {.command_id = id, .command_status = status, .sequence_number = sequence_number});
}

void patch_sequence(Octets& pdu, std::uint32_t sequence_number) noexcept {
    assert(pdu.size() >= header_size);
    put_u32(pdu.data() + 12, sequence_number);
}

}  // namespace smppd::protocol
