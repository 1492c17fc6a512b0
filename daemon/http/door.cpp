// daemon/http/door.cpp - see door.hpp.
#include "daemon/http/door.hpp"

#include "daemon/log.hpp"

#include <stdexcept>

namespace smppd::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

LocalDoor::LocalDoor(asio::io_context& io, ControlSocket socket)
    : Door(io), acceptor(io, Protocol{}, socket.fd), group(socket.group) {
    name = std::move(socket.path);
}

void LocalDoor::close() {
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    remove_control_socket(name);
}

TcpDoor::TcpDoor(asio::io_context& io, const TcpListen& at) : Door(io), acceptor(io), tls_(at.tls) {
    name = at.endpoint.host + ":" + std::to_string(at.endpoint.port);
    if (tls_) context = net::server_context(*tls_);
    error_code error;
    tcp::resolver resolver(io);
    const auto found =
        resolver.resolve(at.endpoint.host, std::to_string(at.endpoint.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, error);
    const tcp::endpoint endpoint = error || found.empty() ? tcp::endpoint{} : *found.begin();
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) throw std::runtime_error("cannot listen on " + name + ": " + error.message());
    log::info("http_listening", {{"address", name}, {"tls", context != nullptr}});
}

void TcpDoor::close() {
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
}

std::string TcpDoor::reload_certificate() {
    if (!tls_) return {};
    try {
        context = net::server_context(*tls_);
    } catch (const std::exception& problem) {
        return problem.what();
    }
    return {};
}

std::string address_of(const tcp::socket& socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return {};
    asio::ip::address host = remote.address();
    if (host.is_v6() && host.to_v6().is_v4_mapped())
        host = asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6());
    return host.to_string();
}

}  // namespace smppd::http
