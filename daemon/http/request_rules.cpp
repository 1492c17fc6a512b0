// daemon/http/request_rules.cpp - the rules of a request's head, and Beast's messages to and fro.
#include "daemon/http/request_rules.hpp"

#include "daemon/http/values.hpp"

#include <chrono>

namespace smppd::http {
namespace {

namespace beast = boost::beast;
using Field = beast::http::field;

Problem problem(Kind kind, std::string detail) {
    return {.kind = kind, .detail = std::move(detail), .errors = {}};
}

std::string lower(beast::string_view text) {
    std::string low{text.data(), text.size()};
    for (char& c : low)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return low;
}

template <class Message>
void set_head(Message& message, const Response& response, unsigned version, bool keep_alive) {
    message.version(version);
    message.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers) message.set(name, value);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    message.set(Field::date, http_date(now));
    // Nothing that the API says may be kept by a cache, but for what says otherwise itself.
    if (message.count(Field::cache_control) == 0) message.set(Field::cache_control, "no-store");
    message.keep_alive(keep_alive);
}

}  // namespace

std::optional<Problem> broken_rule(const BeastRequest& head) {
    if (head.version() != 10 && head.version() != 11)
        return problem(Kind::version, "HTTP/1.1 and HTTP/1.0 are spoken here.");
    // Source: RFC 9112 §3.2: none, or more than one, must be answered with 400.
    const auto hosts = head.count(Field::host);
    if (hosts > 1 || (hosts == 0 && head.version() == 11))
        return problem(Kind::malformed, "The request must have one Host header.");
    const auto codings = head.count(Field::transfer_encoding);
    if (codings > 1 || (codings == 1 && lower(head[Field::transfer_encoding]) != "chunked"))
        return problem(Kind::not_implemented, "Transfer-Encoding must be chunked, or absent.");
    if (head.count(Field::expect) > 0 && lower(head[Field::expect]) != "100-continue")
        return problem(Kind::expectation_failed, "Expect must be 100-continue, or absent.");
    if (head.count(Field::content_encoding) > 0 &&
        lower(head[Field::content_encoding]) != "identity")
        return problem(Kind::unsupported_media, "Bodies must be sent without Content-Encoding.");
    return {};
}

bool expects_continue(const BeastRequest& head) {
    return head.version() == 11 && lower(head[Field::expect]) == "100-continue";
}

std::optional<Problem> read_problem(const boost::system::error_code& error) {
    using HttpError = beast::http::error;
    if (error == HttpError::header_limit || error == HttpError::buffer_overflow)
        return problem(Kind::headers_too_large, "The request's header is too large.");
    if (error == HttpError::body_limit)
        return problem(Kind::too_large, "The request's body is too large.");
    if (error == HttpError::end_of_stream || error == HttpError::partial_message) return {};
    if (error == HttpError::bad_version)
        return problem(Kind::version, "HTTP/1.1 and HTTP/1.0 are spoken here.");
    const boost::system::error_category& http = make_error_code(HttpError::bad_method).category();
    if (error.category() == http)
        return problem(Kind::malformed, "The request is no HTTP/1.1: " + error.message() + ".");
    return {};
}

Problem draining_problem() {
    return problem(Kind::draining, "The daemon stops and takes no new requests.");
}

Problem too_large_problem(std::size_t most) {
    return problem(Kind::too_large,
                   "The body must have at most " + std::to_string(most) + " octets.");
}

Problem bodies_problem() {
    return problem(Kind::busy, "Too many large requests are under way. Try again shortly.");
}

Problem unanswered_problem() {
    return problem(Kind::busy,
                   "There was no answer in time. Whether a change was made is not known; look "
                   "before you repeat it.");
}

Request take_request(BeastRequest& from, const Peer& peer) {
    Request request;
    request.method.assign(from.method_string().data(), from.method_string().size());
    request.target.assign(from.target().data(), from.target().size());
    for (const auto& header : from)
        request.headers.emplace_back(lower(header.name_string()),
                                     std::string{header.value().data(), header.value().size()});
    request.body = std::move(from.body());
    request.peer = peer;
    return request;
}

BeastResponse to_beast(Response response, unsigned version, bool keep_alive) {
    BeastResponse message;
    set_head(message, response, version, keep_alive);
    // Source: RFC 9110 §8.6: no Content-Length in 204; in 304 it would be that of the 200.
    if (response.status == 204 || response.status == 304) return message;
    message.set(Field::content_type, response.content_type);
    message.body() = std::move(response.body);
    message.content_length(message.body().size());
    return message;
}

beast::http::response<beast::http::empty_body> to_beast_head(const Response& response,
                                                             unsigned version, bool keep_alive) {
    beast::http::response<beast::http::empty_body> message;
    set_head(message, response, version, keep_alive);
    message.set(Field::content_type, response.content_type);
    message.chunked(version == 11);
    return message;
}

}  // namespace smppd::http
