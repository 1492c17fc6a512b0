// daemon/http/api_trace.cpp - a message's story: every decision taken on it, in order, with times.
// Composed of the message's own fields, its parts and what was traced besides.
#include "daemon/http/handlers.hpp"
#include "daemon/http/messages.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

namespace json = boost::json;

struct Story {
    std::optional<pool::Message> message;
    std::vector<pool::Part> parts;
    std::vector<pool::TraceEntry> trace;
    std::optional<pool::Session> session;
};

struct Event {
    pool::WallTime at{};
    std::string event;
    std::string detail;
};

std::string number_of(std::uint64_t value) { return std::to_string(value); }

void add_arrival(std::vector<Event>& events, const Story& story) {
    const pool::Message& message = *story.message;
    const std::string from = "carrier=" + message.carrier + " bind=";
    if (message.parts_expected <= 1) {
        events.push_back({message.first_part_at, "received",
                          from + number_of(message.bind) +
                              " data_coding=" + number_of(message.data_coding) +
                              " esm_class=" + number_of(message.esm_class)});
        return;
    }
    // Of a message long settled the parts are gone; when it began is with the message.
    if (story.parts.empty())
        events.push_back({message.first_part_at, "part_received", from + number_of(message.bind)});
    for (const pool::Part& part : story.parts)
        events.push_back({part.arrived_at, "part_received",
                          from + number_of(part.bind) + " part=" + number_of(part.index) + "/" +
                              number_of(part.key.total) +
                              " reference=" + number_of(part.key.reference)});
}

/// Whose it is was decided when the first part arrived.
void add_ownership(std::vector<Event>& events, const Story& story, const pool::Pool& pool) {
    const pool::Message& message = *story.message;
    const std::string number =
        message.number == 0 ? std::string{} : "number=" + pool::to_text(message.number) + " ";
    if (message.unowned != pool::Unowned::no) {
        events.push_back({message.first_part_at, "unowned",
                          number + "reason=" + std::string{pool::name(message.unowned)}});
        return;
    }
    const pool::Platform* platform = pool.platform(message.owner.platform);
    std::string detail = number + "platform=" + (platform ? platform->name : "?");
    if (message.owner.session == 0) {
        detail += " by=assignment";
    } else if (story.session) {
        const pool::Session& session = *story.session;
        detail += " by=lease session=" + pool::token_text(session.token) +
                  " from=" + rfc3339(session.created_at) + " until=" + rfc3339(session.expires_at);
    } else {
        detail += " by=lease";
    }
    events.push_back({message.first_part_at, "owned", std::move(detail)});
}

void add_reading(std::vector<Event>& events, const pool::Message& message) {
    if (message.parts_expected > 1)
        events.push_back(
            {message.received_at, message.incomplete ? "assembly_given_up" : "assembled",
             "parts=" + number_of(message.parts) + "/" + number_of(message.parts_expected)});
    std::string detail = "data_coding=" + number_of(message.data_coding);
    if (message.is_text)
        detail += " characters=" + number_of(characters(message.text)) +
                  " lossy=" + (message.lossy ? "yes" : "no");
    else
        detail += " octets=" + number_of(message.octets.size());
    events.push_back(
        {message.received_at, message.is_text ? "decoded" : "kept_binary", std::move(detail)});
    events.push_back({message.received_at, "recorded", {}});
}

void add_end(std::vector<Event>& events, const pool::Message& message) {
    if (message.settled_at == pool::WallTime{}) return;
    events.push_back({message.settled_at, std::string{pool::name(message.state)},
                      "attempts=" + number_of(message.attempts)});
}

json::array told(const Story& story, const pool::Pool& pool) {
    std::vector<Event> events;
    add_arrival(events, story);
    add_ownership(events, story, pool);
    add_reading(events, *story.message);
    for (const pool::TraceEntry& entry : story.trace)
        events.push_back({entry.at, entry.event, entry.detail});
    add_end(events, *story.message);
    // Of the same time, they stay as they were added: in the order in which they happen.
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& one, const Event& other) { return one.at < other.at; });
    json::array list;
    for (const Event& event : events)
        list.push_back(json::object{
            {"at", time_json(event.at)}, {"event", event.event}, {"detail", event.detail}});
    return list;
}

}  // namespace

void explain_message(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto id = pool::parse_id(call->path[0]);
    if (!id) return call->fail(Kind::not_found, "A message's id has 16 hexadecimal digits.");
    auto query = [id = *id](store::History& history) {
        Story story;
        story.message = history.message(id, true);
        if (!story.message) return story;
        if (story.message->assembly != 0) story.parts = history.parts(story.message->assembly);
        story.trace = history.trace(id);
        for (const pool::Part& part : story.parts) {
            auto more = history.trace(part.id);
            std::move(more.begin(), more.end(), std::back_inserter(story.trace));
        }
        if (story.message->owner.session != 0)
            story.session = history.session(story.message->owner.session);
        return story;
    };
    read_history(call, std::move(query), [](const CallPtr& here, Story story) {
        if (!story.message || !message_visible(*here, *story.message))
            return here->fail(Kind::not_found,
                              "There is no message of this id, or its retention "
                              "has ended.");
        SessionsKnown sessions;
        if (story.session) sessions.emplace(story.session->id, *story.session);
        const pool::Pool& pool = here->context.pool;
        const json::object body{{"message", message_json(pool, sessions, *story.message, false)},
                                {"events", told(story, pool)}};
        here->answer(json_response(200, body));
    });
}

}  // namespace smppd::http
