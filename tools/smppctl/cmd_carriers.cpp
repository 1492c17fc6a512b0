// tools/smppctl/cmd_carriers.cpp - carriers and binds: seen, stopped, started, disconnected.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"

#include <array>
#include <charconv>

namespace smppd::ctl {
namespace {

Cell state_cell(const json::object& carrier) {
    const std::uint64_t bound = count(carrier, "binds_bound"), all = count(carrier, "binds");
    const std::string share = grouped(bound) + "/" + grouped(all);
    if (flag(carrier, "stopped")) return {"stopped", Tone::warning};
    if (flag(carrier, "draining")) return {"draining " + share, Tone::warning};
    if (all == 0) return {"no binds", Tone::warning};
    if (bound == all) return {"bound " + share, Tone::good};
    return bound == 0 ? Cell{"down " + share, Tone::bad} : Cell{"partly " + share, Tone::warning};
}

Cell alarm_cell(const json::object& carrier) { return {text(carrier, "alarm"), Tone::bad}; }

/// "12.345 ms"; empty for none.
std::string round_trip(const json::object& object) {
    const json::value* time = object.if_contains("round_trip_ms");
    if (time == nullptr || !time->is_number()) return {};
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
                                            time->to_number<double>(), std::chars_format::fixed, 3);
    return error == std::errc{} ? std::string(digits.data(), end) + " ms" : std::string{};
}

Table carriers_table(const json::array& items) {
    Table table{{{"CARRIER"},
                 {"STATE"},
                 {"MESSAGES", Align::right},
                 {"RECEIPTS", Align::right},
                 {"DUPLICATES", Align::right},
                 {"UNOWNED", Align::right},
                 {"LAST MESSAGE"},
                 {"ALARM"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "name"), state_cell(one), count_text(one, "messages"),
                   count_text(one, "receipts"), count_text(one, "duplicates"),
                   count_text(one, "unowned"), when(one, "last_message_at"), alarm_cell(one)});
    }
    return table;
}

/// "bound", or why it is not.
Cell bind_state(const json::object& bind) {
    const std::string state = text(bind, "state");
    if (state == "bound") return {state, Tone::good};
    if (const auto next = time(bind, "next_attempt_at"); next && *next > now())
        return {state + ", again in " + duration_text(*next - now()), Tone::warning};
    return {state, Tone::warning};
}

std::string age(const json::object& object, std::string_view name) {
    const auto since = time(object, name);
    if (!since) return {};
    return duration_text(std::chrono::floor<std::chrono::seconds>(now() - *since));
}

Table binds_table(const json::array& items) {
    Table table{{{"ID"},
                 {"PEER"},
                 {"TYPE"},
                 {"STATE"},
                 {"SINCE"},
                 {"ADDRESS"},
                 {"ROUND TRIP", Align::right},
                 {"MESSAGES", Align::right},
                 {"REFUSED", Align::right},
                 {"IN FLIGHT", Align::right},
                 {"LAST ERROR"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        const std::string carrier = text(one, "carrier");
        const std::string peer = carrier.empty() ? "platform " + text(one, "platform") + " (" +
                                                       text(one, "system_id") + ")"
                                                 : "carrier " + carrier;
        table.add({text(one, "id"), peer, text(one, "type"), bind_state(one), age(one, "since"),
                   text(one, "address") + (flag(one, "tls") ? " TLS" : ""), round_trip(one),
                   count_text(one, "messages"), count_text(one, "refused"),
                   count_text(one, "in_flight") + "/" + count_text(one, "window"),
                   Cell{text(one, "last_error"), Tone::bad}});
    }
    return table;
}

std::string carrier_text(const json::object& carrier, const Layout& layout) {
    Record record;
    record.add("Carrier", text(carrier, "name"));
    record.add("Profile", text(carrier, "profile"));
    record.add("State", state_cell(carrier));
    record.add("Messages", count_text(carrier, "messages"));
    record.add("Receipts", count_text(carrier, "receipts"));
    record.add("Duplicates", count_text(carrier, "duplicates"));
    record.add("Unowned", count_text(carrier, "unowned"));
    record.add("Last message", when(carrier, "last_message_at"));
    record.add("Alarm", alarm_cell(carrier));
    std::string told = record.text(layout);
    if (const json::array* binds = list(carrier, "bind_list"); binds && !binds->empty())
        told += "\n" + binds_table(*binds).text(layout);
    return told;
}

/// "acme/2", as "binds list" writes it, is bind 2 of acme.
BindSwitch taken_apart(BindSwitch which) {
    const std::size_t slash = which.carrier.rfind('/');
    if (which.bind != 0 || slash == std::string::npos) return which;
    std::uint32_t bind = 0;
    const char* const end = which.carrier.data() + which.carrier.size();
    const auto [rest, error] = std::from_chars(which.carrier.data() + slash + 1, end, bind);
    if (error != std::errc{} || rest != end || bind == 0) return which;
    which.bind = bind;
    which.carrier.resize(slash);
    return which;
}

void switch_binds(const Tool& tool, const BindSwitch& which, const std::string& verb,
                  const std::string& done) {
    json::value body;
    if (which.bind != 0) body = json::object{{"bind", which.bind}};
    const std::string document =
        send_json(tool, "POST", path({"carriers", which.carrier, verb}), body);
    print_object(tool, document, [&](const json::object& carrier) {
        const std::string bind =
            which.bind == 0 ? "all its binds" : "bind " + std::to_string(which.bind);
        return "Carrier " + escaped(text(carrier, "name")) + ": " + done + " " + bind + "; now " +
               state_cell(carrier).text + ".\n";
    });
}

}  // namespace

void carriers_list(const Tool& tool, const NoOptions&) {
    print_list(tool, path({"carriers"}), {}, 0, carriers_table,
               "No carriers; they stand in the configuration file.");
}

void carriers_show(const Tool& tool, const Named& carrier) {
    print_object(tool, tool.client.get(path({"carriers", carrier.name})),
                 [&](const json::object& one) { return carrier_text(one, tool.console.layout()); });
}

void carriers_drain(const Tool& tool, const NamedDestructive& carrier) {
    tool.console.confirm("Drain carrier " + carrier.name +
                             "? Its numbers are leased no more, and it stops when no session has "
                             "one.",
                         carrier.yes);
    print_object(tool, send_json(tool, "POST", path({"carriers", carrier.name, "drain"})),
                 [](const json::object& one) {
                     return "Carrier " + escaped(text(one, "name")) +
                            " is being drained; smppctl binds start " + escaped(text(one, "name")) +
                            " ends that.\n";
                 });
}

void carriers_probe(const Tool& tool, const BindSwitch& named) {
    const BindSwitch which = taken_apart(named);
    json::value body;
    if (which.bind != 0) body = json::object{{"bind", which.bind}};
    const std::string document =
        send_json(tool, "POST", path({"carriers", which.carrier, "probe"}), body);
    const json::object page = object_of(document);
    const json::array* items = list(page, "items");
    Table table{{{"BIND"}, {"STATE"}, {"ROUND TRIP", Align::right}, {"ERROR"}}};
    bool all = items != nullptr && !items->empty();
    for (const json::value& item : items ? *items : json::array{}) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        all = all && flag(one, "answered");
        table.add({text(one, "bind"), text(one, "state"), round_trip(one), text(one, "error")});
    }
    if (tool.console.json())
        tool.console.print_json(document);
    else
        tool.console.print(table.text(tool.console.layout()));
    if (!all) throw Failure{Exit::failed, "not every bind answered"};
}

void binds_list(const Tool& tool, const BindFilter& filter) {
    Query query;
    query.add("carrier", filter.carrier).add("platform", filter.platform);
    print_list(tool, path({"binds"}), query, filter.limit, binds_table, "No binds.");
}

void binds_stop(const Tool& tool, const BindSwitch& named) {
    const BindSwitch which = taken_apart(named);
    tool.console.confirm(
        which.bind == 0
            ? "Stop all binds of carrier " + which.carrier +
                  "? No messages come until they start, and its numbers are not leased."
            : "Stop bind " + std::to_string(which.bind) + " of carrier " + which.carrier + "?",
        which.yes);
    switch_binds(tool, which, "stop", "stopped");
}

void binds_start(const Tool& tool, const BindSwitch& which) {
    switch_binds(tool, taken_apart(which), "start", "started");
}

void binds_disconnect(const Tool& tool, const NamedDestructive& bind) {
    tool.console.confirm("Disconnect platform bind " + bind.name + "?", bind.yes);
    send_json(tool, "POST", path({"binds", bind.name, "disconnect"}));
    if (!tool.console.json()) tool.console.print("Disconnected " + escaped(bind.name) + ".\n");
}

}  // namespace smppd::ctl
