// tools/smppctl/requests.hpp - the bodies of requests, from the options of the verbs.
#pragma once

#include "tools/smppctl/commands_api.hpp"

namespace smppd::ctl {

/// Of allocateNumber. Failure usage for a --ttl that is no duration.
json::object allocation_body(const Allocation& allocation);

/// Of updateNumber. Failure usage when nothing is to change, for a --monthly-cost that is no amount
/// and for options that contradict each other.
json::object number_changes(const NumberUpdate& update);

/// Of updatePlatform: what is given only.
json::object quotas_body(const Quotas& quotas);

struct KeyRequest {
    std::string target;
    json::object body;
};
/// A platform's key or one that sees all platforms, which --platform decides. Failure usage when
/// role and platform do not fit together, and for an --expires that is no time.
KeyRequest key_request(const NewKey& key, Time now);
/// Both throw Failure of Exit::usage when nothing is to be changed, or two options contradict.
json::object key_update_body(const KeyUpdate& update, Time now);
json::object account_update_body(const AccountUpdate& update);

/// Of rotateKey and rotateWebhookSecret: empty without --overlap. Failure usage when it is no
/// duration; 0 is one.
json::object overlap_body(const Rotation& rotation);

json::object webhook_body(const NewWebhook& webhook);
/// What is given only. Failure usage when that is nothing, or contradicts itself.
json::object webhook_changes(const WebhookUpdate& update);

/// Of replayDeadLetters: whole hours, begun ones count. Failure usage for a --since that is no
/// duration.
json::object replay_body(const std::string& since);

}  // namespace smppd::ctl
