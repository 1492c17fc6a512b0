// tools/bench/http_sink.cpp - see http_sink.hpp.
#include "tools/bench/http_sink.hpp"

#include "protocol/octets.hpp"

#include <strings.h>
#include <charconv>
#include <cstddef>

namespace smppd::bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view length_name = "\r\ncontent-length:";
constexpr std::string_view reply =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n";

std::size_t body_length(std::string_view head) {
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
        const std::string_view line = head.substr(at);
        if (line.size() < length_name.size() ||
            strncasecmp(line.data(), length_name.data(), length_name.size()) != 0) {
            continue;
        }
        std::string_view value = line.substr(length_name.size());
        while (value.starts_with(' ')) value.remove_prefix(1);
        std::size_t length = 0;
        std::from_chars(value.data(), value.data() + value.size(), length);
        return length;
    }
    return 0;
}

}  // namespace

std::size_t request_length(std::string_view octets) {
    const auto end = octets.find(head_end);
    if (end == octets.npos) return 0;
    const std::size_t head = end + head_end.size();
    const std::size_t body = body_length(octets.substr(0, end));
    return octets.size() - head < body ? 0 : head + body;
}

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
