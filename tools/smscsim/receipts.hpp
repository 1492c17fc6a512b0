// tools/smscsim/receipts.hpp - delivery receipts as the simulator writes them. Pure.
// Source: SMPP 3.4 Appendix B, §5.2.12, §5.3.2.12, §5.3.2.35.
#pragma once

#include "tools/smscsim/words.hpp"

#include "protocol/pdu.hpp"
#include "protocol/receipt.hpp"

#include <string>

namespace smppd::smscsim {

/// Where a receipt says what it has to say.
enum class ReceiptForm : std::uint8_t { text, tlv, both };
/// "text", "tlv" or "both"; throws UsageError.
ReceiptForm parse_receipt_form(const std::string& word);

struct ReceiptSpec {
    std::string id;
    std::string from, to;          ///< as the receipt has them: from is who got the message
    std::string stat = "DELIVRD";  ///< as written in the text
    std::string err = "000", sub = "001", dlvrd, text;
    std::string submit_date, done_date;  ///< YYMMDDhhmm; empty: now
    ReceiptForm form = ReceiptForm::both;
    std::string system_id;  ///< only to binds of this system_id; empty: any
    protocol::Tlvs tlvs;
};

/// Reads the fields of `receipt`. Throws UsageError. `from` and `to` may be left out: they stay
/// empty, for the submission of that id knows them.
ReceiptSpec parse_receipt(Fields fields);

/// "YYMMDDhhmm".
std::string receipt_date_text(protocol::WallTime when);

/// The receipt, esm_class 0x04. `now` stands for dates that the spec leaves open.
protocol::DeliverSm build_receipt(const ReceiptSpec& spec, protocol::WallTime now);

/// The message_state of a word such as "DELIVRD"; unknown for others.
protocol::MessageState state_of(std::string_view word) noexcept;

}  // namespace smppd::smscsim
