// tests/pool/test_assembler.cpp - parts in any order, used references, limits, failed commits.
#include "pool/assembler.hpp"

#include <doctest/doctest.h>

using namespace smppd::pool;
using namespace std::chrono_literals;

namespace {

constexpr WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr auto limit = 30min;

Part part(Id id, std::uint8_t index, std::uint8_t total, std::uint8_t octet,
          std::uint16_t reference = 7) {
    Part p;
    p.id = id;
    p.key = {.carrier = "acme",
             .source = "447700900001",
             .destination = "447700900101",
             .reference = reference,
             .width = 8,
             .total = total};
    p.index = index;
    p.owner = {.platform = 1, .session = id};
    p.arrived_at = t0 + std::chrono::milliseconds(id);
    p.data = {octet};
    p.octets = {0x05, 0x00, 0x03, static_cast<std::uint8_t>(reference), total, index, octet};
    return p;
}

std::vector<Id> ids(const Assembly& assembly) {
    std::vector<Id> out;
    for (const Part& p : assembly.parts) out.push_back(p.id);
    return out;
}

}  // namespace

TEST_CASE("assembler: parts in any order make one message of the first one's owner") {
    Assembler assembler;
    const auto first = assembler.add(part(10, 3, 3, 'c'), limit);
    REQUIRE(first.has_value());
    CHECK(first->part.assembly == 10);
    CHECK_FALSE(first->complete);
    CHECK(assembler.deadline() == t0 + 10ms + limit);
    Part late = part(11, 1, 3, 'a');
    late.owner = {.platform = 2, .session = 99};
    late.unowned = Unowned::not_leased;
    const auto second = assembler.add(late, limit);
    CHECK(second->part.assembly == 10);
    CHECK(second->part.owner == Owner{1, 10});
    CHECK(second->part.unowned == Unowned::no);
    const auto third = assembler.add(part(12, 2, 3, 'b'), limit);
    REQUIRE(third->complete);
    CHECK(ids(*third->complete) == std::vector<Id>{11, 12, 10});
    CHECK(third->complete->id == 10);
    CHECK(third->complete->first_part_at == t0 + 10ms);
    CHECK(assembler.size() == 0);
    CHECK(assembler.octets() == 0);
    CHECK(assembler.deadline() == WallTime::max());
}

TEST_CASE("assembler: every field of the key keeps messages apart") {
    Assembler assembler;
    const Part base = part(1, 1, 2, 'a');
    REQUIRE(assembler.add(base, limit).has_value());
    std::vector<Part> others(6, part(2, 2, 2, 'b'));
    others[0].key.carrier = "other";
    others[1].key.source = "447700900002";
    others[2].key.destination = "447700900102";
    others[3].key.reference = 8;
    others[4].key.width = 16;
    others[5].key.total = 3;
    for (std::size_t i = 0; i < others.size(); ++i) {
        others[i].id = 2 + i;
        const auto added = assembler.add(others[i], limit);
        CHECK(added->part.assembly == others[i].id);
        CHECK_FALSE(added->complete);
    }
    CHECK(assembler.size() == 7);
}

TEST_CASE("assembler: a message of one part is whole at once") {
    Assembler assembler;
    const auto added = assembler.add(part(5, 1, 1, 'a'), limit);
    REQUIRE(added->complete);
    CHECK(assembler.size() == 0);
    assembler.revert(*added);
    CHECK(assembler.size() == 0);
}

TEST_CASE("assembler: an index outside of the total is refused") {
    Assembler assembler;
    CHECK(assembler.add(part(1, 0, 2, 'a'), limit).error() == Errc::bad_value);
    CHECK(assembler.add(part(1, 3, 2, 'a'), limit).error() == Errc::bad_value);
    CHECK(assembler.size() == 0);
}

TEST_CASE("assembler: the same part again changes nothing") {
    Assembler assembler;
    REQUIRE(assembler.add(part(1, 1, 2, 'a'), limit).has_value());
    const std::size_t octets = assembler.octets();
    const auto again = assembler.add(part(2, 1, 2, 'a'), limit);
    CHECK(again->duplicate);
    CHECK(again->part.id == 1);
    CHECK_FALSE(again->replaced);
    CHECK(assembler.octets() == octets);
    assembler.revert(*again);
    CHECK(assembler.add(part(3, 2, 2, 'b'), limit)->complete);
}

TEST_CASE("assembler: a reference used again opens a second message") {
    Assembler assembler;
    REQUIRE(assembler.add(part(1, 1, 2, 'a'), limit).has_value());
    const auto again = assembler.add(part(2, 1, 2, 'A'), limit);
    CHECK(again->replaced);
    CHECK_FALSE(again->duplicate);
    CHECK(again->part.assembly == 2);
    CHECK(again->part.owner == Owner{1, 2});
    CHECK(assembler.size() == 2);
    // The newest that lacks it gets a part first, then the older one.
    const auto newer = assembler.add(part(3, 2, 2, 'B'), limit);
    REQUIRE(newer->complete);
    CHECK(ids(*newer->complete) == std::vector<Id>{2, 3});
    const auto older = assembler.add(part(4, 2, 2, 'b'), limit);
    REQUIRE(older->complete);
    CHECK(ids(*older->complete) == std::vector<Id>{1, 4});
    CHECK(assembler.octets() == 0);
}

TEST_CASE("assembler: too many open messages or octets are refused, and room is found again") {
    Assembler few({.assemblies_max = 2});
    REQUIRE(few.add(part(1, 1, 2, 'a', 1), limit).has_value());
    REQUIRE(few.add(part(2, 1, 2, 'a', 2), limit).has_value());
    CHECK(few.add(part(3, 1, 2, 'a', 3), limit).error() == Errc::full);
    REQUIRE(few.add(part(4, 2, 2, 'b', 1), limit)->complete);
    CHECK(few.add(part(5, 1, 2, 'a', 3), limit).has_value());

    Assembler measure;
    REQUIRE(measure.add(part(1, 1, 2, 'a', 1), limit).has_value());
    const std::size_t one = measure.octets();
    CHECK(one > 8);
    Assembler exact({.octets_max = 2 * one});
    REQUIRE(exact.add(part(1, 1, 3, 'a'), limit).has_value());
    REQUIRE(exact.add(part(2, 2, 3, 'b'), limit).has_value());
    CHECK(exact.add(part(3, 3, 3, 'c'), limit).error() == Errc::full);
    Assembler less({.octets_max = 2 * one - 1});
    REQUIRE(less.add(part(1, 1, 3, 'a'), limit).has_value());
    CHECK(less.add(part(2, 2, 3, 'b'), limit).error() == Errc::full);
}

TEST_CASE("assembler: what does not become whole is given up at its deadline") {
    Assembler assembler;
    REQUIRE(assembler.add(part(1, 1, 2, 'a', 1), limit).has_value());
    REQUIRE(assembler.add(part(2, 1, 2, 'a', 2), limit).has_value());
    REQUIRE(assembler.add(part(3, 1, 2, 'a', 3), limit).has_value());
    CHECK(assembler.expired(t0 + limit).empty());
    CHECK(assembler.expired(t0 + limit + 3ms, 1).at(0).id == 1);
    const auto rest = assembler.expired(t0 + limit + 3ms);
    REQUIRE(rest.size() == 2);
    CHECK(ids(rest[1]) == std::vector<Id>{3});
    CHECK(assembler.size() == 0);
    assembler.put_back(rest[1], t0 + limit + 5s);
    CHECK(assembler.deadline() == t0 + limit + 5s);
    CHECK(assembler.expired(t0 + limit + 4999ms).empty());
    CHECK(assembler.add(part(9, 2, 2, 'b', 3), limit)->complete);
}

TEST_CASE("assembler: a part whose commit failed has never been here") {
    Assembler assembler;
    const auto first = assembler.add(part(1, 1, 2, 'a'), limit);
    const auto second = assembler.add(part(2, 2, 2, 'b'), limit);
    REQUIRE(second->complete);
    assembler.revert(*second);
    CHECK(assembler.size() == 1);
    CHECK(assembler.deadline() == t0 + 1ms + limit);
    const auto again = assembler.add(part(3, 2, 2, 'b'), limit);
    REQUIRE(again->complete);
    CHECK(ids(*again->complete) == std::vector<Id>{1, 3});
    assembler.revert(*again);
    assembler.revert(*first);
    CHECK(assembler.size() == 0);
    CHECK(assembler.octets() == 0);
    CHECK(assembler.deadline() == WallTime::max());
}

TEST_CASE("assembler: a failed group may be undone first part first") {
    Assembler assembler;
    const auto first = assembler.add(part(1, 1, 2, 'a'), limit);
    const auto second = assembler.add(part(2, 2, 2, 'b'), limit);
    assembler.revert(*first);
    assembler.revert(*second);
    CHECK(assembler.size() == 0);
    CHECK(assembler.octets() == 0);
    CHECK_FALSE(assembler.add(part(3, 1, 2, 'a'), limit)->duplicate);
}

TEST_CASE("assembler: it lacks a part that an open message waits for, and none has") {
    Assembler assembler;
    CHECK_FALSE(assembler.lacks(part(1, 2, 2, 'b')));
    CHECK(assembler.add(part(1, 1, 2, 'a'), limit).has_value());
    CHECK(assembler.lacks(part(2, 2, 2, 'b')));
    CHECK_FALSE(assembler.lacks(part(2, 1, 2, 'a')));
    CHECK_FALSE(assembler.lacks(part(2, 1, 2, 'x')));
    CHECK_FALSE(assembler.lacks(part(2, 2, 3, 'b')));
    CHECK_FALSE(assembler.lacks(part(2, 2, 2, 'b', 8)));
    // The reference used again while the first is open: both lack it, until one has it.
    CHECK(assembler.add(part(3, 1, 2, 'x'), limit)->replaced);
    CHECK(assembler.lacks(part(4, 2, 2, 'b')));
    CHECK(assembler.add(part(4, 2, 2, 'b'), limit)->complete);
    CHECK(assembler.lacks(part(5, 2, 2, 'b')));
    CHECK(assembler.add(part(5, 2, 2, 'b'), limit)->complete);
    CHECK_FALSE(assembler.lacks(part(6, 2, 2, 'b')));
}

TEST_CASE("assembler: parts from the store go on where they were") {
    Assembler assembler({.assemblies_max = 1});
    Part second = part(2, 2, 3, 'b');
    Part first = part(1, 1, 3, 'a');
    second.assembly = first.assembly = 1;
    second.owner = first.owner;
    assembler.restore(second, limit);
    assembler.restore(first, limit);
    assembler.restore(first, limit);
    CHECK(assembler.size() == 1);
    CHECK(assembler.deadline() == t0 + 1ms + limit);
    Part other = part(5, 1, 2, 'x', 9);
    other.assembly = 5;
    assembler.restore(other, limit);  // what was acknowledged is kept, whatever the limit
    CHECK(assembler.size() == 2);
    const auto third = assembler.add(part(3, 3, 3, 'c'), limit);
    REQUIRE(third->complete);
    CHECK(ids(*third->complete) == std::vector<Id>{1, 2, 3});
}

TEST_CASE("assembler: one that the store holds whole is given out at once") {
    Assembler assembler;
    Part second = part(2, 2, 2, 'b');
    second.assembly = 1;
    assembler.restore(part(1, 1, 2, 'a'), limit);
    assembler.restore(second, limit);
    const auto out = assembler.expired(t0 + 2ms);
    REQUIRE(out.size() == 1);
    CHECK(out[0].complete());
}
