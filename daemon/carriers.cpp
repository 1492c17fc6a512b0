// daemon/carriers.cpp - see carriers.hpp.
#include "daemon/carriers.hpp"

#include "daemon/log.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace smppd {

using smpp::Now;

namespace {

bool same(const std::optional<conf::TlsClient>& a, const std::optional<conf::TlsClient>& b) {
    if (a.has_value() != b.has_value()) return false;
    return !a || (a->ca == b->ca && a->verify == b->verify && a->server_name == b->server_name &&
                  a->pins == b->pins && a->certificate == b->certificate && a->key == b->key);
}

/// Whether a bind made with `a` may stay under `b`.
bool same_connection(const conf::Carrier& a, const conf::Carrier& b) {
    return a.hosts == b.hosts && same(a.tls, b.tls) && a.system_id == b.system_id &&
           a.password.value == b.password.value && a.system_type == b.system_type &&
           a.address_range == b.address_range && a.addr_ton == b.addr_ton &&
           a.addr_npi == b.addr_npi && a.interface_version == b.interface_version &&
           a.bind == b.bind && a.binds == b.binds && a.outbind_system_id == b.outbind_system_id &&
           a.enabled == b.enabled;
}

}  // namespace

Carriers::Carriers(smpp::Carrier::Parts parts, smpp::Platforms& platforms)
    : parts_(std::move(parts)), platforms_(platforms) {
    parts_.by_outbind = [this](const std::string& system_id) { return by_outbind(system_id); };
}

void Carriers::configure(const std::vector<conf::Carrier>& configs, Now now) {
    std::set<std::string> wanted;
    for (const conf::Carrier& config : configs) {
        wanted.insert(config.name);
        auto& carrier = carriers_[config.name];
        if (carrier && same_connection(carrier->config(), config)) {
            carrier->update(config);
            continue;
        }
        if (carrier) {
            log::info("carrier_changed", {{"carrier", config.name}});
            carrier->stop(0, now);
            retired_.push_back(std::move(carrier));
        }
        carrier = std::make_unique<smpp::Carrier>(config, parts_);
        carrier->start(now);
    }
    for (auto at = carriers_.begin(); at != carriers_.end();) {
        if (wanted.contains(at->first)) {
            ++at;
            continue;
        }
        log::info("carrier_removed", {{"carrier", at->first}});
        at->second->stop(0, now);
        retired_.push_back(std::move(at->second));
        at = carriers_.erase(at);
    }
}

smpp::Carrier* Carriers::by_outbind(const std::string& system_id) {
    for (const auto& [name, carrier] : carriers_) {
        if (carrier->config().outbind_system_id == system_id) return carrier.get();
    }
    return nullptr;
}

std::shared_ptr<smpp::CarrierBind> Carriers::accept_outbind(Now now) {
    // Which carrier it is shows with its outbind; until then the first that may is its host.
    for (const auto& [name, carrier] : carriers_) {
        if (carrier->config().outbind_system_id && carrier->config().enabled) {
            return carrier->accept(now);
        }
    }
    return nullptr;
}

void Carriers::stop_all(Now now) {
    for (const auto& [name, carrier] : carriers_) carrier->stop(0, now);
}

bool Carriers::connected() const {
    const auto is_connected = [](const auto& carrier) { return carrier->connected(); };
    return std::any_of(retired_.begin(), retired_.end(), is_connected) ||
           std::any_of(carriers_.begin(), carriers_.end(),
                       [&](const auto& entry) { return is_connected(entry.second); });
}

std::string Carriers::summary() const {
    std::size_t up = 0, all = 0;
    for (const auto& [name, carrier] : carriers_) {
        const smpp::CarrierView view = carrier->view();
        up += view.binds_bound;
        all += std::max(view.binds, view.binds_bound);
    }
    return std::to_string(up) + " of " + std::to_string(all) + " carrier binds up";
}

std::vector<std::string> Carriers::alarms() const {
    std::vector<std::string> alarms;
    for (const auto& [name, carrier] : carriers_) {
        const std::string alarm = carrier->view().alarm;
        if (alarm == "bad_credentials") {
            alarms.push_back("carrier " + name +
                             ": refused for its credentials and stopped; correct "
                             "system_id or password, then smppctl binds start " +
                             name);
        } else if (alarm == "silence") {
            alarms.push_back("carrier " + name +
                             ": bound, but no message for much longer than usual");
        } else if (!alarm.empty()) {
            alarms.push_back("carrier " + name + ": " + alarm);
        }
    }
    return alarms;
}

const conf::Carrier* Carriers::find(const std::string& name) const {
    const auto found = carriers_.find(name);
    return found == carriers_.end() ? nullptr : &found->second->config();
}

std::vector<smpp::CarrierView> Carriers::carriers() const {
    std::vector<smpp::CarrierView> views;
    for (const auto& [name, carrier] : carriers_) views.push_back(carrier->view());
    return views;
}

std::vector<smpp::BindView> Carriers::binds() const {
    std::vector<smpp::BindView> views;
    const Now now = parts_.timers.now();
    for (const auto& [name, carrier] : carriers_) {
        for (auto& view : carrier->binds(now)) views.push_back(std::move(view));
    }
    for (auto& view : platforms_.binds()) views.push_back(std::move(view));
    return views;
}

bool Carriers::stop(const std::string& carrier, std::uint32_t bind) {
    const auto found = carriers_.find(carrier);
    if (found == carriers_.end() || !found->second->stop(bind, parts_.timers.now())) return false;
    log::info("bind_stop", {{"carrier", carrier}, {"bind", bind}, {"by", "admin"}});
    return true;
}

bool Carriers::start(const std::string& carrier, std::uint32_t bind) {
    const auto found = carriers_.find(carrier);
    if (found == carriers_.end() || !found->second->start(bind, parts_.timers.now())) return false;
    log::info("bind_start", {{"carrier", carrier}, {"bind", bind}, {"by", "admin"}});
    return true;
}

bool Carriers::disconnect(const std::string& id) {
    return platforms_.disconnect(id, parts_.timers.now());
}

}  // namespace smppd
