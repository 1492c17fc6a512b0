// daemon/store/rows.hpp - values to rows and back. For each table: its columns in order, the same
// order in which put() binds and take() reads them.
#pragma once

#include "daemon/store/connection.hpp"
#include "daemon/store/seal.hpp"

#include <string>

namespace smppd::store {

namespace columns {
inline constexpr std::string_view platform =
    "id, name, disabled, created_at, numbers_max, allocations_per_minute, allocations_per_day, "
    "ttl_max_s, requests_per_second";
inline constexpr std::string_view account =
    "system_id, platform, password_hash, disabled, binds_max, window, tlvs, long_messages, allow, "
    "created_at";
inline constexpr std::string_view number =
    "number, carrier, country, area, mo, mt, tags, monthly_cost_micros, isolation_group, platform, "
    "state, session, changed_at, cool_until, last_used_at, uses, verified, last_platform, "
    "after_lease";
inline constexpr std::string_view session =
    "id, token, platform, number, state, created_at, expires_at, ended_at, reference, workflow, "
    "task, "
    "test, country, area, carrier, tag, expected_senders, brand, webhook, leased_at, swaps, "
    "attempts_used, attempts_max, messages, verified_at, used_code, sealed";
inline constexpr std::string_view message =
    "id, state, platform, session, number, carrier, duplicate_key, received_at, settled_at, "
    "attempts, unowned, bind, source, destination, source_ton, source_npi, is_text, lossy, "
    "incomplete, data_coding, esm_class, protocol_id, parts, parts_expected, first_part_at, "
    "assembly, sealed";
inline constexpr std::string_view part =
    "id, assembly, closed_at, carrier, duplicate_key, arrived_at, source, destination, reference, "
    "width, total, position, bind, number, source_ton, source_npi, platform, session, unowned, "
    "data_coding, esm_class, protocol_id, alphabet, single_shift, locking_shift, fill_bits, sealed";
inline constexpr std::string_view receipt =
    "id, carrier, bind, source, destination, message_id, text_id, state, word, error, "
    "intermediate, readable, submit_date, done_date, received_at, sealed";
inline constexpr std::string_view trace = "message, at, event, detail";
}  // namespace columns

/// "<verb> INTO <table>(<columns>) VALUES(?, ...)".
std::string insert_sql(std::string_view verb, std::string_view table, std::string_view columns);
/// The same, and a row that is there already, by the first of the columns, is updated: columns that
/// are not named stay as they are.
std::string upsert_sql(std::string_view table, std::string_view columns);
/// "SELECT <columns> FROM <table> <rest>".
std::string select_sql(std::string_view columns, std::string_view table, std::string_view rest);

/// Binds and runs an insert of all columns.
void insert(Statement& statement, const pool::Platform& platform);
void insert(Statement& statement, const pool::SmppAccount& account);
void insert(Statement& statement, const pool::Number& number);
void insert(Statement& statement, const pool::Session& session, const Seal& seal);
void insert(Statement& statement, const pool::Message& message, const Seal& seal);
void insert(Statement& statement, const pool::Part& part, const Seal& seal);
void insert(Statement& statement, const pool::ReceiptRecord& receipt, const Seal& seal);
void insert(Statement& statement, const pool::TraceEntry& entry);

/// Read the row that the statement stands on. Where there is a Seal and it is not null, what is
/// sealed is opened too, and false says that it could not be; else it stays empty.
void take(Statement& statement, pool::Platform& platform);
void take(Statement& statement, pool::SmppAccount& account);
void take(Statement& statement, pool::Number& number);
bool take(Statement& statement, pool::Session& session, const Seal& seal);
bool take(Statement& statement, pool::Message& message, const Seal* seal);
bool take(Statement& statement, pool::Part& part, const Seal* seal);
bool take(Statement& statement, pool::ReceiptRecord& receipt, const Seal* seal);
void take(Statement& statement, pool::TraceEntry& entry);

}  // namespace smppd::store
