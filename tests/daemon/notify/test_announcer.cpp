// tests/daemon/notify/test_announcer.cpp - deliveries in the event's own commit, news after it.
#include "tests/daemon/notify/office.hpp"

using namespace smppd;
using namespace smppd::test;

namespace {

struct Listener final : notify::Audience {
    void announced(std::span<const notify::Announcement> news) override {
        for (const notify::Announcement& one : news) heard.push_back({one.event->id, one.webhooks});
    }
    void webhook_changed(pool::Id webhook) override { changed.push_back(webhook); }
    std::vector<std::pair<pool::Id, std::vector<pool::Id>>> heard;
    std::vector<pool::Id> changed;
};

struct Announcing : Office {
    Announcing() { live->announcer->join(listener); }
    Listener listener;
};

}  // namespace

TEST_CASE("announcer: an event and its deliveries are recorded together") {
    Announcing office;
    const pool::Id one = office.webhook(url1), two = office.webhook(url2);
    const pool::Id event = office.tell(42);
    REQUIRE(office.listener.heard.size() == 1);
    CHECK(office.listener.heard[0].first == event);
    CHECK(office.listener.heard[0].second == std::vector<pool::Id>{one, two});
    for (const pool::Id webhook : {one, two}) {
        const auto delivery = office.delivery(event, webhook);
        REQUIRE(delivery.has_value());
        CHECK(delivery->state == DeliveryState::waiting);
        CHECK(delivery->session == 42);
        CHECK(delivery->attempts == 0);
    }
}

TEST_CASE("announcer: only those that want an event get it") {
    Announcing office;
    office.must(office.pool().create_platform({.name = "bank"}, office.clock.now().wall));
    office.webhook(url1, {.events = {EventType::code_received}});
    office.webhook(url1, {.test = true});
    office.webhook(url1, {.disabled = true});
    const pool::Id named = office.webhook(url1, {.sessions_only = true});
    const pool::Id all = office.webhook(url1);
    pool::Event event = office.event();
    event.webhook = named;
    office.tell(event);
    office.tell();
    pool::Event other = office.event();
    other.platform = 2;
    office.tell(other);
    pool::Event operators = office.event(EventType::carrier_down);
    operators.platform = 0;
    office.tell(operators);
    REQUIRE(office.listener.heard.size() == 4);
    CHECK(office.listener.heard[0].second == std::vector<pool::Id>{named, all});
    CHECK(office.listener.heard[1].second == std::vector<pool::Id>{all});
    CHECK(office.listener.heard[2].second.empty());
    CHECK(office.listener.heard[3].second.empty());
}

TEST_CASE("announcer: a test is for its own webhook alone") {
    Announcing office;
    const pool::Id one = office.webhook(url1);
    office.webhook(url2);
    const pool::EventAdded test = office.outbox().test(one);
    const pool::Id event = test.event.id;
    office.live->announcer->commit({test}, [](std::error_code error) { CHECK_FALSE(error); });
    REQUIRE(office.listener.heard.size() == 1);
    CHECK(office.listener.heard[0].first == event);
    CHECK(office.listener.heard[0].second == std::vector<pool::Id>{one});
}

TEST_CASE("announcer: nobody hears of what could not be recorded, and the caller is told first") {
    Announcing office;
    const pool::Id webhook = office.webhook(url1);
    office.listener.changed.clear();
    office.store.fail_with(store::Errc::full);
    std::error_code told;
    office.live->announcer->commit({pool::EventAdded{office.event()}},
                                   [&](std::error_code error) { told = error; });
    CHECK(told == store::Errc::full);
    CHECK(office.listener.heard.empty());
    CHECK(office.poster.count == 0);
    office.store.fail_with({});
    std::size_t heard_before = 99;
    office.live->announcer->commit({pool::EventAdded{office.event()}}, [&](std::error_code) {
        heard_before = office.listener.heard.size();
    });
    CHECK(heard_before == 0);
    CHECK(office.listener.heard.size() == 1);
    CHECK(office.listener.changed.empty());
    office.must(office.pool().remove_webhook(webhook));
    CHECK(office.listener.changed == std::vector<pool::Id>{webhook});
}
