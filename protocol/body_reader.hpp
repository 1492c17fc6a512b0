// protocol/body_reader.hpp - reads the body of a PDU field by field, as tolerant as the field
// needs. Internal: decode.cpp reads values with it, describe.cpp also where each of them stands.
#pragma once

#include "protocol/decode.hpp"
#include "protocol/octets.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smppd::protocol {

enum class FieldKind : std::uint8_t {
    octet,     ///< an integer of one octet
    status,    ///< a command_status, four octets
    text,      ///< a C-Octet String, its NUL included
    password,  ///< the same, not to be shown
    octets,    ///< an Octet String
    tlv,       ///< tag, length and value
    stray,     ///< octets that no field accounts for
};

/// Where a field stands in the PDU.
struct FieldPlace {
    std::string_view name;  ///< a literal; empty for TLVs, whose tag tells it
    FieldKind kind{};
    std::size_t offset = 0;
    std::size_t length = 0;
};

struct Layout {
    std::vector<FieldPlace> places;
    std::string_view missing;  ///< the first field that a response lacks, though it has a body
    bool broken_tlvs = false;  ///< octets after the TLVs were dropped
};

/// "message_payload", or "tlv.0x1400" for a tag without a name.
std::string tlv_label(std::uint16_t tag);

/// decode(), for any `bytes` of a header and more whatever its command_length says; `layout` may
/// be null.
Decoded decode_with_layout(Bytes bytes, const DecodeOptions& options, Layout* layout);

/// Calls come in the order of the fields. After a fault they do nothing, so that a body holds
/// what was read before it. In a response a field that is not there is no fault: a response is
/// never answered, and its status matters more than its body.
class BodyReader {
public:
    BodyReader(Bytes pdu, const Header& header, const DecodeOptions& options,
               Layout* layout) noexcept
        : reader_(pdu, header_size),
          response_(is_response(header.command_id)),
          refused_(response_ && header.command_status != ESME_ROK),
          tolerate_(options.tolerate_broken_tlvs || response_),
          layout_(layout) {}

    bool failed() const noexcept { return failed_; }
    std::size_t left() const noexcept { return reader_.left(); }
    Status fault() const noexcept { return fault_; }
    std::string take_fault_field() noexcept { return std::move(fault_field_); }

    void octet(std::string_view name, std::uint8_t& out, Status fault = ESME_RINVCMDLEN);
    void status(std::string_view name, Status& out);
    /// A text up to its NUL, however long: peers exceed the specification's sizes (q015, q025).
    void text(std::string_view name, std::string& out, Status fault = ESME_RINVCMDLEN);
    /// The last field of a body: its NUL, or all of it, may be missing (q016).
    void last_text(std::string_view name, std::string& out, FieldKind kind = FieldKind::text);
    void password(std::string_view name, std::string& out);
    /// The id at the front of a response, which those that refuse often leave out (q021, q030).
    void response_text(std::string_view name, std::string& out);
    void octets(std::string_view name, Octets& out, std::size_t count, Status fault);
    /// All that is left, as it is.
    void rest(std::string_view name, Octets& out);

    /// Where sm_length was 0 and what follows is no TLV: it is the text.
    void unmeasured_text(Octets& out);
    /// Of a message_payload that ends early what is there counts, where broken TLVs are tolerated.
    void tlvs(Tlvs& out);
    /// TLVs after short_message, whose sm_length may leave octets of the text out (q051).
    void tlvs_after_text(Tlvs& out);
    /// What follows the last field is not kept.
    void ignore_rest();

    void fail(std::string_view name, Status fault);

private:
    void missing(std::string_view name, Status fault);
    void place(std::string_view name, FieldKind kind, std::size_t offset);
    void read_text(std::string_view name, std::string& out, FieldKind kind, bool last,
                   Status fault);

    Reader reader_;
    bool response_;
    bool refused_;
    bool tolerate_;
    bool failed_ = false;
    Status fault_ = ESME_ROK;
    std::string fault_field_;
    Layout* layout_;
};

}  // namespace smppd::protocol
