// tools/smscsim/mo.hpp - a message as a script describes it, to the PDUs that carry it.
// Pure: the same for deliver_sm from the simulator and submit_sm from its client.
#pragma once

#include "tools/smscsim/words.hpp"

#include "protocol/pdu.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smppd::smscsim {

enum class Coding : std::uint8_t {
    automatic,  ///< GSM 7-bit when the text fits, else UCS-2
    gsm7,       ///< data_coding 0, one septet an octet
    packed,     ///< data_coding 0, eight septets in seven octets
    latin1,     ///< data_coding 3
    ucs2,       ///< data_coding 8
    octets,     ///< data_coding 4
};
/// How a text that is too long for one PDU is carried.
enum class PartForm : std::uint8_t {
    udh8,     ///< user data header with an 8-bit reference
    udh16,    ///< with a 16-bit one
    sar,      ///< sar_* TLVs
    payload,  ///< one PDU, message_payload; short texts too
    none,     ///< one PDU, short_message as far as 255 octets
};

struct MessageSpec {
    std::string from, to, text;
    std::optional<protocol::Octets> octets;  ///< in place of the text
    Coding coding = Coding::automatic;
    PartForm parts = PartForm::udh8;
    std::optional<unsigned> size;     ///< characters or octets a part; else as many as fit
    std::vector<unsigned> order;      ///< part numbers in the order of sending; empty: 1, 2, 3, ...
    std::vector<unsigned> drop;       ///< part numbers that are not sent
    std::vector<unsigned> duplicate;  ///< part numbers that are sent twice
    std::chrono::milliseconds delay{0};  ///< between parts
    std::optional<std::uint16_t> reference;
    bool data_sm = false;  ///< data_sm carries it in place of deliver_sm or submit_sm

    std::string service_type, validity_period, schedule_delivery_time;
    std::optional<std::uint8_t> source_ton, source_npi, dest_ton, dest_npi;
    std::optional<std::uint8_t> esm_class;  ///< exactly this, the bit for the header included
    std::optional<std::uint8_t> data_coding;
    std::uint8_t protocol_id = 0, priority_flag = 0, registered_delivery = 0;
    protocol::Tlvs tlvs;

    std::string system_id;    ///< only to binds of this system_id; empty: any
    std::uint64_t count = 1;  ///< how many messages; "{n}" in from, to and text counts them
    double rate = 0;          ///< messages a second; 0: as fast as they are answered
};

/// Reads the fields of `mo` and `submit`. Throws UsageError, also for a message that could not be
/// built.
MessageSpec parse_message(Fields fields);

/// The n-th message (from 1) of the spec: "{n}" is replaced in from, to and text.
MessageSpec numbered(const MessageSpec& spec, std::uint64_t n);

struct BuiltPart {
    protocol::ShortMessage message;
    unsigned part = 1, total = 1;
    std::chrono::milliseconds after{0};  ///< since the first part
};
/// What is to be sent, in order of sending: `order`, `drop`, `duplicate` and `delay` are worked in.
/// `reference`: of the parts, unless the spec has its own. Throws UsageError: the text has no place
/// in the coding asked for, is longer than may be, or a part is named that does not exist.
std::vector<BuiltPart> build_parts(const MessageSpec& spec, std::uint16_t reference);

/// The message as data_sm; a short_message goes into message_payload.
protocol::DataSm as_data_sm(const protocol::ShortMessage& message);

/// International for digits, alphanumeric for the rest. Source: SMPP 3.4 §5.2.5.
std::uint8_t usual_ton(std::string_view address) noexcept;

}  // namespace smppd::smscsim
