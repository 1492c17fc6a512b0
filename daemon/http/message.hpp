// daemon/http/message.hpp - requests and responses as plain values, between server and handlers.
// No Asio, no Beast: what stands above the server knows these only.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smppd::http {

/// Names in lower case, in the order they came.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Who is at the other end. The server has let it in already.
struct Peer {
    bool local = false;  ///< came by the Unix socket, `uid` holds
    std::uint32_t uid = 0;
    std::string address;  ///< of a TCP peer, without port
};

struct Request {
    std::string method;  ///< as written; HEAD stays HEAD
    std::string target;  ///< path and query as written, percent-encoded
    Headers headers;
    std::string body;
    Peer peer;

    /// The first header of that name (lower case), empty when there is none.
    std::string_view header(std::string_view name) const {
        const auto same = [&](const auto& one) { return one.first == name; };
        const auto found = std::find_if(headers.begin(), headers.end(), same);
        return found == headers.end() ? std::string_view{} : std::string_view{found->second};
    }
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    Headers headers;  ///< beside Content-Type, Content-Length, Date, Connection
};

/// The way back for one request. All calls on the network thread. It outlives the connection: an
/// answer to a client that has gone is dropped.
class Responder {
public:
    virtual ~Responder() = default;
    /// Sends the answer. The first one counts.
    virtual void answer(Response response) = 0;
    /// Runs `wake` once after `delay`, or at once when the server stops; never after answer() or
    /// once the client has gone.
    virtual void wake_after(std::chrono::milliseconds delay, std::function<void()> wake) = 0;

    /// Begins an answer that comes piece by piece and has no length yet; the head's body is its
    /// first piece. Instead of answer().
    virtual void begin(Response head) = 0;
    /// The next piece. False: nobody reads any more, or the client lags by more than what is kept
    /// for it, and is disconnected.
    virtual bool write(std::string piece) = 0;
    /// `sent` runs once when all that was written has been handed to the connection: time for more.
    virtual void when_sent(std::function<void()> sent) = 0;
    /// The answer that begin() began is whole.
    virtual void end() = 0;
    /// `closed` runs once when the client goes before it has the whole answer, and when the server
    /// stops before that. To be asked for while Application::handle() runs: only then is the
    /// client watched.
    virtual void on_closed(std::function<void()> closed) = 0;
};

/// What the server serves.
class Application {
public:
    virtual ~Application() = default;
    /// How large the body of such a request may be, in octets; asked before it is read.
    virtual std::size_t body_octets_max(std::string_view method, std::string_view target) const = 0;
    /// Asked before a large body is read, with the head alone: an answer refuses it unread.
    virtual std::optional<Response> refuse_unread(const Request& head) = 0;
    virtual void handle(Request request, std::shared_ptr<Responder> responder) = 0;
};

}  // namespace smppd::http
