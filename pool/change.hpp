// pool/change.hpp - facts to be recorded. Memory leads, the store follows in the same order.
// Each Change carries what is needed to undo it in memory when the store could not take it.
#pragma once

#include "pool/api_key.hpp"
#include "pool/event.hpp"
#include "pool/message.hpp"
#include "pool/number.hpp"
#include "pool/platform.hpp"
#include "pool/session.hpp"
#include "pool/webhook.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace smppd::pool {

/// `before` is empty for a new record; `after` is empty for a removed one.
template <class T>
struct Put {
    std::optional<T> before;
    std::optional<T> after;
};
/// A brand (or a sender without one) wrote to a number: it gets another one for a while.
struct BrandUse {
    E164 number = 0;
    std::uint64_t brand = 0;  ///< keyed hash of its name
    WallTime last_at{};
    friend bool operator==(const BrandUse&, const BrandUse&) = default;
};

using PlatformPut = Put<Platform>;
using AccountPut = Put<SmppAccount>;
using NumberPut = Put<Number>;
using SessionPut = Put<Session>;
using WebhookPut = Put<Webhook>;
using ApiKeyPut = Put<ApiKey>;
using BrandUsePut = Put<BrandUse>;

/// A message came for a session: most of what is written of a session, and little of it.
struct SessionHeard {
    Id id = 0;
    SessionArrivals before, after;
};

/// A new message; waiting ones join their owner's queue.
struct MessageAdded {
    MessageAdded(Message added) : message(std::make_shared<const Message>(std::move(added))) {}
    MessageAdded(std::shared_ptr<const Message> added) : message(std::move(added)) {}
    std::shared_ptr<const Message> message;  ///< never null; whoever delivers it has it too
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

struct EventAdded {
    Event event;
};
/// A delivery begins, or what is known of it is replaced.
struct DeliveryPut {
    Delivery delivery;
};
/// The answer to a call with an Idempotency-Key; kept so that the same call gets it again.
struct AnswerKept {
    Id id = 0;
    std::uint64_t key = 0;      ///< keyed hash of platform, operation and the header's value
    std::uint64_t request = 0;  ///< keyed hash of path and body
    std::uint16_t status = 0;
    std::string body, location;  ///< sealed at rest
    WallTime at{};
};

using Change =
    std::variant<PlatformPut, AccountPut, NumberPut, SessionPut, MessageAdded, MessageSettled,
                 PartAdded, PartsClosed, ReceiptAdded, TraceAdded, WebhookPut, ApiKeyPut,
                 BrandUsePut, EventAdded, DeliveryPut, AnswerKept, SessionHeard>;
using Changes = std::vector<Change>;

}  // namespace smppd::pool
