// daemon/smpp/records.hpp - between the protocol's values and the pool's: what was read becomes
// what is recorded, and what is recorded becomes what an owner receives.
#pragma once

#include "daemon/smpp/transport.hpp"
#include "pool/assembler.hpp"
#include "pool/platform.hpp"
#include "protocol/inbound.hpp"

#include <memory>
#include <vector>

namespace smppd::smpp {

/// Tells redeliveries; see pool::duplicate_key.
std::uint64_t key_of(std::uint64_t salt, const std::string& carrier, const protocol::Inbound& in);

pool::ReceiptRecord receipt_record(pool::Id id, const std::string& carrier, std::uint32_t bind,
                                   protocol::Inbound&& in, Now now);
/// A message of one PDU; owner, state and key are the caller's to set.
pool::Message whole_message(pool::Id id, const std::string& carrier, std::uint32_t bind,
                            protocol::Inbound&& in, Now now);
pool::Part part_record(pool::Id id, const std::string& carrier, std::uint32_t bind,
                       protocol::Inbound&& in, Now now);
/// What came of an assembly, whole or not, with the owner of its first part.
std::shared_ptr<pool::Message> assembled_message(pool::Id id, const pool::Assembly& assembly,
                                                 Now now);

/// How a bind takes its messages.
struct DeliveryForm {
    bool tlvs = true;     ///< 0x1500 to 0x1502
    bool payload = true;  ///< message_payload, a TLV too
    pool::LongMessages long_messages = pool::LongMessages::payload;
};
/// As its account says; a peer that bound as 3.3 or below knows no TLV at all (SMPP 3.4 §3.4).
DeliveryForm delivery_form(const pool::SmppAccount& account, std::uint8_t interface_version);

/// The deliver_sm that bring a message to a platform: one, or several parts with a UDH. None when
/// this form has no room for it: more than a message_payload holds, or than 255 parts do.
/// `session`: the public name, for TLV 0x1501; empty: none. `reference`: for UDH parts.
/// Source: SMPP behaviour, As an SMSC.
std::vector<protocol::DeliverSm> deliver_pdus(const pool::Message& message, DeliveryForm form,
                                              const std::string& session, std::uint16_t reference);

}  // namespace smppd::smpp
