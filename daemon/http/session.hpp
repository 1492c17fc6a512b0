// daemon/http/session.hpp - one HTTP/1.1 connection, the same for every kind of stream.
// Requests are taken one after the other: what a client pipelines waits in the buffer.
// Source: RFC 9112.
#pragma once

#include "daemon/http/exchange.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/request_rules.hpp"
#include "daemon/http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace smppd::http {

/// What connections have in common, for the server that counts and stops them.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void close() = 0;
    bool idle = false;            ///< between requests
    std::uint64_t idle_turn = 0;  ///< when it became so; smaller is longer ago
    std::weak_ptr<Exchange> exchange;
};

/// What connections share.
struct Shared {
    Application& application;
    ServerOptions options;
    bool stopping = false;
    std::size_t bodies_octets = 0;
    std::uint64_t idle_turns = 0;
    ServerStats stats;
};

/// Octets of the budget for bodies, given back at the end.
class BodyBudget {
public:
    explicit BodyBudget(Shared& shared) : shared_(shared) {}
    ~BodyBudget() { shared_.bodies_octets -= taken_; }
    BodyBudget(const BodyBudget&) = delete;
    BodyBudget& operator=(const BodyBudget&) = delete;
    bool take(std::size_t octets) {
        if (octets > shared_.options.bodies_octets_max - shared_.bodies_octets) return false;
        shared_.bodies_octets += octets;
        taken_ += octets;
        return true;
    }

private:
    Shared& shared_;
    std::size_t taken_ = 0;
};

template <class Stream>
class Session final : public Connection {
public:
    /// `owner` false: every request is answered 403.
    Session(Stream stream, std::shared_ptr<Shared> shared, Peer peer, bool owner)
        : stream_(std::move(stream)),
          shared_(std::move(shared)),
          peer_(std::move(peer)),
          owner_(owner),
          buffer_(shared_->options.header_octets_max + read_octets) {}

    void close() override { boost::beast::get_lowest_layer(stream_).close(); }

    /// Serves until either side ends it.
    boost::asio::awaitable<void> run() {
        for (;;) {
            const bool there = co_await first_octets();
            if (!there || shared_->stopping) break;
            const bool goes_on = co_await serve_one();
            if (!goes_on || shared_->stopping) break;
        }
        co_await linger();
        close();
    }

private:
    using Error = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    static constexpr std::size_t read_octets = 64 * 1024;

    void limit(std::chrono::milliseconds time) {
        boost::beast::get_lowest_layer(stream_).expires_after(time);
    }

    /// Waits for a request to begin; false when none came in time or the peer has gone.
    boost::asio::awaitable<bool> first_octets() {
        if (buffer_.size() > 0) co_return true;
        idle = true;
        idle_turn = ++shared_->idle_turns;
        limit(shared_->options.idle);
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        const auto space = buffer_.prepare(4096);
        const std::size_t count = co_await stream_.async_read_some(space, token);
        buffer_.commit(count);
        idle = false;
        co_return !error && count > 0;
    }

    /// Reads one request, has it answered, writes the answer. False: the connection ends.
    boost::asio::awaitable<bool> serve_one() {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(shared_->options.header_octets_max));
        // The limit depends on the target, so it is checked when that is known.
        parser.body_limit(boost::none);
        limit(shared_->options.header_within);
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        co_await boost::beast::http::async_read_header(stream_, buffer_, parser, token);
        if (error) {
            co_await refuse_read(error);
            co_return false;
        }
        ++shared_->stats.requests;
        const bool head = parser.get().method() == boost::beast::http::verb::head;
        BodyBudget budget{*shared_};
        std::optional<Problem> problem = refused_head(parser, budget);
        if (!problem) problem = co_await read_body(parser);
        if (!problem && shared_->stopping) problem = draining_problem();
        if (problem) {
            ++shared_->stats.refused;
            Response refusal = to_response(*problem);
            co_await write(std::move(refusal), head, parser.get().version(), false);
            co_return false;
        }
        const bool keep_alive = parser.get().keep_alive();
        const unsigned version = parser.get().version();
        Request request = take_request(parser.get(), peer_);
        Response response = co_await answer_of(std::move(request));
        const bool stays = keep_alive && !shared_->stopping;
        const bool written = co_await write(std::move(response), head, version, stays);
        co_return written&& stays;
    }

    std::optional<Problem> refused_head(Parser& parser, BodyBudget& budget) {
        if (!owner_)
            return Problem{.kind = Kind::forbidden,
                           .detail =
                               "This socket is for root, the daemon's user and the members "
                               "of its control group.",
                           .errors = {}};
        const auto& head = parser.get();
        if (auto problem = broken_rule(head)) return problem;
        const std::string_view target{head.target().data(), head.target().size()};
        const std::string_view method{head.method_string().data(), head.method_string().size()};
        const std::size_t most = shared_->application.body_octets_max(method, target);
        const auto length = parser.content_length();
        if (length && *length > most)
            return Problem{
                .kind = Kind::too_large,
                .detail = "The body must have at most " + std::to_string(most) + " octets.",
                .errors = {}};
        parser.body_limit(most);
        // How long a chunked body gets is not known before.
        const std::size_t expected = parser.chunked() ? most : length.value_or(0);
        if (!budget.take(expected))
            return Problem{.kind = Kind::busy,
                           .detail = "Too many large requests are under way. Try again shortly.",
                           .errors = {}};
        return {};
    }

    boost::asio::awaitable<std::optional<Problem>> read_body(Parser& parser) {
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        if (expects_continue(parser.get()) && !parser.is_done()) {
            limit(shared_->options.write_within);
            boost::beast::http::response<boost::beast::http::empty_body> go_on{
                boost::beast::http::status::continue_, 11};
            co_await boost::beast::http::async_write(stream_, go_on, token);
        }
        if (!error && !parser.is_done()) {
            limit(shared_->options.body_within);
            co_await boost::beast::http::async_read(stream_, buffer_, parser, token);
        }
        if (!error) co_return std::nullopt;
        co_return read_problem(error).value_or(
            Problem{.kind = Kind::malformed, .detail = "The body did not arrive.", .errors = {}});
    }

    /// Beast closes without a word when a request cannot be read; say why instead.
    boost::asio::awaitable<void> refuse_read(Error error) {
        const auto problem = read_problem(error);
        if (!problem) co_return;
        ++shared_->stats.refused;
        Response refusal = to_response(*problem);
        co_await write(std::move(refusal), false, 11, false);
    }

    boost::asio::awaitable<Response> answer_of(Request request) {
        const ExchangeEnd current{std::make_shared<Exchange>(stream_.get_executor())};
        exchange = current.exchange;
        // Nothing is read or written meanwhile, so no timeout of the stream may run.
        boost::beast::get_lowest_layer(stream_).expires_never();
        boost::asio::steady_timer& signal = current.exchange->signal();
        signal.expires_after(shared_->options.answer_within);
        shared_->application.handle(std::move(request), current.exchange);
        if (!current.exchange->answered()) {
            Error ignored;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
            co_await signal.async_wait(token);
        }
        co_return current.exchange->answered() ? current.exchange->take()
                                               : to_response(unanswered_problem());
    }

    boost::asio::awaitable<bool> write(Response response, bool head, unsigned version, bool stays) {
        auto message = to_beast(std::move(response), version, stays);
        limit(shared_->options.write_within);
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        boost::beast::http::response_serializer<boost::beast::http::string_body> serializer{
            message};
        if (head)
            co_await boost::beast::http::async_write_header(stream_, serializer, token);
        else
            co_await boost::beast::http::async_write(stream_, serializer, token);
        co_return !error;
    }

    /// Closing with octets unread would take the answer from the peer (it sees a reset); so say
    /// that nothing more comes, and read a little on.
    boost::asio::awaitable<void> linger() {
        auto& lowest = boost::beast::get_lowest_layer(stream_);
        Error error;
        lowest.socket().shutdown(std::remove_reference_t<decltype(lowest.socket())>::shutdown_send,
                                 error);
        if (error) co_return;
        limit(std::chrono::milliseconds{1'000});
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        std::size_t left = linger_octets_max;
        while (!error && left > 0) {
            buffer_.clear();
            const auto space = buffer_.prepare(std::min<std::size_t>(read_octets, left));
            left -= co_await lowest.async_read_some(space, token);
        }
    }

    static constexpr std::size_t linger_octets_max = 4 * 1024 * 1024;

    Stream stream_;
    std::shared_ptr<Shared> shared_;
    Peer peer_;
    bool owner_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace smppd::http
