// tests/daemon/test_carriers.cpp - all carriers: what a reload does to them, whose an outbind is,
// and how many may connect to us.
#include "tests/support/peers.hpp"

namespace smppd::test {
namespace {

using namespace protocol;
using namespace std::chrono_literals;

conf::Carrier outbinding(const std::string& name, const std::string& system_id,
                         const std::string& password) {
    conf::Carrier carrier = World::default_carrier();
    carrier.name = name;
    carrier.hosts.clear();
    carrier.system_id = system_id;
    carrier.password.value = password;
    carrier.outbind_system_id = name;
    return carrier;
}

void reload(World& world, const std::vector<conf::Carrier>& carriers) {
    world.carriers().configure(carriers, world.clock.now());
}

std::string state(World& world) { return world.carriers().binds().at(0).state; }

}  // namespace

TEST_CASE("carriers: an outbind is answered with the login of the carrier that it names") {
    conf::Carrier beta = outbinding("beta", "login-b", "pw-b");
    beta.system_type = "VMA";
    beta.bind = BindType::receiver;
    World world;
    reload(world, {outbinding("alpha", "login-a", "pw-a"), beta});
    Wire* wire = world.outbind();
    send_outbind(world, wire, "beta");
    const AskedToBind asked = asked_to_bind(wire);
    CHECK(asked.header.command_id == CommandId::bind_receiver);
    CHECK(asked.body.system_id == "login-b");
    CHECK(asked.body.password == "pw-b");
    CHECK(asked.body.system_type == "VMA");

    Wire* first = world.outbind();
    send_outbind(world, first, "alpha");
    CHECK(asked_to_bind(first).body.system_id == "login-a");
}

TEST_CASE("carriers: an outbind for a carrier that an admin stopped gets no login") {
    World world;
    reload(world, {outbinding("alpha", "login-a", "pw-a"), outbinding("beta", "login-b", "pw-b")});
    world.carriers().stop("beta", 0);
    Wire* wire = world.outbind();
    send_outbind(world, wire, "beta");
    CHECK(taken(wire, CommandId::bind_transceiver).empty());
    CHECK(wire->closed);
}

TEST_CASE("carriers: a login that was replaced while it was dialled with never binds") {
    World world;
    world.advance(0ms);
    REQUIRE(world.clock.dials.size() == 1);
    conf::Carrier changed = World::default_carrier();
    changed.password.value = "new";
    reload(world, {changed});
    Wire* old = world.connect_carrier();
    REQUIRE(old != nullptr);
    CHECK(old->out.empty());
    CHECK(old->closed);
    CHECK(answer_bind(world, world.connect_carrier()).password == "new");
    CHECK(state(world) == "bound");
}

TEST_CASE("carriers: one that was removed while it dialled holds up no end") {
    World world;
    world.advance(0ms);
    reload(world, {});
    Wire* old = world.connect_carrier();
    REQUIRE(old != nullptr);
    CHECK(old->out.empty());
    CHECK_FALSE(world.carriers().connected());

    // And one that was bound is unbound at the end at the latest.
    World other;
    Wire* bound = other.connect_carrier();
    answer_bind(other, bound);
    reload(other, {});
    other.carriers().stop_all(other.clock.now());
    CHECK(taken(bound, CommandId::unbind).size() == 1);
    CHECK(other.carriers().connected());
    other.advance(5s);  // it does not answer
    CHECK_FALSE(other.carriers().connected());
}

TEST_CASE("carriers: what an admin stopped stays so when the same file is read again") {
    World world;
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    world.carriers().stop("acme", 0);
    world.hang_up(*wire);
    reload(world, {World::default_carrier()});
    world.advance(10min);
    CHECK(world.clock.dials.empty());
    CHECK(state(world) == "stopped");

    // Nor does a change of something else start it.
    conf::Carrier changed = World::default_carrier();
    changed.system_type = "VMA";
    reload(world, {changed});
    world.advance(10min);
    CHECK(world.clock.dials.empty());
    CHECK(world.carriers().carriers().at(0).stopped);

    world.carriers().start("acme", 0);
    CHECK(answer_bind(world, world.connect_carrier()).system_type == "VMA");
}

TEST_CASE("carriers: one bind that an admin stopped stays so when the carrier changes") {
    conf::Carrier two = World::default_carrier();
    two.binds = 2;
    World world(two);
    world.carriers().stop("acme", 2);
    two.system_type = "VMA";
    reload(world, {two});
    world.advance(0ms);
    CHECK(world.carriers().binds().at(0).state == "connecting");
    CHECK(world.carriers().binds().at(1).state == "stopped");
}

TEST_CASE("carriers: one that is disabled in the file and was started by an admin stays up") {
    conf::Carrier disabled = World::default_carrier();
    disabled.enabled = false;
    World world(disabled);
    world.advance(10min);
    CHECK(world.clock.dials.empty());
    world.carriers().start("acme", 0);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    reload(world, {disabled});
    CHECK(state(world) == "bound");
    CHECK(taken(wire, CommandId::unbind).empty());
}

TEST_CASE("carriers: the file's own word about enabled counts when it changes") {
    World world;
    answer_bind(world, world.connect_carrier());
    conf::Carrier disabled = World::default_carrier();
    disabled.enabled = false;
    reload(world, {disabled});
    world.advance(10min);
    CHECK(world.clock.dials.empty());
    CHECK(state(world) == "stopped");
    world.carriers().stop("acme", 0);
    reload(world, {World::default_carrier()});
    world.advance(0ms);
    CHECK(world.clock.dials.size() == 1);
}

TEST_CASE("carriers: a carrier whose credentials were refused is started by new ones") {
    conf::Carrier strict = World::default_carrier();
    strict.bad_credentials_max = 1;
    World world(strict);
    answer_bind(world, world.connect_carrier(), ESME_RINVPASWD);
    reload(world, {strict});
    world.advance(10min);
    CHECK(world.clock.dials.empty());
    strict.password.value = "new";
    reload(world, {strict});
    CHECK(answer_bind(world, world.connect_carrier()).password == "new");
    CHECK(world.carriers().alarms().empty());
}

TEST_CASE("carriers: a changed profile is that of the carrier from the reload on") {
    conf::Carrier quiet = World::default_carrier();
    quiet.enquire_link = 0ms;
    World world(quiet);
    Wire* wire = world.connect_carrier();
    answer_bind(world, wire);
    quiet.profile.silence.at_least = 60s;
    reload(world, {quiet});
    CHECK(state(world) == "bound");
    for (std::uint32_t i = 0; i < 5; ++i) {
        world.advance(10s);
        world.send(*wire, mo(10 + i, "n" + std::to_string(i)));
    }
    world.advance(15min);  // half of what it was before
    CHECK(world.carriers().alarms().size() == 1);
}

TEST_CASE("carriers: so many connections for outbind, and so many of one address before the bind") {
    World world;
    reload(world, {outbinding("alpha", "login-a", "pw-a"), outbinding("beta", "login-b", "pw-b")});
    world.outbind_listener.connections_max = 4;
    world.outbind_listener.unbound_per_address_max = 2;
    Wire* first = world.outbind();
    Wire* second = world.outbind();
    REQUIRE(second != nullptr);
    CHECK(world.outbind() == nullptr);
    // Bound, and at the other carrier: it counts among all.
    send_outbind(world, first, "beta");
    answer_bind(world, first);
    Wire* third = world.outbind();
    CHECK(third != nullptr);
    CHECK(world.outbind() == nullptr);
    CHECK(world.outbind("192.0.2.2") != nullptr);
    CHECK(world.outbind("192.0.2.3") == nullptr);
    world.hang_up(*second);
    CHECK(world.outbind("192.0.2.3") != nullptr);
}

TEST_CASE("carriers: only whom the allow list names may connect for outbind") {
    World world;
    reload(world, {outbinding("alpha", "login-a", "pw-a")});
    world.outbind_listener.allow = {"192.0.2.0/28"};
    CHECK(world.outbind("192.0.2.15") != nullptr);
    CHECK(world.outbind("192.0.2.16") == nullptr);
}

}  // namespace smppd::test
