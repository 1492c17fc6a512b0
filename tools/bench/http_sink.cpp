// tools/bench/http_sink.cpp - see http_sink.hpp.
#include "tools/bench/http_sink.hpp"

#include "protocol/octets.hpp"
#include "tools/bench/http_message.hpp"

namespace smppd::bench {

namespace {

constexpr std::string_view reply =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n";

}  // namespace

HttpSink::HttpSink(Loop& loop, const Endpoint& at, std::function<void(protocol::Bytes)> on_request)
    : on_request_(std::move(on_request)), acceptor_(loop, at, [this, &loop](Descriptor socket) {
          auto& made =
              *connections_.emplace_back(std::make_unique<Connection>(loop, std::move(socket)));
          made.stream.on_octets = [this, &made](protocol::Bytes octets) { received(made, octets); };
      }) {}

void HttpSink::received(Connection& connection, protocol::Bytes octets) {
    protocol::Octets& pending = connection.pending;
    pending.insert(pending.end(), octets.begin(), octets.end());
    std::size_t done = 0;
    for (;;) {
        const protocol::Bytes rest = protocol::Bytes(pending).subspan(done);
        const std::size_t length = request_length(protocol::as_text(rest));
        if (length == 0) break;
        on_request_(rest.first(length));
        done += length;
        connection.stream.out().insert(connection.stream.out().end(), reply.begin(), reply.end());
    }
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(done));
}

}  // namespace smppd::bench
