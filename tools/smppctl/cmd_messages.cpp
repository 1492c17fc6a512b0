// tools/smppctl/cmd_messages.cpp - messages and receipts: listed, followed, shown.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"

#include <algorithm>
#include <thread>

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t tail_max = 1000;
constexpr auto wait_s = "30";          // of a long poll
constexpr auto session_wait_s = "10";  // the end of the session is seen between two
constexpr auto try_again = 2s;

Cell state_cell(const json::object& message) {
    const std::string state = text(message, "state");
    if (state == "delivered" || state == "kept") return {state, Tone::good};
    if (state == "waiting") return {state, Tone::warning};
    const std::string why = text(message, "unowned_reason");
    return {why.empty() ? state : state + " (" + why + ")", Tone::bad};
}

/// What arrived: "\"Your code is ...\"" when asked for, else how long it is.
std::string content_text(const json::object& message) {
    const bool is_text = flag(message, "is_text");
    if (message.contains("text")) return text(message, "text");
    if (message.contains("octets")) return "octets " + text(message, "octets");
    return is_text ? count_text(message, "text_length") + " characters"
                   : count_text(message, "octets_length") + " octets";
}

std::string parts_text(const json::object& message) {
    return std::to_string(count(message, "parts")) + "/" +
           std::to_string(count(message, "parts_expected"));
}

std::string destination_text(const json::object& message) {
    const std::string number = text(message, "number");
    return number.empty() ? text(message, "destination") : number;
}

Table messages_table(const json::array& items) {
    Table table{{{"MESSAGE"},
                 {"RECEIVED"},
                 {"FROM"},
                 {"TO"},
                 {"CARRIER"},
                 {"PLATFORM"},
                 {"STATE"},
                 {"PARTS", Align::right},
                 {"CONTENT"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), when(one, "received_at"), text(one, "source"),
                   destination_text(one), text(one, "carrier"), text(one, "platform"),
                   state_cell(one), parts_text(one), content_text(one)});
    }
    return table;
}

Query query_of(const MessageFilter& filter) {
    Query query;
    query.add("platform", filter.platform).add("session", filter.session);
    if (!filter.number.empty()) query.add("number", plus_number(filter.number));
    query.add("state", filter.state).add("carrier", filter.carrier);
    if (filter.text) query.add("text", "true");
    return query;
}

/// A line of a tail: no table, since what comes next is not known.
std::string tail_line(const json::object& message, bool colour) {
    const Cell state = state_cell(message);
    const std::string platform = text(message, "platform");
    return when(message, "received_at") + "  " + escaped(text(message, "id")) + "  " +
           escaped(text(message, "source")) + " -> " + escaped(destination_text(message)) + "  " +
           (platform.empty() ? "" : escaped(platform) + "  ") +
           toned(escaped(state.text), state.tone, colour) + "  " + escaped(content_text(message)) +
           '\n';
}

void print_tail(const Tool& tool, const json::array& items) {
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        if (tool.console.json())
            tool.console.print_json(json::serialize(item));
        else
            tool.console.print(tail_line(item.as_object(), tool.console.layout().colour));
    }
}

json::array items_of(const json::object& page) {
    const json::array* items = list(page, "items");
    return items ? *items : json::array{};
}

/// One page of the long poll. A daemon that is restarted is waited for too.
json::object next_page(const Tool& tool, const std::string& target) {
    bool told = false;
    while (true) {
        try {
            Request request;
            request.target = target;
            request.timeout = 60s;
            return object_of(tool.client.call(request));
        } catch (const Failure& failure) {
            if (!is_away(failure)) throw;
            if (!told) tool.console.note("smppd is away; waiting for it to come back.");
            told = true;
        }
        std::this_thread::sleep_for(try_again);
    }
}

/// Prints what comes after `after` as long as `goes_on`, which is asked after each page. `filter`
/// tells how long one waits.
void follow(const Tool& tool, const std::string& list_path, const Query& filter, std::string after,
            const std::function<bool()>& goes_on) {
    do {
        Query query = filter;
        query.add("after", after).add("limit", std::to_string(tail_max));
        const json::object page = next_page(tool, list_path + query.text());
        print_tail(tool, items_of(page));
        if (const std::string next = text(page, "next_cursor"); !next.empty()) after = next;
    } while (goes_on());
}

std::string message_text(const json::object& message, const Layout& layout) {
    Record record;
    const std::string number = text(message, "number");
    record.add("Message", text(message, "id"));
    record.add("State", state_cell(message));
    record.add("From", text(message, "source") + " (TON " +
                           std::to_string(count(message, "source_ton")) + ", NPI " +
                           std::to_string(count(message, "source_npi")) + ")");
    record.add("To", text(message, "destination") +
                         (number.empty() ? " (no number of the pool)" : ", number " + number));
    record.add("Carrier",
               text(message, "carrier") + ", bind " + std::to_string(count(message, "bind")));
    record.add("Platform", text(message, "platform"));
    record.add("Session", text(message, "session"));
    record.add("Received", when(message, "received_at"));
    record.add("Settled", when(message, "settled_at"));
    record.add("Attempts", count_text(message, "attempts"));
    record.add("Parts", parts_text(message) + (flag(message, "incomplete") ? ", incomplete" : ""));
    record.add("data_coding", std::to_string(count(message, "data_coding")));
    record.add("esm_class", std::to_string(count(message, "esm_class")));
    record.add("protocol_id", std::to_string(count(message, "protocol_id")));
    record.add("Content", content_text(message));
    if (message.contains("code")) record.add("Code", text(message, "code"));
    if (message.contains("link")) record.add("Link", text(message, "link"));
    if (flag(message, "lossy"))
        record.add("", {"some characters could not be read", Tone::warning});
    return record.text(layout);
}

Table receipts_table(const json::array& items) {
    Table table{{{"RECEIVED"},
                 {"CARRIER"},
                 {"FROM"},
                 {"TO"},
                 {"MESSAGE ID"},
                 {"STAT"},
                 {"ERR"},
                 {"DONE"},
                 {"READABLE"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        std::string id = text(one, "message_id");
        if (id.empty()) id = text(one, "text_id");
        table.add({when(one, "received_at"), text(one, "carrier"), text(one, "source"),
                   text(one, "destination"), id, text(one, "stat"), text(one, "err"),
                   when(one, "done_date"), yes_no(flag(one, "readable"))});
    }
    return table;
}

}  // namespace

void messages_list(const Tool& tool, const MessageFilter& filter) {
    print_list(tool, path({"messages"}), query_of(filter), filter.limit, messages_table,
               "No messages.");
}

void messages_tail(const Tool& tool, const MessageFilter& filter) {
    // Of none the newest is read all the same: what comes after it is new.
    const std::uint64_t wanted = std::clamp<std::uint64_t>(filter.limit, 1, tail_max);
    Query query = query_of(filter);
    query.add("limit", std::to_string(wanted));
    json::array items = items_of(object_of(tool.client.get(path({"messages"}) + query.text())));
    std::reverse(items.begin(), items.end());
    if (filter.limit != 0) print_tail(tool, items);
    if (items.empty() && !tool.console.json())
        tool.console.note(filter.follow ? "No messages yet." : "No messages.");
    if (!filter.follow) return;
    const bool none = items.empty() || !items.back().is_object();
    Query waiting = query_of(filter);
    waiting.add("wait", wait_s);
    follow(tool, path({"messages"}), waiting, none ? "0" : text(items.back().as_object(), "id"),
           [] { return true; });
}

void sessions_messages(const Tool& tool, const SessionMessages& of) {
    const std::string session = path({"sessions", of.id});
    const std::string messages = path({"sessions", of.id, "messages"});
    Query filter;
    filter.add("text", of.text ? "true" : "false");
    std::string after = "0";
    std::uint64_t shown = 0;
    while (true) {
        Query query = filter;
        query.add("after", after).add("limit", std::to_string(tail_max));
        const json::object page = object_of(tool.client.get(messages + query.text()));
        const json::array items = items_of(page);
        print_tail(tool, items);
        shown += items.size();
        const std::string next = text(page, "next_cursor");
        if (items.empty() || next.empty() || next == after) break;
        after = next;
    }
    const auto active = [&] {
        return text(object_of(tool.client.get(session)), "ended_at").empty();
    };
    if (of.follow && active())
        return follow(tool, messages, filter.add("wait", session_wait_s), after, active);
    if (shown == 0 && !tool.console.json()) tool.console.note("No messages.");
}

void messages_show(const Tool& tool, const OneMessage& message) {
    const std::string target =
        path({"messages", message.id}) + Query{}.add("text", message.text ? "true" : "").text();
    print_object(tool, tool.client.get(target),
                 [&](const json::object& one) { return message_text(one, tool.console.layout()); });
}

void receipts_list(const Tool& tool, const ReceiptFilter& filter) {
    print_list(tool, path({"receipts"}), Query{}.add("carrier", filter.carrier), filter.limit,
               receipts_table, "No receipts.");
}

}  // namespace smppd::ctl
