// daemon/http/render.cpp - one function a kind; field names are the API's contract.
#include "daemon/http/render.hpp"

#include "daemon/http/values.hpp"

namespace smppd::http {
namespace {

namespace json = boost::json;

json::value session_name(const pool::Pool& pool, const SessionsKnown& known, pool::Id session) {
    if (session == 0) return nullptr;
    if (const auto found = known.find(session); found != known.end())
        return json::value(pool::token_text(found->second.token));
    if (const auto live = pool.session(session)) return json::value(pool::token_text(live->token));
    return nullptr;
}

/// Of its leases, how many ended with a verified code; null while it has had none.
json::value success_rate(const pool::Number& number) {
    if (number.uses == 0) return nullptr;
    return static_cast<double>(number.verified) / static_cast<double>(number.uses);
}

/// To a microsecond.
json::value milliseconds_json(const std::optional<std::chrono::nanoseconds>& time) {
    if (!time) return nullptr;
    return std::chrono::duration<double, std::milli>(
               std::chrono::round<std::chrono::microseconds>(*time))
        .count();
}

json::object counters_json(const protocol::BindCounters& counters) {
    return {{"pdus_in", counters.pdus_in},         {"pdus_out", counters.pdus_out},
            {"bad_pdus", counters.bad_pdus},       {"unknown_pdus", counters.unknown_pdus},
            {"wrong_state", counters.wrong_state}, {"late_responses", counters.late_responses},
            {"timed_out", counters.timed_out}};
}

}  // namespace

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::value(text);
}

json::array texts_json(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

json::value time_json(pool::WallTime time) {
    if (time == pool::WallTime{}) return nullptr;
    return json::value(rfc3339(time));
}

json::value number_json(pool::E164 number) {
    if (number == 0) return nullptr;
    return json::value(pool::to_text(number));
}

json::value platform_json(const pool::Pool& pool, pool::PlatformId platform) {
    const pool::Platform* found = platform == 0 ? nullptr : pool.platform(platform);
    if (!found) return nullptr;
    return json::value(found->name);
}

json::object carrier_json(const smpp::CarrierView& carrier) {
    return {{"name", carrier.name},
            {"profile", carrier.profile},
            {"stopped", carrier.stopped},
            {"draining", carrier.draining},
            {"binds_bound", carrier.binds_bound},
            {"binds", carrier.binds},
            {"alarm", text_or_null(carrier.alarm)},
            {"last_message_at", time_json(carrier.last_message_at)},
            {"messages", carrier.messages},
            {"receipts", carrier.receipts},
            {"duplicates", carrier.duplicates},
            {"unowned", carrier.unowned}};
}

json::object bind_json(const smpp::BindView& bind) {
    return {{"id", bind.id},
            {"carrier", text_or_null(bind.carrier)},
            {"platform", text_or_null(bind.platform)},
            {"system_id", bind.system_id},
            {"type", bind.type},
            {"state", bind.state},
            {"address", bind.address},
            {"tls", bind.tls},
            {"since", time_json(bind.since)},
            {"next_attempt_at", time_json(bind.next_attempt_at)},
            {"last_error", text_or_null(bind.last_error)},
            {"round_trip_ms", milliseconds_json(bind.round_trip)},
            {"messages", bind.messages},
            {"refused", bind.refused},
            {"in_flight", bind.in_flight},
            {"window", bind.window},
            {"counters", counters_json(bind.counters)}};
}

json::object probe_json(const smpp::ProbeResult& result) {
    return {{"bind", result.bind},
            {"state", result.state},
            {"answered", result.round_trip.has_value()},
            {"round_trip_ms", milliseconds_json(result.round_trip)},
            {"error", text_or_null(result.error)}};
}

json::object account_json(const pool::SmppAccount& account) {
    const bool payload = account.long_messages == pool::LongMessages::payload;
    return {{"system_id", account.system_id},
            {"disabled", account.disabled},
            {"binds_max", account.binds_max},
            {"window", account.window},
            {"tlvs", account.tlvs},
            {"long_messages", payload ? "payload" : "udh"},
            {"allow", texts_json(account.allow)},
            {"created_at", time_json(account.created_at)}};
}

json::object platform_json(const pool::Pool& pool, const pool::Platform& platform) {
    json::array accounts;
    for (const pool::SmppAccount& account : pool.accounts())
        if (account.platform == platform.id) accounts.push_back(account_json(account));
    return {{"name", platform.name},
            {"disabled", platform.disabled},
            {"numbers_max", platform.numbers_max},
            {"allocations_per_minute", platform.allocations_per_minute},
            {"allocations_per_day", platform.allocations_per_day},
            {"ttl_max_seconds", platform.ttl_max_s},
            {"requests_per_second", platform.requests_per_second},
            {"created_at", time_json(platform.created_at)},
            {"accounts", std::move(accounts)}};
}

json::object number_json(const pool::Pool& pool, const pool::Number& number,
                         pool::PlatformId viewer) {
    const auto shown = [viewer](pool::PlatformId platform) {
        return viewer == 0 || viewer == platform ? platform : 0;
    };
    const auto session = number.session != 0 ? pool.session(number.session) : std::nullopt;
    const bool told = session && shown(session->platform) != 0;
    json::array capabilities;
    if (number.mo) capabilities.emplace_back("MO");
    if (number.mt) capabilities.emplace_back("MT");
    return {
        {"number", number_json(number.number)},
        {"state", pool::name(number.state)},
        {"carrier", text_or_null(number.carrier)},
        {"country", text_or_null(number.country)},
        {"area", text_or_null(number.area)},
        {"capabilities", std::move(capabilities)},
        {"tags", texts_json(number.tags)},
        {"monthly_cost_micros", number.monthly_cost_micros},
        {"isolation_group", text_or_null(number.isolation_group)},
        {"platform", platform_json(pool, number.platform)},
        {"session", told ? json::value(pool::token_text(session->token)) : json::value(nullptr)},
        {"changed_at", time_json(number.changed_at)},
        {"cool_until", time_json(number.cool_until)},
        {"last_used_at", time_json(number.last_used_at)},
        {"uses", number.uses},
        {"verified", number.verified},
        {"success_rate", success_rate(number)},
        {"last_platform", platform_json(pool, shown(number.last_platform))},
        {"after_lease", number.state == pool::NumberState::leased
                            ? json::value(pool::name(number.after_lease))
                            : json::value(nullptr)}};
}

json::object receipt_json(const pool::ReceiptRecord& receipt) {
    json::object body{{"id", pool::id_text(receipt.id)},
                      {"carrier", receipt.carrier},
                      {"bind", receipt.bind},
                      {"source", receipt.source},
                      {"destination", receipt.destination},
                      {"message_id", text_or_null(receipt.message_id)},
                      {"text_id", text_or_null(receipt.text_id)},
                      {"message_state", receipt.state},
                      {"stat", text_or_null(receipt.word)},
                      {"err", text_or_null(receipt.error)},
                      {"intermediate", receipt.intermediate},
                      {"readable", receipt.readable},
                      {"submit_date", nullptr},
                      {"done_date", nullptr},
                      {"received_at", time_json(receipt.received_at)}};
    if (receipt.submit_date) body["submit_date"] = rfc3339(*receipt.submit_date);
    if (receipt.done_date) body["done_date"] = rfc3339(*receipt.done_date);
    return body;
}

namespace {

/// What the message says to its session, as it was read on its arrival.
pool::Extraction found_in(const pool::Pool& pool, const SessionsKnown& sessions,
                          const pool::Message& message) {
    const auto of_store = sessions.find(message.owner.session);
    std::optional<pool::Session> session;
    if (of_store != sessions.end())
        session = of_store->second;
    else if (message.owner.session != 0)
        session = pool.session(message.owner.session);
    if (!session) return pool::extract(message.text, message.source);
    const auto flow = pool.workflows().find(session->workflow);
    const bool known = flow != pool.workflows().end();
    const auto& senders = session->expected_senders.empty() && known ? flow->second.expected_senders
                                                                     : session->expected_senders;
    const std::string brand = pool::brand_of(message.source, message.text);
    if (!pool::sender_expected(senders, message.source, brand)) return {};
    return pool::extract(message.text, message.source,
                         known ? flow->second.code : pool::CodeShape{});
}

}  // namespace

json::object message_json(const pool::Pool& pool, const SessionsKnown& sessions,
                          const pool::Message& message, bool text) {
    json::object body{{"id", pool::id_text(message.id)},
                      {"carrier", message.carrier},
                      {"bind", message.bind},
                      {"source", message.source},
                      {"destination", message.destination},
                      {"number", number_json(message.number)},
                      {"platform", platform_json(pool, message.owner.platform)},
                      {"session", session_name(pool, sessions, message.owner.session)},
                      {"state", pool::name(message.state)},
                      {"unowned_reason", nullptr},
                      {"is_text", message.is_text},
                      {"lossy", message.lossy},
                      {"incomplete", message.incomplete},
                      {"source_ton", message.source_ton},
                      {"source_npi", message.source_npi},
                      {"data_coding", message.data_coding},
                      {"esm_class", message.esm_class},
                      {"protocol_id", message.protocol_id},
                      {"parts", message.parts},
                      {"parts_expected", message.parts_expected},
                      {"first_part_at", time_json(message.first_part_at)},
                      {"received_at", time_json(message.received_at)},
                      {"settled_at", time_json(message.settled_at)},
                      {"attempts", message.attempts},
                      {"text_length", characters(message.text)},
                      {"octets_length", message.octets.size()}};
    if (message.unowned != pool::Unowned::no) body["unowned_reason"] = pool::name(message.unowned);
    if (!text) return body;
    if (message.is_text) {
        const pool::Extraction found = found_in(pool, sessions, message);
        body["text"] = message.text;
        body["code"] = text_or_null(found.code);
        body["link"] = text_or_null(found.link);
    }
    // What was not read, or not all of it, is there as it came.
    if (!message.is_text || message.lossy) body["octets"] = hex(message.octets);
    return body;
}

}  // namespace smppd::http
