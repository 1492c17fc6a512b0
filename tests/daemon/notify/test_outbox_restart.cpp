// tests/daemon/notify/test_outbox_restart.cpp - restarts, replays, and webhooks that are disabled.
#include "daemon/notify/event_json.hpp"
#include "tests/daemon/notify/office.hpp"

using namespace smppd;
using namespace smppd::test;

namespace {

std::vector<pool::Id> under_way(const Office& office) {
    std::vector<pool::Id> ids;
    for (const FakePoster::Post& post : office.poster.posts)
        ids.push_back(notify::parse_event_name(post.header("webhook-id")).value());
    return ids;
}

/// Events of a type that were recorded.
std::vector<pool::Event> recorded(Office& office, EventType type) {
    return office.store.history()
        .events_after({.types = 1u << static_cast<unsigned>(type)}, 0, 100, true)
        .events;
}

/// Fails until the first event is a dead letter.
void bury(Office& office, const std::string& url) {
    for (int i = 0; i < 8; ++i) {
        office.answer(url, 500);
        if (i < 7) office.clock.advance(10h);
    }
}

}  // namespace

TEST_CASE("outbox: a restart in the middle goes on with each delivery where it was") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id done = office.tell(7), tried = office.tell(8), behind = office.tell(8);
    office.answer(url1, 200);
    office.answer(url1, 500);
    office.clock.advance(2s);
    const pool::Id posted = office.tell(9);
    CHECK(under_way(office) == std::vector<pool::Id>{posted});
    office.restart();
    // What was posted and not answered is posted again; the others wait as they did.
    CHECK(under_way(office) == std::vector<pool::Id>{posted});
    office.clock.advance(2'999ms);
    CHECK(office.poster.posts.size() == 1);
    office.clock.advance(1ms);
    CHECK(under_way(office) == std::vector<pool::Id>{posted, tried});
    office.answer(url1, 200);
    office.answer(url1, 500);
    CHECK(office.delivery(tried, webhook)->attempts == 2);
    CHECK(office.delivery(tried, webhook)->next_at == office.clock.now().wall + 5min);
    office.clock.advance(5min);
    office.answer(url1, 200);
    CHECK(under_way(office) == std::vector<pool::Id>{behind});
    office.answer(url1, 200);
    for (const pool::Id event : {done, tried, behind, posted})
        CHECK(office.state(event, webhook) == DeliveryState::delivered);
}

TEST_CASE("outbox: after each step of a delivery a restart loses nothing") {
    for (int steps = 0; steps < 6; ++steps) {
        CAPTURE(steps);
        Office office;
        const pool::Id webhook = office.webhook(url1);
        std::vector<pool::Id> events;
        for (int i = 0; i < 3; ++i) events.push_back(office.tell(7));
        for (int i = 0; i < steps; ++i) {
            if (office.poster.posts.empty()) office.clock.advance(5min);
            office.answer(url1, i % 2 == 0 ? 500 : 200);
        }
        office.restart();
        for (int i = 0; i < 10; ++i) {
            if (office.poster.posts.empty()) office.clock.advance(5min);
            if (!office.poster.posts.empty()) office.answer(url1, 200);
        }
        for (const pool::Id event : events)
            CHECK(office.state(event, webhook) == DeliveryState::delivered);
    }
}

TEST_CASE("outbox: a wall clock set back makes no pause longer than the longest") {
    Office office;
    office.webhook(url1);
    office.tell(7);
    office.answer(url1, 500);
    office.clock.step_wall(-48h);
    office.restart();
    office.clock.advance(11h - 1ms);
    CHECK(office.poster.posts.empty());
    office.clock.advance(1ms);
    CHECK(office.poster.posts.size() == 1);
}

TEST_CASE("outbox: 410 disables the webhook, cancels what waits, and is told to the others") {
    Office office;
    const pool::Id gone = office.webhook(url1), other = office.webhook(url2);
    const pool::Id first = office.tell(7), second = office.tell(7);
    office.answer(url2, 200);
    office.answer(url2, 200);
    office.answer(url1, 410);
    const pool::Webhook* webhook = office.pool().webhook(gone);
    CHECK(webhook->disabled);
    CHECK(webhook->disabled_reason == "gone");
    CHECK(office.state(first, gone) == DeliveryState::cancelled);
    CHECK(office.delivery(first, gone)->status == 410);
    CHECK(office.state(second, gone) == DeliveryState::cancelled);
    const auto events = recorded(office, EventType::webhook_disabled);
    REQUIRE(events.size() == 1);
    CHECK(events[0].subject == notify::webhook_name(gone));
    CHECK(events[0].reason == "gone");
    CHECK(under_way(office) == std::vector<pool::Id>{events[0].id});
    CHECK(office.poster.to(url2) == 1);
    office.tell(7);
    CHECK(office.poster.to(url1) == 0);
    office.restart();
    CHECK(office.pool().webhook(gone)->disabled);
    CHECK_FALSE(office.pool().webhook(other)->disabled);
    CHECK(office.poster.to(url1) == 0);
}

TEST_CASE("outbox: one that failed for more than 5 days without a delivery is disabled") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    office.tell(7);
    const pool::WallTime began = office.clock.now().wall;
    office.answer(url1, 500);
    CHECK(office.pool().webhook(webhook)->failing_since == began);
    const auto fail_at = [&](std::chrono::milliseconds since_began) {
        office.clock.advance(began + since_began - office.clock.now().wall);
        office.tell();
        while (!office.poster.posts.empty()) office.answer(url1, 500);
    };
    fail_at(5 * 24h);
    CHECK_FALSE(office.pool().webhook(webhook)->disabled);
    fail_at(5 * 24h + 1ms);
    CHECK(office.pool().webhook(webhook)->disabled);
    CHECK(office.pool().webhook(webhook)->disabled_reason == "failing");
    REQUIRE(recorded(office, EventType::webhook_disabled).size() == 1);
    CHECK(recorded(office, EventType::webhook_disabled)[0].reason == "failing");
}

TEST_CASE("outbox: one delivery that succeeds ends the failing") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    office.tell();
    office.answer(url1, 500);
    office.clock.advance(5s);
    office.answer(url1, 200);
    CHECK(office.pool().webhook(webhook)->failing_since == pool::WallTime{});
    office.restart();
    CHECK(office.pool().webhook(webhook)->failing_since == pool::WallTime{});
    office.clock.advance(6 * 24h);
    office.tell();
    office.answer(url1, 500);
    CHECK_FALSE(office.pool().webhook(webhook)->disabled);
}

TEST_CASE("outbox: a webhook that is removed gets nothing more, also after a restart") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id flying = office.tell(7), behind = office.tell(7);
    office.must(office.pool().remove_webhook(webhook));
    office.turn();
    CHECK(office.state(behind, webhook) == DeliveryState::cancelled);
    office.answer(url1, 500);
    CHECK(office.state(flying, webhook) == DeliveryState::cancelled);
    CHECK(office.poster.posts.empty());
    office.restart();
    office.clock.advance(24h);
    CHECK(office.poster.count == 1);
}

TEST_CASE("outbox: what is under way when its webhook goes is settled by its answer") {
    for (const int status : {200, 500}) {
        Office office;
        const pool::Id webhook = office.webhook(url1), flying = office.tell(7);
        office.must(office.pool().remove_webhook(webhook));
        office.turn();
        CHECK(office.state(flying, webhook) == DeliveryState::waiting);
        office.answer(url1, status);
        CHECK(office.state(flying, webhook) ==
              (status == 200 ? DeliveryState::delivered : DeliveryState::cancelled));
    }
}

TEST_CASE("outbox: a webhook enabled again gets what comes from then on") {
    for (const int status : {200, 500}) {
        Office office;
        const pool::Id webhook = office.webhook(url1);
        office.tell(7);
        office.tell(7);
        pool::Webhook changed = *office.pool().webhook(webhook);
        changed.disabled = true;
        office.must(office.pool().put(changed));
        changed.disabled = false;
        office.must(office.pool().put(changed));
        const pool::Id fresh = office.tell(7);
        CHECK(office.poster.posts.size() == 2);
        CHECK(under_way(office).back() == fresh);
        // The answer to what was sent before counts for that, and for nothing else.
        const pool::Id next = office.tell(7);
        office.answer(url1, status);
        CHECK(under_way(office) == std::vector<pool::Id>{fresh});
        office.answer(url1, 200);
        CHECK(under_way(office) == std::vector<pool::Id>{next});
    }
}

TEST_CASE("outbox: a failed record of a disabled webhook is made again, with its event") {
    Office office;
    const pool::Id gone = office.webhook(url1);
    const pool::Id event = office.tell(7), behind = office.tell(7);
    office.store.fail_with(store::Errc::full);
    office.answer(url1, 410);
    const pool::Id meanwhile = office.event().id;
    office.store.fail_with({});
    office.clock.advance(1s);
    office.turn();
    const auto events = recorded(office, EventType::webhook_disabled);
    REQUIRE(events.size() == 1);
    CHECK(events[0].id > meanwhile);
    office.restart();
    CHECK(office.pool().webhook(gone)->disabled);
    CHECK(office.state(event, gone) == DeliveryState::cancelled);
    CHECK(office.state(behind, gone) == DeliveryState::cancelled);
}

TEST_CASE("outbox: a record made again does not undo what an admin changed meanwhile") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    office.tell();
    office.store.fail_with(store::Errc::full);
    office.answer(url1, 500);
    office.store.fail_with({});
    pool::Webhook changed = *office.pool().webhook(webhook);
    changed.description = "moved";
    office.must(office.pool().put(changed));
    office.clock.advance(1s);
    office.restart();
    CHECK(office.pool().webhook(webhook)->description == "moved");
    CHECK(office.pool().webhook(webhook)->failing_since != pool::WallTime{});
}

TEST_CASE("outbox: a dead letter and a delivered one are replayed from their first try") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id dead = office.tell(7);
    bury(office, url1);
    const pool::Id delivered = office.tell(8);
    office.answer(url1, 200);
    for (const pool::Id event : {dead, delivered}) {
        std::optional<std::error_code> told;
        office.outbox().replay({*office.delivery(event, webhook)},
                               [&](std::error_code error) { told = error; });
        REQUIRE(told.has_value());
        CHECK_FALSE(*told);
        CHECK(under_way(office) == std::vector<pool::Id>{event});
        CHECK(office.state(event, webhook) == DeliveryState::waiting);
        office.answer(url1, 500);
        CHECK(office.delivery(event, webhook)->attempts == 1);
        office.clock.advance(5s);
        office.answer(url1, 200);
        CHECK(office.state(event, webhook) == DeliveryState::delivered);
    }
}

TEST_CASE("outbox: a replay that cannot be recorded sends nothing") {
    Office office;
    const pool::Id webhook = office.webhook(url1), event = office.tell();
    office.answer(url1, 200);
    office.store.fail_with(store::Errc::full);
    std::error_code told;
    office.outbox().replay({*office.delivery(event, webhook)},
                           [&](std::error_code error) { told = error; });
    CHECK(told == store::Errc::full);
    CHECK(office.poster.posts.empty());
    CHECK(office.state(event, webhook) == DeliveryState::delivered);
}

TEST_CASE("outbox: all dead letters since a time are replayed, oldest first") {
    auto options = Office::steady();
    options.pauses = {};
    options.webhook_in_flight_max = 1;
    Office office(options);
    const pool::Id webhook = office.webhook(url1);
    std::vector<pool::Id> dead;
    for (int i = 0; i < 700; ++i) {
        office.clock.advance(1ms);
        dead.push_back(office.tell(7));
        office.answer(url1, 500);
        REQUIRE(office.state(dead.back(), webhook) == DeliveryState::dead);
    }
    std::size_t replayed = 0;
    office.outbox().replay_dead(webhook, pool::time_of(dead[50]),
                                [&](std::error_code error, std::size_t count) {
                                    CHECK_FALSE(error);
                                    replayed = count;
                                });
    CHECK(replayed == 650);
    for (std::size_t i = 50; i < dead.size(); ++i) {
        REQUIRE(under_way(office) == std::vector<pool::Id>{dead[i]});
        office.answer(url1, 200);
    }
    CHECK(office.poster.posts.empty());
    CHECK(office.state(dead[49], webhook) == DeliveryState::dead);
    CHECK(office.state(dead[50], webhook) == DeliveryState::delivered);
}
