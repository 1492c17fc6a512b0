// tools/bench/loop.hpp - non-blocking TCP on one epoll; one thread. Asio's handlers would be as
// dear as what is measured.
#pragma once

#include "protocol/types.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace smppd::bench {

using Clock = std::chrono::steady_clock;

/// "127.0.0.1:2775" or "[::1]:2775".
struct Endpoint {
    std::string host;
    std::string port;
};
/// Throws std::runtime_error when there is no port in it.
Endpoint parse_endpoint(std::string_view word);

/// A file descriptor that is closed with its owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { reset(); }
    int get() const noexcept { return number_; }
    void reset() noexcept;

private:
    int number_ = -1;
};

class Loop {
public:
    /// What epoll calls. It must live until the loop's last wait().
    class Watcher {
    public:
        virtual ~Watcher() = default;
        virtual void ready(std::uint32_t events) = 0;
    };
    Loop();
    void watch(int descriptor, Watcher& watcher, std::uint32_t events);
    void change(int descriptor, Watcher& watcher, std::uint32_t events);
    /// Waits for events, at most for `within`, and lets their watchers know.
    void wait(std::chrono::nanoseconds within);
    /// wait() until it is true. Throws std::runtime_error "WHAT did not happen in N s".
    void wait_until(const std::function<bool()>& is_true, std::chrono::seconds within,
                    const std::string& what);

private:
    Descriptor epoll_;
};

/// A connection with a buffer of what is to be written.
class Stream : public Loop::Watcher {
public:
    Stream(Loop& loop, Descriptor socket);
    /// Connects to it; throws std::runtime_error when that fails.
    Stream(Loop& loop, const Endpoint& to);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// What has come; written out is what was put into out() meanwhile.
    std::function<void(protocol::Bytes)> on_octets;
    /// The peer is gone, or an error; once.
    std::function<void()> on_closed;

    /// What is to be written by the next flush().
    protocol::Octets& out() noexcept { return out_; }
    void flush();
    bool open() const noexcept { return socket_.get() >= 0; }
    void close();

    void ready(std::uint32_t events) override;

private:
    void read();

    Loop& loop_;
    Descriptor socket_;
    protocol::Octets out_;
    bool blocked_ = false;
};

/// Accepts connections.
class Acceptor : public Loop::Watcher {
public:
    Acceptor(Loop& loop, const Endpoint& at, std::function<void(Descriptor)> accepted);
    void ready(std::uint32_t events) override;

private:
    Descriptor socket_;
    std::function<void(Descriptor)> accepted_;
};

}  // namespace smppd::bench
