// tests/daemon/http/test_exchange.cpp - one request under way, as handler and connection see it.
#include "daemon/http/exchange.hpp"

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

using namespace smppd::http;
using namespace std::chrono_literals;

namespace {

struct Begun {
    boost::asio::io_context io;
    std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>(io.get_executor(), 10);
    int closed = 0;

    Begun() {
        exchange->on_closed([this] { ++closed; });
    }
    void stream() {
        Response head;
        head.body = "abc";
        exchange->begin(std::move(head));
    }
};

}  // namespace

TEST_CASE("exchange: the first answer counts") {
    Begun world;
    CHECK_FALSE(world.exchange->answered());
    world.exchange->answer({.status = 201, .content_type = {}, .body = {}, .headers = {}});
    world.exchange->answer({.status = 500, .content_type = {}, .body = {}, .headers = {}});
    world.stream();
    CHECK_FALSE(world.exchange->streaming());
    CHECK(world.exchange->take().status == 201);
    world.exchange->sent();
    world.exchange->lost();
    CHECK(world.closed == 0);
}

TEST_CASE("exchange: pieces go out in their order, the head's first") {
    Begun world;
    CHECK_FALSE(world.exchange->write("too early"));
    world.stream();
    CHECK(world.exchange->streaming());
    CHECK(world.exchange->take().body.empty());
    CHECK(world.exchange->write("d"));
    CHECK(world.exchange->next_pieces() == "abcd");
    CHECK(world.exchange->next_pieces().empty());
    world.exchange->end();
    CHECK(world.exchange->whole());
    CHECK_FALSE(world.exchange->write("too late"));
    world.exchange->sent();
    CHECK(world.closed == 1);
}

TEST_CASE("exchange: who lags by more than is kept is lost, what is being sent counts") {
    Begun world;
    world.stream();
    CHECK(world.exchange->write("4567890"));
    CHECK(world.exchange->next_pieces().size() == 10);
    CHECK(world.exchange->write("1"));
    CHECK_FALSE(world.exchange->write("2"));
    CHECK(world.exchange->over());
    CHECK(world.closed == 1);
    // A piece of any size goes to who has read all before it.
    Begun other;
    other.stream();
    other.exchange->next_pieces();
    other.exchange->next_pieces();
    CHECK(other.exchange->write(std::string(1000, 'x')));
    CHECK_FALSE(other.exchange->over());
}

TEST_CASE("exchange: when all is sent the writer is asked for more, once") {
    Begun world;
    world.stream();
    int asked = 0;
    world.exchange->when_sent([&] { ++asked; });
    world.exchange->next_pieces();
    CHECK(asked == 0);
    CHECK(world.exchange->drained());
    CHECK_FALSE(world.exchange->drained());
    CHECK(asked == 1);
}

TEST_CASE("exchange: a client that goes is told of once, and wakes nobody any more") {
    Begun world;
    int woken = 0;
    world.exchange->wake_after(0ms, [&] { ++woken; });
    world.exchange->lost();
    world.exchange->lost();
    CHECK(world.closed == 1);
    world.exchange->answer({});
    CHECK_FALSE(world.exchange->answered());
    world.io.run();
    CHECK(woken == 0);
}

TEST_CASE("exchange: what waits for a time goes on at once when the server stops") {
    Begun world;
    int woken = 0;
    world.exchange->wake_after(24h, [&] { ++woken; });
    world.exchange->hurry();
    world.exchange->wake_after(24h, [&] { ++woken; });
    world.io.run();
    CHECK(woken == 2);
    CHECK(world.closed == 0);
}

TEST_CASE("exchange: a stream ends when the server stops") {
    Begun world;
    world.stream();
    world.exchange->wake_after(24h, [] {});
    world.exchange->hurry();
    CHECK(world.exchange->whole());
    world.exchange->sent();
    CHECK(world.closed == 1);
    world.io.run();
}

TEST_CASE("exchange: left by its connection it is an empty shell that calls nobody") {
    Begun world;
    auto held = std::make_shared<int>(1);
    world.exchange->wake_after(24h, [held] {});
    world.exchange->on_closed([held, &world] { ++world.closed; });
    CHECK(held.use_count() == 3);
    { const ExchangeEnd end{world.exchange}; }
    CHECK(held.use_count() == 1);
    world.exchange->answer({});
    world.exchange->lost();
    CHECK_FALSE(world.exchange->answered());
    CHECK(world.closed == 0);
    world.io.run();
}
