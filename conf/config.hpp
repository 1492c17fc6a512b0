// conf/config.hpp - the configuration file as values, and how it is read.
// yaml-cpp is used in conf/ only. Source: Operating it, Configuration.
#pragma once

#include "conf/mapping.hpp"
#include "pool/assembler.hpp"
#include "pool/pool.hpp"
#include "pool/workflow.hpp"
#include "protocol/backoff.hpp"
#include "protocol/bind.hpp"
#include "protocol/profile.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smppd::conf {

struct Endpoint {
    std::string host;  ///< name or address; IPv6 without brackets
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// A secret given by reference; the value is read when the file is, and never printed.
struct Secret {
    enum class From : std::uint8_t { none, credential, environment, file };
    From from = From::none;
    std::string name;  ///< of the credential or variable, or the path
    std::string value;
};

/// TLS for a listener.
struct TlsServer {
    std::string certificate, key;  ///< PEM files
    std::string client_ca;         ///< set: clients must show a certificate of it
};
/// TLS towards a carrier.
struct TlsClient {
    std::string ca;                 ///< PEM file; empty: the system's
    bool verify = true;             ///< certificate and host name
    std::string server_name;        ///< empty: the host's
    std::vector<std::string> pins;  ///< SHA-256 of SubjectPublicKeyInfo, base64; any one must match
    std::string certificate, key;   ///< our own, for carriers that ask
};

struct Carrier {
    std::string name;
    std::vector<Endpoint> hosts;  ///< in order of preference
    std::optional<TlsClient> tls;
    std::string system_id;
    Secret password;
    std::string system_type, address_range;
    std::uint8_t addr_ton = 0, addr_npi = 0;
    std::uint8_t interface_version = 0x34;
    protocol::BindType bind = protocol::BindType::transceiver;
    unsigned binds = 1;
    std::string profile_name = "default";
    protocol::Profile profile;
    unsigned window = 10;
    double rate_per_s = 0;  ///< of what we send, a bind; 0: no limit
    std::chrono::milliseconds session_init{5'000}, enquire_link{30'000}, response{10'000},
        inactivity{0};
    protocol::BackoffOptions reconnect;
    unsigned bad_credentials_max = 3;  ///< refusals for system_id or password before it stops
    /// Set: this carrier may connect to us and send outbind with these; empty password: any.
    std::optional<std::string> outbind_system_id;
    Secret outbind_password;
    bool enabled = true;  ///< false: stopped at start
};

struct PlatformListener {
    Endpoint listen;
    std::optional<TlsServer> tls;
    std::vector<std::string> allow;  ///< CIDR blocks; empty: any
    unsigned window = 10;            ///< highest an account may have here
    unsigned binds_max = 4;          ///< an account, unless it has its own
    std::chrono::milliseconds session_init{5'000}, inactivity{300'000}, enquire_link{30'000},
        response{30'000};
    unsigned connections_max = 10'000;
    unsigned unbound_per_address_max = 20;  ///< connections of one address that have not bound yet
};

struct OutbindListener {
    Endpoint listen;
    std::optional<TlsServer> tls;
    std::vector<std::string> allow;
    unsigned connections_max = 1'000;
    unsigned unbound_per_address_max = 20;  ///< connections of one address that have not bound yet
};

/// The REST API on TCP; the control socket is there without it.
struct Api {
    std::vector<Endpoint> listen;  ///< empty: nowhere
    std::optional<TlsServer> tls;  ///< for all of them
    /// "https://app.example", whose pages may call; "*": any page. Empty: none.
    std::vector<std::string> cors_origins;
    std::size_t connections_max = 10'000;
    std::size_t body_octets_max = 1024 * 1024;
    unsigned requests_per_second = 100;      ///< a key, and a platform that names no other
    unsigned burst = 200;                    ///< of them at once after a pause
    unsigned auth_failures_per_minute = 30;  ///< an address; then 429 until the minute is over
};

/// How events go out to platforms' webhooks.
struct Webhooks {
    bool allow_http = false;       ///< also http:// URLs
    bool allow_private = false;    ///< also private, loopback and link-local addresses
    unsigned in_flight_max = 200;  ///< requests at once
    unsigned per_host_max = 10;    ///< of them to one host
    std::chrono::milliseconds timeout{10'000};
};

struct Sandbox {
    bool enabled = true;  ///< test keys work, on made-up numbers
};

struct Retention {
    std::chrono::seconds messages = std::chrono::hours{24 * 30};
    std::chrono::seconds waiting = std::chrono::hours{24 * 7};
    std::chrono::seconds receipts = std::chrono::hours{24 * 30};
    std::chrono::seconds sessions = std::chrono::hours{24 * 90};
    std::chrono::seconds events = std::chrono::hours{24 * 30};
};

struct Limits {
    std::size_t commit_queue = 20'000;              ///< commits that may wait for the writer
    std::size_t waiting_in_memory = 10'000;         ///< a platform; the rest waits in the store
    std::size_t waiting_octets = 64 * 1024 * 1024;  ///< of those messages; a platform
    std::size_t duplicates = 1'000'000;  ///< messages that are recognised when they are sent again
    std::size_t assemblies = 100'000;
    std::size_t assembly_octets = 64 * 1024 * 1024;
    std::size_t control_connections = 100;
    std::size_t control_body_octets = 256 * 1024 * 1024;  ///< a CSV of a million numbers
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct Config {
    std::string file;  ///< the path it was read from
    std::string store_path = "/var/lib/smppd/state.db";
    Secret store_key;  ///< From::file: made on first start when missing
    std::string control_socket = "/run/smppd/control.sock";
    std::string control_group = "smppd";  ///< its members are admins; may not exist
    std::vector<Carrier> carriers;
    std::map<std::string, protocol::Profile> profiles;
    std::vector<PlatformListener> platform_listeners;
    std::optional<OutbindListener> outbind_listener;
    pool::PoolOptions pool;
    std::map<std::string, pool::Workflow> workflows;
    std::map<std::string, Mapping> mappings;
    Api api;
    Webhooks webhooks;
    Sandbox sandbox;
    Retention retention;
    Limits limits;
    LogLevel log_level = LogLevel::info;
    std::chrono::seconds stop_within{25};  ///< SIGTERM: drain at most this long
};

/// One thing that is wrong, where, and what would be right.
struct Problem {
    std::string file;
    int line = 0, column = 0;  ///< from 1; 0: the file as a whole
    std::string message;       ///< names the key, what is wrong, what would be right
    std::string hint;          ///< "did you mean 'port'?", or empty
    std::string source;        ///< the line; empty: not there, or a secret may be in it
    bool warning = false;      ///< a warning does not refuse the file
};

struct Loaded {
    Config config;                  ///< whole only when no problem is an error
    std::vector<Problem> problems;  ///< all of them, in the order of the file
    bool ok() const noexcept;
};

struct LoadOptions {
    /// Where {credential: NAME} are; empty: a credential is a warning when only checking, else an
    /// error.
    std::string credentials_directory;
    /// --check-config: secrets that cannot be read here are warnings (the service may see them).
    bool checking = false;
    /// Reads a variable for {env: NAME}; nothing when unset.
    std::function<std::optional<std::string>(const std::string&)> environment;
    /// false: the text alone is read; `include:` is not followed, no secret or certificate opened.
    bool read_files = true;
};

/// Reads the file and those of its `include:` directory. Never throws for what stands in the file.
Loaded load(const std::string& path, const LoadOptions& options);
/// The same from text; `name` stands for the file in problems. `include:` is relative to it.
Loaded load_text(const std::string& yaml, const std::string& name, const LoadOptions& options);

/// "smppd.yaml:12:9: error: 'carriers.acme.window' is 0; it must be from 1 to 10000", then the
/// line and a caret, as compilers do; a last line with the counts.
std::string format(const std::vector<Problem>& problems);

/// The keys in which two configurations differ, from the table of keys: "limits.commit_queue",
/// "platform_listeners[0].allow"; a list of another length, or a mapping that is there in one
/// alone, is told as a whole; secrets differ by where they are. What stands under names of the
/// user's (carriers, profiles, workflows, mappings) is not looked at.
std::vector<std::string> changed_keys(Config before, Config after);

/// JSON Schema (2020-12) of the file, from the same table of keys.
std::string json_schema();

}  // namespace smppd::conf
