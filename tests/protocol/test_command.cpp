// tests/protocol/test_command.cpp - tests of protocol/command.
#include "protocol/command.hpp"

#include <doctest/doctest.h>

namespace smppd::protocol {

TEST_CASE("command: ids have the specification's names") {
    CHECK(name(CommandId::generic_nack) == "generic_nack");
    CHECK(name(CommandId{0x00000005}) == "deliver_sm");
    CHECK(name(CommandId{0x80000005}) == "deliver_sm_resp");
    CHECK(name(CommandId{0x00000102}) == "alert_notification");
    CHECK(name(CommandId{0x80000103}) == "data_sm_resp");
}

TEST_CASE("command: ids that SMPP 3.4 does not list are unknown") {
    for (const std::uint32_t id :
         {0x0u, 0x0au, 0x112u, 0x80000112u, 0x8000000bu, 0x80000102u, 0x00010200u, 0xffffffffu}) {
        CAPTURE(id);
        CHECK(name(CommandId{id}) == "unknown");
        CHECK_FALSE(known(CommandId{id}));
    }
    CHECK(known(CommandId::enquire_link_resp));
}

TEST_CASE("command: the response bit tells responses from requests") {
    CHECK_FALSE(is_response(CommandId::submit_sm));
    CHECK(is_response(CommandId::submit_sm_resp));
    CHECK(is_response(CommandId::generic_nack));
    CHECK(is_response(CommandId{0x80000112}));
    CHECK(response_of(CommandId::query_sm) == CommandId::query_sm_resp);
    CHECK(is_bind(CommandId::bind_transceiver));
    CHECK_FALSE(is_bind(CommandId::outbind));
    CHECK(is_bind_response(CommandId::bind_receiver_resp));
    CHECK_FALSE(is_bind_response(CommandId::bind_receiver));
}

}  // namespace smppd::protocol
