// tools/smscsim/player.hpp - what the simulator and its client share: the outbox and its pump, the
// script and standard input, events, signals, the end.
#pragma once

#include "tools/smscsim/link.hpp"
#include "tools/smscsim/options.hpp"
#include "tools/smscsim/outbox.hpp"
#include "tools/smscsim/runner.hpp"

#include <boost/asio/signal_set.hpp>

#include <random>

namespace smppd::smscsim {

/// 0: everything was answered ESME_ROK and every expectation came true.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

class Player : public LinkOwner, public RunnerHost {
public:
    /// The script is read at once. Throws UsageError or std::runtime_error.
    Player(const CommonOptions& options, Side side);

    void failed(const std::string& what) override;
    void on_completed(Link& link, const protocol::Completed& completed) override;

protected:
    /// A link for the next message, or nullptr.
    virtual Link* pick(const std::string& system_id) = 0;
    /// Says goodbye on all links and ends the loop.
    virtual void finish() = 0;
    /// Called whenever something happened; also what conditions of the script may wait for.
    virtual void progress() { runner_.poke(); }

    /// Signals, script, standard input; then the loop until it is stopped.
    void run_loop();
    void pump();
    void later(std::chrono::milliseconds delay, std::function<void()> job);
    void say(const Event& event) { reporter_.say(event); }
    /// Ends the loop in `within`, in case nobody answers our goodbye.
    void stop_within(std::chrono::milliseconds within);
    protocol::BindOptions bind_options(protocol::Role role) const;
    /// "mo", "submit" or "receipt".
    const char* word_of(const Envelope& envelope) const;

    Side side_;
    std::shared_ptr<boost::asio::io_context> io_;
    std::mt19937_64 engine_;
    Outbox outbox_;
    Runner runner_;
    bool failed_ = false;
    bool finishing_ = false;

private:
    void take_line(const std::string& line);
    void send(Link& link, const Envelope& envelope);
    void arm();

    const CommonOptions& options_;
    Reporter reporter_;
    std::vector<Command> script_;  ///< read, and not yet begun
    boost::asio::steady_timer timer_;
    boost::asio::signal_set signals_;
};

/// The file's content. Throws std::runtime_error that names it.
std::string read_file(const std::string& path);

inline protocol::WallTime wall_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace smppd::smscsim
