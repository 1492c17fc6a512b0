// daemon/carriers.cpp - see carriers.hpp.
#include "daemon/carriers.hpp"

#include "daemon/log.hpp"
#include "daemon/smpp/cidr.hpp"

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

std::string words(const smpp::CarrierView& carrier, const smpp::CarrierView::Alarm& alarm) {
    std::string name = "carrier " + carrier.name;
    if (alarm.bind != 0 && carrier.binds > 1) name += ", bind " + std::to_string(alarm.bind);
    if (alarm.word == "bad_credentials") {
        return name +
               ": refused for its credentials and stopped; correct system_id or password, "
               "then smppctl binds start " +
               carrier.name;
    }
    if (alarm.word == "silence") {
        return name + ": bound, but no message for much longer than usual";
    }
    return name + ": " + alarm.word;
}

}  // namespace

Carriers::Carriers(smpp::Carrier::Parts parts, smpp::Platforms& platforms)
    : parts_(std::move(parts)), platforms_(platforms) {
    parts_.by_outbind = [this](const std::string& system_id) { return by_outbind(system_id); };
}

void Carriers::retire(std::unique_ptr<smpp::Carrier> carrier, Now now) {
    carrier->leave(now);
    retired_.push_back(std::move(carrier));
}

void Carriers::configure(const std::vector<conf::Carrier>& configs, Now now) {
    if (parts_.router.pending() == 0) {
        std::erase_if(retired_, [](const auto& carrier) { return !carrier->busy(); });
    }
    std::set<std::string> wanted;
    for (const conf::Carrier& config : configs) {
        wanted.insert(config.name);
        auto& carrier = carriers_[config.name];
        if (carrier && same_connection(carrier->config(), config)) {
            carrier->update(config, now);
            continue;
        }
        auto fresh = std::make_unique<smpp::Carrier>(config, parts_);
        if (carrier) {
            log::info("carrier_changed", {{"carrier", config.name}});
            fresh->start_after(*carrier, now);
            retire(std::move(carrier), now);
        } else {
            fresh->start(now);
        }
        carrier = std::move(fresh);
    }
    for (auto at = carriers_.begin(); at != carriers_.end();) {
        if (wanted.contains(at->first)) {
            ++at;
            continue;
        }
        log::info("carrier_removed", {{"carrier", at->first}});
        retire(std::move(at->second), now);
        at = carriers_.erase(at);
    }
}

smpp::Carrier* Carriers::by_outbind(const std::string& system_id) {
    for (const auto& [name, carrier] : carriers_) {
        if (carrier->config().outbind_system_id == system_id) return carrier.get();
    }
    return nullptr;
}

std::shared_ptr<smpp::CarrierBind> Carriers::accept_outbind(const conf::OutbindListener& listener,
                                                            const std::string& host, Now now) {
    if (!smpp::allowed(listener.allow, host)) return nullptr;
    std::size_t all = 0, unbound = 0;
    const auto count = [&](const smpp::Carrier& carrier) {
        const smpp::Carrier::Outbinds outbinds = carrier.outbinds(host);
        all += outbinds.all;
        unbound += outbinds.unbound;
    };
    for (const auto& [name, carrier] : carriers_) count(*carrier);
    for (const auto& carrier : retired_) count(*carrier);
    if (all >= listener.connections_max || unbound >= listener.unbound_per_address_max) {
        return nullptr;
    }
    // Which carrier it is shows with its outbind; until then the first that may is its host.
    for (const auto& [name, carrier] : carriers_) {
        if (carrier->config().outbind_system_id && carrier->running()) {
            return carrier->accept(host, now);
        }
    }
    return nullptr;
}

void Carriers::stop_all(Now now) {
    for (const auto& [name, carrier] : carriers_) carrier->leave(now);
    for (const auto& carrier : retired_) carrier->leave(now);
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
        const smpp::CarrierView view = carrier->view();
        for (const auto& alarm : view.alarms) alarms.push_back(words(view, alarm));
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

bool Carriers::drain(const std::string& carrier) {
    const auto found = carriers_.find(carrier);
    if (found == carriers_.end()) return false;
    found->second->drain();
    log::info("carrier_drain", {{"carrier", carrier}, {"by", "admin"}});
    return true;
}

void Carriers::drained(const std::string& carrier) {
    const auto found = carriers_.find(carrier);
    if (found == carriers_.end() || !found->second->draining()) return;
    found->second->stop(0, parts_.timers.now());
    log::info("carrier_drained", {{"carrier", carrier}});
}

bool Carriers::probe(const std::string& carrier, std::uint32_t bind,
                     std::function<void(std::vector<smpp::ProbeResult>)> done) {
    const auto found = carriers_.find(carrier);
    return found != carriers_.end() &&
           found->second->probe(bind, std::move(done), parts_.timers.now());
}

bool Carriers::disconnect(const std::string& id) {
    return platforms_.disconnect(id, parts_.timers.now());
}

}  // namespace smppd
