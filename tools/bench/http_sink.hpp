// tools/bench/http_sink.hpp - takes HTTP requests and answers 200 with nothing, for gateways whose
// way out is a request a message.
#pragma once

#include "tools/bench/loop.hpp"

#include <memory>
#include <vector>

namespace smppd::bench {

/// Keep-alive and pipelining; GET, or POST with Content-Length.
class HttpSink {
public:
    /// `on_request` gets each whole request, head and body.
    HttpSink(Loop& loop, const Endpoint& at, std::function<void(protocol::Bytes)> on_request);

private:
    struct Connection {
        Connection(Loop& loop, Descriptor socket) : stream(loop, std::move(socket)) {}
        Stream stream;
        protocol::Octets pending;
    };
    void received(Connection& connection, protocol::Bytes octets);

    std::function<void(protocol::Bytes)> on_request_;
    std::vector<std::unique_ptr<Connection>> connections_;
    Acceptor acceptor_;
};

}  // namespace smppd::bench
