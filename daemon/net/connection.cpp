// daemon/net/connection.cpp - see connection.hpp.
#include "daemon/net/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <type_traits>
#include <utility>

namespace smppd::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {
/// A peer that does not read what we answer is not read from any more, and then dropped.
constexpr std::size_t pause_reading_above = 1024 * 1024;
constexpr std::size_t drop_above = 16 * 1024 * 1024;
constexpr std::chrono::seconds close_within{5};
/// How long the peer's end of a closed connection is waited for, so that what was written last is
/// not lost to a reset.
constexpr std::chrono::seconds linger{1};

template <class Stream>
constexpr bool is_plain = std::is_same_v<Stream, tcp::socket>;

/// What is read is handed on before the next read, all on the network thread: clear connections
/// share one buffer, and ten thousand idle ones hold none.
std::array<std::uint8_t, 64 * 1024> shared_in;
constexpr std::size_t tls_record_max = 16 * 1024;

tcp::socket& socket_of(tcp::socket& socket) { return socket; }
tcp::socket& socket_of(TlsStream& stream) { return stream.next_layer(); }
}  // namespace

template <class Stream>
Connection<Stream>::Connection(Stream stream, std::shared_ptr<smpp::Peer> peer, Clock now)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      now_(std::move(now)),
      closing_timer_(stream_.get_executor()) {}

template <class Stream>
void Connection<Stream>::start(const std::string& address) {
    self_ = this->shared_from_this();
    error_code ignored;
    if constexpr (is_plain<Stream>) stream_.non_blocking(true, ignored);
    peer_->connected(*this, address, now_());
    read();
}

template <class Stream>
bool Connection<Stream>::may_read() const {
    if (said_goodbye_) return !finished_;
    return reading_wanted_ && !closing_ && !finished_ &&
           out_.size() + sending_.size() <= pause_reading_above;
}

template <class Stream>
void Connection<Stream>::read() {
    if (read_pending_ || !may_read()) return;
    read_pending_ = true;
    if constexpr (is_plain<Stream>) {
        stream_.async_wait(
            tcp::socket::wait_read,
            [self = this->shared_from_this()](const error_code& error) { self->readable(error); });
    } else {
        in_.resize(tls_record_max);
        stream_.async_read_some(asio::buffer(in_), [self = this->shared_from_this()](
                                                       const error_code& error, std::size_t n) {
            self->read_pending_ = false;
            self->received(error, {self->in_.data(), n});
        });
    }
}

template <class Stream>
void Connection<Stream>::readable(const error_code& error) {
    read_pending_ = false;
    if (finished_) return;
    if (error) return received(error, {});
    error_code reading;
    const std::size_t n = socket_of(stream_).read_some(asio::buffer(shared_in), reading);
    if (reading == asio::error::would_block || reading == asio::error::interrupted) return read();
    received(reading, {shared_in.data(), n});
}

template <class Stream>
void Connection<Stream>::received(const error_code& error, protocol::Bytes octets) {
    if (finished_) return;
    if (error) {
        const bool orderly =
            error == asio::error::eof || error == asio::ssl::error::stream_truncated;
        finish(closing_ ? "" : orderly ? "the peer closed the connection" : error.message());
        return;
    }
    if (!closing_) peer_->received(octets, now_());
    read();
}

template <class Stream>
void Connection<Stream>::write(protocol::Octets octets) {
    if (finished_) return;
    if (out_.empty()) {
        out_ = std::move(octets);
    } else {
        out_.insert(out_.end(), octets.begin(), octets.end());
    }
    if (flush_posted_ || write_pending_) return;
    flush_posted_ = true;
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
        self->flush_posted_ = false;
        self->flush();
    });
}

template <class Stream>
void Connection<Stream>::flush() {
    if (finished_ || write_pending_) return;
    if (out_.empty()) {
        if (closing_ && !said_goodbye_) say_goodbye();
        return;
    }
    if (out_.size() > drop_above) {
        finish("the peer does not read what it is sent");
        return;
    }
    sending_.clear();
    std::swap(out_, sending_);
    write_pending_ = true;
    asio::async_write(stream_, asio::buffer(sending_),
                      [self = this->shared_from_this()](const error_code& error, std::size_t) {
                          self->written(error);
                      });
}

template <class Stream>
void Connection<Stream>::written(const error_code& error) {
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

template <class Stream>
void Connection<Stream>::say_goodbye() {
    said_goodbye_ = true;
    error_code ignored;
    socket_of(stream_).shutdown(tcp::socket::shutdown_send, ignored);
    finish_after(linger);
    read();
}

template <class Stream>
void Connection<Stream>::finish_after(std::chrono::seconds wait) {
    closing_timer_.expires_after(wait);
    closing_timer_.async_wait([self = this->shared_from_this()](const error_code& error) {
        if (!error) self->finish("");
    });
}

template <class Stream>
void Connection<Stream>::close() {
    if (closing_ || finished_) return;
    closing_ = true;
    finish_after(close_within);
    if (flush_posted_ || write_pending_) return;
    flush_posted_ = true;
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
        self->flush_posted_ = false;
        self->flush();
    });
}

template <class Stream>
void Connection<Stream>::reading(bool on) {
    reading_wanted_ = on;
    if (on) {
        asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->read(); });
    }
}

template <class Stream>
void Connection<Stream>::finish(const std::string& why) {
    if (finished_) return;
    finished_ = true;
    error_code ignored;
    closing_timer_.cancel(ignored);
    socket_of(stream_).close(ignored);
    const auto self = std::exchange(self_, nullptr);
    const auto peer = std::exchange(peer_, nullptr);
    peer->disconnected(why, now_());
}

template class Connection<tcp::socket>;
template class Connection<TlsStream>;

}  // namespace smppd::net
