// daemon/store/loader.cpp - everything that memory holds, read once.
#include "daemon/store/loader.hpp"

#include "pool/ids.hpp"

#include <limits>
#include <stdexcept>

namespace smppd::store {

namespace {

template <class T, class Each>
void read_table(const Connection& db, std::string_view columns, std::string_view table, Each each) {
    Statement select(db, select_sql(columns, table, ""));
    while (select.step()) {
        T value;
        take(select, value);
        each(std::move(value));
    }
}

void load_sessions(const Connection& db, std::size_t ended, Visitor& visitor) {
    const std::string all = select_sql(columns::session, "session", "");
    // Both halves come in order of id and are merged by it.
    Statement select(db, "SELECT * FROM (" + all + "WHERE state = 0 UNION ALL SELECT * FROM (" +
                             all + "WHERE state <> 0 ORDER BY id DESC LIMIT ?)) ORDER BY id");
    select.bind(ended);
    while (select.step()) {
        pool::Session session;
        take(select, session);
        visitor.session(std::move(session));
    }
}

void load_parts(const Connection& db, const Seal& seal, Visitor& visitor) {
    Statement select(db, select_sql(columns::part, "part", "WHERE closed_at = 0 ORDER BY id"));
    while (select.step()) {
        pool::Part part;
        if (!take(select, part, &seal))
            throw std::runtime_error("the seal of part " + pool::id_text(part.id) + " is broken");
        visitor.part(std::move(part));
    }
}

pool::Id newest(const Connection& db) {
    Statement select(db,
                     "SELECT max(ifnull((SELECT max(id) FROM message), 0),"
                     " ifnull((SELECT max(id) FROM part), 0),"
                     " ifnull((SELECT max(id) FROM receipt), 0),"
                     " ifnull((SELECT max(id) FROM session), 0))");
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
    load_sessions(db, options.sessions, visitor);
    load_parts(db, seal, visitor);
    const pool::Id last = newest(db);
    // Counted back from the newest record: a clock that was set between two runs forgets nothing.
    if (last != 0)
        load_duplicates(db, pool::first_id_at(pool::time_of(last) - options.duplicates_window),
                        visitor);
    visitor.last_id(last);
    visitor.salt(options.salt);
}

}  // namespace smppd::store
