// daemon/notify/address_rules.cpp - see address_rules.hpp.
#include "daemon/notify/address_rules.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace smppd::notify {

namespace {

struct Block4 {
    std::uint32_t first;
    unsigned length;
    std::string_view what;
};
constexpr std::uint32_t ip(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24 | b << 16 | c << 8 | d;
}
constexpr std::array blocks4{
    Block4{ip(0, 0, 0, 0), 8, "this network"},
    Block4{ip(10, 0, 0, 0), 8, "private"},
    Block4{ip(100, 64, 0, 0), 10, "shared by a carrier's NAT"},
    Block4{ip(127, 0, 0, 0), 8, "loopback"},
    Block4{ip(169, 254, 0, 0), 16, "link-local"},
    Block4{ip(172, 16, 0, 0), 12, "private"},
    Block4{ip(192, 0, 0, 0), 24, "reserved"},
    Block4{ip(192, 0, 2, 0), 24, "for documentation"},
    Block4{ip(192, 88, 99, 0), 24, "reserved"},
    Block4{ip(192, 168, 0, 0), 16, "private"},
    Block4{ip(198, 18, 0, 0), 15, "for benchmarks"},
    Block4{ip(198, 51, 100, 0), 24, "for documentation"},
    Block4{ip(203, 0, 113, 0), 24, "for documentation"},
    Block4{ip(224, 0, 0, 0), 4, "multicast"},
    Block4{ip(240, 0, 0, 0), 4, "reserved"},
};

std::string_view not_public4(std::uint32_t address) noexcept {
    for (const Block4& block : blocks4)
        if ((address ^ block.first) >> (32 - block.length) == 0) return block.what;
    return {};
}

using Octets6 = std::array<std::uint8_t, 16>;
struct Block6 {
    Octets6 first;
    unsigned length;
    std::string_view what;
    /// Where in it the IPv4 address stands that decides instead; 0: nowhere.
    unsigned ipv4_at = 0;
};
constexpr std::array blocks6{
    Block6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 128, "unspecified"},
    Block6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    Block6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "", 12},  // IPv4-mapped
    Block6{{0, 0x64, 0xff, 0x9b, 0, 0}, 96, "", 12},                 // NAT64, RFC 6052
    Block6{{0x20, 0x02}, 16, "", 2},                                 // 6to4, RFC 3056
    Block6{{0x20, 0x01, 0x0d, 0xb8}, 32, "for documentation"},
    Block6{{0x20, 0x01, 0}, 23, "reserved"},  // Teredo, ORCHID, benchmarks
    Block6{{0x3f, 0xff}, 20, "for documentation"},
};

bool inside(const Octets6& address, const Octets6& first, unsigned length) noexcept {
    const unsigned whole = length / 8, rest = length % 8;
    if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
    return rest == 0 || (address[whole] ^ first[whole]) >> (8 - rest) == 0;
}

std::string_view not_public6(const Octets6& address) noexcept {
    for (const Block6& block : blocks6) {
        if (!inside(address, block.first, block.length)) continue;
        if (block.ipv4_at == 0) return block.what;
        const auto at = address.begin() + block.ipv4_at;
        return not_public4(ip(at[0], at[1], at[2], at[3]));
    }
    if (address[0] == 0xff) return "multicast";
    if (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) return "link-local";
    if ((address[0] & 0xfe) == 0xfc) return "private";
    // Global unicast is 2000::/3 alone; what is outside is not assigned, or obsolete.
    if ((address[0] & 0xe0) != 0x20) return "reserved";
    return {};
}

}  // namespace

std::string_view not_public(const sockaddr& address) noexcept {
    // Copied out: what libcurl hands over is not aligned as these types are.
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return not_public4(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        Octets6 octets{};
        std::memcpy(octets.data(), &six.sin6_addr, octets.size());
        return not_public6(octets);
    }
    return "no internet address";
}

}  // namespace smppd::notify
