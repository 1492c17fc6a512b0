// tests/support/pdu_samples.cpp - PDUs by chance, the same ones in every run.
#include "tests/support/pdu_samples.hpp"

#include <array>

namespace smppd::test {

using namespace protocol;

namespace {

constexpr std::array ids{CommandId::generic_nack,          CommandId::bind_receiver,
                         CommandId::bind_receiver_resp,    CommandId::bind_transmitter,
                         CommandId::bind_transmitter_resp, CommandId::query_sm,
                         CommandId::query_sm_resp,         CommandId::submit_sm,
                         CommandId::submit_sm_resp,        CommandId::deliver_sm,
                         CommandId::deliver_sm_resp,       CommandId::unbind,
                         CommandId::unbind_resp,           CommandId::replace_sm,
                         CommandId::replace_sm_resp,       CommandId::cancel_sm,
                         CommandId::cancel_sm_resp,        CommandId::bind_transceiver,
                         CommandId::bind_transceiver_resp, CommandId::outbind,
                         CommandId::enquire_link,          CommandId::enquire_link_resp,
                         CommandId::submit_multi,          CommandId::submit_multi_resp,
                         CommandId::alert_notification,    CommandId::data_sm,
                         CommandId::data_sm_resp};

constexpr std::array<std::uint16_t, 12> tags{0x0204, 0x020c, 0x020e, 0x020f, 0x001e, 0x0427,
                                             0x0423, 0x0424, 0x1400, 0x3fff, 0x4001, 0x060f};

}  // namespace

std::uint32_t PduSamples::number(std::uint32_t max) {
    // Not a distribution: those differ between libraries.
    return max == 0xffffffff ? static_cast<std::uint32_t>(random_())
                             : static_cast<std::uint32_t>(random_() % (max + 1));
}

std::uint8_t PduSamples::ton() {
    return limits_.any_octet ? octet() : static_cast<std::uint8_t>(number(6));
}
std::uint8_t PduSamples::npi() {
    constexpr std::array<std::uint8_t, 10> known{0, 1, 3, 4, 6, 8, 9, 10, 14, 18};
    return limits_.any_octet ? octet() : known[number(known.size() - 1)];
}

std::string PduSamples::text(std::size_t length_max) {
    std::string text(number(static_cast<std::uint32_t>(length_max)), ' ');
    for (char& c : text) c = static_cast<char>(number(254) + 1);
    return text;
}
std::string PduSamples::time() { return number(1) == 0 ? "" : "260131235959000+"; }

Octets PduSamples::octets(std::size_t length_max) {
    Octets octets(number(static_cast<std::uint32_t>(length_max)));
    for (std::uint8_t& o : octets) o = octet();
    return octets;
}

Tlvs PduSamples::tlvs() {
    Tlvs tlvs(number(static_cast<std::uint32_t>(limits_.tlvs)));
    for (Tlv& tlv : tlvs) tlv = {tags[number(tags.size() - 1)], octets(limits_.tlv_value)};
    return tlvs;
}

template <class Body>
void PduSamples::source(Body& body, std::size_t length_max) {
    body.source_addr_ton = ton();
    body.source_addr_npi = npi();
    body.source_addr = text(length_max);
}
template <class Body>
void PduSamples::destination(Body& body, std::size_t length_max) {
    body.dest_addr_ton = ton();
    body.dest_addr_npi = npi();
    body.destination_addr = text(length_max);
}

void PduSamples::content(ShortMessage& body, bool times) {
    body.esm_class = octet();
    body.protocol_id = octet();
    body.priority_flag = octet();
    if (times) body.schedule_delivery_time = time();
    if (times) body.validity_period = time();
    body.registered_delivery = octet();
    body.replace_if_present_flag = octet();
    body.data_coding = octet();
    body.sm_default_msg_id = octet();
    body.short_message = octets(limits_.short_message);
    body.tlvs = tlvs();
}

void PduSamples::message(ShortMessage& body, bool times) {
    body.service_type = text(5);
    source(body);
    destination(body);
    content(body, times);
}

BindRequest PduSamples::bind_request() {
    BindRequest body;
    body.system_id = text(15);
    body.password = text(8);
    body.system_type = text(12);
    if (limits_.any_octet) body.interface_version = octet();
    body.addr_ton = ton();
    body.addr_npi = npi();
    body.address_range = text(40);
    body.tlvs = tlvs();
    return body;
}

DataSm PduSamples::data_sm() {
    DataSm body;
    body.service_type = text(5);
    source(body, limits_.any_octet ? 64 : 20);
    destination(body, 64);
    body.esm_class = octet();
    body.registered_delivery = octet();
    body.data_coding = octet();
    body.tlvs = tlvs();
    return body;
}

SubmitMulti PduSamples::submit_multi() {
    SubmitMulti body;
    body.service_type = text(5);
    source(body);
    body.dest_address.resize(number(static_cast<std::uint32_t>(limits_.list)));
    for (DestAddress& dest : body.dest_address) {
        dest.dest_flag = static_cast<std::uint8_t>(1 + number(1));
        if (dest.dest_flag == 1) {
            dest.dest_addr_ton = ton();
            dest.dest_addr_npi = npi();
        }
        dest.address = text(20);
    }
    content(body, true);
    return body;
}

SubmitMultiResp PduSamples::submit_multi_resp() {
    SubmitMultiResp body;
    body.message_id = text(64);
    body.unsuccess_sme.resize(number(static_cast<std::uint32_t>(limits_.list)));
    for (UnsuccessSme& sme : body.unsuccess_sme) {
        destination(sme);
        sme.error_status_code = number(0x112);
    }
    body.tlvs = tlvs();
    return body;
}

CancelSm PduSamples::cancel_sm() {
    CancelSm body;
    body.service_type = text(5);
    body.message_id = text(64);
    source(body);
    destination(body);
    return body;
}

ReplaceSm PduSamples::replace_sm() {
    ReplaceSm body;
    body.message_id = text(64);
    source(body);
    body.schedule_delivery_time = time();
    body.validity_period = time();
    body.registered_delivery = octet();
    body.sm_default_msg_id = octet();
    body.short_message = octets(limits_.short_message);
    return body;
}

AlertNotification PduSamples::alert_notification() {
    AlertNotification body;
    source(body, 64);
    body.esme_addr_ton = ton();
    body.esme_addr_npi = npi();
    body.esme_addr = text(64);
    body.tlvs = tlvs();
    return body;
}

Body PduSamples::body(CommandId id) {
    switch (id) {
        case CommandId::bind_receiver:
        case CommandId::bind_transmitter:
        case CommandId::bind_transceiver: return bind_request();
        case CommandId::bind_receiver_resp:
        case CommandId::bind_transmitter_resp:
        case CommandId::bind_transceiver_resp: return BindResp{text(15), tlvs()};
        case CommandId::outbind: return Outbind{text(15), text(8)};
        case CommandId::submit_sm: {
            SubmitSm body;
            message(body, true);
            return body;
        }
        case CommandId::deliver_sm: {
            DeliverSm body;
            message(body, limits_.deliver_times);
            return body;
        }
        case CommandId::submit_sm_resp:
        case CommandId::deliver_sm_resp:
        case CommandId::data_sm_resp: return MessageResp{text(64), tlvs()};
        case CommandId::data_sm: return data_sm();
        case CommandId::submit_multi: return submit_multi();
        case CommandId::submit_multi_resp: return submit_multi_resp();
        case CommandId::query_sm: {
            QuerySm body;
            body.message_id = text(64);
            source(body);
            return body;
        }
        case CommandId::query_sm_resp: return QuerySmResp{text(64), time(), octet(), octet()};
        case CommandId::cancel_sm: return cancel_sm();
        case CommandId::replace_sm: return replace_sm();
        case CommandId::alert_notification: return alert_notification();
        default: return Empty{};
    }
}

Pdu PduSamples::of(CommandId id) {
    const Status status = is_response(id) && number(3) == 0 ? number(0x112) : ESME_ROK;
    return {{.command_id = id, .command_status = status, .sequence_number = number(0xffffffff)},
            body(id)};
}

Pdu PduSamples::next() { return of(ids[number(ids.size() - 1)]); }

}  // namespace smppd::test
