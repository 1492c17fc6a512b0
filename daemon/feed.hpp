// daemon/feed.hpp - wakes those who follow messages.
#pragma once

#include "daemon/http/context.hpp"

#include <map>

namespace smppd {

/// Wakes are gathered: however many messages come in one turn of the loop, each follower is woken
/// once. Used on the network thread.
class Feed final : public http::MessageFeed {
public:
    explicit Feed(std::function<void(std::function<void()>)> post) : post_(std::move(post)) {}

    std::uint64_t next(std::function<void()> wake) override {
        waiting_.emplace(++ticket_, std::move(wake));
        return ticket_;
    }
    void cancel(std::uint64_t ticket) override { waiting_.erase(ticket); }

    void recorded() {
        if (waiting_.empty() || posted_) return;
        posted_ = true;
        post_([this] {
            posted_ = false;
            for (auto& [ticket, wake] : std::exchange(waiting_, {})) wake();
        });
    }

private:
    std::function<void(std::function<void()>)> post_;
    std::map<std::uint64_t, std::function<void()>> waiting_;
    std::uint64_t ticket_ = 0;
    bool posted_ = false;
};

}  // namespace smppd
