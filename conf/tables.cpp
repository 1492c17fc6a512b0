// conf/tables.cpp - the keys of the file, of the listeners, the pool and the limits.
#include "conf/tables.hpp"

#include "conf/kinds.hpp"
#include "conf/secret.hpp"

namespace smppd::conf {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds year = hours{24 * 365};

const Table<Config>& store_table() {
    static const Table<Config> table{
        row<Config>("sqlite", &Config::store_path, path(), "the SQLite file with all state"),
        row<Config>(
            "key", &Config::store_key, store_key(),
            "the key of what is encrypted in the store: 32 octets, or 64 hexadecimal "
            "digits or base64 for them; a file that is named here is made on the first start"),
    };
    return table;
}

const Table<Config>& control_table() {
    static const Table<Config> table{
        // sockaddr_un has room for 107 octets and the NUL.
        row<Config>("socket", &Config::control_socket, path(107), "the Unix socket of smppctl"),
        row<Config>("group", &Config::control_group, path(32),
                    "the system group whose members are admins; it may be missing"),
    };
    return table;
}

const Table<PlatformListener>& platform_listener_table() {
    using Row = PlatformListener;
    static const Table<Row> table{
        row<Row>("listen", &Row::listen, listen_endpoint(), "ADDRESS:PORT to listen on",
                 Need::required),
        row<Row>("tls", &Row::tls, optional(mapping(tls_server_table())),
                 "TLS only; without this clear text only"),
        row<Row>("allow", &Row::allow, list(network()),
                 "address blocks that may connect; none: any may"),
        row<Row>("window", &Row::window, whole(1U, 10'000U),
                 "highest window that an account may have here"),
        row<Row>("binds_max", &Row::binds_max, whole(1U, 1'000U),
                 "binds an account, unless it has its own limit"),
        row<Row>("session_init", &Row::session_init,
                 duration<milliseconds>(milliseconds{100}, hours{1}),
                 "time from the connection to the bind"),
        row<Row>("inactivity", &Row::inactivity, duration<milliseconds>(milliseconds{0}, year),
                 "neither a message nor an enquire_link of the platform's for this long: unbind; "
                 "0s: never"),
        row<Row>("enquire_link", &Row::enquire_link,
                 duration<milliseconds>(milliseconds{0}, hours{24}),
                 "silence before we probe; 0s: never"),
        row<Row>("response", &Row::response, duration<milliseconds>(milliseconds{100}, hours{1}),
                 "how long we wait for a response"),
        row<Row>("connections_max", &Row::connections_max, whole(1U, 1'000'000U),
                 "connections on this listener"),
        row<Row>("unbound_per_address_max", &Row::unbound_per_address_max, whole(1U, 1'000'000U),
                 "connections of one address that have not bound yet"),
    };
    return table;
}

const Table<OutbindListener>& outbind_listener_table() {
    using Row = OutbindListener;
    static const Table<Row> table{
        row<Row>("listen", &Row::listen, listen_endpoint(), "ADDRESS:PORT to listen on",
                 Need::required),
        row<Row>("tls", &Row::tls, optional(mapping(tls_server_table())),
                 "TLS only; without this clear text only"),
        row<Row>("allow", &Row::allow, list(network()),
                 "address blocks that may connect; none: any may"),
        row<Row>("connections_max", &Row::connections_max, whole(1U, 1'000'000U),
                 "connections on this listener"),
        row<Row>("unbound_per_address_max", &Row::unbound_per_address_max, whole(1U, 1'000'000U),
                 "connections of one address that have not bound yet"),
    };
    return table;
}

const Table<pool::PoolOptions>& pool_table() {
    using Row = pool::PoolOptions;
    static const Table<Row> table{
        row<Row>("cool_down", &Row::cool_down, duration<seconds>(seconds{0}, year),
                 "how long a number rests after its lease, so that late messages find no stranger"),
        row<Row>("brand_cool_down", &Row::brand_cool_down, duration<seconds>(seconds{0}, year),
                 "how long a number that a brand wrote to is not leased for that brand again"),
        row<Row>("platform_cool_down", &Row::platform_cool_down,
                 duration<seconds>(seconds{0}, year),
                 "before another platform gets a number, where the pool has others"),
        row<Row>("ttl_default", &Row::ttl_default, duration<seconds>(seconds{1}, year),
                 "length of a lease that names none"),
        row<Row>("ttl_max", &Row::ttl_max, duration<seconds>(seconds{1}, year),
                 "longest lease that may be asked for"),
    };
    return table;
}

const Table<Retention>& retention_table() {
    using Row = Retention;
    static const Table<Row> table{
        row<Row>("messages", &Row::messages, duration<seconds>(minutes{1}, year * 10),
                 "how long messages are kept"),
        row<Row>("waiting", &Row::waiting, duration<seconds>(minutes{1}, year * 10),
                 "how long a message waits for its platform to bind"),
        row<Row>("receipts", &Row::receipts, duration<seconds>(minutes{1}, year * 10),
                 "how long receipts are kept"),
        row<Row>("sessions", &Row::sessions, duration<seconds>(minutes{1}, year * 10),
                 "how long ended sessions are kept"),
        row<Row>("events", &Row::events, duration<seconds>(minutes{1}, year * 10),
                 "how long events and their deliveries are kept"),
    };
    return table;
}

const Table<Limits>& limits_table() {
    constexpr std::size_t count = 100'000'000;
    constexpr std::size_t octets = std::size_t{64} * 1024 * 1024 * 1024;
    static const Table<Limits> table{
        row<Limits>("commit_queue", &Limits::commit_queue, whole(std::size_t{1}, count),
                    "commits that may wait for the writer; above it the answer is 'busy'"),
        row<Limits>("waiting_in_memory", &Limits::waiting_in_memory, whole(std::size_t{1}, count),
                    "messages a platform that wait in memory; the rest waits in the store"),
        row<Limits>("waiting_octets", &Limits::waiting_octets,
                    whole(std::size_t{1'048'576}, octets),
                    "octets of a platform's messages that wait in memory"),
        row<Limits>("duplicates", &Limits::duplicates, whole(std::size_t{1'000}, count),
                    "messages that are recognised when a carrier sends them again; above it the "
                    "oldest are forgotten before their window ends"),
        row<Limits>("assemblies", &Limits::assemblies, whole(std::size_t{1}, count),
                    "long messages that wait for their parts"),
        row<Limits>("assembly_octets", &Limits::assembly_octets, whole(std::size_t{65'536}, octets),
                    "octets of all those parts together"),
        row<Limits>("control_connections", &Limits::control_connections,
                    whole(std::size_t{1}, std::size_t{100'000}),
                    "connections on the control socket"),
        row<Limits>("control_body_octets", &Limits::control_body_octets,
                    whole(std::size_t{1'024}, octets),
                    "largest request there, such as a list of numbers to import"),
    };
    return table;
}

const Table<Config>& log_table() {
    static const Table<Config> table{
        row<Config>("level", &Config::log_level,
                    choice<LogLevel>({{"debug", LogLevel::debug},
                                      {"info", LogLevel::info},
                                      {"warning", LogLevel::warning},
                                      {"error", LogLevel::error}}),
                    "what is logged, and all that is graver"),
    };
    return table;
}

/// `include`, which may stand in the main file alone: a directory names no further ones.
Kind<std::string> include_directory() {
    Kind<std::string> kind = path();
    kind.show = {};
    kind.read = [read = kind.read](Reader& reader, const Value& value, std::string& target) {
        if (value.key.file == 0)
            read(reader, value, target);
        else
            reader.error(value.key, "'include' may stand in the main file only");
    };
    return kind;
}

/// A group of keys that fill the configuration itself.
Row<Document> group(std::string key, const Table<Config>& table, std::string description) {
    return row<Document>(std::move(key), &Document::config, mapping(table), std::move(description));
}

/// A key whose target is a member of the configuration.
template <class M>
Row<Document> config_row(std::string key, M Config::*member, Kind<M> kind, std::string description,
                         Merge merge = Merge::no) {
    return row<Document>(
        std::move(key), [member](Document& document) -> M& { return document.config.*member; },
        std::move(kind), std::move(description), Need::optional, merge);
}

Carrier& add_carrier(std::vector<Carrier>& carriers, const std::string& name) {
    carriers.emplace_back().name = name;
    return carriers.back();
}

template <class T>
T& add_named(std::map<std::string, T>& all, const std::string& name) {
    return all[name];
}

pool::Workflow& add_workflow(std::map<std::string, pool::Workflow>& workflows,
                             const std::string& name) {
    pool::Workflow& workflow = workflows[name];
    workflow.name = name;
    return workflow;
}

}  // namespace

const Table<TlsServer>& tls_server_table() {
    static const Table<TlsServer> table{
        row<TlsServer>("certificate", &TlsServer::certificate, pem_file(false),
                       "PEM file: our certificate and its chain", Need::required),
        row<TlsServer>("key", &TlsServer::key, pem_file(true),
                       "PEM file: the certificate's key; for its owner and group only",
                       Need::required),
        row<TlsServer>("client_ca", &TlsServer::client_ca, pem_file(false),
                       "PEM file: clients must show a certificate that one of these signed"),
    };
    return table;
}

const Table<Document>& root_table() {
    static const Table<Document> table{
        row<Document>("include", &Document::include, include_directory(),
                      "a directory, relative to this file: its *.yaml are read too, in the order "
                      "of their names"),
        group("store", store_table(), "where all state is kept"),
        group("control", control_table(), "how smppctl reaches smppd"),
        config_row("platform_listeners", &Config::platform_listeners,
                   list(mapping(platform_listener_table())), "where platforms bind to us"),
        config_row("outbind_listener", &Config::outbind_listener,
                   optional(mapping(outbind_listener_table())),
                   "where carriers connect to us and send outbind"),
        config_row("carriers", &Config::carriers,
                   named<Carrier, std::vector<Carrier>>(carrier_table(), add_carrier),
                   "the upstream SMSC accounts, by name", Merge::yes),
        config_row("profiles", &Config::profiles,
                   named<protocol::Profile, std::map<std::string, protocol::Profile>>(
                       profile_table(), add_named<protocol::Profile>),
                   "named sets of carriers' habits; 'default' is there without being written",
                   Merge::yes),
        config_row("pool", &Config::pool, mapping(pool_table()), "the pool of numbers"),
        config_row("workflows", &Config::workflows,
                   named<pool::Workflow, std::map<std::string, pool::Workflow>>(workflow_table(),
                                                                                add_workflow),
                   "the verification journeys that sessions follow, by name", Merge::yes),
        config_row(
            "mappings", &Config::mappings,
            named<Mapping, std::map<std::string, Mapping>>(mapping_table(), add_named<Mapping>),
            "how partners' task events drive sessions, by name", Merge::yes),
        config_row("api", &Config::api, mapping(api_table()), "the REST API on TCP"),
        config_row("webhooks", &Config::webhooks, mapping(webhooks_table()),
                   "how events go out to webhooks"),
        config_row("sandbox", &Config::sandbox, mapping(sandbox_table()), "numbers to try things"),
        config_row("retention", &Config::retention, mapping(retention_table()),
                   "how long things are kept"),
        config_row("limits", &Config::limits, mapping(limits_table()), "bounds on memory and load"),
        group("log", log_table(), "logging"),
        config_row("stop_within", &Config::stop_within, duration<seconds>(seconds{1}, minutes{10}),
                   "after SIGTERM: finish what is under way for at most this long"),
    };
    return table;
}

}  // namespace smppd::conf
