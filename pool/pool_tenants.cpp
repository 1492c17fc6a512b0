// pool/pool_tenants.cpp - the webhooks and API keys of platforms.
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr std::size_t webhooks_max = 100;  // a platform
constexpr std::size_t keys_max = 1'000;

void count(std::map<PlatformId, unsigned>& counts, PlatformId platform, int by) {
    if (by > 0) {
        ++counts[platform];
    } else if (const auto found = counts.find(platform); found != counts.end()) {
        if (--found->second == 0) counts.erase(found);
    }
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
}

void Pool::State::erase(const Webhook& webhook) {
    const auto old = webhooks.find(webhook.id);
    if (old == webhooks.end()) return;
    count(listeners, old->second.platform, -1);
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
    else if (webhooks_of(webhook.platform).size() >= webhooks_max)
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

Result<Changes> Pool::put(ApiKey key) {
    if (key.platform != 0 && !state_->has_platform(key.platform)) return Errc::not_found;
    ApiKeyPut put;
    if (const ApiKey* before = api_key(key.id))
        put.before = *before;
    else if (api_keys(key.platform).size() >= keys_max)
        return Errc::full;
    put.after = std::move(key);
    state_->put(*put.after);
    return Changes{std::move(put)};
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
