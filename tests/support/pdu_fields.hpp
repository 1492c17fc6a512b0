// tests/support/pdu_fields.hpp - the fields of a PDU by the specification's names, for vectors.
#pragma once

#include "protocol/pdu.hpp"
#include "tests/support/vectors.hpp"

namespace smppd::test {

/// The field, in the forms that it may be compared with; nothing when the PDU has no such field.
/// "tlv.0x1400" takes the TLVs of that tag in turn: `used` counts them.
std::optional<Seen> field(const protocol::Pdu& pdu, const std::string& name,
                          std::map<std::string, int>& used);

}  // namespace smppd::test
