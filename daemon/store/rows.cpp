// daemon/store/rows.cpp - which field stands in which column.
#include "daemon/store/rows.hpp"

#include "daemon/store/packed.hpp"

#include <algorithm>

namespace smppd::store {

using pool::Message;
using pool::Part;

std::string insert_sql(std::string_view verb, std::string_view table, std::string_view columns) {
    std::string sql(verb);
    sql.append(" INTO ").append(table).append("(").append(columns).append(") VALUES(?");
    for (auto commas = std::ranges::count(columns, ','); commas > 0; --commas) sql += ", ?";
    return sql + ")";
}

std::string select_sql(std::string_view columns, std::string_view table, std::string_view rest) {
    std::string sql("SELECT ");
    sql.append(columns).append(" FROM ").append(table).append(" ").append(rest);
    return sql;
}

void insert(Statement& statement, const pool::Platform& platform) {
    statement
        .bind(platform.id, platform.name, platform.disabled, platform.created_at,
              platform.numbers_max)
        .run();
}

void take(Statement& statement, pool::Platform& platform) {
    statement.read(platform.id, platform.name, platform.disabled, platform.created_at,
                   platform.numbers_max);
}

void insert(Statement& statement, const pool::SmppAccount& account) {
    const std::string allow = join(account.allow);
    statement
        .bind(account.system_id, account.platform, account.password_hash, account.disabled,
              account.binds_max, account.window, account.tlvs, account.long_messages, allow,
              account.created_at)
        .run();
}

void take(Statement& statement, pool::SmppAccount& account) {
    std::string allow;
    statement.read(account.system_id, account.platform, account.password_hash, account.disabled,
                   account.binds_max, account.window, account.tlvs, account.long_messages, allow,
                   account.created_at);
    account.allow = split(allow);
}

void insert(Statement& statement, const pool::Number& number) {
    const std::string tags = join(number.tags);
    statement
        .bind(number.number, number.carrier, number.country, number.area, number.mo, number.mt,
              tags, number.monthly_cost_micros, number.isolation_group, number.platform,
              number.state, number.session, number.changed_at, number.cool_until,
              number.last_used_at, number.uses)
        .run();
}

void take(Statement& statement, pool::Number& number) {
    std::string tags;
    statement.read(number.number, number.carrier, number.country, number.area, number.mo, number.mt,
                   tags, number.monthly_cost_micros, number.isolation_group, number.platform,
                   number.state, number.session, number.changed_at, number.cool_until,
                   number.last_used_at, number.uses);
    number.tags = split(tags);
}

void insert(Statement& statement, const pool::Session& session) {
    statement
        .bind(session.id, std::span<const std::uint8_t>(session.token.octets), session.platform,
              session.number, session.state, session.created_at, session.expires_at,
              session.ended_at, session.reference)
        .run();
}

void take(Statement& statement, pool::Session& session) {
    statement.read(session.id);
    const auto token = statement.take_blob();
    std::copy_n(token.begin(), std::min(token.size(), session.token.octets.size()),
                session.token.octets.begin());
    statement.read(session.platform, session.number, session.state, session.created_at,
                   session.expires_at, session.ended_at, session.reference);
}

void insert(Statement& statement, const Message& m, const Seal& seal) {
    const pool::Octets sealed = seal_pair(seal, m.text, m.octets, Context("message", m.id));
    statement
        .bind(m.id, m.state, m.owner.platform, m.owner.session, m.number, m.carrier,
              m.duplicate_key, m.received_at, m.settled_at, m.attempts, m.unowned, m.bind, m.source,
              m.destination, m.source_ton, m.source_npi, m.is_text, m.lossy, m.incomplete,
              m.data_coding, m.esm_class, m.protocol_id, m.parts, m.parts_expected, m.first_part_at,
              m.assembly, sealed)
        .run();
}

bool take(Statement& statement, Message& m, const Seal* seal) {
    statement.read(m.id, m.state, m.owner.platform, m.owner.session, m.number, m.carrier,
                   m.duplicate_key, m.received_at, m.settled_at, m.attempts, m.unowned, m.bind,
                   m.source, m.destination, m.source_ton, m.source_npi, m.is_text, m.lossy,
                   m.incomplete, m.data_coding, m.esm_class, m.protocol_id, m.parts,
                   m.parts_expected, m.first_part_at, m.assembly);
    if (seal == nullptr) return true;
    auto pair = open_pair(*seal, statement.take_blob(), Context("message", m.id));
    if (!pair) return false;
    m.text.assign(pair->first.begin(), pair->first.end());
    m.octets = std::move(pair->second);
    return true;
}

void insert(Statement& statement, const Part& p, const Seal& seal) {
    const std::string_view data = as_text(p.data);
    const pool::Octets sealed = seal_pair(seal, data, p.octets, Context("part", p.id));
    statement
        .bind(p.id, p.assembly, 0, p.key.carrier, p.duplicate_key, p.arrived_at, p.key.source,
              p.key.destination, p.key.reference, p.key.width, p.key.total, p.index, p.bind,
              p.number, p.source_ton, p.source_npi, p.owner.platform, p.owner.session, p.unowned,
              p.data_coding, p.esm_class, p.protocol_id, p.alphabet, p.single_shift,
              p.locking_shift, p.fill_bits, sealed)
        .run();
}

bool take(Statement& statement, Part& p, const Seal* seal) {
    pool::WallTime closed_at;
    statement.read(p.id, p.assembly, closed_at, p.key.carrier, p.duplicate_key, p.arrived_at,
                   p.key.source, p.key.destination, p.key.reference, p.key.width, p.key.total,
                   p.index, p.bind, p.number, p.source_ton, p.source_npi, p.owner.platform,
                   p.owner.session, p.unowned, p.data_coding, p.esm_class, p.protocol_id,
                   p.alphabet, p.single_shift, p.locking_shift, p.fill_bits);
    if (seal == nullptr) return true;
    auto pair = open_pair(*seal, statement.take_blob(), Context("part", p.id));
    if (!pair) return false;
    p.data = std::move(pair->first);
    p.octets = std::move(pair->second);
    return true;
}

void insert(Statement& statement, const pool::ReceiptRecord& r, const Seal& seal) {
    const pool::Octets sealed = seal.seal(r.octets, Context("receipt", r.id));
    statement
        .bind(r.id, r.carrier, r.bind, r.source, r.destination, r.message_id, r.text_id, r.state,
              r.word, r.error, r.intermediate, r.readable, r.submit_date, r.done_date,
              r.received_at, sealed)
        .run();
}

bool take(Statement& statement, pool::ReceiptRecord& r, const Seal* seal) {
    statement.read(r.id, r.carrier, r.bind, r.source, r.destination, r.message_id, r.text_id,
                   r.state, r.word, r.error, r.intermediate, r.readable, r.submit_date, r.done_date,
                   r.received_at);
    if (seal == nullptr) return true;
    auto octets = seal->open(statement.take_blob(), Context("receipt", r.id));
    if (!octets) return false;
    r.octets = std::move(*octets);
    return true;
}

void insert(Statement& statement, const pool::TraceEntry& entry) {
    statement.bind(entry.message, entry.at, entry.event, entry.detail).run();
}

void take(Statement& statement, pool::TraceEntry& entry) {
    statement.read(entry.message, entry.at, entry.event, entry.detail);
}

}  // namespace smppd::store
