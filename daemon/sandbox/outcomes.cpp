// daemon/sandbox/outcomes.cpp - what the simulated carrier sends for each outcome.
#include "daemon/sandbox/outcomes.hpp"

#include "protocol/segment.hpp"

#include <algorithm>

namespace smppd::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, outcomes> areas{"code",         "late",    "parts",
                                                       "duplicate",    "chinese", "link",
                                                       "wrong-sender", "never",   "carrier-down"};

constexpr pool::E164 base = 999'000'000'000;
constexpr pool::E164 outcome_step = 1'000'000;
constexpr auto brand = "Meadow";
constexpr auto stranger = "Stranger";

// SMPP 3.4 §5.2.5, §5.2.6.
constexpr std::uint8_t ton_international = 1, ton_alphanumeric = 5, npi_isdn = 1;

bool digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

protocol::DeliverSm from(std::string sender, pool::E164 number) {
    protocol::DeliverSm pdu;
    if (sender.starts_with('+')) sender.erase(0, 1);
    const bool is_number = digits(sender);
    pdu.source_addr_ton = is_number ? ton_international : ton_alphanumeric;
    pdu.source_addr_npi = is_number ? npi_isdn : 0;
    pdu.source_addr = std::move(sender);
    pdu.dest_addr_ton = ton_international;
    pdu.dest_addr_npi = npi_isdn;
    pdu.destination_addr = std::to_string(number);
    return pdu;
}

/// The PDUs of a text, in the order of its parts.
std::vector<protocol::DeliverSm> carrying(const protocol::DeliverSm& head, std::string_view text,
                                          std::uint8_t reference) {
    const auto segmented = protocol::segment_text(text, reference);
    std::vector<protocol::DeliverSm> pdus;
    if (!segmented) return pdus;
    for (const protocol::Segment& segment : segmented->segments) {
        protocol::DeliverSm pdu = head;
        pdu.data_coding = segmented->data_coding;
        pdu.esm_class = segment.esm_class;
        pdu.short_message = segment.short_message;
        pdus.push_back(std::move(pdu));
    }
    return pdus;
}

std::string plain_text() { return "Your Meadow code is " + std::string(code_value) + "."; }

std::string long_text() {
    std::string text = "Meadow: welcome, and thank you for trying the sandbox. ";
    while (text.size() < 330) text += "This message is long, so that it comes in three parts. ";
    return text + "Your code is " + std::string(code_value) + ". Never share it with anybody.";
}

}  // namespace

std::string_view area_of(Outcome outcome) noexcept {
    return areas[static_cast<std::size_t>(outcome) - 1];
}

std::optional<Outcome> parse_area(std::string_view area) noexcept {
    const auto found = std::find(areas.begin(), areas.end(), area);
    if (found == areas.end()) return std::nullopt;
    return static_cast<Outcome>(found - areas.begin() + 1);
}

pool::E164 number_of(Outcome outcome, unsigned index) noexcept {
    return base + static_cast<pool::E164>(outcome) * outcome_step + index;
}

std::optional<Outcome> outcome_of(pool::E164 number) noexcept {
    if (number < base || number >= base + outcome_step * 1'000) return std::nullopt;
    const pool::E164 outcome = (number - base) / outcome_step;
    if (outcome < 1 || outcome > outcomes) return std::nullopt;
    return static_cast<Outcome>(outcome);
}

std::vector<pool::Number> all_numbers() {
    std::vector<pool::Number> numbers;
    for (std::size_t i = 1; i <= outcomes; ++i)
        for (unsigned index = 1; index <= numbers_each; ++index) {
            const auto outcome = static_cast<Outcome>(i);
            pool::Number number;
            number.number = number_of(outcome, index);
            number.carrier = carrier_name;
            number.country = "ZZ";
            number.area = area_of(outcome);
            number.isolation_group = group_name;
            numbers.push_back(std::move(number));
        }
    return numbers;
}

std::vector<Sent> messages_of(Outcome outcome, pool::E164 number, const std::string& expected,
                              std::uint8_t reference) {
    const protocol::DeliverSm head = from(expected.empty() ? brand : expected, number);
    std::vector<Sent> sent;
    const auto send = [&](const protocol::DeliverSm& as, std::string_view text,
                          std::chrono::milliseconds after) {
        for (protocol::DeliverSm& pdu : carrying(as, text, reference))
            sent.push_back({after, std::move(pdu)});
    };
    switch (outcome) {
        case Outcome::code: send(head, plain_text(), 0ms); break;
        case Outcome::late: send(head, plain_text(), late_after); break;
        case Outcome::parts:
            send(head, long_text(), 0ms);
            std::reverse(sent.begin(), sent.end());
            for (std::size_t i = 0; i < sent.size(); ++i) sent[i].after = 100ms * i;
            break;
        case Outcome::duplicate:
            send(head, plain_text(), 0ms);
            send(head, plain_text(), 500ms);
            break;
        case Outcome::chinese:
            send(head, "【Meadow】您的验证码是" + std::string(code_value) + "，5分钟内有效。", 0ms);
            break;
        case Outcome::link:
            send(head, "Meadow: open this to finish signing in: https://meadow.example/s/8a1Kd20",
                 0ms);
            break;
        case Outcome::wrong_sender: send(from(stranger, number), plain_text(), 0ms); break;
        case Outcome::never:
        case Outcome::carrier_down: break;
    }
    return sent;
}

}  // namespace smppd::sandbox
