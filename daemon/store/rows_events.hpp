// daemon/store/rows_events.hpp - rows of events, of who hears of them, and of the API's records.
// As in rows.hpp: for each table its columns in order, put() and take() in the same order.
#pragma once

#include "daemon/store/connection.hpp"
#include "daemon/store/seal.hpp"

namespace smppd::store {

namespace columns {
inline constexpr std::string_view webhook =
    "id, platform, description, events, sessions_only, test, disabled, disabled_reason, "
    "created_at, failing_since, previous_until, sealed";
inline constexpr std::string_view api_key =
    "id, platform, role, scopes, test, name, hash, allow, created_at, expires_at, revoked_at, "
    "last_used_at, replaced_by";
inline constexpr std::string_view brand_use = "number, brand, last_at";
inline constexpr std::string_view event = "id, type, platform, session, webhook, test, at, sealed";
inline constexpr std::string_view delivery =
    "event, webhook, session, state, attempts, next_at, settled_at, status, error";
inline constexpr std::string_view answer = "id, key, request, status, at, sealed";
}  // namespace columns

/// Binds and runs an insert of all columns. A webhook's URL is sealed with its secrets: it may hold
/// one itself.
void insert(Statement& statement, const pool::Webhook& webhook, const Seal& seal);
void insert(Statement& statement, const pool::ApiKey& key);
void insert(Statement& statement, const pool::BrandUse& use);
void insert(Statement& statement, const pool::Event& event, const Seal& seal);
void insert(Statement& statement, const pool::Delivery& delivery);
void insert(Statement& statement, const pool::AnswerKept& answer, const Seal& seal);

/// Read the row that the statement stands on; false: the seal does not open, and what is sealed
/// stays empty.
bool take(Statement& statement, pool::Webhook& webhook, const Seal& seal);
void take(Statement& statement, pool::ApiKey& key);
void take(Statement& statement, pool::BrandUse& use);
bool take(Statement& statement, pool::Event& event, const Seal& seal);
void take(Statement& statement, pool::Delivery& delivery);
bool take(Statement& statement, pool::AnswerKept& answer, const Seal& seal);

/// A session's codes under one seal; none: an empty value.
pool::Octets seal_codes(const Seal& seal, pool::Id session,
                        std::span<const pool::SessionCode> codes);
bool open_codes(const Seal& seal, std::span<const std::uint8_t> sealed, pool::Id session,
                std::vector<pool::SessionCode>& codes);

}  // namespace smppd::store
