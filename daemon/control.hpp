// daemon/control.hpp - the REST API on the Unix socket, and on TCP where it is configured.
#pragma once

#include "conf/config.hpp"
#include "daemon/http/context.hpp"
#include "daemon/net/network.hpp"

namespace smppd {

class Control {
public:
    /// Makes the socket, listens and serves. Throws std::system_error and std::runtime_error with
    /// path or address and reason.
    Control(net::Network& network, const conf::Config& config, http::Context context);
    ~Control();
    /// Reads the certificates again, for new connections; what is wrong with some: those stay.
    std::vector<std::string> reload_certificates();
    /// Lets what is being answered finish, then removes the socket; `stopped` runs once.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd
