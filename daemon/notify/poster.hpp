// daemon/notify/poster.hpp - the seam between the outbox and the network: one HTTP POST.
// libcurl stands behind it in the daemon (http_post.hpp), a script in the tests.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smppd::notify {

struct PostRequest {
    std::string url;
    std::vector<std::string> headers;  ///< "name: value"
    std::string body;
    std::chrono::milliseconds within{10'000};  ///< from the call to the end of the answer
};

struct PostResult {
    int status = 0;     ///< of HTTP; 0: no answer
    std::string error;  ///< why there was none, in words
    std::chrono::milliseconds took{0};
    std::optional<std::chrono::seconds> retry_after{};  ///< the answer's Retry-After
};

class Poster {
public:
    virtual ~Poster() = default;
    /// Sends it, and calls `done` once, never from within. What is under way when the Poster goes
    /// is not called back.
    virtual void post(PostRequest request, std::function<void(PostResult)> done) = 0;
};

}  // namespace smppd::notify
