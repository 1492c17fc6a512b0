// tests/fuzz/fuzz_http.cpp - any octets as a request to the API: as HTTP, and as the path variables
// and the body of each endpoint. No fault, at most one answer, never "internal error", and what is
// said is JSON.
#include "daemon/http/request_rules.hpp"
#include "daemon/log.hpp"
#include "tests/daemon/http/harness.hpp"

#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>

using namespace smppd;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// An API with something in it, made anew so often that its memory stays small.
test::Harness& api() {
    static std::unique_ptr<test::Harness> harness;
    static unsigned used = 0;
    if (harness == nullptr || ++used % 256 == 0) {
        log::level(log::Level::error);
        harness = std::make_unique<test::Harness>();
        pool::Workflow flow;
        flow.name = "signup";
        harness->pool.workflows({{"signup", flow}});
        harness->post("/v1/platforms", R"({"name":"shop"})");
        harness->import("number\n+447700900101\n+447700900102\n");
        harness->post("/v1/sessions", R"({"platform":"shop","workflow":"signup"})");
    }
    return *harness;
}

void check(const test::FakeResponder& responder) {
    require(responder.answers.size() <= 1);
    for (const http::Response& answer : responder.answers) {
        require(answer.status >= 200 && answer.status < 600 && answer.status != 500);
        if (answer.body.empty() || answer.content_type.find("json") == std::string::npos) continue;
        boost::json::error_code error;
        boost::json::parse(answer.body, error);
        require(!error);
    }
}

/// As the server reads it, but for the socket.
void as_http(std::string_view octets) {
    boost::beast::http::request_parser<boost::beast::http::string_body> parser;
    parser.eager(true);
    parser.header_limit(16 * 1024);
    parser.body_limit(64 * 1024);
    boost::system::error_code error;
    while (!error && !parser.is_done() && !octets.empty()) {
        const std::size_t taken =
            parser.put(boost::asio::buffer(octets.data(), octets.size()), error);
        if (taken == 0) break;
        octets.remove_prefix(taken);
    }
    if (error) {
        http::read_problem(error);
        return;
    }
    if (!parser.is_done() || http::broken_rule(parser.get())) return;
    const auto responder = std::make_shared<test::FakeResponder>();
    http::Peer peer{.local = true, .uid = 0, .address = {}};
    api().begun.push_back(responder);
    api().api.handle(http::take_request(parser.get(), peer), responder);
    check(*responder);
}

/// One endpoint: a line that fills the pattern's {...} and stands behind it, then the body.
void as_call(std::uint8_t which, std::string_view rest) {
    const auto endpoints = http::Api::endpoints();
    const http::Endpoint& endpoint = endpoints[which % endpoints.size()];
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    std::string target{endpoint.pattern};
    for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{', at)) {
        const std::string value{line.substr(0, line.find_first_of("?{"))};
        target.replace(at, target.find('}', at) - at + 1, value);
        at += value.size();
    }
    if (const std::size_t query = line.find('?'); query != std::string_view::npos)
        target += line.substr(query);
    const char* media = endpoint.body == http::Body::csv ? "text/csv" : "application/json";
    check(*api().begin(std::string{endpoint.method}, target, std::string{rest}, media));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    if (data[0] % 2 == 0)
        as_call(data[1], rest);
    else
        as_http(rest);
    return 0;
}
