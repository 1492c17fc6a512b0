// tests/daemon/smpp/test_carrier.cpp - a carrier's binds: when they connect, stop and come back,
// what they count and which alarms they raise.
#include "tests/support/peers.hpp"

namespace smppd::test {
namespace {

using namespace protocol;
using namespace std::chrono_literals;

conf::Carrier with_binds(unsigned binds) {
    conf::Carrier carrier = World::default_carrier();
    carrier.binds = binds;
    carrier.bad_credentials_max = 1;
    return carrier;
}

smpp::BindView view(World& world, std::size_t bind = 0) {
    const auto views = world.carriers().binds();
    REQUIRE(bind < views.size());
    return views[bind];
}

/// "bad_credentials 1"
std::vector<std::string> alarms(World& world) {
    std::vector<std::string> words;
    const smpp::CarrierView carrier = world.carriers().carriers().at(0);
    for (const auto& alarm : carrier.alarms) {
        words.push_back(alarm.word + " " + std::to_string(alarm.bind));
    }
    return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("carrier: a bind that is stopped while it dials does not bind") {
    World world;
    world.advance(0ms);
    REQUIRE(world.clock.dials.size() == 1);
    CHECK(world.carriers().stop("acme", 0));
    CHECK(view(world).state == "stopped");
    Wire* wire = world.connect_carrier();
    REQUIRE(wire != nullptr);
    CHECK(wire->out.empty());
    CHECK(wire->closed);
    world.advance(10min);
    CHECK(world.clock.dials.empty());

    CHECK(world.carriers().start("acme", 0));
    answer_bind(world, world.connect_carrier());
    CHECK(view(world).state == "bound");
}

TEST_CASE("carrier: one that is started again while it dials binds once") {
    World world;
    world.advance(0ms);
    world.carriers().stop("acme", 0);
    world.carriers().start("acme", 0);
    world.advance(0ms);
    REQUIRE(world.clock.dials.size() == 1);
    answer_bind(world, world.connect_carrier());
    CHECK(view(world).state == "bound");
    CHECK(world.clock.dials.empty());
}

TEST_CASE("carrier: its binds are probed, and those that are not bound say why") {
    World world(with_binds(2));
    world.advance(0ms);
    REQUIRE(world.clock.dials.size() == 2);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    wire->take();
    std::vector<smpp::ProbeResult> results;
    const auto take = [&](std::vector<smpp::ProbeResult> all) { results = std::move(all); };
    REQUIRE(world.carriers().probe("acme", 0, take));
    CHECK(results.empty());
    const auto asked = taken(wire, CommandId::enquire_link);
    REQUIRE(asked.size() == 1);
    world.advance(25ms);
    world.send(*wire,
               encode_empty(CommandId::enquire_link_resp, 0, asked[0].header.sequence_number));
    REQUIRE(results.size() == 2);
    CHECK(results[0].bind == "acme/1");
    CHECK(results[0].round_trip == std::optional<std::chrono::nanoseconds>{25ms});
    CHECK_FALSE(results[1].round_trip);
    CHECK(results[1].state == "connecting");
    CHECK(results[1].error == "it is connecting");
    CHECK(view(world).round_trip == std::optional<std::chrono::nanoseconds>{25ms});
    CHECK_FALSE(world.carriers().probe("acme", 3, take));
    CHECK_FALSE(world.carriers().probe("other", 0, take));
    // A peer that hangs up has not answered.
    results.clear();
    REQUIRE(world.carriers().probe("acme", 1, take));
    world.hang_up(*wire);
    REQUIRE(results.size() == 1);
    CHECK_FALSE(results[0].round_trip);
    CHECK_FALSE(results[0].error.empty());
}

TEST_CASE("carrier: one that is drained stops when that is said, unless it was started again") {
    World world;
    answer_bind(world, world.connect_carrier());
    const auto carrier = [&] { return world.carriers().carriers().at(0); };
    CHECK_FALSE(world.carriers().drain("other"));
    CHECK(world.carriers().drain("acme"));
    CHECK(carrier().draining);
    CHECK(view(world).state == "bound");
    world.carriers().start("acme", 0);
    CHECK_FALSE(carrier().draining);
    world.carriers().drained("acme");
    CHECK_FALSE(carrier().stopped);
    world.carriers().drain("acme");
    world.carriers().drained("acme");
    CHECK(carrier().stopped);
    CHECK_FALSE(carrier().draining);
    // What is stopped has nothing to drain.
    world.carriers().drain("acme");
    CHECK_FALSE(carrier().draining);
}

TEST_CASE("carrier: a bind without messages is made anew after the inactivity time") {
    conf::Carrier carrier = World::default_carrier();
    carrier.inactivity = 60s;
    carrier.enquire_link = 0ms;
    World world(carrier);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    world.advance(30s);
    world.send(*wire, mo(1, "hello"));
    wire->take();
    // The carrier probes; that alone shows no message.
    world.advance(59999ms);
    world.send(*wire, encode_empty(CommandId::enquire_link, 0, 2));
    CHECK(taken(wire, CommandId::unbind).empty());
    world.advance(1ms);
    const auto unbind = taken(wire, CommandId::unbind);
    REQUIRE(unbind.size() == 1);
    world.send(*wire, encode_empty(CommandId::unbind_resp, 0, unbind[0].header.sequence_number));
    CHECK(wire->closed);
    world.advance(1min);
    answer_bind(world, world.connect_carrier());
    CHECK(view(world).state == "bound");
}

TEST_CASE(
    "carrier: what a connection has counted is added once, however many dials fail after it") {
    World world;
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    const auto before = view(world).counters;
    CHECK(before.pdus_in == 1);
    CHECK(before.pdus_out == 1);
    world.hang_up(*wire);
    for (int i = 0; i < 5; ++i) {
        world.advance(2min);
        REQUIRE(world.fail_dial("connection refused"));
        CHECK(view(world).counters.pdus_in == 1);
        CHECK(view(world).counters.pdus_out == 1);
    }
    world.advance(2min);
    answer_bind(world, world.connect_carrier());
    CHECK(view(world).counters.pdus_in == 2);
    CHECK(view(world).counters.pdus_out == 2);
}

TEST_CASE("carrier: another bind that comes up does not end the alarm of one that was refused") {
    World world(with_binds(2));
    answer_bind(world, world.connect_carrier(), ESME_RINVPASWD);
    CHECK(alarms(world) == Words{"bad_credentials 1"});
    answer_bind(world, world.connect_carrier());
    CHECK(view(world, 0).state == "stopped");
    CHECK(view(world, 1).state == "bound");
    CHECK(alarms(world) == Words{"bad_credentials 1"});
    CHECK(world.carriers().carriers().at(0).alarm == "bad_credentials");

    world.carriers().start("acme", 2);  // another one
    CHECK(alarms(world) == Words{"bad_credentials 1"});
    world.carriers().start("acme", 1);
    CHECK(alarms(world).empty());
}

TEST_CASE("carrier: silence does not hide a refused bind, and a message ends silence alone") {
    conf::Carrier carrier = with_binds(2);
    carrier.profile.silence.at_least = 60s;
    carrier.enquire_link = 0ms;
    World world(carrier);
    answer_bind(world, world.connect_carrier(), ESME_RINVSYSID);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    for (std::uint32_t i = 0; i < 5; ++i) {
        world.advance(10s);
        world.send(*wire, mo(10 + i, "n" + std::to_string(i)));
    }
    CHECK(alarms(world) == Words{"bad_credentials 1"});
    world.advance(2h);
    CHECK(alarms(world) == Words{"bad_credentials 1", "silence 0"});
    CHECK(world.carriers().carriers().at(0).alarm == "bad_credentials");
    CHECK(world.carriers().alarms() ==
          Words{"carrier acme, bind 1: refused for its credentials and stopped; correct system_id "
                "or password, then smppctl binds start acme",
                "carrier acme: bound, but no message for much longer than usual"});
    world.send(*wire, mo(20, "at last"));
    CHECK(alarms(world) == Words{"bad_credentials 1"});
}

TEST_CASE("carrier: neither a receipt nor what comes again ends a silence") {
    conf::Carrier carrier = World::default_carrier();
    carrier.profile.silence.at_least = 60s;
    carrier.enquire_link = 0ms;
    World world(carrier);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    for (std::uint32_t i = 0; i < 5; ++i) {
        world.advance(10s);
        world.send(*wire, mo(10 + i, "n" + std::to_string(i)));
    }
    world.advance(4min);
    REQUIRE(alarms(world) == Words{"silence 0"});
    world.send(*wire, mo(20, "n4"));
    CHECK(alarms(world) == Words{"silence 0"});
    protocol::DeliverSm receipt;
    receipt.source_addr = "447700900001";
    receipt.destination_addr = "447700900123";
    receipt.esm_class = 0x04;
    const std::string_view text = "id:1 stat:DELIVRD err:000";
    receipt.short_message.assign(text.begin(), text.end());
    world.send(*wire, *protocol::encode({0, protocol::CommandId::deliver_sm, 0, 21}, receipt));
    CHECK(alarms(world) == Words{"silence 0"});
    world.send(*wire, mo(22, "new"));
    CHECK(alarms(world).empty());
}

TEST_CASE("carrier: a carrier that is stopped is not silent") {
    conf::Carrier carrier = World::default_carrier();
    carrier.profile.silence.at_least = 60s;
    carrier.enquire_link = 0ms;
    World world(carrier);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    for (std::uint32_t i = 0; i < 5; ++i) {
        world.advance(10s);
        world.send(*wire, mo(10 + i, "n" + std::to_string(i)));
    }
    world.advance(2h);
    CHECK(alarms(world) == Words{"silence 0"});
    world.carriers().stop("acme", 0);
    CHECK(alarms(world).empty());
}

TEST_CASE("carrier: a connection for outbind that still shakes hands is not gone") {
    conf::Carrier config = World::default_carrier();
    config.hosts.clear();
    config.outbind_system_id = "acme";
    World world(config);
    // Accepted, its TLS handshake under way: not connected yet.
    const auto shaking = world.carriers().accept_outbind({}, "192.0.2.1", world.clock.now());
    REQUIRE(shaking);
    CHECK_FALSE(shaking->gone());
    Wire* other = world.outbind("192.0.2.2");
    const auto views = world.carriers().binds();
    REQUIRE(views.size() == 2);
    CHECK(views[0].state == "connecting");
    CHECK(views[0].address == "192.0.2.1");

    // It is handed its connection, and binds.
    Wire wire;
    wire.peer = shaking;
    shaking->connected(wire, "192.0.2.1:40000", world.clock.now());
    send_outbind(world, &wire, "acme");
    answer_bind(world, &wire);
    CHECK(view(world, 0).state == "bound");

    world.hang_up(*other);
    CHECK(world.carriers().binds().size() == 1);
    shaking->disconnected("", world.clock.now());
    CHECK(shaking->gone());
    CHECK(world.carriers().binds().empty());
    // Also when the handshake fails.
    const auto failing = world.carriers().accept_outbind({}, "192.0.2.1", world.clock.now());
    failing->disconnected("TLS: handshake failure", world.clock.now());
    CHECK(failing->gone());
}

}  // namespace smppd::test
