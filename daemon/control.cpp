// daemon/control.cpp - see control.hpp.
#include "daemon/control.hpp"

#include "daemon/http/api.hpp"
#include "daemon/http/control_socket.hpp"
#include "daemon/http/server.hpp"
#include "daemon/log.hpp"

#include <utility>

namespace smppd {

namespace {

http::ApiOptions api_options(const conf::Config& config) {
    const auto rate = [](unsigned burst, unsigned per_s) {
        return http::Rate{.burst = burst, .each = std::chrono::microseconds{1'000'000 / per_s}};
    };
    http::ApiOptions options;
    options.import_octets_max = config.limits.control_body_octets;
    options.body_octets_max = config.api.body_octets_max;
    options.access.key_rate = rate(config.api.burst, config.api.requests_per_second);
    options.access.platform_rate = options.access.key_rate;
    options.access.failure_rate = {.burst = config.api.auth_failures_per_minute,
                                   .each = std::chrono::microseconds{std::chrono::minutes{1}} /
                                           config.api.auth_failures_per_minute};
    options.access.cors_origins = config.api.cors_origins;
    return options;
}

http::ServerOptions public_options(const conf::Api& api) {
    http::ServerOptions options = http::ServerOptions::for_strangers();
    options.connections_max = api.connections_max;
    options.body_octets_max = api.body_octets_max;
    return options;
}

http::ServerOptions server_options(const conf::Limits& limits) {
    http::ServerOptions options;
    options.connections_max = limits.control_connections;
    return options;
}

}  // namespace

struct Control::State {
    State(net::Network& network, const conf::Config& config, http::Context given)
        : context(std::move(given)),
          api(context, api_options(config)),
          server(network.context(), api, server_options(config.limits)),
          outside(network.context(), api, public_options(config.api)),
          path(config.control_socket) {
        server.listen(http::open_control_socket(config.control_socket, config.control_group));
        log::info("control_listening", {{"socket", path}});
        for (const conf::Endpoint& endpoint : config.api.listen) {
            outside.listen(http::TcpListen{endpoint, config.api.tls});
            log::info("api_listening", {{"address", endpoint.host},
                                        {"port", endpoint.port},
                                        {"tls", config.api.tls.has_value()}});
        }
    }
    ~State() { http::remove_control_socket(path); }

    http::Context context;
    http::Api api;
    http::Server server, outside;  // for admins, and for all others
    std::string path;
    int to_stop = 2;
};

Control::Control(net::Network& network, const conf::Config& config, http::Context context)
    : state_(std::make_unique<State>(network, config, std::move(context))) {}

Control::~Control() = default;

std::vector<std::string> Control::reload_certificates() {
    return state_->outside.reload_certificates();
}

void Control::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    auto both = [this, stopped = std::move(stopped)] {
        if (--state_->to_stop == 0) stopped();
    };
    state_->server.stop(grace, both);
    state_->outside.stop(grace, both);
}

}  // namespace smppd
