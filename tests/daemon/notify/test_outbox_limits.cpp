// tests/daemon/notify/test_outbox_limits.cpp - a slow or dead endpoint delays nobody else, and
// memory has an end.
#include "daemon/notify/event_json.hpp"
#include "tests/daemon/notify/office.hpp"

using namespace smppd;
using namespace smppd::test;

TEST_CASE("outbox: one webhook has 16 posts under way, however much waits") {
    Office office;
    office.webhook(url1);
    for (int i = 0; i < 40; ++i) office.tell();
    CHECK(office.poster.to(url1) == 16);
    office.answer(url1, 200);
    CHECK(office.poster.to(url1) == 16);
    CHECK(office.outbox().stats().waiting == 23);
}

TEST_CASE("outbox: a dead endpoint does not delay a live one") {
    Office office;
    office.webhook(url1);
    office.webhook(url2);
    for (int i = 0; i < 100; ++i) {
        office.tell();
        REQUIRE(office.poster.to(url2) == 1);
        office.answer(url2, 200);
    }
    CHECK(office.poster.to(url1) == 16);
}

TEST_CASE("outbox: a slow webhook leaves places for another of the same host") {
    auto options = Office::steady();
    options.host_in_flight_max = 10;
    Office office(options);
    const std::string slow = "https://one.example/slow", quick = "https://one.example/quick";
    office.webhook(slow);
    for (int i = 0; i < 40; ++i) office.tell();
    CHECK(office.poster.to(slow) == 5);  // nothing is known of it yet
    office.webhook(quick);
    for (int i = 0; i < 20; ++i) office.tell();
    CHECK(office.poster.to(quick) == 1);
    office.answer(quick, 200);
    CHECK(office.poster.to(quick) == 5);
    for (int i = 0; i < 19; ++i) {
        REQUIRE(office.poster.to(quick) > 0);
        office.answer(quick, 200);
    }
    CHECK(office.poster.to(quick) == 0);
    CHECK(office.poster.to(slow) <= 5);
    while (office.poster.to(slow) > 0)
        office.poster.answer(slow, {.status = 200, .took = std::chrono::milliseconds{9'000}});
    CHECK(office.outbox().stats().waiting == 0);
}

TEST_CASE("outbox: one that fails is tried by fewer posts, and by more once it answers") {
    Office office;
    office.webhook(url1);
    for (int i = 0; i < 100; ++i) office.tell();
    for (int i = 0; i < 16; ++i) office.answer(url1, 500);
    CHECK(office.poster.to(url1) == 1);
    office.answer(url1, 200);
    CHECK(office.poster.to(url1) == 2);
    office.answer(url1, 200);
    CHECK(office.poster.to(url1) == 3);
}

TEST_CASE("outbox: when places run short, slow webhooks get one each and the others theirs") {
    auto options = Office::steady();
    options.in_flight_max = 40;
    Office office(options);
    office.webhook(url1);
    for (int i = 0; i < 100; ++i) office.tell();
    for (int i = 0; i < 16; ++i)
        office.poster.answer(url1, {.status = 200, .took = std::chrono::milliseconds{2'000}});
    CHECK(office.poster.to(url1) == 16);  // nobody else wants the places
    office.webhook(url2);
    for (int i = 0; i < 100; ++i) office.tell();
    CHECK(office.poster.to(url2) == 16);
    office.poster.answer(url1, {.status = 200, .took = std::chrono::milliseconds{2'000}});
    CHECK(office.poster.to(url1) == 15);
    office.poster.answer(url2, {.status = 200, .took = std::chrono::milliseconds{1'999}});
    CHECK(office.poster.to(url2) == 16);
}

TEST_CASE("outbox: places are given in turn when all are taken") {
    auto options = Office::steady();
    options.in_flight_max = 4;
    Office office(options);
    office.webhook(url1);
    for (int i = 0; i < 10; ++i) office.tell();
    office.webhook(url2);
    for (int i = 0; i < 10; ++i) office.tell();
    CHECK(office.poster.to(url1) == 4);
    for (int i = 0; i < 4; ++i) office.answer(url1, 200);
    CHECK(office.poster.to(url1) == 2);
    CHECK(office.poster.to(url2) == 2);
}

namespace {

notify::OutboxOptions small() {
    auto options = Office::steady();
    options.webhook_share = 4;
    options.webhook_waiting_max = 8;
    options.waiting_max = 8;
    options.webhook_events_max = options.events_max = 4;
    options.webhook_in_flight_max = 1;
    return options;
}

}  // namespace

TEST_CASE(
    "outbox: beyond the limit deliveries wait in the store, and none is lost or changes place") {
    Office office(small());
    const pool::Id webhook = office.webhook(url1);
    std::vector<pool::Id> events, arrived;
    for (int i = 0; i < 100; ++i) events.push_back(office.tell(7));
    CHECK(office.outbox().stats().waiting == 8);
    CHECK(office.outbox().stats().spilled == 1);
    while (!office.poster.posts.empty()) {
        REQUIRE(office.poster.posts.size() == 1);
        arrived.push_back(*notify::parse_event_name(office.poster.posts[0].header("webhook-id")));
        office.answer(url1, 200);
        CHECK(office.outbox().stats().waiting <= 8);
        // Some come while others are read back.
        if (arrived.size() % 10 == 0 && events.size() < 150) events.push_back(office.tell(7));
    }
    CHECK(arrived == events);
    CHECK(office.outbox().stats().spilled == 0);
    for (const pool::Id event : events)
        CHECK(office.state(event, webhook) == DeliveryState::delivered);
    office.tell(7);
    CHECK(office.poster.posts.size() == 1);
}

TEST_CASE("outbox: none that comes while the store is read for more is lost") {
    std::mt19937 engine{7};
    for (int round = 0; round < 50; ++round) {
        Office office(small());
        office.webhook(url1);
        office.reads.late = true;
        std::vector<pool::Id> events, arrived;
        for (int i = 0; i < 20; ++i) events.push_back(office.tell(7));
        REQUIRE(office.outbox().stats().spilled == 1);
        while (arrived.size() < 60) {
            const unsigned what = static_cast<unsigned>(engine()) % 4;
            if (what == 0 && events.size() < 60) events.push_back(office.tell(7));
            if (what == 1) office.reads.come();
            if (what >= 2 && !office.poster.posts.empty()) {
                arrived.push_back(
                    *notify::parse_event_name(office.poster.posts[0].header("webhook-id")));
                office.answer(url1, 200);
            }
            const bool idle = office.poster.posts.empty() && office.reads.waiting.empty();
            if (idle && events.size() == 60) break;
        }
        while (!office.reads.waiting.empty()) office.reads.come();
        REQUIRE(arrived == events);
        REQUIRE(office.outbox().stats().spilled == 0);
    }
}

TEST_CASE("outbox: a reader that has no room is asked again") {
    Office office;
    office.webhook(url1);
    office.tell(7);
    office.reads.refused = true;
    office.restart();
    CHECK(office.poster.posts.empty());
    office.reads.refused = false;
    office.clock.advance(99ms);
    CHECK(office.poster.posts.empty());
    office.clock.advance(1ms);
    CHECK(office.poster.posts.size() == 1);
}

TEST_CASE("outbox: each webhook has its share, however much waits for others") {
    Office office(small());
    office.webhook(url1);
    for (int i = 0; i < 20; ++i) office.tell(7);
    office.webhook(url2);
    for (int i = 0; i < 5; ++i) office.tell(7);
    // 8 of the first; of the second one under way and its share.
    CHECK(office.outbox().stats().waiting == 12);
    CHECK(office.outbox().stats().spilled == 1);
}

TEST_CASE("outbox: an event that retention took before its delivery makes that a dead letter") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    pool::Delivery delivery;
    delivery.event = office.event().id;
    delivery.webhook = webhook;
    office.must(pool::Changes{pool::DeliveryPut{delivery}});
    office.restart();
    office.turn();
    CHECK(office.poster.count == 0);
    CHECK(office.state(delivery.event, webhook) == DeliveryState::dead);
    CHECK(office.delivery(delivery.event, webhook)->attempts == 0);
    CHECK(office.delivery(delivery.event, webhook)->error == "the event is not stored any more");
}

TEST_CASE("outbox: nothing more is sent while too much waits to be recorded") {
    auto options = Office::steady();
    options.unsettled_max = 3;
    Office office(options);
    office.webhook(url1);
    for (int i = 0; i < 30; ++i) office.tell();
    office.store.fail_with(store::Errc::full);
    for (int i = 0; i < 16; ++i) office.poster.answer(url1, {.status = 200});
    CHECK(office.poster.count == 18);
    office.store.fail_with({});
    office.turn();
    CHECK(office.poster.count == 30);
}
