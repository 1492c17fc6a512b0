// daemon/http/server.hpp - HTTP/1.1 on the network thread: listeners, connections and their limits.
// Asio and Beast stay in server.cpp and the headers that it includes.
#pragma once

#include "conf/config.hpp"
#include "daemon/http/control_socket.hpp"
#include "daemon/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace smppd::http {

struct ServerOptions {
    std::size_t connections_max = 100;  ///< then the one idle longest is closed, or accept pauses
    std::size_t header_octets_max = 16 * 1024;            ///< then 431
    std::size_t body_octets_max = 512UL * 1024 * 1024;    ///< of one request, beside its own limit
    std::size_t bodies_octets_max = 512UL * 1024 * 1024;  ///< of all requests; then 503
    std::size_t unread_octets_max =
        64 * 1024;  ///< larger bodies are asked for before they are read
    std::size_t stream_octets_max = 1024 * 1024;  ///< unsent, of one stream; above, it is closed
    std::chrono::milliseconds idle{60'000};       ///< between requests
    std::chrono::milliseconds header_within{10'000};   ///< from its first octet, and for a TLS
                                                       ///< handshake; then it is closed
    std::chrono::milliseconds body_within{300'000};    ///< then it is closed
    std::chrono::milliseconds answer_within{120'000};  ///< of the application; then 503
    std::chrono::milliseconds write_within{60'000};    ///< then it is closed
    std::chrono::milliseconds accept_pause{200};       ///< after accept failed

    /// For listeners that strangers reach: many connections, little patience.
    static ServerOptions for_strangers() {
        ServerOptions options;
        options.connections_max = 10'000;
        options.body_octets_max = 1024 * 1024;
        options.body_within = std::chrono::milliseconds{30'000};
        options.write_within = std::chrono::milliseconds{30'000};
        return options;
    }
};

/// Figures; a copy.
struct ServerStats {
    std::size_t connections = 0;
    std::uint64_t accepted = 0, requests = 0, refused = 0;  ///< refused: by the server itself
};

/// An address to be reached at, in the clear or by TLS.
struct TcpListen {
    conf::Endpoint endpoint;
    std::optional<conf::TlsServer> tls;
};

class Server {
public:
    /// `application` must outlive the server, and `io` both.
    Server(boost::asio::io_context& io, Application& application, ServerOptions options = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Serves the socket's connections: owners get answers, others 403.
    void listen(ControlSocket socket);
    /// Serves connections by TCP; the application looks at who they are. Throws
    /// std::runtime_error that names the address or the file.
    void listen(const TcpListen& at);
    /// Reads the certificates again, for new connections; what is wrong with some: those stay.
    std::vector<std::string> reload_certificates();
    /// Accepts no more, closes what is idle, wakes what waits (wake_after), ends streams, lets what
    /// is being answered finish within `grace`, then closes it. `stopped` runs once, when all is
    /// closed.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);
    ServerStats stats() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace smppd::http
