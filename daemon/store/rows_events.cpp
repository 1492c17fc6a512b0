// daemon/store/rows_events.cpp - which field of events and the API's records stands where.
#include "daemon/store/rows_events.hpp"

#include "daemon/store/fields.hpp"
#include "daemon/store/packed.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

// The order of what is sealed, told once for writing and reading. New fields go behind the others.
template <class Fields, class Record>
void sealed_fields_of_event(Fields& fields, Record& e) {
    fields(e.token.octets, e.number, e.previous_number, e.message, e.workflow, e.reference,
           e.sender, e.text, e.expected_sender, e.code, e.link, e.confidence, e.next_step, e.reason,
           e.subject, e.expires_at, e.attempts_left);
}

template <class Fields, class Record>
void sealed_fields_of_webhook(Fields& fields, Record& w) {
    fields(w.url, w.secret, w.previous_secret);
}

}  // namespace

void insert(Statement& statement, const pool::Webhook& w, const Seal& seal) {
    pool::Octets events;
    for (const pool::EventType type : w.events) events.push_back(static_cast<std::uint8_t>(type));
    FieldWriter fields;
    sealed_fields_of_webhook(fields, w);
    const pool::Octets sealed = seal.seal(fields.octets(), Context("webhook", w.id));
    statement
        .bind(w.id, w.platform, w.description, events, w.sessions_only, w.test, w.disabled,
              w.disabled_reason, w.created_at, w.failing_since, w.previous_until, sealed)
        .run();
}

bool take(Statement& statement, pool::Webhook& w, const Seal& seal) {
    statement.read(w.id, w.platform, w.description);
    for (const std::uint8_t type : statement.take_blob())
        w.events.push_back(static_cast<pool::EventType>(type));
    statement.read(w.sessions_only, w.test, w.disabled, w.disabled_reason, w.created_at,
                   w.failing_since, w.previous_until);
    const auto plain = seal.open(statement.take_blob(), Context("webhook", w.id));
    if (!plain) return false;
    FieldReader fields(*plain);
    sealed_fields_of_webhook(fields, w);
    return fields.good();
}

void insert(Statement& statement, const pool::ApiKey& k) {
    const std::string allow = join(k.allow);
    statement
        .bind(k.id, k.platform, k.role, k.scopes, k.test, k.name,
              std::span<const std::uint8_t>(k.hash), allow, k.created_at, k.expires_at,
              k.revoked_at, k.last_used_at, k.replaced_by)
        .run();
}

void take(Statement& statement, pool::ApiKey& k) {
    std::string allow;
    statement.read(k.id, k.platform, k.role, k.scopes, k.test, k.name);
    const auto hash = statement.take_blob();
    std::copy_n(hash.begin(), std::min(hash.size(), k.hash.size()), k.hash.begin());
    statement.read(allow, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.replaced_by);
    k.allow = split(allow);
}

void insert(Statement& statement, const pool::BrandUse& use) {
    statement.bind(use.number, use.brand, use.last_at).run();
}

void take(Statement& statement, pool::BrandUse& use) {
    statement.read(use.number, use.brand, use.last_at);
}

void insert(Statement& statement, const pool::Event& e, const Seal& seal) {
    FieldWriter fields;
    sealed_fields_of_event(fields, e);
    const pool::Octets sealed = seal.seal(fields.octets(), Context("event", e.id));
    statement.bind(e.id, e.type, e.platform, e.session, e.webhook, e.test, e.at, sealed).run();
}

bool take(Statement& statement, pool::Event& e, const Seal& seal) {
    statement.read(e.id, e.type, e.platform, e.session, e.webhook, e.test, e.at);
    const auto plain = seal.open(statement.take_blob(), Context("event", e.id));
    if (!plain) return false;
    FieldReader fields(*plain);
    sealed_fields_of_event(fields, e);
    return fields.good();
}

void insert(Statement& statement, const pool::Delivery& d) {
    statement
        .bind(d.event, d.webhook, d.session, d.state, d.attempts, d.next_at, d.settled_at, d.status,
              d.error)
        .run();
}

void take(Statement& statement, pool::Delivery& d) {
    statement.read(d.event, d.webhook, d.session, d.state, d.attempts, d.next_at, d.settled_at,
                   d.status, d.error);
}

void insert(Statement& statement, const pool::AnswerKept& a, const Seal& seal) {
    FieldWriter fields;
    fields(a.body, a.location);
    const pool::Octets sealed = seal.seal(fields.octets(), Context("answer", a.id));
    statement.bind(a.id, a.key, a.request, a.status, a.at, sealed).run();
}

bool take(Statement& statement, pool::AnswerKept& a, const Seal& seal) {
    statement.read(a.id, a.key, a.request, a.status, a.at);
    const auto plain = seal.open(statement.take_blob(), Context("answer", a.id));
    if (!plain) return false;
    FieldReader fields(*plain);
    fields(a.body, a.location);
    return fields.good();
}

pool::Octets seal_codes(const Seal& seal, pool::Id session,
                        std::span<const pool::SessionCode> codes) {
    if (codes.empty()) return {};
    FieldWriter fields;
    fields(codes.size());
    for (const pool::SessionCode& one : codes) fields(one.message, one.at, one.code);
    return seal.seal(fields.octets(), Context("session", session));
}

bool open_codes(const Seal& seal, std::span<const std::uint8_t> sealed, pool::Id session,
                std::vector<pool::SessionCode>& codes) {
    codes.clear();
    if (sealed.empty()) return true;
    const auto plain = seal.open(sealed, Context("session", session));
    if (!plain) return false;
    FieldReader fields(*plain);
    std::size_t count = 0;
    fields(count);
    for (; count > 0 && fields.good(); --count) {
        pool::SessionCode& one = codes.emplace_back();
        fields(one.message, one.at, one.code);
    }
    return fields.good();
}

}  // namespace smppd::store
