// protocol/pdu.hpp - the PDUs of SMPP 3.4 as plain values; fields keep the specification's names.
// Text fields (C-Octet Strings) stand here without their NUL, octet for octet.
#pragma once

#include "protocol/command.hpp"
#include "protocol/status.hpp"
#include "protocol/tlv.hpp"
#include "protocol/types.hpp"

#include <string>
#include <variant>

namespace smppd::protocol {

/// Source: SMPP 3.4 §5.1. sequence_number has all 32 bits: peers send 0 and 0xffffffff.
struct Header {
    std::uint32_t command_length = 0;
    CommandId command_id{};
    Status command_status = ESME_ROK;
    std::uint32_t sequence_number = 0;
    friend bool operator==(const Header&, const Header&) = default;
};

/// bind_transmitter, bind_receiver, bind_transceiver. SMPP 3.4 §4.1.
struct BindRequest {
    std::string system_id;
    std::string password;
    std::string system_type;
    std::uint8_t interface_version = 0x34;
    std::uint8_t addr_ton = 0;
    std::uint8_t addr_npi = 0;
    std::string address_range;
    Tlvs tlvs;
    friend bool operator==(const BindRequest&, const BindRequest&) = default;
};

/// bind_*_resp; a body may be missing. SMPP 3.4 §4.1.2.
struct BindResp {
    std::string system_id;
    Tlvs tlvs;
    friend bool operator==(const BindResp&, const BindResp&) = default;
};

struct Outbind {
    std::string system_id;
    std::string password;
    friend bool operator==(const Outbind&, const Outbind&) = default;
};

/// The fields that submit_sm and deliver_sm share. SMPP 3.4 §4.4.1, §4.6.1.
struct ShortMessage {
    std::string service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string destination_addr;
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority_flag = 0;
    std::string schedule_delivery_time;
    std::string validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t replace_if_present_flag = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t sm_default_msg_id = 0;
    Octets short_message;  ///< sm_length is its size, 0 to 255
    Tlvs tlvs;
    friend bool operator==(const ShortMessage&, const ShortMessage&) = default;
};
struct SubmitSm : ShortMessage {};
struct DeliverSm : ShortMessage {};

/// submit_sm_resp, deliver_sm_resp, data_sm_resp: a message_id, which may be missing or empty.
struct MessageResp {
    std::string message_id;
    Tlvs tlvs;
    friend bool operator==(const MessageResp&, const MessageResp&) = default;
};

/// SMPP 3.4 §4.7.1. The text is in the TLV message_payload.
struct DataSm {
    std::string service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string destination_addr;
    std::uint8_t esm_class = 0;
    std::uint8_t registered_delivery = 0;
    std::uint8_t data_coding = 0;
    Tlvs tlvs;
    friend bool operator==(const DataSm&, const DataSm&) = default;
};

/// One destination of submit_multi: an SME address (dest_flag 1) or a distribution list (2).
struct DestAddress {
    std::uint8_t dest_flag = 1;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string address;  ///< destination_addr or dl_name
    friend bool operator==(const DestAddress&, const DestAddress&) = default;
};
/// SMPP 3.4 §4.5.1. Its ShortMessage fields but the destination, which stays empty.
struct SubmitMulti : ShortMessage {
    std::vector<DestAddress> dest_address;
    friend bool operator==(const SubmitMulti&, const SubmitMulti&) = default;
};
struct UnsuccessSme {
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string destination_addr;
    Status error_status_code = 0;
    friend bool operator==(const UnsuccessSme&, const UnsuccessSme&) = default;
};
struct SubmitMultiResp {
    std::string message_id;
    std::vector<UnsuccessSme> unsuccess_sme;
    Tlvs tlvs;
    friend bool operator==(const SubmitMultiResp&, const SubmitMultiResp&) = default;
};

struct QuerySm {
    std::string message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    friend bool operator==(const QuerySm&, const QuerySm&) = default;
};
struct QuerySmResp {
    std::string message_id;
    std::string final_date;
    std::uint8_t message_state = 0;
    std::uint8_t error_code = 0;
    friend bool operator==(const QuerySmResp&, const QuerySmResp&) = default;
};
struct CancelSm {
    std::string service_type;
    std::string message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string destination_addr;
    friend bool operator==(const CancelSm&, const CancelSm&) = default;
};
struct ReplaceSm {
    std::string message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    std::string schedule_delivery_time;
    std::string validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t sm_default_msg_id = 0;
    Octets short_message;
    friend bool operator==(const ReplaceSm&, const ReplaceSm&) = default;
};
struct AlertNotification {
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string source_addr;
    std::uint8_t esme_addr_ton = 0;
    std::uint8_t esme_addr_npi = 0;
    std::string esme_addr;
    Tlvs tlvs;
    friend bool operator==(const AlertNotification&, const AlertNotification&) = default;
};

/// PDUs of a header only: unbind, enquire_link, their responses, cancel_sm_resp,
/// replace_sm_resp, generic_nack. TLVs or stray octets after it are not kept.
struct Empty {
    friend bool operator==(const Empty&, const Empty&) = default;
};
/// A command_id that SMPP 3.4 does not list; the body as it came.
struct UnknownBody {
    Octets octets;
    friend bool operator==(const UnknownBody&, const UnknownBody&) = default;
};

using Body = std::variant<Empty, BindRequest, BindResp, Outbind, SubmitSm, DeliverSm, MessageResp,
                          DataSm, SubmitMulti, SubmitMultiResp, QuerySm, QuerySmResp, CancelSm,
                          ReplaceSm, AlertNotification, UnknownBody>;

struct Pdu {
    Header header;
    Body body;
};

}  // namespace smppd::protocol
