// tests/daemon/smpp/test_platform_link.cpp - a platform's connection: its bind is checked and
// slowed down, and what it receives is in a form that it knows.
#include "tests/support/peers.hpp"

#include <algorithm>

namespace smppd::test {
namespace {

using namespace protocol;
using namespace std::chrono_literals;

constexpr CommandId receiver = CommandId::bind_receiver;

/// A World with a bound carrier.
struct Fixture {
    World world;
    Wire* carrier = nullptr;
    std::uint32_t sequence_number = 100;

    Fixture() {
        carrier = world.connect_carrier();
        answer_bind(world, carrier);
    }
    /// A message of the carrier's, its content in message_payload.
    void payload(std::uint8_t data_coding, Octets octets) {
        DeliverSm body;
        body.source_addr = "447700900001";
        body.destination_addr = "447700900123";
        body.dest_addr_ton = 1;
        body.data_coding = data_coding;
        body.tlvs.push_back({tag::message_payload, std::move(octets)});
        world.send(*carrier, *encode({0, CommandId::deliver_sm, 0, ++sequence_number}, body));
    }
    Wire* bound(std::uint8_t interface_version) {
        Wire* wire = world.connect_platform();
        world.send(*wire, bind_request(receiver, "client0", "secret0", interface_version));
        CHECK(taken(wire, CommandId::bind_receiver_resp).size() == 1);
        return wire;
    }
    /// What has come to the platform, each acknowledged.
    std::vector<DeliverSm> delivered(Wire* wire) {
        std::vector<DeliverSm> all;
        for (;;) {
            const auto pdus = taken(wire, CommandId::deliver_sm);
            if (pdus.empty()) return all;
            for (const Pdu& pdu : pdus) {
                all.push_back(std::get<DeliverSm>(pdu.body));
                world.send(*wire,
                           *encode({0, CommandId::deliver_sm_resp, 0, pdu.header.sequence_number},
                                   MessageResp{}));
            }
        }
    }
};

/// A connection that tries one password; the status of each answer so far.
struct Login {
    World& world;
    Wire* wire;
    Login(World& to, const std::string& host, const std::string& password,
          const std::string& system_id = "client0")
        : world(to), wire(to.connect_platform(host)) {
        REQUIRE(wire != nullptr);
        world.send(*wire, bind_request(receiver, system_id, password));
    }
    std::vector<Status> answers() {
        world.advance(0ms);
        std::vector<Status> statuses;
        for (const Pdu& pdu : taken(wire, CommandId::bind_receiver_resp)) {
            statuses.push_back(pdu.header.command_status);
        }
        return statuses;
    }
};
using Statuses = std::vector<Status>;

}  // namespace

TEST_CASE(
    "platform link: one that bound as version 3.3 receives no TLV, and parts for long texts") {
    Fixture f;
    Wire* wire = f.bound(0x33);
    f.world.send(*f.carrier, mo(1, "hello"));
    f.payload(0, Octets(400, 'a'));
    const auto pdus = f.delivered(wire);
    REQUIRE(pdus.size() == 4);
    for (const DeliverSm& pdu : pdus) CHECK(pdu.tlvs.empty());
    CHECK(pdus[0].short_message == Octets{'h', 'e', 'l', 'l', 'o'});
    CHECK(pdus[1].esm_class == 0x40);
    CHECK(f.world.dispatcher().waiting() == 0);

    // Nor after its account was changed.
    f.world.platforms().accounts_changed(f.world.clock.now());
    f.world.send(*f.carrier, mo(2, "again"));
    const auto more = f.delivered(wire);
    REQUIRE(more.size() == 1);
    CHECK(more[0].tlvs.empty());
}

TEST_CASE("platform link: one that bound as version 3.4 has the message's id with it") {
    Fixture f;
    Wire* wire = f.bound(0x34);
    f.world.send(*f.carrier, mo(1, "hello"));
    f.payload(0, Octets(400, 'a'));
    const auto pdus = f.delivered(wire);
    REQUIRE(pdus.size() == 2);
    CHECK(pdus[0].tlvs.size() == 1);
    CHECK(pdus[1].tlvs.size() == 2);
}

TEST_CASE("platform link: references of parts are a platform's, not a bind's") {
    Fixture f;
    std::vector<Wire*> wires{f.bound(0x33), f.bound(0x33)};
    std::vector<std::uint8_t> references;
    const auto take = [&](std::size_t of_each) {
        for (std::size_t i = 0; i < 2; ++i)
            f.payload(0, Octets(400, std::uint8_t('a' + of_each + i)));
        for (Wire* wire : wires) {
            const auto pdus = f.delivered(wire);
            CHECK_FALSE(pdus.empty());
            for (const DeliverSm& pdu : pdus) {
                REQUIRE(pdu.short_message.size() > 6);
                if (pdu.short_message[5] == 1) references.push_back(pdu.short_message[3]);
            }
        }
    };
    take(0);
    REQUIRE(references.size() == 2);
    CHECK(references[0] != references[1]);
    // Another connection goes on where these were.
    for (Wire* wire : wires) f.world.hang_up(*wire);
    wires = {f.bound(0x33)};
    take(2);
    REQUIRE(references.size() == 4);
    std::ranges::sort(references);
    CHECK(std::ranges::adjacent_find(references) == references.end());
}

TEST_CASE("platform link: an account's own limit of binds goes before the listener's") {
    World world;
    world.listener.binds_max = 2;
    const auto bind = [&] {
        Login login(world, "192.0.2.1", "secret0");
        return login.answers();
    };
    CHECK(bind() == Statuses{ESME_ROK});
    CHECK(bind() == Statuses{ESME_ROK});
    CHECK(bind() == Statuses{ESME_RALYBND});
    pool::SmppAccount account = *world.pool().account("client0");
    account.binds_max = 3;
    REQUIRE(world.pool().update(account).has_value());
    CHECK(bind() == Statuses{ESME_ROK});
    CHECK(bind() == Statuses{ESME_RALYBND});
}

TEST_CASE("platform link: a text that fits no PDU is not cut and not taken for delivered") {
    Fixture f;
    Wire* wire = f.bound(0x34);
    f.payload(3, Octets(40'000, 0xe7));  // "ç" in Latin-1, 80,000 octets in UCS-2
    CHECK(f.delivered(wire).empty());
    CHECK(f.world.dispatcher().waiting() == 1);
    // Others pass it.
    f.world.send(*f.carrier, mo(1, "hello"));
    CHECK(f.delivered(wire).size() == 1);
    f.world.advance(10s);
    CHECK(f.world.dispatcher().waiting() == 1);
    const auto waiting = f.world.store.history().waiting(f.world.platform_id(), 0, 10).messages;
    REQUIRE(waiting.size() == 1);
    const auto trace = f.world.store.history().trace(waiting[0].id);
    REQUIRE_FALSE(trace.empty());
    CHECK(trace[0].event == "delivery_impossible");
}

TEST_CASE("platform link: after a refused bind its address waits before a password is looked at") {
    World world;
    CHECK(Login(world, "192.0.2.1", "wrong").answers() == Statuses{ESME_RINVPASWD});
    CHECK(world.passwords.checks == 1);
    Login second(world, "192.0.2.1", "wrong");
    world.advance(99ms);
    CHECK(world.passwords.checks == 1);
    CHECK(second.answers().empty());
    // Others need not.
    CHECK(Login(world, "192.0.2.2", "secret0").answers() == Statuses{ESME_ROK});
    CHECK(world.passwords.checks == 2);
    world.advance(1ms);
    CHECK(world.passwords.checks == 3);
    CHECK(second.answers() == Statuses{ESME_RINVPASWD});
    // It grows, for a right password too.
    Login third(world, "192.0.2.1", "secret0");
    world.advance(199ms);
    CHECK(third.answers().empty());
    world.advance(1ms);
    CHECK(third.answers() == Statuses{ESME_ROK});
    // And is forgotten.
    world.advance(10min + 1ms);
    CHECK(Login(world, "192.0.2.1", "wrong").answers() == Statuses{ESME_RINVPASWD});
}

TEST_CASE("platform link: the wait leaves a right password time to be bound") {
    World world;
    world.listener.session_init = 1s;
    for (int i = 0; i < 20; ++i) {
        Login guess(world, "192.0.2.1", "wrong");
        world.advance(500ms);
        CHECK(guess.answers() == Statuses{ESME_RINVPASWD});
        world.hang_up(*guess.wire);
    }
    Login right(world, "192.0.2.1", "secret0");
    world.advance(499ms);
    CHECK(right.answers().empty());
    world.advance(1ms);
    CHECK(right.answers() == Statuses{ESME_ROK});
}

TEST_CASE("platform link: a password that was proven before does not wait for others' guesses") {
    World world;
    for (int i = 0; i < 5; ++i) {
        Login guess(world, "192.0.2.1", "wrong");
        world.advance(3s);
        CHECK(guess.answers() == Statuses{ESME_RINVPASWD});
    }
    world.passwords.proven = {"client0"};
    CHECK(Login(world, "192.0.2.1", "secret0").answers() == Statuses{ESME_ROK});
    CHECK(Login(world, "192.0.2.1", "guess").answers().empty());
}

TEST_CASE("platform link: an unknown system_id and a wrong password look alike") {
    World world;
    CHECK(Login(world, "192.0.2.1", "secret0", "nobody").answers() == Statuses{ESME_RINVPASWD});
    CHECK(world.passwords.checks == 1);
}

TEST_CASE("platform link: a full queue of passwords is our fault, not the peer's") {
    World world;
    world.passwords.busy = true;
    CHECK(Login(world, "192.0.2.1", "secret0").answers() == Statuses{ESME_RBINDFAIL});
    world.passwords.busy = false;
    CHECK(Login(world, "192.0.2.1", "secret0").answers() == Statuses{ESME_ROK});
}

TEST_CASE("platform link: nobody is told, and nothing worked out, once the connection has gone") {
    World world;
    world.passwords.hold = true;
    Login gone(world, "192.0.2.1", "secret0");
    Login late(world, "192.0.2.1", "secret0");
    world.hang_up(*gone.wire);
    REQUIRE(world.passwords.askers.size() == 2);
    CHECK(world.passwords.askers[0].expired());
    CHECK_FALSE(world.passwords.askers[1].expired());
    world.advance(5s);  // session_init
    CHECK(late.wire->closed);
    CHECK(world.passwords.askers[1].expired());
    world.passwords.release();
    CHECK(taken(late.wire, CommandId::bind_receiver_resp).empty());
}

TEST_CASE("platform link: a thousand bind requests in one segment are answered one by one") {
    World world;
    world.passwords.busy = true;
    Octets all;
    for (std::uint32_t i = 1; i <= 1'000; ++i) {
        const Octets one = bind_request(receiver, "client0", "secret0", 0x34, i);
        all.insert(all.end(), one.begin(), one.end());
    }
    Wire* wire = world.connect_platform();
    world.send(*wire, all);
    world.advance(0ms);
    const auto answers = taken(wire, CommandId::bind_receiver_resp);
    REQUIRE(answers.size() == 1'000);
    CHECK(answers.back().header.sequence_number == 1'000);
    CHECK(answers.back().header.command_status == ESME_RBINDFAIL);
}

}  // namespace smppd::test
