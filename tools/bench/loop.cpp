// tools/bench/loop.cpp - see loop.hpp.
#include "tools/bench/loop.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace smppd::bench {

namespace {

constexpr int events_at_once = 256;
constexpr std::size_t read_at_once = 256 * 1024;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const Endpoint& at, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(at.host.c_str(), at.port.c_str(), &hints, &found)) {
        throw std::runtime_error(at.host + ":" + at.port + ": " + gai_strerror(error));
    }
    return {found, &freeaddrinfo};
}

/// Blocking until it is connected: only ever done before a measurement.
Descriptor connect_to(const Endpoint& to) {
    const Addresses addresses = resolve(to, 0);
    Descriptor made(socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (made.get() < 0) fail("socket");
    if (connect(made.get(), addresses->ai_addr, addresses->ai_addrlen) != 0) {
        fail("connecting to " + to.host + ":" + to.port);
    }
    return made;
}

void set_option(int descriptor, int level, int name) {
    const int on = 1;
    if (setsockopt(descriptor, level, name, &on, sizeof on) != 0) fail("setsockopt");
}

}  // namespace

Endpoint parse_endpoint(std::string_view word) {
    const auto colon = word.rfind(':');
    if (colon == word.npos || colon + 1 == word.size()) {
        throw std::runtime_error("\"" + std::string(word) + "\" is not HOST:PORT");
    }
    std::string_view host = word.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {std::string(host), std::string(word.substr(colon + 1))};
}

void Descriptor::reset() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_.get() < 0) fail("epoll_create1");
}

void Loop::watch(int descriptor, Watcher& watcher, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void Loop::change(int descriptor, Watcher& watcher, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) != 0) fail("epoll_ctl");
}

void Loop::wait(std::chrono::nanoseconds within) {
    // epoll_wait's milliseconds are too coarse for ten thousand messages a second.
    const auto whole = std::chrono::floor<std::chrono::seconds>(std::max(within, within.zero()));
    timespec timeout{};
    timeout.tv_sec = whole.count();
    timeout.tv_nsec = (std::max(within, within.zero()) - whole).count();
    std::array<epoll_event, events_at_once> events;
    const int count = epoll_pwait2(epoll_.get(), events.data(), events_at_once, &timeout, nullptr);
    if (count < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int i = 0; i < count; ++i) {
        static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr)
            ->ready(events[static_cast<std::size_t>(i)].events);
    }
}

void Loop::wait_until(const std::function<bool()>& is_true, std::chrono::seconds within,
                      const std::string& what) {
    const auto until = Clock::now() + within;
    while (!is_true()) {
        if (Clock::now() >= until) {
            throw std::runtime_error(what + " did not happen in " + std::to_string(within.count()) +
                                     " s");
        }
        wait(std::chrono::milliseconds{100});
    }
}

Stream::Stream(Loop& loop, Descriptor socket) : loop_(loop), socket_(std::move(socket)) {
    set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY);
    loop_.watch(socket_.get(), *this, EPOLLIN);
}

Stream::Stream(Loop& loop, const Endpoint& to) : Stream(loop, connect_to(to)) {}

void Stream::ready(std::uint32_t events) {
    if (events & EPOLLOUT) flush();
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read();
}

void Stream::read() {
    // One buffer for all connections: what comes is dealt with before the next is read.
    static std::array<std::uint8_t, read_at_once> buffer;
    if (!open()) return;
    const ssize_t octets = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (octets < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (octets <= 0) return close();
    if (on_octets) on_octets({buffer.data(), static_cast<std::size_t>(octets)});
    flush();
}

void Stream::flush() {
    if (!open() || out_.empty()) return;
    const ssize_t written =
        send(socket_.get(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0 && errno != EAGAIN && errno != EINTR) return close();
    if (written > 0) out_.erase(out_.begin(), out_.begin() + written);
    if (const bool left = !out_.empty(); left != blocked_) {
        blocked_ = left;
        loop_.change(socket_.get(), *this, left ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

void Stream::close() {
    if (!open()) return;
    socket_.reset();
    if (on_closed) on_closed();
}

Acceptor::Acceptor(Loop& loop, const Endpoint& at, std::function<void(Descriptor)> accepted)
    : accepted_(std::move(accepted)) {
    const Addresses addresses = resolve(at, AI_PASSIVE);
    socket_ =
        Descriptor(socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket_.get() < 0) fail("socket");
    set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR);
    if (bind(socket_.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 ||
        listen(socket_.get(), SOMAXCONN) != 0) {
        fail("listening on " + at.host + ":" + at.port);
    }
    loop.watch(socket_.get(), *this, EPOLLIN);
}

void Acceptor::ready(std::uint32_t) {
    for (;;) {
        Descriptor made(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (made.get() < 0) return;
        accepted_(std::move(made));
    }
}

}  // namespace smppd::bench
