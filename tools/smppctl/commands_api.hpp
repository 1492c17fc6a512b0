// tools/smppctl/commands_api.hpp - what the verbs do that are about programs: keys, webhooks,
// events, workflows. Options are read in verbs_api.cpp.
#pragma once

#include "tools/smppctl/commands.hpp"

namespace smppd::ctl {

struct OfPlatform {
    std::string platform;
    std::uint64_t limit = 100;
};

struct NewKey {
    std::string platform, role, name, expires;
    std::vector<std::string> scopes, allow;
    bool test = false;
};
/// What of a key is to be another; empty ones stay as they are.
struct KeyUpdate {
    std::string id, name, expires;
    std::vector<std::string> allow;
    bool allow_anywhere = false;
};
/// A secret that is replaced, and how long the old one stays good.
struct Rotation {
    std::string id, overlap;
};
void keys_create(const Tool& tool, const NewKey& key);
void keys_list(const Tool& tool, const OfPlatform& filter);
void keys_show(const Tool& tool, const Named& key);
void keys_update(const Tool& tool, const KeyUpdate& update);
void keys_rotate(const Tool& tool, const Rotation& rotation);
void keys_revoke(const Tool& tool, const NamedDestructive& key);

struct NewWebhook {
    std::string platform, url, description;
    std::vector<std::string> events;
    bool sessions_only = false, test = false;
};
struct WebhookUpdate {
    std::string id, url;
    std::optional<std::string> description;
    std::vector<std::string> events;
    bool all_events = false, enable = false, disable = false;
};
struct DeliveryFilter {
    std::string id, state;
    std::uint64_t limit = 100;
};
struct Replay {
    std::string id, event, since;
    bool dead = false;
};
void webhooks_create(const Tool& tool, const NewWebhook& webhook);
void webhooks_list(const Tool& tool, const OfPlatform& filter);
void webhooks_show(const Tool& tool, const Named& webhook);
void webhooks_update(const Tool& tool, const WebhookUpdate& update);
void webhooks_rotate(const Tool& tool, const Rotation& rotation);
void webhooks_test(const Tool& tool, const Named& webhook);
void webhooks_deliveries(const Tool& tool, const DeliveryFilter& filter);
void webhooks_replay(const Tool& tool, const Replay& replay);
void webhooks_delete(const Tool& tool, const NamedDestructive& webhook);

struct EventFilter {
    std::string platform, session, since;
    std::vector<std::string> types;
    bool follow = false, text = false;
};
void events_tail(const Tool& tool, const EventFilter& filter);

void workflows_list(const Tool& tool, const Limited& limited);
void workflows_show(const Tool& tool, const Named& workflow);
struct TaskEvent {
    std::string mapping, task, file = "-";
};
void tasks_post(const Tool& tool, const TaskEvent& event);
void mappings_list(const Tool& tool, const NoOptions&);

}  // namespace smppd::ctl
