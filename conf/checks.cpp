// conf/checks.cpp - see checks.hpp.
#include "conf/checks.hpp"

#include "conf/kinds.hpp"

namespace smppd::conf {
namespace {

std::string path_of(const Carrier& carrier, std::string_view key) {
    return "carriers." + carrier.name + "." + std::string(key);
}

void give_profile(Reader& reader, const Config& config, Carrier& carrier) {
    const auto found = config.profiles.find(carrier.profile_name);
    if (found != config.profiles.end()) {
        carrier.profile = found->second;
        return;
    }
    std::vector<std::string> names;
    for (const auto& [name, _] : config.profiles) names.push_back(name);
    const std::string path = path_of(carrier, "profile");
    const std::string near = nearest(carrier.profile_name, names);
    reader.error(reader.place_of(path),
                 "'" + path + "' is '" + shown(carrier.profile_name) +
                     "', which is not under 'profiles'; it must be " + alternatives(names),
                 near.empty() ? std::string{} : "did you mean '" + near + "'?");
}

void check_hosts(Reader& reader, const Carrier& carrier) {
    const std::string path = path_of(carrier, "hosts");
    const bool given = reader.given(path);
    if (!given && !carrier.outbind_system_id)
        reader.error(reader.place_of(path),
                     "'" + path + "' is missing: HOST:PORT in order of preference");
    for (std::size_t i = 0; i < carrier.hosts.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (carrier.hosts[i].port != 0 && carrier.hosts[i] == carrier.hosts[j]) {
                reader.error(reader.place_of(path), "'" + path + "[" + std::to_string(i) +
                                                        "]' is the same as [" + std::to_string(j) +
                                                        "]; each host stands once");
                break;
            }
}

void check_tls(Reader& reader, const Carrier& carrier) {
    const std::string path = path_of(carrier, "tls");
    const bool certificate = reader.given(path + ".certificate");
    const bool key = reader.given(path + ".key");
    if (certificate != key)
        reader.error(reader.place_of(path + (certificate ? ".certificate" : ".key")),
                     "'" + path + "' has " + (certificate ? "'certificate'" : "'key'") +
                         " alone; it must have both 'certificate' and 'key', or none");
    if (carrier.tls && !carrier.tls->verify && carrier.tls->pins.empty())
        reader.warning(reader.place_of(path + ".verify"),
                       "'" + path +
                           "' neither verifies nor pins the carrier's certificate: "
                           "anybody in between can read the password");
}

/// Whether a stranger may connect.
bool anybody(const OutbindListener& listener) {
    return listener.allow.empty() && !(listener.tls && !listener.tls->client_ca.empty());
}

void check_outbind(Reader& reader, const Config& config, const Carrier& carrier) {
    if (!carrier.outbind_system_id) return;
    const std::string path = path_of(carrier, "outbind");
    if (!config.outbind_listener)
        reader.warning(reader.place_of(path),
                       "'" + path +
                           "' is set, but there is no "
                           "'outbind_listener' that the carrier could reach");
    else if (carrier.outbind_password.from == Secret::From::none &&
             anybody(*config.outbind_listener))
        reader.warning(reader.place_of(path),
                       "'" + path +
                           "' has no 'password' and 'outbind_listener' no 'allow': whoever names "
                           "this system_id is told our login and password");
    if (carrier.bind == protocol::BindType::transmitter)
        reader.error(reader.place_of(path_of(carrier, "bind")),
                     "'" + path_of(carrier, "bind") +
                         "' is transmitter; with outbind it must be receiver or transceiver");
    for (const Carrier& other : config.carriers) {
        if (&other == &carrier) break;
        if (other.outbind_system_id == carrier.outbind_system_id)
            reader.error(reader.place_of(path + ".system_id"),
                         "'" + path + ".system_id' is that of carrier '" + other.name +
                             "' too; it must tell the carriers apart");
    }
}

void check_reconnect(Reader& reader, const Carrier& carrier) {
    const std::string path = path_of(carrier, "timers.reconnect");
    if (carrier.reconnect.from <= carrier.reconnect.to) return;
    const std::string key = path + (reader.given(path + ".from") ? ".from" : ".to");
    reader.error(reader.place_of(key),
                 "'" + path + ".from' (" + show_duration(carrier.reconnect.from) +
                     ") is more than '.to' (" + show_duration(carrier.reconnect.to) +
                     "); it must be at most that");
}

void check_carrier(Reader& reader, const Config& config, Carrier& carrier) {
    if (carrier.name == sandbox_name)
        reader.error(reader.place_of(path_of(carrier, {})),  // where the name stands
                     "a carrier may not be called 'sandbox': the sandbox's numbers have that name");
    give_profile(reader, config, carrier);
    check_hosts(reader, carrier);
    check_tls(reader, carrier);
    check_outbind(reader, config, carrier);
    check_reconnect(reader, carrier);
    const std::string path = path_of(carrier, "password");
    if (!reader.given(path))
        reader.warning(reader.place_of(path), "'" + path +
                                                  "' is not set; the bind will carry an "
                                                  "empty password");
}

bool ipv6(const Endpoint& endpoint) { return endpoint.host.find(':') != std::string::npos; }
bool any_address(const Endpoint& endpoint) {
    return endpoint.host == "0.0.0.0" || endpoint.host == "::";
}

/// Whether the system could not listen on both.
bool clash(const Endpoint& a, const Endpoint& b) {
    if (a.port == 0 || a.port != b.port || ipv6(a) != ipv6(b)) return false;
    return a.host == b.host || any_address(a) || any_address(b);
}

void check_listeners(Reader& reader, const Config& config) {
    std::vector<std::pair<std::string, Endpoint>> listeners;
    for (std::size_t i = 0; i < config.platform_listeners.size(); ++i)
        listeners.emplace_back("platform_listeners[" + std::to_string(i) + "].listen",
                               config.platform_listeners[i].listen);
    if (config.outbind_listener)
        listeners.emplace_back("outbind_listener.listen", config.outbind_listener->listen);
    for (std::size_t i = 0; i < config.api.listen.size(); ++i)
        listeners.emplace_back("api.listen[" + std::to_string(i) + "]", config.api.listen[i]);
    for (std::size_t i = 0; i < listeners.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (clash(listeners[i].second, listeners[j].second)) {
                reader.error(reader.place_of(listeners[i].first),
                             "'" + listeners[i].first + "' is the port of '" + listeners[j].first +
                                 "' too; each listener must have its own");
                break;
            }
}

/// Whether only this machine can connect.
bool loopback(const Endpoint& endpoint) {
    return endpoint.host.starts_with("127.") || endpoint.host == "::1";
}

void check_api(Reader& reader, const Config& config) {
    if (config.api.tls) return;
    for (std::size_t i = 0; i < config.api.listen.size(); ++i)
        if (!loopback(config.api.listen[i]) && config.api.listen[i].port != 0)
            reader.warning(reader.place_of("api.listen"),
                           "'api.listen[" + std::to_string(i) +
                               "]' can be reached from elsewhere without TLS: anybody in between "
                               "can read keys and codes; set 'api.tls', or have a proxy do it");
}

void check_webhooks(Reader& reader, const Webhooks& webhooks) {
    if (webhooks.per_host_max <= webhooks.in_flight_max) return;
    const bool given = reader.given("webhooks.per_host_max");
    reader.error(reader.place_of(given ? "webhooks.per_host_max" : "webhooks.in_flight_max"),
                 "'webhooks.per_host_max' (" + std::to_string(webhooks.per_host_max) +
                     ") is more than 'webhooks.in_flight_max' (" +
                     std::to_string(webhooks.in_flight_max) + "); it must be at most that");
}

void check_pool(Reader& reader, const pool::PoolOptions& pool) {
    if (pool.ttl_default <= pool.ttl_max) return;
    const bool given = reader.given("pool.ttl_default");
    reader.error(reader.place_of(given ? "pool.ttl_default" : "pool.ttl_max"),
                 "'pool.ttl_default' (" + show_duration(pool.ttl_default) +
                     ") is more than 'pool.ttl_max' (" + show_duration(pool.ttl_max) +
                     "); it must be at most that");
}

void check_store(Reader& reader) {
    if (!reader.given("store.key"))
        reader.error(reader.place_of("store.key"),
                     "'store.key' is missing: the key of what is encrypted in the store; a file "
                     "that is named is made on the first start, such as "
                     "{file: /var/lib/smppd/store.key}");
}

}  // namespace

void check_whole(Reader& reader, Config& config) {
    config.profiles.try_emplace("default");
    for (Carrier& carrier : config.carriers) check_carrier(reader, config, carrier);
    check_store(reader);
    check_listeners(reader, config);
    check_api(reader, config);
    check_webhooks(reader, config.webhooks);
    check_pool(reader, config.pool);
    check_workflows(reader, config);
    check_mappings(reader, config);
}

}  // namespace smppd::conf
