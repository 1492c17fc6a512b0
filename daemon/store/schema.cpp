// daemon/store/schema.cpp - the tables of each version, and the way from one to the next.
#include "daemon/store/schema.hpp"

#include "daemon/store/copy.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace smppd::store {

namespace {

constexpr std::int64_t application_id = 0x736d7070;  // "smpp", so that file(1) and we know ours

// Ids grow with time, so every row of the hot path is appended at the right edge of its tree. An
// index with random keys would cost more than all the rest of a commit; look-ups by number or
// session go by ranges of ids, or come from memory.
constexpr const char* version_1 = R"(
CREATE TABLE meta(
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE platform(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    numbers_max INTEGER NOT NULL
) STRICT;

CREATE TABLE account(
    system_id TEXT NOT NULL PRIMARY KEY,
    platform INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    binds_max INTEGER NOT NULL,
    window INTEGER NOT NULL,
    tlvs INTEGER NOT NULL,
    long_messages INTEGER NOT NULL,
    allow TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE number(
    number INTEGER PRIMARY KEY,
    carrier TEXT NOT NULL,
    country TEXT NOT NULL,
    area TEXT NOT NULL,
    mo INTEGER NOT NULL,
    mt INTEGER NOT NULL,
    tags TEXT NOT NULL,
    monthly_cost_micros INTEGER NOT NULL,
    isolation_group TEXT NOT NULL,
    platform INTEGER NOT NULL,
    state INTEGER NOT NULL,
    session INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    cool_until INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    uses INTEGER NOT NULL
) STRICT;

CREATE TABLE session(
    id INTEGER PRIMARY KEY,
    token BLOB NOT NULL,
    platform INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    reference TEXT NOT NULL
) STRICT;
CREATE INDEX session_active ON session(id) WHERE state = 0;

-- What is searched stands in front of the sealed text, which may run over into further pages.
CREATE TABLE message(
    id INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    platform INTEGER NOT NULL,
    session INTEGER NOT NULL,
    number INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    duplicate_key INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    unowned INTEGER NOT NULL,
    bind INTEGER NOT NULL,
    source TEXT NOT NULL,
    destination TEXT NOT NULL,
    source_ton INTEGER NOT NULL,
    source_npi INTEGER NOT NULL,
    is_text INTEGER NOT NULL,
    lossy INTEGER NOT NULL,
    incomplete INTEGER NOT NULL,
    data_coding INTEGER NOT NULL,
    esm_class INTEGER NOT NULL,
    protocol_id INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    parts_expected INTEGER NOT NULL,
    first_part_at INTEGER NOT NULL,
    assembly INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- Messages that wait for their platform: a queue each, oldest first.
CREATE TABLE outbox(
    platform INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY(platform, message)
) STRICT, WITHOUT ROWID;

-- closed_at 0: of an open assembly. Closed ones have no octets; they stay for their keys.
CREATE TABLE part(
    id INTEGER PRIMARY KEY,
    assembly INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    duplicate_key INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    destination TEXT NOT NULL,
    reference INTEGER NOT NULL,
    width INTEGER NOT NULL,
    total INTEGER NOT NULL,
    position INTEGER NOT NULL,
    bind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    source_ton INTEGER NOT NULL,
    source_npi INTEGER NOT NULL,
    platform INTEGER NOT NULL,
    session INTEGER NOT NULL,
    unowned INTEGER NOT NULL,
    data_coding INTEGER NOT NULL,
    esm_class INTEGER NOT NULL,
    protocol_id INTEGER NOT NULL,
    alphabet INTEGER NOT NULL,
    single_shift INTEGER NOT NULL,
    locking_shift INTEGER NOT NULL,
    fill_bits INTEGER NOT NULL,
    sealed BLOB
) STRICT;
CREATE INDEX part_assembly ON part(assembly);
CREATE INDEX part_open ON part(id) WHERE closed_at = 0;

CREATE TABLE receipt(
    id INTEGER PRIMARY KEY,
    carrier TEXT NOT NULL,
    bind INTEGER NOT NULL,
    source TEXT NOT NULL,
    destination TEXT NOT NULL,
    message_id TEXT NOT NULL,
    text_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    word TEXT NOT NULL,
    error TEXT NOT NULL,
    intermediate INTEGER NOT NULL,
    readable INTEGER NOT NULL,
    submit_date INTEGER,
    done_date INTEGER,
    received_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE trace(
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX trace_message ON trace(message);
)";

constexpr std::array steps{Migration{1, version_1}, Migration{2, version_2},
                           Migration{3, version_3}};

constexpr std::string_view check_text = "smppd";

std::optional<pool::Octets> meta(Connection& connection, std::string_view key) {
    Statement select(connection, "SELECT value FROM meta WHERE key = ?");
    select.bind(key);
    if (!select.step()) return std::nullopt;
    const auto blob = select.take_blob();
    return pool::Octets(blob.begin(), blob.end());
}

[[noreturn]] void fail(Errc code, const std::string& what) {
    throw std::system_error(make_error_code(code), what);
}

void step_forward(Connection& connection, const Migration& step) {
    Transaction transaction(connection);
    connection.execute(step.sql);
    connection.execute(("PRAGMA user_version = " + std::to_string(step.version)).c_str());
    connection.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    transaction.commit();
}

}  // namespace

std::span<const Migration> migrations() noexcept { return steps; }

void migrate(Connection& connection, const std::string& path, std::span<const Migration> steps_) {
    const auto version = connection.scalar("PRAGMA user_version");
    const auto tables = connection.scalar("SELECT count(*) FROM sqlite_schema");
    const int newest = steps_.empty() ? 0 : steps_.back().version;
    if (tables != 0 && connection.scalar("PRAGMA application_id") != application_id)
        fail(Errc::broken, path + " is no store of smppd");
    if (version > newest)
        fail(Errc::too_new, path + " has version " + std::to_string(version) +
                                ", this smppd knows up to " + std::to_string(newest));
    if (version == newest) return;
    if (tables != 0) copy_whole(connection, path + ".v" + std::to_string(version));
    for (const Migration& step : steps_)
        if (step.version > version) step_forward(connection, step);
}

std::uint64_t identify(Connection& connection, const Seal& seal) {
    std::uint64_t salt = 0;
    if (const auto check = meta(connection, "key_check")) {
        const auto plain = seal.open(*check, "meta:key_check");
        const auto opened = meta(connection, "salt");
        const auto octets = opened ? seal.open(*opened, "meta:salt") : std::nullopt;
        if (!plain ||
            !std::equal(plain->begin(), plain->end(), check_text.begin(), check_text.end()) ||
            !octets || octets->size() != sizeof salt)
            fail(Errc::wrong_key, "the key does not open what the store was begun with");
        std::memcpy(&salt, octets->data(), sizeof salt);
        return salt;
    }

    // The salt is sealed too: whoever has the file alone cannot try short texts against the keys
    // of duplicates.
    randombytes_buf(&salt, sizeof salt);
    std::array<std::uint8_t, sizeof salt> octets{};
    std::memcpy(octets.data(), &salt, sizeof salt);
    const pool::Octets check(check_text.begin(), check_text.end());
    const pool::Octets sealed_salt = seal.seal(octets, "meta:salt");
    const pool::Octets sealed_check = seal.seal(check, "meta:key_check");

    Transaction transaction(connection);
    Statement insert(connection, "INSERT INTO meta(key, value) VALUES(?, ?)");
    insert.bind(std::string_view("salt"), sealed_salt).run();
    insert.bind(std::string_view("key_check"), sealed_check).run();
    transaction.commit();
    return salt;
}

}  // namespace smppd::store
