// daemon/http/context.hpp - what the API's handlers work with, and nothing else of the daemon.
#pragma once

#include "conf/mapping.hpp"
#include "daemon/notify/event_feed.hpp"
#include "daemon/smpp/passwords.hpp"
#include "daemon/smpp/views.hpp"
#include "daemon/store/writer.hpp"
#include "pool/ids.hpp"
#include "pool/pool.hpp"

#include <functional>
#include <map>
#include <string>

namespace smppd::http {

class Idempotency;

}  // namespace smppd::http

namespace smppd::notify {
class Outbox;
}

namespace smppd::http {

/// Figures of the daemon as a whole, for /v1/status and smppctl status.
struct DaemonStatus {
    std::string version;
    pool::WallTime started_at{};
    std::string config_file, store_path;
    bool draining = false;
    store::WriterStats writer;
    std::uint64_t waiting = 0;  ///< messages that wait for their owners
    std::uint64_t open_assemblies = 0;
    std::vector<std::string> alarms;  ///< what wants an operator's attention, in words
};

/// Called after each committed message, to wake those who follow (long polls).
class MessageFeed {
public:
    virtual ~MessageFeed() = default;
    /// `wake` runs once, on the network thread, after the next message is recorded; returns a
    /// ticket for cancel().
    virtual std::uint64_t next(std::function<void()> wake) = 0;
    virtual void cancel(std::uint64_t ticket) = 0;
};

struct Context {
    pool::Pool& pool;
    pool::Ids& ids;
    store::Committer& committer;
    store::HistoryReads& history;
    smpp::CarrierControl& carriers;
    smpp::Passwords& passwords;
    MessageFeed& feed;
    std::function<pool::WallTime()> wall_now;
    std::function<DaemonStatus()> status;
    /// Copies the store to `path`; see Writer::backup.
    std::function<void(std::string path, std::function<void(store::Backup::Progress)> progress,
                       std::function<void(std::error_code)> done)>
        backup;
    /// A platform, account or number changed owner: links are told (a disabled account is unbound).
    std::function<void()> accounts_changed;
    /// Timers may have moved (a lease was given): the daemon looks at Pool::deadline() again.
    std::function<void()> pool_changed;
    notify::EventFeed* events = nullptr;  ///< null: GET /v1/events is answered 503
    Idempotency* answers = nullptr;  ///< filled from the store; null: the API remembers on its own
    std::uint64_t salt = 0;          ///< of the store; keys the hashes of what callers send
    notify::Outbox* outbox = nullptr;  ///< null: no webhook is sent
    bool webhooks_allow_http = false;
    /// Partners' mappings by name; null: none.
    const std::map<std::string, conf::Mapping>* mappings = nullptr;
};

}  // namespace smppd::http
