// tools/smppctl/cmd_workflows.cpp - workflows and mappings of the configuration file; the sandbox.
#include "tools/smppctl/commands_api.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/sandbox_text.hpp"

namespace smppd::ctl {
namespace {

std::string seconds_text(const json::object& object, std::string_view name) {
    return duration_text(std::chrono::seconds{static_cast<std::int64_t>(count(object, name))});
}

std::string or_any(const std::string& value) {
    return value.empty() || value == "*" ? "any" : value;
}

std::string code_text(const json::object& workflow) {
    const json::object* code = part(workflow, "code");
    if (!code) return {};
    const std::uint64_t least = count(*code, "length_min"), most = count(*code, "length_max");
    return std::to_string(least) + (most == least ? "" : "-" + std::to_string(most)) +
           (flag(*code, "letters") ? " letters and digits" : " digits");
}

Table workflows_table(const json::array& items) {
    Table table{{{"WORKFLOW"},
                 {"DIRECTION"},
                 {"TTL", Align::right},
                 {"TTL MAX", Align::right},
                 {"CODE"},
                 {"ATTEMPTS", Align::right},
                 {"SWAPS", Align::right},
                 {"REGIONS"},
                 {"SENDERS"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "name"), text(one, "direction"), seconds_text(one, "ttl_seconds"),
                   seconds_text(one, "ttl_max_seconds"), code_text(one),
                   count_text(one, "attempts"), count_text(one, "swaps_max"),
                   or_any(joined(one, "regions")), or_any(joined(one, "expected_senders"))});
    }
    return table;
}

std::string cool_down_text(const json::object& workflow, std::string_view name) {
    const json::value* value = workflow.if_contains(name);
    if (!value || value->is_null()) return "as the pool's";
    return count(workflow, name) == 0 ? "none" : seconds_text(workflow, name);
}

std::string workflow_text(const json::object& workflow, const Layout& layout) {
    Record record;
    record.add("Workflow", text(workflow, "name"));
    record.add("Direction", text(workflow, "direction"));
    record.add("Lasts", seconds_text(workflow, "ttl_seconds") + ", with extensions at most " +
                            seconds_text(workflow, "ttl_max_seconds"));
    record.add("Regions", or_any(joined(workflow, "regions")));
    record.add("Carrier", or_any(text(workflow, "carrier")));
    record.add("Tag", or_any(text(workflow, "tag")));
    record.add("Isolation group", text(workflow, "isolation_group"));
    record.add("Code", code_text(workflow));
    record.add("Senders", or_any(joined(workflow, "expected_senders")));
    record.add("Attempts", count_text(workflow, "attempts"));
    record.add("Swaps", count_text(workflow, "swaps_max"));
    const std::string release = joined(workflow, "release_on");
    record.add("Released when", release.empty() ? "its time is up" : release);
    record.add("Rotation", text(workflow, "rotation"));
    record.add("Cool-down", cool_down_text(workflow, "cool_down_seconds") + ", for one brand " +
                                cool_down_text(workflow, "brand_cool_down_seconds"));
    record.add("Elevated", yes_no(flag(workflow, "elevated")));
    if (const json::object* next = part(workflow, "next_step"))
        for (const auto& [state, step] : *next)
            if (step.is_string())
                record.add("When " + std::string{state}, std::string{step.get_string().c_str()});
    return record.text(layout);
}

std::string actions_text(const json::object& mapping) {
    std::string told;
    const json::object* actions = part(mapping, "actions");
    if (!actions) return told;
    for (const auto& [event, action] : *actions)
        told += (told.empty() ? "" : ", ") + std::string{event} + " " + text(*actions, event);
    return told;
}

Table mappings_table(const json::array& items) {
    Table table{{{"MAPPING"}, {"PLATFORM"}, {"ACTIONS"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "name"), text(one, "platform"), actions_text(one)});
    }
    return table;
}

std::string sandbox_json() {
    json::array all;
    for (const SandboxOutcome& one : sandbox_outcomes)
        all.push_back(
            json::object{{"area", one.area},
                         {"first_number", sandbox_number(one.outcome)},
                         {"last_number", sandbox_number(one.outcome, sandbox_numbers_each)},
                         {"brings", one.what}});
    return json::serialize(json::object{{"code", sandbox_code}, {"outcomes", std::move(all)}});
}

}  // namespace

void workflows_list(const Tool& tool, const Limited& limited) {
    print_list(tool, path({"workflows"}), {}, limited.limit, workflows_table,
               "No workflows; they stand in the configuration file, under \"workflows\".");
}

void workflows_show(const Tool& tool, const Named& workflow) {
    print_object(
        tool, tool.client.get(path({"workflows", workflow.name})),
        [&](const json::object& one) { return workflow_text(one, tool.console.layout()); });
}

void mappings_list(const Tool& tool, const NoOptions&) {
    const std::string document = tool.client.get(path({"mappings"}));
    if (tool.console.json()) return tool.console.print_json(document);
    const json::object page = object_of(document);
    const json::array* items = list(page, "items");
    if (!items || items->empty())
        return tool.console.note(
            "No mappings; they stand in the configuration file, under \"mappings\".");
    tool.console.print(mappings_table(*items).text(tool.console.layout()));
}

void tasks_post(const Tool& tool, const TaskEvent& event) {
    json::error_code error;
    const json::value body = json::parse(contents_of(event.file), error);
    if (error)
        throw Failure{Exit::usage,
                      (event.file == "-" ? std::string{"standard input"} : escaped(event.file)) +
                          " is no JSON: " + error.message()};
    Query query;
    query.add("mapping", event.mapping);
    // The answer has the mapping's field names: there is no other form for it.
    tool.console.print_json(
        send_json(tool, "POST", path({"tasks", event.task, "events"}) + query.text(), body));
}

void sandbox(const Tool& tool, const NoOptions&) {
    if (tool.console.json()) return tool.console.print_json(sandbox_json());
    Table table{{{"AREA"}, {"NUMBERS"}, {"WHAT A LEASED ONE BRINGS"}}};
    for (const SandboxOutcome& one : sandbox_outcomes)
        table.add({std::string{one.area},
                   sandbox_number(one.outcome) + " to " +
                       sandbox_number(one.outcome, sandbox_numbers_each).substr(7),
                   std::string{one.what}});
    tool.console.print(
        "The sandbox simulates a carrier, with numbers of its own in the country ZZ. The number\n"
        "decides what comes, the same every time: +999, three digits for what happens, six that\n"
        "count. Every code is " +
        std::string{sandbox_code} + ".\n\n" +
        table.text({.columns = 0, .colour = tool.console.layout().colour}) +
        "\nKeys made with --test see the sandbox alone; other callers add --test:\n"
        "  smppctl sessions allocate acme --test --area late\n"
        "  smppctl sessions messages ses_... -f --text\n"
        "  smppctl sessions verify ses_... " +
        std::string{sandbox_code} + "\n");
}

}  // namespace smppd::ctl
