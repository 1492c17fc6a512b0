// tools/smppctl/requests.cpp - see requests.hpp.
#include "tools/smppctl/requests.hpp"

#include "pool/import_fields.hpp"
#include "tools/smppctl/option_values.hpp"

namespace smppd::ctl {
namespace {

void put(json::object& body, const char* name, const std::string& value) {
    if (!value.empty()) body[name] = value;
}

void put(json::object& body, const char* name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    json::array& all = body[name].emplace_array();
    for (const std::string& value : values) all.emplace_back(value);
}

void put(json::object& body, const char* name, const std::optional<std::uint32_t>& value) {
    if (value) body[name] = *value;
}

/// From where one may come: these blocks, or everywhere.
void put_allow(json::object& body, const std::vector<std::string>& allow, bool anywhere) {
    if (anywhere && !allow.empty())
        throw Failure{Exit::usage, "--allow and --allow-anywhere contradict each other"};
    put(body, "allow", allow);
    if (anywhere) body["allow"] = json::array{};
}

/// Millionths, as an import reads them.
std::int64_t micros_of(const std::string& amount) {
    pool::Number number;
    const auto problem =
        pool::read_field(pool::ImportColumn::monthly_cost, amount, number, nullptr);
    if (!problem.empty()) throw Failure{Exit::usage, "--monthly-cost: " + problem};
    return number.monthly_cost_micros;
}

json::object something(json::object body, const std::string& verb) {
    if (body.empty())
        throw Failure{Exit::usage,
                      "nothing is to be changed; smppctl " + verb + " --help shows what can be"};
    return body;
}

}  // namespace

json::object allocation_body(const Allocation& allocation) {
    json::object body;
    put(body, "platform", allocation.platform);
    put(body, "workflow", allocation.workflow);
    put(body, "country", allocation.country);
    put(body, "area", allocation.area);
    put(body, "carrier", allocation.carrier);
    put(body, "tag", allocation.tag);
    put(body, "reference", allocation.reference);
    put(body, "webhook_url", allocation.webhook_url);
    put(body, "expected_senders", allocation.senders);
    if (!allocation.number.empty()) body["number"] = plus_number(allocation.number);
    if (!allocation.ttl.empty()) body["ttl_seconds"] = seconds_of("--ttl", allocation.ttl);
    if (allocation.test) body["test"] = true;
    return body;
}

json::object number_changes(const NumberUpdate& update) {
    if (update.no_tags && !update.tags.empty())
        throw Failure{Exit::usage, "--tags and --no-tags contradict each other"};
    json::object body;
    const auto put_word = [&body](const char* name, const std::optional<std::string>& word) {
        if (word && word->empty())
            body[name] = nullptr;
        else if (word)
            body[name] = *word;
    };
    put_word("carrier", update.carrier);
    put_word("country", update.country);
    put_word("area", update.area);
    put_word("isolation_group", update.isolation_group);
    put_word("platform", update.platform);
    put(body, "tags", update.tags);
    if (update.no_tags) body["tags"] = json::array{};
    put(body, "capabilities", update.capabilities);
    if (update.monthly_cost) body["monthly_cost_micros"] = micros_of(*update.monthly_cost);
    return something(std::move(body), "numbers update");
}

json::object quotas_body(const Quotas& quotas) {
    json::object body;
    put(body, "numbers_max", quotas.numbers_max);
    put(body, "allocations_per_minute", quotas.allocations_per_minute);
    put(body, "allocations_per_day", quotas.allocations_per_day);
    put(body, "requests_per_second", quotas.requests_per_second);
    if (!quotas.ttl_max.empty())
        body["ttl_max_seconds"] = seconds_of("--ttl-max", quotas.ttl_max, Zero::allowed);
    return body;
}

KeyRequest key_request(const NewKey& key, Time now) {
    const bool of_platform = key.role.empty() || key.role == "platform" || key.role == "read-only";
    if (key.platform.empty() && key.role.empty())
        throw Failure{Exit::usage,
                      "whose key is it? --platform NAME for a platform's, --role owner|operator|"
                      "auditor for one that sees all platforms"};
    if (key.platform.empty() && of_platform)
        throw Failure{Exit::usage,
                      "a " + key.role + " key belongs to a platform; add --platform NAME"};
    if (!key.platform.empty() && !of_platform)
        throw Failure{Exit::usage, "a key of role " + key.role +
                                       " sees all platforms; leave --platform out, or take "
                                       "--role read-only or none"};
    KeyRequest request;
    request.target =
        key.platform.empty() ? path({"keys"}) : path({"platforms", key.platform, "keys"});
    put(request.body, "role", key.role);
    put(request.body, "name", key.name);
    put(request.body, "scopes", key.scopes);
    put(request.body, "allow", key.allow);
    if (key.test) request.body["test"] = true;
    if (!key.expires.empty()) request.body["expires_at"] = moment_of("--expires", key.expires, now);
    return request;
}

json::object key_update_body(const KeyUpdate& update, Time now) {
    json::object body;
    put(body, "name", update.name);
    put_allow(body, update.allow, update.allow_anywhere);
    if (!update.expires.empty()) body["expires_at"] = moment_of("--expires", update.expires, now);
    return something(std::move(body), "keys update");
}

json::object account_update_body(const AccountUpdate& update) {
    if (update.enable && update.disable)
        throw Failure{Exit::usage, "--enable and --disable contradict each other"};
    json::object body;
    put(body, "binds_max", update.binds_max);
    put(body, "window", update.window);
    if (!update.tlvs.empty()) body["tlvs"] = update.tlvs == "yes";
    put(body, "long_messages", update.long_messages);
    put_allow(body, update.allow, update.allow_anywhere);
    if (update.enable || update.disable) body["disabled"] = update.disable;
    return something(std::move(body), "platforms update-account");
}

json::object overlap_body(const Rotation& rotation) {
    json::object body;
    if (!rotation.overlap.empty())
        body["overlap_seconds"] = seconds_of("--overlap", rotation.overlap, Zero::allowed);
    return body;
}

json::object webhook_body(const NewWebhook& webhook) {
    json::object body;
    put(body, "platform", webhook.platform);
    put(body, "url", webhook.url);
    put(body, "description", webhook.description);
    put(body, "events", webhook.events);
    if (webhook.sessions_only) body["sessions_only"] = true;
    if (webhook.test) body["test"] = true;
    return body;
}

json::object webhook_changes(const WebhookUpdate& update) {
    if (update.enable && update.disable)
        throw Failure{Exit::usage, "--enable and --disable exclude each other"};
    if (update.all_events && !update.events.empty())
        throw Failure{Exit::usage, "--events and --all-events exclude each other"};
    json::object body;
    put(body, "url", update.url);
    put(body, "events", update.events);
    if (update.description) body["description"] = *update.description;
    if (update.all_events) body["events"] = json::array{};
    if (update.enable || update.disable) body["disabled"] = update.disable;
    if (body.empty())
        throw Failure{Exit::usage,
                      "nothing is to be changed; --url, --events, --all-events, --description, "
                      "--enable and --disable change something"};
    return body;
}

json::object replay_body(const std::string& since) {
    json::object body;
    if (!since.empty()) body["since_hours"] = (seconds_of("--since", since) + 3599) / 3600;
    return body;
}

}  // namespace smppd::ctl
