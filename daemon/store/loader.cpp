// daemon/store/loader.cpp - everything that memory holds, read once.
#include "daemon/store/loader.hpp"

#include "daemon/store/rows_events.hpp"

#include "pool/ids.hpp"

#include <limits>
#include <stdexcept>

namespace smppd::store {

namespace {

[[noreturn]] void broken_seal(std::string_view of, pool::Id id) {
    throw std::system_error(make_error_code(Errc::broken), "the seal of " + std::string(of) + " " +
                                                               pool::id_text(id) + " is broken");
}

template <class T, class Each>
void read_table(const Connection& db, std::string_view columns, std::string_view table, Each each) {
    Statement select(db, select_sql(columns, table, ""));
    while (select.step()) {
        T value;
        take(select, value);
        each(std::move(value));
    }
}

void load_sessions(const Connection& db, const Seal& seal, std::size_t ended, Visitor& visitor) {
    const std::string all = select_sql(columns::session, "session", "");
    // Both halves come in order of id and are merged by it.
    Statement select(db, "SELECT * FROM (" + all + "WHERE ended_at = 0 UNION ALL SELECT * FROM (" +
                             all + "WHERE ended_at <> 0 ORDER BY id DESC LIMIT ?)) ORDER BY id");
    select.bind(ended);
    while (select.step()) {
        pool::Session session;
        if (!take(select, session, seal) && session.holds()) broken_seal("session", session.id);
        visitor.session(std::move(session));
    }
}

void load_allocations(const Connection& db, pool::Id from, std::size_t ended, Visitor& visitor) {
    Statement select(db,
                     "SELECT platform, created_at FROM (SELECT platform, created_at, test FROM"
                     " session WHERE id >= ? AND ended_at <> 0 ORDER BY id DESC LIMIT -1 OFFSET ?)"
                     " WHERE test = 0");
    select.bind(from, ended);
    while (select.step()) {
        pool::PlatformId platform = 0;
        pool::WallTime at;
        select.read(platform, at);
        visitor.allocation(platform, at);
    }
}

void load_parts(const Connection& db, const Seal& seal, Visitor& visitor) {
    Statement select(db, select_sql(columns::part, "part", "WHERE closed_at = 0 ORDER BY id"));
    while (select.step()) {
        pool::Part part;
        if (!take(select, part, &seal)) broken_seal("part", part.id);
        visitor.part(std::move(part));
    }
}

void load_webhooks(const Connection& db, const Seal& seal, Visitor& visitor) {
    Statement select(db, select_sql(columns::webhook, "webhook", ""));
    while (select.step()) {
        pool::Webhook webhook;
        if (!take(select, webhook, seal)) broken_seal("webhook", webhook.id);
        visitor.webhook(std::move(webhook));
    }
}

void load_deliveries(const Connection& db, Visitor& visitor) {
    // Left to itself SQLite would go through all deliveries, for the sake of their order.
    Statement select(db, select_sql(columns::delivery, "delivery INDEXED BY delivery_waiting",
                                    "WHERE state = 0 ORDER BY event, webhook"));
    while (select.step()) {
        pool::Delivery delivery;
        take(select, delivery);
        visitor.delivery(std::move(delivery));
    }
}

void load_answers(const Connection& db, pool::Id from, Visitor& visitor) {
    Statement select(db, "SELECT key, request, id, at FROM answer WHERE id >= ? ORDER BY id");
    select.bind(from);
    while (select.step()) {
        std::uint64_t key = 0, request = 0;
        pool::Id id = 0;
        pool::WallTime at;
        select.read(key, request, id, at);
        visitor.answer(key, request, id, at);
    }
}

pool::Id newest(const Connection& db) {
    Statement select(db,
                     "SELECT max(ifnull((SELECT max(id) FROM message), 0),"
                     " ifnull((SELECT max(id) FROM part), 0),"
                     " ifnull((SELECT max(id) FROM receipt), 0),"
                     " ifnull((SELECT max(id) FROM session), 0),"
                     " ifnull((SELECT max(id) FROM webhook), 0),"
                     " ifnull((SELECT max(id) FROM event), 0),"
                     " ifnull((SELECT max(id) FROM answer), 0))");
    pool::Id id = 0;
    if (select.step()) select.take(id);
    return id;
}

void load_duplicates(const Connection& db, pool::Id from, Visitor& visitor) {
    Statement select(db,
                     "SELECT id, duplicate_key, carrier, received_at FROM message"
                     " WHERE id >= ?1 AND duplicate_key <> 0 "
                     "UNION ALL SELECT id, duplicate_key, carrier, arrived_at FROM part"
                     " WHERE id >= ?1 AND duplicate_key <> 0 ORDER BY 1");
    select.bind(from);
    while (select.step()) {
        pool::Id id = 0;
        std::uint64_t key = 0;
        std::string carrier;
        pool::WallTime at;
        select.read(id, key, carrier, at);
        visitor.duplicate(key, id, carrier, at);
    }
}

}  // namespace

void load_all(const Connection& db, const Seal& seal, const LoadOptions& options,
              Visitor& visitor) {
    read_table<pool::Platform>(db, columns::platform, "platform",
                               [&](auto platform) { visitor.platform(std::move(platform)); });
    read_table<pool::SmppAccount>(db, columns::account, "account",
                                  [&](auto account) { visitor.account(std::move(account)); });
    read_table<pool::Number>(db, columns::number, "number",
                             [&](auto number) { visitor.number(std::move(number)); });
    load_sessions(db, seal, options.sessions, visitor);
    load_webhooks(db, seal, visitor);
    read_table<pool::ApiKey>(db, columns::api_key, "api_key",
                             [&](auto key) { visitor.api_key(std::move(key)); });
    read_table<pool::BrandUse>(db, columns::brand_use, "brand_use",
                               [&](auto use) { visitor.brand_use(use); });
    load_parts(db, seal, visitor);
    load_deliveries(db, visitor);
    const pool::Id last = newest(db);
    // Counted back from the newest record: a clock that was set between two runs forgets nothing.
    if (last != 0) {
        const pool::WallTime newest_at = pool::time_of(last);
        load_allocations(db, pool::first_id_at(newest_at - std::chrono::hours{24}),
                         options.sessions, visitor);
        load_answers(db, pool::first_id_at(newest_at - answers_window), visitor);
        load_duplicates(db, pool::first_id_at(newest_at - options.duplicates_window), visitor);
    }
    visitor.last_id(last);
    visitor.salt(options.salt);
}

}  // namespace smppd::store
