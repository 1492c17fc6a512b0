// protocol/tlv_meaning.cpp - what TLVs and the information elements of a user data header say.
#include "protocol/field_meaning.hpp"
#include "protocol/octets.hpp"
#include "protocol/tlv.hpp"

#include <algorithm>
#include <array>

namespace smppd::protocol {
namespace {

enum class Form : std::uint8_t { integer, text };
struct Row {
    std::uint16_t tag;
    Form form;
};
/// Those not listed are shown in hex.
constexpr auto forms = std::to_array<Row>({
    {0x0005, Form::integer},
    {0x0006, Form::integer},
    {0x0007, Form::integer},
    {0x0008, Form::integer},
    {0x000d, Form::integer},
    {0x000e, Form::integer},
    {0x000f, Form::integer},
    {0x0010, Form::integer},
    {0x0017, Form::integer},
    {0x0019, Form::integer},
    {0x001d, Form::text},
    {0x001e, Form::text},
    {0x0030, Form::integer},
    {0x0201, Form::integer},
    {0x0204, Form::integer},
    {0x0205, Form::integer},
    {0x020a, Form::integer},
    {0x020b, Form::integer},
    {0x020c, Form::integer},
    {0x020d, Form::integer},
    {0x020e, Form::integer},
    {0x020f, Form::integer},
    {0x0210, Form::integer},
    {0x0304, Form::integer},
    {0x0420, Form::integer},
    {0x0421, Form::integer},
    {0x0422, Form::integer},
    {0x0425, Form::integer},
    {0x0426, Form::integer},
    {0x0427, Form::integer},
    {0x0428, Form::integer},
    {0x0501, Form::integer},
    {0x0604, Form::integer},
    {0x0607, Form::integer},
    {0x0608, Form::integer},
    {0x0609, Form::text},
    {0x060d, Form::text},
    {0x060e, Form::text},
    {0x060f, Form::text},
    {0x0610, Form::text},
    {0x0613, Form::integer},
    {0x1201, Form::integer},
    {0x1203, Form::integer},
    {0x1380, Form::integer},
    {tag::smppd_message_id, Form::text},
    {tag::smppd_session_id, Form::text},
    {tag::smppd_incomplete, Form::integer},
});

constexpr std::array<std::string_view, 9> networks{"unknown",     "GSM",  "ANSI-136, TDMA",
                                                   "IS-95, CDMA", "PDC",  "PHS",
                                                   "iDEN",        "AMPS", "paging network"};
/// network_error_code's first octet counts otherwise, SMPP 3.4 §5.3.2.31 and 5.0 §4.8.4.42.
constexpr std::array<std::string_view, 9> error_networks{"",
                                                         "ANSI-136",
                                                         "IS-95",
                                                         "GSM",
                                                         "reserved",
                                                         "reserved",
                                                         "ANSI-136 access denied",
                                                         "IS-95 access denied",
                                                         "SMSC"};

template <std::size_t count>
std::string nth(const std::array<std::string_view, count>& words, std::uint64_t index) {
    return index < count ? std::string(words[index]) : "reserved";
}

std::string network_error(Bytes value) {
    // Some send three ASCII digits (q058).
    const auto digit = [](std::uint8_t octet) { return octet >= '0' && octet <= '9'; };
    if (std::all_of(value.begin(), value.end(), digit)) {
        return "error " + std::string(as_text(value)) + ", in ASCII";
    }
    if (value.size() != 3 || value[0] == 0) return {};
    return nth(error_networks, value[0]) + ", error " + std::to_string(get_u16(value.data() + 1));
}

std::string integer_meaning(std::uint16_t tag, std::uint64_t number) {
    switch (tag) {
        case tag::source_network_type:
        case tag::dest_network_type: return nth(networks, number);
        case tag::sc_interface_version:
            return number > 0xff ? std::string()
                                 : octet_meaning("interface_version",
                                                 static_cast<std::uint8_t>(number), false);
        case tag::message_state:
            return number > 0xff
                       ? "reserved"
                       : octet_meaning("message_state", static_cast<std::uint8_t>(number), false);
        case tag::congestion_state: return std::to_string(number) + " % of the load";
        case tag::smppd_incomplete: return number != 0 ? "parts are missing" : "whole";
        case 0x0019:  // payload_type
            return nth(std::array<std::string_view, 2>{"default", "WCMP message"}, number);
        case 0x0201:  // privacy_indicator
            return nth(std::array<std::string_view, 4>{"not restricted", "restricted",
                                                       "confidential", "secret"},
                       number);
        case 0x0422:  // ms_availability_status
            return nth(std::array<std::string_view, 3>{"available", "denied", "unavailable"},
                       number);
        case tag::delivery_failure_reason:
            return nth(std::array<std::string_view, 4>{"destination unavailable",
                                                       "destination address invalid",
                                                       "permanent network error",
                                                       "temporary network error"},
                       number);
        case 0x0426:  // more_messages_to_send
            return nth(std::array<std::string_view, 2>{"no more", "more follow"}, number);
        default: return {};
    }
}

bool is_integer(std::uint16_t tag, Bytes value) noexcept {
    const auto* const row =
        std::find_if(forms.begin(), forms.end(), [tag](const Row& r) { return r.tag == tag; });
    return row != forms.end() && row->form == Form::integer && !value.empty() && value.size() <= 8;
}

std::uint64_t integer_of(Bytes value) noexcept {
    std::uint64_t number = 0;
    for (const std::uint8_t octet : value) number = number << 8 | octet;
    return number;
}

constexpr std::array<std::string_view, 14> languages{
    "default", "Turkish",   "Spanish", "Portuguese", "Bengali", "Gujarati", "Hindi",
    "Kannada", "Malayalam", "Oriya",   "Punjabi",    "Tamil",   "Telugu",   "Urdu"};

std::string part_meaning(unsigned reference, std::uint8_t total, std::uint8_t index) {
    return "part " + std::to_string(index) + " of " + std::to_string(total) + ", reference " +
           std::to_string(reference);
}

}  // namespace

std::string tlv_value(std::uint16_t tag, Bytes value) {
    if (is_integer(tag, value)) {
        const std::uint64_t number = integer_of(value);
        return tag == tag::sc_interface_version ? hex_number(number, 2) : std::to_string(number);
    }
    const auto* const row =
        std::find_if(forms.begin(), forms.end(), [tag](const Row& r) { return r.tag == tag; });
    if (row == forms.end() || row->form != Form::text) return hex_of(value);
    if (!value.empty() && value.back() == 0) value = value.first(value.size() - 1);
    return escaped(as_text(value));
}

std::string tlv_meaning(std::uint16_t tag, Bytes value) {
    if (tag == tag::network_error_code && !value.empty()) return network_error(value);
    return is_integer(tag, value) ? integer_meaning(tag, integer_of(value)) : std::string();
}

std::string element_name(std::uint8_t identifier) {
    switch (identifier) {
        case 0x00: return "concatenated_8bit";
        case 0x01: return "special_message_indication";
        case 0x04: return "port_8bit";
        case 0x05: return "port_16bit";
        case 0x06: return "smsc_control";
        case 0x07: return "udh_source";
        case 0x08: return "concatenated_16bit";
        case 0x09: return "wcmp";
        case 0x0a: return "text_formatting";
        case 0x20: return "rfc822_header";
        case 0x21: return "hyperlink";
        case 0x22: return "reply_address";
        case 0x24: return "single_shift";
        case 0x25: return "locking_shift";
        default: return "element_" + hex_number(identifier, 2);
    }
}

std::string element_meaning(std::uint8_t identifier, Bytes data) {
    if (identifier == 0x00 && data.size() == 3) return part_meaning(data[0], data[1], data[2]);
    if (identifier == 0x08 && data.size() == 4) {
        return part_meaning(get_u16(data.data()), data[2], data[3]);
    }
    if (identifier == 0x04 && data.size() == 2) {
        return "to port " + std::to_string(data[0]) + ", from " + std::to_string(data[1]);
    }
    if (identifier == 0x05 && data.size() == 4) {
        return "to port " + std::to_string(get_u16(data.data())) + ", from " +
               std::to_string(get_u16(data.data() + 2));
    }
    if ((identifier == 0x24 || identifier == 0x25) && data.size() == 1) {
        return nth(languages, data[0]);
    }
    return {};
}

}  // namespace smppd::protocol
