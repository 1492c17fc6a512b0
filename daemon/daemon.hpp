// daemon/daemon.hpp - the wiring: what exists, in which order it is made, started and stopped.
#pragma once

#include "conf/config.hpp"

#include <functional>
#include <memory>

namespace smppd {

class Daemon {
public:
    /// Opens the store, restores memory, listens. Throws std::runtime_error (and
    /// std::system_error from the store) with a sentence when it cannot. `reload` reads the
    /// configuration again.
    Daemon(conf::Config config, std::function<conf::Loaded()> reload);
    ~Daemon();
    /// Runs until SIGTERM or SIGINT has been served, or the store has failed. The exit status: 0,
    /// or 74 (EX_IOERR).
    int run();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd
