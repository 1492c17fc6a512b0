// protocol/tlv.cpp - look-ups among TLVs, and the names of the tags of SMPP 3.4 and 5.0.
#include "protocol/tlv.hpp"

#include <algorithm>
#include <array>

namespace smppd::protocol {
namespace {

struct Row {
    std::uint16_t tag;
    std::string_view name;
};

// By tag, so that one is found by halving. Sources: SMPP 3.4 §5.3.2, SMPP 5.0 §4.8.1.
constexpr auto table = std::to_array<Row>({
    {0x0005, "dest_addr_subunit"},
    {0x0006, "dest_network_type"},
    {0x0007, "dest_bearer_type"},
    {0x0008, "dest_telematics_id"},
    {0x000d, "source_addr_subunit"},
    {0x000e, "source_network_type"},
    {0x000f, "source_bearer_type"},
    {0x0010, "source_telematics_id"},
    {0x0017, "qos_time_to_live"},
    {0x0019, "payload_type"},
    {0x001d, "additional_status_info_text"},
    {0x001e, "receipted_message_id"},
    {0x0030, "ms_msg_wait_facilities"},
    {0x0201, "privacy_indicator"},
    {0x0202, "source_subaddress"},
    {0x0203, "dest_subaddress"},
    {0x0204, "user_message_reference"},
    {0x0205, "user_response_code"},
    {0x020a, "source_port"},
    {0x020b, "destination_port"},
    {0x020c, "sar_msg_ref_num"},
    {0x020d, "language_indicator"},
    {0x020e, "sar_total_segments"},
    {0x020f, "sar_segment_seqnum"},
    {0x0210, "sc_interface_version"},
    {0x0302, "callback_num_pres_ind"},
    {0x0303, "callback_num_atag"},
    {0x0304, "number_of_messages"},
    {0x0381, "callback_num"},
    {0x0420, "dpf_result"},
    {0x0421, "set_dpf"},
    {0x0422, "ms_availability_status"},
    {0x0423, "network_error_code"},
    {0x0424, "message_payload"},
    {0x0425, "delivery_failure_reason"},
    {0x0426, "more_messages_to_send"},
    {0x0427, "message_state"},
    {0x0428, "congestion_state"},
    {0x0501, "ussd_service_op"},
    {0x0600, "broadcast_channel_indicator"},
    {0x0601, "broadcast_content_type"},
    {0x0602, "broadcast_content_type_info"},
    {0x0603, "broadcast_message_class"},
    {0x0604, "broadcast_rep_num"},
    {0x0605, "broadcast_frequency_interval"},
    {0x0606, "broadcast_area_identifier"},
    {0x0607, "broadcast_error_status"},
    {0x0608, "broadcast_area_success"},
    {0x0609, "broadcast_end_time"},
    {0x060a, "broadcast_service_group"},
    {0x060b, "billing_identification"},
    {0x060d, "source_network_id"},
    {0x060e, "dest_network_id"},
    {0x060f, "source_node_id"},
    {0x0610, "dest_node_id"},
    {0x0611, "dest_addr_np_resolution"},
    {0x0612, "dest_addr_np_information"},
    {0x0613, "dest_addr_np_country"},
    {0x1201, "display_time"},
    {0x1203, "sms_signal"},
    {0x1204, "ms_validity"},
    {0x130c, "alert_on_message_delivery"},
    {0x1380, "its_reply_type"},
    {0x1383, "its_session_info"},
    {tag::smppd_message_id, "smppd_message_id"},
    {tag::smppd_session_id, "smppd_session_id"},
    {tag::smppd_incomplete, "smppd_incomplete"},
});

constexpr bool ascending() {
    for (std::size_t i = 1; i < table.size(); ++i) {
        if (table[i - 1].tag >= table[i].tag) return false;
    }
    return true;
}
static_assert(ascending());

}  // namespace

const Tlv* find_tlv(const Tlvs& tlvs, std::uint16_t tag) noexcept {
    const auto found =
        std::find_if(tlvs.begin(), tlvs.end(), [tag](const Tlv& tlv) { return tlv.tag == tag; });
    return found == tlvs.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> tlv_integer(const Tlvs& tlvs, std::uint16_t tag) noexcept {
    const Tlv* const tlv = find_tlv(tlvs, tag);
    if (!tlv || tlv->value.empty() || tlv->value.size() > sizeof(std::uint64_t)) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const std::uint8_t octet : tlv->value) number = number << 8 | octet;
    return number;
}

std::optional<std::string> tlv_text(const Tlvs& tlvs, std::uint16_t tag) {
    const Tlv* const tlv = find_tlv(tlvs, tag);
    if (!tlv) return std::nullopt;
    return std::string(tlv->value.begin(), std::find(tlv->value.begin(), tlv->value.end(), 0));
}

std::string_view tlv_name(std::uint16_t tag) noexcept {
    const auto* const row = std::lower_bound(
        table.begin(), table.end(), tag, [](const Row& r, std::uint16_t t) { return r.tag < t; });
    return row != table.end() && row->tag == tag ? row->name : std::string_view();
}

}  // namespace smppd::protocol
