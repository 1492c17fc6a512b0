// tools/smppctl/client.hpp - HTTP to the daemon over its Unix socket. Synchronous, with timeouts.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace smppd::ctl {

struct Request {
    std::string method = "GET";
    std::string target;
    std::string body;
    std::string content_type;
    /// For the whole answer, once the request is out.
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
    explicit Client(std::string socket_path) : socket_path_(std::move(socket_path)) {}

    /// The daemon's answer, whatever its status. Failure: unreachable with what to try, timed_out.
    Answer send(const Request& request) const;
    /// The body of a 2xx answer; others are a Failure with the problem's words.
    std::string call(const Request& request) const;
    std::string get(const std::string& target) const;

private:
    std::string socket_path_;
};

}  // namespace smppd::ctl
