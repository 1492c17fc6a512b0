// protocol/receipt.cpp - delivery receipts, in every form that carriers write them.
#include "protocol/receipt.hpp"

#include "protocol/receipt_fields.hpp"
#include "protocol/text.hpp"

#include <algorithm>

namespace smppd::protocol {
namespace {

/// Octets at the front that tell UTF-16 from single octets.
constexpr std::size_t head_max = 32;
/// Octets that must be ASCII for a receipt of single octets under data_coding 8.
constexpr std::size_t key_head_max = 8;
constexpr std::uint8_t data_coding_ucs2 = 8;
constexpr std::uint8_t data_coding_ia5 = 1;
constexpr std::uint8_t data_coding_latin1 = 3;

bool begins_with(Bytes octets, std::initializer_list<std::uint8_t> mark) {
    return octets.size() >= mark.size() && std::equal(mark.begin(), mark.end(), octets.begin());
}

bool all_ascii_text(Bytes octets) {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) {
        return (octet >= ' ' && octet < 0x7f) || octet == '\t' || octet == '\r' || octet == '\n';
    });
}

Bytes without_trailing_nuls(Bytes octets) {
    while (!octets.empty() && octets.back() == 0) octets = octets.first(octets.size() - 1);
    return octets;
}

/// ascii, utf16be or utf16le. data_coding alone does not tell: some carriers write single octets
/// under 8, others UTF-16 under 0. The keys of a receipt are ASCII, so that in UTF-16 every other
/// octet at its front is zero.
Alphabet form_of(Bytes octets, std::uint8_t data_coding) {
    if (begins_with(octets, {0xfe, 0xff})) return Alphabet::utf16be;
    if (begins_with(octets, {0xff, 0xfe})) return Alphabet::utf16le;
    const Bytes filled = without_trailing_nuls(octets);
    const Bytes head = filled.first(std::min(filled.size(), head_max));
    const std::size_t units = head.size() / 2;
    std::size_t even = 0, odd = 0;
    for (std::size_t unit = 0; unit < units; ++unit) {
        even += head[2 * unit] == 0 ? 1 : 0;
        odd += head[2 * unit + 1] == 0 ? 1 : 0;
    }
    if (even * 4 > units * 3 && odd * 4 <= units) return Alphabet::utf16be;
    if (odd * 4 > units * 3 && even * 4 <= units) return Alphabet::utf16le;
    const bool wide = data_coding == data_coding_ucs2 &&
                      !all_ascii_text(head.first(std::min(head.size(), key_head_max)));
    return wide ? Alphabet::utf16be : Alphabet::ascii;
}

/// The characters of a receipt: UTF-8 of UTF-16, single octets as they are.
std::string characters_of(Bytes octets, Alphabet form) {
    if (form == Alphabet::ascii) {
        if (begins_with(octets, {0xef, 0xbb, 0xbf})) octets = octets.subspan(3);
        return {octets.begin(), octets.end()};
    }
    if (begins_with(octets, {0xfe, 0xff}) || begins_with(octets, {0xff, 0xfe}))
        octets = octets.subspan(2);
    // A NUL of one octet may end a text of two octets a character.
    if (octets.size() % 2 == 1 && octets.back() == 0) octets = octets.first(octets.size() - 1);
    return decode_text(octets, form).utf8;
}

/// UTF-8 of what a carrier wrote into a field. Where it is not that already, the octets are
/// Latin-1 if data_coding says so, and else ASCII.
std::string utf8_of(std::string_view written, std::uint8_t data_coding) {
    if (valid_utf8(written)) return std::string{written};
    const bool latin1 = data_coding == data_coding_latin1 || data_coding == data_coding_ia5;
    const Octets octets(written.begin(), written.end());
    return decode_text(octets, latin1 ? Alphabet::latin1 : Alphabet::ascii).utf8;
}

/// The message's text. Some carriers copy its octets behind keys of single octets, though they
/// are UTF-16.
std::string message_text(std::string_view written, Alphabet form, std::uint8_t data_coding) {
    const bool copied = form == Alphabet::ascii && data_coding == data_coding_ucs2;
    if (copied) {
        const Octets octets(written.begin(), written.end());
        if (!all_ascii_text(without_trailing_nuls(octets)))
            return decode_text(octets, Alphabet::utf16be).utf8;
    }
    // NULs and line breaks at the end belong to the form, not to the message (quirk q103).
    while (!written.empty() &&
           (written.back() == '\0' || written.back() == '\r' || written.back() == '\n'))
        written.remove_suffix(1);
    return utf8_of(written, data_coding);
}

/// message_state 0 is SCHEDULED in SMPP 5.0 and nothing in 3.4, so that a word in the text says
/// more.
bool says_scheduled(const Tlv* state) {
    return state != nullptr && !state->value.empty() && state->value.size() <= 4 &&
           std::ranges::all_of(state->value, [](std::uint8_t octet) { return octet == 0; });
}

void take_state(Receipt& receipt, const ReceiptFields& fields, const Tlv* tlv,
                std::optional<MessageState> by_tlv, std::uint8_t data_coding) {
    std::string_view word = fields[ReceiptKey::stat];
    if (word.empty()) word = fields.bare_state;
    receipt.word = utf8_of(word, data_coding);
    if (by_tlv)
        receipt.state = *by_tlv;
    else if (const auto written = state_of_stat(word))
        receipt.state = *written;
    else if (says_scheduled(tlv) || (word.empty() && receipt.intermediate))
        receipt.state = MessageState::enroute;  // Not final is all that it says.
}

void take_ids(Receipt& receipt, const ReceiptFields& fields, std::string_view by_tlv) {
    const std::string_view by_text = fields[ReceiptKey::id];
    receipt.id = by_tlv.empty() ? by_text : by_tlv;
    if (by_text != receipt.id) receipt.text_id = by_text;
    receipt.readable = !receipt.id.empty();
}

}  // namespace

MessageKind kind_of(std::uint8_t esm_class) noexcept {
    constexpr unsigned delivery_receipt = 0x04, delivery_acknowledgement = 0x08,
                       user_acknowledgement = 0x10, intermediate_notification = 0x20;
    if (esm_class & delivery_receipt) return MessageKind::receipt;
    if (esm_class & intermediate_notification) return MessageKind::intermediate;
    // With both bits it is a conversation abort, and the user's acknowledgement carries what the
    // user wrote: neither tells of a delivery.
    const unsigned acknowledged = esm_class & (delivery_acknowledgement | user_acknowledgement);
    return acknowledged == delivery_acknowledgement ? MessageKind::receipt : MessageKind::message;
}

Receipt read_receipt(Bytes octets, std::uint8_t data_coding, const Tlvs& tlvs, MessageKind kind) {
    Receipt receipt;
    receipt.intermediate = kind == MessageKind::intermediate;

    const std::string tlv_id = tlv_text(tlvs, tag::receipted_message_id).value_or(std::string{});
    const std::string_view by_tlv = trim_receipt(tlv_id);
    const Tlv* state = find_tlv(tlvs, tag::message_state);
    const auto state_by_tlv = state ? state_of_tlv(state->value) : std::nullopt;

    const Alphabet form = form_of(octets, data_coding);
    const std::string written = characters_of(octets, form);
    const ReceiptFields fields =
        scan_receipt(written, {.need_id = by_tlv.empty(), .need_state = !state_by_tlv.has_value()});

    take_ids(receipt, fields, by_tlv);
    take_state(receipt, fields, state, state_by_tlv, data_coding);
    receipt.sub = receipt_number(fields[ReceiptKey::sub]);
    receipt.dlvrd = receipt_number(fields[ReceiptKey::dlvrd]);
    receipt.submit_date = receipt_date(fields[ReceiptKey::submit_date]);
    receipt.done_date = receipt_date(fields[ReceiptKey::done_date]);
    receipt.error = utf8_of(fields[ReceiptKey::err], data_coding);
    const Tlv* network_error = find_tlv(tlvs, tag::network_error_code);
    if (receipt.error.empty() && network_error)
        receipt.error = network_error_digits(network_error->value);
    receipt.text = message_text(fields[ReceiptKey::text], form, data_coding);
    return receipt;
}

bool looks_like_receipt(Bytes octets, std::uint8_t data_coding) {
    const std::string written = characters_of(octets, form_of(octets, data_coding));
    const std::string_view text = trim_receipt(written);
    if (text.size() < 3 || (text[0] != 'i' && text[0] != 'I') || (text[1] != 'd' && text[1] != 'D'))
        return false;
    if (!trim_receipt(text.substr(2)).starts_with(':')) return false;
    const ReceiptFields fields = scan_receipt(text, {.glued = false});
    const bool dated_or_coded = fields.has(ReceiptKey::err) ||
                                fields.has(ReceiptKey::submit_date) ||
                                fields.has(ReceiptKey::done_date);
    return dated_or_coded && state_of_word(fields[ReceiptKey::stat]).has_value();
}

}  // namespace smppd::protocol
