// daemon/smpp/cidr.cpp - see cidr.hpp.
#include "daemon/smpp/cidr.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace smppd::smpp {

namespace {

/// An address of either family as 128 bits; IPv4 as ::ffff:a.b.c.d.
struct Address {
    std::array<std::uint8_t, 16> bits{};
    bool v4 = false;
};

std::optional<Address> parse_address(const std::string& text) {
    Address address;
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
        address.v4 = true;
        address.bits[10] = address.bits[11] = 0xff;
        std::copy(four.begin(), four.end(), address.bits.begin() + 12);
        return address;
    }
    if (inet_pton(AF_INET6, text.c_str(), address.bits.data()) != 1) return {};
    return address;
}

struct Block {
    Address address;
    unsigned length = 128;
};

std::optional<Block> parse_block(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(std::string(text.substr(0, slash)));
    if (!address) return {};
    Block block{*address, 128};
    if (slash == std::string_view::npos) return block;
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return {};
    if (length > (address->v4 ? 32u : 128u)) return {};
    block.length = length + (address->v4 ? 96 : 0);
    return block;
}

bool inside(const Block& block, const Address& address) {
    const unsigned octets = block.length / 8;
    if (std::memcmp(block.address.bits.data(), address.bits.data(), octets) != 0) return false;
    const unsigned rest = block.length % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (block.address.bits[octets] & mask) == (address.bits[octets] & mask);
}

}  // namespace

bool allowed(const std::vector<std::string>& blocks, const std::string& address) {
    if (blocks.empty()) return true;
    const auto parsed = parse_address(address);
    if (!parsed) return false;
    return std::any_of(blocks.begin(), blocks.end(), [&](const std::string& text) {
        const auto block = parse_block(text);
        return block && inside(*block, *parsed);
    });
}

bool valid_block(std::string_view block) { return parse_block(block).has_value(); }

}  // namespace smppd::smpp
