// daemon/exit_status.hpp - why smppd ended, as a status for whoever starts it.
#pragma once

#include <stdexcept>

namespace smppd {

// Source: sysexits.h. The systemd unit starts it again after all but exit_config.
inline constexpr int exit_usage = 64;
inline constexpr int exit_unavailable = 69;  ///< something it needs is not there: a port is busy
inline constexpr int exit_io_error = 74;     ///< the store failed, or another smppd has it
inline constexpr int exit_config = 78;       ///< trying again would not mend it

/// What the configuration asks for cannot be: a key or a certificate is missing or wrong.
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The store cannot be opened.
class StoreError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What to end with after this: exit_config, exit_io_error (also for every error code of the
/// store's), or exit_unavailable.
int exit_status(const std::exception& error) noexcept;

}  // namespace smppd
