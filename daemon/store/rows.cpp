// daemon/store/rows.cpp - which field stands in which column.
#include "daemon/store/rows.hpp"

#include "daemon/store/packed.hpp"
#include "daemon/store/rows_events.hpp"

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

std::string upsert_sql(std::string_view table, std::string_view columns) {
    constexpr std::string_view comma = ", ";
    std::string sql = insert_sql("INSERT", table, columns);
    const std::size_t key_end = columns.find(comma);
    sql.append(" ON CONFLICT(").append(columns.substr(0, key_end)).append(") DO UPDATE SET ");
    for (std::size_t at = key_end; at != columns.npos;) {
        const std::size_t begin = at + comma.size();
        at = columns.find(comma, begin);
        const std::string_view column = columns.substr(begin, at - begin);
        if (begin != key_end + comma.size()) sql += comma;
        sql.append(column).append(" = excluded.").append(column);
    }
    return sql;
}

std::string select_sql(std::string_view columns, std::string_view table, std::string_view rest) {
    std::string sql("SELECT ");
    sql.append(columns).append(" FROM ").append(table).append(" ").append(rest);
    return sql;
}

void insert(Statement& statement, const pool::Platform& platform) {
    statement
        .bind(platform.id, platform.name, platform.disabled, platform.created_at,
              platform.numbers_max, platform.allocations_per_minute, platform.allocations_per_day,
              platform.ttl_max_s, platform.requests_per_second)
        .run();
}

void take(Statement& statement, pool::Platform& platform) {
    statement.read(platform.id, platform.name, platform.disabled, platform.created_at,
                   platform.numbers_max, platform.allocations_per_minute,
                   platform.allocations_per_day, platform.ttl_max_s, platform.requests_per_second);
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
              number.last_used_at, number.uses, number.verified, number.last_platform,
              number.after_lease)
        .run();
}

void take(Statement& statement, pool::Number& number) {
    std::string tags;
    statement.read(number.number, number.carrier, number.country, number.area, number.mo, number.mt,
                   tags, number.monthly_cost_micros, number.isolation_group, number.platform,
                   number.state, number.session, number.changed_at, number.cool_until,
                   number.last_used_at, number.uses, number.verified, number.last_platform,
                   number.after_lease);
    number.tags = split(tags);
}

void insert(Statement& statement, const pool::Session& s, const Seal& seal) {
    const std::string senders = join(s.expected_senders);
    const pool::Octets sealed = seal_codes(seal, s.id, s.arrived.codes);
    statement
        .bind(s.id, std::span<const std::uint8_t>(s.token.octets), s.platform, s.number, s.state,
              s.created_at, s.expires_at, s.ended_at, s.reference, s.workflow, s.task, s.test,
              s.country, s.area, s.carrier, s.tag, senders, s.brand, s.webhook, s.leased_at,
              s.swaps, s.attempts_used, s.attempts_max, s.arrived.messages, s.verified_at,
              s.used_code, sealed)
        .run();
}

bool take(Statement& statement, pool::Session& s, const Seal& seal) {
    statement.read(s.id);
    const auto token = statement.take_blob();
    std::copy_n(token.begin(), std::min(token.size(), s.token.octets.size()),
                s.token.octets.begin());
    std::string senders;
    statement.read(s.platform, s.number, s.state, s.created_at, s.expires_at, s.ended_at,
                   s.reference, s.workflow, s.task, s.test, s.country, s.area, s.carrier, s.tag,
                   senders, s.brand, s.webhook, s.leased_at, s.swaps, s.attempts_used,
                   s.attempts_max, s.arrived.messages, s.verified_at, s.used_code);
    s.expected_senders = split(senders);
    return open_codes(seal, statement.take_blob(), s.id, s.arrived.codes);
}

void insert(Statement& statement, const Message& m, const Seal& seal) {
    // A time from the start, though take() does not believe it: settling then leaves the row its
    // size, and SQLite overwrites it in place. Rows that grow in full pages would split them all.
    const pool::WallTime settled_at =
        m.state == pool::MessageState::waiting ? m.received_at : m.settled_at;
    const pool::Octets sealed = seal_pair(seal, m.text, m.octets, Context("message", m.id));
    statement
        .bind(m.id, m.state, m.owner.platform, m.owner.session, m.number, m.carrier,
              m.duplicate_key, m.received_at, settled_at, m.attempts, m.unowned, m.bind, m.source,
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
    if (m.state == pool::MessageState::waiting) m.settled_at = {};
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
