// tests/daemon/notify/office.hpp - a platform with webhooks, the classes that the daemon runs, a
// store in memory, a clock that the test moves, and endpoints that answer when the test says so.
#pragma once

#include "daemon/notify/outbox.hpp"
#include "daemon/restore.hpp"
#include "tests/support/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace smppd::test {

using namespace std::chrono_literals;
using notify::PostResult;
using pool::DeliveryState;
using pool::EventType;

/// Keeps what is posted until the test answers it.
class FakePoster final : public notify::Poster {
public:
    void post(notify::PostRequest request, std::function<void(PostResult)> done) override {
        posts.push_back({std::move(request), std::move(done)});
        ++count;
    }
    struct Post {
        notify::PostRequest request;
        std::function<void(PostResult)> done;
        std::string header(const std::string& name) const {
            for (const std::string& line : request.headers)
                if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
            return {};
        }
    };
    /// Answers the oldest post to the address.
    void answer(const std::string& url, PostResult result) {
        const auto found =
            std::ranges::find_if(posts, [&](const Post& post) { return post.request.url == url; });
        REQUIRE(found != posts.end());
        const Post post = std::move(*found);
        posts.erase(found);
        post.done(std::move(result));
    }
    std::size_t to(const std::string& url) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            posts, [&](const Post& post) { return post.request.url == url; }));
    }

    std::deque<Post> posts;  ///< under way
    std::size_t count = 0;   ///< so far
};

/// The store's reads, which come back at once, or when the test says so, or are not taken.
class LateReads final : public store::HistoryReads {
public:
    explicit LateReads(store::HistoryReads& reads) : reads_(reads) {}
    bool read(std::function<std::function<void()>(store::History&)> job) override {
        if (refused) return false;
        return reads_.read([this, job = std::move(job)](store::History& history) {
            auto then = job(history);
            if (!late) return then;
            waiting.push_back(std::move(then));
            return std::function<void()>([] {});
        });
    }
    void come() {
        for (const auto& then : std::exchange(waiting, {})) then();
    }
    bool late = false, refused = false;
    std::vector<std::function<void()>> waiting;

private:
    store::HistoryReads& reads_;
};

inline constexpr auto url1 = "https://one.example/hook", url2 = "https://two.example/hook";
inline const std::string secret1 = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a restart makes anew.
struct Running {
    Running()
        : pool(
              {}, [](std::span<std::uint8_t> out) { std::ranges::fill(out, std::uint8_t{7}); },
              [this](pool::WallTime at) { return ids.next(at); }) {}
    pool::Ids ids;
    pool::Pool pool;
    std::optional<notify::Announcer> announcer;
    std::optional<notify::Outbox> outbox;
};

class Office {
public:
    /// Without chance in the pauses, so that times are literal.
    static notify::OutboxOptions steady() {
        notify::OutboxOptions options;
        options.jitter_permille = 0;
        options.host_in_flight_max = 1'000;
        return options;
    }
    explicit Office(notify::OutboxOptions options = steady()) : options_(std::move(options)) {
        start();
        must(pool().create_platform({.name = "shop"}, clock.now().wall));
    }

    void start() {
        live = std::make_unique<Running>();
        pool::Assembler assembler;
        pool::Duplicates duplicates;
        Restore memory(live->pool, assembler, duplicates, live->ids,
                       [](const std::string&) { return CarrierTimes{}; });
        store.load(memory);
        live->announcer.emplace(store, live->pool);
        live->outbox.emplace(
            options_, notify::Outbox::Parts{live->pool, live->ids, *live->announcer, reads, clock,
                                            poster, engine});
        live->announcer->join(*live->outbox);
        for (const pool::Delivery& delivery : memory.take_deliveries()) outbox().restore(delivery);
        outbox().start();
    }
    /// kill -9 and start again: answers to what was under way are lost, the store stays.
    void restart() {
        poster.posts.clear();
        reads.waiting.clear();
        live.reset();
        start();
    }

    pool::Id webhook(const std::string& url, pool::Webhook webhook = {}) {
        webhook.id = live->ids.next(clock.now().wall);
        webhook.platform = 1;
        webhook.url = url;
        webhook.secret = secret1;
        must(pool().put(webhook));
        return webhook.id;
    }
    pool::Event event(EventType type = EventType::message_received, pool::Id session = 0) {
        pool::Event event;
        event.id = live->ids.next(clock.now().wall);
        event.type = type;
        event.platform = 1;
        event.session = session;
        event.at = clock.now().wall;
        return event;
    }
    /// Records it; returns its id.
    pool::Id tell(pool::Event event) {
        const pool::Id id = event.id;
        must(pool::Changes{pool::EventAdded{std::move(event)}});
        return id;
    }
    pool::Id tell(pool::Id session = 0) {
        return tell(event(EventType::message_received, session));
    }

    void must(pool::Result<pool::Changes> changes) {
        REQUIRE(changes.has_value());
        live->announcer->commit(std::move(*changes),
                                [](std::error_code error) { REQUIRE_FALSE(error); });
    }
    /// Lets what was answered be recorded.
    void turn() { clock.advance(0ms); }
    void answer(const std::string& url, int status) {
        poster.answer(url, {.status = status});
        turn();
    }
    std::optional<pool::Delivery> delivery(pool::Id event, pool::Id webhook) {
        for (const pool::Delivery& one :
             store.history().deliveries(webhook, std::nullopt, event + 1, 1))
            if (one.event == event) return one;
        return std::nullopt;
    }
    DeliveryState state(pool::Id event, pool::Id webhook) {
        const auto found = delivery(event, webhook);
        REQUIRE(found.has_value());
        return found->state;
    }
    pool::Pool& pool() { return live->pool; }
    notify::Outbox& outbox() { return *live->outbox; }

    FakeClock clock;
    store::MemoryStore store;
    LateReads reads{store};
    FakePoster poster;
    std::mt19937_64 engine{1};
    std::unique_ptr<Running> live;

private:
    notify::OutboxOptions options_;
};

}  // namespace smppd::test
