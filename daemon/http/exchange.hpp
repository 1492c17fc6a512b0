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
    /// `pieces_octets_max`: when more than that was written and not yet sent, the client lags.
    Exchange(boost::asio::any_io_executor executor, std::size_t pieces_octets_max)
        : executor_(std::move(executor)),
          signal_(std::in_place, executor_),
          pieces_octets_max_(pieces_octets_max) {}

    void answer(Response response) override {
        if (over() || response_) return;
        response_ = std::move(response);
        signal_->cancel();
    }

    void wake_after(std::chrono::milliseconds delay, std::function<void()> wake) override {
        if (over() || (response_ && !streaming_)) return;
        if (hurried_) delay = std::chrono::milliseconds{0};
        const auto entry = wakes_.emplace(wakes_.end(), executor_, std::move(wake));
        entry->timer.expires_after(delay);
        entry->timer.async_wait([weak = weak_from_this(), entry](const auto&) {
            // Cancelled means hurried, or ended: then the shell has gone or is over.
            const auto self = weak.lock();
            if (!self || self->over()) return;
            const auto run = std::move(entry->run);
            self->wakes_.erase(entry);
            if (!self->response_ || self->streaming_) run();
        });
    }

    void begin(Response head) override {
        if (over() || response_) return;
        pieces_ = std::move(head.body);
        head.body.clear();
        response_ = std::move(head);
        streaming_ = true;
        signal_->cancel();
    }
    bool write(std::string piece) override {
        if (over() || !streaming_ || whole_) return false;
        // Judged by what waits already: a large piece for a client that keeps up is no lag.
        if (pieces_.size() + in_flight_ > pieces_octets_max_) {
            lost();
            return false;
        }
        pieces_ += piece;
        signal_->cancel();
        return true;
    }
    void when_sent(std::function<void()> sent) override {
        if (over() || !streaming_) return;
        when_sent_ = std::move(sent);
        signal_->cancel();
    }
    void end() override {
        if (over() || !streaming_) return;
        whole_ = true;
        signal_->cancel();
    }
    void on_closed(std::function<void()> closed) override {
        if (!over()) closed_ = std::move(closed);
    }

    // For the connection.
    /// Cancelled when there is something to do: an answer, a piece, the end of it.
    boost::asio::steady_timer& signal() { return *signal_; }
    bool answered() const noexcept { return response_.has_value(); }
    bool streaming() const noexcept { return streaming_; }
    bool whole() const noexcept { return whole_; }
    bool watched() const noexcept { return closed_ != nullptr; }
    bool over() const noexcept { return !signal_ || lost_; }
    Response take() { return std::move(*response_); }
    /// What is to be sent next; what was taken before has been sent.
    std::string next_pieces() {
        in_flight_ = pieces_.size();
        return std::exchange(pieces_, {});
    }

    /// Nothing is left to be sent: false when nobody wanted to know.
    bool drained() {
        const auto sent = std::exchange(when_sent_, nullptr);
        if (sent) sent();
        return sent != nullptr;
    }

    /// The server stops: what waits for a time goes on now, and streams end.
    void hurry() {
        hurried_ = true;
        if (streaming_) return end();
        for (Wake& one : wakes_) one.timer.cancel();
    }
    /// The client has gone, or lags too far.
    void lost() {
        if (over()) return;
        lost_ = true;
        wakes_.clear();
        when_sent_ = nullptr;
        signal_->cancel();
        if (const auto closed = std::exchange(closed_, nullptr)) closed();
    }
    /// Sent in full, as far as that went; a stream's handler is told so that it writes no more.
    void sent() {
        if (streaming_) return lost();
        closed_ = nullptr;
    }
    /// The connection goes on without it. Calls nobody: the handler's world may be gone.
    void leave() {
        signal_.reset();
        wakes_.clear();
        closed_ = when_sent_ = nullptr;
    }

private:
    /// The function stands here and not in the timer's handler, so that it goes when this ends.
    struct Wake {
        Wake(const boost::asio::any_io_executor& executor, std::function<void()> wake)
            : timer(executor), run(std::move(wake)) {}
        boost::asio::steady_timer timer;
        std::function<void()> run;
    };

    boost::asio::any_io_executor executor_;
    std::optional<boost::asio::steady_timer> signal_;
    std::list<Wake> wakes_;
    std::optional<Response> response_;
    std::function<void()> closed_, when_sent_;
    std::string pieces_;
    std::size_t in_flight_ = 0;
    std::size_t pieces_octets_max_;
    bool streaming_ = false, whole_ = false, lost_ = false, hurried_ = false;
};

/// Ends the exchange however its connection's coroutine does.
struct ExchangeEnd {
    std::shared_ptr<Exchange> exchange;
    explicit ExchangeEnd(std::shared_ptr<Exchange> begun) : exchange(std::move(begun)) {}
    ~ExchangeEnd() { exchange->leave(); }
    ExchangeEnd(const ExchangeEnd&) = delete;
    ExchangeEnd& operator=(const ExchangeEnd&) = delete;
};

}  // namespace smppd::http
