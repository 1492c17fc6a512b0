// tests/protocol/test_bind.cpp - the session in both roles: requests, responses, unbind, the end.
#include "protocol/bind.hpp"

#include "protocol/sequence.hpp"
#include "tests/support/bind_script.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smppd::protocol;
using namespace smppd::test;

namespace {

Octets resp(CommandId id, std::uint32_t sequence_number, Status status = ESME_ROK) {
    return pdu(id, status, sequence_number);
}

}  // namespace

TEST_CASE("bind: the esme role binds at once, with its own fields") {
    BindOptions options;
    options.type = BindType::receiver;
    options.system_id = "acme";
    options.password = "pw";
    options.system_type = "t";
    options.addr_ton = 1;
    options.addr_npi = 2;
    options.address_range = "44";
    BindRun run(options);
    const Actions actions = run.connect();
    CHECK(lines(actions) ==
          Lines{"state closed>open", "> bind_receiver 0x0 1", "state open>binding"});
    CHECK(written(actions) == hex("00000020 00000001 00000000 00000001"  // header, sequence 1
                                  "61636d6500 707700 7400"               // acme, pw, t
                                  "34 01 02 343400"));                   // 3.4, TON, NPI, 44
    CHECK(lines(run.receive(resp(CommandId::bind_receiver_resp, 1))) ==
          Lines{"state binding>bound"});
    CHECK(run.bind.type() == BindType::receiver);
    CHECK(run.bind.peer_version() == 0x34);
}

TEST_CASE("bind: a bind response names the peer and its version") {
    BindRun run{BindOptions{}};
    run.connect();
    run.receive(pdu(CommandId::bind_transceiver_resp, ESME_ROK, 1,
                    hex("534d534300 0210 0001 50")));  // SMSC, sc_interface_version 0x50
    CHECK(run.bind.peer_system_id() == "SMSC");
    CHECK(run.bind.peer_version() == 0x50);
}

TEST_CASE("bind: a bind request that cannot be packed closes the link") {
    BindOptions options;
    options.system_id.assign(70'000, 'x');
    BindRun run(options);
    CHECK(run.connect().size() == 3);
    CHECK(run.log().back().starts_with("close "));
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind: generic_nack refuses a bind, also with status 0") {
    for (const Status status : {ESME_RINVCMDID, ESME_ROK}) {
        BindRun run{BindOptions{}};
        run.connect();
        run.receive(resp(CommandId::generic_nack, 1, status));
        CHECK(run.log().back() == "close refused");
        CHECK(run.bind.state() == BindState::closed);
    }
}

TEST_CASE("bind: requests are refused before the bind, after unbind and beyond the window") {
    BindOptions options;
    options.window = 2;
    BindRun run(options);
    CHECK(run.request(1).error() == Errc::wrong_state);
    run.connect();
    CHECK(run.request(1).error() == Errc::wrong_state);
    run.receive(resp(CommandId::bind_transceiver_resp, 1));
    CHECK(run.request(1).has_value());
    CHECK(run.bind.window_free() == 1);
    CHECK(run.request(2).has_value());
    CHECK(run.request(3).error() == Errc::window_full);
    run.take_log();
    // A response makes room; the second answer to the same request is late.
    run.receive(resp(CommandId::submit_sm_resp, 2) + resp(CommandId::submit_sm_resp, 2));
    CHECK(run.take_log() == Lines{"done 1 answered 0x0"});
    CHECK(run.bind.counters().late_responses == 1);
    CHECK(run.bind.in_flight() == 1);
    run.unbind();
    CHECK(run.request(3).error() == Errc::wrong_state);
}

TEST_CASE("bind: what is no request of an owner's is refused") {
    BindRun run = bound_carrier();
    for (const CommandId id : {CommandId::enquire_link, CommandId::unbind, CommandId::deliver_sm,
                               CommandId::submit_sm_resp, CommandId::bind_transceiver}) {
        CHECK(run.bind.request(Empty{}, id, 5, run.now).error() == Errc::wrong_state);
    }
    BindRun platform = bound_platform();
    CHECK(platform.bind.request(Empty{}, CommandId::alert_notification, 5, platform.now).error() ==
          Errc::wrong_state);
}

TEST_CASE("bind: a request that cannot be packed takes no number and no place") {
    BindRun run = bound_carrier();
    SubmitSm message;
    message.short_message.assign(256, 'x');
    CHECK(run.bind.request(message, CommandId::submit_sm, 5, run.now).error() == Errc::too_long);
    CHECK(run.bind.in_flight() == 0);
    REQUIRE(run.request(6).has_value());
    CHECK(run.last_sequence() == 2);
}

TEST_CASE(
    "bind: a response is matched by its number, whatever its id, and a bad body answers too") {
    BindRun run = bound_carrier();
    for (std::uint64_t token = 1; token <= 3; ++token) REQUIRE(run.request(token).has_value());
    run.take_log();
    run.receive(resp(CommandId::query_sm_resp, 4) + resp(CommandId::generic_nack, 3) +
                // A TLV of 9 octets of which none has come.
                pdu(CommandId::data_sm_resp, ESME_ROK, 2, hex("6100 0425 0009")));
    CHECK(run.take_log() ==
          Lines{"done 3 answered 0x0", "done 2 answered 0xff", "done 1 answered 0x0"});
}

TEST_CASE("bind: many requests in one segment come out in order, their count and answers right") {
    BindRun run = bound_carrier();
    Octets all;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        all = std::move(all) + message_pdu(CommandId::deliver_sm, i);
    }
    const Actions actions = run.receive(all);
    REQUIRE(actions.size() == 1'000);
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        REQUIRE(std::get<Deliver>(actions[i]).request.header.sequence_number == i);
    }
    run.take_log();
    run.answer_all();
    CHECK(run.log().size() == 1'000);
    CHECK(run.log().back() == "> deliver_sm_resp 0x0 999");
    CHECK(run.fault() == "");
}

TEST_CASE("bind: answers to a segment of probes are one Write") {
    BindRun run = bound_carrier();
    const Actions actions =
        run.receive(pdu(CommandId::enquire_link, 0, 1) + pdu(CommandId::enquire_link, 0, 2));
    CHECK(actions.size() == 1);
    CHECK(written(actions).size() == 32);
}

TEST_CASE("bind: reading stops at inbound_max and goes on below it") {
    BindOptions options;
    options.inbound_max = 2;
    BindRun run = bound_carrier(options);
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    CHECK(run.bind.wants_read());
    run.receive(message_pdu(CommandId::deliver_sm, 2));
    CHECK_FALSE(run.bind.wants_read());
    run.respond(run.unanswered().front().header, ESME_ROK);
    CHECK(run.bind.wants_read());
}

TEST_CASE("bind: an answer is given once, and never to an alert_notification") {
    BindRun run = bound_carrier();
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    CHECK(run.bind.respond({16, CommandId::alert_notification, 0, 9}, ESME_ROK, run.now).empty());
    const Header request = run.unanswered().front().header;
    CHECK(run.respond(request, ESME_ROK).size() == 1);
    CHECK(run.respond(request, ESME_ROK).empty());
}

TEST_CASE("bind: deliver_sm_resp keeps its NUL whatever the status") {
    BindRun run = bound_carrier();
    run.receive(message_pdu(CommandId::deliver_sm, 8) + message_pdu(CommandId::deliver_sm, 9));
    CHECK(written(run.respond({0, CommandId::deliver_sm, 0, 8}, ESME_ROK)) ==
          hex("00000011 80000005 00000000 00000008 00"));
    CHECK(written(run.respond({0, CommandId::deliver_sm, 0, 9}, ESME_RMSGQFUL)) ==
          hex("00000011 80000005 00000014 00000009 00"));
}

TEST_CASE("bind: unbind waits for its answer, and answers of ours still go out") {
    BindRun run = bound_carrier();
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    REQUIRE(run.request(1).has_value());
    run.take_log();
    run.unbind();
    CHECK(run.take_log() == Lines{"> unbind 0x0 3", "state bound>unbinding unbound"});
    CHECK(run.unbind().empty());
    // Sent before the peer could know: taken and answered.
    run.receive(message_pdu(CommandId::deliver_sm, 2) + resp(CommandId::submit_sm_resp, 2));
    run.answer_all();
    run.receive(resp(CommandId::unbind_resp, 3));
    CHECK(run.take_log() == Lines{"deliver deliver_sm 2", "done 1 answered 0x0",
                                  "> deliver_sm_resp 0x0 1", "> deliver_sm_resp 0x0 2",
                                  "state unbinding>closed unbound", "close unbound"});
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind: unbind closes at once when nothing is bound") {
    BindRun run{BindOptions{}};
    CHECK(run.unbind().empty());
    run.connect();
    run.unbind();
    CHECK(run.log().back() == "close unbound");
}

TEST_CASE("bind: both sides may unbind at once") {
    BindRun run = bound_carrier();
    run.unbind();
    run.take_log();
    run.receive(pdu(CommandId::unbind, ESME_ROK, 9));
    CHECK(run.take_log() ==
          Lines{"> unbind_resp 0x0 9", "state unbinding>closed unbound", "close unbound"});
}

TEST_CASE("bind: a lost link brings back what was in flight, in order of sending") {
    BindRun run = bound_carrier();
    for (const std::uint64_t token : {7u, 5u, 6u}) REQUIRE(run.request(token).has_value());
    run.take_log();
    run.close();
    CHECK(run.take_log() ==
          Lines{"done 7 lost", "done 5 lost", "done 6 lost", "state bound>closed closed"});
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind: a Bind can be connected again, from sequence_number 1") {
    BindRun run = bound_carrier();
    REQUIRE(run.request(1).has_value());
    run.receive(hex("00000010 000000"));  // half a header, which the next link must not see
    run.close();
    run.take_log();
    run.connect();
    run.receive(resp(CommandId::bind_transceiver_resp, 1));
    CHECK(run.take_log() == Lines{"state closed>open", "> bind_transceiver 0x0 1",
                                  "state open>binding", "state binding>bound"});
}

TEST_CASE("bind: outbind is taken once, and binds when the owner says so") {
    BindOptions options;
    options.await_outbind = true;
    BindRun run(options);
    run.connect();
    const Octets outbind = pdu(CommandId::outbind, ESME_ROK, 1, hex("616200 707700"));  // ab, pw
    // Messages before the bind are none.
    run.receive(outbind + outbind + message_pdu(CommandId::deliver_sm, 2));
    CHECK(run.take_log() == Lines{"state closed>open", "outbind ab", "> deliver_sm_resp 0x4 2"});
    CHECK(run.bind.counters().wrong_state == 2);
    run.start_bind();
    CHECK(run.take_log() == Lines{"> bind_transceiver 0x0 1", "state open>binding"});
    CHECK(run.start_bind().empty());
}

TEST_CASE("bind: after outbind it binds as what the owner says then") {
    BindOptions options;
    options.await_outbind = true;
    options.system_id = "one";
    options.window = 1;
    BindRun run(options);
    run.connect();
    run.receive(pdu(CommandId::outbind, ESME_ROK, 1, hex("616200 00")));  // ab
    options.system_id = "two";
    options.password = "pw";
    options.type = BindType::receiver;
    options.window = 7;
    CHECK(written(run.bind.bind(options, run.now)) ==
          hex("0000001c 00000001 00000000 00000001"  // bind_receiver, sequence 1
              "74776f00 707700 00 34 00 00 00"));    // two, pw, no system_type, 3.4
    CHECK(run.bind.window_free() == 7);
    CHECK(run.bind.bind(options, run.now).empty());
}

TEST_CASE("bind: before the bind a waiting esme takes small PDUs only") {
    BindOptions options;
    options.await_outbind = true;
    for (const bool above : {false, true}) {
        BindRun run(options);
        run.connect();
        run.receive(hex("00 00 04") + Octets{static_cast<std::uint8_t>(above ? 1 : 0)});
        CHECK((run.bind.state() == BindState::closed) == above);
    }
}

TEST_CASE("sequence_number: goes round after 0x7fffffff and leaves out what is in flight") {
    SequenceNumbers numbers(0x7ffffffe);
    const std::set<std::uint32_t> used{1, 2, 4};
    const auto in_use = [&](std::uint32_t number) { return used.contains(number); };
    CHECK(numbers.next(in_use) == 0x7ffffffe);
    CHECK(numbers.next(in_use) == 0x7fffffff);
    CHECK(numbers.next(in_use) == 3);
    CHECK(numbers.next(in_use) == 5);
}

TEST_CASE("bind: a script of everything, with the link cut after each step") {
    CHECK(
        replay_with_cuts(
            BindOptions{},
            {[](BindRun& run) { run.receive(resp(CommandId::bind_transceiver_resp, 1)); },
             [](BindRun& run) { (void)run.request(1); }, [](BindRun& run) { (void)run.request(2); },
             [](BindRun& run) { run.receive(message_pdu(CommandId::deliver_sm, 1)); },
             [](BindRun& run) { run.receive(resp(CommandId::submit_sm_resp, 3)); },
             [](BindRun& run) { run.answer_all(); },
             [](BindRun& run) { run.wait(std::chrono::seconds(10)); },
             [](BindRun& run) { (void)run.request(3); },
             [](BindRun& run) { run.receive(message_pdu(CommandId::deliver_sm, 2)); },
             [](BindRun& run) { run.unbind(); }, [](BindRun& run) { run.answer_all(); },
             [](BindRun& run) { run.receive(resp(CommandId::unbind_resp, 5)); }}) == "");
}
