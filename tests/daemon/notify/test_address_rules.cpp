// tests/daemon/notify/test_address_rules.cpp - both sides of each range that is refused.
#include "daemon/notify/address_rules.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace smppd::notify;

namespace {

std::string_view of(const std::string& text) {
    sockaddr_storage storage{};
    if (text.find(':') == std::string::npos) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        REQUIRE(inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1);
        std::memcpy(&storage, &four, sizeof four);
    } else {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        REQUIRE(inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1);
        std::memcpy(&storage, &six, sizeof six);
    }
    return not_public(reinterpret_cast<const sockaddr&>(storage));
}

struct Range {
    const char *before, *first, *last, *after;  ///< null: another range, or nothing, is there
    const char* what;
};

const Range ranges[] = {
    {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0", "this network"},
    {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "private"},
    {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", "shared by a carrier's NAT"},
    {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", "loopback"},
    {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", "link-local"},
    {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", "private"},
    {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0", "reserved"},
    {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", "for documentation"},
    {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0", "reserved"},
    {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", "private"},
    {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", "for benchmarks"},
    {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0", "for documentation"},
    {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", "for documentation"},
    {"223.255.255.255", "224.0.0.0", "239.255.255.255", nullptr, "multicast"},
    {nullptr, "240.0.0.0", "255.255.255.255", nullptr, "reserved"},
    {nullptr, "::", "::", nullptr, "unspecified"},
    {nullptr, "::1", "::1", nullptr, "loopback"},
    {nullptr, "::2", "64:ff9a:ffff::", nullptr, "reserved"},
    {nullptr, "64:ff9b:1::", "1fff:ffff::", "2000::", "reserved"},
    {"2000:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::", "reserved"},
    {"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::", "for documentation"},
    {"3ffe:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::", "for documentation"},
    {"3fff:ffff::", "4000::", "fbff:ffff::", nullptr, "reserved"},
    {nullptr, "fc00::", "fdff:ffff:ffff::", nullptr, "private"},
    {nullptr, "fe00::", "fe7f:ffff::", nullptr, "reserved"},
    {nullptr, "fe80::", "febf:ffff::", nullptr, "link-local"},
    {nullptr, "ff00::", "ffff:ffff::", nullptr, "multicast"},
};

}  // namespace

TEST_CASE("address rules: both sides of each range") {
    for (const Range& range : ranges) {
        CAPTURE(range.first);
        CHECK(of(range.first) == range.what);
        CHECK(of(range.last) == range.what);
        if (range.before != nullptr) CHECK(of(range.before).empty());
        if (range.after != nullptr) CHECK(of(range.after).empty());
    }
}

TEST_CASE("address rules: an IPv4 address inside one of IPv6 decides") {
    CHECK(of("::ffff:10.0.0.1") == "private");
    CHECK(of("::ffff:127.0.0.1") == "loopback");
    CHECK(of("::ffff:8.8.8.8").empty());
    CHECK(of("64:ff9b::169.254.169.254") == "link-local");
    CHECK(of("64:ff9b::8.8.8.8").empty());
    CHECK(of("2002:a00:1::1") == "private");
    CHECK(of("2002:7f00:1::1") == "loopback");
    CHECK(of("2002:808:808::1").empty());
    // The IPv4-compatible form is obsolete, and translation prefixes of one's own are private.
    CHECK(of("::8.8.8.8") == "reserved");
    CHECK(of("64:ff9b:1::8.8.8.8") == "reserved");
}

TEST_CASE("address rules: other families are no internet addresses") {
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    CHECK(not_public(unix_socket) == "no internet address");
}
