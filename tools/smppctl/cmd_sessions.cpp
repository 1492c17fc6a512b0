// tools/smppctl/cmd_sessions.cpp - sessions: a number leased to a platform, shown, given back.
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/option_values.hpp"
#include "tools/smppctl/requests.hpp"

#include <iostream>

namespace smppd::ctl {
namespace {

Cell state_cell(const json::object& session) {
    const std::string state = text(session, "state");
    if (state == "active" || state == "verified") return {state, Tone::good};
    return {state, state == "failed" ? Tone::bad : Tone::plain};
}

bool has_number(const json::object& session) { return text(session, "ended_at").empty(); }

std::string left_text(const json::object& session) {
    const auto until = time(session, "expires_at");
    if (!until || !has_number(session)) return {};
    return duration_text(std::chrono::round<std::chrono::seconds>(*until - now()));
}

std::string code_status(const json::object& session) {
    const json::object* code = part(session, "code");
    return code ? text(*code, "status") : std::string{};
}

/// "received, 2026-11-24 17:00:03Z", with the code itself when `shown`.
std::string code_text(const json::object& session, bool shown) {
    const json::object* code = part(session, "code");
    if (!code) return {};
    std::string told = text(*code, "status");
    if (const std::string at = when(*code, "received_at"); !at.empty()) told += ", " + at;
    if (const std::string value = text(*code, "value"); shown && !value.empty())
        told += ": " + value;
    return told;
}

Table sessions_table(const json::array& items) {
    Table table{{{"SESSION"},
                 {"PLATFORM"},
                 {"NUMBER"},
                 {"STATE"},
                 {"CREATED"},
                 {"LEFT", Align::right},
                 {"ENDED"},
                 {"CODE"},
                 {"WORKFLOW"},
                 {"REFERENCE"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), text(one, "platform"), text(one, "number"), state_cell(one),
                   when(one, "created_at"), left_text(one), when(one, "ended_at"), code_status(one),
                   text(one, "workflow"), text(one, "reference")});
    }
    return table;
}

std::string session_text(const json::object& session, bool code, const Layout& layout) {
    Record record;
    const std::string left = left_text(session), senders = joined(session, "expected_senders");
    record.add("Session", text(session, "id"));
    record.add("Platform", text(session, "platform"));
    record.add("Number",
               text(session, "number") + (flag(session, "test") ? " (of the sandbox)" : ""));
    record.add("State", state_cell(session));
    record.add("Workflow", text(session, "workflow"));
    record.add("Code", code_text(session, code));
    record.add("Attempts left", count_text(session, "attempts_left"));
    record.add("Messages", count_text(session, "messages"));
    record.add("Senders", senders.empty() ? "any" : senders);
    record.add("Swaps", count_text(session, "swaps"));
    record.add("Created", when(session, "created_at"));
    record.add("Leased", when(session, "leased_at"));
    record.add("Expires", when(session, "expires_at") + (left.empty() ? "" : " (in " + left + ")"));
    record.add("Verified", when(session, "verified_at"));
    record.add("Ended", when(session, "ended_at"));
    record.add("Next step", text(session, "next_step"));
    record.add("Reference", text(session, "reference"));
    record.add("Task", text(session, "task"));
    return record.text(layout);
}

void print_session(const Tool& tool, const std::string& document, bool code = false) {
    print_object(tool, document, [&](const json::object& one) {
        return session_text(one, code, tool.console.layout());
    });
}

/// Codes on a command line are seen by others of the machine; "-" is for who minds.
std::string typed_code(const Proof& proof) {
    if (proof.code != "-") return proof.code;
    std::string line;
    std::getline(std::cin, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) throw Failure{Exit::usage, "standard input has no code in its first line"};
    return line;
}

}  // namespace

void sessions_allocate(const Tool& tool, const Allocation& allocation) {
    print_session(tool, send_json(tool, "POST", path({"sessions"}), allocation_body(allocation)));
}

void sessions_list(const Tool& tool, const SessionFilter& filter) {
    Query query;
    query.add("platform", filter.platform).add("state", filter.state);
    query.add("reference", filter.reference);
    print_list(tool, path({"sessions"}), query, filter.limit, sessions_table, "No sessions.");
}

void sessions_show(const Tool& tool, const OneSession& session) {
    print_session(tool, tool.client.get(path({"sessions", session.id})), session.text);
}

void sessions_extend(const Tool& tool, const Extension& extension) {
    const json::object body{{"ttl_seconds", seconds_of("--ttl", extension.ttl)}};
    print_session(tool, send_json(tool, "POST", path({"sessions", extension.id, "extend"}), body));
}

void sessions_swap(const Tool& tool, const NamedDestructive& session) {
    tool.console.confirm(
        "Swap the number of session " + session.name + "? The one that it has cools down.",
        session.yes);
    print_session(tool, send_json(tool, "POST", path({"sessions", session.name, "swap"})));
}

void sessions_verify(const Tool& tool, const Proof& proof) {
    const std::string document = send_json(tool, "POST", path({"sessions", proof.id, "verify"}),
                                           json::object{{"code", typed_code(proof)}});
    const json::object answer = object_of(document);
    if (tool.console.json()) tool.console.print_json(document);
    const std::string step = text(answer, "next_step");
    const std::string next = step.empty() ? "" : " Next step: " + escaped(step) + ".";
    if (!flag(answer, "success")) {
        const std::uint64_t left = count(answer, "attempts_left");
        throw Failure{Exit::failed, "the code is wrong; " + grouped(left) +
                                        (left == 1 ? " attempt is" : " attempts are") + " left." +
                                        next};
    }
    if (!tool.console.json()) tool.console.print("The code is right." + next + "\n");
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
