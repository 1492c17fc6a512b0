// tests/daemon/smpp/test_cidr.cpp - address blocks, on both sides of their edges.
#include "daemon/smpp/cidr.hpp"

#include <doctest/doctest.h>

using smppd::smpp::allowed;
using smppd::smpp::valid_block;

TEST_CASE("cidr: no blocks allow any address") { CHECK(allowed({}, "192.0.2.1")); }

TEST_CASE("cidr: the edges of a block") {
    CHECK(allowed({"10.0.0.0/8"}, "10.255.255.255"));
    CHECK_FALSE(allowed({"10.0.0.0/8"}, "11.0.0.0"));
    CHECK(allowed({"192.0.2.128/25"}, "192.0.2.128"));
    CHECK_FALSE(allowed({"192.0.2.128/25"}, "192.0.2.127"));
    CHECK(allowed({"192.0.2.4/30"}, "192.0.2.7"));
    CHECK_FALSE(allowed({"192.0.2.4/30"}, "192.0.2.8"));
    CHECK(allowed({"192.0.2.1/32"}, "192.0.2.1"));
    CHECK_FALSE(allowed({"192.0.2.1/32"}, "192.0.2.0"));
    CHECK(allowed({"2001:db8:0:2::/63"}, "2001:db8:0:3:ffff::"));
    CHECK_FALSE(allowed({"2001:db8:0:2::/63"}, "2001:db8:0:4::"));
}

TEST_CASE("cidr: a bare address is a block of itself") {
    CHECK(allowed({"192.0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(allowed({"192.0.2.1"}, "192.0.2.2"));
    CHECK(allowed({"::1"}, "::1"));
    CHECK_FALSE(allowed({"::1"}, "::2"));
}

TEST_CASE("cidr: any one of several blocks will do") {
    CHECK(allowed({"10.0.0.0/8", "::1", "192.0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(allowed({"10.0.0.0/8", "::1", "192.0.2.1"}, "192.0.2.2"));
}

TEST_CASE("cidr: an IPv4 address is the same when it is written as IPv6") {
    CHECK(allowed({"10.0.0.0/8"}, "::ffff:10.1.2.3"));
    CHECK_FALSE(allowed({"10.0.0.0/8"}, "::ffff:11.1.2.3"));
    CHECK(allowed({"::ffff:10.0.0.0/104"}, "10.1.2.3"));
}

TEST_CASE("cidr: all IPv4 is not all IPv6, and the other way round") {
    CHECK(allowed({"0.0.0.0/0"}, "203.0.113.9"));
    CHECK_FALSE(allowed({"0.0.0.0/0"}, "2001:db8::1"));
    CHECK(allowed({"::/0"}, "2001:db8::1"));
}

TEST_CASE("cidr: what is no address is in no block, and what is no block holds nothing") {
    CHECK_FALSE(allowed({"0.0.0.0/0", "::/0"}, "localhost"));
    CHECK_FALSE(allowed({"0.0.0.0/0", "::/0"}, ""));
    for (const std::string block : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8",
                                    "::1/129", "example.org", "", "/8", "10.0.0.0/-1"}) {
        CAPTURE(block);
        CHECK_FALSE(valid_block(block));
        CHECK_FALSE(allowed({block}, "10.0.0.0"));
    }
    for (const std::string block : {"10.0.0.0/0", "10.0.0.0/32", "::/0", "::1/128", "10.0.0.1"}) {
        CAPTURE(block);
        CHECK(valid_block(block));
    }
}
