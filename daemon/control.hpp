// daemon/control.hpp - the REST API on the Unix socket.
#pragma once

#include "conf/config.hpp"
#include "daemon/http/context.hpp"
#include "daemon/net/network.hpp"

namespace smppd {

class Control {
public:
    /// Makes the socket and serves it. Throws std::system_error with path and reason.
    Control(net::Network& network, const conf::Config& config, http::Context context);
    ~Control();
    /// Lets what is being answered finish, then removes the socket; `stopped` runs once.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd
