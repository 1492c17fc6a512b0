// daemon/http/api_messages.cpp - messages and receipts: listed, followed, shown.
#include "daemon/http/access.hpp"
#include "daemon/http/followers.hpp"
#include "daemon/http/handlers.hpp"
#include "daemon/http/messages.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/notify/event_feed.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smppd::http {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> states{"waiting", "delivered", "unowned", "expired",
                                                 "kept"};

// Messages come in bursts. After one woke a follower it looks again a little later only, so that
// many followers cannot keep the reader busy message by message.
constexpr auto gather_for = 20ms;
constexpr auto read_again_after = 1s;  // the history reader's queue was full

/// What a list of messages is asked for.
struct Ask {
    store::MessageFilter filter;
    std::optional<std::string> session;  ///< by its public name
    pool::Id before = 0, after = 0;
    std::size_t limit = 50;
    std::chrono::seconds wait{0};
    bool follow = false;  ///< `after` was given: oldest first above it
    bool text = false;
};

struct Found {
    std::vector<pool::Message> messages;  ///< of a list up to one above the limit
    pool::Id reached = 0;                 ///< where who follows goes on
    bool more = false;                    ///< it looked at so many that it stopped before the end
    SessionsKnown sessions;
};

SessionsKnown sessions_of(store::History& history, const std::vector<pool::Message>& messages) {
    SessionsKnown sessions;
    for (const pool::Message& message : messages) {
        const pool::Id id = message.owner.session;
        if (id == 0 || sessions.contains(id)) continue;
        if (auto session = history.session(id)) sessions.emplace(id, std::move(*session));
    }
    return sessions;
}

/// Texts are opened for their length too; message_json() leaves them out unless asked for.
Found find(store::History& history, const Ask& ask) {
    Found found;
    if (ask.follow) {
        store::MessagePage page = history.messages_after(ask.filter, ask.after, ask.limit, true);
        found.messages = std::move(page.messages);
        found.reached = page.reached;
        found.more = page.more;
    } else {
        found.messages = history.messages(ask.filter, ask.before, ask.limit + 1, true);
    }
    found.sessions = sessions_of(history, found.messages);
    return found;
}

/// Who follows goes on above all that was looked at, others' messages too: among very many of those
/// a look ends without having found anything. "0" stands for the beginning.
std::string follow_on(const Ask& ask, const Found& found) {
    const pool::Id reached = std::max(ask.after, found.reached);
    return reached == 0 ? "0" : pool::id_text(reached);
}

Response render(const Call& call, const Ask& ask, Found found) {
    const bool more = !ask.follow && found.messages.size() > ask.limit;
    if (more) found.messages.resize(ask.limit);
    std::string next;
    if (ask.follow)
        next = follow_on(ask, found);
    else if (more)
        next = pool::id_text(found.messages.back().id);
    // The sandbox's are dropped after the page was read: a page may have fewer than its limit.
    boost::json::array items;
    for (const pool::Message& one : found.messages)
        if (message_visible(call, one))
            items.push_back(message_json(call.context.pool, found.sessions, one, ask.text));
    return list_response(std::move(items), next);
}

/// A long poll: looks, and while there is nothing waits for the feed, until its time is up.
class Follower : public std::enable_shared_from_this<Follower> {
public:
    Follower(CallPtr call, Ask ask)
        : call_(std::move(call)),
          ask_(std::move(ask)),
          place_(call_->state, call_->caller.platform) {}
    ~Follower() { unsubscribe(); }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    void start() {
        if (!place_.taken()) return too_many_follow(*call_);
        call_->responder->on_closed([self = shared_from_this()] {
            self->unsubscribe();
            self->call_->abandon();
        });
        call_->responder->wake_after(ask_.wait,
                                     [self = shared_from_this()] { self->time_is_up(); });
        look();
    }

private:
    // It subscribes before it reads: what is recorded while it reads wakes it too.
    void look() {
        if (call_->answered) return;
        woken_ = false;
        unsubscribe();
        subscribe();
        reading_ = true;
        auto job = [self = shared_from_this(),
                    ask = ask_](store::History& history) mutable -> std::function<void()> {
            return [here = std::move(self), found = find(history, ask)]() mutable {
                here->read(std::move(found));
            };
        };
        if (call_->context.history.read(std::move(job))) return;
        reading_ = false;
        look_after(read_again_after);
    }

    /// A session's and a platform's messages are events of theirs: by these only who waits for them
    /// is woken, however many others wait.
    void subscribe() {
        const auto wake = [self = shared_from_this()] {
            self->ticket_ = 0;
            self->woken_ = true;
            if (!self->reading_) self->look_soon();
        };
        store::EventFilter filter;
        filter.types = 1u << static_cast<unsigned>(pool::EventType::message_received);
        filter.session = ask_.filter.session;
        if (filter.session == 0) filter.platform = ask_.filter.platform;
        if (call_->context.events != nullptr && (filter.session != 0 || filter.platform != 0))
            event_ticket_ = call_->context.events->follow(filter, wake);
        if (!event_ticket_) ticket_ = call_->context.feed.next(wake);
    }

    void read(Found found) {
        reading_ = false;
        ask_.after = std::max(ask_.after, found.reached);
        if (!found.messages.empty() || up_) {
            answer(std::move(found));
        } else if (woken_ || found.more) {
            look_soon();
        }
    }

    void look_soon() { look_after(gather_for); }

    /// One look waits at a time, whatever wakes meanwhile.
    void look_after(std::chrono::milliseconds time) {
        if (call_->answered || std::exchange(look_waits_, true)) return;
        call_->responder->wake_after(time, [self = shared_from_this()] {
            self->look_waits_ = false;
            if (!self->reading_ && !self->up_) self->look();
        });
    }

    void time_is_up() {
        up_ = true;
        unsubscribe();
        if (!reading_) answer({});
    }

    void answer(Found found) {
        unsubscribe();
        const Context& context = call_->context;
        if (!still_good(call_->caller, context.pool, context.wall_now()))
            return no_longer_let_in(*call_);
        call_->answer(render(*call_, ask_, std::move(found)));
    }

    void unsubscribe() {
        if (ticket_ != 0) call_->context.feed.cancel(ticket_);
        ticket_ = 0;
        if (event_ticket_) call_->context.events->leave(*std::exchange(event_ticket_, {}));
    }

    CallPtr call_;
    Ask ask_;
    std::uint64_t ticket_ = 0;
    std::optional<notify::EventFeed::Ticket> event_ticket_;
    bool reading_ = false, woken_ = false, up_ = false, look_waits_ = false;
    Place place_;
};

void read_filter(const Call& call, Params& params, store::MessageFilter& filter) {
    filter.number = params.number("number").value_or(0);
    if (const auto state = params.choice("state", states))
        filter.state = static_cast<pool::MessageState>(*state);
    filter.carrier = params.text("carrier").value_or("");
    if (call.caller.test) filter.carrier = sandbox_carrier;
}

/// Nothing when it is answered already.
std::optional<Ask> read_ask(Call& call) {
    FieldErrors errors;
    Params params{call.target, errors};
    Ask ask;
    const auto platform = platform_for(call, params);
    if (!platform) return {};
    read_filter(call, params, ask.filter);
    ask.session = params.text("session");
    ask.filter.platform = *platform;
    ask.limit = params.page().limit;
    ask.before = params.id("cursor");
    const auto after = params.text("after");
    ask.follow = after.has_value();
    if (after && *after != "0") ask.after = params.id("after");
    if (after && params.text("cursor"))
        params.wrong("cursor", "cannot be used with after; pass next_cursor as after");
    const auto wait = params.integer("wait", {0, 60});
    if (wait && !after) params.wrong("wait", "needs after, the id of the last message seen");
    ask.wait = std::chrono::seconds{wait.value_or(0)};
    ask.text = params.boolean("text").value_or(false);
    params.finish();
    if (refused(call, std::move(errors))) return {};
    if (ask.text && refused_scope(call, pool::Scope::messages_text)) return {};
    return ask;
}

/// Answers, now or when something has come.
void serve(const CallPtr& call, const Ask& ask) {
    if (ask.wait > 0s) return std::make_shared<Follower>(call, ask)->start();
    read_history(
        call, [ask](store::History& history) { return find(history, ask); },
        [ask](const CallPtr& here, Found found) {
            here->answer(render(*here, ask, std::move(found)));
        });
}

}  // namespace

void list_messages(CallPtr call) {
    const auto asked = read_ask(*call);
    if (!asked) return;
    with_session_asked(call, asked->session, [ask = *asked](const CallPtr& here, pool::Id session) {
        Ask of_session = ask;
        of_session.filter.session = session;
        serve(here, of_session);
    });
}

void list_session_messages(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    Ask ask;
    ask.follow = true;  // oldest first, so that a poll goes on where the last one ended
    ask.limit = params.page().limit;
    const auto after = params.text("after");
    if (after && *after != "0") ask.after = params.id("after");
    ask.wait = std::chrono::seconds{params.integer("wait", {0, 60}).value_or(0)};
    ask.text = params.boolean("text").value_or(call->caller.may(pool::Scope::messages_text));
    params.finish();
    if (refused(*call, std::move(errors))) return;
    if (ask.text && refused_scope(*call, pool::Scope::messages_text)) return;
    with_session(call, [ask](const CallPtr& here, const pool::Session& session) {
        Ask of_session = ask;
        of_session.filter.session = session.id;
        of_session.filter.platform = session.platform;
        // Nothing of it is older than it is.
        if (ask.after == 0) of_session.after = session.id;
        serve(here, of_session);
    });
}

void get_message(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const bool text = params.boolean("text").value_or(false);
    params.finish();
    if (refused(*call, std::move(errors))) return;
    if (text && refused_scope(*call, pool::Scope::messages_text)) return;
    const auto id = pool::parse_id(call->path[0]);
    if (!id) return call->fail(Kind::not_found, "A message's id has 16 hexadecimal digits.");
    auto query = [id = *id](store::History& history) {
        Found found;
        if (auto message = history.message(id, true)) found.messages.push_back(std::move(*message));
        found.sessions = sessions_of(history, found.messages);
        return found;
    };
    read_history(call, std::move(query), [text](const CallPtr& here, const Found& found) {
        if (found.messages.empty() || !message_visible(*here, found.messages.front()))
            return here->fail(Kind::not_found,
                              "There is no message of this id, or its retention "
                              "has ended.");
        here->answer(json_response(
            200, message_json(here->context.pool, found.sessions, found.messages.front(), text)));
    });
}

void list_receipts(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const std::string carrier = params.text("carrier").value_or("");
    const std::size_t limit = params.page().limit;
    const pool::Id before = params.id("cursor");
    params.finish();
    if (refused(*call, std::move(errors))) return;
    auto query = [carrier, before, limit](store::History& history) {
        return history.receipts(carrier, before, limit + 1);
    };
    read_history(call, std::move(query),
                 [limit](const CallPtr& here, std::vector<pool::ReceiptRecord> found) {
                     here->answer(read_page(
                         std::move(found), limit,
                         [](const pool::ReceiptRecord& one) { return pool::id_text(one.id); },
                         receipt_json));
                 });
}

}  // namespace smppd::http
