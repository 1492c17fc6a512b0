// tools/smppctl/endpoint.hpp - where the daemon is: its control socket, or a URL with a key.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace smppd::ctl {

/// "https://sms.example.com:8443/gate" taken apart.
struct BaseUrl {
    bool tls = false;
    std::string host;  ///< a name or an address, an IPv6 one without its brackets
    std::string port;
    std::string path;  ///< what stands before /v1; without a slash at its end
    /// For the Host header: the port only when it is not the scheme's own.
    std::string host_header() const;
    /// Whether what is sent stays on this machine.
    bool is_loopback() const;
};
/// Failure usage, saying what is wrong: another scheme, no host, a user, a query, a fragment.
BaseUrl parse_base_url(std::string_view text);

struct Endpoint {
    std::string socket_path;
    std::string url;      ///< empty: the socket
    std::string ca_file;  ///< empty: the system's authorities
    std::string key;      ///< sent to a URL only: the socket's peers are owners
};

/// The options as they were given, empty when not.
struct EndpointWords {
    std::string socket, url, ca;
};
/// What the options and the environment (SMPPCTL_SOCKET, SMPPCTL_URL, SMPPCTL_KEY) say together:
/// options stand above the environment, a URL above a socket. Failure usage when both options are
/// given, when there is an authority but no https, and when the key holds what no key can.
Endpoint endpoint_of(const EndpointWords& words,
                     const std::function<std::string(const char*)>& environment);

}  // namespace smppd::ctl
