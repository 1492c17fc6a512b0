// daemon/smpp/platforms.cpp - all platforms' connections; see platforms.hpp.
#include "daemon/smpp/platforms.hpp"

#include "daemon/log.hpp"
#include "daemon/smpp/cidr.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace smppd::smpp {

using namespace std::chrono_literals;

namespace {
constexpr auto failures_forgotten_after = std::chrono::minutes{10};
constexpr std::size_t failures_max = 10'000;
constexpr std::chrono::milliseconds penalty_max{3'000};
}  // namespace

std::shared_ptr<PlatformLink> Platforms::accept(const conf::PlatformListener& listener,
                                                const std::string& host) {
    const auto unbound = unbound_.find(host);
    const bool too_many =
        unbound != unbound_.end() && unbound->second >= listener.unbound_per_address_max;
    const char* reason = nullptr;
    if (!allowed(listener.allow, host)) {
        reason = "the address is not in the listener's allow list";
    } else if (links_.size() >= listener.connections_max) {
        reason = "as many connections as connections_max allows";
    } else if (too_many) {
        reason = "as many unbound connections of the address as unbound_per_address_max allows";
    }
    if (reason != nullptr) {
        turned_away(host, reason);
        return nullptr;
    }
    ++unbound_[host];
    const std::uint64_t number = next_number_++;
    auto link = std::make_shared<PlatformLink>(*this, listener, number);
    link->host_ = host;
    links_.emplace(number, link);
    return link;
}

void Platforms::turned_away(const std::string& host, const char* reason) {
    ++turned_away_;
    const protocol::Instant now = parts_.timers.now().mono;
    if (now < log_again_at_) return;
    log_again_at_ = now + 1s;
    const std::uint64_t connections =
        turned_away_ - std::exchange(turned_away_logged_, turned_away_);
    log::warning("platform_turned_away",
                 {{"address", host}, {"reason", reason}, {"connections", connections}});
}

void Platforms::gone(PlatformLink& link) {
    if (link.held_) {
        link.held_ = false;
        const auto binds = binds_.find(link.system_id());
        if (binds != binds_.end() && --binds->second == 0) binds_.erase(binds);
    } else if (const auto unbound = unbound_.find(link.host_); unbound != unbound_.end()) {
        if (--unbound->second == 0) unbound_.erase(unbound);
    }
    std::erase_if(links_, [&](const auto& entry) { return entry.second.get() == &link; });
}

void Platforms::accounts_changed(Now now) {
    std::vector<std::shared_ptr<PlatformLink>> leaving;
    for (const auto& [number, link] : links_) {
        if (!link->held_) continue;
        const pool::SmppAccount* account = parts_.pool.account(link->system_id());
        const pool::Platform* platform =
            account != nullptr ? parts_.pool.platform(account->platform) : nullptr;
        const bool stays = platform != nullptr && !platform->disabled && !account->disabled &&
                           account->password_hash == link->account_.password_hash;
        if (stays) {
            link->account_ = *account;
            link->form_ = delivery_form(*account, link->bind()->peer_version());
        } else {
            leaving.push_back(link);
        }
    }
    for (const auto& link : leaving) link->leave(now);
}

void Platforms::leave(Now now) {
    auto links = links_;
    for (const auto& [number, link] : links) link->leave(now);
}

bool Platforms::disconnect(const std::string& id, Now now) {
    for (const auto& [number, link] : links_) {
        if (link->id() != id) continue;
        const auto kept = link;
        kept->leave(now);
        return true;
    }
    return false;
}

std::vector<BindView> Platforms::binds() const {
    std::vector<BindView> views;
    for (const auto& [number, link] : links_) views.push_back(link->view());
    return views;
}

std::uint16_t Platforms::next_reference(pool::PlatformId platform) {
    const auto [last, fresh] = references_.try_emplace(platform);
    // After a restart the platform may still hold parts of what went out before.
    if (fresh) last->second = static_cast<std::uint16_t>(std::random_device{}());
    return ++last->second;
}

void Platforms::failed(const std::string& host, Now now) {
    std::erase_if(failures_, [&](const auto& entry) {
        return now.mono - entry.second.last > failures_forgotten_after;
    });
    if (failures_.size() >= failures_max && !failures_.contains(host)) return;
    Failures& failures = failures_[host];
    failures.last = now.mono;
    failures.count = std::min(failures.count + 1, 16u);
}

std::chrono::milliseconds Platforms::penalty(const std::string& host, Now now) const {
    const auto failures = failures_.find(host);
    if (failures == failures_.end()) {
        // So many addresses fail that no more are kept apart: all those wait.
        return failures_.size() >= failures_max ? penalty_max : 0ms;
    }
    if (now.mono - failures->second.last > failures_forgotten_after) return 0ms;
    return std::min(penalty_max, 100ms * (1L << (failures->second.count - 1)));
}

}  // namespace smppd::smpp
