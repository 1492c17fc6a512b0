// daemon/notify/outbox_parts.hpp - what outbox*.cpp share; for them alone.
#pragma once

#include "daemon/notify/outbox.hpp"

namespace smppd::notify {

/// One try that is under way.
struct Outbox::Flight {
    pool::Id webhook = 0;
    Ticket ticket{};
    std::uint32_t epoch = 0;  ///< of the queue that it came from
    std::string host{};       ///< whose place it has
    bool proven = false;      ///< as the place was taken
};

}  // namespace smppd::notify
