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
      put_number_(db, insert_sql(replace, "number", columns::number)),
      drop_number_(db, "DELETE FROM number WHERE number = ?"),
      put_session_(db, insert_sql(replace, "session", columns::session)),
      drop_session_(db, "DELETE FROM session WHERE id = ?"),
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
      add_trace_(db, insert_sql(add, "trace", columns::trace)) {}

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
    if (change.after)
        insert(put_session_, *change.after);
    else if (change.before)
        drop_session_.bind(change.before->id).run();
}

void Recorder::put(const pool::MessageAdded& change) {
    const pool::Message& message = change.message;
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

}  // namespace smppd::store
