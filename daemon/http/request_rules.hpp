// daemon/http/request_rules.hpp - what of HTTP Beast leaves to its user: rules of the head, words
// for its errors, and the way between its messages and ours.
#pragma once

#include "daemon/http/message.hpp"
#include "daemon/http/problem.hpp"

#include <boost/beast/http.hpp>

#include <optional>

namespace smppd::http {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;
using BeastResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// One Host in HTTP/1.1, no transfer coding but chunked, no expectation but 100-continue.
std::optional<Problem> broken_rule(const BeastRequest& head);
bool expects_continue(const BeastRequest& head);
/// What to tell a peer whose request could not be read; nothing when it has gone.
std::optional<Problem> read_problem(const boost::system::error_code& error);

/// The daemon stops and takes no new request.
Problem draining_problem();
/// The application did not answer in time.
Problem unanswered_problem();

/// The body is announced to have more than `most` octets.
Problem too_large_problem(std::size_t most);
/// All bodies under way together are too large.
Problem bodies_problem();

Request take_request(BeastRequest& from, const Peer& peer);
BeastResponse to_beast(Response response, unsigned version, bool keep_alive);
/// The head of an answer that comes piece by piece: chunked in HTTP/1.1.
boost::beast::http::response<boost::beast::http::empty_body> to_beast_head(const Response& response,
                                                                           unsigned version,
                                                                           bool keep_alive);

}  // namespace smppd::http
