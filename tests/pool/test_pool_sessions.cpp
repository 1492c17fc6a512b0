// tests/pool/test_pool_sessions.cpp - sessions of workflows: terms, extension, swap, quotas.
#include "tests/pool/fixture.hpp"

#include <algorithm>

using namespace smppd::test;

namespace {

Workflow signup() {
    Workflow flow;
    flow.name = "signup";
    flow.ttl = 60s;
    flow.ttl_max = 180s;
    flow.attempts = 3;
    flow.cool_down = 30s;
    return flow;
}

/// A pool with the workflow "signup" and three British numbers, idle longest first n1, n2, n3.
struct Flow : Fixture {
    explicit Flow(Workflow flow = signup(), PoolOptions options = {}) : Fixture(options) {
        pool.workflows({{flow.name, flow}});
        import({.number = n1, .country = "GB"}, t0 - 3h);
        import({.number = n2, .country = "GB"}, t0 - 2h);
        import({.number = n3, .country = "GB"}, t0 - 1h);
    }
    Session leased(AllocateRequest request = {.platform = 1}, WallTime now = t0) {
        request.workflow = "signup";
        auto got = lease(request, now);
        REQUIRE(got.has_value());
        return got->session;
    }
};

std::vector<EventType> events_in(const Changes& changes) {
    std::vector<EventType> out;
    for (const Change& change : changes)
        if (const auto* added = std::get_if<EventAdded>(&change)) out.push_back(added->event.type);
    return out;
}

const Event& event_in(const Changes& changes, EventType type) {
    for (const Change& change : changes)
        if (const auto* added = std::get_if<EventAdded>(&change))
            if (added->event.type == type) return added->event;
    FAIL("no such event");
    throw 0;
}

}  // namespace

TEST_CASE("sessions: a workflow gives the terms") {
    Flow f;
    const auto got = f.lease({.platform = 1, .reference = "r1", .workflow = "signup"}, t0);
    REQUIRE(got.has_value());
    CHECK(got->session.expires_at == t0 + 60s);
    CHECK(got->session.attempts_max == 3);
    CHECK(got->session.leased_at == t0);
    const Event& event = event_in(got->changes, EventType::session_created);
    CHECK(event.session == got->session.id);
    CHECK(event.number == n1);
    CHECK(event.reference == "r1");
    CHECK(event.workflow == "signup");
    CHECK(f.lease({.platform = 1, .workflow = "other"}, t0).error() == Errc::bad_value);
    CHECK(f.lease({.platform = 1, .ttl = 180s, .workflow = "signup"}, t0).has_value());
    CHECK(f.lease({.platform = 1, .ttl = 181s, .workflow = "signup"}, t0).error() ==
          Errc::bad_value);
}

TEST_CASE("sessions: an elevated workflow allows one attempt fewer") {
    Workflow flow = signup();
    flow.elevated = true;
    Flow f(flow);
    CHECK(f.leased().attempts_max == 2);
}

TEST_CASE("sessions: an elevated workflow swaps to another carrier, where that has a number") {
    Workflow flow = signup();
    flow.elevated = true;
    flow.cool_down = 0s;
    Fixture f;
    f.pool.workflows({{flow.name, flow}});
    f.import({.number = n1, .carrier = "acme"}, t0 - 3h);
    f.import({.number = n2, .carrier = "acme"}, t0 - 2h);
    f.import({.number = n3, .carrier = "orion"}, t0 - 1h);
    const auto got = f.lease({.platform = 1, .workflow = "signup"}, t0);
    REQUIRE(got.has_value());
    CHECK(got->session.number == n1);
    const auto now = [&] { return f.pool.session(got->session.id)->number; };
    REQUIRE(f.pool.swap(got->session.id, t0).has_value());
    CHECK(now() == n3);
    REQUIRE(f.pool.swap(got->session.id, t0).has_value());
    CHECK(now() == n2);
    // The other carrier is down: better its own than none.
    f.pool.carrier_up("orion", false);
    REQUIRE(f.pool.swap(got->session.id, t0).has_value());
    CHECK(now() == n1);
}

TEST_CASE("sessions: a carrier that is drained leases nothing, and is free when the last ends") {
    Fixture f;
    f.import({.number = n1, .carrier = "acme"});
    f.import({.number = n2, .carrier = "acme"});
    const auto got = f.lease({.platform = 1}, t0);
    REQUIRE(got.has_value());
    f.pool.carrier_drains("acme", true);
    CHECK(f.any(t0) == 0);
    CHECK(f.pool.refusal({.platform = 1}, t0).what == "carrier_health");
    CHECK(f.pool.leased_on("acme"));
    CHECK_FALSE(f.pool.leased_on("orion"));
    REQUIRE(f.pool.release(got->session.id, t0).has_value());
    CHECK_FALSE(f.pool.leased_on("acme"));
    f.pool.carrier_drains("acme", false);
    CHECK(f.any(t0) == n2);
}

TEST_CASE("sessions: a platform's cap shortens what a workflow allows") {
    Flow f;
    Platform shop = *f.pool.platform(1);
    shop.ttl_max_s = 45;
    REQUIRE(f.pool.update(shop).has_value());
    CHECK(f.leased().expires_at == t0 + 45s);
    CHECK(f.lease({.platform = 1, .ttl = 46s, .workflow = "signup"}, t0).error() ==
          Errc::bad_value);
    CHECK(f.pool.ttl_cap("signup", 1) == 45s);
    CHECK(f.pool.ttl_cap("signup", 2) == 180s);
}

TEST_CASE("sessions: an extension moves the end up to the cap and no further") {
    Flow f;
    const Session session = f.leased();
    auto changes = f.pool.extend(session.id, 100s, t0 + 10s);
    REQUIRE(changes.has_value());
    CHECK(f.pool.session(session.id)->expires_at == t0 + 110s);
    CHECK(event_in(*changes, EventType::session_extended).expires_at == t0 + 110s);
    REQUIRE(f.pool.extend(session.id, 100s, t0 + 100s).has_value());
    CHECK(f.pool.session(session.id)->expires_at == t0 + 180s);
    CHECK(f.pool.extend(session.id, 100s, t0 + 101s).error() == Errc::full);
    // Never sooner than it would have ended.
    CHECK(f.pool.extend(session.id, 10s, t0 + 102s)->empty());
    CHECK(f.pool.session(session.id)->expires_at == t0 + 180s);
    CHECK(f.pool.extend(session.id, 10s, t0 + 180s).error() == Errc::ended);
    CHECK(f.pool.extend(999, 10s, t0).error() == Errc::not_found);
}

TEST_CASE("sessions: an extension that the store refuses is taken back") {
    Flow f;
    const Session session = f.leased();
    f.pool.revert(*f.pool.extend(session.id, 100s, t0 + 10s));
    CHECK(f.pool.session(session.id) == session);
    CHECK(f.pool.deadline() == t0 + 60s);
}

TEST_CASE("sessions: a swap gives another number and rests the old one") {
    Flow f;
    const Session session = f.leased();
    auto changes = f.pool.swap(session.id, t0 + 10s);
    REQUIRE(changes.has_value());
    const Session after = *f.pool.session(session.id);
    CHECK(after.number == n2);
    CHECK(after.expires_at == session.expires_at);
    CHECK(after.leased_at == t0 + 10s);
    CHECK(f.state(n1) == NumberState::cooling);
    CHECK(f.pool.number(n1)->cool_until == t0 + 40s);
    CHECK(event_in(*changes, EventType::session_swapped).previous_number == n1);
    CHECK(f.pool.owner_of(n1, "", t0 + 11s).why == Unowned::not_leased);
    CHECK(f.pool.owner_of(n2, "", t0 + 11s).owner == Owner{1, session.id});
    f.pool.revert(*changes);
    CHECK(f.pool.session(session.id) == session);
    CHECK(f.pool.owner_of(n1, "", t0 + 11s).owner == Owner{1, session.id});
    CHECK(f.state(n2) == NumberState::available);
}

TEST_CASE("sessions: swaps end with the workflow's number of them, the pool and the session") {
    Workflow flow = signup();
    flow.swaps_max = 1;
    Flow f(flow);
    const Session session = f.leased();
    REQUIRE(f.pool.swap(session.id, t0 + 1s).has_value());
    CHECK(f.pool.swap(session.id, t0 + 2s).error() == Errc::full);
    const Session second = f.leased({.platform = 1}, t0 + 3s);
    CHECK(f.pool.swap(second.id, t0 + 4s).error() == Errc::no_number);
    CHECK(f.pool.session(second.id) == second);
    CHECK(f.pool.swap(second.id, t0 + 63s).error() == Errc::ended);
}

TEST_CASE("sessions: a swap asks for a number of the same kind") {
    Flow f;
    f.import({.number = 33612345678, .country = "FR"}, t0 - 9h);
    const Session session = f.leased({.platform = 1, .country = "GB"});
    REQUIRE(f.pool.swap(session.id, t0 + 1s).has_value());
    CHECK(f.pool.session(session.id)->number == n2);
}

TEST_CASE("sessions: release and expiry say so, once") {
    Flow f;
    const Session first = f.leased();
    const Changes released = *f.pool.release(first.id, t0 + 5s);
    CHECK(events_in(released) == std::vector{EventType::session_released});
    CHECK(std::get<EventAdded>(released.back()).event.reason == "requested");
    CHECK(f.pool.release(first.id, t0 + 6s)->empty());
    const Session second = f.leased({.platform = 1}, t0 + 6s);
    const Changes changes = f.pool.expire(t0 + 66s);
    CHECK(event_in(changes, EventType::session_expired).session == second.id);
    CHECK(event_in(changes, EventType::session_expired).next_step == "switch_to_primary_number");
}

TEST_CASE("sessions: quotas a minute and a day, and when they free") {
    Flow f;
    Platform shop = *f.pool.platform(1);
    shop.allocations_per_minute = 2;
    REQUIRE(f.pool.update(shop).has_value());
    f.leased({.platform = 1}, t0);
    f.leased({.platform = 1}, t0 + 30s);
    const AllocateRequest request{.platform = 1, .workflow = "signup"};
    CHECK(f.lease(request, t0 + 59s).error() == Errc::quota);
    const Refusal refusal = f.pool.refusal(request, t0 + 59s);
    CHECK(refusal.what == "allocations_per_minute");
    CHECK(refusal.free_at == t0 + 61s);
    CHECK(f.lease(request, t0 + 61s).has_value());
    CHECK(f.lease({.platform = 2, .workflow = "signup"}, t0 + 61s).error() == Errc::no_number);
}

TEST_CASE("sessions: an allocation that the store refuses does not count") {
    Flow f;
    Platform shop = *f.pool.platform(1);
    shop.allocations_per_day = 1;
    REQUIRE(f.pool.update(shop).has_value());
    const AllocateRequest request{.platform = 1, .workflow = "signup"};
    f.pool.revert(f.lease(request, t0)->changes);
    CHECK(f.lease(request, t0 + 1s).has_value());
    CHECK(f.lease(request, t0 + 2s).error() == Errc::quota);
    CHECK(f.pool.refusal(request, t0 + 2s).what == "allocations_per_day");
}

TEST_CASE("sessions: an admin's word on a leased number holds when its lease ends") {
    Flow f;
    const Session session = f.leased();
    REQUIRE(f.pool.set_state(n1, NumberState::retired, t0 + 1s).has_value());
    CHECK(f.state(n1) == NumberState::leased);
    CHECK(f.pool.owner_of(n1, "", t0 + 2s).owner.session == session.id);
    REQUIRE(f.pool.release(session.id, t0 + 3s).has_value());
    CHECK(f.state(n1) == NumberState::retired);
    CHECK(f.pool.set_state(n1, NumberState::available, t0 + 4s).error() == Errc::not_available);
}

TEST_CASE("sessions: states that an admin may set, and the way back") {
    Flow f;
    REQUIRE(f.pool.set_state(n1, NumberState::reserved, t0).has_value());
    CHECK(f.any(t0) == n2);
    REQUIRE(f.pool.set_state(n1, NumberState::disabled, t0).has_value());
    CHECK(f.pool.owner_of(n1, "", t0).why == Unowned::disabled);
    CHECK(f.pool.set_state(n1, NumberState::disabled, t0)->empty());
    REQUIRE(f.pool.set_state(n1, NumberState::available, t0).has_value());
    CHECK(f.any(t0) == n1);
    CHECK(f.pool.set_state(n3, NumberState::leased, t0).error() == Errc::bad_value);
    CHECK(f.pool.set_state(1234, NumberState::disabled, t0).error() == Errc::not_found);
}

TEST_CASE("sessions: quarantine keeps a number from being leased") {
    Flow f;
    auto changes = f.pool.quarantine(n1, t0 + 1h, "flood", t0);
    REQUIRE(changes.has_value());
    CHECK(event_in(*changes, EventType::number_quarantined).reason == "flood");
    CHECK(f.any(t0) == n2);
    f.pool.expire(t0 + 59min);
    CHECK(f.state(n1) == NumberState::cooling);
    f.pool.expire(t0 + 1h);
    CHECK(f.state(n1) == NumberState::available);
    // A leased one rests that long after its lease.
    const Session session = f.leased({.platform = 1, .number = n1}, t0 + 1h);
    REQUIRE(f.pool.quarantine(n1, t0 + 10h, "flood", t0 + 1h).has_value());
    REQUIRE(f.pool.release(session.id, t0 + 1h + 1s).has_value());
    CHECK(f.pool.number(n1)->cool_until == t0 + 10h);
}

TEST_CASE("sessions: a quarantine outlives an import and a workflow without cool-down") {
    Workflow flow = signup();
    flow.cool_down = 0s;
    Flow f(flow);
    const Session session = f.leased({.platform = 1, .number = n1});
    auto changes = f.pool.quarantine(n1, t0 + 10h, "flood", t0);
    CHECK(event_in(*changes, EventType::number_quarantined).platform == 1);
    f.import({.number = n1, .country = "GB", .area = "20"}, t0 + 1s);
    REQUIRE(f.pool.release(session.id, t0 + 2s).has_value());
    CHECK(f.pool.number(n1)->cool_until == t0 + 10h);
}

TEST_CASE("sessions: one seen past its end stays so when a late message is counted") {
    Flow f;
    const Session session = f.leased();
    CHECK(f.pool.owner_of(n1, "", t0 + 61s).why == Unowned::not_leased);
    Message message;
    message.owner = {1, session.id};
    message.number = n1;
    f.pool.arrived(message, t0 + 61s);
    CHECK(f.pool.owner_of(n1, "", t0 + 10s).why == Unowned::not_leased);
}

TEST_CASE("sessions: revoked keys leave room for new ones") {
    Flow f;
    for (int i = 0; i < 1'000; ++i)
        REQUIRE(f.pool.put(ApiKey{.id = std::to_string(i), .platform = 1}).has_value());
    CHECK(f.pool.put(ApiKey{.id = "more", .platform = 1}).error() == Errc::full);
    CHECK(f.pool.put(ApiKey{.id = "operator", .platform = 0}).has_value());
    ApiKey dead = *f.pool.api_key("7");
    dead.revoked_at = t0;
    REQUIRE(f.pool.put(dead).has_value());
    CHECK(f.pool.put(ApiKey{.id = "more", .platform = 1}).has_value());
}
