// tests/daemon/store/test_worker.cpp - one thread, jobs in order, a bounded queue.
#include "daemon/store/worker.hpp"
#include "tests/daemon/store/network.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace smppd::store {

TEST_CASE("worker: jobs run in order on one other thread, and the queue has a limit") {
    Network network;
    std::vector<int> order;
    std::mutex mutex;
    std::condition_variable changed;
    bool begun = false, go = false;
    Worker worker("a name longer than Linux keeps", 2);
    REQUIRE(worker.run([&] {
        std::unique_lock lock(mutex);
        begun = true;
        changed.notify_all();
        changed.wait(lock, [&] { return go; });
        order.push_back(1);
    }));
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return begun; });
    }
    bool done = false;
    CHECK(worker.run([&] { order.push_back(2); }));
    CHECK(worker.run([&] {
        order.push_back(3);
        network.post()([&] { done = true; });
    }));
    CHECK_FALSE(worker.run([&] { order.push_back(4); }));
    {
        const std::lock_guard lock(mutex);
        go = true;
        changed.notify_all();
    }
    network.run_until([&] { return done; });
    CHECK(order == std::vector{1, 2, 3});
}

}  // namespace smppd::store
