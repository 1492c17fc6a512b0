// daemon/carriers.hpp - all carriers and all binds, as admins see and stop them.
#pragma once

#include "daemon/smpp/carrier.hpp"
#include "daemon/smpp/platforms.hpp"

#include <map>

namespace smppd {

class Carriers final : public smpp::CarrierControl {
public:
    Carriers(smpp::Carrier::Parts parts, smpp::Platforms& platforms);

    /// Makes, changes and removes carriers as the configuration says; binds whose settings are the
    /// same stay as they are.
    void configure(const std::vector<conf::Carrier>& configs, smpp::Now now);
    /// A connection to the port for outbind from `host`; empty when no carrier may connect to us
    /// from there, or it is over a limit: close it.
    std::shared_ptr<smpp::CarrierBind> accept_outbind(const conf::OutbindListener& listener,
                                                      const std::string& host, smpp::Now now);
    /// Unbinds all; for draining.
    void stop_all(smpp::Now now);
    bool connected() const;
    /// No session has a number of the carrier any more: one that is being drained stops.
    void drained(const std::string& carrier);
    /// "2 of 3 binds up", for the service manager.
    std::string summary() const;
    std::vector<std::string> alarms() const;
    const conf::Carrier* find(const std::string& name) const;

    std::vector<smpp::CarrierView> carriers() const override;
    std::vector<smpp::BindView> binds() const override;
    bool stop(const std::string& carrier, std::uint32_t bind) override;
    bool start(const std::string& carrier, std::uint32_t bind) override;
    bool drain(const std::string& carrier) override;
    bool probe(const std::string& carrier, std::uint32_t bind,
               std::function<void(std::vector<smpp::ProbeResult>)> done) override;
    bool disconnect(const std::string& id) override;

private:
    smpp::Carrier* by_outbind(const std::string& system_id);
    void retire(std::unique_ptr<smpp::Carrier> carrier, smpp::Now now);

    smpp::Carrier::Parts parts_;
    smpp::Platforms& platforms_;
    std::map<std::string, std::unique_ptr<smpp::Carrier>> carriers_;
    /// Removed or replaced: answers to what they delivered may still be on their way.
    std::vector<std::unique_ptr<smpp::Carrier>> retired_;
};

}  // namespace smppd
