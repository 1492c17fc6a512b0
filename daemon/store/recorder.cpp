// daemon/store/recorder.cpp - one Change, one or two statements.
#include "daemon/store/recorder.hpp"

namespace smppd::store {

namespace {

// A Put replaces the whole record. Messages, parts and receipts are only ever added: one with an
// id that is there already must not wipe out what was acknowledged.
constexpr std::string_view replace = "INSERT OR REPLACE";
constexpr std::string_view add = "INSERT";

}  // namespace

Recorder::Recorder(const Connection& db, const Seal& seal)
    : seal_(seal),
      put_platform_(db, insert_sql(replace, "platform", columns::platform)),
      drop_platform_(db, "DELETE FROM platform WHERE id = ?"),
      put_account_(db, insert_sql(replace, "account", columns::account)),
      drop_account_(db, "DELETE FROM account WHERE system_id = ?"),
      put_number_(db, upsert_sql("number", columns::number)),  // last_session stays
      drop_number_(db, "DELETE FROM number WHERE number = ?"),
      put_session_(db, insert_sql(replace, "session", columns::session)),
      drop_session_(db, "DELETE FROM session WHERE id = ?"),
      count_messages_(db, "UPDATE session SET messages = ? WHERE id = ?"),
      count_codes_(db, "UPDATE session SET messages = ?, sealed = ? WHERE id = ?"),
      // A session that gets a number again, which it had before, keeps its place in the chain.
      add_lease_(db,
                 "INSERT OR IGNORE INTO lease(session, number, previous) SELECT ?1, ?2,"
                 " ifnull((SELECT last_session FROM number WHERE number = ?2), 0)"),
      chain_lease_(db,
                   "UPDATE number SET last_session = ?1 WHERE number = ?2 AND last_session ="
                   " (SELECT previous FROM lease WHERE session = ?1 AND number = ?2)"),
      add_message_(db, insert_sql(add, "message", columns::message)),
      queue_message_(db, "INSERT INTO outbox(platform, message) VALUES(?, ?)"),
      settle_message_(db,
                      "UPDATE message SET state = ?, settled_at = ?, attempts = ? WHERE id = ?"),
      unqueue_message_(db, "DELETE FROM outbox WHERE platform = ? AND message = ?"),
      add_part_(db, insert_sql(add, "part", columns::part)),
      close_parts_(db,
                   "UPDATE part SET closed_at = ?, sealed = NULL WHERE assembly = ? AND "
                   "closed_at = 0"),
      add_receipt_(db, insert_sql(add, "receipt", columns::receipt)),
      add_trace_(db, insert_sql(add, "trace", columns::trace)),
      put_webhook_(db, insert_sql(replace, "webhook", columns::webhook)),
      drop_webhook_(db, "DELETE FROM webhook WHERE id = ?"),
      put_api_key_(db, insert_sql(replace, "api_key", columns::api_key)),
      drop_api_key_(db, "DELETE FROM api_key WHERE id = ?"),
      put_brand_use_(db, insert_sql(replace, "brand_use", columns::brand_use)),
      drop_brand_use_(db, "DELETE FROM brand_use WHERE number = ? AND brand = ?"),
      add_event_(db, insert_sql(add, "event", columns::event)),
      put_delivery_(db, insert_sql(replace, "delivery", columns::delivery)),
      add_answer_(db, insert_sql(add, "answer", columns::answer)) {}

void Recorder::record(const pool::Change& change) {
    std::visit([this](const auto& one) { put(one); }, change);
}

void Recorder::put(const pool::PlatformPut& change) {
    if (change.after)
        insert(put_platform_, *change.after);
    else if (change.before)
        drop_platform_.bind(change.before->id).run();
}

void Recorder::put(const pool::AccountPut& change) {
    if (change.after)
        insert(put_account_, *change.after);
    else if (change.before)
        drop_account_.bind(change.before->system_id).run();
}

void Recorder::put(const pool::NumberPut& change) {
    if (change.after)
        insert(put_number_, *change.after);
    else if (change.before)
        drop_number_.bind(change.before->number).run();
}

void Recorder::put(const pool::SessionPut& change) {
    if (!change.after) {
        // Its leases stay, or the chain would end here.
        if (change.before) drop_session_.bind(change.before->id).run();
        return;
    }
    const pool::Session& session = *change.after;
    insert(put_session_, session, seal_);
    if (change.before && change.before->number == session.number) return;
    add_lease_.bind(session.id, session.number).run();
    chain_lease_.bind(session.id, session.number).run();
}

void Recorder::put(const pool::SessionHeard& heard) {
    const pool::SessionArrivals& after = heard.after;
    if (after.codes == heard.before.codes)
        count_messages_.bind(after.messages, heard.id).run();
    else
        count_codes_.bind(after.messages, seal_codes(seal_, heard.id, after.codes), heard.id).run();
}

void Recorder::put(const pool::MessageAdded& change) {
    const pool::Message& message = *change.message;
    insert(add_message_, message, seal_);
    if (message.state == pool::MessageState::waiting)
        queue_message_.bind(message.owner.platform, message.id).run();
}

void Recorder::put(const pool::MessageSettled& change) {
    settle_message_.bind(change.state, change.at, change.attempts, change.id).run();
    unqueue_message_.bind(change.platform, change.id).run();
}

void Recorder::put(const pool::PartAdded& change) { insert(add_part_, change.part, seal_); }

void Recorder::put(const pool::PartsClosed& change) {
    close_parts_.bind(change.at, change.assembly).run();
}

void Recorder::put(const pool::ReceiptAdded& change) {
    insert(add_receipt_, change.receipt, seal_);
}

void Recorder::put(const pool::TraceAdded& change) { insert(add_trace_, change.entry); }

void Recorder::put(const pool::WebhookPut& change) {
    if (change.after)
        insert(put_webhook_, *change.after, seal_);
    else if (change.before)
        drop_webhook_.bind(change.before->id).run();
}

void Recorder::put(const pool::ApiKeyPut& change) {
    if (change.after)
        insert(put_api_key_, *change.after);
    else if (change.before)
        drop_api_key_.bind(change.before->id).run();
}

void Recorder::put(const pool::BrandUsePut& change) {
    if (change.after)
        insert(put_brand_use_, *change.after);
    else if (change.before)
        drop_brand_use_.bind(change.before->number, change.before->brand).run();
}

void Recorder::put(const pool::EventAdded& change) { insert(add_event_, change.event, seal_); }

void Recorder::put(const pool::DeliveryPut& change) { insert(put_delivery_, change.delivery); }

void Recorder::put(const pool::AnswerKept& answer) { insert(add_answer_, answer, seal_); }

}  // namespace smppd::store
