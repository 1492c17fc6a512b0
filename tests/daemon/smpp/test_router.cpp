// tests/daemon/smpp/test_router.cpp - what comes in one event is one commit: all of it is recorded
// and answered, or none.
#include "daemon/store/store.hpp"
#include "protocol/encode.hpp"
#include "tests/support/world.hpp"

#include <doctest/doctest.h>

namespace smppd::test {
namespace {

using namespace protocol;
using namespace std::chrono_literals;

Octets deliver_sm(std::uint32_t sequence_number, const std::string& text) {
    DeliverSm body;
    body.source_addr_ton = body.dest_addr_ton = 1;
    body.source_addr_npi = body.dest_addr_npi = 1;
    body.source_addr = "447700900001";
    body.destination_addr = "447700900123";
    body.short_message.assign(text.begin(), text.end());
    return *encode({0, CommandId::deliver_sm, ESME_ROK, sequence_number}, body);
}

Octets part_sm(std::uint32_t sequence_number, std::uint8_t index) {
    DeliverSm body;
    body.source_addr = "447700900001";
    body.destination_addr = "447700900123";
    body.dest_addr_ton = 1;
    body.esm_class = 0x40;
    body.short_message = {5, 0, 3, 7, 2, index, 'p', 'a', 'r', 't', index};
    return *encode({0, CommandId::deliver_sm, ESME_ROK, sequence_number}, body);
}

Octets part_sm(std::uint32_t sequence_number, std::uint8_t index, const std::string& text) {
    DeliverSm body;
    body.source_addr = "447700900001";
    body.destination_addr = "447700900123";
    body.dest_addr_ton = 1;
    body.esm_class = 0x40;
    body.short_message = {5, 0, 3, 7, 2, index};
    body.short_message.insert(body.short_message.end(), text.begin(), text.end());
    return *encode({0, CommandId::deliver_sm, ESME_ROK, sequence_number}, body);
}

Octets together(const std::vector<Octets>& pdus) {
    Octets all;
    for (const Octets& pdu : pdus) all.insert(all.end(), pdu.begin(), pdu.end());
    return all;
}

struct Fixture {
    World world;
    Wire* carrier = world.connect_carrier();

    Fixture() { bind(world, carrier); }
    static void bind(World& world, Wire*& carrier) {
        if (carrier == nullptr) carrier = world.connect_carrier();
        REQUIRE(carrier != nullptr);
        const auto asked = carrier->take();
        REQUIRE(asked.size() == 1);
        const Header& header = asked[0].pdu.header;
        world.send(*carrier,
                   *encode({0, response_of(header.command_id), ESME_ROK, header.sequence_number},
                           BindResp{}));
    }
    /// Sequence_number and status of each response since the last call.
    using Answers = std::vector<std::pair<std::uint32_t, Status>>;
    Answers answers() {
        Answers all;
        for (const Decoded& one : carrier->take()) {
            CHECK(one.pdu.header.command_id == CommandId::deliver_sm_resp);
            all.emplace_back(one.pdu.header.sequence_number, one.pdu.header.command_status);
        }
        return all;
    }
    std::size_t recorded() { return world.store.history().messages({}, 0, 100, false).size(); }
    std::vector<std::string> texts() {
        std::vector<std::string> all;
        for (const pool::Message& one : world.store.history().messages({}, 0, 100, true))
            all.push_back(one.text + (one.incomplete ? " (incomplete)" : ""));
        return all;
    }
    std::vector<pool::TraceEntry> dropped(pool::Id id) { return world.store.history().trace(id); }
    Status retry() const { return world.carrier_config.profile.retry_status; }
};

}  // namespace

TEST_CASE("router: what came together is answered together, after the commit, in order") {
    Fixture f;
    f.world.store.hold(true);
    f.world.send(*f.carrier, together({deliver_sm(1, "one"), deliver_sm(2, "two")}));
    f.world.send(*f.carrier, deliver_sm(3, "three"));
    CHECK(f.answers().empty());
    CHECK(f.world.router().pending() == 3);
    f.world.store.release();
    CHECK(f.answers() == Fixture::Answers{{1, ESME_ROK}, {2, ESME_ROK}, {3, ESME_ROK}});
    CHECK(f.world.router().pending() == 0);
    CHECK(f.recorded() == 3);
}

TEST_CASE("router: what is sent again before the commit has come back waits for the same word") {
    Fixture f;
    f.world.store.hold(true);
    f.world.send(*f.carrier, together({deliver_sm(1, "one"), deliver_sm(2, "two"),
                                       deliver_sm(3, "one")}));  // in the same read
    f.world.send(*f.carrier, deliver_sm(4, "two"));              // and after it
    CHECK(f.answers().empty());
    f.world.store.release();
    CHECK(f.answers() ==
          Fixture::Answers{{1, ESME_ROK}, {3, ESME_ROK}, {2, ESME_ROK}, {4, ESME_ROK}});
    CHECK(f.recorded() == 2);
    f.world.send(*f.carrier, deliver_sm(5, "two"));
    CHECK(f.answers() == Fixture::Answers{{5, ESME_ROK}});
    CHECK(f.recorded() == 2);
}

TEST_CASE("router: a commit that fails fails all that came with it, and it may come again") {
    Fixture f;
    f.world.store.fail_with(store::Errc::full);
    f.world.send(*f.carrier, together({deliver_sm(1, "one"), part_sm(2, 1), deliver_sm(3, "one"),
                                       part_sm(4, 2)}));
    CHECK(f.answers() ==
          Fixture::Answers{{4, f.retry()}, {2, f.retry()}, {1, f.retry()}, {3, f.retry()}});
    CHECK(f.recorded() == 0);
    CHECK(f.world.router().pending() == 0);
    f.world.store.fail_with({});
    f.world.send(*f.carrier, together({part_sm(5, 2), deliver_sm(6, "one"), part_sm(7, 1)}));
    CHECK(f.answers() == Fixture::Answers{{5, ESME_ROK}, {6, ESME_ROK}, {7, ESME_ROK}});
    CHECK(f.recorded() == 2);
}

TEST_CASE("router: a message that could not be given up is given up later") {
    Fixture f;
    f.world.send(*f.carrier, part_sm(1, 1));
    CHECK(f.answers() == Fixture::Answers{{1, ESME_ROK}});
    f.world.store.fail_with(store::Errc::full);
    f.world.advance(f.world.carrier_config.profile.reassembly);
    CHECK(f.recorded() == 0);
    CHECK(f.world.router().pending() == 0);
    f.world.store.fail_with({});
    f.world.advance(10s);
    const auto messages = f.world.store.history().messages({}, 0, 100, false);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].incomplete);
}

// The octets that showed it: the reference 7 again, and the end of the text the same.
TEST_CASE("router: a part whose octets came before is taken where an open message waits for it") {
    const Octets a = part_sm(1, 1, "Code 111 "), end = part_sm(2, 2, "do not share"),
                 b = part_sm(3, 1, "Code 222 ");
    SUBCASE("one after the other") {
        Fixture f;
        for (const Octets& pdu : {a, end, b, end}) f.world.send(*f.carrier, pdu);
        CHECK(f.texts() ==
              std::vector<std::string>{"Code 222 do not share", "Code 111 do not share"});
        CHECK(f.answers().size() == 4);
    }
    SUBCASE("in one event") {
        Fixture f;
        f.world.send(*f.carrier, together({a, end, b, end}));
        CHECK(f.texts() ==
              std::vector<std::string>{"Code 222 do not share", "Code 111 do not share"});
    }
    SUBCASE("after a restart") {
        Fixture f;
        for (const Octets& pdu : {a, end, b}) f.world.send(*f.carrier, pdu);
        f.world.restart();
        f.carrier = nullptr;
        Fixture::bind(f.world, f.carrier);
        f.world.send(*f.carrier, end);
        CHECK(f.texts() ==
              std::vector<std::string>{"Code 222 do not share", "Code 111 do not share"});
    }
    SUBCASE("and both are then known when they come again") {
        Fixture f;
        for (const Octets& pdu : {a, end, b, end, b, end, a, end, end, a})
            f.world.send(*f.carrier, pdu);
        CHECK(f.texts().size() == 2);
        f.world.advance(2 * f.world.carrier_config.profile.reassembly);
        CHECK(f.texts().size() == 2);
    }
}

TEST_CASE("router: a closed message that comes again is a duplicate in whatever order") {
    const Octets one = part_sm(1, 1, "Code 111 "), two = part_sm(2, 2, "do not share");
    using Pdus = std::vector<Octets>;
    for (const Pdus& again :
         {Pdus{one, two}, Pdus{two, one}, Pdus{two}, Pdus{one}, Pdus{two, two, one, one}}) {
        Fixture f;
        f.world.send(*f.carrier, together({one, two}));
        for (const Octets& pdu : again) f.world.send(*f.carrier, pdu);
        const auto answers = f.answers();
        CHECK(answers.size() == 2 + again.size());
        for (const auto& [sequence_number, status] : answers) CHECK(status == ESME_ROK);
        f.world.advance(2 * f.world.carrier_config.profile.reassembly);
        CHECK(f.texts() == std::vector<std::string>{"Code 111 do not share"});
    }
}

TEST_CASE("router: what a failed commit took back leaves the message before it known") {
    Fixture f;
    const Octets end = part_sm(2, 2, "do not share");
    f.world.send(*f.carrier, together({part_sm(1, 1, "Code 111 "), end}));
    f.world.store.fail_with(store::Errc::full);
    f.world.send(*f.carrier, together({part_sm(3, 1, "Code 222 "), end}));
    f.world.store.fail_with({});
    f.world.send(*f.carrier, end);
    f.world.advance(2 * f.world.carrier_config.profile.reassembly);
    CHECK(f.texts() == std::vector<std::string>{"Code 111 do not share"});
}

TEST_CASE("router: a duplicate that is dropped leaves a line in the story, the first twenty") {
    Fixture f;
    f.world.send(*f.carrier, deliver_sm(1, "one"));
    const pool::Id id = f.world.store.history().messages({}, 0, 1, false).at(0).id;
    CHECK(f.dropped(id).empty());
    f.world.send(*f.carrier, deliver_sm(2, "one"));
    REQUIRE(f.dropped(id).size() == 1);
    CHECK(f.dropped(id)[0].event == "duplicate_dropped");
    CHECK(f.dropped(id)[0].detail.find("carrier=") == 0);
    for (std::uint32_t n = 3; n <= 21; ++n) f.world.send(*f.carrier, deliver_sm(n, "one"));
    CHECK(f.dropped(id).size() == 20);
    f.world.send(*f.carrier, deliver_sm(22, "one"));
    CHECK(f.dropped(id).size() == 20);
    CHECK(f.recorded() == 1);

    // Of a part the line is the part's.
    f.world.send(*f.carrier, together({part_sm(23, 1), part_sm(24, 2), part_sm(25, 1)}));
    const auto message = f.world.store.history().messages({}, 0, 1, false).at(0);
    const auto parts = f.world.store.history().parts(message.assembly);
    REQUIRE(parts.size() == 2);
    CHECK(f.dropped(parts[0].id).size() == 1);
    CHECK(f.dropped(parts[1].id).empty());
}

}  // namespace smppd::test
