// tools/smppctl/cmd_sessions.cpp - sessions: a number leased to a platform, shown, given back.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"

namespace smppd::ctl {
namespace {

Cell state_cell(const json::object& session) {
    const std::string state = text(session, "state");
    return {state, state == "active" ? Tone::good : Tone::plain};
}

std::string left_text(const json::object& session) {
    const auto until = time(session, "expires_at");
    if (!until || text(session, "state") != "active") return {};
    return duration_text(std::chrono::round<std::chrono::seconds>(*until - now()));
}

Table sessions_table(const json::array& items) {
    Table table{{{"SESSION"},
                 {"PLATFORM"},
                 {"NUMBER"},
                 {"STATE"},
                 {"CREATED"},
                 {"LEFT", Align::right},
                 {"ENDED"},
                 {"REFERENCE"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), text(one, "platform"), text(one, "number"), state_cell(one),
                   when(one, "created_at"), left_text(one), when(one, "ended_at"),
                   text(one, "reference")});
    }
    return table;
}

std::string session_text(const json::object& session, const Layout& layout) {
    Record record;
    const std::string left = left_text(session);
    record.add("Session", text(session, "id"));
    record.add("Platform", text(session, "platform"));
    record.add("Number", text(session, "number"));
    record.add("State", state_cell(session));
    record.add("Created", when(session, "created_at"));
    record.add("Expires", when(session, "expires_at") + (left.empty() ? "" : " (in " + left + ")"));
    record.add("Ended", when(session, "ended_at"));
    record.add("Reference", text(session, "reference"));
    return record.text(layout);
}

}  // namespace

void sessions_allocate(const Tool& tool, const Allocation& allocation) {
    json::object body{{"platform", allocation.platform}};
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) body[name] = value;
    };
    put("country", allocation.country);
    put("area", allocation.area);
    put("carrier", allocation.carrier);
    put("tag", allocation.tag);
    put("reference", allocation.reference);
    if (!allocation.number.empty()) body["number"] = plus_number(allocation.number);
    if (!allocation.ttl.empty()) {
        const auto ttl = parse_duration(allocation.ttl);
        if (!ttl)
            throw Failure{Exit::usage, "--ttl: \"" + escaped(allocation.ttl) +
                                           "\" is no duration; write 90s, 10m, 1h30m or 7d"};
        body["ttl_seconds"] = ttl->count();
    }
    print_object(tool, send_json(tool, "POST", path({"sessions"}), body),
                 [&](const json::object& one) { return session_text(one, tool.console.layout()); });
}

void sessions_list(const Tool& tool, const SessionFilter& filter) {
    Query query;
    query.add("platform", filter.platform).add("state", filter.state);
    print_list(tool, path({"sessions"}), query, filter.limit, sessions_table, "No sessions.");
}

void sessions_show(const Tool& tool, const Named& session) {
    print_object(tool, tool.client.get(path({"sessions", session.name})),
                 [&](const json::object& one) { return session_text(one, tool.console.layout()); });
}

void sessions_release(const Tool& tool, const NamedDestructive& session) {
    tool.console.confirm("Release session " + session.name +
                             "? Its number cools down and is lost "
                             "to the platform.",
                         session.yes);
    send_json(tool, "DELETE", path({"sessions", session.name}));
    if (!tool.console.json()) tool.console.print("Released " + escaped(session.name) + ".\n");
}

}  // namespace smppd::ctl
