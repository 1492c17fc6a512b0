// pool/change.hpp - facts to be recorded. Memory leads, the store follows in the same order.
// Each Change carries what is needed to undo it in memory when the store could not take it.
#pragma once

#include "pool/message.hpp"
#include "pool/number.hpp"
#include "pool/platform.hpp"
#include "pool/session.hpp"

#include <optional>
#include <variant>

namespace smppd::pool {

/// `before` is empty for a new record; `after` is empty for a removed one.
template <class T>
struct Put {
    std::optional<T> before;
    std::optional<T> after;
};
using PlatformPut = Put<Platform>;
using AccountPut = Put<SmppAccount>;
using NumberPut = Put<Number>;
using SessionPut = Put<Session>;

/// A new message; waiting ones join their owner's queue.
struct MessageAdded {
    Message message;
};
/// The owner acknowledged it, or retention ended: it leaves the queue.
struct MessageSettled {
    Id id = 0;
    PlatformId platform = 0;
    MessageState state = MessageState::delivered;
    WallTime at{};
    std::uint32_t attempts = 0;
};
struct PartAdded {
    Part part;
};
/// The assembly is a message now (or given up): its parts' octets are dropped; their duplicate
/// keys stay as long as retention says.
struct PartsClosed {
    Id assembly = 0;
    WallTime at{};
};
struct ReceiptAdded {
    ReceiptRecord receipt;
};
struct TraceAdded {
    TraceEntry entry;
};

using Change = std::variant<PlatformPut, AccountPut, NumberPut, SessionPut, MessageAdded,
                            MessageSettled, PartAdded, PartsClosed, ReceiptAdded, TraceAdded>;
using Changes = std::vector<Change>;

}  // namespace smppd::pool
