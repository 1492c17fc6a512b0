// tools/smscsim/runner.cpp - see runner.hpp.
#include "tools/smscsim/runner.hpp"

#include <boost/asio/post.hpp>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

namespace smppd::smscsim {

namespace asio = boost::asio;

namespace {

std::string_view name_of(Until until) noexcept {
    switch (until) {
        case Until::time: return "time";
        case Until::bound: return "bound";
        case Until::unbound: return "unbound";
        case Until::idle: return "idle";
        case Until::answered: return "answered";
        case Until::submitted: return "submitted";
        case Until::received: return "received";
    }
    return "";
}

}  // namespace

void Runner::add(Command command) {
    commands_.push_back(std::move(command));
    poke();
}

void Runner::end() {
    ended_ = true;
    poke();
}

void Runner::poke() {
    // Performing a command may bring about what pokes: the loop that runs sees it anyway.
    if (running_ || done_) return;
    running_ = true;
    run();
    running_ = false;
}

void Runner::run() {
    for (;;) {
        if (waiting_ && waits()) return;
        if (commands_.empty()) break;
        const Command command = std::move(commands_.front());
        commands_.pop_front();
        if (const auto* wait = std::get_if<WaitCommand>(&command)) {
            waiting_ = *wait;
            time_over_ = false;
            if (wait->within.count() > 0) {
                timer_.expires_after(wait->within);
                timer_.async_wait(
                    [this, number = ++waits_](const boost::system::error_code& error) {
                        if (error || number != waits_) return;
                        time_over_ = true;
                        poke();
                    });
            }
            continue;
        }
        try {
            host_.perform(command);
        } catch (const UsageError& error) {
            host_.failed(error.what());
        }
    }
    if (!ended_) return;
    done_ = true;
    host_.script_done();
}

/// Whether the wait goes on.
bool Runner::waits() {
    const Met met = waiting_->until == Until::time ? Met::not_yet : host_.met(*waiting_);
    if (met == Met::not_yet && !time_over_) return true;
    timer_.cancel();
    ++waits_;
    const WaitCommand wait = *std::exchange(waiting_, std::nullopt);
    if (wait.must && met != Met::yes) {
        host_.failed("expected '" + std::string(name_of(wait.until)) + "'" +
                     (met == Met::never ? ", which cannot come any more"
                                        : " within " + std::to_string(wait.within.count()) + "ms"));
    }
    return false;
}

void read_standard_input(std::shared_ptr<asio::io_context> io,
                         std::function<void(std::string)> line, std::function<void()> end) {
    // A thread, for standard input may be a file or a terminal shared with a shell, and neither
    // takes kindly to non-blocking reads.
    std::thread([io = std::move(io), line = std::move(line), end = std::move(end)] {
        std::array<char, 4096> buffer;
        std::string pending;
        for (;;) {
            const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            pending.append(buffer.data(), static_cast<std::size_t>(n));
            std::size_t from = 0;
            for (std::size_t to = pending.find('\n'); to != pending.npos;
                 to = pending.find('\n', from)) {
                asio::post(*io, [line, text = pending.substr(from, to - from)] { line(text); });
                from = to + 1;
            }
            pending.erase(0, from);
        }
        if (!pending.empty()) asio::post(*io, [line, text = pending] { line(text); });
        asio::post(*io, end);
    }).detach();
}

}  // namespace smppd::smscsim
