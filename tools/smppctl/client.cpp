// tools/smppctl/client.cpp - see client.hpp. One connection a request: a Unix socket costs nothing.
#include "tools/smppctl/client.hpp"

#include "tools/smppctl/failure.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sys/un.h>

#include <optional>

namespace smppd::ctl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Stream = beast::basic_stream<asio::local::stream_protocol>;

constexpr std::chrono::seconds connect_timeout{5};
constexpr std::chrono::seconds write_timeout{30};  // for each piece of the request
constexpr std::uint64_t answer_octets_max = 256u << 20;

/// One exchange. The operations are asynchronous for their timeouts, and waited for one by one.
class Exchange {
public:
    explicit Exchange(const std::string& socket_path) : path_(socket_path) {}

    Answer run(const Request& request) {
        connect();
        // The daemon may answer and close before it has read everything (a body too large):
        // then the answer tells more than the broken pipe does.
        const error_code written = write(request);
        const Answer answer = read(request.timeout, written);
        return answer;
    }

private:
    template <class Start>
    error_code wait(std::chrono::seconds timeout, Start start) {
        stream_.expires_after(timeout);
        error_code result;
        start([&result](error_code error, std::size_t = 0) { result = error; });
        context_.restart();
        context_.run();
        return result;
    }

    void connect() {
        if (path_.size() >= sizeof(sockaddr_un{}.sun_path))
            throw Failure{Exit::usage, "the path of the socket is too long: " + path_};
        const asio::local::stream_protocol::endpoint there{path_};
        const error_code error =
            wait(connect_timeout, [&](auto done) { stream_.async_connect(there, done); });
        if (error) throw Failure{Exit::unreachable, unreachable(error)};
    }

    std::string unreachable(const error_code& error) const {
        const std::string at = "smppd cannot be reached at " + path_ + ": ";
        if (error == asio::error::access_denied)
            return at +
                   "permission denied.\nRun as root, as the user of smppd or as a member of "
                   "its group (control.group, \"smppd\").";
        if (error == boost::system::errc::no_such_file_or_directory)
            return at +
                   "there is no such socket.\nIs smppd running (systemctl status smppd)? "
                   "Another socket is named with --socket or SMPPCTL_SOCKET;\nit is "
                   "control.socket of the configuration file.";
        if (error == asio::error::connection_refused)
            return at +
                   "nobody answers; smppd has ended without removing its socket.\nStart it "
                   "(systemctl start smppd) and look at its log (journalctl -u smppd).";
        return at + error.message() + ".";
    }

    error_code write(const Request& request) {
        http::request<http::string_body> message;
        message.method_string(request.method);
        message.target(request.target);
        message.version(11);
        message.set(http::field::host, "smppd");
        message.set(http::field::user_agent, "smppctl/" SMPPD_VERSION);
        message.set(http::field::accept, "application/json");
        message.set(http::field::connection, "close");
        if (!request.content_type.empty())
            message.set(http::field::content_type, request.content_type);
        message.body() = request.body;
        message.prepare_payload();
        http::request_serializer<http::string_body> serializer{message};
        serializer.limit(256 * 1024);
        std::size_t sent = 0;
        while (!serializer.is_done()) {
            const error_code error = wait(write_timeout, [&](auto done) {
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

    Answer read(std::chrono::seconds timeout, const error_code& written) {
        beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(answer_octets_max);
        const error_code error =
            wait(timeout, [&](auto done) { http::async_read(stream_, buffer, parser, done); });
        if (error == beast::error::timeout)
            throw Failure{Exit::timed_out,
                          "smppd did not answer within " + std::to_string(timeout.count()) +
                              " s. Whether a change was made is not known; look before you "
                              "repeat it."};
        if (error) {
            const error_code& first = written ? written : error;
            throw Failure{Exit::unreachable,
                          "the connection to smppd was lost before it answered (" +
                              first.message() + "). Look at its log: journalctl -u smppd"};
        }
        return {static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
    }

    std::string path_;
    asio::io_context context_{1};
    Stream stream_{context_};
};

}  // namespace

Answer Client::send(const Request& request) const { return Exchange{socket_path_}.run(request); }

std::string Client::call(const Request& request) const {
    Answer answer = send(request);
    const Exit code = exit_for(answer.status);
    if (code == Exit::ok) return std::move(answer.body);
    throw Failure{code, problem_text(answer.status, answer.body), std::move(answer.body)};
}

std::string Client::get(const std::string& target) const {
    Request request;
    request.target = target;
    return call(request);
}

}  // namespace smppd::ctl
