// tools/smppctl/cmd_events.cpp - events: those of the last time, and those to come.
#include "tools/smppctl/commands_api.hpp"
#include "tools/smppctl/event_line.hpp"
#include "tools/smppctl/event_stream.hpp"
#include "tools/smppctl/option_values.hpp"

#include "pool/ids.hpp"

#include <thread>

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;

constexpr auto since_default = 3600s;
constexpr auto page_of = "1000";
constexpr auto silence_max = 45s;  // the daemon says something every 15 s
constexpr auto try_again = 2s;

/// The name of the first event that there can be at `time`: ids sort by time.
std::string event_at(Time time) { return "evt_" + pool::id_text(pool::first_id_at(time)); }

Query query_of(const EventFilter& filter) {
    std::string types;
    for (const std::string& type : filter.types) types += (types.empty() ? "" : ",") + type;
    Query query;
    query.add("platform", filter.platform).add("session", filter.session).add("types", types);
    return query;
}

void print_event(const Tool& tool, const json::object& event, const EventFilter& filter) {
    if (tool.console.json())
        tool.console.print_json(json::serialize(filter.text ? event : without_texts(event)));
    else
        tool.console.print(event_line(event, filter.text, tool.console.layout().colour) + '\n');
}

/// Those from `after` on up to now, page by page; how many there were.
std::uint64_t print_past(const Tool& tool, const EventFilter& filter, std::string after) {
    const std::string end = event_at(now());
    std::uint64_t shown = 0;
    while (true) {
        Query query = query_of(filter);
        query.add("after", after).add("limit", page_of);
        const json::object page = object_of(tool.client.get(path({"events"}) + query.text()));
        if (const json::array* items = list(page, "items"))
            for (const json::value& item : *items)
                if (item.is_object()) {
                    print_event(tool, item.as_object(), filter);
                    ++shown;
                }
        const std::string next = text(page, "next_cursor");
        if (next.empty() || next == after || next >= end) return shown;
        after = next;
    }
}

/// How far a stream was followed.
struct Progress {
    std::string after;   ///< the last event that was seen; empty: none
    bool heard = false;  ///< the daemon has answered
};

/// Prints what comes until the stream ends.
void read_stream(const Tool& tool, const EventFilter& filter, Progress& progress) {
    Query query = query_of(filter);
    query.add("after", progress.after);
    Request request;
    request.target = path({"events"}) + query.text();
    request.accept = "text/event-stream";
    request.timeout = silence_max;
    EventStream stream;
    tool.client.stream(request, [&](std::string_view piece) {
        progress.heard = true;
        for (const StreamEvent& event : stream.feed(piece)) {
            print_event(tool, object_of(event.data), filter);
            if (!event.id.empty()) progress.after = event.id;
        }
    });
}

/// A daemon that is restarted is waited for, and nothing is missed meanwhile.
[[noreturn]] void follow(const Tool& tool, const EventFilter& filter, const std::string& after) {
    const std::string start = event_at(now());
    Progress progress{after};
    while (true) {
        try {
            read_stream(tool, filter, progress);
        } catch (const Failure& failure) {
            if (!is_away(failure) || !progress.heard) throw;
            tool.console.progress("smppd is away; waiting for it to come back.");
        }
        if (progress.after.empty()) progress.after = start;
        std::this_thread::sleep_for(try_again);
    }
}

}  // namespace

void events_tail(const Tool& tool, const EventFilter& filter) {
    std::string after;
    if (!filter.since.empty())
        after = event_at(now() - std::chrono::seconds{seconds_of("--since", filter.since)});
    if (filter.follow) follow(tool, filter, after);
    if (after.empty()) after = event_at(now() - since_default);
    if (print_past(tool, filter, after) == 0 && !tool.console.json())
        tool.console.note(filter.since.empty() ? "No events in the last hour." : "No events.");
}

}  // namespace smppd::ctl
