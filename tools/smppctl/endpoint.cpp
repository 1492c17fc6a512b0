// tools/smppctl/endpoint.cpp - see endpoint.hpp.
#include "tools/smppctl/endpoint.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/failure.hpp"

#include <algorithm>
#include <cstdint>

namespace smppd::ctl {
namespace {

constexpr auto default_socket = "/run/smppd/control.sock";

[[noreturn]] void wrong(std::string_view url, const std::string& why) {
    throw Failure{Exit::usage, "\"" + escaped(url) + "\" is no URL of smppd: " + why};
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return false;
    std::uint32_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value >= 1 && value <= 65'535;
}

/// "host:8443" or "[::1]:8443" into the URL's host and port.
void take_authority(std::string_view whole, std::string_view authority, BaseUrl& url) {
    std::size_t end = authority.find(':');
    if (authority.starts_with('[')) {
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) wrong(whole, "the bracket is not closed");
        url.host = authority.substr(1, bracket - 1);
        end = bracket + 1;
    } else {
        url.host = authority.substr(0, end);
    }
    if (url.host.empty()) wrong(whole, "it names no host");
    if (end >= authority.size()) return;
    url.port = authority.substr(end + 1);
    if (authority[end] != ':' || !is_port(url.port)) wrong(whole, "its port is none");
}

std::string trimmed(const std::string& text) {
    constexpr auto blanks = " \t\r\n";
    const std::size_t from = text.find_first_not_of(blanks);
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string BaseUrl::host_header() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? "443" : "80") ? name : name + ":" + port;
}

bool BaseUrl::is_loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

BaseUrl parse_base_url(std::string_view text) {
    BaseUrl url;
    if (!printable(text)) wrong(text, "it has blanks or other letters than ASCII's");
    std::string_view rest = text;
    if (rest.starts_with("https://"))
        url.tls = true;
    else if (!rest.starts_with("http://"))
        wrong(text, "it must begin with https:// or http://");
    url.port = url.tls ? "443" : "80";
    rest.remove_prefix(url.tls ? 8 : 7);
    if (rest.find_first_of("?#") != std::string_view::npos)
        wrong(text, "it must have neither a query nor a fragment");
    const std::string_view authority = rest.substr(0, rest.find('/'));
    if (authority.find('@') != std::string_view::npos)
        wrong(text, "it must have no user and no password; the key comes from SMPPCTL_KEY");
    take_authority(text, authority, url);
    url.path = rest.substr(authority.size());
    while (url.path.ends_with('/')) url.path.pop_back();
    // The address of the API as its document tells it is as good as that of the daemon.
    if (url.path == "/v1" || url.path.ends_with("/v1")) url.path.resize(url.path.size() - 3);
    return url;
}

Endpoint endpoint_of(const EndpointWords& words,
                     const std::function<std::string(const char*)>& environment) {
    if (!words.socket.empty() && !words.url.empty())
        throw Failure{Exit::usage, "--socket and --url exclude each other"};
    Endpoint to;
    to.url = words.url;
    if (to.url.empty() && words.socket.empty()) to.url = environment("SMPPCTL_URL");
    to.ca_file = words.ca;
    if (!to.url.empty()) {
        const BaseUrl url = parse_base_url(to.url);
        if (!url.tls && !to.ca_file.empty())
            throw Failure{Exit::usage, "--ca belongs to a URL that begins with https://"};
        to.key = trimmed(environment("SMPPCTL_KEY"));
        if (!printable(to.key))
            throw Failure{Exit::usage, "SMPPCTL_KEY holds blanks or other letters than a key has"};
        return to;
    }
    if (!to.ca_file.empty())
        throw Failure{Exit::usage, "--ca belongs to a URL that begins with https://; add --url"};
    to.socket_path = words.socket;
    if (to.socket_path.empty()) to.socket_path = environment("SMPPCTL_SOCKET");
    if (to.socket_path.empty()) to.socket_path = default_socket;
    return to;
}

}  // namespace smppd::ctl
