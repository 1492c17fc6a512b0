// tools/smppctl/cmd_number_states.cpp - numbers taken in and out of use, and what they were used
// for.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/number_loop.hpp"
#include "tools/smppctl/option_values.hpp"
#include "tools/smppctl/requests.hpp"

namespace smppd::ctl {
namespace {

/// All numbers that begin with `prefix`.
std::vector<std::string> numbers_with(const Tool& tool, const std::string& prefix) {
    std::vector<std::string> numbers;
    std::string cursor;
    do {
        Query query;
        query.add("prefix", prefix).add("limit", "1000").add("cursor", cursor);
        const json::object page = object_of(tool.client.get(path({"numbers"}) + query.text()));
        if (const json::array* items = list(page, "items"))
            for (const json::value& item : *items)
                if (item.is_object()) numbers.push_back(text(item.as_object(), "number"));
        cursor = text(page, "next_cursor");
    } while (!cursor.empty());
    return numbers;
}

/// Those that are named, or all with the prefix.
std::vector<std::string> meant(const Tool& tool, const std::vector<std::string>& named,
                               const std::string& prefix) {
    if (named.empty() == prefix.empty())
        throw Failure{Exit::usage, "name numbers, or all that begin alike with --prefix; not both"};
    if (prefix.empty()) return named;
    std::vector<std::string> numbers = numbers_with(tool, prefix);
    if (numbers.empty()) throw Failure{Exit::not_found, "no number begins with " + escaped(prefix)};
    return numbers;
}

void confirm(const Tool& tool, const NumberStates& states,
             const std::vector<std::string>& numbers) {
    // One number that is named, and nothing is taken away: there is nothing to ask.
    const bool harmless = states.state == "available" || states.state == "reserved";
    if (harmless && numbers.size() == 1 && states.prefix.empty()) return;
    const std::string what =
        numbers.size() == 1 ? numbers.front() : grouped(numbers.size()) + " numbers";
    const std::string which = states.prefix.empty() ? "" : " that begin with " + states.prefix;
    tool.console.confirm("Make " + what + which + " " + states.state + "?", states.yes);
}

/// What became of a number: a leased one keeps its lease.
std::string told(const json::object& number) {
    const std::string until = when(number, "cool_until"), later = text(number, "after_lease");
    std::string line = escaped(text(number, "number")) + " is " + escaped(text(number, "state"));
    if (!until.empty()) line += " until " + until;
    if (!later.empty()) line += ", and " + escaped(later) + " after its lease";
    return line + ".\n";
}

Table usage_table(const json::array& items) {
    Table table{{{"SESSION"},
                 {"PLATFORM"},
                 {"STATE"},
                 {"LEASED"},
                 {"ENDED"},
                 {"WORKFLOW"},
                 {"MESSAGES", Align::right}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), text(one, "platform"), text(one, "state"),
                   when(one, "leased_at"), when(one, "ended_at"), text(one, "workflow"),
                   count_text(one, "messages")});
    }
    return table;
}

}  // namespace

void numbers_set_state(const Tool& tool, const NumberStates& states) {
    const std::vector<std::string> numbers = meant(tool, states.numbers, states.prefix);
    confirm(tool, states, numbers);
    const bool each = states.prefix.empty() || tool.console.json();
    std::uint64_t done = 0;
    for_each_number(tool, numbers, [&](const std::string& number) {
        const std::string document = send_json(tool, "PATCH", path({"numbers", number}),
                                               json::object{{"state", states.state}});
        ++done;
        if (each) return print_object(tool, document, told);
        tool.console.progress(grouped(done) + " of " + grouped(numbers.size()));
    });
    tool.console.clear_progress();
    if (!each)
        tool.console.print(grouped(done) + (done == 1 ? " number is " : " numbers are ") +
                           states.state + ", leased ones after their lease.\n");
}

void numbers_update(const Tool& tool, const NumberUpdate& update) {
    const json::object body = number_changes(update);
    const std::vector<std::string> numbers = meant(tool, update.numbers, update.prefix);
    if (!update.prefix.empty())
        tool.console.confirm(
            "Change " + grouped(numbers.size()) + " numbers that begin with " + update.prefix + "?",
            update.yes);
    const bool each = update.prefix.empty() || tool.console.json();
    std::uint64_t done = 0;
    for_each_number(tool, numbers, [&](const std::string& number) {
        const std::string document = send_json(tool, "PATCH", path({"numbers", number}), body);
        ++done;
        if (each)
            return print_object(tool, document, [](const json::object& one) {
                return escaped(text(one, "number")) + " is changed.\n";
            });
        tool.console.progress(grouped(done) + " of " + grouped(numbers.size()));
    });
    tool.console.clear_progress();
    if (!each)
        tool.console.print(grouped(done) + (done == 1 ? " number is" : " numbers are") +
                           " changed.\n");
}

void numbers_quarantine(const Tool& tool, const Quarantine& quarantine) {
    json::object body{{"seconds", seconds_of("--for", quarantine.time)}};
    if (!quarantine.reason.empty()) body["reason"] = quarantine.reason;
    for_each_number(tool, quarantine.numbers, [&](const std::string& number) {
        print_object(tool, send_json(tool, "POST", path({"numbers", number, "quarantine"}), body),
                     told);
    });
}

void numbers_usage(const Tool& tool, const NumberUsage& usage) {
    print_list(tool, path({"numbers", plus_number(usage.number), "usage"}), {}, usage.limit,
               usage_table, "It was not leased.");
}

}  // namespace smppd::ctl
