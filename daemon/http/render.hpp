// daemon/http/render.hpp - the daemon's values as the JSON of the API.
#pragma once

#include "daemon/http/context.hpp"

#include <boost/json.hpp>

#include <map>

namespace smppd::http {

/// A time as RFC 3339 text, null for the zero time.
boost::json::value time_json(pool::WallTime time);
boost::json::value text_or_null(const std::string& text);
boost::json::array texts_json(const std::vector<std::string>& texts);
/// "+447700900101", null for 0.
boost::json::value number_json(pool::E164 number);
/// The platform's name, null for 0.
boost::json::value platform_json(const pool::Pool& pool, pool::PlatformId platform);

boost::json::object carrier_json(const smpp::CarrierView& carrier);
boost::json::object bind_json(const smpp::BindView& bind);
boost::json::object probe_json(const smpp::ProbeResult& result);
boost::json::object account_json(const pool::SmppAccount& account);
/// With its accounts, never with a hash.
boost::json::object platform_json(const pool::Pool& pool, const pool::Platform& platform);
/// `viewer`: a platform is not told of others' sessions and names; 0: sees all.
boost::json::object number_json(const pool::Pool& pool, const pool::Number& number,
                                pool::PlatformId viewer);
/// `secrets`: with the newest code, else only whether one came.
boost::json::object session_json(const pool::Pool& pool, const pool::Session& session,
                                 bool secrets);
/// Never with a secret.
boost::json::object webhook_json(const pool::Pool& pool, const pool::Webhook& webhook);
boost::json::object delivery_json(const pool::Delivery& delivery);
boost::json::object workflow_json(const pool::Workflow& workflow);
boost::json::object receipt_json(const pool::ReceiptRecord& receipt);

/// Sessions that messages belong to, as the store has them.
using SessionsKnown = std::map<pool::Id, pool::Session>;
/// `text`: with the text (or the octets as hexadecimal digits) and the code or link that was found
/// in it, else only how long it is.
boost::json::object message_json(const pool::Pool& pool, const SessionsKnown& sessions,
                                 const pool::Message& message, bool text);

}  // namespace smppd::http
