// tools/smscsim/client_show.cpp - the client's events about what arrives; see client.hpp.
#include "tools/smscsim/client.hpp"

#include <array>
#include <cstdio>

namespace smppd::smscsim {

using namespace protocol;

namespace {

std::string hex(Bytes octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t octet : octets) {
        text.push_back(digits[octet >> 4]);
        text.push_back(digits[octet & 0x0f]);
    }
    return text;
}

/// Shown under names of their own, or seen in what they carry.
bool told_elsewhere(std::uint16_t tlv) noexcept {
    switch (tlv) {
        case tag::smppd_message_id:
        case tag::smppd_session_id:
        case tag::smppd_incomplete:
        case tag::message_payload:
        case tag::sar_msg_ref_num:
        case tag::sar_total_segments:
        case tag::sar_segment_seqnum: return true;
        default: return false;
    }
}

/// "1400:4131 0204:0007", as scripts write them.
std::string other_tlvs(const Tlvs& tlvs) {
    std::string text;
    for (const Tlv& tlv : tlvs) {
        if (told_elsewhere(tlv.tag)) continue;
        std::array<char, 8> tag_text{};
        std::snprintf(tag_text.data(), tag_text.size(), "%04x:", tlv.tag);
        text += (text.empty() ? "" : " ") + std::string(tag_text.data()) + hex(tlv.value);
    }
    return text;
}

const Tlvs* tlvs_of(const Pdu& pdu) noexcept {
    if (const auto* deliver = std::get_if<DeliverSm>(&pdu.body)) return &deliver->tlvs;
    if (const auto* data = std::get_if<DataSm>(&pdu.body)) return &data->tlvs;
    return nullptr;
}

}  // namespace

void Client::show(const Pdu& request) {
    const Tlvs* const tlvs = tlvs_of(request);
    if (tlvs == nullptr) {
        say(Event("request").add("command", name(request.header.command_id)));
        return;
    }
    Inbound inbound = read_inbound(request, options_.profile);
    if (inbound.receipt) return show_receipt(inbound);
    if (options_.join_parts) {
        if (const auto whole = joiner_.take(std::move(inbound), *tlvs)) {
            show_message(*whole);
        } else {
            say(Event("part").add("what", "a part came, others are waited for"));
        }
        return;
    }
    Shown shown;
    shown.from = inbound.source;
    shown.to = inbound.destination;
    shown.text = inbound.text.utf8;
    shown.tlvs = *tlvs;
    shown.last = std::move(inbound);
    show_message(shown);
}

void Client::show_message(const Shown& message) {
    ++received_;
    const Inbound& last = message.last;
    Event event("message");
    event.add("from", message.from).add("to", message.to);
    if (last.is_text) {
        event.text("text", message.text);
    } else {
        event.text("octets", hex(last.user_data.data));
    }
    event.add("message_id", tlv_text(message.tlvs, tag::smppd_message_id).value_or(""))
        .add("session_id", tlv_text(message.tlvs, tag::smppd_session_id).value_or(""))
        .flag("incomplete", tlv_integer(message.tlvs, tag::smppd_incomplete).value_or(0) != 0 ||
                                message.parts < message.total);
    if (const auto part = last.user_data.part; part && options_.join_parts) {
        event.number("parts", message.parts).number("total", message.total);
    } else if (part) {
        event.number("part", part->index).number("total", part->total);
        event.number("reference", part->reference);
    }
    event.number("data_coding", last.data_coding).number("esm_class", last.esm_class);
    if (find_tlv(message.tlvs, tag::message_payload) != nullptr) event.flag("payload", true);
    if (const std::string others = other_tlvs(message.tlvs); !others.empty()) {
        event.add("tlvs", others);
    }
    say(event);
}

void Client::show_receipt(const Inbound& inbound) {
    ++received_;
    const Receipt& receipt = *inbound.receipt;
    Event event("receipt");
    event.add("id", receipt.id)
        .add("state", state_word(receipt.state))
        .add("err", receipt.error)
        .add("from", inbound.source)
        .add("to", inbound.destination)
        .flag("intermediate", receipt.intermediate)
        .flag("readable", receipt.readable)
        .text("text", receipt.text);
    say(event);
}

}  // namespace smppd::smscsim
