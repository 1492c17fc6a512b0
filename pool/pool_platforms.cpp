// pool/pool_platforms.cpp - the pool's platforms and their SMPP accounts.
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {

void Pool::State::put(const Platform& platform) {
    if (const auto old = platforms.find(platform.id); old != platforms.end())
        platform_names.erase(old->second.name);
    platforms[platform.id] = platform;
    platform_names[platform.name] = platform.id;
}

void Pool::State::erase(const Platform& platform) {
    const auto old = platforms.find(platform.id);
    if (old == platforms.end()) return;
    platform_names.erase(old->second.name);
    platforms.erase(old);
}

Result<Changes> Pool::create_platform(Platform platform, WallTime now) {
    if (!valid_platform_name(platform.name)) return Errc::bad_value;
    if (state_->platform_names.contains(platform.name)) return Errc::exists;
    if (platform.id == 0)
        platform.id = state_->platforms.empty() ? 1 : state_->platforms.rbegin()->first + 1;
    if (state_->has_platform(platform.id)) return Errc::exists;
    platform.created_at = now;
    state_->put(platform);
    return Changes{PlatformPut{std::nullopt, std::move(platform)}};
}

Result<Changes> Pool::create_account(SmppAccount account, WallTime now) {
    if (!valid_system_id(account.system_id)) return Errc::bad_value;
    if (!state_->has_platform(account.platform)) return Errc::not_found;
    if (state_->accounts.contains(account.system_id)) return Errc::exists;
    account.created_at = now;
    state_->put(account);
    return Changes{AccountPut{std::nullopt, std::move(account)}};
}

Result<Changes> Pool::update(const Platform& platform) {
    const auto found = state_->platforms.find(platform.id);
    if (found == state_->platforms.end()) return Errc::not_found;
    if (!valid_platform_name(platform.name)) return Errc::bad_value;
    const auto named = state_->platform_names.find(platform.name);
    if (named != state_->platform_names.end() && named->second != platform.id) return Errc::exists;
    Changes changes{PlatformPut{found->second, platform}};
    state_->put(platform);
    return changes;
}

Result<Changes> Pool::update(const SmppAccount& account) {
    const auto found = state_->accounts.find(account.system_id);
    if (found == state_->accounts.end() || !state_->has_platform(account.platform))
        return Errc::not_found;
    Changes changes{AccountPut{found->second, account}};
    state_->put(account);
    return changes;
}

const Platform* Pool::platform(PlatformId id) const {
    const auto found = state_->platforms.find(id);
    return found == state_->platforms.end() ? nullptr : &found->second;
}

const Platform* Pool::platform(std::string_view name) const {
    const auto found = state_->platform_names.find(name);
    return found == state_->platform_names.end() ? nullptr : platform(found->second);
}

const SmppAccount* Pool::account(std::string_view system_id) const {
    const auto found = state_->accounts.find(system_id);
    return found == state_->accounts.end() ? nullptr : &found->second;
}

std::vector<Platform> Pool::platforms() const {
    std::vector<Platform> out;
    for (const auto& [id, platform] : state_->platforms) out.push_back(platform);
    return out;
}

std::vector<SmppAccount> Pool::accounts() const {
    std::vector<SmppAccount> out;
    for (const auto& [system_id, account] : state_->accounts) out.push_back(account);
    return out;
}

}  // namespace smppd::pool
