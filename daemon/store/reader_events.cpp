// daemon/store/reader_events.cpp - history of sessions, events and deliveries, read from the file.
#include "daemon/store/reader.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

constexpr std::string_view walked = "id, type, platform, session, test";

pool::Id up_to(pool::Id before) { return before != 0 ? before - 1 : IdRange{}.last; }

}  // namespace

Reader::Statements::Statements(const Connection& db)
    : sessions(db, select_sql("id, platform, state, test, reference", "session",
                              "WHERE id <= ? ORDER BY id DESC LIMIT ?")),
      session_named(db, "SELECT id FROM session WHERE id BETWEEN ? AND ? AND token = ?"),
      session_of_task(db,
                      "SELECT id FROM session WHERE task <> '' AND platform = ? AND task = ?"
                      " ORDER BY id DESC LIMIT 1"),
      last_session(db, "SELECT last_session FROM number WHERE number = ?"),
      previous_session(db, "SELECT previous FROM lease WHERE number = ? AND session = ?"),
      events(db, select_sql(walked, "event", "WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?")),
      event(db, select_sql(columns::event, "event", "WHERE id = ?")),
      deliveries(db, select_sql(columns::delivery, "delivery",
                                "WHERE event <= ? ORDER BY event DESC LIMIT ?")),
      // The states are written out, so that the partial indexes serve.
      waiting_deliveries(db, select_sql(columns::delivery, "delivery",
                                        "WHERE state = 0 AND webhook = ? AND event <= ?"
                                        " ORDER BY event DESC LIMIT ?")),
      dead_deliveries(db, select_sql(columns::delivery, "delivery",
                                     "WHERE state = 2 AND webhook = ? AND event <= ?"
                                     " ORDER BY event DESC LIMIT ?")),
      answer(db, select_sql(columns::answer, "answer", "WHERE id = ?")) {}

/// Its id was given in the millisecond that the token tells, so no index by token is needed.
std::optional<pool::Session> Reader::session(const pool::Token& token) {
    return guarded<std::optional<pool::Session>>([&]() -> std::optional<pool::Session> {
        const pool::WallTime at = pool::time_of(token);
        const pool::Id first = pool::first_id_at(at);
        const pool::Id last = pool::first_id_at(at + std::chrono::milliseconds{1});
        pool::Id id = 0;
        const Reading reading(more_.session_named);
        more_.session_named.bind(first, last, std::span<const std::uint8_t>(token.octets));
        if (!more_.session_named.step()) return std::nullopt;
        more_.session_named.take(id);
        return fetch_session(id);
    });
}

std::optional<pool::Session> Reader::session_of_task(pool::PlatformId platform,
                                                     const std::string& task) {
    return guarded<std::optional<pool::Session>>([&]() -> std::optional<pool::Session> {
        pool::Id id = 0;
        const Reading reading(more_.session_of_task);
        more_.session_of_task.bind(platform, task);
        if (!more_.session_of_task.step()) return std::nullopt;
        more_.session_of_task.take(id);
        return fetch_session(id);
    });
}

SessionPage Reader::sessions_page(const SessionFilter& filter, pool::Id before, std::size_t limit) {
    return guarded<SessionPage>([&] {
        const Reading reading(more_.sessions);
        SessionPage page;
        more_.sessions.bind(up_to(before), rows_visited_max + 1);
        for (std::size_t visited = 0; more_.sessions.step(); ++visited) {
            if (page.sessions.size() == limit || visited == rows_visited_max) {
                page.more = true;
                break;
            }
            pool::Session looked;
            more_.sessions.read(looked.id, looked.platform, looked.state, looked.test,
                                looked.reference);
            page.reached = looked.id;
            if (!matches(filter, looked)) continue;
            if (auto session = fetch_session(looked.id))
                page.sessions.push_back(std::move(*session));
        }
        return page;
    });
}

/// Follows the chain of leases. It ends where older sessions have gone.
std::vector<pool::Session> Reader::sessions_of(pool::E164 number, pool::Id before,
                                               std::size_t limit) {
    return guarded<std::vector<pool::Session>>([&] {
        const auto next = [](Statement& statement, const auto&... keys) {
            const Reading reading(statement);
            pool::Id id = 0;
            if (statement.bind(keys...).step()) statement.take(id);
            return id;
        };
        std::vector<pool::Session> found;
        pool::Id id = before != 0 ? next(more_.previous_session, number, before)
                                  : next(more_.last_session, number);
        for (std::size_t steps = 0; id != 0 && found.size() < limit && steps < rows_visited_max;
             ++steps) {
            if (auto session = fetch_session(id)) found.push_back(std::move(*session));
            id = next(more_.previous_session, number, id);
        }
        return found;
    });
}

EventPage Reader::events_after(const EventFilter& filter, pool::Id after, std::size_t limit,
                               bool text) {
    EventPage failed;
    failed.reached = after;
    return guarded<std::optional<EventPage>>([&]() -> std::optional<EventPage> {
               EventPage page = failed;
               MessageFilter session;
               session.session = filter.session;
               const IdRange range = narrowed(session);
               const pool::Id first = std::max(range.first, after + 1);
               if (first > range.last) return page;
               const Reading reading(more_.events);
               more_.events.bind(first, range.last, rows_visited_max + 1);
               for (std::size_t visited = 0; more_.events.step(); ++visited) {
                   if (page.events.size() == limit || visited == rows_visited_max) {
                       page.more = true;
                       break;
                   }
                   pool::Event event;
                   more_.events.read(event.id, event.type, event.platform, event.session,
                                     event.test);
                   page.reached = event.id;
                   if (!matches(filter, event)) continue;
                   auto whole = fetch_event(event.id);
                   if (!whole) continue;
                   if (!text) {
                       whole->text.clear();
                       whole->code.clear();
                       whole->link.clear();
                   }
                   page.events.push_back(std::move(*whole));
               }
               return page;
           })
        .value_or(failed);
}

std::optional<pool::Event> Reader::fetch_event(pool::Id id) {
    const Reading reading(more_.event);
    more_.event.bind(id);
    if (!more_.event.step()) return std::nullopt;
    pool::Event event;
    if (take(more_.event, event, seal_)) return event;
    ++errors_;
    return std::nullopt;
}

std::vector<pool::Event> Reader::events(std::span<const pool::Id> ids) {
    return guarded<std::vector<pool::Event>>([&] {
        std::vector<pool::Event> found;
        for (const pool::Id id : ids)
            if (auto event = fetch_event(id)) found.push_back(std::move(*event));
        return found;
    });
}

std::vector<pool::Delivery> Reader::deliveries(pool::Id webhook,
                                               std::optional<pool::DeliveryState> state,
                                               pool::Id before_event, std::size_t limit) {
    return guarded<std::vector<pool::Delivery>>([&] {
        Statement& rows = state == pool::DeliveryState::waiting ? more_.waiting_deliveries
                          : state == pool::DeliveryState::dead  ? more_.dead_deliveries
                                                                : more_.deliveries;
        const Reading reading(rows);
        if (&rows == &more_.deliveries)
            rows.bind(up_to(before_event), rows_visited_max);
        else
            rows.bind(webhook, up_to(before_event), limit);
        std::vector<pool::Delivery> found;
        while (found.size() < limit && rows.step()) {
            pool::Delivery delivery;
            take(rows, delivery);
            if (delivery.webhook != webhook || (state && *state != delivery.state)) continue;
            found.push_back(std::move(delivery));
        }
        return found;
    });
}

std::optional<pool::AnswerKept> Reader::answer(pool::Id id) {
    return guarded<std::optional<pool::AnswerKept>>([&]() -> std::optional<pool::AnswerKept> {
        const Reading reading(more_.answer);
        more_.answer.bind(id);
        if (!more_.answer.step()) return std::nullopt;
        pool::AnswerKept answer;
        if (take(more_.answer, answer, seal_)) return answer;
        ++errors_;
        return std::nullopt;
    });
}

}  // namespace smppd::store
