// tools/smppctl/client.hpp - HTTP to the daemon, over its Unix socket or a URL. Synchronous, with
// timeouts.
#pragma once

#include "tools/smppctl/endpoint.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace smppd::ctl {

struct Request {
    std::string method = "GET";
    std::string target;
    std::string body;
    std::string content_type;
    std::string accept = "application/json";
    /// For the whole answer, once the request is out; of a stream: for each piece.
    std::chrono::seconds timeout{35};
    /// Called as the body goes out, with octets sent and in all.
    std::function<void(std::size_t, std::size_t)> progress;
};

struct Answer {
    int status = 0;
    std::string body;
};

class Client {
public:
    explicit Client(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    /// The daemon's answer, whatever its status. Failure: unreachable with what to try, timed_out.
    Answer send(const Request& request) const;
    /// The body of a 2xx answer; others are a Failure with the problem's words.
    std::string call(const Request& request) const;
    std::string get(const std::string& target) const;
    /// Gives the pieces of a 2xx answer to `piece` as they come, and returns at its end. Failure
    /// as call(); unreachable too when nothing came for as long as the request's timeout.
    void stream(const Request& request, const std::function<void(std::string_view)>& piece) const;

private:
    Endpoint endpoint_;
};

}  // namespace smppd::ctl
