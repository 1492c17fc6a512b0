// tests/daemon/notify/test_delivery_queue.cpp - the order within a session and beside it.
#include "daemon/notify/delivery_queue.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace smppd;
using namespace smppd::notify;

namespace {

pool::Id take(DeliveryQueue& queue) {
    if (queue.next() == nullptr) return 0;
    return queue.start().event;
}

Ticket ticket(pool::Id event, pool::Id session) { return {event, session, 0, nullptr}; }

}  // namespace

TEST_CASE("delivery queue: one of a session at a time, those of none all at once") {
    QueueTotals totals;
    DeliveryQueue queue(totals);
    queue.add(ticket(1, 7));
    queue.add(ticket(2, 7));
    queue.add(ticket(3, 0));
    queue.add(ticket(4, 0));
    queue.add(ticket(5, 8));
    CHECK(take(queue) == 1);
    CHECK(take(queue) == 3);
    CHECK(take(queue) == 4);
    CHECK(take(queue) == 5);
    CHECK(take(queue) == 0);
    CHECK(queue.size() == 1);
    queue.finished(7);
    CHECK(take(queue) == 2);
    CHECK(totals.tickets == 0);
}

TEST_CASE("delivery queue: one that is tried again keeps its session waiting") {
    QueueTotals totals;
    DeliveryQueue queue(totals);
    queue.add(ticket(1, 7));
    queue.add(ticket(2, 7));
    Ticket first = (queue.next(), queue.start());
    ++first.attempts;
    queue.later(first);
    CHECK(queue.size() == 2);
    CHECK(take(queue) == 0);
    queue.wake(8);
    CHECK(take(queue) == 0);
    queue.wake(7);
    queue.wake(7);
    REQUIRE(queue.next() != nullptr);
    CHECK(queue.next()->attempts == 1);
    CHECK(take(queue) == 1);
    CHECK(take(queue) == 0);
    queue.finished(7);
    CHECK(take(queue) == 2);
}

TEST_CASE("delivery queue: a session and an event of the same id do not meet") {
    QueueTotals totals;
    DeliveryQueue queue(totals);
    queue.add(ticket(7, 0));
    queue.add(ticket(8, 7));
    CHECK(take(queue) == 7);
    CHECK(take(queue) == 8);
}

TEST_CASE("delivery queue: restored with a pause, before what follows in its session") {
    QueueTotals totals;
    DeliveryQueue queue(totals);
    queue.add_delayed(ticket(1, 7));
    queue.add(ticket(2, 7));
    CHECK(take(queue) == 0);
    queue.wake(7);
    CHECK(take(queue) == 1);
    queue.finished(7);
    CHECK(take(queue) == 2);
}

TEST_CASE("delivery queue: counts what it holds, and forgets all at once") {
    QueueTotals totals;
    {
        DeliveryQueue queue(totals);
        const auto event = std::make_shared<const pool::Event>();
        queue.add({1, 7, 0, event});
        queue.add({2, 7, 0, event});
        queue.add(ticket(3, 8));
        CHECK(queue.held() == 2);
        CHECK(totals.held == 2);
        CHECK(queue.not_held(10) == std::vector<pool::Id>{3});
        Ticket first = (queue.next(), queue.start());
        CHECK(queue.held() == 1);
        queue.later(first);
        CHECK(queue.held() == 1);  // what waits for long is read again
        CHECK(event.use_count() == 3);
        queue.clear();
        CHECK(queue.size() == 0);
        queue.finished(7);
        queue.later(first);
        CHECK(take(queue) == 0);
        queue.add(ticket(9, 7));
    }
    CHECK(totals.tickets == 0);
    CHECK(totals.held == 0);
}

TEST_CASE("delivery queue: whatever happens, a session's events start in order, each once") {
    std::mt19937 engine{7};
    const auto pick = [&](std::size_t below) { return std::size_t{engine()} % below; };
    QueueTotals totals;
    DeliveryQueue queue(totals);
    std::map<pool::Id, pool::Id> newest;  // by session
    std::vector<Ticket> flying, delayed;
    pool::Id added = 0;
    std::size_t through = 0;
    while (through < 3'000) {
        const std::size_t what = pick(5);
        if (what <= 1 && added < 3'000) {
            ++added;
            queue.add(ticket(added, 1 + pick(3)));
        } else if (what == 2 && queue.next() != nullptr) {
            flying.push_back(queue.start());
            for (std::size_t i = 0; i + 1 < flying.size(); ++i)
                REQUIRE(flying[i].session != flying.back().session);
        } else if (what == 3 && !flying.empty()) {
            std::swap(flying[pick(flying.size())], flying.back());
            const Ticket one = flying.back();
            flying.pop_back();
            if (pick(3) == 0) {
                delayed.push_back(one);
                queue.later(one);
            } else {
                REQUIRE(newest[one.session] < one.event);
                newest[one.session] = one.event;
                ++through;
                queue.finished(one.session);
            }
        } else if (what == 4 && !delayed.empty()) {
            queue.wake(delayed.back().session);
            delayed.pop_back();
        }
    }
    CHECK(totals.tickets == 0);
}
