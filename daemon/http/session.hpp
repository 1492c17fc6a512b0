// daemon/http/session.hpp - one HTTP/1.1 connection, the same for every kind of stream.
// Requests are taken one after the other: what a client pipelines waits in the buffer.
// Source: RFC 9112.
#pragma once

#include "daemon/http/connection.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/request_rules.hpp"
#include "daemon/http/watch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <exception>

namespace smppd::http {

template <class Stream>
class Session final : public Connection {
public:
    /// `owner` false: every request is answered 403.
    Session(Stream stream, std::shared_ptr<Shared> shared, Peer peer, bool owner)
        : stream_(std::move(stream)),
          shared_(std::move(shared)),
          peer_(std::move(peer)),
          owner_(owner),
          buffer_(shared_->options.header_octets_max + read_octets),
          watch_(stream_, buffer_) {}

    void close() override { boost::beast::get_lowest_layer(stream_).close(); }

    boost::asio::awaitable<void> run() override {
        std::exception_ptr failure;
        try {
            const bool open = co_await open_stream();
            if (open) co_await serve();
        } catch (...) {
            failure = std::current_exception();
        }
        co_await watch_.stop();
        if (failure) std::rethrow_exception(failure);
        co_await linger();
        close();
    }

private:
    using Error = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    static constexpr std::size_t read_octets = 64 * 1024;
    static constexpr std::size_t empty_octets_max = 8;  // in front of a request
    static constexpr bool tls =
        !std::is_same_v<Stream, std::remove_cvref_t<decltype(boost::beast::get_lowest_layer(
                                    std::declval<Stream&>()))>>;

    void limit(std::chrono::milliseconds time) {
        boost::beast::get_lowest_layer(stream_).expires_after(time);
    }

    /// TLS: shakes hands.
    boost::asio::awaitable<bool> open_stream() {
        Error error;
        if constexpr (tls) {
            limit(shared_->options.header_within);
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
            co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, token);
        }
        co_return !error && !shared_->stopping;
    }

    boost::asio::awaitable<void> serve() {
        for (;;) {
            const bool there = co_await first_octets();
            if (!there || shared_->stopping) break;
            const bool goes_on = co_await serve_one();
            if (!goes_on || shared_->stopping) break;
        }
    }

    /// Waits for a request to begin; false when none came in time or the peer has gone.
    boost::asio::awaitable<bool> first_octets() {
        std::size_t skipped = skip_empty_lines();
        while (buffer_.size() == 0 && skipped <= empty_octets_max) {
            idle = true;
            idle_turn = ++shared_->idle_turns;
            limit(shared_->options.idle);
            Error error;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
            const auto space = buffer_.prepare(4096);
            const std::size_t count = co_await stream_.async_read_some(space, token);
            buffer_.commit(count);
            idle = false;
            if (error || count == 0) co_return false;
            skipped += skip_empty_lines();
        }
        co_return skipped <= empty_octets_max;
    }

    /// Some clients send a line end too many after a body; it is not the next request's. How many
    /// octets that was. Source: RFC 9112 §2.2.
    std::size_t skip_empty_lines() {
        const auto octets = static_cast<const char*>(buffer_.data().data());
        std::size_t count = 0;
        while (count < buffer_.size() && (octets[count] == '\r' || octets[count] == '\n')) ++count;
        buffer_.consume(count);
        return count;
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
        std::optional<Response> refusal = refused_head(parser, budget);
        if (!refusal) {
            std::optional<Problem> problem = co_await read_body(parser);
            if (!problem && shared_->stopping) problem = draining_problem();
            if (problem) refusal = to_response(*problem);
        }
        if (refusal) {
            ++shared_->stats.refused;
            co_await write(std::move(*refusal), head, parser.get().version(), false);
            co_return false;
        }
        const bool keep_alive = parser.get().keep_alive();
        const unsigned version = parser.get().version();
        Request request = take_request(parser.get(), peer_);
        const bool goes_on = co_await answer(std::move(request), head, version, keep_alive);
        co_return goes_on;
    }

    std::optional<Response> refused_head(Parser& parser, BodyBudget& budget) {
        const ServerOptions& options = shared_->options;
        if (!owner_)
            return to_response({.kind = Kind::forbidden,
                                .detail =
                                    "This socket is for root, the daemon's user and the members "
                                    "of its control group.",
                                .errors = {}});
        auto& head = parser.get();
        if (const auto problem = broken_rule(head)) return to_response(*problem);
        const std::string_view target{head.target().data(), head.target().size()};
        const std::string_view method{head.method_string().data(), head.method_string().size()};
        const std::size_t most =
            std::min(shared_->application.body_octets_max(method, target), options.body_octets_max);
        const auto length = parser.content_length();
        if (length && *length > most) return to_response(too_large_problem(most));
        parser.body_limit(most);
        // How long a chunked body gets is not known before.
        const std::size_t expected = parser.chunked() ? most : length.value_or(0);
        if (expected > options.unread_octets_max)
            if (auto refusal = shared_->application.refuse_unread(take_request(head, peer_)))
                return refusal;
        if (!budget.take(expected)) return to_response(bodies_problem());
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

    /// Has the application answer, and sends what it says. False: the connection ends.
    boost::asio::awaitable<bool> answer(Request request, bool head, unsigned version,
                                        bool keep_alive) {
        const ExchangeEnd current{
            std::make_shared<Exchange>(stream_.get_executor(), shared_->options.stream_octets_max)};
        exchange = current.exchange;
        // Nothing is read or written meanwhile, so no timeout of the stream may run.
        boost::beast::get_lowest_layer(stream_).expires_never();
        boost::asio::steady_timer& signal = current.exchange->signal();
        signal.expires_after(shared_->options.answer_within);
        shared_->application.handle(std::move(request), current.exchange);
        if (current.exchange->watched()) watch_.start(current.exchange);
        if (!current.exchange->answered() && !current.exchange->over()) {
            Error ignored;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
            co_await signal.async_wait(token);
        }
        bool goes_on = false;
        if (current.exchange->streaming()) {
            goes_on = co_await send_pieces(*current.exchange, head, version, keep_alive);
        } else if (!current.exchange->over()) {
            co_await watch_.stop();
            Response response = current.exchange->answered() ? current.exchange->take()
                                                             : to_response(unanswered_problem());
            const bool stays = keep_alive && !shared_->stopping;
            const bool written = co_await write(std::move(response), head, version, stays);
            goes_on = written && stays;
        }
        current.exchange->sent();
        co_return goes_on;
    }

    /// An answer without a length: chunked, or to the end of the connection in HTTP/1.0.
    boost::asio::awaitable<bool> send_pieces(Exchange& from, bool head, unsigned version,
                                             bool keep_alive) {
        const bool chunked = version == 11;
        const bool stays = keep_alive && chunked;
        auto message = to_beast_head(from.take(), version, stays);
        boost::beast::http::response_serializer<boost::beast::http::empty_body> serializer{message};
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        limit(shared_->options.write_within);
        co_await boost::beast::http::async_write_header(stream_, serializer, token);
        boost::asio::steady_timer& signal = from.signal();
        signal.expires_at(boost::asio::steady_timer::time_point::max());
        while (!head && !error && !from.over()) {
            const std::string pieces = from.next_pieces();
            if (!pieces.empty()) {
                error = co_await send(pieces, chunked);
            } else if (from.whole()) {
                break;
            } else if (!from.drained()) {
                Error ignored;
                auto wait = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
                co_await signal.async_wait(wait);
            }
        }
        if (error || from.over()) co_return false;
        co_await watch_.stop();
        if (chunked && !head) error = co_await send_last_chunk();
        co_return !error && stays && !shared_->stopping;
    }

    boost::asio::awaitable<Error> send(const std::string& pieces, bool chunked) {
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        limit(shared_->options.write_within);
        const auto octets = boost::asio::buffer(pieces);
        const auto chunk = boost::beast::http::make_chunk(octets);
        if (chunked)
            co_await boost::asio::async_write(stream_, chunk, token);
        else
            co_await boost::asio::async_write(stream_, octets, token);
        co_return error;
    }

    boost::asio::awaitable<Error> send_last_chunk() {
        Error error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        limit(shared_->options.write_within);
        const auto last = boost::beast::http::make_chunk_last();
        co_await boost::asio::async_write(stream_, last, token);
        co_return error;
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
        if (!lowest.socket().is_open()) co_return;
        if constexpr (tls) {
            limit(linger_within);
            auto farewell = boost::asio::redirect_error(boost::asio::use_awaitable, error);
            co_await stream_.async_shutdown(farewell);
        }
        lowest.socket().shutdown(std::remove_reference_t<decltype(lowest.socket())>::shutdown_send,
                                 error);
        if (error) co_return;
        limit(linger_within);
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        std::size_t left = linger_octets_max;
        while (!error && left > 0) {
            buffer_.clear();
            const auto space = buffer_.prepare(std::min<std::size_t>(read_octets, left));
            left -= co_await lowest.async_read_some(space, token);
        }
    }

    static constexpr std::size_t linger_octets_max = 4 * 1024 * 1024;
    static constexpr std::chrono::milliseconds linger_within{1'000};

    Stream stream_;
    std::shared_ptr<Shared> shared_;
    Peer peer_;
    bool owner_;
    boost::beast::flat_buffer buffer_;
    Watch<Stream> watch_;
};

}  // namespace smppd::http
