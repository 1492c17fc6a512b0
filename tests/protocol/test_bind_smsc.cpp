// tests/protocol/test_bind_smsc.cpp - the session in the smsc role: platforms bind to us.
#include "tests/support/bind_script.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using namespace smppd::test;

namespace {

BindRun platform(BindOptions options = {}) {
    options.role = Role::smsc;
    BindRun run(std::move(options));
    run.connect();
    run.take_log();
    return run;
}

/// submit_sm with a TLV that ends after the PDU.
Octets bad_submit(std::uint32_t sequence_number) {
    Octets octets = message_pdu(CommandId::submit_sm, sequence_number) + hex("0204 0002 12");
    octets[3] = static_cast<std::uint8_t>(octets.size());
    return octets;
}

BindOptions strict() {
    BindOptions options;
    options.decode.tolerate_broken_tlvs = false;
    return options;
}

}  // namespace

TEST_CASE("bind smsc: sc_interface_version is for peers above 3.3") {
    struct Case {
        std::uint8_t version;
        const char* response;
    };
    for (const Case& c : {Case{0x34, "0000001b 80000009 00000000 00000001 736d70706400 0210000134"},
                          Case{0x50, "0000001b 80000009 00000000 00000001 736d70706400 0210000134"},
                          Case{0x33, "00000016 80000009 00000000 00000001 736d70706400"},
                          Case{0x00, "00000016 80000009 00000000 00000001 736d70706400"}}) {
        BindRun run = platform();
        run.receive(bind_pdu(CommandId::bind_transceiver, 1, c.version));
        CHECK(run.bind.peer_version() == c.version);
        CHECK(run.bind.peer_system_id() == "client0");
        CHECK(written(run.accept()) == hex(c.response));
    }
}

TEST_CASE("bind smsc: what stands behind a bind request waits for the owner's word") {
    BindRun run = platform();
    run.receive(bind_pdu(CommandId::bind_receiver, 1) + pdu(CommandId::enquire_link, 0, 2) +
                bind_pdu(CommandId::bind_transceiver, 3));
    CHECK(run.take_log() == Lines{"state open>binding", "asked bind_receiver 1"});
    CHECK_FALSE(run.bind.wants_read());
    SUBCASE("accepted") {
        run.accept();
        CHECK(run.take_log() == Lines{"> bind_receiver_resp 0x0 1", "state binding>bound",
                                      "> enquire_link_resp 0x0 2",
                                      "> bind_transceiver_resp 0x5 3"});
        CHECK(run.bind.type() == BindType::receiver);
    }
    SUBCASE("refused") {
        run.refuse(ESME_RINVPASWD);
        CHECK(run.take_log() == Lines{"> bind_receiver_resp 0xe 1",
                                      "state binding>open refused 0xe", "> enquire_link_resp 0x0 2",
                                      "state open>binding", "asked bind_transceiver 3"});
        CHECK_FALSE(run.bind.wants_read());
        run.accept();
        CHECK(run.bind.type() == BindType::transceiver);
        CHECK(run.bind.state() == BindState::bound);
    }
    SUBCASE("the peer has gone") {
        run.close();
        CHECK(run.accept().empty());
        CHECK(run.fault_after_close() == "");
    }
    CHECK(run.fault() == "");
}

TEST_CASE("bind smsc: a refused bind has an answer of 16 octets") {
    BindRun run = platform();
    run.receive(bind_pdu(CommandId::bind_transmitter, 7));
    CHECK(written(run.refuse(ESME_RBINDFAIL)) == hex("00000010 80000002 0000000d 00000007"));
    CHECK(run.bind.wants_read());
}

TEST_CASE("bind smsc: accept and refuse do nothing where nobody asks") {
    BindRun run = platform();
    CHECK(run.accept().empty());
    CHECK(run.refuse(ESME_RBINDFAIL).empty());
    BindRun carrier{BindOptions{}};
    carrier.connect();  // esme role, state binding
    CHECK(carrier.accept().empty());
    CHECK(carrier.refuse(ESME_RBINDFAIL).empty());
}

TEST_CASE("bind smsc: PDUs are small until the bind stands") {
    BindRun run = platform();
    run.receive(hex("00000401"));
    CHECK(run.log().back() == "close bad_length");
    BindRun bound = bound_platform();
    bound.receive(hex("00000401"));
    CHECK(bound.bind.state() == BindState::bound);
}

TEST_CASE("bind smsc: who may send what follows from the bind's type") {
    for (const BindType type : {BindType::transmitter, BindType::receiver, BindType::transceiver}) {
        BindRun run = bound_platform({}, type);
        CHECK(run.bind.may_receive() == (type != BindType::transmitter));
        CHECK(run.request(1).has_value() == (type != BindType::transmitter));
        run.take_log();
        run.receive(message_pdu(CommandId::submit_sm, 4));
        CHECK(run.take_log() ==
              Lines{type == BindType::receiver ? "> submit_sm_resp 0x4 4" : "deliver submit_sm 4"});
        // An ESME delivers nothing to an SMSC.
        run.receive(message_pdu(CommandId::deliver_sm, 5));
        CHECK(run.take_log() == Lines{"> deliver_sm_resp 0x4 5"});
        // What has no response has no answer, right or wrong.
        run.receive(pdu(CommandId::outbind, 0, 6) + pdu(CommandId::alert_notification, 0, 7));
        CHECK(run.take_log().empty());
    }
}

TEST_CASE("bind smsc: submit_sm_resp has a message_id, or an error and no body") {
    BindRun run = bound_platform();
    for (std::uint32_t i = 1; i <= 4; ++i) run.receive(message_pdu(CommandId::submit_sm, i));
    const Body id = MessageResp{"A1", {}};
    const auto respond = [&](std::uint32_t sequence_number, Status status, const Body& body) {
        return written(
            run.bind.respond({0, CommandId::submit_sm, 0, sequence_number}, status, body, run.now));
    };
    CHECK(respond(1, ESME_ROK, id) == hex("00000013 80000004 00000000 00000001 413100"));
    CHECK(respond(2, ESME_RTHROTTLED, id) == hex("00000010 80000004 00000058 00000002"));
    CHECK(respond(3, ESME_ROK, MessageResp{}) == hex("00000011 80000004 00000000 00000003 00"));
    // Not packable: our fault, and the peer hears of it.
    CHECK(respond(4, ESME_ROK, MessageResp{std::string(70'000, 'x'), {}}) ==
          hex("00000010 80000004 00000008 00000004"));
}

TEST_CASE("bind smsc: every response has the body that its command wants") {
    BindRun run = bound_platform();
    const auto respond = [&](CommandId id) {
        run.receive(message_pdu(CommandId::submit_sm, 1));
        return written(run.bind.respond({0, id, 0, 1}, ESME_ROK, run.now)).size();
    };
    CHECK(respond(CommandId::data_sm) == 17);       // message_id
    CHECK(respond(CommandId::submit_multi) == 18);  // message_id, no_unsuccess
    CHECK(respond(CommandId::query_sm) == 20);      // message_id, final_date, state, error
    CHECK(respond(CommandId::cancel_sm) == 16);
    CHECK(respond(CommandId::replace_sm) == 16);
}

TEST_CASE("bind smsc: bad PDUs are answered, and too many in a row close the link") {
    BindOptions options = strict();
    options.errors_max = 3;
    BindRun run = bound_platform(options);
    run.receive(bad_submit(1) + bad_submit(2));
    CHECK(run.bind.state() == BindState::bound);
    run.receive(message_pdu(CommandId::submit_sm, 3));  // a whole one: counted from the start
    run.receive(bad_submit(4) + bad_submit(5));
    CHECK(run.bind.state() == BindState::bound);
    run.take_log();
    run.receive(bad_submit(6) + pdu(CommandId::enquire_link, 0, 7));
    CHECK(run.take_log() == Lines{"> submit_sm_resp 0xc0 6", "state bound>closed too_many_errors",
                                  "close too_many_errors"});
    CHECK(run.bind.counters().bad_pdus == 5);
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind smsc: errors_max 0 is no limit") {
    BindOptions options = strict();
    options.errors_max = 0;
    BindRun run = bound_platform(options);
    for (std::uint32_t i = 1; i <= 200; ++i) run.receive(bad_submit(i));
    CHECK(run.bind.state() == BindState::bound);
    CHECK(run.bind.counters().bad_pdus == 200);
}

TEST_CASE("bind smsc: a bind request with a bad body is refused, the next may stand") {
    BindRun run = platform(strict());
    run.receive(pdu(CommandId::bind_transceiver, 0, 1) + bind_pdu(CommandId::bind_transceiver, 2));
    REQUIRE(run.log().size() == 3);
    CHECK(run.log()[0].starts_with("> bind_transceiver_resp 0x"));
    CHECK(run.log()[0] != "> bind_transceiver_resp 0x0 1");
    CHECK(run.log()[2] == "asked bind_transceiver 2");
}

TEST_CASE("bind smsc: unbind before the bind is answered") {
    BindRun run = platform();
    run.receive(pdu(CommandId::unbind, 0, 3));
    CHECK(run.take_log() ==
          Lines{"> unbind_resp 0x0 3", "state open>closed unbound", "close unbound"});
}

TEST_CASE("bind smsc: nothing new is accepted while our unbind is under way") {
    BindRun run = bound_platform();
    run.receive(message_pdu(CommandId::submit_sm, 1));
    run.unbind();
    run.take_log();
    run.receive(message_pdu(CommandId::submit_sm, 2));
    run.answer_all();
    CHECK(run.take_log() == Lines{"> submit_sm_resp 0x4 2", "> submit_sm_resp 0x0 1"});
}

TEST_CASE("bind smsc: another protocol is noticed before a command_length is waited for") {
    BindRun run = platform();
    run.receive(hex("16 03"));  // half a TLS record's head: may be anything yet
    CHECK(run.bind.state() == BindState::open);
    const Actions actions = run.receive(hex("01"));
    REQUIRE(std::holds_alternative<Close>(actions.back()));
    CHECK(std::get<Close>(actions.back()).detail == "a TLS hello");
    CHECK(written(actions).empty());
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind smsc: octets like another protocol's are SMPP once SMPP has been spoken") {
    BindRun run = platform();
    run.receive(pdu(CommandId::enquire_link, 0, 1));
    run.take_log();
    run.receive(hex("47455420"));
    CHECK(run.log().back() == "close bad_length");
}

TEST_CASE("bind smsc: outbind is sent first when told so") {
    BindOptions options;
    options.send_outbind = true;
    options.system_id = "ab";
    options.password = "pw";
    options.role = Role::smsc;
    BindRun run(options);
    CHECK(written(run.connect()) == hex("00000016 0000000b 00000000 00000001 616200 707700"));
    CHECK(run.bind.state() == BindState::open);
    run.receive(bind_pdu(CommandId::bind_receiver, 1));
    run.accept();
    CHECK(run.bind.may_receive());
}

TEST_CASE("bind smsc: a script of everything, with the link cut after each step") {
    BindOptions options;
    options.role = Role::smsc;
    CHECK(replay_with_cuts(
              options,
              {[](BindRun& run) { run.receive(bind_pdu(CommandId::bind_transmitter, 1)); },
               [](BindRun& run) { run.refuse(ESME_RINVPASWD); },
               [](BindRun& run) {
                   run.receive(bind_pdu(CommandId::bind_transceiver, 2) +
                               message_pdu(CommandId::submit_sm, 3));
               },
               [](BindRun& run) { run.accept(); }, [](BindRun& run) { (void)run.request(1); },
               [](BindRun& run) { (void)run.request(2); },
               [](BindRun& run) { run.receive(pdu(CommandId::deliver_sm_resp, 0, 2)); },
               [](BindRun& run) { run.answer_all(); },
               [](BindRun& run) { run.wait(std::chrono::seconds(10)); },
               [](BindRun& run) { (void)run.request(3); },
               [](BindRun& run) { run.receive(message_pdu(CommandId::submit_sm, 4)); },
               [](BindRun& run) { run.receive(pdu(CommandId::unbind, 0, 5)); }}) == "");
}
