// daemon/http/api_events.cpp - events, followed: as a stream of server-sent events, or by long
// poll. Source: HTML standard, Server-sent events.
#include "daemon/http/access.hpp"
#include "daemon/http/followers.hpp"
#include "daemon/http/handlers.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/notify/event_json.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr auto heartbeat_each = 15s;
constexpr auto read_again_after = 1s;     // the history reader's queue was full
constexpr std::size_t replay_page = 200;  // events

/// What is asked for.
struct Ask {
    store::EventFilter filter;
    std::optional<std::string> session;  ///< by its public name
    pool::Id after = 0;
    bool replay = false;  ///< from `after` on; else what comes from now on
    bool poll = false;
    std::chrono::seconds wait{0};
    std::size_t limit = 50;
    bool text = false;
};

std::string platform_name(const Context& context, pool::PlatformId id) {
    const pool::Platform* platform = id == 0 ? nullptr : context.pool.platform(id);
    return platform ? platform->name : std::string{};
}

json::object shown(const Context& context, const pool::Event& event, bool secrets) {
    const std::string platform = platform_name(context, event.platform);
    return notify::event_json(event, {.platform = platform, .secrets = secrets});
}

/// What a stream and a long poll have in common: they join the feed, then read the store up to its
/// end, then take from the feed what came meanwhile; so nothing falls between the two.
class Follower : public std::enable_shared_from_this<Follower> {
public:
    Follower(CallPtr call, const Ask& ask)
        : call_(std::move(call)),
          ask_(ask),
          seen_(ask.after),
          place_(call_->state, call_->caller.platform) {}
    virtual ~Follower() { leave(); }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    void start() {
        if (!place_.taken()) return too_many_follow(*call_);
        ticket_ = feed().follow(ask_.filter, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && !self->reading_) self->take();
        });
        if (!ticket_) return call_->fail(Kind::busy, "Too many follow events already.");
        call_->responder->on_closed([self = shared_from_this()] {
            self->leave();
            self->call_->abandon();
        });
        if (!ask_.replay) seen_ = call_->context.ids.last();
        begin();
    }

protected:
    virtual void begin() = 0;
    /// Events in their order, none of them seen before.
    virtual void found(const std::vector<const pool::Event*>& events) = 0;
    /// The key is no longer good.
    virtual void let_go() = 0;
    /// The store was read to its end, or for as much as is wanted now; false: no more for now.
    virtual bool goes_on() = 0;

    notify::EventFeed& feed() { return *call_->context.events; }
    bool over() const noexcept { return !ticket_; }
    void leave() {
        if (ticket_) feed().leave(*std::exchange(ticket_, std::nullopt));
    }

    void read_store() {
        if (over()) return;
        reading_ = true;
        auto job = [self = shared_from_this(), filter = ask_.filter, after = seen_,
                    limit = ask_.poll ? ask_.limit : replay_page,
                    text = ask_.text](store::History& history) mutable -> std::function<void()> {
            auto page = history.events_after(filter, after, limit, text);
            return [here = std::move(self), page = std::move(page)] { here->read(page); };
        };
        if (call_->context.history.read(std::move(job))) return;
        call_->responder->wake_after(read_again_after,
                                     [self = shared_from_this()] { self->read_store(); });
    }

    /// What the feed has gathered. After a replay only: what it held before is in the store.
    void take() {
        if (over()) return;
        const auto batch = feed().take(*ticket_);
        if (batch.behind) return read_store();
        std::vector<const pool::Event*> events;
        for (const notify::EventPtr& one : batch.events)
            if (one->id > seen_) events.push_back(one.get());
        tell(events);
    }

    CallPtr call_;
    Ask ask_;
    pool::Id seen_;  ///< all up to this one were told, or are none of what is asked for
    bool reading_ = false;

private:
    void read(const store::EventPage& page) {
        if (over()) return;
        std::vector<const pool::Event*> events;
        for (const pool::Event& one : page.events) events.push_back(&one);
        tell(events);
        seen_ = std::max(seen_, page.reached);
        if (over()) return;
        if (page.more && goes_on()) return read_store();
        if (page.more) return;
        reading_ = false;
        take();
    }

    void tell(const std::vector<const pool::Event*>& events) {
        // A key that was revoked or ran out meanwhile is told nothing more.
        const Context& context = call_->context;
        if (!events.empty() && !still_good(call_->caller, context.pool, context.wall_now())) {
            leave();
            return let_go();
        }
        if (!events.empty()) seen_ = std::max(seen_, events.back()->id);
        found(events);
    }

    std::optional<notify::EventFeed::Ticket> ticket_;
    Place place_;
};

class Stream final : public Follower {
public:
    using Follower::Follower;

private:
    std::shared_ptr<Stream> self() { return std::static_pointer_cast<Stream>(shared_from_this()); }

    void begin() override {
        Response head;
        head.content_type = "text/event-stream";
        // A comment, so that the client (and what stands between) knows that it is connected.
        head.body = ": follows\n\n";
        head.headers.emplace_back("x-accel-buffering", "no");
        call_->begin(std::move(head));
        beat_later();
        if (ask_.replay) return read_store();
    }

    void found(const std::vector<const pool::Event*>& events) override {
        std::string frames;
        for (const pool::Event* event : events) {
            frames += "id: " + notify::event_name(event->id) + "\nevent: ";
            frames += pool::name(event->type);
            frames += "\ndata: " + json::serialize(shown(call_->context, *event, ask_.text));
            frames += "\n\n";
        }
        // Who lags too far is disconnected, and reads on from Last-Event-ID when it comes back.
        if (!frames.empty() && !call_->responder->write(std::move(frames))) leave();
    }

    void let_go() override { call_->responder->end(); }

    /// The next page is read when this one has gone out: a replay must not outrun its reader.
    bool goes_on() override {
        call_->responder->when_sent([me = self()] { me->read_store(); });
        return false;
    }

    void beat_later() {
        call_->responder->wake_after(heartbeat_each, [me = self()] { me->beat(); });
    }

    void beat() {
        if (over()) return;
        const Context& context = call_->context;
        if (!still_good(call_->caller, context.pool, context.wall_now())) {
            leave();
            return let_go();
        }
        if (!call_->responder->write(":\n\n")) return leave();
        beat_later();
    }
};

class Poll final : public Follower {
public:
    using Follower::Follower;

private:
    void begin() override {
        call_->responder->wake_after(ask_.wait, [weak = weak_from_this()] {
            const auto self = std::static_pointer_cast<Poll>(weak.lock());
            if (self && !self->over()) self->answer({});
        });
        read_store();
    }

    void found(const std::vector<const pool::Event*>& events) override {
        if (events.empty()) return;
        // As many as were asked for; the rest is found by the next call.
        std::vector<const pool::Event*> first = events;
        if (first.size() > ask_.limit) first.resize(ask_.limit);
        seen_ = first.back()->id;
        answer(first);
    }

    bool goes_on() override { return true; }
    void let_go() override { no_longer_let_in(*call_); }

    void answer(const std::vector<const pool::Event*>& events) {
        leave();
        json::array items;
        for (const pool::Event* event : events)
            items.push_back(shown(call_->context, *event, ask_.text));
        const std::string next = seen_ == 0 ? "0" : notify::event_name(seen_);
        call_->answer(list_response(std::move(items), next));
    }
};

/// Without waiting: one look at the store.
void look(const CallPtr& call, const Ask& ask) {
    auto query = [ask](store::History& history) {
        return history.events_after(ask.filter, ask.after, ask.limit, ask.text);
    };
    read_history(call, std::move(query), [ask](const CallPtr& here, const store::EventPage& page) {
        json::array items;
        pool::Id reached = std::max(ask.after, page.reached);
        for (const pool::Event& event : page.events) {
            items.push_back(shown(here->context, event, ask.text));
            reached = std::max(reached, event.id);
        }
        const std::string next = reached == 0 ? "0" : notify::event_name(reached);
        here->answer(list_response(std::move(items), next));
    });
}

std::uint32_t read_types(Params& params) {
    const auto list = params.text("types", 512);
    if (!list) return 0;
    std::uint32_t types = 0;
    std::string_view rest = *list;
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        const auto type = pool::parse_event_type(name);
        if (type)
            types |= std::uint32_t{1} << static_cast<unsigned>(*type);
        else
            params.wrong("types", "\"" + std::string{name} + "\" is no type of events");
    }
    return types;
}

void read_after(const Call& call, Params& params, Ask& ask) {
    // A browser that comes back sends the header beside the parameters that it began with.
    const auto parameter = params.text("after");
    const std::string header{call.request.header("last-event-id")};
    const std::string after = header.empty() ? parameter.value_or("") : header;
    ask.replay = !after.empty() || ask.poll;
    if (after.empty() || after == "0") return;
    const auto id = notify::parse_event_name(after);
    if (id)
        ask.after = *id;
    else
        params.wrong(header.empty() ? "after" : "Last-Event-ID",
                     "must be the id of an event, as evt_…, or 0 for the oldest that is kept");
}

/// Nothing when it is answered already.
std::optional<Ask> read_ask(Call& call) {
    FieldErrors errors;
    Params params{call.target, errors};
    Ask ask;
    const auto wait = params.integer("wait", {0, 60});
    const std::string_view accept = call.request.header("accept");
    ask.poll = wait || (accept.find("application/json") != std::string_view::npos &&
                        accept.find("text/event-stream") == std::string_view::npos);
    ask.wait = std::chrono::seconds{wait.value_or(0)};
    ask.limit = static_cast<std::size_t>(params.integer("limit", {1, 1000}).value_or(50));
    ask.text = call.caller.may(pool::Scope::messages_text);
    const auto platform = platform_for(call, params);
    if (!platform) return {};
    ask.filter.platform = *platform;
    if (call.caller.test || call.caller.platform != 0) ask.filter.test = call.caller.test;
    ask.filter.types = read_types(params);
    ask.session = params.text("session");
    read_after(call, params, ask);
    params.finish();
    if (refused(call, std::move(errors))) return {};
    return ask;
}

void serve(const CallPtr& call, const Ask& ask) {
    if (ask.poll && ask.wait == 0s) return look(call, ask);
    if (!call->context.events)
        return call->fail(Kind::busy, "Events are not followed at the moment.");
    if (ask.poll) return std::make_shared<Poll>(call, ask)->start();
    std::make_shared<Stream>(call, ask)->start();
}

}  // namespace

void stream_events(CallPtr call) {
    const auto asked = read_ask(*call);
    if (!asked) return;
    with_session_asked(call, asked->session, [ask = *asked](const CallPtr& here, pool::Id session) {
        Ask of_session = ask;
        of_session.filter.session = session;
        serve(here, of_session);
    });
}

}  // namespace smppd::http
