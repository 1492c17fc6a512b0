// daemon/notify/event_feed.hpp - recorded events for those who follow them: streams and long polls.
// A follower that does not keep up loses nothing: it is told to read on from the store.
#pragma once

#include "daemon/notify/announcer.hpp"

#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

namespace smppd::notify {

struct EventFeedOptions {
    std::size_t followers_max = 10'000;
    std::size_t behind_max = 1'000;  ///< events that wait for one follower
};

class EventFeed final : public Audience {
public:
    /// `post` runs a function on the network thread, after what runs now.
    EventFeed(EventFeedOptions options, std::function<void(std::function<void()>)> post)
        : options_(options), post_(std::move(post)) {}
    ~EventFeed() override { *alive_ = false; }

    using Ticket = std::uint64_t;
    /// Begins to gather events for a follower. `wake` runs once when there are some, and again only
    /// after a take(). Nothing when there are as many followers as there may be.
    std::optional<Ticket> follow(store::EventFilter filter, std::function<void()> wake);
    void leave(Ticket ticket);

    struct Batch {
        std::vector<EventPtr> events;  ///< in the order in which they were recorded
        /// Some were let go: read the store from the last id that the follower has seen, up to its
        /// end, then take() again and skip what it has by then.
        bool behind = false;
    };
    /// What came since the last call. Precondition: the ticket is valid.
    Batch take(Ticket ticket);

    void announced(std::span<const Announcement> news) override;
    std::size_t followers() const noexcept { return followers_.size(); }

private:
    struct Follower {
        store::EventFilter filter;
        std::function<void()> wake;
        Batch waiting;
        bool woken = false;
    };
    using Index = std::unordered_map<std::uint64_t, std::set<Ticket>>;
    static Index& index_of(EventFeed& feed, const store::EventFilter& filter, std::uint64_t& key);
    void offer(const Index& index, std::uint64_t key, const EventPtr& event);
    void ring();

    EventFeedOptions options_;
    std::function<void(std::function<void()>)> post_;
    std::unordered_map<Ticket, Follower> followers_;
    Index by_session_, by_platform_, of_all_;  ///< each follower is in one of them
    std::vector<Ticket> to_wake_;
    Ticket last_ = 0;
    bool posted_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace smppd::notify
