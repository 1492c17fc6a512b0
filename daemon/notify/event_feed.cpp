// daemon/notify/event_feed.cpp - see event_feed.hpp.
#include "daemon/notify/event_feed.hpp"

#include "daemon/store/filter.hpp"

#include <utility>

namespace smppd::notify {

EventFeed::Index& EventFeed::index_of(EventFeed& feed, const store::EventFilter& filter,
                                      std::uint64_t& key) {
    if ((key = filter.session) != 0) return feed.by_session_;
    if ((key = filter.platform) != 0) return feed.by_platform_;
    return feed.of_all_;
}

std::optional<EventFeed::Ticket> EventFeed::follow(store::EventFilter filter,
                                                   std::function<void()> wake) {
    if (followers_.size() >= options_.followers_max) return std::nullopt;
    const Ticket ticket = ++last_;
    std::uint64_t key = 0;
    Index& index = index_of(*this, filter, key);
    index[key].insert(ticket);
    followers_.emplace(ticket, Follower{filter, std::move(wake), {}, false});
    return ticket;
}

void EventFeed::leave(Ticket ticket) {
    const auto found = followers_.find(ticket);
    if (found == followers_.end()) return;
    std::uint64_t key = 0;
    Index& index = index_of(*this, found->second.filter, key);
    std::set<Ticket>& alike = index.at(key);
    alike.erase(ticket);
    if (alike.empty()) index.erase(key);
    followers_.erase(found);
}

EventFeed::Batch EventFeed::take(Ticket ticket) {
    Follower& follower = followers_.at(ticket);
    follower.woken = false;
    return std::exchange(follower.waiting, {});
}

void EventFeed::announced(std::span<const Announcement> news) {
    if (followers_.empty()) return;
    for (const Announcement& one : news) {
        if (one.event->session != 0) offer(by_session_, one.event->session, one.event);
        if (one.event->platform != 0) offer(by_platform_, one.event->platform, one.event);
        offer(of_all_, 0, one.event);
    }
    if (to_wake_.empty() || posted_) return;
    posted_ = true;
    post_([this, alive = alive_] {
        if (*alive) ring();
    });
}

void EventFeed::offer(const Index& index, std::uint64_t key, const EventPtr& event) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    for (const Ticket ticket : found->second) {
        Follower& follower = followers_.at(ticket);
        if (!store::matches(follower.filter, *event)) continue;
        Batch& waiting = follower.waiting;
        if (waiting.events.size() >= options_.behind_max) {
            waiting.events.clear();
            waiting.behind = true;
        }
        // Once something was let go, what comes is in the store too: nothing is gathered.
        if (!waiting.behind) waiting.events.push_back(event);
        if (std::exchange(follower.woken, true)) continue;
        to_wake_.push_back(ticket);
    }
}

void EventFeed::ring() {
    posted_ = false;
    for (const Ticket ticket : std::exchange(to_wake_, {})) {
        // One that was woken before may have made this one leave.
        const auto found = followers_.find(ticket);
        if (found == followers_.end()) continue;
        const auto wake = found->second.wake;
        wake();
    }
}

}  // namespace smppd::notify
