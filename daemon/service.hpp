// daemon/service.hpp - what the service manager is told: sd_notify(3) without its library.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace smppd::service {

/// Sends lines such as "READY=1\nSTATUS=2 of 3 binds up" to $NOTIFY_SOCKET; nothing without one.
void notify(const std::string& lines);
/// How often the watchdog wants to be fed at the latest; nothing when it is off or meant for
/// another process ($WATCHDOG_USEC, $WATCHDOG_PID).
std::optional<std::chrono::microseconds> watchdog();

}  // namespace smppd::service
