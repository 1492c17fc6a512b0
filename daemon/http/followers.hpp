// daemon/http/followers.hpp - what all have in common that follow events or messages: how many
// there may be, and what ends them.
#pragma once

#include "daemon/http/call.hpp"

namespace smppd::http {

/// Answers a long poll whose key was revoked or ran out while it waited.
inline void no_longer_let_in(Call& call) {
    Problem problem{.kind = Kind::unauthorized,
                    .detail = "The key was revoked, has expired, or its platform was disabled.",
                    .errors = {}};
    call.answer(to_response(NotLetIn{std::move(problem), false}));
}

/// Answers who finds no Place any more.
inline void too_many_follow(Call& call) {
    call.fail(Kind::quota,
              "Too many follow events or messages of this platform already. Close one, or use a "
              "webhook.");
}

/// One place among the followers of a platform (0: those who see all), given back at the end:
/// streams, and long polls of events and messages.
class Place {
public:
    Place(std::shared_ptr<ApiState> state, pool::PlatformId platform)
        : state_(std::move(state)), platform_(platform) {
        taken_ = state_->event_followers[platform_] < state_->event_followers_max;
        if (taken_) ++state_->event_followers[platform_];
    }
    ~Place() {
        if (taken_ && --state_->event_followers[platform_] == 0)
            state_->event_followers.erase(platform_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool taken() const noexcept { return taken_; }

private:
    std::shared_ptr<ApiState> state_;
    pool::PlatformId platform_;
    bool taken_ = false;
};

}  // namespace smppd::http
