// daemon/store/recorder.hpp - writes Changes into the tables, by prepared statements.
#pragma once

#include "daemon/store/rows.hpp"
#include "daemon/store/rows_events.hpp"

namespace smppd::store {

/// Everything here runs inside the caller's transaction. Throws SqlError.
class Recorder {
public:
    Recorder(const Connection& connection, const Seal& seal);
    void record(const pool::Change& change);

private:
    void put(const pool::PlatformPut& change);
    void put(const pool::AccountPut& change);
    void put(const pool::NumberPut& change);
    void put(const pool::SessionPut& change);
    void put(const pool::SessionHeard& change);
    void put(const pool::MessageAdded& change);
    void put(const pool::MessageSettled& change);
    void put(const pool::PartAdded& change);
    void put(const pool::PartsClosed& change);
    void put(const pool::ReceiptAdded& change);
    void put(const pool::TraceAdded& change);
    void put(const pool::WebhookPut& change);
    void put(const pool::ApiKeyPut& change);
    void put(const pool::BrandUsePut& change);
    void put(const pool::EventAdded& change);
    void put(const pool::DeliveryPut& change);
    void put(const pool::AnswerKept& answer);

    const Seal& seal_;
    Statement put_platform_, drop_platform_;
    Statement put_account_, drop_account_;
    Statement put_number_, drop_number_;
    Statement put_session_, drop_session_;
    Statement count_messages_, count_codes_;
    Statement add_lease_, chain_lease_;
    Statement add_message_, queue_message_, settle_message_, unqueue_message_;
    Statement add_part_, close_parts_;
    Statement add_receipt_, add_trace_;
    Statement put_webhook_, drop_webhook_;
    Statement put_api_key_, drop_api_key_;
    Statement put_brand_use_, drop_brand_use_;
    Statement add_event_, put_delivery_, add_answer_;
};

}  // namespace smppd::store
