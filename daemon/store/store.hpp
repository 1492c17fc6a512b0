// daemon/store/store.hpp - the narrow door to what lasts. Nothing above it knows which database
// stands behind it, and nothing above it writes SQL.
#pragma once

#include "pool/change.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

namespace smppd::store {

/// What can go wrong. `full` heals by itself; `broken` must end the process: no acknowledgement
/// may be given after it (an fsync that failed once cannot be trusted again).
enum class Errc {
    full = 1,   ///< the disk (or the ballast) is full: the group was rolled back
    broken,     ///< I/O or fsync error, or the file is damaged
    busy,       ///< the writer's queue is full: try again
    too_new,    ///< the file was written by a newer smppd
    locked,     ///< another smppd has it open
    wrong_key,  ///< the key does not open what is sealed in it
    not_found,
};
const std::error_category& error_category() noexcept;
inline std::error_code make_error_code(Errc e) noexcept {
    return {static_cast<int>(e), error_category()};
}

/// How long the same call with the same Idempotency-Key gets the same answer.
inline constexpr std::chrono::seconds answers_window = std::chrono::hours{24};

/// Receives everything that memory holds, at start, in this order.
class Visitor {
public:
    virtual ~Visitor() = default;
    virtual void platform(pool::Platform platform) = 0;
    virtual void account(pool::SmppAccount account) = 0;
    virtual void number(pool::Number number) = 0;
    virtual void session(pool::Session session) = 0;  ///< that hold(), and the newest ended ones
    /// A session of the last day beyond those, not of the sandbox: quotas count it.
    virtual void allocation(pool::PlatformId, pool::WallTime) {}
    virtual void webhook(pool::Webhook webhook) = 0;
    virtual void api_key(pool::ApiKey key) = 0;
    virtual void brand_use(pool::BrandUse use) = 0;
    virtual void part(pool::Part part) = 0;              ///< of open assemblies
    virtual void delivery(pool::Delivery delivery) = 0;  ///< waiting ones, by event
    /// Of the last `answers_window`, oldest first; see pool::AnswerKept.
    virtual void answer(std::uint64_t key, std::uint64_t request, pool::Id id,
                        pool::WallTime at) = 0;
    virtual void duplicate(std::uint64_t key, pool::Id id, const std::string& carrier,
                           pool::WallTime recorded_at) = 0;  ///< of the last `duplicates_window`
    virtual void last_id(pool::Id id) = 0;                   ///< the largest of all ids
    virtual void salt(std::uint64_t salt) = 0;  ///< for duplicate keys; made once a file
};

/// Which messages to list; empty fields: all. Times are those in the ids: when a message began to
/// arrive. A listing looks at a bounded number of rows (see the store), so that a rare number is
/// found far back only with a later bound: `until`, or the listing's `before`.
struct MessageFilter {
    pool::PlatformId platform = 0;
    pool::Id session = 0;
    pool::E164 number = 0;
    std::optional<pool::MessageState> state{};
    std::string carrier{};
    pool::WallTime from{}, until = pool::WallTime::max();
};

/// Which sessions to list; empty fields: all.
struct SessionFilter {
    pool::PlatformId platform = 0;
    std::optional<pool::SessionState> state{};
    std::optional<bool> test{};
    std::string reference{};
};

/// The same of sessions, newest first: go on below `reached`.
struct SessionPage {
    std::vector<pool::Session> sessions;
    pool::Id reached = 0;  ///< 0: nothing was looked at
    bool more = false;
};

/// Which events to list; empty fields: all.
struct EventFilter {
    pool::PlatformId platform = 0;
    pool::Id session = 0;
    std::optional<bool> test{};
    std::uint32_t types = 0;  ///< bit by EventType's value; 0: all
};

/// What one look along the events found. A look visits a bounded number of rows (see the store), so
/// it may find nothing and yet not have come to the end.
struct EventPage {
    std::vector<pool::Event> events;
    pool::Id reached = 0;  ///< all up to this one were looked at: go on above it
    bool more = false;     ///< it stopped before the newest
};

/// The same of messages.
struct MessagePage {
    std::vector<pool::Message> messages;
    pool::Id reached = 0;  ///< all up to this one were looked at: go on above it
    bool more = false;     ///< it stopped before the newest
};

/// Messages that wait for their owner.
struct WaitingPage {
    std::vector<pool::Message> messages;
    /// Those whose seal does not open. They stay where they are: nobody is given an empty text.
    std::vector<pool::Id> unreadable{};
    pool::Id reached = 0;  ///< all up to this one were looked at: go on above it
    bool more = false;     ///< it stopped at a limit: there may be others above
    bool failed = false;   ///< the store could not be read: nothing is known, ask again
};

/// Reads of history, on a connection that never writes. Used by one thread at a time. Errors give
/// empty results and are counted, where nothing else is said.
class History {
public:
    virtual ~History() = default;
    /// Waiting messages of a platform with ids above `after`, oldest first, text and octets open;
    /// at most `limit`, and none after that with which they come to pool::weight `weight_max`.
    virtual WaitingPage waiting(pool::PlatformId platform, pool::Id after, std::size_t limit,
                                std::size_t weight_max = SIZE_MAX) = 0;
    /// How many wait for each platform. Throws std::system_error when the store cannot be read:
    /// who starts without them would leave messages where they are.
    virtual std::vector<std::pair<pool::PlatformId, std::uint64_t>> waiting_counts() = 0;
    /// Newest first below `before` (0: from the newest). `text`: whether text and octets are opened
    /// or left empty.
    virtual std::vector<pool::Message> messages(const MessageFilter& filter, pool::Id before,
                                                std::size_t limit, bool text) = 0;
    /// Oldest first above `after`; for following.
    virtual MessagePage messages_after(const MessageFilter& filter, pool::Id after,
                                       std::size_t limit, bool text) = 0;
    virtual std::optional<pool::Message> message(pool::Id id, bool text) = 0;
    /// Parts that came for a message, by Message::assembly, in order of arrival; octets empty.
    virtual std::vector<pool::Part> parts(pool::Id assembly) = 0;
    virtual std::vector<pool::TraceEntry> trace(pool::Id message) = 0;
    virtual std::vector<pool::ReceiptRecord> receipts(const std::string& carrier, pool::Id before,
                                                      std::size_t limit) = 0;
    virtual std::optional<pool::Session> session(pool::Id id) = 0;
    virtual std::optional<pool::Session> session(const pool::Token& token) = 0;
    /// The newest session of a partner's task, by Session::task.
    virtual std::optional<pool::Session> session_of_task(pool::PlatformId platform,
                                                         const std::string& task) = 0;
    /// Newest first below `before` (0: from the newest).
    virtual SessionPage sessions_page(const SessionFilter& filter, pool::Id before,
                                      std::size_t limit) = 0;
    /// Who had the number: its last lease first. `before`: the last session of the page before, 0:
    /// from the last lease. After a swap a session's own `number` is another one. Sessions that
    /// were recorded while the number was not in the pool are not found.
    virtual std::vector<pool::Session> sessions_of(pool::E164 number, pool::Id before,
                                                   std::size_t limit) = 0;
    /// Oldest first above `after`. `text`: whether text, code and link are there or left empty.
    virtual EventPage events_after(const EventFilter& filter, pool::Id after, std::size_t limit,
                                   bool text) = 0;
    /// Those that are there, in the order of `ids`, with their texts; one whose seal is broken is
    /// not there.
    virtual std::vector<pool::Event> events(std::span<const pool::Id> ids) = 0;
    /// Newest event first below `before_event` (0: from the newest). Waiting and dead ones are all
    /// found; a listing of others looks at a bounded number of rows.
    virtual std::vector<pool::Delivery> deliveries(pool::Id webhook,
                                                   std::optional<pool::DeliveryState> state,
                                                   pool::Id before_event, std::size_t limit) = 0;
    virtual std::optional<pool::AnswerKept> answer(pool::Id id) = 0;
    /// Reads that failed so far, and records whose seal did not open.
    virtual std::uint64_t errors() const { return 0; }
};

/// How long records stay. Zero: for good.
struct Retention {
    std::chrono::seconds messages = std::chrono::hours{24 * 30};  ///< settled and unowned ones
    std::chrono::seconds waiting = std::chrono::hours{24 * 7};    ///< then they expire
    std::chrono::seconds receipts = std::chrono::hours{24 * 30};
    std::chrono::seconds sessions = std::chrono::hours{24 * 90};  ///< ended ones
    std::chrono::seconds parts = std::chrono::hours{1};           ///< closed ones' keys
    /// Deliveries and dead letters go with their event. One that is still to be delivered stays
    /// for `deliveries_wait` at least.
    std::chrono::seconds events = std::chrono::hours{24 * 30};
    std::chrono::seconds answers = answers_window;
    std::chrono::seconds brand_uses = std::chrono::hours{24 * 400};
    /// The last try of a delivery comes 28 h after its event; a restart may come between.
    static constexpr std::chrono::seconds deliveries_wait = std::chrono::hours{48};
};

/// A copy of the store being made, in slices on the writer's thread.
class Backup {
public:
    virtual ~Backup() = default;
    struct Progress {
        std::uint64_t pages_done = 0, pages = 0;
        bool done = false;
    };
    virtual std::error_code step(int pages, Progress& progress) = 0;
};

/// The store itself; all of it but History belongs to one thread.
class Store {
public:
    virtual ~Store() = default;
    /// Everything that memory holds. Throws std::system_error when the file cannot be read.
    virtual void load(Visitor& visitor, std::chrono::seconds duplicates_window) = 0;
    /// Records all groups in one transaction and makes it durable. On error nothing of it is
    /// recorded. full or broken. Groups that all drain (draining.hpp) go on on a full disk for a
    /// while.
    virtual std::error_code apply(std::span<const pool::Changes> groups) = 0;
    /// Between two groups, when those before have been answered: what the database wants done now
    /// and then, in few milliseconds. full or broken.
    virtual std::error_code between_groups() { return {}; }
    /// One small slice of ageing and of the database's own housekeeping; true while more waits.
    /// Expired waiting messages are reported in `changes` so that memory may follow.
    virtual bool maintain(const Retention& retention, pool::WallTime now, pool::Changes& changes,
                          std::error_code& error) = 0;
    /// `path` must not exist; its directory is made where that alone is missing. The copy is a
    /// whole store, sealed with the same key.
    virtual std::unique_ptr<Backup> backup(const std::string& path, std::error_code& error) = 0;
    /// A reader for one other thread. Throws std::system_error.
    virtual std::unique_ptr<History> history() = 0;
};

}  // namespace smppd::store

template <>
struct std::is_error_code_enum<smppd::store::Errc> : std::true_type {};
