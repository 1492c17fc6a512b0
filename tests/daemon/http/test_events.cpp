// tests/daemon/http/test_events.cpp - events as a stream and by long poll.
#include "tests/daemon/http/harness.hpp"

#include "daemon/notify/event_json.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

struct Following : Harness {
    std::string shop, other, sandbox;

    explicit Following(const http::ApiOptions& options = {}) : Harness(options) {
        post("/v1/platforms", R"({"name":"shop"})");
        post("/v1/platforms", R"({"name":"other"})");
        shop = make_key("/v1/platforms/shop/keys", "{}");
        other = make_key("/v1/platforms/other/keys", "{}");
        sandbox = make_key("/v1/platforms/shop/keys", R"({"test":true})");
        use(shop);
    }
    /// Records an event as the pool would.
    pool::Id event(const std::string& platform,
                   pool::EventType type = pool::EventType::code_received, bool test = false) {
        pool::Event event;
        event.id = ids.next(now);
        event.type = type;
        event.at = now;
        event.platform = platform.empty() ? 0 : pool.platform(platform)->id;
        event.test = test;
        event.code = "4711";
        announcer.commit({pool::EventAdded{event}}, [](std::error_code) {});
        return event.id;
    }
    std::shared_ptr<FakeResponder> stream(const std::string& query = "") {
        return begin("GET", "/v1/events" + query);
    }
    Reply poll(const std::string& query) { return get("/v1/events" + query); }
};

/// The ids that the stream has told, in their order.
std::vector<std::string> ids_in(const std::string& pieces) {
    std::vector<std::string> ids;
    for (std::size_t at = pieces.find("id: "); at != std::string::npos;
         at = pieces.find("\nid: ", at + 1)) {
        const std::size_t from = pieces.find("evt_", at);
        ids.push_back(pieces.substr(from, pieces.find('\n', from) - from));
    }
    return ids;
}

std::vector<std::string> names(std::initializer_list<pool::Id> ids) {
    std::vector<std::string> list;
    for (const pool::Id id : ids) list.push_back(notify::event_name(id));
    return list;
}

}  // namespace

TEST_CASE("events: a stream begins at once and tells what comes, in its form") {
    Following world;
    world.event("shop");
    const auto stream = world.stream();
    REQUIRE(stream->answers.size() == 1);
    CHECK(stream->answers[0].status == 200);
    CHECK(stream->answers[0].content_type == "text/event-stream");
    CHECK(read({200, "", "", stream->answers[0].headers}).header("ratelimit-limit") == "200");
    CHECK(stream->pieces.empty());
    const pool::Id id = world.event("shop");
    world.turn();
    const std::string name = notify::event_name(id);
    REQUIRE(stream->pieces.starts_with("id: " + name + "\nevent: code.received\ndata: {"));
    CHECK(stream->pieces.ends_with("}\n\n"));
    const std::size_t data = stream->pieces.find("data: ") + 6;
    const json::value told = json::parse(stream->pieces.substr(data));
    CHECK(told.at("id").as_string() == name);
    CHECK(told.at("platform").as_string() == "shop");
    CHECK(told.at("data").at("code").as_string() == "4711");
    CHECK(std::count(stream->pieces.begin(), stream->pieces.end(), '\n') == 4);
}

TEST_CASE("events: a platform hears of its own alone, a test key of the sandbox") {
    Following world;
    const auto live = world.stream();
    world.use(world.sandbox);
    const auto test = world.stream();
    world.use_socket();
    const auto all = world.stream();
    const pool::Id own = world.event("shop");
    const pool::Id others = world.event("other");
    const pool::Id tried = world.event("shop", pool::EventType::code_received, true);
    const pool::Id operators = world.event("", pool::EventType::carrier_down);
    world.turn();
    CHECK(ids_in(live->pieces) == names({own}));
    CHECK(ids_in(test->pieces) == names({tried}));
    CHECK(ids_in(all->pieces) == names({own, others, tried, operators}));
    world.use(world.shop);
    CHECK(world.poll("?platform=other&wait=0").status == 403);
    CHECK(world.poll("?wait=0").items() == 1);
}

TEST_CASE("events: codes are shown to who may see texts only") {
    Following world;
    world.event("shop");
    CHECK(world.poll("?wait=0").text("/items/0/data/code") == "4711");
    world.use(world.make_key("/v1/platforms/shop/keys", R"({"scopes":["events:read"]})"));
    CHECK(world.poll("?wait=0").at("/items/0/data/code").is_null());
    const auto stream = world.stream("?after=0");
    CHECK(ids_in(stream->pieces).size() == 1);
    CHECK(stream->pieces.find("4711") == std::string::npos);
}

TEST_CASE("events: who comes back with Last-Event-ID misses nothing and gets nothing twice") {
    Following world;
    const pool::Id first = world.event("shop");
    const pool::Id second = world.event("shop");
    const pool::Id third = world.event("shop");
    world.headers.emplace_back("last-event-id", notify::event_name(first));
    // The header counts, not what the page began with.
    const auto stream = world.stream("?after=0");
    CHECK(ids_in(stream->pieces) == names({second, third}));
    const pool::Id fourth = world.event("shop");
    world.turn();
    CHECK(ids_in(stream->pieces) == names({second, third, fourth}));
    world.headers.back().second = "evt_x";
    CHECK(world.poll("").status == 422);
    CHECK(world.poll("?after=zz").status == 422);
}

TEST_CASE("events: a replay waits for its reader page by page, then goes on live") {
    Following world;
    std::vector<std::string> expected;
    for (int i = 0; i < 450; ++i) expected.push_back(notify::event_name(world.event("shop")));
    const auto stream = world.stream("?after=0");
    CHECK(ids_in(stream->pieces).size() == 200);
    // What comes meanwhile is told in its turn.
    expected.push_back(notify::event_name(world.event("shop")));
    world.turn();
    CHECK(ids_in(stream->pieces).size() == 200);
    stream->send();
    CHECK(ids_in(stream->pieces).size() == 400);
    stream->send();
    CHECK(ids_in(stream->pieces) == expected);
    expected.push_back(notify::event_name(world.event("shop")));
    world.turn();
    CHECK(ids_in(stream->pieces) == expected);
}

TEST_CASE("events: a follower who fell behind reads on from the store") {
    Following world;
    const auto stream = world.stream();
    std::vector<std::string> expected;
    for (int i = 0; i < 1100; ++i) expected.push_back(notify::event_name(world.event("shop")));
    world.turn();
    for (int i = 0; i < 10; ++i) stream->send();
    CHECK(ids_in(stream->pieces) == expected);
}

TEST_CASE("events: types and sessions are chosen") {
    Following world;
    world.event("shop", pool::EventType::message_received);
    const pool::Id code = world.event("shop");
    const pool::Id expired = world.event("shop", pool::EventType::session_expired);
    const Reply reply = world.poll("?wait=0&types=code.received,session.expired");
    REQUIRE(reply.items() == 2);
    CHECK(reply.text("/items/0/id") == notify::event_name(code));
    CHECK(reply.text("/items/1/id") == notify::event_name(expired));
    CHECK(world.poll("?wait=0&types=code.received,nothing").status == 422);
    CHECK(world.poll("?wait=0&session=ses_x").status == 422);
    world.use_socket();
    world.import("number,country\n+447700900101,GB\n+447700900102,GB\n");
    const std::string mine = world.post("/v1/sessions", R"({"platform":"shop"})").text("/id");
    const std::string theirs = world.post("/v1/sessions", R"({"platform":"other"})").text("/id");
    world.use(world.shop);
    CHECK(world.poll("?wait=0&session=" + mine).text("/items/0/type") == "session.created");
    CHECK(world.poll("?wait=0&session=" + theirs).status == 422);
}

TEST_CASE("events: a stream is alive every 15 s, until its key is revoked") {
    Following world;
    const auto stream = world.stream();
    stream->pass(14s);
    CHECK(stream->pieces.empty());
    stream->pass(15s);
    CHECK(stream->pieces == ":\n\n");
    stream->pass(15s);
    CHECK(stream->pieces == ":\n\n:\n\n");
    world.use_socket();
    world.call("DELETE", "/v1/keys/" + world.shop.substr(11, 12));
    stream->pass(15s);
    CHECK(stream->ended);
    CHECK(world.events.followers() == 0);
}

TEST_CASE("events: a stream whose client goes, or lags too far, is left") {
    Following world;
    const auto gone = world.stream();
    const auto slow = world.stream();
    slow->octets_max = 10;
    slow->pieces = std::string(11, ':');
    CHECK(world.events.followers() == 2);
    gone->close();
    CHECK(world.events.followers() == 1);
    world.event("shop");
    world.turn();
    CHECK(world.events.followers() == 0);
    CHECK(gone->pieces.empty());
    CHECK(slow->pieces.size() == 11);
    slow->close();
}

TEST_CASE("events: the followers of one platform are limited, and places come back") {
    http::ApiOptions options;
    options.event_followers_max = 2;
    Following world{options};
    const auto one = world.stream();
    const auto two = world.begin("GET", "/v1/events?wait=30");
    const auto three = world.stream();
    REQUIRE(three->answers.size() == 1);
    CHECK(three->answers[0].status == 429);
    world.use(world.other);
    const auto others = world.stream();
    CHECK(others->answers[0].status == 200);
    world.use(world.shop);
    one->close();
    const auto four = world.stream();
    CHECK(four->answers[0].status == 200);
    for (const auto& each : {two, others, four}) each->close();
}

TEST_CASE("events: without waiting a page is told, and where to go on") {
    Following world;
    CHECK(world.poll("?wait=0").text("/next_cursor") == "0");
    const pool::Id first = world.event("shop");
    const pool::Id second = world.event("shop");
    const Reply page = world.poll("?wait=0&limit=1");
    CHECK(page.items() == 1);
    CHECK(page.text("/next_cursor") == notify::event_name(first));
    const Reply rest = world.poll("?limit=5&wait=0&after=" + page.text("/next_cursor"));
    CHECK(rest.text("/items/0/id") == notify::event_name(second));
    CHECK(world.poll("?wait=0&after=" + rest.text("/next_cursor")).items() == 0);
    CHECK(world.poll("?wait=61").status == 422);
    world.headers.emplace_back("accept", "application/json");
    CHECK(world.poll("").items() == 2);
    world.headers.back().second = "text/event-stream, application/json";
    CHECK(world.stream()->streaming);
}

TEST_CASE("events: a long poll is answered by what is there, by what comes, or by time") {
    Following world;
    const pool::Id first = world.event("shop");
    CHECK(world.poll("?wait=30").items() == 1);
    const std::string after = "&after=" + notify::event_name(first);
    const auto woken = world.begin("GET", "/v1/events?wait=30" + after);
    const auto timed = world.begin("GET", "/v1/events?wait=30&types=session.expired" + after);
    CHECK(woken->answers.empty());
    world.event("other");
    world.turn();
    CHECK(woken->answers.empty());
    const pool::Id second = world.event("shop");
    world.turn();
    REQUIRE(woken->answers.size() == 1);
    CHECK(read(woken->answers[0]).text("/items/0/id") == notify::event_name(second));
    CHECK(read(woken->answers[0]).text("/next_cursor") == notify::event_name(second));
    CHECK(timed->answers.empty());
    timed->pass(29s);
    CHECK(timed->answers.empty());
    timed->pass(30s);
    REQUIRE(timed->answers.size() == 1);
    CHECK(read(timed->answers[0]).items() == 0);
    CHECK(world.events.followers() == 0);
}

TEST_CASE("events: a long poll whose client goes is left") {
    Following world;
    const auto poll = world.begin("GET", "/v1/events?wait=30");
    CHECK(world.events.followers() == 1);
    poll->close();
    CHECK(world.events.followers() == 0);
    CHECK(poll->answers.empty());
}

TEST_CASE("long poll: one for messages whose client goes is left too") {
    Following world;
    const auto poll = world.begin("GET", "/v1/messages?after=0&wait=30");
    CHECK(world.events.followers() == 1);
    poll->close();
    CHECK(world.events.followers() == 0);
    CHECK(world.feed.waiting.empty());
}

TEST_CASE("events: a key that was revoked is told nothing more, by stream or by poll") {
    Following world;
    const auto stream = world.stream();
    const auto poll = world.begin("GET", "/v1/events?wait=30");
    const auto messages = world.begin("GET", "/v1/messages?after=0&wait=30");
    world.use_socket();
    const std::string id = world.shop.substr(11, 12);
    REQUIRE(world.call("DELETE", "/v1/keys/" + id).status == 204);
    world.event("shop");
    world.turn();
    CHECK(stream->pieces.empty());
    CHECK(stream->ended);
    REQUIRE(poll->answers.size() == 1);
    CHECK(poll->answers[0].status == 401);
    messages->pass(30s);
    REQUIRE(messages->answers.size() == 1);
    CHECK(messages->answers[0].status == 401);
}
