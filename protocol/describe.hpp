// protocol/describe.hpp - a PDU told field by field, for people: smppctl decode.
#pragma once

#include "protocol/decode.hpp"

#include <string>
#include <vector>

namespace smppd::protocol {

struct DescribedField {
    std::string name;   ///< the specification's: "source_addr"; a TLV's name or "tlv.0x1400"
    std::string value;  ///< as a person reads it: "447700900101", "0x04 (receipt)", hex for octets
    std::string meaning;     ///< what the value stands for, empty where it speaks for itself
    std::size_t offset = 0;  ///< first octet in the PDU
    std::size_t length = 0;  ///< in octets, the NUL included
};

/// Every field of the PDU in its order, with names of statuses, TLVs, esm_class bits,
/// data_codings. Passwords are shown as their length. A bad body ends with a field named
/// "error" that says what is wrong where. Control characters are escaped.
std::vector<DescribedField> describe(Bytes pdu);

}  // namespace smppd::protocol
