// daemon/control.cpp - see control.hpp.
#include "daemon/control.hpp"

#include "daemon/http/api.hpp"
#include "daemon/http/control_socket.hpp"
#include "daemon/http/server.hpp"
#include "daemon/log.hpp"

#include <utility>

namespace smppd {

namespace {

http::ApiOptions api_options(const conf::Limits& limits) {
    http::ApiOptions options;
    options.import_octets_max = limits.control_body_octets;
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
          api(context, api_options(config.limits)),
          server(network.context(), api, server_options(config.limits)),
          path(config.control_socket) {
        server.listen(http::open_control_socket(config.control_socket, config.control_group));
        log::info("control_listening", {{"socket", path}});
    }
    ~State() { http::remove_control_socket(path); }

    http::Context context;
    http::Api api;
    http::Server server;
    std::string path;
};

Control::Control(net::Network& network, const conf::Config& config, http::Context context)
    : state_(std::make_unique<State>(network, config, std::move(context))) {}

Control::~Control() = default;

void Control::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    state_->server.stop(grace, std::move(stopped));
}

}  // namespace smppd
