// tests/daemon/notify/test_outbox.cpp - what is posted, in which order, and when again.
#include "daemon/notify/event_json.hpp"
#include "daemon/notify/standard_webhooks.hpp"
#include "tests/daemon/notify/office.hpp"

#include <boost/json/serialize.hpp>

using namespace smppd;
using namespace smppd::test;

TEST_CASE("outbox: a post carries the event and a signature that verifies") {
    Office office;
    office.webhook(url1);
    pool::Event event = office.event();
    event.text = "hello";
    const pool::Id id = office.tell(event);
    REQUIRE(office.poster.posts.size() == 1);
    const FakePoster::Post& post = office.poster.posts[0];
    CHECK(post.request.url == url1);
    CHECK(post.request.within == 10s);
    CHECK(post.request.body == boost::json::serialize(notify::event_json(event, {"shop", true})));
    CHECK(post.header("content-type") == "application/json");
    CHECK(post.header("webhook-id") == notify::event_name(id));
    // The clock of the tests begins on 2026-11-24.
    CHECK(post.header("webhook-timestamp") == "1795478400");
    CHECK(post.header("webhook-signature") ==
          notify::signature(secret1, {notify::event_name(id), 1'795'478'400, post.request.body}));
}

TEST_CASE("outbox: the secret before signs too while it holds, and no longer") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    pool::Webhook rotated = *office.pool().webhook(webhook);
    rotated.previous_secret = rotated.secret;
    rotated.secret = "whsec_paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl";
    rotated.previous_until = office.clock.now().wall + 24h;
    office.must(office.pool().put(rotated));
    const auto signatures = [&] {
        const std::string all = office.poster.posts.back().header("webhook-signature");
        return std::ranges::count(all, ' ') + 1;
    };
    office.tell();
    CHECK(signatures() == 2);
    office.clock.advance(24h - 1ms);
    office.tell();
    CHECK(signatures() == 2);
    office.clock.advance(1ms);
    office.tell();
    CHECK(signatures() == 1);
}

TEST_CASE("outbox: a delivery that is taken is recorded as such") {
    for (const int status : {200, 204, 299}) {
        Office office;
        const pool::Id webhook = office.webhook(url1);
        const pool::Id event = office.tell();
        office.answer(url1, status);
        const auto delivery = office.delivery(event, webhook);
        CHECK(delivery->state == DeliveryState::delivered);
        CHECK(delivery->attempts == 1);
        CHECK(delivery->status == status);
        CHECK(delivery->error.empty());
        CHECK(delivery->settled_at == office.clock.now().wall);
        CHECK(office.outbox().unsettled() == 0);
    }
}

TEST_CASE("outbox: events of a session arrive one after the other, those of none at once") {
    Office office;
    office.webhook(url1);
    const pool::Id first = office.tell(7), second = office.tell(7);
    office.tell(8);
    office.tell();
    office.tell();
    const auto under_way = [&](pool::Id id) {
        return std::ranges::any_of(office.poster.posts, [&](const auto& post) {
            return post.header("webhook-id") == notify::event_name(id);
        });
    };
    CHECK(office.poster.posts.size() == 4);
    CHECK(under_way(first));
    CHECK_FALSE(under_way(second));
    office.answer(url1, 200);  // the oldest: `first`
    CHECK(under_way(second));
}

TEST_CASE("outbox: tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, then dead") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id event = office.tell(7), next = office.tell(7);
    std::size_t tries = 1;
    for (const std::chrono::milliseconds pause :
         {std::chrono::milliseconds{5s}, std::chrono::milliseconds{5min},
          std::chrono::milliseconds{30min}, std::chrono::milliseconds{2h},
          std::chrono::milliseconds{5h}, std::chrono::milliseconds{10h},
          std::chrono::milliseconds{10h}}) {
        CHECK(office.poster.count == tries);
        office.answer(url1, 500);
        const auto delivery = office.delivery(event, webhook);
        CHECK(delivery->state == DeliveryState::waiting);
        CHECK(delivery->attempts == tries);
        CHECK(delivery->next_at == office.clock.now().wall + pause);
        CHECK(delivery->error == "answered 500");
        office.clock.advance(pause - 1ms);
        CHECK(office.poster.posts.empty());
        office.clock.advance(1ms);
        ++tries;
    }
    CHECK(office.poster.count == 8);
    CHECK(office.poster.posts.back().header("webhook-id") == notify::event_name(event));
    office.answer(url1, 500);
    CHECK(office.state(event, webhook) == DeliveryState::dead);
    CHECK(office.delivery(event, webhook)->attempts == 8);
    // The session goes on without it.
    REQUIRE(office.poster.posts.size() == 1);
    CHECK(office.poster.posts.back().header("webhook-id") == notify::event_name(next));
    CHECK(office.outbox().stats().dead == 1);
}

TEST_CASE("outbox: a pause is up to a tenth longer or shorter, by chance") {
    Office office(notify::OutboxOptions{});
    const pool::Id webhook = office.webhook(url1);
    std::set<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 200; ++i) {
        const pool::Id event = office.tell();
        office.answer(url1, 500);
        pauses.insert(office.delivery(event, webhook)->next_at - office.clock.now().wall);
    }
    CHECK(*pauses.begin() >= 4'500ms);
    CHECK(*pauses.rbegin() <= 5'500ms);
    CHECK(*pauses.begin() < 4'700ms);
    CHECK(*pauses.rbegin() > 5'300ms);
}

TEST_CASE("outbox: no answer, a redirect and each status outside 2xx fail") {
    const std::pair<PostResult, const char*> rows[] = {
        {{.status = 0, .error = "could not connect"}, "could not connect"},
        {{.status = 0}, "no answer"},
        {{.status = 199}, "answered 199"},
        {{.status = 302}, "answered 302; redirects are not followed"},
        {{.status = 404}, "answered 404"},
    };
    for (const auto& [result, error] : rows) {
        Office office;
        const pool::Id webhook = office.webhook(url1), event = office.tell();
        office.poster.answer(url1, result);
        office.turn();
        CHECK(office.state(event, webhook) == DeliveryState::waiting);
        CHECK(office.delivery(event, webhook)->error == error);
    }
}

TEST_CASE("outbox: Retry-After of 429 and 503 makes a pause longer, within bounds") {
    const auto pause = [](int status, std::chrono::seconds retry_after) {
        Office office;
        const pool::Id webhook = office.webhook(url1), event = office.tell();
        office.poster.answer(url1, {.status = status, .retry_after = retry_after});
        office.turn();
        return office.delivery(event, webhook)->next_at - office.clock.now().wall;
    };
    CHECK(pause(429, 60s) == 60s);
    CHECK(pause(503, 60s) == 60s);
    CHECK(pause(500, 60s) == 5s);
    CHECK(pause(429, 4s) == 5s);
    CHECK(pause(429, 6s) == 6s);
    CHECK(pause(429, 10h) == 10h);
    CHECK(pause(429, 10h + 1s) == 10h);
}

TEST_CASE("outbox: answers of one turn are recorded in one commit") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id one = office.tell(), two = office.tell();
    office.store.hold(true);
    office.poster.answer(url1, {.status = 200});
    office.poster.answer(url1, {.status = 200});
    CHECK(office.outbox().unsettled() == 2);
    office.turn();
    office.store.release();
    CHECK(office.state(one, webhook) == DeliveryState::delivered);
    CHECK(office.state(two, webhook) == DeliveryState::delivered);
    CHECK(office.outbox().unsettled() == 0);
}

TEST_CASE("outbox: what could not be recorded is recorded a second later") {
    Office office;
    const pool::Id webhook = office.webhook(url1), event = office.tell();
    office.store.fail_with(store::Errc::full);
    office.answer(url1, 200);
    CHECK(office.state(event, webhook) == DeliveryState::waiting);
    office.store.fail_with({});
    office.clock.advance(999ms);
    CHECK(office.state(event, webhook) == DeliveryState::waiting);
    office.clock.advance(1ms);
    CHECK(office.state(event, webhook) == DeliveryState::delivered);
    CHECK(office.poster.count == 1);
}

TEST_CASE("outbox: after stop() nothing is sent, and what is under way is recorded") {
    Office office;
    const pool::Id webhook = office.webhook(url1);
    const pool::Id first = office.tell(7), second = office.tell(7);
    office.outbox().stop();
    CHECK(office.outbox().unsettled() == 1);
    office.answer(url1, 200);
    CHECK(office.poster.posts.empty());
    CHECK(office.outbox().unsettled() == 0);
    CHECK(office.state(first, webhook) == DeliveryState::delivered);
    CHECK(office.state(second, webhook) == DeliveryState::waiting);
}
