// tools/smscsim/runner.hpp - goes through commands in order: scripts and standard input.
#pragma once

#include "tools/smscsim/script.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>

namespace smppd::smscsim {

enum class Met : std::uint8_t { yes, not_yet, never };

/// Who performs commands and knows whether a condition is met.
class RunnerHost {
public:
    virtual ~RunnerHost() = default;
    /// Anything but WaitCommand. May throw UsageError.
    virtual void perform(const Command& command) = 0;
    virtual Met met(const WaitCommand& wait) const = 0;
    /// An `expect` that did not come true, or a command that could not be followed.
    virtual void failed(const std::string& what) = 0;
    /// Everything has been done and nothing will be added.
    virtual void script_done() = 0;
};

class Runner {
public:
    Runner(boost::asio::io_context& io, RunnerHost& host) : host_(host), timer_(io) {}

    void add(Command command);
    /// No more commands will come.
    void end();
    /// Something happened that a condition may have waited for.
    void poke();

private:
    void run();
    bool waits();

    RunnerHost& host_;
    boost::asio::steady_timer timer_;
    std::deque<Command> commands_;
    std::optional<WaitCommand> waiting_;
    std::uint64_t waits_ = 0;  ///< the timer's word counts for the wait it was set for
    bool time_over_ = false;
    bool running_ = false, ended_ = false, done_ = false;
};

/// Calls `line` on the io_context for each line of standard input, `end` at its end. `io` is kept
/// alive by the reading thread, which ends with the process.
void read_standard_input(std::shared_ptr<boost::asio::io_context> io,
                         std::function<void(std::string)> line, std::function<void()> end);

}  // namespace smppd::smscsim
