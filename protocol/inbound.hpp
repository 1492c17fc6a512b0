// protocol/inbound.hpp - one deliver_sm or data_sm from a carrier, read with its profile.
// The one door from a PDU to what the rest of smppd works with.
#pragma once

#include "protocol/parts.hpp"
#include "protocol/pdu.hpp"
#include "protocol/receipt.hpp"

#include <optional>

namespace smppd::protocol {

struct Inbound {
    std::string source;                               ///< UTF-8, as address_text
    std::string destination;                          ///< UTF-8, as written by the carrier
    std::optional<std::uint64_t> destination_number;  ///< E.164
    std::uint8_t source_ton = 0, source_npi = 0;
    std::uint8_t data_coding = 0, esm_class = 0, protocol_id = 0;
    Octets octets;       ///< as received: short_message or message_payload, header included
    UserData user_data;  ///< empty for receipts
    Alphabet alphabet{};
    bool is_text = true;             ///< false: octets without text
    Text text;                       ///< of this PDU alone
    std::optional<Receipt> receipt;  ///< set: it is a receipt, not a message
};

/// `pdu` holds a DeliverSm or DataSm (assert). short_message and message_payload both filled: the
/// longer is the text. Never fails.
Inbound read_inbound(const Pdu& pdu, const Profile& profile);

}  // namespace smppd::protocol
