// daemon/http/watch.hpp - reads on while an answer is made: what comes is the next request's, and
// an end means that the client has gone.
#pragma once

#include "daemon/http/exchange.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>

namespace smppd::http {

/// stop() must have returned before `stream` or `buffer` go. A client that has closed its half for
/// sending counts as gone: it cannot be told from one that has closed both.
template <class Stream>
class Watch {
public:
    Watch(Stream& stream, boost::beast::flat_buffer& buffer)
        : stream_(stream), buffer_(buffer), stopped_(stream.get_executor()) {}

    /// Tells the exchange when the client goes. A client that sends on and on meanwhile is read no
    /// further than octets_max; then its going is noticed by the next write only.
    void start(std::shared_ptr<Exchange> exchange) {
        exchange_ = std::move(exchange);
        read();
    }
    /// What was read stays in the buffer.
    boost::asio::awaitable<void> stop() {
        exchange_.reset();
        if (!reading_) co_return;
        boost::beast::get_lowest_layer(stream_).cancel();
        boost::system::error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        stopped_.expires_at(boost::asio::steady_timer::time_point::max());
        while (reading_) co_await stopped_.async_wait(token);
    }

private:
    static constexpr std::size_t octets_max = 16 * 1024, read_octets = 4096;

    void read() {
        if (reading_ || buffer_.size() >= octets_max) return;
        reading_ = true;
        const auto space = buffer_.prepare(read_octets);
        stream_.async_read_some(space, [this](boost::system::error_code error, std::size_t count) {
            reading_ = false;
            buffer_.commit(count);
            stopped_.cancel();
            const auto exchange = exchange_;
            if (!exchange) return;
            if (error || count == 0)
                exchange->lost();
            else
                read();
        });
    }

    Stream& stream_;
    boost::beast::flat_buffer& buffer_;
    boost::asio::steady_timer stopped_;
    std::shared_ptr<Exchange> exchange_;
    bool reading_ = false;
};

}  // namespace smppd::http
