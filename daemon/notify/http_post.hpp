// daemon/notify/http_post.hpp - HTTP POST on the network thread: libcurl's multi interface on the
// daemon's loop. Who includes this header includes neither libcurl nor Asio.
#pragma once

#include "daemon/notify/poster.hpp"

#include <cstdint>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace smppd::notify {

struct HttpPostOptions {
    bool allow_http = false;     ///< else https alone
    bool allow_private = false;  ///< else addresses of address_rules.hpp are refused
    /// Connections at once to one host. Beyond, posts wait, and that counts for their time limit.
    long host_connections_max = 64;
    long connections_max = 1'024;           ///< at once in all
    long idle_connections_max = 256;        ///< kept for the next post
    std::size_t answer_octets_max = 4'096;  ///< read of an answer's body, and thrown away
    std::string ca_file;  ///< certificates to trust, PEM; empty: those of the system
    std::string user_agent = "smppd";
};

class HttpPost final : public Poster {
public:
    /// Throws std::runtime_error when libcurl cannot be initialised.
    HttpPost(boost::asio::io_context& io, HttpPostOptions options);
    ~HttpPost() override;
    HttpPost(const HttpPost&) = delete;
    HttpPost& operator=(const HttpPost&) = delete;

    /// No redirect is followed, no proxy used, whatever the environment says. An answer with a
    /// longer body than answer_octets_max counts by its status; its connection is closed.
    void post(PostRequest request, std::function<void(PostResult)> done) override;
    /// Posts that are under way.
    std::size_t in_flight() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace smppd::notify
