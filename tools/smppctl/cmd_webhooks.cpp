// tools/smppctl/cmd_webhooks.cpp - webhooks, and what became of events on their way to them.
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/requests.hpp"

#include <thread>

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;

// An endpoint has 10 s to answer.
constexpr auto test_takes = 15s;
constexpr auto look_again = 250ms;

Cell state_cell(const json::object& webhook) {
    const std::string why = text(webhook, "disabled_reason");
    if (flag(webhook, "disabled"))
        return {why.empty() ? "disabled" : "disabled (" + why + ")", Tone::warning};
    if (!text(webhook, "failing_since").empty()) return {"failing", Tone::bad};
    return {"enabled", Tone::good};
}

std::string events_text(const json::object& webhook) {
    const std::string events = joined(webhook, "events");
    std::string told = events.empty() ? "all" : events;
    if (flag(webhook, "sessions_only")) told += ", of sessions that name it";
    if (flag(webhook, "test")) told += ", of the sandbox";
    return told;
}

Table webhooks_table(const json::array& items) {
    Table table{{{"WEBHOOK"}, {"PLATFORM"}, {"STATE"}, {"URL"}, {"EVENTS"}, {"FAILING SINCE"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), text(one, "platform"), state_cell(one), text(one, "url"),
                   events_text(one), when(one, "failing_since")});
    }
    return table;
}

std::string webhook_text(const json::object& webhook, const Layout& layout) {
    Record record;
    record.add("Webhook", text(webhook, "id"));
    record.add("Platform", text(webhook, "platform"));
    record.add("URL", text(webhook, "url"));
    record.add("Description", text(webhook, "description"));
    record.add("State", state_cell(webhook));
    record.add("Events", events_text(webhook));
    record.add("Created", when(webhook, "created_at"));
    record.add("Failing since", when(webhook, "failing_since"));
    record.add("Old secret until", when(webhook, "previous_secret_until"));
    return record.text(layout);
}

std::function<std::string(const json::object&)> shown_by(const Tool& tool) {
    return [&tool](const json::object& one) { return webhook_text(one, tool.console.layout()); };
}

Cell delivery_cell(const json::object& delivery) {
    const std::string state = text(delivery, "state");
    if (state == "delivered") return {state, Tone::good};
    if (state == "dead") return {state, Tone::bad};
    return {state, count(delivery, "attempts") > 0 ? Tone::warning : Tone::plain};
}

Table deliveries_table(const json::array& items) {
    Table table{{{"EVENT"},
                 {"STATE"},
                 {"TRIES", Align::right},
                 {"STATUS", Align::right},
                 {"NEXT TRY"},
                 {"SETTLED"},
                 {"ERROR"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        const std::uint64_t status = count(one, "status");
        table.add({text(one, "event"), delivery_cell(one), count_text(one, "attempts"),
                   status == 0 ? std::string{} : std::to_string(status),
                   when(one, "next_attempt_at"), when(one, "settled_at"), text(one, "error")});
    }
    return table;
}

/// The delivery of the event once it was tried; nothing when that takes too long.
std::optional<json::object> tried(const Tool& tool, const std::string& webhook,
                                  const std::string& event) {
    const auto until = now() + test_takes;
    const std::string target = path({"webhooks", webhook, "deliveries"}) + "?limit=100";
    while (now() < until) {
        const json::object page = object_of(tool.client.get(target));
        if (const json::array* items = list(page, "items"))
            for (const json::value& item : *items) {
                const json::object* one = item.if_object();
                if (!one || text(*one, "event") != event) continue;
                if (count(*one, "attempts") > 0 || text(*one, "state") != "waiting") return *one;
            }
        tool.console.progress("Sent; the webhook has not answered yet...");
        std::this_thread::sleep_for(look_again);
    }
    return {};
}

std::string reason_of(const json::object& delivery) {
    const std::string error = text(delivery, "error");
    if (!error.empty()) return escaped(error);
    if (const std::uint64_t status = count(delivery, "status"))
        return "HTTP status " + std::to_string(status);
    return escaped(text(delivery, "state"));
}

}  // namespace

void webhooks_create(const Tool& tool, const NewWebhook& webhook) {
    print_secret(tool, send_json(tool, "POST", path({"webhooks"}), webhook_body(webhook)), "secret",
                 shown_by(tool));
}

void webhooks_list(const Tool& tool, const OfPlatform& filter) {
    print_list(tool, path({"webhooks"}), Query{}.add("platform", filter.platform), filter.limit,
               webhooks_table, "No webhooks; smppctl webhooks create makes one.");
}

void webhooks_show(const Tool& tool, const Named& webhook) {
    print_object(tool, tool.client.get(path({"webhooks", webhook.name})), shown_by(tool));
}

void webhooks_update(const Tool& tool, const WebhookUpdate& update) {
    print_object(tool,
                 send_json(tool, "PATCH", path({"webhooks", update.id}), webhook_changes(update)),
                 shown_by(tool));
}

void webhooks_rotate(const Tool& tool, const Rotation& rotation) {
    const std::string document = send_json(
        tool, "POST", path({"webhooks", rotation.id, "rotate-secret"}), overlap_body(rotation));
    print_secret(tool, document, "secret", shown_by(tool));
    const std::string until = when(object_of(document), "previous_secret_until");
    if (!until.empty()) tool.console.note("The secret before it signs too until " + until + ".");
}

void webhooks_test(const Tool& tool, const Named& webhook) {
    const json::object sent =
        object_of(send_json(tool, "POST", path({"webhooks", webhook.name, "test"})));
    const std::string event = text(sent, "event");
    const auto delivery = tried(tool, webhook.name, event);
    tool.console.clear_progress();
    if (!delivery)
        throw Failure{Exit::timed_out,
                      "the webhook has not answered yet; smppctl webhooks deliveries " +
                          escaped(webhook.name) + " tells what becomes of " + escaped(event)};
    if (tool.console.json()) tool.console.print_json(json::serialize(*delivery));
    if (text(*delivery, "state") != "delivered")
        throw Failure{Exit::failed, "the test was not delivered: " + reason_of(*delivery)};
    if (!tool.console.json())
        tool.console.print("Delivered " + escaped(event) + ", HTTP status " +
                           std::to_string(count(*delivery, "status")) + ".\n");
}

void webhooks_deliveries(const Tool& tool, const DeliveryFilter& filter) {
    print_list(tool, path({"webhooks", filter.id, "deliveries"}),
               Query{}.add("state", filter.state), filter.limit, deliveries_table,
               "No deliveries.");
}

void webhooks_replay(const Tool& tool, const Replay& replay) {
    if (replay.event.empty() != replay.dead)
        throw Failure{Exit::usage,
                      "what is to be sent again? --event ID for one, --dead for all "
                      "dead letters; not both"};
    if (!replay.since.empty() && !replay.dead)
        throw Failure{Exit::usage, "--since belongs to --dead"};
    const std::string document =
        replay.dead
            ? send_json(tool, "POST", path({"webhooks", replay.id, "replay-dead"}),
                        replay_body(replay.since))
            : send_json(tool, "POST",
                        path({"webhooks", replay.id, "deliveries", replay.event, "replay"}));
    print_object(tool, document, [](const json::object& done) {
        const std::uint64_t many = count(done, "replayed");
        return grouped(many) + (many == 1 ? " delivery waits" : " deliveries wait") +
               " to be sent again.\n";
    });
}

void webhooks_delete(const Tool& tool, const NamedDestructive& webhook) {
    tool.console.confirm(
        "Delete webhook " + webhook.name + "? What waits for it is never delivered.", webhook.yes);
    send_json(tool, "DELETE", path({"webhooks", webhook.name}));
    if (!tool.console.json()) tool.console.print("Deleted " + escaped(webhook.name) + ".\n");
}

}  // namespace smppd::ctl
