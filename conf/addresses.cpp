// conf/addresses.cpp - "host:port" and address blocks.
#include "conf/kinds.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace smppd::conf {
namespace {

struct Address {
    int family = AF_UNSPEC;
    std::array<std::uint8_t, 16> octets{};
    unsigned bits() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Address> parse_address(const std::string& text) {
    Address address;
    for (const int family : {AF_INET, AF_INET6})
        if (::inet_pton(family, text.c_str(), address.octets.data()) == 1) {
            address.family = family;
            return address;
        }
    return std::nullopt;
}

std::string show_address(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.family, address.octets.data(), text.data(),
                static_cast<socklen_t>(text.size()));
    return text.data();
}

/// The address with all bits behind `length` zero.
Address masked(Address address, unsigned length) {
    for (unsigned i = 0; i < address.octets.size(); ++i) {
        const unsigned keep = length > i * 8 ? std::min(length - i * 8, 8U) : 0;
        address.octets[i] = static_cast<std::uint8_t>(address.octets[i] & (0xff00U >> keep));
    }
    return address;
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    const bool padded = text.size() > 1 && text.front() == '0';
    return failed == std::errc{} && stop == end && !padded;
}

bool host_name(std::string_view host) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
           host.find_first_not_of(allowed) == std::string_view::npos;
}

/// Digits and dots alone are meant as an IPv4 address; "1.2.3" or "1.2.3.400" is a mistake.
bool looks_like_ipv4(std::string_view host) {
    return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

void read_endpoint(Reader& reader, const Value& value, Endpoint& target, bool listen) {
    const std::string must_be =
        listen ? "'ADDRESS:PORT', such as 0.0.0.0:2775 or \"[::]:2775\" (in quotes)"
               : "'HOST:PORT', such as smsc.example:2775 or \"[2001:db8::1]:2775\" (in quotes)";
    const auto text = reader.text(value, must_be);
    if (!text) return;
    const std::size_t colon = text->rfind(':');
    if (colon == std::string::npos) return reader.wrong(value, must_be);
    std::string host = text->substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = parse_address(host);
    if (!bracketed && host.find(':') != std::string::npos)
        return reader.wrong(value, "an IPv6 address in brackets, then its port: \"[::1]:2775\"");
    const bool ipv6 = address && address->family == AF_INET6;
    if (ipv6 != bracketed || (!address && (listen || !host_name(host) || looks_like_ipv4(host))))
        return reader.wrong(value, must_be);
    std::uint16_t port = 0;
    if (!parse_number(std::string_view(*text).substr(colon + 1), port) || port == 0)
        return reader.wrong(value, must_be + ", with a port from 1 to 65535");
    target = {std::move(host), port};
}

void read_network(Reader& reader, const Value& value, std::string& target) {
    constexpr std::string_view must_be = "an address block such as 192.0.2.0/24 or 2001:db8::/32";
    const auto text = reader.text(value, must_be);
    if (!text) return;
    const std::size_t slash = std::min(text->find('/'), text->size());
    const auto address = parse_address(text->substr(0, slash));
    if (!address) return reader.wrong(value, must_be);
    unsigned length = address->bits();
    if (slash < text->size() && (!parse_number(std::string_view(*text).substr(slash + 1), length) ||
                                 length > address->bits()))
        return reader.wrong(value, must_be);
    const Address network = masked(*address, length);
    std::string block = show_address(network) + "/" + std::to_string(length);
    if (network.octets != address->octets)
        return reader.wrong(value, "a block without bits behind its length: " + block);
    target = std::move(block);
}

constexpr std::string_view endpoint_schema = R"("type":"string","pattern":":[0-9]{1,5}$")";

}  // namespace

Kind<Endpoint> endpoint() {
    return {[](Reader& reader, const Value& value, Endpoint& target) {
                read_endpoint(reader, value, target, false);
            },
            std::string(endpoint_schema),
            {}};
}

Kind<Endpoint> listen_endpoint() {
    return {[](Reader& reader, const Value& value, Endpoint& target) {
                read_endpoint(reader, value, target, true);
            },
            std::string(endpoint_schema),
            {}};
}

Kind<std::string> network() { return {read_network, R"("type":"string")", {}}; }

}  // namespace smppd::conf
