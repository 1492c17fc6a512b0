// tools/smppctl/client.cpp - see client.hpp. One connection a request: nobody waits for it.
#include "tools/smppctl/client.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/failure.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <sys/un.h>

#include <iostream>
#include <limits>
#include <optional>

namespace smppd::ctl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using Unix = beast::basic_stream<asio::local::stream_protocol>;
using Tcp = beast::tcp_stream;
using Tls = beast::ssl_stream<Tcp>;
using Pieces = std::function<void(std::string_view)>;

constexpr std::chrono::seconds connect_timeout{5};
constexpr std::chrono::seconds handshake_timeout{10};
constexpr std::chrono::seconds write_timeout{30};  // for each piece of the request
constexpr std::uint64_t answer_octets_max = 256u << 20;

/// What an exchange adds to each request, and what it calls the daemon.
struct Peer {
    std::string host;  ///< of the Host header
    std::string path;  ///< before the target
    std::string key;   ///< empty: none
    std::string hint;  ///< what to look at when it breaks off
};

/// The operations are asynchronous for their timeouts, and waited for one by one.
template <class Stream, class Start>
error_code wait(asio::io_context& context, Stream& stream, std::chrono::seconds timeout,
                Start start) {
    beast::get_lowest_layer(stream).expires_after(timeout);
    error_code result;
    start([&result](error_code error, const auto&...) { result = error; });
    context.restart();
    context.run();
    return result;
}

/// One request and its answer, over a connection that is there.
template <class Stream>
class Exchange {
public:
    Exchange(asio::io_context& context, Stream& stream, Peer peer)
        : context_(context), stream_(stream), peer_(std::move(peer)) {}

    Answer run(const Request& request) {
        // The daemon may answer and close before it has read everything (a body too large):
        // then the answer tells more than the broken pipe does.
        const error_code written = write(request);
        parser_.body_limit(answer_octets_max);
        return finish(request.timeout, written);
    }

    /// Nothing when all pieces were given away, else the answer that is no stream.
    std::optional<Answer> run(const Request& request, const Pieces& piece) {
        const error_code written = write(request);
        parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
        error_code error = wait(context_, stream_, request.timeout, [&](auto done) {
            http::async_read_header(stream_, buffer_, parser_, done);
        });
        if (error) lost(request.timeout, written ? written : error, error);
        if (exit_for(static_cast<int>(parser_.get().result_int())) != Exit::ok)
            return finish(request.timeout, written);
        // An eager parser goes on to the head of the chunk after this one before it says anything,
        // and so holds each piece back until the next has come.
        parser_.eager(false);
        std::string& body = parser_.get().body();
        while (!parser_.is_done()) {
            error = wait(context_, stream_, request.timeout, [&](auto done) {
                http::async_read_some(stream_, buffer_, parser_, done);
            });
            if (!body.empty()) piece(std::exchange(body, {}));
            if (error) throw Failure{Exit::unreachable, broken(error)};
        }
        return {};
    }

private:
    error_code write(const Request& request) {
        http::request<http::string_body> message;
        message.method_string(request.method);
        message.target(peer_.path + request.target);
        message.version(11);
        message.set(http::field::host, peer_.host);
        message.set(http::field::user_agent, "smppctl/" SMPPD_VERSION);
        message.set(http::field::accept, request.accept);
        message.set(http::field::connection, "close");
        if (!peer_.key.empty()) message.set(http::field::authorization, "Bearer " + peer_.key);
        if (!request.content_type.empty())
            message.set(http::field::content_type, request.content_type);
        message.body() = request.body;
        message.prepare_payload();
        http::request_serializer<http::string_body> serializer{message};
        serializer.limit(256 * 1024);
        std::size_t sent = 0;
        while (!serializer.is_done()) {
            const error_code error = wait(context_, stream_, write_timeout, [&](auto done) {
                http::async_write_some(stream_, serializer,
                                       [&sent, done](error_code e, std::size_t n) {
                                           sent += n;
                                           done(e);
                                       });
            });
            if (error) return error;
            // `sent` counts the header too.
            if (request.progress)
                request.progress(std::min(sent, request.body.size()), request.body.size());
        }
        return {};
    }

    Answer finish(std::chrono::seconds timeout, const error_code& written) {
        const error_code error = wait(context_, stream_, timeout, [&](auto done) {
            http::async_read(stream_, buffer_, parser_, done);
        });
        if (error) lost(timeout, written ? written : error, error);
        return {static_cast<int>(parser_.get().result_int()), std::move(parser_.get().body())};
    }

    [[noreturn]] void lost(std::chrono::seconds timeout, const error_code& first,
                           const error_code& error) const {
        if (error != beast::error::timeout) throw Failure{Exit::unreachable, broken(first)};
        throw Failure{Exit::timed_out, "smppd did not answer within " +
                                           std::to_string(timeout.count()) +
                                           " s. Whether a change was made is not known; look "
                                           "before you repeat it."};
    }

    std::string broken(const error_code& error) const {
        return "the connection to smppd was lost before it answered (" + error.message() + "). " +
               peer_.hint;
    }

    asio::io_context& context_;
    Stream& stream_;
    Peer peer_;
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
};

[[noreturn]] void unreachable(const std::string& at, const std::string& why) {
    throw Failure{Exit::unreachable, "smppd cannot be reached at " + escaped(at) + ": " + why};
}

std::string socket_trouble(const error_code& error) {
    if (error == asio::error::access_denied)
        return "permission denied.\nRun as root, as the user of smppd or as a member of its group "
               "(control.group, \"smppd\").";
    if (error == boost::system::errc::no_such_file_or_directory)
        return "there is no such socket.\nIs smppd running (systemctl status smppd)? Another "
               "socket is named with --socket or SMPPCTL_SOCKET;\nit is control.socket of the "
               "configuration file. --url or SMPPCTL_URL names a smppd elsewhere.";
    if (error == asio::error::connection_refused)
        return "nobody answers; smppd has ended without removing its socket.\nStart it (systemctl "
               "start smppd) and look at its log (journalctl -u smppd).";
    return error.message() + ".";
}

/// Connects to the control socket and calls `use` with the exchange.
template <class Use>
void by_socket(const std::string& path, Use use) {
    if (path.size() >= sizeof(sockaddr_un{}.sun_path))
        throw Failure{Exit::usage, "the path of the socket is too long: " + escaped(path)};
    asio::io_context context{1};
    Unix stream{context};
    const asio::local::stream_protocol::endpoint there{path};
    const error_code error = wait(context, stream, connect_timeout,
                                  [&](auto done) { stream.async_connect(there, done); });
    if (error) unreachable(path, socket_trouble(error));
    Exchange exchange{context, stream, {"smppd", "", "", "Look at its log: journalctl -u smppd"}};
    use(exchange);
}

void connect(asio::io_context& context, Tcp& stream, const BaseUrl& url, const std::string& at) {
    asio::ip::tcp::resolver resolver{context};
    error_code error;
    const auto found = resolver.resolve(url.host, url.port, error);
    if (error) unreachable(at, "there is no host \"" + escaped(url.host) + "\".");
    error = wait(context, stream, connect_timeout,
                 [&](auto done) { stream.async_connect(found, done); });
    if (error) unreachable(at, error.message() + ".");
}

void trust(ssl::context& tls, const std::string& ca_file) {
    tls.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                    ssl::context::no_tlsv1_1);
    tls.set_verify_mode(ssl::verify_peer);
    error_code error;
    if (ca_file.empty())
        tls.set_default_verify_paths(error);
    else
        tls.load_verify_file(ca_file, error);
    if (error)
        throw Failure{Exit::usage, ca_file.empty()
                                       ? "the system's certificate authorities cannot be read"
                                       : "--ca: " + escaped(ca_file) +
                                             " has no certificates in PEM, or cannot be read"};
}

std::string handshake_trouble(Tls& stream, const error_code& error) {
    const long verdict = SSL_get_verify_result(stream.native_handle());
    if (verdict == X509_V_OK) return "TLS: " + error.message() + ".";
    return std::string{"its certificate is not to be trusted: "} +
           X509_verify_cert_error_string(verdict) +
           ".\n--ca FILE names the certificate of its authority when the system does not know it.";
}

void handshake(asio::io_context& context, Tls& stream, const BaseUrl& url, const std::string& at) {
    error_code error;
    const bool is_name = (static_cast<void>(asio::ip::make_address(url.host, error)), !!error);
    // An address is no server name. Source: RFC 6066 §3.
    if (is_name && SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                            TLSEXT_NAMETYPE_host_name, const_cast<char*>(url.host.c_str())) != 1)
        unreachable(at, "its name cannot be asked for by TLS.");
    // It judges the chain first; the name's own mistake has its own word.
    bool named = true;
    const ssl::host_name_verification names{url.host};
    stream.set_verify_callback([&](bool good, ssl::verify_context& of) {
        const bool right = names(good, of);
        if (good && !right) named = false;
        return right;
    });
    error = wait(context, stream, handshake_timeout,
                 [&](auto done) { stream.async_handshake(ssl::stream_base::client, done); });
    if (error && !named) unreachable(at, "its certificate is for other names.");
    if (error) unreachable(at, handshake_trouble(stream, error));
}

/// Once: a key that others can read on its way is theirs too.
void warn_of_clear_text(const Endpoint& endpoint, const BaseUrl& url) {
    static bool told = false;
    if (told || url.tls || url.is_loopback() || endpoint.key.empty()) return;
    std::cerr << "Warning: the key goes unencrypted to " << escaped(endpoint.url) << '\n';
    told = true;
}

/// Connects to the URL's host and calls `use` with the exchange.
template <class Use>
void by_url(const Endpoint& endpoint, Use use) {
    const BaseUrl url = parse_base_url(endpoint.url);
    const Peer peer{
        url.host_header(), url.path, endpoint.key,
        url.tls ? "Is it smppd that listens there?" : "Does the URL have to begin with https://?"};
    warn_of_clear_text(endpoint, url);
    asio::io_context context{1};
    if (!url.tls) {
        Tcp stream{context};
        connect(context, stream, url, endpoint.url);
        Exchange exchange{context, stream, peer};
        return use(exchange);
    }
    ssl::context tls{ssl::context::tls_client};
    trust(tls, endpoint.ca_file);
    Tls stream{context, tls};
    connect(context, beast::get_lowest_layer(stream), url, endpoint.url);
    handshake(context, stream, url, endpoint.url);
    Exchange exchange{context, stream, peer};
    use(exchange);
}

template <class Use>
void with_exchange(const Endpoint& endpoint, Use use) {
    if (endpoint.url.empty())
        by_socket(endpoint.socket_path, use);
    else
        by_url(endpoint, use);
}

Failure failure_of(const Answer& answer, const Endpoint& endpoint) {
    std::string why = problem_text(answer.status, answer.body);
    if (answer.status == 401 && endpoint.key.empty())
        why += "\nsmppctl takes it from the environment variable SMPPCTL_KEY.";
    return {exit_for(answer.status), why, answer.body};
}

}  // namespace

Answer Client::send(const Request& request) const {
    Answer answer;
    with_exchange(endpoint_, [&](auto& exchange) { answer = exchange.run(request); });
    return answer;
}

std::string Client::call(const Request& request) const {
    Answer answer = send(request);
    if (exit_for(answer.status) != Exit::ok) throw failure_of(answer, endpoint_);
    return std::move(answer.body);
}

std::string Client::get(const std::string& target) const {
    Request request;
    request.target = target;
    return call(request);
}

void Client::stream(const Request& request, const Pieces& piece) const {
    std::optional<Answer> other;
    with_exchange(endpoint_, [&](auto& exchange) { other = exchange.run(request, piece); });
    if (other) throw failure_of(*other, endpoint_);
}

}  // namespace smppd::ctl
