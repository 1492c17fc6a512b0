// conf/tables_carrier.cpp - the keys of a carrier.
#include "conf/kinds.hpp"
#include "conf/secret.hpp"
#include "conf/tables.hpp"

namespace smppd::conf {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The target of a mapping that only groups keys of the same struct.
Carrier& itself(Carrier& carrier) { return carrier; }

const Table<TlsClient>& tls_client_table() {
    using Row = TlsClient;
    static const Table<Row> table{
        row<Row>("ca", &Row::ca, pem_file(false),
                 "PEM file: who may have signed the carrier's certificate; not set: the system's"),
        row<Row>("verify", &Row::verify, flag(), "check the carrier's certificate and host name"),
        row<Row>("server_name", &Row::server_name, ascii(1, 253),
                 "the name that the certificate must have; not set: the host's"),
        row<Row>("pins", &Row::pins, list(pin()),
                 "SHA-256 of the SubjectPublicKeyInfo in base64; one of them must match"),
        row<Row>("certificate", &Row::certificate, pem_file(false),
                 "PEM file: our certificate, for carriers that ask for one"),
        row<Row>("key", &Row::key, pem_file(true),
                 "PEM file: its key; for its owner and group only"),
    };
    return table;
}

const Table<protocol::BackoffOptions>& reconnect_table() {
    using Row = protocol::BackoffOptions;
    constexpr milliseconds least{100};
    constexpr milliseconds most = hours{1};
    static const Table<Row> table{
        row<Row>("from", &Row::from, duration<milliseconds>(least, most),
                 "range of the first wait; it doubles with each failure"),
        row<Row>("to", &Row::to, duration<milliseconds>(least, most), "the range grows up to this"),
        row<Row>("already_bound", &Row::already_bound,
                 duration<milliseconds>(milliseconds{0}, most),
                 "least wait after ESME_RALYBND: the carrier still holds our last bind"),
    };
    return table;
}

const Table<Carrier>& timers_table() {
    using Row = Carrier;
    static const Table<Row> table{
        row<Row>("session_init", &Row::session_init,
                 duration<milliseconds>(milliseconds{100}, hours{1}),
                 "time from the connection to the answered bind"),
        row<Row>("enquire_link", &Row::enquire_link,
                 duration<milliseconds>(milliseconds{0}, hours{24}),
                 "silence before we probe; 0s: never"),
        row<Row>("response", &Row::response, duration<milliseconds>(milliseconds{100}, hours{1}),
                 "how long we wait for a response"),
        row<Row>("inactivity", &Row::inactivity,
                 duration<milliseconds>(milliseconds{0}, hours{24 * 7}),
                 "no message either way for this long, whatever enquire_link says: bind anew; "
                 "0s: never"),
        row<Row>("reconnect", &Row::reconnect, mapping(reconnect_table()),
                 "waits before connecting again"),
    };
    return table;
}

const Table<Carrier>& outbind_table() {
    using Row = Carrier;
    static const Table<Row> table{
        row<Row>("system_id", &Row::outbind_system_id, optional(ascii(1, 15)),
                 "system_id of the carrier's outbind", Need::required),
        row<Row>("password", &Row::outbind_password, password(),
                 "password of the carrier's outbind; none: any"),
    };
    return table;
}

Table<Carrier> address_rows() {
    using Row = Carrier;
    return {
        row<Row>("system_type", &Row::system_type, ascii(0, 12), "system_type of bind_*"),
        row<Row>("address_range", &Row::address_range, ascii(0, 40),
                 "address_range of bind_*: the numbers that this bind serves"),
        row<Row>("addr_ton", &Row::addr_ton, whole(std::uint8_t{0}, std::uint8_t{255}),
                 "addr_ton of bind_*"),
        row<Row>("addr_npi", &Row::addr_npi, whole(std::uint8_t{0}, std::uint8_t{255}),
                 "addr_npi of bind_*"),
        row<Row>("interface_version", &Row::interface_version,
                 choice<std::uint8_t>({{"3.3", std::uint8_t{0x33}},
                                       {"3.4", std::uint8_t{0x34}},
                                       {"5.0", std::uint8_t{0x50}}}),
                 "interface_version of bind_*, in quotes: \"3.4\""),
    };
}

Table<Carrier> link_rows() {
    using Row = Carrier;
    using protocol::BindType;
    return {
        row<Row>("hosts", &Row::hosts, list(endpoint(), 1),
                 "HOST:PORT in order of preference; needed unless the carrier uses outbind"),
        row<Row>("tls", &Row::tls, optional(mapping(tls_client_table())),
                 "TLS; without this clear text"),
        row<Row>("system_id", &Row::system_id, ascii(1, 15), "the login the carrier gave us",
                 Need::required),
        row<Row>("password", &Row::password, password(), "its password, by reference"),
        row<Row>("bind", &Row::bind,
                 choice<BindType>({{"transceiver", BindType::transceiver},
                                   {"transmitter", BindType::transmitter},
                                   {"receiver", BindType::receiver}}),
                 "what to bind as"),
        row<Row>("binds", &Row::binds, whole(1U, 100U), "how many binds to hold"),
        row<Row>("profile", &Row::profile_name, name(), "the profile of the carrier's habits"),
        row<Row>("window", &Row::window, whole(1U, 10'000U), "our requests in flight, a bind"),
        row<Row>("rate_per_s", &Row::rate_per_s, decimal(0, 100'000),
                 "messages a second that we send, a bind; 0: no limit"),
        row<Row>("timers", itself, mapping(timers_table()), "the bind's timers"),
        row<Row>("bad_credentials_max", &Row::bad_credentials_max, whole(1U, 1'000U),
                 "refusals for system_id or password before the carrier is stopped"),
        row<Row>("outbind", itself, mapping(outbind_table()),
                 "this carrier may connect to outbind_listener and send outbind"),
        row<Row>("enabled", &Row::enabled, flag(), "false: stopped at start"),
    };
}

}  // namespace

const Table<Carrier>& carrier_table() {
    static const Table<Carrier> table = [] {
        Table<Carrier> rows = link_rows();
        const Table<Carrier> more = address_rows();
        rows.insert(rows.end(), more.begin(), more.end());
        return rows;
    }();
    return table;
}

}  // namespace smppd::conf
