// tools/smscsim/connection.cpp - see connection.hpp; listening and dialling stand in network.cpp.
#include "tools/smscsim/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace smppd::smscsim {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// A peer that does not read what it is sent is not read from any more.
constexpr std::size_t pause_reading_above = 1024 * 1024;
constexpr std::chrono::seconds close_within{5};
/// How long the peer's end is waited for, so that what was written last is not lost to a reset.
constexpr std::chrono::milliseconds linger{500};

std::string address_of(const tcp::socket& socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return "unknown";
    std::string host = remote.address().to_string();
    if (remote.address().is_v6()) host = "[" + host + "]";
    return host + ":" + std::to_string(remote.port());
}

}  // namespace

Connection::Connection(tcp::socket socket)
    : socket_(std::move(socket)),
      closing_timer_(socket_.get_executor()),
      address_(address_of(socket_)) {}

Connection::Connection(std::unique_ptr<TlsStream> stream)
    : tls_(std::move(stream)),
      socket_(tls_->get_executor()),
      closing_timer_(socket_.get_executor()),
      address_(address_of(tls_->next_layer())) {}

void Connection::start(std::shared_ptr<ConnectionUser> user) {
    user_ = std::move(user);
    read();
}

bool Connection::may_read() const {
    if (said_goodbye_) return !finished_;
    return user_ && reading_wanted_ && !closing_ && !finished_ &&
           out_.size() + sending_.size() <= pause_reading_above;
}

void Connection::read() {
    if (read_pending_ || !may_read()) return;
    read_pending_ = true;
    with_stream([this](auto& stream) {
        stream.async_read_some(asio::buffer(in_),
                               [self = shared_from_this()](const error_code& error, std::size_t n) {
                                   self->read_some(error, n);
                               });
    });
}

void Connection::read_some(const error_code& error, std::size_t octets) {
    read_pending_ = false;
    if (finished_) return;
    if (error) {
        const bool orderly =
            error == asio::error::eof || error == asio::ssl::error::stream_truncated;
        finish(closing_ ? "" : orderly ? "the peer closed the connection" : error.message());
        return;
    }
    // What came while reading was being stopped is dropped with the link, or was read too soon:
    // a stopped reader gets at most this one piece.
    if (!closing_) user_->received({in_.data(), octets});
    read();
}

void Connection::write(protocol::Octets octets) {
    if (finished_ || closing_) return;
    if (out_.empty()) {
        out_ = std::move(octets);
    } else {
        out_.insert(out_.end(), octets.begin(), octets.end());
    }
    post_flush();
}

/// Once a turn of the loop, so that all that one event brings about leaves in one write.
void Connection::post_flush() {
    if (flush_posted_ || write_pending_) return;
    flush_posted_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->flush_posted_ = false;
        self->flush();
    });
}

void Connection::flush() {
    if (finished_ || write_pending_) return;
    if (out_.empty()) {
        if (closing_ && !said_goodbye_) say_goodbye();
        return;
    }
    sending_.clear();
    std::swap(out_, sending_);
    write_pending_ = true;
    with_stream([this](auto& stream) {
        asio::async_write(stream, asio::buffer(sending_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                              self->written(error);
                          });
    });
}

void Connection::written(const error_code& error) {
    write_pending_ = false;
    sending_.clear();
    if (finished_) return;
    if (error) {
        finish(closing_ ? "" : error.message());
        return;
    }
    flush();
    read();
}

void Connection::say_goodbye() {
    said_goodbye_ = true;
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
    finish_after(linger);
    read();
}

void Connection::finish_after(std::chrono::milliseconds wait) {
    closing_timer_.expires_after(wait);
    closing_timer_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error) self->finish("");
    });
}

void Connection::close() {
    if (closing_ || finished_) return;
    closing_ = true;
    finish_after(close_within);
    post_flush();
}

void Connection::abort() {
    if (finished_) return;
    error_code ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    finish("");
}

void Connection::reading(bool on) {
    if (on == reading_wanted_) return;
    reading_wanted_ = on;
    if (on) {
        asio::post(socket_.get_executor(), [self = shared_from_this()] { self->read(); });
    }
}

void Connection::finish(const std::string& why) {
    if (finished_) return;
    finished_ = true;
    closing_timer_.cancel();
    error_code ignored;
    socket().close(ignored);
    if (const auto user = std::exchange(user_, nullptr)) user->gone(why);
}

}  // namespace smppd::smscsim
