// tools/smscsim/receipts.cpp - see receipts.hpp.
#include "tools/smscsim/receipts.hpp"

#include "tools/smscsim/mo.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace smppd::smscsim {

using namespace protocol;

namespace {
constexpr std::uint8_t esm_class_receipt = 0x04;
constexpr std::size_t quoted_text_max = 20;  ///< of the message, in text:
}  // namespace

ReceiptForm parse_receipt_form(const std::string& word) {
    if (word == "text") return ReceiptForm::text;
    if (word == "tlv") return ReceiptForm::tlv;
    if (word == "both") return ReceiptForm::both;
    throw UsageError("a receipt's form is text, tlv or both, not '" + word + "'");
}

ReceiptSpec parse_receipt(Fields fields) {
    ReceiptSpec spec;
    spec.id = fields.need("id");
    spec.stat = fields.text("stat", spec.stat);
    spec.from = fields.text("from", "");
    spec.to = fields.text("to", "");
    spec.err = fields.text("err", spec.err);
    spec.sub = fields.text("sub", spec.sub);
    spec.dlvrd = fields.text("dlvrd", "");
    spec.text = fields.text("text", "");
    spec.submit_date = fields.text("submit_date", "");
    spec.done_date = fields.text("done_date", "");
    spec.form = parse_receipt_form(fields.text("form", "both"));
    spec.system_id = fields.text("system_id", "");
    for (const std::string& tlv : fields.all("tlv")) spec.tlvs.push_back(parse_tlv(tlv));
    fields.finish();
    return spec;
}

std::string receipt_date_text(WallTime when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::minutes>(when - day)};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%02d%02u%02u%02d%02d",
                  static_cast<int>(date.year()) % 100, static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()));
    return text.data();
}

MessageState state_of(std::string_view word) noexcept {
    for (int value = 1; value <= 8; ++value) {
        const auto state = static_cast<MessageState>(value);
        if (state_word(state) == word) return state;
    }
    return MessageState::unknown;
}

DeliverSm build_receipt(const ReceiptSpec& spec, WallTime now) {
    DeliverSm receipt;
    receipt.source_addr = spec.from;
    receipt.source_addr_ton = usual_ton(spec.from);
    receipt.source_addr_npi = receipt.source_addr_ton == 5 ? 0 : 1;
    receipt.destination_addr = spec.to;
    receipt.dest_addr_ton = usual_ton(spec.to);
    receipt.dest_addr_npi = receipt.dest_addr_ton == 5 ? 0 : 1;
    receipt.esm_class = esm_class_receipt;
    const MessageState state = state_of(spec.stat);
    if (spec.form != ReceiptForm::tlv) {
        const std::string dlvrd = !spec.dlvrd.empty()                ? spec.dlvrd
                                  : state == MessageState::delivered ? "001"
                                                                     : "000";
        const auto date = [now](const std::string& written) {
            return written.empty() ? receipt_date_text(now) : written;
        };
        const std::string text = "id:" + spec.id + " sub:" + spec.sub + " dlvrd:" + dlvrd +
                                 " submit date:" + date(spec.submit_date) +
                                 " done date:" + date(spec.done_date) + " stat:" + spec.stat +
                                 " err:" + spec.err +
                                 " text:" + spec.text.substr(0, quoted_text_max);
        const std::size_t length = std::min<std::size_t>(text.size(), 255);
        receipt.short_message.assign(text.begin(),
                                     text.begin() + static_cast<std::ptrdiff_t>(length));
    }
    if (spec.form != ReceiptForm::text) {
        Octets id(spec.id.begin(), spec.id.end());
        id.push_back(0);
        receipt.tlvs.push_back({tag::receipted_message_id, std::move(id)});
        receipt.tlvs.push_back({tag::message_state, {static_cast<std::uint8_t>(state)}});
    }
    receipt.tlvs.insert(receipt.tlvs.end(), spec.tlvs.begin(), spec.tlvs.end());
    return receipt;
}

}  // namespace smppd::smscsim
