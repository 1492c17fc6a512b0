// tools/bench/http_load.hpp - requests over kept HTTP connections, one at a time on each, as fast
// as answers come or at a fixed rate.
#pragma once

#include "tools/bench/histogram.hpp"
#include "tools/bench/http_message.hpp"
#include "tools/bench/loop.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace smppd::bench {

/// Which requests to send, what they are and whether an answer is what it should be. Each request
/// is sent once.
struct HttpPhase {
    std::uint64_t first = 0;          ///< the ids run from here
    std::uint64_t count = 0;          ///< so many at most
    std::uint64_t rate = 0;           ///< a second; 0: each connection sends on its answer
    std::chrono::seconds seconds{0};  ///< sends no longer; 0: until `count`
    std::function<void(std::uint64_t id, protocol::Octets& out)> write;
    std::function<bool(std::uint64_t id, const HttpAnswer& answer)> good;
};

/// At a fixed rate a response counts from when its request was due, connection free or not.
struct HttpFigures {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;    ///< answered with something else than what should be
    unsigned failed_status = 0;  ///< of the last of them
    Histogram response;
    Clock::time_point begun{}, last_answer{};
    double per_second() const;
};

class HttpLoad {
public:
    /// Connects; throws std::runtime_error when that fails.
    HttpLoad(Loop& loop, const Endpoint& to, std::size_t connections);
    /// Sends them and waits for all answers. Throws std::runtime_error when a connection is lost,
    /// or when nothing came for 30 s.
    HttpFigures run(const HttpPhase& phase);

private:
    struct Connection {
        Connection(Loop& loop, const Endpoint& to) : stream(loop, to) {}
        Stream stream;
        protocol::Octets pending;
        std::uint64_t id = 0;
        Clock::time_point sent_at{};
    };
    void received(Connection& connection, protocol::Bytes octets);
    /// Sends what may go out now; when to look again.
    Clock::time_point pump(Clock::time_point now);
    /// When the next request is due; `now` as fast as answers come.
    Clock::time_point due(Clock::time_point now) const;
    bool all_sent(Clock::time_point now) const;

    Loop& loop_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::deque<Connection*> idle_;
    const HttpPhase* phase_ = nullptr;
    HttpFigures figures_;
    bool lost_ = false;
};

}  // namespace smppd::bench
