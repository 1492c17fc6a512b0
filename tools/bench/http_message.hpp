// tools/bench/http_message.hpp - the little of HTTP/1.1 that a load generator and a sink need.
// Source: RFC 9112.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smppd::bench {

/// Length of the request at the front, head and body; 0 while it is not whole.
std::size_t request_length(std::string_view octets);

/// An answer; its body lies in what it was read from.
struct HttpAnswer {
    unsigned status = 0;
    std::string_view body;
    std::size_t length = 0;  ///< head and body
};
/// The answer at the front; nothing while it is not whole. Throws std::runtime_error for what is no
/// answer of HTTP/1.x, and for a chunked one, which nothing here asks for.
std::optional<HttpAnswer> parse_answer(std::string_view octets);

/// The value of `"name":"` in a body of JSON, up to the next quotation mark: enough for ids and
/// numbers, which need no escapes. Empty when there is none.
std::string_view text_member(std::string_view json, std::string_view name);

/// What of a request is the same for all of a kind.
struct HttpCall {
    std::string_view method;
    std::string_view host;
    std::string_view key;  ///< of the API; empty: none is shown
};
/// Appends a request; Content-Type and Content-Length only where there is a body.
template <class Octets>
void append_request(Octets& to, const HttpCall& call, std::string_view target,
                    std::string_view body) {
    const auto add = [&to](std::string_view text) {
        to.insert(to.end(), text.begin(), text.end());
    };
    add(call.method);
    add(" ");
    add(target);
    add(" HTTP/1.1\r\nHost: ");
    add(call.host);
    if (!call.key.empty()) {
        add("\r\nAuthorization: Bearer ");
        add(call.key);
    }
    if (!body.empty()) {
        add("\r\nContent-Type: application/json\r\nContent-Length: ");
        add(std::to_string(body.size()));
    }
    add("\r\n\r\n");
    add(body);
}

}  // namespace smppd::bench
