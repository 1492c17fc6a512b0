// tests/protocol/test_framer.cpp - tests of protocol/framer.
#include "protocol/framer.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>

namespace smppd::protocol {
namespace {

using test::hex;

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// command_length, command_id, command_status, sequence_number
const Octets enquire_link = hex("00000010 00000015 00000000 00000007");
const Octets long_enquire_link = hex("00000014 00000015 00000000 00000008 00000000");

}  // namespace

TEST_CASE("framer: command_length is taken from 16 to the limit") {
    CHECK(*next_length(hex("00000010"), 66560) == 16);
    CHECK(next_length(hex("0000000f"), 66560).error() == Errc::bad_length);
    CHECK(*next_length(hex("00010400"), 66560) == 66560);
    CHECK(next_length(hex("00010401"), 66560).error() == Errc::bad_length);
    CHECK(next_length(hex("ffffffff"), 66560).error() == Errc::bad_length);
    CHECK(*next_length(hex("000000"), 66560) == 0);
    CHECK(*next_length({}, 66560) == 0);
}

TEST_CASE("framer: PDUs come out whole however the stream is cut") {
    Octets stream = enquire_link;
    stream.insert(stream.end(), long_enquire_link.begin(), long_enquire_link.end());
    stream.insert(stream.end(), enquire_link.begin(), enquire_link.end());
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        CAPTURE(step);
        Framer framer(1024);
        std::vector<Octets> pdus;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            framer.feed(Bytes(stream).subspan(at, std::min(step, stream.size() - at)));
            for (Bytes pdu = *framer.next(); !pdu.empty(); pdu = *framer.next()) {
                pdus.emplace_back(pdu.begin(), pdu.end());
            }
        }
        REQUIRE(pdus.size() == 3);
        CHECK(pdus[0] == enquire_link);
        CHECK(pdus[1] == long_enquire_link);
        CHECK(pdus[2] == enquire_link);
        CHECK(framer.pending() == 0);
    }
}

TEST_CASE("framer: views of one segment live together until the next feed") {
    Octets stream = enquire_link;
    stream.insert(stream.end(), long_enquire_link.begin(), long_enquire_link.end());
    Framer framer(1024);
    framer.feed(stream);
    const Bytes first = *framer.next();
    const Bytes second = *framer.next();
    CHECK(Octets(first.begin(), first.end()) == enquire_link);
    CHECK(Octets(second.begin(), second.end()) == long_enquire_link);
    CHECK(first.data() + first.size() == second.data());
}

TEST_CASE("framer: a bad length is told at once, after the PDUs before it, and for good") {
    Framer framer(1024);
    framer.feed(enquire_link);
    framer.feed(hex("0000000f"));
    CHECK(framer.next()->size() == 16);
    CHECK(framer.next().error() == Errc::bad_length);
    framer.feed(enquire_link);
    CHECK(framer.next().error() == Errc::bad_length);
}

TEST_CASE("framer: a raised limit holds for the PDUs not yet handed out") {
    Framer framer(16);
    framer.feed(enquire_link);
    framer.feed(long_enquire_link);
    CHECK(framer.next()->size() == 16);
    framer.length_max(20);
    CHECK(framer.next()->size() == 20);
}

TEST_CASE("framer: pending counts the octets that wait") {
    Framer framer(1024);
    CHECK(framer.pending() == 0);
    CHECK(framer.next()->empty());
    framer.feed(Bytes(enquire_link).first(15));
    CHECK(framer.next()->empty());
    CHECK(framer.pending() == 15);
    framer.feed(Bytes(enquire_link).subspan(15));
    CHECK(framer.pending() == 16);
    CHECK(framer.next()->size() == 16);
    CHECK(framer.pending() == 0);
}

TEST_CASE("framer: other protocols are told by their first octets") {
    CHECK(foreign_protocol(bytes_of("GET / HTTP/1.1\r\n")) == "an HTTP request");
    CHECK(foreign_protocol(bytes_of("CONNECT a:1")) == "an HTTP request");
    CHECK(foreign_protocol(bytes_of("HTTP/1.1 400 Bad Request")) == "an HTTP reply");
    CHECK(foreign_protocol(bytes_of("SSH-2.0-OpenSSH")) == "an SSH greeting");
    CHECK(foreign_protocol(bytes_of("INVITE sip:a@b SIP/2.0")) == "a SIP request");
    CHECK(foreign_protocol(bytes_of("EHLO example.com\r\n")) == "text");
    CHECK(foreign_protocol(hex("160301007c010000")) == "a TLS hello");
    CHECK(foreign_protocol(hex("16030300")) == "a TLS hello");
}

TEST_CASE("framer: what may be SMPP is no other protocol") {
    CHECK(foreign_protocol(enquire_link).empty());
    CHECK(foreign_protocol(hex("0000000f")).empty());
    CHECK(foreign_protocol(hex("00010401 00000005")).empty());
    CHECK(foreign_protocol({}).empty());
    CHECK(foreign_protocol(bytes_of("EHL")).empty());  // too few to tell
}

}  // namespace smppd::protocol
