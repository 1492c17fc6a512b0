// daemon/store/ageing.cpp - lets old records go, a slice at a time.
#include "daemon/store/ageing.hpp"

#include "daemon/store/rows_events.hpp"

#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

constexpr std::size_t queues_a_slice = 64;
constexpr auto look_again_after = std::chrono::hours{1};
constexpr auto brand_uses_every = std::chrono::hours{24};

/// Rows that go when the one that they belong to is not there (any more).
std::string left_alone_sql(const std::string& table, const std::string& key,
                           const std::string& owner) {
    return "SELECT " + key + ", NOT EXISTS(SELECT 1 FROM " + owner + " o WHERE o.id = " + key +
           ") FROM (SELECT DISTINCT " + key + " FROM " + table + " WHERE " + key + " > ?1 AND " +
           key + " < ?2 AND ?3 <> 0 ORDER BY " + key + " LIMIT ?4)";
}

}  // namespace

// Each visit says of a row whether it may go. Parameters: behind which id, up to which, the age
// limit as a time, how many. Of events the time is the one until which they wait for deliveries.
Ageing::Ageing(const Connection& db)
    : messages_{{db,
                 "SELECT id, state <> 0 FROM message WHERE id > ?1 AND id < ?2 AND ?3 <> 0"
                 " ORDER BY id LIMIT ?4"},
                {db, "DELETE FROM message WHERE id = ?"}},
      receipts_{{db,
                 "SELECT id, received_at < ?3 FROM receipt WHERE id > ?1 AND id < ?2"
                 " ORDER BY id LIMIT ?4"},
                {db, "DELETE FROM receipt WHERE id = ?"}},
      sessions_{{db,
                 "SELECT id, ended_at <> 0 AND ended_at < ?3 FROM session"
                 " WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?4"},
                {db, "DELETE FROM session WHERE id = ?"}},
      leases_{{db, left_alone_sql("lease", "session", "session")},
              {db, "DELETE FROM lease WHERE session = ?"}},
      parts_{{db,
              "SELECT id, closed_at <> 0 AND closed_at < ?3 FROM part"
              " WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?4"},
             {db, "DELETE FROM part WHERE id = ?"}},
      // Traces go with their messages, and those of parts that never became one by age.
      traces_{{db, left_alone_sql("trace", "message", "message")},
              {db, "DELETE FROM trace WHERE message = ?"}},
      events_{{db,
               "SELECT id, at < ?3 OR NOT EXISTS(SELECT 1 FROM delivery d WHERE d.event = event.id"
               " AND d.state = 0) FROM event WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?4"},
              {db, "DELETE FROM event WHERE id = ?"}},
      deliveries_{{db, left_alone_sql("delivery", "event", "event")},
                  {db, "DELETE FROM delivery WHERE event = ?"}},
      answers_{
          {db, "SELECT id, at < ?3 FROM answer WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?4"},
          {db, "DELETE FROM answer WHERE id = ?"}},
      visit_brand_uses_(db,
                        "SELECT number, brand, last_at, last_at < ?3 FROM brand_use"
                        " WHERE (number, brand) > (?1, ?2) ORDER BY number, brand LIMIT ?4"),
      drop_brand_use_(db, "DELETE FROM brand_use WHERE number = ? AND brand = ?"),
      next_platform_(db, "SELECT min(platform) FROM outbox WHERE platform > ?"),
      oldest_waiting_(db,
                      "SELECT message FROM outbox WHERE platform = ? AND message < ?"
                      " ORDER BY message LIMIT ?"),
      attempts_of_(db, "SELECT attempts FROM message WHERE id = ?"),
      expire_message_(db, "UPDATE message SET state = ?, settled_at = ? WHERE id = ?"),
      unqueue_(db, "DELETE FROM outbox WHERE platform = ? AND message = ?") {}

std::size_t Ageing::slice(const Retention& retention, pool::WallTime now, pool::Changes& changes) {
    if (now < rewound_at_ || now - rewound_at_ >= look_again_after) {
        look_again();
        rewound_at_ = now;
    }
    const auto keeps = [](std::chrono::seconds kept) { return kept <= kept.zero(); };
    std::size_t rows = 0;
    if (!keeps(retention.waiting))
        rows += expire_waiting(now - retention.waiting, now, slice_rows, changes);
    // What goes with another record comes behind it.
    const std::pair<Kind*, std::chrono::seconds> kinds[] = {
        {&messages_, retention.messages}, {&receipts_, retention.receipts},
        {&sessions_, retention.sessions}, {&leases_, retention.sessions},
        {&parts_, retention.parts},       {&traces_, retention.messages},
        {&events_, retention.events},     {&deliveries_, retention.events},
        {&answers_, retention.answers}};
    for (const auto& [kind, kept] : kinds) {
        if (keeps(kept) || rows >= slice_rows) continue;
        const auto waits = kind == &events_ ? std::max(kept, Retention::deliveries_wait) : kept;
        rows += drop_old(*kind, now - kept, slice_rows - rows, now - waits);
    }
    if (!keeps(retention.brand_uses) && rows < slice_rows)
        rows += drop_brand_uses(now - retention.brand_uses, now, slice_rows - rows);
    return rows;
}

void Ageing::look_again() noexcept {
    for (Kind* kind : {&messages_, &receipts_, &sessions_, &leases_, &parts_, &traces_, &events_,
                       &deliveries_, &answers_})
        kind->cursor = 0;
}

void Ageing::rewind() noexcept {
    look_again();
    last_brand_use_ = {};
}

/// Looks at some of the platforms' queues, in turn.
std::size_t Ageing::expire_waiting(pool::WallTime limit, pool::WallTime now, std::size_t rows,
                                   pool::Changes& changes) {
    const std::size_t before = changes.size();
    for (std::size_t queue = 0; queue < queues_a_slice; ++queue) {
        next_platform_.bind(platform_);
        pool::PlatformId platform = 0;
        if (next_platform_.step()) next_platform_.take(platform);
        next_platform_.rewind();
        platform_ = platform;  // 0 after the last: the next slice begins anew
        if (platform == 0) break;

        const std::size_t left = rows - (changes.size() - before);
        oldest_waiting_.bind(platform, pool::first_id_at(limit), left);
        while (oldest_waiting_.step()) {
            pool::MessageSettled settled{.id = 0,
                                         .platform = platform,
                                         .state = pool::MessageState::expired,
                                         .at = now,
                                         .attempts = 0};
            oldest_waiting_.take(settled.id);
            changes.push_back(settled);
        }
        oldest_waiting_.rewind();
        if (changes.size() - before >= rows) {
            --platform_;  // there may be more in this queue
            break;
        }
    }
    for (std::size_t i = before; i < changes.size(); ++i) {
        auto& settled = std::get<pool::MessageSettled>(changes[i]);
        if (attempts_of_.bind(settled.id).step()) attempts_of_.take(settled.attempts);
        attempts_of_.rewind();
        expire_message_.bind(settled.state, now, settled.id).run();
        unqueue_.bind(settled.platform, settled.id).run();
    }
    return changes.size() - before;
}

std::size_t Ageing::drop_old(Kind& kind, pool::WallTime limit, std::size_t rows,
                             pool::WallTime stays_after) {
    visited_.clear();
    kind.visit.bind(kind.cursor, pool::first_id_at(limit), stays_after, rows);
    while (kind.visit.step()) {
        auto& [id, goes] = visited_.emplace_back();
        kind.visit.read(id, goes);
    }
    kind.visit.rewind();
    for (const auto& [id, goes] : visited_)
        if (goes) kind.drop.bind(id).run();
    if (!visited_.empty()) kind.cursor = visited_.back().first;
    return visited_.size();
}

std::size_t Ageing::drop_brand_uses(pool::WallTime limit, pool::WallTime now, std::size_t rows) {
    if (now < brand_uses_begun_at_ || now - brand_uses_begun_at_ >= brand_uses_every) {
        last_brand_use_ = {};
        brand_uses_begun_at_ = now;
    }
    visited_brand_uses_.clear();
    visit_brand_uses_.bind(last_brand_use_.number, last_brand_use_.brand, limit, rows);
    while (visit_brand_uses_.step()) {
        auto& [use, goes] = visited_brand_uses_.emplace_back();
        take(visit_brand_uses_, use);
        visit_brand_uses_.read(goes);
    }
    visit_brand_uses_.rewind();
    for (const auto& [use, goes] : visited_brand_uses_)
        if (goes) drop_brand_use_.bind(use.number, use.brand).run();
    if (!visited_brand_uses_.empty()) last_brand_use_ = visited_brand_uses_.back().first;
    return visited_brand_uses_.size();
}

}  // namespace smppd::store
