// tools/smppctl/verbs_api.cpp - see verbs.hpp. The verbs for who builds on the API: keys, webhooks,
// events, workflows, the sandbox.
#include "tools/smppctl/commands_api.hpp"
#include "tools/smppctl/verbs.hpp"

#include "pool/api_key.hpp"
#include "pool/event.hpp"

namespace smppd::ctl {
namespace {

const Names roles{"owner", "operator", "auditor", "platform", "read-only"};
const Names delivery_states{"waiting", "delivered", "dead", "cancelled"};

template <class Enumerator>
Names names_of(std::size_t many) {
    Names names;
    for (std::size_t i = 0; i < many; ++i)
        names.emplace_back(pool::name(static_cast<Enumerator>(i)));
    return names;
}
const Names scopes = names_of<pool::Scope>(pool::scopes);
const Names event_types = names_of<pool::EventType>(pool::event_types);

void add_new_key(Tree& t, CLI::App& keys) {
    Verb<NewKey> create{t,
                        keys,
                        "create",
                        "Make a key, and show it once",
                        "keys create --platform acme --name backend\n"
                        "  smppctl keys create --platform acme --test --expires 90d\n"
                        "  smppctl keys create --role auditor --allow 192.0.2.0/24\n"
                        "  SMPPCTL_KEY=$(smppctl keys create --platform acme)\n\nWhere standard "
                        "output is no terminal the key stands there alone.",
                        keys_create};
    NewKey& key = create.to();
    create.option("--platform", "NAME", key.platform, "A key of this platform")
        .choice("--role", key.role, roles,
                "owner, operator, auditor: sees all platforms; platform, read-only: its own")
        .choices("--scope", "SCOPE", key.scopes, scopes,
                 "Only this of what the role may, as sessions:read; may be repeated")
        .flag("--test", key.test, "It sees the sandbox alone")
        .option("--expires", "TIME", key.expires, "When: 90d, 12h, 2027-01-31T00:00:00Z")
        .option("--allow", "CIDR", key.allow, "Good from here only; may be repeated")
        .option("--name", "TEXT", key.name, "For people");
}

void add_keys(Tree& t) {
    CLI::App& keys = group(t, "keys", "API keys");
    add_new_key(t, keys);
    Verb<OfPlatform> list{
        t, keys, "list", "All keys, without their secrets", "keys list --platform acme", keys_list};
    list.option("--platform", "NAME", list.to().platform, "Of this platform")
        .limit(list.to().limit);
    Verb<Named> show{t, keys, "show", "All about a key", "keys show 0j3k5m7n9p1q", keys_show};
    show.argument("ID", show.to().name, "The key, as \"keys list\" shows it");
    Verb<KeyUpdate> update{t,
                           keys,
                           "update",
                           "Change a key's name, expiry or where it is good",
                           "keys update 0j3k5m7n9p1q --expires 30d --allow 192.0.2.0/24",
                           keys_update};
    update.argument("ID", update.to().id, "The key")
        .option("--name", "TEXT", update.to().name, "For people")
        .option("--expires", "TIME", update.to().expires, "When: 90d, 12h, 2027-01-31T00:00:00Z")
        .option("--allow", "CIDR", update.to().allow, "Good from here only; may be repeated")
        .flag("--allow-anywhere", update.to().allow_anywhere, "Good from everywhere");
    Verb<Rotation> rotate{t,
                          keys,
                          "rotate",
                          "Make another key of the same rights, and show it once",
                          "keys rotate 0j3k5m7n9p1q --overlap 24h",
                          keys_rotate};
    rotate.argument("ID", rotate.to().id, "The key")
        .option("--overlap", "TIME", rotate.to().overlap,
                "How long the old one stays good, at most 30d; 0: not at all (24h)");
    Verb<NamedDestructive> revoke{
        t, keys, "revoke", "Refuse a key from now on", "keys revoke 0j3k5m7n9p1q", keys_revoke};
    revoke.argument("ID", revoke.to().name, "The key").yes(revoke.to().yes);
}

void add_webhooks(Tree& t, CLI::App& webhooks) {
    Verb<NewWebhook> create{t,
                            webhooks,
                            "create",
                            "Make a webhook, and show its secret once",
                            "webhooks create https://example.com/hook --platform acme\n"
                            "  smppctl webhooks create https://example.com/hook "
                            "--events code.received,session.expired\n\nWhere standard output is no "
                            "terminal the secret stands there alone.",
                            webhooks_create};
    NewWebhook& made = create.to();
    create.argument("URL", made.url, "Where events are posted to")
        .option("--platform", "NAME", made.platform, "Whose; a platform's key means its own")
        .choices("--events", "TYPES", made.events, event_types,
                 "These only, with commas between; else all")
        .option("--description", "TEXT", made.description, "For people")
        .flag("--sessions-only", made.sessions_only, "Only of sessions that name this URL")
        .flag("--test", made.test, "Of the sandbox");
    Verb<OfPlatform> list{t, webhooks, "list", "All webhooks", "webhooks list", webhooks_list};
    list.option("--platform", "NAME", list.to().platform, "Of this platform")
        .limit(list.to().limit);
    Verb<Named> show{
        t, webhooks, "show", "All about a webhook", "webhooks show whk_...", webhooks_show};
    show.argument("ID", show.to().name, "The webhook");
    Verb<WebhookUpdate> update{t,
                               webhooks,
                               "update",
                               "Change a webhook, enable or disable it",
                               "webhooks update whk_... --disable\n"
                               "  smppctl webhooks update whk_... --url https://example.com/new",
                               webhooks_update};
    WebhookUpdate& to = update.to();
    update.argument("ID", to.id, "The webhook")
        .flag("--enable", to.enable, "Let it have events again")
        .flag("--disable", to.disable, "Send it nothing; what waits for it is cancelled")
        .option("--url", "URL", to.url, "Where events are posted to")
        .choices("--events", "TYPES", to.events, event_types, "These only, with commas between")
        .flag("--all-events", to.all_events, "All of its platform")
        .option("--description", "TEXT", to.description, "For people");
    Verb<NamedDestructive> remove{
        t, webhooks, "delete", "Remove a webhook", "webhooks delete whk_...", webhooks_delete};
    remove.argument("ID", remove.to().name, "The webhook").yes(remove.to().yes);
}

void add_deliveries(Tree& t, CLI::App& webhooks) {
    Verb<Rotation> rotate{t,
                          webhooks,
                          "rotate-secret",
                          "Make another secret, and show it once",
                          "webhooks rotate-secret whk_... --overlap 24h",
                          webhooks_rotate};
    rotate.argument("ID", rotate.to().id, "The webhook")
        .option("--overlap", "TIME", rotate.to().overlap,
                "How long the old one signs too, at most 7d; 0: not at all (24h)");
    Verb<Named> test{t,
                     webhooks,
                     "test",
                     "Send it webhook.test and tell what it answers",
                     "webhooks test whk_...\n\nEnds with 1 when it was not delivered.",
                     webhooks_test};
    test.argument("ID", test.to().name, "The webhook");
    Verb<DeliveryFilter> deliveries{t,
                                    webhooks,
                                    "deliveries",
                                    "What became of events, the newest first",
                                    "webhooks deliveries whk_... --state dead",
                                    webhooks_deliveries};
    deliveries.argument("ID", deliveries.to().id, "The webhook")
        .choice("--state", deliveries.to().state, delivery_states, "In this state")
        .limit(deliveries.to().limit);
    Verb<Replay> replay{t,
                        webhooks,
                        "replay",
                        "Send an event, or all dead letters, again",
                        "webhooks replay whk_... --event evt_...\n"
                        "  smppctl webhooks replay whk_... --dead --since 24h",
                        webhooks_replay};
    replay.argument("ID", replay.to().id, "The webhook")
        .option("--event", "ID", replay.to().event, "This event")
        .flag("--dead", replay.to().dead, "All whose tries have failed")
        .option("--since", "TIME", replay.to().since, "Not older than this, in hours (30d)");
}

void add_events(Tree& t) {
    CLI::App& events = group(t, "events", "Events: what happens");
    Verb<EventFilter> tail{t,
                           events,
                           "tail",
                           "Events of the last hour, or those to come",
                           "events tail -f --platform acme\n"
                           "  smppctl events tail --since 1d --types session.failed,carrier.down\n"
                           "\nA line an event. With --json as well; without --text its texts and "
                           "codes are null.",
                           events_tail};
    EventFilter& filter = tail.to();
    tail.flag("-f,--follow", filter.follow, "Wait for those to come; ends with Ctrl-C")
        .choices("--types", "TYPES", filter.types, event_types, "Of these, with commas between")
        .option("--platform", "NAME", filter.platform, "Of this platform")
        .option("--session", "ID", filter.session, "Of this session")
        .option("--since", "TIME", filter.since, "From so long ago on: 10m, 1d (1h; with -f: now)")
        .flag("--text", filter.text, "Show texts and codes, not only their length");
}

void add_workflows(Tree& t) {
    CLI::App& workflows = group(t, "workflows", "Verification journeys of the configuration file");
    Verb<Limited> list{t, workflows, "list", "All workflows", "workflows list", workflows_list};
    list.limit(list.to().limit);
    Verb<Named> show{
        t, workflows, "show", "All about a workflow", "workflows show signup", workflows_show};
    show.argument("NAME", show.to().name, "The workflow");
    CLI::App& mappings = group(t, "mappings", "How partners' task events drive sessions");
    Verb<NoOptions>(t, mappings, "list", "All mappings", "mappings list", mappings_list);
    CLI::App& tasks = group(t, "tasks", "Events of partners' tasks");
    Verb<TaskEvent> post{t,
                         tasks,
                         "post",
                         "Tell a task event in a partner's own form, as the partner would",
                         "tasks post acme-tasks task-17 event.json\n"
                         "  echo '{\"type\":\"created\"}' | smppctl tasks post acme-tasks task-17",
                         tasks_post};
    post.argument("MAPPING", post.to().mapping, "A mapping of the configuration")
        .argument("TASK", post.to().task, "The partner's id of the task")
        .optional_argument("FILE", post.to().file, "The event as JSON, - for standard input");
    Verb<NoOptions>(t, t.app, "sandbox", "What the sandbox's numbers do; needs no daemon",
                    "sandbox", sandbox);
}

}  // namespace

void add_api_verbs(Tree& tree) {
    add_keys(tree);
    CLI::App& webhooks = group(tree, "webhooks", "Webhooks: where events are posted to");
    add_webhooks(tree, webhooks);
    add_deliveries(tree, webhooks);
    add_events(tree);
    add_workflows(tree);
}

}  // namespace smppd::ctl
