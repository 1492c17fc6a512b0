// daemon/http/exchange.hpp - one request under way, between its connection and its handler.
#pragma once

#include "daemon/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <optional>

namespace smppd::http {

/// The Responder of the server. The connection ends it; the handler may keep it longer, then it is
/// an empty shell without timers.
class Exchange final : public Responder, public std::enable_shared_from_this<Exchange> {
public:
    explicit Exchange(boost::asio::any_io_executor executor)
        : executor_(std::move(executor)), signal_(std::in_place, executor_) {}

    void answer(Response response) override {
        if (!signal_ || response_) return;
        response_ = std::move(response);
        signal_->cancel();
    }

    void wake_after(std::chrono::milliseconds delay, std::function<void()> wake) override {
        if (!signal_ || response_) return;
        if (hurried_) delay = std::chrono::milliseconds{0};
        const auto timer = timers_.emplace(timers_.end(), executor_);
        timer->expires_after(delay);
        timer->async_wait([weak = weak_from_this(), timer, run = std::move(wake)](const auto&) {
            // Cancelled means hurried, or ended: then the shell has gone or holds no signal.
            const auto self = weak.lock();
            if (!self || !self->signal_) return;
            self->timers_.erase(timer);
            if (!self->response_) run();
        });
    }

    /// Cancelled when the answer comes.
    boost::asio::steady_timer& signal() { return *signal_; }
    bool answered() const noexcept { return response_.has_value(); }
    Response take() { return std::move(*response_); }

    /// The server stops: what waits for a time goes on now.
    void hurry() {
        hurried_ = true;
        for (boost::asio::steady_timer& timer : timers_) timer.cancel();
    }
    /// The connection goes on without it.
    void end() {
        signal_.reset();
        timers_.clear();
    }

private:
    boost::asio::any_io_executor executor_;
    std::optional<boost::asio::steady_timer> signal_;
    std::list<boost::asio::steady_timer> timers_;
    std::optional<Response> response_;
    bool hurried_ = false;
};

/// Ends the exchange however its connection's coroutine does.
struct ExchangeEnd {
    std::shared_ptr<Exchange> exchange;
    explicit ExchangeEnd(std::shared_ptr<Exchange> begun) : exchange(std::move(begun)) {}
    ~ExchangeEnd() { exchange->end(); }
    ExchangeEnd(const ExchangeEnd&) = delete;
    ExchangeEnd& operator=(const ExchangeEnd&) = delete;
};

}  // namespace smppd::http
