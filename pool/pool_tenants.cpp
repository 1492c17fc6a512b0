// pool/pool_tenants.cpp - the webhooks and API keys of platforms.
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::size_t webhooks_max = 100;  // a platform, made to last
constexpr std::size_t keys_max = 1'000;

void count(std::map<PlatformId, unsigned>& counts, PlatformId platform, int by) {
    if (by > 0) {
        ++counts[platform];
    } else if (const auto found = counts.find(platform); found != counts.end()) {
        if (--found->second == 0) counts.erase(found);
    }
}

/// Keys of exactly this platform that were neither revoked nor rotated away.
std::size_t good_keys(const std::map<std::string, ApiKey, std::less<>>& keys, PlatformId platform) {
    return static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), [&](const auto& one) {
        const ApiKey& key = one.second;
        return key.platform == platform && key.revoked_at == WallTime{} && key.replaced_by.empty();
    }));
}

}  // namespace

void Pool::State::put(const SmppAccount& account) {
    erase(account);
    accounts.emplace(account.system_id, account);
    count(account_counts, account.platform, 1);
}

void Pool::State::erase(const SmppAccount& account) {
    const auto old = accounts.find(account.system_id);
    if (old == accounts.end()) return;
    count(account_counts, old->second.platform, -1);
    accounts.erase(old);
}

void Pool::State::put(const Webhook& webhook) {
    erase(webhook);
    webhooks.emplace(webhook.id, webhook);
    count(listeners, webhook.platform, 1);
    auto& like = webhook.sessions_only ? brought_webhooks : lasting_webhooks;
    like[webhook.platform].insert(webhook.id);
    if (webhook.sessions_only && !webhook.disabled)
        brought_urls[{webhook.platform, webhook.test, webhook.url}] = webhook.id;
}

void Pool::State::erase(const Webhook& webhook) {
    const auto old = webhooks.find(webhook.id);
    if (old == webhooks.end()) return;
    const Webhook& known = old->second;
    count(listeners, known.platform, -1);
    auto& like = known.sessions_only ? brought_webhooks : lasting_webhooks;
    auto& ids = like[known.platform];
    ids.erase(known.id);
    if (ids.empty()) like.erase(known.platform);
    const auto url = brought_urls.find({known.platform, known.test, known.url});
    if (url != brought_urls.end() && url->second == known.id) brought_urls.erase(url);
    webhooks.erase(old);
}

void Pool::State::put(const ApiKey& key) {
    erase(key);
    keys.emplace(key.id, key);
    if (key.platform != 0) count(listeners, key.platform, 1);
}

void Pool::State::erase(const ApiKey& key) {
    const auto old = keys.find(key.id);
    if (old == keys.end()) return;
    if (old->second.platform != 0) count(listeners, old->second.platform, -1);
    keys.erase(old);
}

Result<Changes> Pool::put(Webhook webhook) {
    if (!state_->has_platform(webhook.platform)) return Errc::not_found;
    WebhookPut put;
    if (const Webhook* before = this->webhook(webhook.id))
        put.before = *before;
    else if (state_->webhooks_like(webhook.platform, webhook.sessions_only) >=
             (webhook.sessions_only ? state_->options.webhooks_brought_max : webhooks_max))
        return Errc::full;
    put.after = std::move(webhook);
    state_->put(*put.after);
    return Changes{std::move(put)};
}

Result<Changes> Pool::remove_webhook(Id id) {
    const Webhook* webhook = this->webhook(id);
    if (webhook == nullptr) return Errc::not_found;
    WebhookPut put{*webhook, std::nullopt};
    state_->erase(*put.before);
    return Changes{std::move(put)};
}

const Webhook* Pool::webhook(Id id) const {
    const auto found = state_->webhooks.find(id);
    return found == state_->webhooks.end() ? nullptr : &found->second;
}

std::vector<const Webhook*> Pool::webhooks_of(PlatformId platform) const {
    std::vector<const Webhook*> out;
    for (const auto& [id, webhook] : state_->webhooks)
        if (platform == 0 || webhook.platform == platform) out.push_back(&webhook);
    return out;
}

std::size_t Pool::State::webhooks_like(PlatformId platform, bool brought) const {
    const auto& like = brought ? brought_webhooks : lasting_webhooks;
    const auto found = like.find(platform);
    return found == like.end() ? 0 : found->second.size();
}

std::vector<const Webhook*> Pool::hearers_of(const Event& event) const {
    std::vector<const Webhook*> out;
    std::vector<Id> ids;
    if (event.webhook != 0) ids.push_back(event.webhook);
    // A test is for its own webhook alone.
    const auto lasting = state_->lasting_webhooks.find(event.platform);
    if (event.type != EventType::webhook_test && lasting != state_->lasting_webhooks.end())
        ids.insert(ids.end(), lasting->second.begin(), lasting->second.end());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const Id id : ids) {
        const Webhook* one = webhook(id);
        if (one != nullptr && one->platform == event.platform && one->wants(event))
            out.push_back(one);
    }
    return out;
}

const Webhook* Pool::brought_webhook(PlatformId platform, bool test, const std::string& url) const {
    const auto found = state_->brought_urls.find({platform, test, url});
    return found == state_->brought_urls.end() ? nullptr : webhook(found->second);
}

const Webhook* Pool::webhook_to_replace(PlatformId platform,
                                        const std::function<bool(Id)>& may_go) const {
    if (state_->webhooks_like(platform, true) < state_->options.webhooks_brought_max)
        return nullptr;
    for (const Id id : state_->brought_webhooks.at(platform))
        if (!state_->sessions.names_webhook(id) && may_go(id)) return webhook(id);
    return nullptr;
}

Result<Changes> Pool::put(ApiKey key) {
    if (key.platform != 0 && !state_->has_platform(key.platform)) return Errc::not_found;
    ApiKeyPut put;
    if (const ApiKey* before = api_key(key.id))
        put.before = *before;
    else if (good_keys(state_->keys, key.platform) >= keys_max)
        return Errc::full;
    put.after = std::move(key);
    state_->put(*put.after);
    return Changes{std::move(put)};
}

std::set<PlatformId> Pool::platforms_on(std::string_view carrier) const {
    std::set<PlatformId> platforms;
    std::size_t looks = 200'000;
    const auto word = state_->numbers.words().find(carrier);
    if (!word) return platforms;
    state_->sessions.due_in_order([&](const Session& session) {
        const auto slot = state_->numbers.find(session.number);
        if (slot && !session.test && state_->numbers.profile(*slot).carrier == *word)
            platforms.insert(session.platform);
        return --looks > 0;
    });
    return platforms;
}

bool Pool::leased_on(std::string_view carrier) const {
    bool found = false;
    const auto word = state_->numbers.words().find(carrier);
    if (!word) return found;
    state_->sessions.due_in_order([&](const Session& session) {
        const auto slot = state_->numbers.find(session.number);
        found = slot && state_->numbers.profile(*slot).carrier == *word;
        return !found;
    });
    return found;
}

const ApiKey* Pool::api_key(std::string_view id) const {
    const auto found = state_->keys.find(id);
    return found == state_->keys.end() ? nullptr : &found->second;
}

std::vector<ApiKey> Pool::api_keys(PlatformId platform) const {
    std::vector<ApiKey> out;
    for (const auto& [id, key] : state_->keys)
        if (platform == 0 || key.platform == platform) out.push_back(key);
    std::sort(out.begin(), out.end(), [](const ApiKey& a, const ApiKey& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return out;
}

}  // namespace smppd::pool
