// daemon/health.hpp - which carriers can be reached, and when that changed. Values only.
#pragma once

#include "daemon/smpp/views.hpp"

#include <map>

namespace smppd {

/// A carrier is up while a bind of it is. One that has never been up is given time to connect
/// before it counts as down; one that an admin stopped is down at once.
class CarrierHealth {
public:
    struct News {
        std::string carrier;
        bool up = false;
        std::string reason;  ///< why it is down; empty when it is up
    };
    explicit CarrierHealth(std::chrono::milliseconds patience = std::chrono::seconds{10})
        : patience_(patience) {}

    /// What changed since the last look. One that was up and is configured no more
    /// is down.
    std::vector<News> look(const std::vector<smpp::CarrierView>& carriers, protocol::WallTime now);

private:
    enum class State : std::uint8_t { unknown, up, down };
    struct Known {
        State state = State::unknown;
        protocol::WallTime seen_at{};
    };
    std::chrono::milliseconds patience_;
    std::map<std::string, Known> known_;
};

}  // namespace smppd
