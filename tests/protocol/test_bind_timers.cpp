// tests/protocol/test_bind_timers.cpp - the session's timers, on both sides of each edge.
#include "tests/support/bind_script.hpp"

#include <doctest/doctest.h>

using namespace smppd::protocol;
using namespace smppd::test;
using namespace std::chrono_literals;

namespace {

BindRun connected(Role role, BindOptions options = {}) {
    options.role = role;
    BindRun run(std::move(options));
    run.connect();
    run.take_log();
    return run;
}

}  // namespace

TEST_CASE("bind timers: nothing is due before connected()") {
    CHECK(Bind(BindOptions{}).deadline() == Instant::max());
}

TEST_CASE("bind timers: no bind within session_init closes, in either role") {
    for (const Role role : {Role::esme, Role::smsc}) {
        BindRun run = connected(role);
        CHECK(run.bind.deadline() == run.now + 5s);
        run.wait(4999ms);
        CHECK(run.log().empty());
        run.wait(1ms);
        CHECK(run.log().back() == "close session_init");
        CHECK(run.fault_after_close() == "");
    }
}

TEST_CASE("bind timers: probes before the bind do not put off session_init") {
    BindRun run = connected(Role::smsc);
    run.wait(4s);
    run.receive(pdu(CommandId::enquire_link, 0, 1));
    run.receive(bind_pdu(CommandId::bind_transceiver, 2));
    run.refuse(ESME_RINVPASWD);
    run.wait(1s);
    CHECK(run.log().back() == "close session_init");
}

TEST_CASE("bind timers: an owner who does not decide costs the bind its session_init") {
    BindRun run = connected(Role::smsc);
    run.receive(bind_pdu(CommandId::bind_transceiver, 2));
    run.wait(5s);
    CHECK(run.log().back() == "close session_init");
    CHECK(run.accept().empty());
}

TEST_CASE("bind timers: an unanswered bind request ends at the response timer if that is sooner") {
    BindOptions options;
    options.response = 2s;
    BindRun run = connected(Role::esme, options);
    run.wait(2s);
    CHECK(run.log() == Lines{"state binding>closed timed_out", "close timed_out"});
    CHECK(run.bind.counters().timed_out == 1);
}

TEST_CASE("bind timers: session_init is over once bound") {
    BindRun run = bound_carrier();
    run.wait(29s);
    CHECK(run.log().empty());
}

TEST_CASE("bind timers: silence is probed, and the answer starts it anew") {
    BindRun run = bound_carrier();
    run.wait(29999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.take_log() == Lines{"> enquire_link 0x0 2"});
    run.wait(9999ms);
    run.receive(pdu(CommandId::enquire_link_resp, ESME_ROK, 2));
    run.wait(29999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.take_log() == Lines{"> enquire_link 0x0 3"});
}

TEST_CASE("bind timers: a sign of life can be asked for at any time, and is timed") {
    BindRun run = bound_carrier();
    run.wait(5s);
    run.probe();
    CHECK(run.take_log() == Lines{"> enquire_link 0x0 2"});
    run.probe();  // one is on its way already
    CHECK(run.log().empty());
    run.wait(40ms);
    run.receive(pdu(CommandId::enquire_link_resp, ESME_ROK, 2));
    CHECK(run.round_trips == std::vector<std::chrono::nanoseconds>{40ms});
    run.probe();
    run.wait(10s);
    CHECK(run.take_log() ==
          Lines{"> enquire_link 0x0 3", "state bound>closed no_answer", "close no_answer"});
    CHECK(run.probe().empty());
}

TEST_CASE("bind timers: an unanswered enquire_link closes the link") {
    BindRun run = bound_carrier();
    REQUIRE(run.request(1).has_value());
    run.receive(pdu(CommandId::submit_sm_resp, ESME_ROK, 2));
    run.wait(30s);
    run.wait(9s);
    REQUIRE(run.request(2).has_value());
    run.take_log();
    run.wait(1s);
    CHECK(run.take_log() ==
          Lines{"done 2 lost", "state bound>closed no_answer", "close no_answer"});
    CHECK(run.fault_after_close() == "");
}

TEST_CASE("bind timers: any octets put off the next probe") {
    BindRun run = bound_carrier();
    run.wait(29s);
    run.receive({0});  // the first of a command_length
    run.wait(29s);
    CHECK(run.log().empty());
    run.wait(1s);
    CHECK(run.log() == Lines{"> enquire_link 0x0 2"});
}

TEST_CASE("bind timers: a peer that only sends has not answered our probe") {
    BindRun run = bound_carrier();
    run.wait(30s);
    run.wait(9s);
    run.receive(pdu(CommandId::enquire_link, 0, 1) + message_pdu(CommandId::deliver_sm, 2));
    run.take_log();
    run.wait(1s);
    CHECK(run.log() == Lines{"state bound>closed no_answer", "close no_answer"});
}

TEST_CASE("bind timers: the response to another request answers our probe too") {
    BindRun run = bound_carrier();
    REQUIRE(run.request(1).has_value());
    run.wait(30s);  // that request has timed out, the silence is probed
    REQUIRE(run.request(2).has_value());
    run.receive(pdu(CommandId::submit_sm_resp, ESME_ROK, 4));
    run.take_log();
    run.wait(29s);
    CHECK(run.log().empty());
    // The answer itself is not taken for a late one.
    run.receive(pdu(CommandId::enquire_link_resp, ESME_ROK, 3));
    CHECK(run.bind.counters().late_responses == 0);
    run.wait(30s);
    CHECK(run.log() == Lines{"> enquire_link 0x0 5"});
}

TEST_CASE("bind timers: an answer to our probe may say that the peer does not know the bind") {
    struct Case {
        CommandId id;
        Status status;
        bool lives;
    };
    for (const Case& c : {Case{CommandId::enquire_link_resp, ESME_RINVBNDSTS, false},
                          Case{CommandId::generic_nack, ESME_RINVBNDSTS, false},
                          // It does not know the command, which is another matter.
                          Case{CommandId::generic_nack, ESME_RINVCMDID, true}}) {
        BindRun run = bound_carrier();
        run.wait(30s);
        run.receive(pdu(c.id, c.status, 2));
        CHECK((run.bind.state() == BindState::bound) == c.lives);
        if (!c.lives) CHECK(run.log().back() == "close not_known");
    }
}

TEST_CASE("bind timers: enquire_link 0 never probes") {
    BindOptions options;
    options.enquire_link = options.inactivity = 0ms;
    BindRun run = bound_carrier(options);
    CHECK(run.bind.deadline() == Instant::max());
}

TEST_CASE("bind timers: while we do not read, the silence is ours") {
    BindOptions options;
    options.inbound_max = 1;
    options.inactivity = 0ms;
    BindRun run = bound_carrier(options);
    run.wait(30s);
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    run.take_log();
    CHECK(run.bind.deadline() == Instant::max());
    run.wait(60s);
    CHECK(run.log().empty());
    run.answer_all();
    run.take_log();
    run.wait(9s);
    CHECK(run.log().empty());
    run.wait(1s);
    CHECK(run.log().back() == "close no_answer");
}

TEST_CASE("bind timers: silence is counted from when we read again") {
    BindOptions options;
    options.inbound_max = 1;
    BindRun run = bound_carrier(options);
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    run.wait(60s);
    run.answer_all();
    run.take_log();
    run.wait(29999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.log() == Lines{"> enquire_link 0x0 2"});
}

TEST_CASE("bind timers: each request has its own response timer, the bind lives on") {
    BindRun run = bound_carrier();
    REQUIRE(run.request(1).has_value());
    run.wait(1s);
    REQUIRE(run.request(2).has_value());
    run.take_log();
    run.wait(8999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.take_log() == Lines{"done 1 timed_out"});
    run.receive(pdu(CommandId::submit_sm_resp, ESME_ROK, 2));
    CHECK(run.log().empty());
    CHECK(run.bind.counters().late_responses == 1);
    run.wait(1s);
    CHECK(run.take_log() == Lines{"done 2 timed_out"});
    CHECK(run.bind.state() == BindState::bound);
    CHECK(run.bind.counters().timed_out == 2);
}

TEST_CASE("bind timers: response timers run on while unbinding") {
    BindOptions options;
    options.response = 3s;
    BindRun run = bound_carrier(options);
    REQUIRE(run.request(1).has_value());
    run.unbind();
    run.take_log();
    run.wait(3s);
    CHECK(run.take_log() == Lines{"done 1 timed_out"});
    run.wait(2s);
    CHECK(run.take_log() == Lines{"state unbinding>closed unbound", "close unbound"});
}

TEST_CASE("bind timers: an inactive platform is unbound") {
    BindOptions options;
    options.enquire_link = 0ms;
    BindRun run = bound_platform(options);
    run.wait(200s);
    run.receive(pdu(CommandId::enquire_link, 0, 1));  // a peer that probes wants the bind
    run.take_log();
    run.wait(299999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.take_log() == Lines{"> unbind 0x0 1", "state bound>unbinding inactivity"});
    SUBCASE("and answers") { run.receive(pdu(CommandId::unbind_resp, 0, 1)); }
    SUBCASE("and does not answer") { run.wait(5s); }
    CHECK(run.take_log() == Lines{"state unbinding>closed inactivity", "close inactivity"});
}

TEST_CASE("bind timers: messages either way are activity") {
    BindOptions options;
    options.enquire_link = 0ms;
    BindRun run = bound_platform(options);
    const auto still_bound = [&] {
        run.wait(299s);
        return run.bind.state() == BindState::bound;
    };
    run.wait(299s);
    run.receive(message_pdu(CommandId::submit_sm, 1));
    CHECK(still_bound());
    run.answer_all();
    CHECK(still_bound());
    REQUIRE(run.request(1).has_value());
    run.receive(pdu(CommandId::deliver_sm_resp, 0, run.last_sequence()));
    CHECK(still_bound());
    CHECK_FALSE(still_bound());
}

TEST_CASE("bind timers: a carrier that sends no message is unbound, its probes count for nothing") {
    BindOptions options;
    options.enquire_link = 0ms;
    BindRun run = bound_carrier(options);
    run.wait(100s);
    run.receive(message_pdu(CommandId::deliver_sm, 1));
    run.answer_all();
    run.wait(200s);
    run.receive(pdu(CommandId::enquire_link, 0, 2));
    run.take_log();
    run.wait(99999ms);
    CHECK(run.log().empty());
    run.wait(1ms);
    CHECK(run.take_log() == Lines{"> unbind 0x0 2", "state bound>unbinding inactivity"});
    run.receive(pdu(CommandId::unbind_resp, 0, 2));
    CHECK(run.take_log() == Lines{"state unbinding>closed inactivity", "close inactivity"});
}

TEST_CASE("bind timers: inactivity 0 is never, in either role") {
    BindOptions options;
    options.enquire_link = options.inactivity = 0ms;
    CHECK(bound_carrier(options).bind.deadline() == Instant::max());
    CHECK(bound_platform(options).bind.deadline() == Instant::max());
}

TEST_CASE("bind timers: deadline_passed() too early does nothing") {
    BindRun run = bound_carrier();
    REQUIRE(run.request(1).has_value());
    CHECK(run.bind.deadline_passed(run.now + 9999ms).empty());
    CHECK(run.bind.deadline_passed(run.now + 10s).size() == 1);
}
