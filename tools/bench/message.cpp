// tools/bench/message.cpp - see message.hpp.
#include "tools/bench/message.hpp"

#include "protocol/encode.hpp"
#include "protocol/octets.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <random>
#include <stdexcept>

namespace smppd::bench {

namespace {

constexpr std::string_view word = "BENCH";
constexpr std::size_t id_digits = 10;
constexpr std::size_t mark_size = word.size() + std::tuple_size_v<RunTag> + id_digits;
constexpr std::size_t text_max = 254;
constexpr std::string_view source = "447700800001";
constexpr std::string_view code_word = "{code}";  // as long as what stands for it

void write_digits(std::uint8_t* at, std::size_t digits, std::uint64_t value) noexcept {
    for (std::size_t i = digits; i-- > 0; value /= 10) {
        at[i] = static_cast<std::uint8_t>('0' + value % 10);
    }
}

std::uint64_t code_value(std::uint64_t number) noexcept {
    return 100'000 + number * 271'829 % 900'000;
}

std::size_t offset_of(const protocol::Octets& pdu, std::string_view text) {
    return protocol::as_text(pdu).find(text);
}

}  // namespace

RunTag random_tag() {
    std::random_device chance;
    RunTag tag{};
    for (char& digit : tag) digit = "0123456789abcdef"[chance() % 16];
    return tag;
}

std::optional<Mark> find_mark(protocol::Bytes octets) noexcept {
    const std::string_view all = protocol::as_text(octets);
    const auto at = all.find(word);
    if (at == all.npos || all.size() - at < mark_size) return std::nullopt;
    Mark mark;
    const char* const tag = all.data() + at + word.size();
    std::copy_n(tag, mark.tag.size(), mark.tag.begin());
    const char* const digits = tag + mark.tag.size();
    const auto [end, error] = std::from_chars(digits, digits + id_digits, mark.id);
    if (error != std::errc{} || end != digits + id_digits) return std::nullopt;
    return mark;
}

std::optional<Numbers> parse_numbers(std::string_view text) {
    const auto dash = text.find('-');
    std::string_view ends[2] = {text.substr(0, dash),
                                dash == text.npos ? text : text.substr(dash + 1)};
    std::uint64_t values[2] = {};
    for (int i = 0; i < 2; ++i) {
        std::string_view& digits = ends[i];
        if (digits.starts_with('+')) digits.remove_prefix(1);
        if (digits.size() < 3 || digits.size() > 15 || digits.front() == '0') return std::nullopt;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), values[i]);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    }
    if (ends[0].size() != ends[1].size() || values[0] > values[1]) return std::nullopt;
    return Numbers{values[0], values[1]};
}

std::string code_for(std::uint64_t number) { return std::to_string(code_value(number)); }

MessageTemplate::MessageTemplate(RunTag tag, Numbers numbers, std::string_view text)
    : tag_(tag), numbers_(numbers) {
    const std::string destination = std::to_string(numbers.first);
    const std::string head = std::string(word) + std::string(tag.begin(), tag.end());
    const std::string whole = head + std::string(id_digits, '0') + std::string(text);
    if (whole.size() > text_max) {
        throw std::runtime_error("the text is longer than " + std::to_string(text_max - mark_size) +
                                 " characters");
    }
    protocol::DeliverSm pdu;
    pdu.source_addr_ton = 1;
    pdu.source_addr_npi = 1;
    pdu.source_addr = source;
    pdu.dest_addr_ton = 1;
    pdu.dest_addr_npi = 1;
    pdu.destination_addr = destination;
    pdu.short_message.assign(whole.begin(), whole.end());
    auto packed = protocol::encode({0, protocol::CommandId::deliver_sm, 0, 1}, pdu);
    if (!packed) throw std::runtime_error("the message: " + packed.error().message());
    pdu_ = std::move(*packed);
    destination_digits_ = destination.size();
    // The source may hold the same digits; a NUL stands before the destination's TON and NPI.
    destination_at_ = offset_of(pdu_, std::string("\0\1\1", 3) + destination) + 3;
    id_at_ = offset_of(pdu_, head) + head.size();
    if (text.find(code_word) != text.npos) code_at_ = offset_of(pdu_, code_word);
}

void MessageTemplate::append(protocol::Octets& to, std::uint64_t id) const {
    append(to, id, numbers_.first + id % numbers_.count());
}

void MessageTemplate::append(protocol::Octets& to, std::uint64_t id, std::uint64_t number) const {
    const std::size_t at = to.size();
    to.insert(to.end(), pdu_.begin(), pdu_.end());
    std::uint8_t* const pdu = to.data() + at;
    protocol::put_u32(pdu + 12, static_cast<std::uint32_t>(id + 1));
    write_digits(pdu + destination_at_, destination_digits_, number);
    write_digits(pdu + id_at_, id_digits, id);
    if (code_at_) write_digits(pdu + *code_at_, code_word.size(), code_value(number));
}

}  // namespace smppd::bench
