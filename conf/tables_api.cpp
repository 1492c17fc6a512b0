// conf/tables_api.cpp - the keys of the API on TCP, of webhooks and of the sandbox.
#include "conf/kinds.hpp"
#include "conf/tables.hpp"

namespace smppd::conf {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A web origin: scheme, host, port; no path. Source: RFC 6454 §7, the Fetch standard.
bool origin(std::string_view text) {
    if (text == "*") return true;
    const bool secure = text.starts_with("https://");
    if (!secure && !text.starts_with("http://")) return false;
    const std::string_view host = text.substr(secure ? 8 : 7);
    return !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:[]") ==
                                std::string_view::npos;
}

Kind<std::string> cors_origin() {
    return checked_text(
        "\"*\", or an origin in small letters without a path, such as "
        "https://app.example or http://localhost:3000",
        R"(,"pattern":"^([*]|https?://[^/]+)$")", 1, 300, origin);
}

}  // namespace

const Table<Api>& api_table() {
    static const Table<Api> table{
        row<Api>("listen", &Api::listen, list(listen_endpoint()),
                 "ADDRESS:PORT, one or more; none: the control socket alone"),
        row<Api>("tls", &Api::tls, optional(mapping(tls_server_table())),
                 "TLS for all of them; without this clear text"),
        row<Api>("cors_origins", &Api::cors_origins, list(cors_origin()),
                 "web pages of these origins may call; \"*\": of any"),
        row<Api>("connections_max", &Api::connections_max,
                 whole(std::size_t{1}, std::size_t{1'000'000}), "connections of all listeners"),
        row<Api>("body_octets_max", &Api::body_octets_max,
                 whole(std::size_t{1'024}, std::size_t{1024} * 1024 * 1024),
                 "largest JSON body of a request"),
        row<Api>("requests_per_second", &Api::requests_per_second, whole(1U, 1'000'000U),
                 "of a key, and of a platform that has no limit of its own"),
        row<Api>("burst", &Api::burst, whole(1U, 1'000'000U), "of them at once after a pause"),
        row<Api>("auth_failures_per_minute", &Api::auth_failures_per_minute, whole(1U, 1'000'000U),
                 "wrong keys from one address before it has to wait"),
    };
    return table;
}

const Table<Webhooks>& webhooks_table() {
    using Row = Webhooks;
    static const Table<Row> table{
        row<Row>("allow_http", &Row::allow_http, flag(), "also http:// URLs, not https:// alone"),
        row<Row>("allow_private", &Row::allow_private, flag(),
                 "also private, loopback and link-local addresses"),
        row<Row>("in_flight_max", &Row::in_flight_max, whole(1U, 10'000U), "requests at once"),
        row<Row>("per_host_max", &Row::per_host_max, whole(1U, 10'000U),
                 "of them to one host, so that a slow one holds up no other"),
        row<Row>("timeout", &Row::timeout, duration<milliseconds>(milliseconds{100}, minutes{2}),
                 "from the request to its whole answer"),
    };
    return table;
}

const Table<Sandbox>& sandbox_table() {
    static const Table<Sandbox> table{
        row<Sandbox>("enabled", &Sandbox::enabled, flag(),
                     "test keys work, on made-up numbers that reach no carrier"),
    };
    return table;
}

}  // namespace smppd::conf
