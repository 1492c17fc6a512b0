// daemon/store/schema_2.cpp - version 2: workflows, events, webhooks, API keys.
#include "daemon/store/schema.hpp"

namespace smppd::store {

// What a number was leased for is found by a chain through `lease`, from number.last_session on:
// an index by number would dirty a page of its own with every allocation.
const char version_2[] = R"(
ALTER TABLE platform ADD COLUMN allocations_per_minute INTEGER NOT NULL DEFAULT 0;
ALTER TABLE platform ADD COLUMN allocations_per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE platform ADD COLUMN ttl_max_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE platform ADD COLUMN requests_per_second INTEGER NOT NULL DEFAULT 0;

-- after_lease 2: it cools down.
ALTER TABLE number ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN last_platform INTEGER NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN after_lease INTEGER NOT NULL DEFAULT 2;
ALTER TABLE number ADD COLUMN last_session INTEGER NOT NULL DEFAULT 0;

DROP INDEX session_active;
ALTER TABLE session ADD COLUMN workflow TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN task TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN test INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN area TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN tag TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN expected_senders TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN brand TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN webhook INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN leased_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN swaps INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN attempts_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN attempts_max INTEGER NOT NULL DEFAULT 5;
ALTER TABLE session ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN verified_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN used_code INTEGER NOT NULL DEFAULT 0;
-- The codes; empty: none.
ALTER TABLE session ADD COLUMN sealed BLOB NOT NULL DEFAULT x'';
-- Those that hold their number, whatever is proven.
CREATE INDEX session_active ON session(id) WHERE ended_at = 0;
UPDATE session SET leased_at = created_at;
-- Messages of the sessions that go on; those of ended ones are not counted afterwards.
UPDATE session SET messages =
    (SELECT count(*) FROM message m WHERE m.id > (SELECT min(id) FROM session WHERE ended_at = 0)
     AND m.session = session.id)
    WHERE ended_at = 0;

-- One for each number that a session had; previous: the session that had the number before.
CREATE TABLE lease(
    session INTEGER NOT NULL,
    number INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    PRIMARY KEY(session, number)
) STRICT, WITHOUT ROWID;
INSERT INTO lease(session, number, previous)
    SELECT id, number, lag(id, 1, 0) OVER (PARTITION BY number ORDER BY id) FROM session;
UPDATE number SET last_session = s.id, last_platform = s.platform
    FROM (SELECT number, max(id) AS id, platform FROM session GROUP BY number) AS s
    WHERE s.number = number.number;

CREATE TABLE webhook(
    id INTEGER PRIMARY KEY,
    platform INTEGER NOT NULL,
    description TEXT NOT NULL,
    events BLOB NOT NULL,
    sessions_only INTEGER NOT NULL,
    test INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    disabled_reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    failing_since INTEGER NOT NULL,
    previous_until INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE api_key(
    id TEXT NOT NULL PRIMARY KEY,
    platform INTEGER NOT NULL,
    role INTEGER NOT NULL,
    scopes INTEGER NOT NULL,
    test INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    allow TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    replaced_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE brand_use(
    number INTEGER NOT NULL,
    brand INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY(number, brand)
) STRICT, WITHOUT ROWID;

CREATE TABLE event(
    id INTEGER PRIMARY KEY,
    type INTEGER NOT NULL,
    platform INTEGER NOT NULL,
    session INTEGER NOT NULL,
    webhook INTEGER NOT NULL,
    test INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE delivery(
    event INTEGER NOT NULL,
    webhook INTEGER NOT NULL,
    session INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY(event, webhook)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_waiting ON delivery(webhook, event) WHERE state = 0;
CREATE INDEX delivery_dead ON delivery(webhook, event) WHERE state = 2;

CREATE TABLE answer(
    id INTEGER PRIMARY KEY,
    key INTEGER NOT NULL,
    request INTEGER NOT NULL,
    status INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
)";

}  // namespace smppd::store
