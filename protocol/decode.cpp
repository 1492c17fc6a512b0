// protocol/decode.cpp - octets of one PDU to a value: which fields each body has.
#include "protocol/decode.hpp"

#include "protocol/body_reader.hpp"

#include <cassert>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t sme_address = 1;  // dest_flag, SMPP 3.4 §5.2.25
constexpr std::uint8_t distribution_list = 2;

void read(BodyReader& in, BindRequest& body) {
    in.text("system_id", body.system_id);
    in.password("password", body.password);
    in.text("system_type", body.system_type);
    in.octet("interface_version", body.interface_version);
    in.octet("addr_ton", body.addr_ton);
    in.octet("addr_npi", body.addr_npi);
    in.last_text("address_range", body.address_range);
    in.tlvs(body.tlvs);
}

void read(BodyReader& in, BindResp& body) {
    in.response_text("system_id", body.system_id);
    in.tlvs(body.tlvs);
}

void read(BodyReader& in, Outbind& body) {
    in.text("system_id", body.system_id);
    in.last_text("password", body.password, FieldKind::password);
    in.ignore_rest();
}

template <class Sender>  // every body that has source_addr
void read_source(BodyReader& in, Sender& body) {
    in.octet("source_addr_ton", body.source_addr_ton);
    in.octet("source_addr_npi", body.source_addr_npi);
    in.text("source_addr", body.source_addr, ESME_RINVSRCADR);
}

template <class Receiver>  // every body that has destination_addr
void read_destination(BodyReader& in, Receiver& body) {
    in.octet("dest_addr_ton", body.dest_addr_ton);
    in.octet("dest_addr_npi", body.dest_addr_npi);
    in.text("destination_addr", body.destination_addr, ESME_RINVDSTADR);
}

void read_short_message(BodyReader& in, Octets& short_message) {
    std::uint8_t sm_length = 0;
    in.octet("sm_length", sm_length);
    in.octets("short_message", short_message, sm_length, ESME_RINVMSGLEN);
}

/// What follows the destination.
void read_content(BodyReader& in, ShortMessage& body) {
    in.octet("esm_class", body.esm_class);
    in.octet("protocol_id", body.protocol_id);
    in.octet("priority_flag", body.priority_flag);
    in.text("schedule_delivery_time", body.schedule_delivery_time);
    in.text("validity_period", body.validity_period);
    in.octet("registered_delivery", body.registered_delivery);
    in.octet("replace_if_present_flag", body.replace_if_present_flag);
    in.octet("data_coding", body.data_coding);
    in.octet("sm_default_msg_id", body.sm_default_msg_id);
    read_short_message(in, body.short_message);
    in.unmeasured_text(body.short_message);
    in.tlvs_after_text(body.tlvs);
}

void read(BodyReader& in, ShortMessage& body) {
    in.text("service_type", body.service_type);
    read_source(in, body);
    read_destination(in, body);
    read_content(in, body);
}

void read(BodyReader& in, MessageResp& body) {
    in.response_text("message_id", body.message_id);
    in.tlvs(body.tlvs);
}

void read(BodyReader& in, DataSm& body) {
    in.text("service_type", body.service_type);
    read_source(in, body);
    read_destination(in, body);
    in.octet("esm_class", body.esm_class);
    in.octet("registered_delivery", body.registered_delivery);
    in.octet("data_coding", body.data_coding);
    in.tlvs(body.tlvs);
}

void read_destinations(BodyReader& in, std::vector<DestAddress>& list) {
    std::uint8_t count = 0;
    in.octet("number_of_dests", count);
    for (std::uint8_t i = 0; i < count && !in.failed(); ++i) {
        DestAddress dest;
        in.octet("dest_flag", dest.dest_flag, ESME_RINVNUMDESTS);
        if (in.failed()) return;
        if (dest.dest_flag == sme_address) {
            in.octet("dest_addr_ton", dest.dest_addr_ton, ESME_RINVNUMDESTS);
            in.octet("dest_addr_npi", dest.dest_addr_npi, ESME_RINVNUMDESTS);
            in.text("destination_addr", dest.address, ESME_RINVDSTADR);
        } else if (dest.dest_flag == distribution_list) {
            in.text("dl_name", dest.address, ESME_RINVDLNAME);
        } else {
            in.fail("dest_flag", ESME_RINVDESTFLAG);
        }
        if (!in.failed()) list.push_back(std::move(dest));
    }
}

void read(BodyReader& in, SubmitMulti& body) {
    in.text("service_type", body.service_type);
    read_source(in, body);
    read_destinations(in, body.dest_address);
    read_content(in, body);
}

void read(BodyReader& in, SubmitMultiResp& body) {
    in.response_text("message_id", body.message_id);
    if (in.left() == 0) return;
    std::uint8_t count = 0;
    in.octet("no_unsuccess", count);
    for (std::uint8_t i = 0; i < count && !in.failed(); ++i) {
        UnsuccessSme sme;
        in.octet("dest_addr_ton", sme.dest_addr_ton);
        in.octet("dest_addr_npi", sme.dest_addr_npi);
        in.text("destination_addr", sme.destination_addr);
        in.status("error_status_code", sme.error_status_code);
        if (!in.failed()) body.unsuccess_sme.push_back(std::move(sme));
    }
    in.tlvs(body.tlvs);
}

void read(BodyReader& in, QuerySm& body) {
    in.text("message_id", body.message_id, ESME_RINVMSGID);
    in.octet("source_addr_ton", body.source_addr_ton);
    in.octet("source_addr_npi", body.source_addr_npi);
    in.last_text("source_addr", body.source_addr);
    in.ignore_rest();
}

void read(BodyReader& in, QuerySmResp& body) {
    in.response_text("message_id", body.message_id);
    if (in.left() == 0) return;
    in.text("final_date", body.final_date);
    in.octet("message_state", body.message_state);
    in.octet("error_code", body.error_code);
    in.ignore_rest();
}

void read(BodyReader& in, CancelSm& body) {
    in.text("service_type", body.service_type);
    in.text("message_id", body.message_id, ESME_RINVMSGID);
    read_source(in, body);
    in.octet("dest_addr_ton", body.dest_addr_ton);
    in.octet("dest_addr_npi", body.dest_addr_npi);
    in.last_text("destination_addr", body.destination_addr);
    in.ignore_rest();
}

void read(BodyReader& in, ReplaceSm& body) {
    in.text("message_id", body.message_id, ESME_RINVMSGID);
    read_source(in, body);
    in.text("schedule_delivery_time", body.schedule_delivery_time);
    in.text("validity_period", body.validity_period);
    in.octet("registered_delivery", body.registered_delivery);
    in.octet("sm_default_msg_id", body.sm_default_msg_id);
    read_short_message(in, body.short_message);
    in.ignore_rest();
}

void read(BodyReader& in, AlertNotification& body) {
    read_source(in, body);
    in.octet("esme_addr_ton", body.esme_addr_ton);
    in.octet("esme_addr_npi", body.esme_addr_npi);
    in.last_text("esme_addr", body.esme_addr);
    in.tlvs(body.tlvs);
}

void read(BodyReader& in, Empty&) { in.ignore_rest(); }  // q010: four octets too many

void read(BodyReader& in, UnknownBody& body) { in.rest("body", body.octets); }

template <class Type>
void read_as(BodyReader& in, Body& body) {
    read(in, body.emplace<Type>());
}

void read_body(BodyReader& in, CommandId id, Body& body) {
    switch (id) {
        case CommandId::bind_receiver:
        case CommandId::bind_transmitter:
        case CommandId::bind_transceiver: return read_as<BindRequest>(in, body);
        case CommandId::bind_receiver_resp:
        case CommandId::bind_transmitter_resp:
        case CommandId::bind_transceiver_resp: return read_as<BindResp>(in, body);
        case CommandId::outbind: return read_as<Outbind>(in, body);
        case CommandId::submit_sm: return read_as<SubmitSm>(in, body);
        case CommandId::deliver_sm: return read_as<DeliverSm>(in, body);
        case CommandId::submit_sm_resp:
        case CommandId::deliver_sm_resp:
        case CommandId::data_sm_resp: return read_as<MessageResp>(in, body);
        case CommandId::data_sm: return read_as<DataSm>(in, body);
        case CommandId::submit_multi: return read_as<SubmitMulti>(in, body);
        case CommandId::submit_multi_resp: return read_as<SubmitMultiResp>(in, body);
        case CommandId::query_sm: return read_as<QuerySm>(in, body);
        case CommandId::query_sm_resp: return read_as<QuerySmResp>(in, body);
        case CommandId::cancel_sm: return read_as<CancelSm>(in, body);
        case CommandId::replace_sm: return read_as<ReplaceSm>(in, body);
        case CommandId::alert_notification: return read_as<AlertNotification>(in, body);
        case CommandId::generic_nack:
        case CommandId::unbind:
        case CommandId::unbind_resp:
        case CommandId::enquire_link:
        case CommandId::enquire_link_resp:
        case CommandId::cancel_sm_resp:
        case CommandId::replace_sm_resp: return read_as<Empty>(in, body);
    }
    read_as<UnknownBody>(in, body);
}

}  // namespace

Header decode_header(Bytes bytes) noexcept {
    assert(bytes.size() >= header_size);
    return {.command_length = get_u32(bytes.data()),
            .command_id = static_cast<CommandId>(get_u32(bytes.data() + 4)),
            .command_status = get_u32(bytes.data() + 8),
            .sequence_number = get_u32(bytes.data() + 12)};
}

Decoded decode_with_layout(Bytes bytes, const DecodeOptions& options, Layout* layout) {
    Decoded decoded;
    decoded.pdu.header = decode_header(bytes);
    BodyReader in(bytes, decoded.pdu.header, options, layout);
    read_body(in, decoded.pdu.header.command_id, decoded.pdu.body);
    decoded.fault = in.fault();
    decoded.fault_field = in.take_fault_field();
    return decoded;
}

Decoded decode(Bytes bytes, const DecodeOptions& options) {
    assert(bytes.size() >= header_size);
    assert(get_u32(bytes.data()) == bytes.size());
    return decode_with_layout(bytes, options, nullptr);
}

}  // namespace smppd::protocol
