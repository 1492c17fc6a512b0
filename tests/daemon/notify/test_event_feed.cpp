// tests/daemon/notify/test_event_feed.cpp - who is woken, for what, and what a slow one is told.
#include "daemon/notify/event_feed.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::notify;

namespace {

struct Feeding {
    explicit Feeding(EventFeedOptions options = {})
        : feed(options, [this](std::function<void()> job) { posted.push_back(std::move(job)); }) {}

    pool::Id tell(pool::Event event) {
        event.id = ++last;
        const Announcement news{std::make_shared<const pool::Event>(std::move(event)), {}};
        feed.announced({&news, 1});
        return last;
    }
    void turn() {
        for (const auto& job : std::exchange(posted, {})) job();
    }
    EventFeed::Ticket follow(store::EventFilter filter, int* wakes = nullptr) {
        const auto ticket = feed.follow(filter, [wakes] {
            if (wakes != nullptr) ++*wakes;
        });
        REQUIRE(ticket.has_value());
        return *ticket;
    }
    std::vector<pool::Id> ids(EventFeed::Ticket ticket) {
        std::vector<pool::Id> ids;
        for (const EventPtr& event : feed.take(ticket).events) ids.push_back(event->id);
        return ids;
    }

    std::vector<std::function<void()>> posted;
    EventFeed feed;
    pool::Id last = 0;
};

using Ids = std::vector<pool::Id>;

}  // namespace

TEST_CASE("event feed: each follower gets what its filter lets through, in order") {
    Feeding it;
    const auto all = it.follow({});
    const auto shop = it.follow({.platform = 1});
    const auto session = it.follow({.platform = 1, .session = 5});
    const auto foreign = it.follow({.platform = 2, .session = 5});
    const auto sandbox = it.follow({.platform = 1, .test = true});
    const auto codes = it.follow({.platform = 1, .types = 1u << 1});
    it.tell({.platform = 1});
    it.tell({.platform = 1, .session = 5});
    it.tell({.platform = 2});
    it.tell({.platform = 1, .session = 6, .test = true});
    it.tell({.type = pool::EventType::code_received, .platform = 1, .session = 5});
    it.tell({.platform = 0});
    CHECK(it.ids(all) == Ids{1, 2, 3, 4, 5, 6});
    CHECK(it.ids(shop) == Ids{1, 2, 4, 5});
    CHECK(it.ids(session) == Ids{2, 5});
    CHECK(it.ids(foreign).empty());
    CHECK(it.ids(sandbox) == Ids{4});
    CHECK(it.ids(codes) == Ids{5});
    CHECK(it.ids(all).empty());
}

TEST_CASE("event feed: a follower is woken once until it takes") {
    Feeding it;
    int wakes = 0;
    const auto ticket = it.follow({}, &wakes);
    it.tell({});
    it.tell({});
    CHECK(wakes == 0);  // not from within a commit
    it.turn();
    CHECK(wakes == 1);
    it.tell({});
    it.turn();
    CHECK(wakes == 1);
    CHECK(it.ids(ticket) == Ids{1, 2, 3});
    it.tell({});
    it.turn();
    CHECK(wakes == 2);
}

TEST_CASE("event feed: one that does not keep up is sent to the store, and goes on behind it") {
    Feeding it({.behind_max = 3});
    int wakes = 0;
    const auto ticket = it.follow({}, &wakes);
    for (int i = 0; i < 3; ++i) it.tell({});
    it.turn();
    EventFeed::Batch batch = it.feed.take(ticket);
    CHECK(batch.events.size() == 3);
    CHECK_FALSE(batch.behind);
    for (int i = 0; i < 4; ++i) it.tell({});
    it.turn();
    CHECK(wakes == 2);
    batch = it.feed.take(ticket);
    CHECK(batch.events.empty());
    CHECK(batch.behind);
    it.tell({});
    it.turn();
    CHECK(wakes == 3);
    batch = it.feed.take(ticket);
    CHECK(batch.events.size() == 1);
    CHECK_FALSE(batch.behind);
}

TEST_CASE("event feed: one that left is not woken, not even when it was about to be") {
    Feeding it;
    int wakes = 0;
    const auto first = it.follow({.session = 5}, &wakes);
    const auto second = it.follow({.session = 5}, &wakes);
    it.tell({.session = 5});
    it.feed.leave(first);
    it.turn();
    CHECK(wakes == 1);
    it.feed.leave(second);
    it.feed.leave(second);
    it.tell({.session = 5});
    it.turn();
    CHECK(wakes == 1);
    CHECK(it.feed.followers() == 0);
}

TEST_CASE("event feed: there are as many followers as there may be, and no more") {
    Feeding it({.followers_max = 2});
    const auto first = it.follow({});
    it.follow({.platform = 1});
    CHECK_FALSE(it.feed.follow({}, [] {}));
    it.feed.leave(first);
    CHECK(it.feed.follow({}, [] {}).has_value());
}
