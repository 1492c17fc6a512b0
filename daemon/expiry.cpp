// daemon/expiry.cpp - see expiry.hpp.
#include "daemon/expiry.hpp"

#include <algorithm>
#include <utility>

namespace smppd {

using namespace std::chrono_literals;
using protocol::Instant;
using smpp::Now;

namespace {
constexpr auto again_after = 5s;
}  // namespace

Expiry::Expiry(pool::Pool& pool, store::Committer& committer, smpp::Timers& timers)
    : pool_(pool),
      committer_(committer),
      timers_(timers),
      timer_(timers.timer([this](Now now) { run(now); })),
      alive_(std::make_shared<bool>(true)) {}

Expiry::~Expiry() { *alive_ = false; }

void Expiry::run(Now now) {
    if (stopped_) return;
    pool::Changes changes = pool_.expire(now.wall);
    // First: a full queue says so from within commit(), and what that sets must stand.
    rearm();
    if (changes.empty()) return;
    auto kept = std::make_shared<const pool::Changes>(changes);
    committer_.commit(std::move(changes), [this, alive = alive_, kept](std::error_code error) {
        if (*alive) committed(error, *kept);
    });
}

void Expiry::committed(std::error_code error, const pool::Changes& changes) {
    if (error) {
        // It is expired all the same (owner_of looks at the time); the record follows later.
        pool_.revert(changes);
        not_before_ = timers_.now().mono + again_after;
    }
    rearm();
}

void Expiry::rearm() {
    const pool::WallTime deadline = pool_.deadline();
    if (stopped_ || deadline == pool::WallTime::max()) return timer_->at(Instant::max());
    // The wall clock may be set meanwhile: look again within a second.
    const Now now = timers_.now();
    const auto wait = std::clamp<std::chrono::milliseconds>(deadline - now.wall, 1ms, 1s);
    timer_->at(std::max(now.mono + wait, not_before_));
}

void Expiry::stop() {
    stopped_ = true;
    timer_->at(Instant::max());
}

}  // namespace smppd
