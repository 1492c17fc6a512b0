// daemon/reload.hpp - what of a configuration that was read again a running daemon takes up, and
// what has to wait for a restart. Values only.
#pragma once

#include "conf/config.hpp"

namespace smppd {

/// Takes into `running` what can be changed while it runs: carriers and profiles, workflows and
/// mappings, the log level, stop_within, and of listeners all but the socket and its TLS; their
/// allow lists and limits hold for connections that come from then on. The rest stays as it is.
/// Returns the keys that differ and need a restart.
std::vector<std::string> take_up(conf::Config& running, conf::Config fresh);

}  // namespace smppd
