// tools/smppctl/cmd_keys.cpp - API keys: made, shown without their secret, replaced, revoked.
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/requests.hpp"

namespace smppd::ctl {
namespace {

Cell state_cell(const json::object& key) {
    const std::string state = text(key, "state");
    return {state, state == "active" ? Tone::good : Tone::warning};
}

std::string whose(const json::object& key) {
    const std::string platform = text(key, "platform");
    return platform.empty() ? "all platforms" : platform;
}

std::string role_text(const json::object& key) {
    return text(key, "role") + (flag(key, "test") ? ", test" : "");
}

/// "never" is what people look for; "-" could be anything.
std::string or_never(const std::string& time) { return time.empty() ? "never" : time; }

Table keys_table(const json::array& items) {
    Table table{
        {{"KEY"}, {"NAME"}, {"OF"}, {"ROLE"}, {"STATE"}, {"CREATED"}, {"EXPIRES"}, {"LAST USED"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "id"), text(one, "name"), whose(one), role_text(one), state_cell(one),
                   when(one, "created_at"), or_never(when(one, "expires_at")),
                   or_never(when(one, "last_used_at"))});
    }
    return table;
}

std::string key_text(const json::object& key, const Layout& layout) {
    Record record;
    const std::string allow = joined(key, "allow");
    record.add("Key", text(key, "id"));
    record.add("Name", text(key, "name"));
    record.add("Of", whose(key));
    record.add("Role", role_text(key));
    record.add("State", state_cell(key));
    record.add("Scopes", joined(key, "scopes"));
    record.add("Used from", allow.empty() ? "anywhere" : allow);
    record.add("Created", when(key, "created_at"));
    record.add("Expires", or_never(when(key, "expires_at")));
    record.add("Revoked", when(key, "revoked_at"));
    record.add("Last used", or_never(when(key, "last_used_at")));
    record.add("Replaced by", text(key, "replaced_by"));
    return record.text(layout);
}

std::function<std::string(const json::object&)> shown_by(const Tool& tool) {
    return [&tool](const json::object& key) { return key_text(key, tool.console.layout()); };
}

}  // namespace

void keys_create(const Tool& tool, const NewKey& key) {
    const KeyRequest request = key_request(key, now());
    print_secret(tool, send_json(tool, "POST", request.target, request.body), "key",
                 shown_by(tool));
}

void keys_list(const Tool& tool, const OfPlatform& filter) {
    print_list(tool, path({"keys"}), Query{}.add("platform", filter.platform), filter.limit,
               keys_table, "No keys; smppctl keys create makes one.");
}

void keys_show(const Tool& tool, const Named& key) {
    print_object(tool, tool.client.get(path({"keys", key.name})), shown_by(tool));
}

void keys_update(const Tool& tool, const KeyUpdate& update) {
    const json::object body = key_update_body(update, now());
    print_object(tool, send_json(tool, "PATCH", path({"keys", update.id}), body), shown_by(tool));
}

void keys_rotate(const Tool& tool, const Rotation& rotation) {
    const std::string document =
        send_json(tool, "POST", path({"keys", rotation.id, "rotate"}), overlap_body(rotation));
    print_secret(tool, document, "key", shown_by(tool));
    const json::object made = object_of(document);
    if (const json::object* previous = part(made, "previous"))
        tool.console.note("The key before it, " + escaped(text(*previous, "id")) +
                          (text(*previous, "state") == "active"
                               ? ", is good until " + when(*previous, "expires_at") + "."
                               : ", is good no more."));
}

void keys_revoke(const Tool& tool, const NamedDestructive& key) {
    tool.console.confirm(
        "Revoke key " + key.name + "? Whoever uses it is refused at once, for good.", key.yes);
    send_json(tool, "DELETE", path({"keys", key.name}));
    if (!tool.console.json()) tool.console.print("Revoked " + escaped(key.name) + ".\n");
}

}  // namespace smppd::ctl
