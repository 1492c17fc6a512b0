// tests/daemon/http/test_messages.cpp - messages, long polls, traces and receipts over the API.
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::test;

namespace {

constexpr const char* secret = "Your code is 4711";

struct Leased : Harness {
    std::string token;
    pool::Owner owner;

    Leased() {
        post("/v1/platforms", R"({"name":"shop"})");
        import("number\n+447700900101\n");
        token = post("/v1/sessions", R"({"platform":"shop","ttl_seconds":600})").text("/id");
        const auto session = pool.session(*pool::parse_token(token));
        owner = {.platform = pool.platform("shop")->id, .session = session->id};
    }
    void commit(pool::Change change) {
        memory.commit({std::move(change)}, [](std::error_code) {});
    }
    static std::string events(const Reply& reply) {
        std::string words;
        const json::array events = reply.at("/events").as_array();
        for (const auto& event : events) words += std::string{event.at("event").as_string()} + " ";
        return words;
    }
};

}  // namespace

TEST_CASE("messages: the text is shown to who asks for it only") {
    Leased leased;
    const auto message = leased.message(leased.owner, secret);
    const std::string path = "/v1/messages/" + pool::id_text(message.id);
    const Reply without = leased.get(path);
    CHECK(without.status == 200);
    CHECK(without.at("/text").is_null());
    CHECK(without.text("/text_length") == "17");
    CHECK(without.text("/platform") == "shop");
    CHECK(without.text("/session") == leased.token);
    CHECK(without.text("/state") == "waiting");
    CHECK(json::serialize(leased.get("/v1/messages").body).find("4711") == std::string::npos);
    CHECK(leased.get(path + "?text=true").text("/text") == secret);
    CHECK(leased.get("/v1/messages?text=true").text("/items/0/text") == secret);
    CHECK(leased.get("/v1/messages/0000000000000001").status == 404);
    CHECK(leased.get("/v1/messages/x").status == 404);
}

TEST_CASE("messages: they are listed newest first in pages, by filter") {
    Leased leased;
    const auto first = leased.message(leased.owner, "a");
    const auto second = leased.message({}, "b");
    const Reply page = leased.get("/v1/messages?limit=1");
    CHECK(page.text("/items/0/id") == pool::id_text(second.id));
    CHECK(page.text("/items/0/unowned_reason") == pool::name(pool::Unowned::not_leased));
    const Reply rest = leased.get("/v1/messages?limit=1&cursor=" + page.text("/next_cursor"));
    CHECK(rest.text("/items/0/id") == pool::id_text(first.id));
    CHECK(rest.at("/next_cursor").is_null());
    CHECK(leased.get("/v1/messages?platform=shop").items() == 1);
    CHECK(leased.get("/v1/messages?session=" + leased.token).items() == 1);
    CHECK(leased.get("/v1/messages?state=unowned").items() == 1);
    CHECK(leased.get("/v1/messages?carrier=orion").items() == 0);
    CHECK(leased.get("/v1/messages?number=+447700900101").items() == 2);
    CHECK(leased.get("/v1/messages?session=ses_x").status == 422);
    CHECK(leased.get("/v1/messages?text=yes").status == 422);
}

TEST_CASE("messages: following goes oldest first and always says where to go on") {
    Leased leased;
    const Reply none = leased.get("/v1/messages?after=0");
    CHECK(none.items() == 0);
    CHECK(none.text("/next_cursor") == "0");
    const auto first = leased.message(leased.owner, "a");
    const auto second = leased.message(leased.owner, "b");
    const Reply all = leased.get("/v1/messages?after=" + none.text("/next_cursor"));
    CHECK(all.text("/items/0/id") == pool::id_text(first.id));
    CHECK(all.text("/next_cursor") == pool::id_text(second.id));
    const Reply page = leased.get("/v1/messages?after=0&limit=1");
    CHECK(page.items() == 1);
    CHECK(page.text("/next_cursor") == pool::id_text(first.id));
    CHECK(leased.get("/v1/messages?after=" + pool::id_text(second.id)).items() == 0);
    CHECK(leased.get("/v1/messages?wait=5").status == 422);
    CHECK(leased.get("/v1/messages?after=0&wait=61").status == 422);
    CHECK(leased.get("/v1/messages?after=0&cursor=0000000000000001").status == 422);
}

TEST_CASE("messages: who follows a quiet platform goes on above the messages of others") {
    Leased leased;
    leased.post("/v1/platforms", R"({"name":"quiet"})");
    const auto first = leased.message(leased.owner, "a");
    const auto last = leased.message({}, "b");
    const std::string quiet = "/v1/messages?platform=quiet&after=";
    const Reply none = leased.get(quiet + "0");
    CHECK(none.items() == 0);
    CHECK(none.text("/next_cursor") == pool::id_text(last.id));
    CHECK(leased.get(quiet + none.text("/next_cursor")).text("/next_cursor") ==
          none.text("/next_cursor"));
    const auto poll = leased.begin("GET", quiet + pool::id_text(first.id) + "&wait=30");
    poll->pass(30s);
    REQUIRE(poll->answers.size() == 1);
    CHECK(read(poll->answers[0]).text("/next_cursor") == pool::id_text(last.id));
}

TEST_CASE("long poll: what is there is answered at once") {
    Leased leased;
    leased.message(leased.owner, "a");
    CHECK(leased.get("/v1/messages?after=0&wait=30").items() == 1);
    CHECK(leased.feed.waiting.empty());
}

TEST_CASE("long poll: who waits for a session or a platform is woken by its events alone") {
    Leased leased;
    leased.begin("GET", "/v1/messages?after=0&wait=30&platform=shop")->close();
    const auto poll = leased.begin("GET", "/v1/messages?after=0&wait=30&session=" + leased.token);
    CHECK(poll->answers.empty());
    CHECK(leased.feed.waiting.empty());
    CHECK(leased.Harness::events.followers() == 1);
    poll->close();
    CHECK(leased.Harness::events.followers() == 0);
}

TEST_CASE("long poll: those of one platform are limited with those who follow its events") {
    http::ApiOptions options;
    options.event_followers_max = 2;
    Harness harness{options};
    const std::string poll = "/v1/messages?after=0&wait=30";
    const auto one = harness.begin("GET", poll);
    const auto two = harness.begin("GET", "/v1/events?wait=30");
    const auto three = harness.begin("GET", poll);
    REQUIRE(three->answers.size() == 1);
    CHECK(three->answers[0].status == 429);
    one->close();
    const auto four = harness.begin("GET", poll);
    CHECK(four->answers.empty());
    four->close();
    two->close();
}

TEST_CASE("long poll: a message wakes it, another's does not end it") {
    Leased leased;
    const auto poll =
        leased.begin("GET", "/v1/messages?after=0&wait=30&number=%2B447700900101&state=waiting");
    CHECK(poll->answers.empty());
    CHECK(leased.feed.waiting.size() == 1);
    leased.message({}, "b");
    leased.feed.publish();
    poll->pass(1s);
    CHECK(poll->answers.empty());
    leased.message(leased.owner, "a");
    leased.feed.publish();
    poll->pass(1s);
    REQUIRE(poll->answers.size() == 1);
    CHECK(read(poll->answers[0]).items() == 1);
    CHECK(leased.feed.waiting.empty());
    poll->pass(30s);
    CHECK(poll->answers.size() == 1);
}

TEST_CASE("long poll: when its time is up the list is empty") {
    Leased leased;
    const auto poll = leased.begin("GET", "/v1/messages?after=0&wait=30");
    poll->pass(29s);
    CHECK(poll->answers.empty());
    poll->pass(30s);
    REQUIRE(poll->answers.size() == 1);
    CHECK(read(poll->answers[0]).items() == 0);
    CHECK(read(poll->answers[0]).text("/next_cursor") == "0");
    CHECK(leased.feed.waiting.empty());
}

TEST_CASE("trace: a message in one part is told from arrival to delivery") {
    Leased leased;
    const auto message = leased.message(leased.owner, secret);
    leased.now += 1s;
    leased.commit(
        pool::TraceAdded{{message.id, leased.now, "delivery_refused", "status=ESME_RX_T_APPN"}});
    leased.now += 1s;
    leased.commit(pool::MessageSettled{.id = message.id,
                                       .platform = leased.owner.platform,
                                       .state = pool::MessageState::delivered,
                                       .at = leased.now,
                                       .attempts = 2});
    const Reply reply = leased.get("/v1/messages/" + pool::id_text(message.id) + "/trace");
    CHECK(Leased::events(reply) == "received owned decoded recorded delivery_refused delivered ");
    CHECK(reply.text("/events/1/detail").find("by=lease session=" + leased.token) !=
          std::string::npos);
    CHECK(reply.text("/events/5/detail") == "attempts=2");
    CHECK(reply.text("/events/5/at") == "2026-11-24T12:00:02.000Z");
    CHECK(json::serialize(reply.body).find("4711") == std::string::npos);
    CHECK(leased.get("/v1/messages/0000000000000001/trace").status == 404);
}

TEST_CASE("trace: an unowned message says why") {
    Leased leased;
    const auto message = leased.message({}, "x");
    const Reply reply = leased.get("/v1/messages/" + pool::id_text(message.id) + "/trace");
    CHECK(Leased::events(reply) == "received unowned decoded recorded ");
    CHECK(reply.text("/events/1/detail") ==
          "number=+447700900101 reason=" + std::string{pool::name(pool::Unowned::not_leased)});
}

TEST_CASE("trace: parts are told one by one, and that some are missing") {
    Leased leased;
    pool::Message message;
    message.id = leased.ids.next(leased.now);
    message.carrier = "acme";
    message.number = 447700900101;
    message.owner = leased.owner;
    message.parts = 1;
    message.parts_expected = 2;
    message.incomplete = true;
    message.first_part_at = leased.now;
    message.received_at = leased.now + 30min;
    pool::Part part;
    part.id = part.assembly = message.assembly = leased.ids.next(leased.now);
    part.key = {"acme", "BANK", "447700900101", 7, 8, 2};
    part.index = 2;
    part.arrived_at = leased.now;
    leased.commit(pool::PartAdded{part});
    leased.commit(pool::TraceAdded{{part.id, leased.now + 1min, "duplicate_dropped", "bind=1"}});
    leased.commit(pool::MessageAdded{message});
    const Reply reply = leased.get("/v1/messages/" + pool::id_text(message.id) + "/trace");
    CHECK(Leased::events(reply) ==
          "part_received owned duplicate_dropped assembly_given_up decoded recorded ");
    CHECK(reply.text("/events/0/detail").find("part=2/2 reference=7") != std::string::npos);
}

TEST_CASE("receipts: they are listed newest first, by carrier") {
    Harness harness;
    for (const char* carrier : {"acme", "orion"}) {
        pool::ReceiptRecord receipt;
        receipt.id = harness.ids.next(harness.now);
        receipt.carrier = carrier;
        receipt.message_id = "1a2b";
        receipt.state = 2;
        receipt.done_date = noon;
        receipt.received_at = noon;
        harness.memory.commit({pool::ReceiptAdded{receipt}}, [](std::error_code) {});
    }
    CHECK(harness.get("/v1/receipts").text("/items/0/carrier") == "orion");
    const Reply reply = harness.get("/v1/receipts?carrier=acme");
    CHECK(reply.items() == 1);
    CHECK(reply.text("/items/0/message_id") == "1a2b");
    CHECK(reply.text("/items/0/done_date") == "2026-11-24T12:00:00.000Z");
    CHECK(reply.at("/items/0/submit_date").is_null());
    const Reply page = harness.get("/v1/receipts?limit=1");
    CHECK(
        harness.get("/v1/receipts?cursor=" + page.text("/next_cursor")).text("/items/0/carrier") ==
        "acme");
}
