// tests/support/smpp34_oracle.cpp - libsmpp34 as an independent reader of PDUs, and as a writer.
#include "tests/support/smpp34_oracle.hpp"

extern "C" {
#include <stdint.h>  // smpp34_structs.h relies on it

#include <libsmpp34/smpp34_heap.h>
#include <libsmpp34/smpp34_structs.h>
}

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

namespace smppd::test {
namespace {

using namespace protocol;

/// What libsmpp34 allocates. It leaks the lists of each PDU that it refuses; they are freed here.
class Heap {
public:
    Heap() {
        // It takes them once, before it allocates anything.
        static const bool set = [] {
            static const smpp34_memory_functions functions{allocate, reallocate, release};
            smpp34_set_memory_functions(&functions);
            return true;
        }();
        static_cast<void>(set);
    }
    ~Heap() {
        for (void* const block : blocks()) std::free(block);
        blocks().clear();
    }
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

private:
    static std::set<void*>& blocks() {
        static std::set<void*> all;
        return all;
    }
    static void* allocate(std::size_t size) {
        void* const block = std::calloc(1, size);
        blocks().insert(block);
        return block;
    }
    static void* reallocate(void* block, std::size_t size) {
        blocks().erase(block);
        void* const moved = std::realloc(block, size);
        blocks().insert(moved);
        return moved;
    }
    static void release(void* block) {
        if (blocks().erase(block) != 0) std::free(block);
    }
};

template <std::size_t size>
std::string text(const std::uint8_t (&from)[size]) {
    const auto* const end = std::find(from, from + size, std::uint8_t{0});
    return {from, end};
}

/// The integer tags that libsmpp34 keeps in the order of the machine depend on the PDU. A value
/// is right when either order gives the octets that were sent; the test tells which.
Tlvs list_of(const tlv_t* from) {
    Tlvs tlvs;
    for (; from != nullptr; from = from->next) {
        const std::size_t length = std::min<std::size_t>(from->length, MAX_TLV_SIZE);
        tlvs.push_back({from->tag, Octets(from->value.octet, from->value.octet + length)});
    }
    std::reverse(tlvs.begin(), tlvs.end());  // the last one read comes first
    return tlvs;
}

template <class Struct>
class Unpacked {
public:
    explicit Unpacked(const Octets& pdu, std::size_t size) {
        std::memset(&fields, 0, sizeof(fields));
        accepted = smpp34_unpack2(&fields, pdu.data(), static_cast<int>(size)) == 0;
    }
    Struct fields;
    bool accepted = false;
};

template <class To, class From>
void source(To& to, const From& from) {
    to.source_addr_ton = from.source_addr_ton;
    to.source_addr_npi = from.source_addr_npi;
    to.source_addr = text(from.source_addr);
}
template <class To, class From>
void destination(To& to, const From& from) {
    to.dest_addr_ton = from.dest_addr_ton;
    to.dest_addr_npi = from.dest_addr_npi;
    to.destination_addr = text(from.destination_addr);
}

template <class To, class From>
void content(To& to, const From& from) {
    to.service_type = text(from.service_type);
    source(to, from);
    to.esm_class = from.esm_class;
    to.protocol_id = from.protocol_id;
    to.priority_flag = from.priority_flag;
    to.schedule_delivery_time = text(from.schedule_delivery_time);
    to.validity_period = text(from.validity_period);
    to.registered_delivery = from.registered_delivery;
    to.replace_if_present_flag = from.replace_if_present_flag;
    to.data_coding = from.data_coding;
    to.sm_default_msg_id = from.sm_default_msg_id;
    to.short_message.assign(from.short_message, from.short_message + from.sm_length);
    to.tlvs = list_of(from.tlv);
}

template <class To, class From>
To message(const From& from) {
    To to;
    content(to, from);
    destination(to, from);
    return to;
}

template <class From>
BindRequest bind_request(const From& from) {
    return {
        text(from.system_id), text(from.password), text(from.system_type),   from.interface_version,
        from.addr_ton,        from.addr_npi,       text(from.address_range), {}};
}
template <class From>
BindResp bind_resp(const From& from) {
    return {text(from.system_id), list_of(from.tlv)};
}
template <class From>
MessageResp message_resp(const From& from) {
    return {text(from.message_id), {}};
}

DataSm data_sm(const data_sm_t& from) {
    DataSm to;
    to.service_type = text(from.service_type);
    source(to, from);
    destination(to, from);
    to.esm_class = from.esm_class;
    to.registered_delivery = from.registered_delivery;
    to.data_coding = from.data_coding;
    to.tlvs = list_of(from.tlv);
    return to;
}

SubmitMulti submit_multi(const submit_multi_t& from) {
    SubmitMulti to;
    content(to, from);
    for (const dad_t* dad = from.dest_addr_def; dad != nullptr; dad = dad->next) {
        DestAddress dest;
        dest.dest_flag = dad->dest_flag;
        if (dad->dest_flag == 1) {
            dest.dest_addr_ton = dad->value.sme.dest_addr_ton;
            dest.dest_addr_npi = dad->value.sme.dest_addr_npi;
            dest.address = text(dad->value.sme.destination_addr);
        } else {
            dest.address = text(dad->value.dl_name);
        }
        to.dest_address.push_back(dest);
    }
    std::reverse(to.dest_address.begin(), to.dest_address.end());
    return to;
}

SubmitMultiResp submit_multi_resp(const submit_multi_resp_t& from) {
    SubmitMultiResp to;
    to.message_id = text(from.message_id);
    for (const udad_t* udad = from.unsuccess_smes; udad != nullptr; udad = udad->next) {
        UnsuccessSme sme;
        destination(sme, *udad);
        sme.error_status_code = udad->error_status_code;
        to.unsuccess_sme.push_back(sme);
    }
    std::reverse(to.unsuccess_sme.begin(), to.unsuccess_sme.end());
    return to;
}

QuerySm query_sm(const query_sm_t& from) {
    QuerySm to;
    to.message_id = text(from.message_id);
    source(to, from);
    return to;
}

QuerySmResp query_sm_resp(const query_sm_resp_t& from) {
    return {text(from.message_id), text(from.final_date), from.message_state, from.error_code};
}

CancelSm cancel_sm(const cancel_sm_t& from) {
    CancelSm to;
    to.service_type = text(from.service_type);
    to.message_id = text(from.message_id);
    source(to, from);
    destination(to, from);
    return to;
}

ReplaceSm replace_sm(const replace_sm_t& from) {
    ReplaceSm to;
    to.message_id = text(from.message_id);
    source(to, from);
    to.schedule_delivery_time = text(from.schedule_delivery_time);
    to.validity_period = text(from.validity_period);
    to.registered_delivery = from.registered_delivery;
    to.sm_default_msg_id = from.sm_default_msg_id;
    to.short_message.assign(from.short_message, from.short_message + from.sm_length);
    return to;
}

AlertNotification alert_notification(const alert_notification_t& from) {
    AlertNotification to;
    source(to, from);
    to.esme_addr_ton = from.esme_addr_ton;
    to.esme_addr_npi = from.esme_addr_npi;
    to.esme_addr = text(from.esme_addr);
    to.tlvs = list_of(from.tlv);
    return to;
}

Outbind outbind(const outbind_t& from) { return {text(from.system_id), text(from.password)}; }

Empty empty(const unbind_t&) { return {}; }

template <class Struct, class Convert>
std::optional<Pdu> read(const Octets& pdu, std::size_t size, Convert convert) {
    const Unpacked<Struct> unpacked(pdu, size);
    if (!unpacked.accepted) return std::nullopt;
    const Struct& fields = unpacked.fields;
    return Pdu{{fields.command_length, static_cast<CommandId>(fields.command_id),
                fields.command_status, fields.sequence_number},
               convert(fields)};
}

std::optional<Pdu> read_response(CommandId id, const Octets& pdu, std::size_t size) {
    switch (id) {
        case CommandId::bind_receiver_resp:
            return read<bind_receiver_resp_t>(pdu, size, bind_resp<bind_receiver_resp_t>);
        case CommandId::bind_transmitter_resp:
            return read<bind_transmitter_resp_t>(pdu, size, bind_resp<bind_transmitter_resp_t>);
        case CommandId::bind_transceiver_resp:
            return read<bind_transceiver_resp_t>(pdu, size, bind_resp<bind_transceiver_resp_t>);
        case CommandId::submit_sm_resp:
            return read<submit_sm_resp_t>(pdu, size, message_resp<submit_sm_resp_t>);
        case CommandId::deliver_sm_resp:
            return read<deliver_sm_resp_t>(pdu, size, message_resp<deliver_sm_resp_t>);
        case CommandId::data_sm_resp:
            return read<data_sm_resp_t>(pdu, size, message_resp<data_sm_resp_t>);
        case CommandId::submit_multi_resp:
            return read<submit_multi_resp_t>(pdu, size, submit_multi_resp);
        case CommandId::query_sm_resp: return read<query_sm_resp_t>(pdu, size, query_sm_resp);
        case CommandId::generic_nack:
        case CommandId::unbind_resp:
        case CommandId::cancel_sm_resp:
        case CommandId::replace_sm_resp:
        case CommandId::enquire_link_resp: return read<unbind_t>(pdu, size, empty);
        default: return std::nullopt;
    }
}

std::optional<Pdu> read_request(CommandId id, const Octets& pdu, std::size_t size) {
    switch (id) {
        case CommandId::bind_receiver:
            return read<bind_receiver_t>(pdu, size, bind_request<bind_receiver_t>);
        case CommandId::bind_transmitter:
            return read<bind_transmitter_t>(pdu, size, bind_request<bind_transmitter_t>);
        case CommandId::bind_transceiver:
            return read<bind_transceiver_t>(pdu, size, bind_request<bind_transceiver_t>);
        case CommandId::outbind: return read<outbind_t>(pdu, size, outbind);
        case CommandId::submit_sm:
            return read<submit_sm_t>(pdu, size, message<SubmitSm, submit_sm_t>);
        case CommandId::deliver_sm:
            return read<deliver_sm_t>(pdu, size, message<DeliverSm, deliver_sm_t>);
        case CommandId::data_sm: return read<data_sm_t>(pdu, size, data_sm);
        case CommandId::submit_multi: return read<submit_multi_t>(pdu, size, submit_multi);
        case CommandId::query_sm: return read<query_sm_t>(pdu, size, query_sm);
        case CommandId::cancel_sm: return read<cancel_sm_t>(pdu, size, cancel_sm);
        case CommandId::replace_sm: return read<replace_sm_t>(pdu, size, replace_sm);
        case CommandId::alert_notification:
            return read<alert_notification_t>(pdu, size, alert_notification);
        case CommandId::unbind:
        case CommandId::enquire_link: return read<unbind_t>(pdu, size, empty);
        default: return std::nullopt;
    }
}

template <std::size_t size>
bool put(std::uint8_t (&to)[size], const std::string& from) {
    if (from.size() >= size) return false;
    std::copy(from.begin(), from.end(), to);
    return true;
}

template <class Struct>
std::optional<Octets> packed(const Header& header, Struct& fields) {
    fields.command_id = static_cast<std::uint32_t>(header.command_id);
    fields.command_status = header.command_status;
    fields.sequence_number = header.sequence_number;
    Octets octets(1024);
    int length = 0;
    if (smpp34_pack2(octets.data(), static_cast<int>(octets.size()), &length, &fields) != 0)
        return std::nullopt;
    octets.resize(static_cast<std::size_t>(length));
    return octets;
}

template <class Struct>
std::optional<Octets> packed_message(const Header& header, const ShortMessage& from) {
    Struct fields{};
    fields.source_addr_ton = from.source_addr_ton;
    fields.source_addr_npi = from.source_addr_npi;
    fields.dest_addr_ton = from.dest_addr_ton;
    fields.dest_addr_npi = from.dest_addr_npi;
    fields.esm_class = from.esm_class;
    fields.protocol_id = from.protocol_id;
    fields.priority_flag = from.priority_flag;
    fields.registered_delivery = from.registered_delivery;
    fields.replace_if_present_flag = from.replace_if_present_flag;
    fields.data_coding = from.data_coding;
    fields.sm_default_msg_id = from.sm_default_msg_id;
    if (from.short_message.size() >= sizeof fields.short_message) return std::nullopt;
    fields.sm_length = static_cast<std::uint8_t>(from.short_message.size());
    std::copy(from.short_message.begin(), from.short_message.end(), fields.short_message);
    const bool fits = put(fields.service_type, from.service_type) &&
                      put(fields.source_addr, from.source_addr) &&
                      put(fields.destination_addr, from.destination_addr) &&
                      put(fields.schedule_delivery_time, from.schedule_delivery_time) &&
                      put(fields.validity_period, from.validity_period);
    return fits ? packed(header, fields) : std::nullopt;
}

template <class Struct>
std::optional<Octets> packed_response(const Header& header, const MessageResp& from) {
    Struct fields{};
    return put(fields.message_id, from.message_id) ? packed(header, fields) : std::nullopt;
}

}  // namespace

std::optional<Pdu> smpp34_unpacked(Bytes pdu) {
    if (pdu.size() < 16 || pdu.size() > oracle_size_max) return std::nullopt;
    const Heap heap;
    // It reads some octets past the end before it notices; there are NULs then.
    Octets padded(pdu.begin(), pdu.end());
    padded.resize(pdu.size() + 70000);
    const auto id = static_cast<CommandId>(pdu[4] << 24 | pdu[5] << 16 | pdu[6] << 8 | pdu[7]);
    return is_response(id) ? read_response(id, padded, pdu.size())
                           : read_request(id, padded, pdu.size());
}

std::optional<Octets> smpp34_packed(const Pdu& pdu) {
    const Header& header = pdu.header;
    if (const auto* submit_sm = std::get_if<SubmitSm>(&pdu.body))
        return packed_message<submit_sm_t>(header, *submit_sm);
    if (const auto* deliver_sm = std::get_if<DeliverSm>(&pdu.body))
        return packed_message<deliver_sm_t>(header, *deliver_sm);
    const auto* response = std::get_if<MessageResp>(&pdu.body);
    if (response == nullptr) return std::nullopt;
    switch (header.command_id) {
        case CommandId::submit_sm_resp: return packed_response<submit_sm_resp_t>(header, *response);
        case CommandId::deliver_sm_resp:
            return packed_response<deliver_sm_resp_t>(header, *response);
        case CommandId::data_sm_resp: return packed_response<data_sm_resp_t>(header, *response);
        default: return std::nullopt;
    }
}

}  // namespace smppd::test
