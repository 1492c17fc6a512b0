// daemon/store/reader.cpp - history read from the file while the writer goes on.
#include "daemon/store/reader.hpp"

#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

constexpr std::string_view walked = "id, state, platform, session, number, carrier";

}  // namespace

Reader::Reader(const std::string& path, const Seal& seal)
    : db_(path, Connection::Mode::reader),
      seal_(seal),
      waiting_(db_, select_sql(columns::message, "message",
                               "WHERE id IN (SELECT message FROM outbox WHERE platform = ?"
                               " AND message > ? ORDER BY message LIMIT ?) ORDER BY id")),
      waiting_counts_(db_, "SELECT platform, count(*) FROM outbox GROUP BY platform"),
      newest_first_(
          db_, select_sql(walked, "message", "WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?")),
      oldest_first_(db_,
                    select_sql(walked, "message", "WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?")),
      message_(db_, select_sql(columns::message, "message", "WHERE id = ?")),
      parts_(db_, select_sql(columns::part, "part", "WHERE assembly = ? ORDER BY id")),
      trace_(db_, select_sql(columns::trace, "trace", "WHERE message = ? ORDER BY id")),
      receipts_(db_,
                select_sql(columns::receipt, "receipt", "WHERE id <= ? ORDER BY id DESC LIMIT ?")),
      session_(db_, select_sql(columns::session, "session", "WHERE id = ?")),
      more_(db_) {}

WaitingPage Reader::waiting(pool::PlatformId platform, pool::Id after, std::size_t limit,
                            std::size_t weight_max) {
    WaitingPage failed;
    failed.reached = after;
    failed.failed = true;
    return guarded<std::optional<WaitingPage>>([&]() -> std::optional<WaitingPage> {
               const Reading reading(waiting_);
               WaitingPage page;
               page.reached = after;
               waiting_.bind(platform, after, limit);
               std::size_t rows = 0, weight = 0;
               for (; weight < weight_max && waiting_.step(); ++rows) {
                   pool::Message message;
                   const bool opened = take(waiting_, message, &seal_);
                   page.reached = message.id;
                   if (!opened) {
                       ++errors_;
                       page.unreadable.push_back(message.id);
                       continue;
                   }
                   weight += pool::weight(message);
                   page.messages.push_back(std::move(message));
               }
               page.more = rows >= limit || weight >= weight_max;
               return page;
           })
        .value_or(std::move(failed));
}

std::vector<std::pair<pool::PlatformId, std::uint64_t>> Reader::waiting_counts() {
    try {
        const Reading reading(waiting_counts_);
        std::vector<std::pair<pool::PlatformId, std::uint64_t>> counts;
        while (waiting_counts_.step()) {
            auto& [platform, count] = counts.emplace_back();
            waiting_counts_.read(platform, count);
        }
        return counts;
    } catch (const SqlError& error) {
        ++errors_;
        throw std::system_error(make_error_code(Errc::broken),
                                std::string("counting the waiting messages: ") + error.what());
    }
}

std::vector<pool::Message> Reader::messages(const MessageFilter& filter, pool::Id before,
                                            std::size_t limit, bool text) {
    return guarded<std::vector<pool::Message>>([&] {
        IdRange range = narrowed(filter);
        if (before != 0) range.last = std::min(range.last, before - 1);
        return walk(newest_first_, filter, range, limit, text).messages;
    });
}

MessagePage Reader::messages_after(const MessageFilter& filter, pool::Id after, std::size_t limit,
                                   bool text) {
    MessagePage page = guarded<MessagePage>([&] {
        IdRange range = narrowed(filter);
        range.first = std::max(range.first, after + 1);
        return walk(oldest_first_, filter, range, limit, text);
    });
    page.reached = std::max(page.reached, after);
    return page;
}

/// A session's messages began to arrive before its end, and its events tell of nothing later.
IdRange Reader::narrowed(const MessageFilter& filter) {
    IdRange range = range_of(filter);
    if (filter.session == 0) return range;
    const auto session = fetch_session(filter.session);
    if (!session || session->holds()) return range;
    // An id may run ahead of the clock that ended the session, when the clock was set back.
    const auto end = std::max(session->ended_at, session->expires_at) + std::chrono::hours{1};
    range.last = std::min(range.last, pool::first_id_at(end));
    return range;
}

MessagePage Reader::walk(Statement& rows, const MessageFilter& filter, IdRange range,
                         std::size_t limit, bool text) {
    MessagePage page;
    if (range.first > range.last) return page;
    const Reading reading(rows);
    rows.bind(range.first, range.last, rows_visited_max + 1);
    for (std::size_t visited = 0; rows.step(); ++visited) {
        if (page.messages.size() == limit || visited == rows_visited_max) {
            page.more = true;
            break;
        }
        FilterFields fields;
        rows.read(fields.id, fields.state, fields.owner.platform, fields.owner.session,
                  fields.number, fields.carrier);
        page.reached = fields.id;
        if (!matches(filter, fields)) continue;
        if (auto message = fetch(fields.id, text)) page.messages.push_back(std::move(*message));
    }
    return page;
}

std::optional<pool::Message> Reader::fetch(pool::Id id, bool text) {
    const Reading reading(message_);
    message_.bind(id);
    if (!message_.step()) return std::nullopt;
    pool::Message message;
    if (!take(message_, message, text ? &seal_ : nullptr)) ++errors_;
    return message;
}

std::optional<pool::Message> Reader::message(pool::Id id, bool text) {
    return guarded<std::optional<pool::Message>>([&] { return fetch(id, text); });
}

std::vector<pool::Part> Reader::parts(pool::Id assembly) {
    return guarded<std::vector<pool::Part>>([&] {
        const Reading reading(parts_);
        std::vector<pool::Part> found;
        parts_.bind(assembly);
        while (parts_.step()) take(parts_, found.emplace_back(), nullptr);
        return found;
    });
}

std::vector<pool::TraceEntry> Reader::trace(pool::Id message) {
    return guarded<std::vector<pool::TraceEntry>>([&] {
        const Reading reading(trace_);
        std::vector<pool::TraceEntry> found;
        trace_.bind(message);
        while (trace_.step()) take(trace_, found.emplace_back());
        return found;
    });
}

std::vector<pool::ReceiptRecord> Reader::receipts(const std::string& carrier, pool::Id before,
                                                  std::size_t limit) {
    return guarded<std::vector<pool::ReceiptRecord>>([&] {
        const Reading reading(receipts_);
        std::vector<pool::ReceiptRecord> found;
        receipts_.bind(before != 0 ? before - 1 : IdRange{}.last, rows_visited_max);
        while (found.size() < limit && receipts_.step()) {
            pool::ReceiptRecord receipt;
            if (!take(receipts_, receipt, &seal_)) ++errors_;
            if (carrier.empty() || receipt.carrier == carrier) found.push_back(std::move(receipt));
        }
        return found;
    });
}

std::optional<pool::Session> Reader::fetch_session(pool::Id id) {
    const Reading reading(session_);
    session_.bind(id);
    if (!session_.step()) return std::nullopt;
    pool::Session session;
    if (!take(session_, session, seal_)) ++errors_;
    return session;
}

std::optional<pool::Session> Reader::session(pool::Id id) {
    return guarded<std::optional<pool::Session>>([&] { return fetch_session(id); });
}

}  // namespace smppd::store
