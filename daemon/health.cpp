// daemon/health.cpp - which carriers can be reached.
#include "daemon/health.hpp"

#include <algorithm>

namespace smppd {

std::vector<CarrierHealth::News> CarrierHealth::look(const std::vector<smpp::CarrierView>& carriers,
                                                     protocol::WallTime now) {
    std::vector<News> news;
    for (const smpp::CarrierView& carrier : carriers) {
        const auto [found, added] = known_.try_emplace(carrier.name);
        Known& known = found->second;
        if (added) known.seen_at = now;
        const bool up = carrier.binds_bound > 0;
        const bool waits = known.state == State::unknown && !carrier.stopped &&
                           now - known.seen_at < patience_ && now >= known.seen_at;
        if (!up && waits) continue;
        const State state = up ? State::up : State::down;
        if (state == known.state) continue;
        known.state = state;
        std::string reason;
        if (!up) reason = carrier.stopped ? "stopped" : carrier.alarm;
        if (!up && reason.empty()) reason = "no bind is up";
        news.push_back({carrier.name, up, std::move(reason)});
    }
    const auto gone = [&](const std::string& name) {
        return std::none_of(carriers.begin(), carriers.end(),
                            [&](const smpp::CarrierView& one) { return one.name == name; });
    };
    for (const auto& [name, known] : known_)
        if (known.state == State::up && gone(name)) news.push_back({name, false, "removed"});
    std::erase_if(known_, [&](const auto& known) { return gone(known.first); });
    return news;
}

}  // namespace smppd
