// tests/daemon/test_expiry.cpp - sessions end when their time has come, and a busy store is not
// asked again and again.
#include "daemon/expiry.hpp"

#include "tests/support/world.hpp"

#include <doctest/doctest.h>

namespace smppd::test {
namespace {

using namespace std::chrono_literals;

/// A store that counts what it is asked, and may be busy: it says so from within commit().
class CountingStore final : public store::Committer {
public:
    void commit(pool::Changes, std::function<void(std::error_code)> done) override {
        ++commits;
        if (hold) {
            held.push_back(std::move(done));
        } else {
            done(error);
        }
    }
    unsigned commits = 0;
    bool hold = false;
    std::error_code error;
    std::vector<std::function<void(std::error_code)>> held;
};

struct Fixture {
    World world;
    CountingStore store;
    Expiry expiry{world.pool(), store, world.clock};
    pool::Id session = 77;

    Fixture() {
        pool::Number number;
        number.number = 447700900500;
        number.country = "GB";
        REQUIRE(world.pool().import_number(number, world.clock.now().wall).has_value());
        pool::AllocateRequest request;
        request.platform = world.platform_id();
        request.ttl = 60s;
        REQUIRE(world.pool().allocate(request, session, world.clock.now().wall).has_value());
        expiry.rearm();
    }
    pool::SessionState state() { return world.pool().session(session)->state; }
};

}  // namespace

TEST_CASE("expiry: a session ends at its time") {
    Fixture f;
    f.world.clock.advance(59'999ms);
    CHECK(f.state() == pool::SessionState::active);
    CHECK(f.store.commits == 0);
    f.world.clock.advance(2ms);
    CHECK(f.state() == pool::SessionState::expired);
    CHECK(f.store.commits == 1);
    f.world.clock.advance(1h);
    CHECK(f.store.commits == 1);
}

TEST_CASE("expiry: a store that is busy is asked again after a pause, not at once") {
    Fixture f;
    f.store.error = store::Errc::busy;
    f.world.clock.advance(60'001ms);
    CHECK(f.store.commits == 1);
    CHECK(f.state() == pool::SessionState::active);  // it is recorded as nothing else
    // Whatever else moves the pool's timer meanwhile.
    f.expiry.rearm();
    f.world.clock.advance(4'998ms);
    CHECK(f.store.commits == 1);
    f.world.clock.advance(2ms);
    CHECK(f.store.commits == 2);
    f.store.error = {};
    f.world.clock.advance(5s);
    CHECK(f.store.commits == 3);
    CHECK(f.state() == pool::SessionState::expired);
}

TEST_CASE("expiry: a commit that fails later is undone and tried again too") {
    Fixture f;
    f.store.hold = true;
    f.world.clock.advance(60'001ms);
    REQUIRE(f.store.held.size() == 1);
    CHECK(f.state() == pool::SessionState::expired);
    f.store.held[0](store::Errc::full);
    CHECK(f.state() == pool::SessionState::active);
    f.world.clock.advance(5s);
    CHECK(f.store.commits == 2);
}

TEST_CASE("expiry: the wall clock may be set, it is looked at within a second") {
    Fixture f;
    f.world.clock.step_wall(1h);
    f.world.clock.advance(999ms);
    CHECK(f.store.commits == 0);
    f.world.clock.advance(1ms);
    CHECK(f.store.commits == 1);
}

TEST_CASE("expiry: nothing once it was stopped") {
    Fixture f;
    f.expiry.stop();
    f.expiry.rearm();
    f.world.clock.advance(1h);
    f.expiry.run(f.world.clock.now());
    CHECK(f.store.commits == 0);
}

}  // namespace smppd::test
