// tools/smppctl/console.cpp - see console.hpp.
#include "tools/smppctl/console.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/failure.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace smppd::ctl {
namespace {

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

bool colour_wanted() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return (no_color == nullptr || *no_color == '\0') && term != nullptr &&
           std::strcmp(term, "dumb") != 0;
}

/// The terminal without echo. Ctrl-C would leave it so, therefore signals wait meanwhile.
class NoEcho {
public:
    NoEcho() {
        sigset_t signals;
        sigemptyset(&signals);
        for (const int one : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&signals, one);
        ::sigprocmask(SIG_BLOCK, &signals, &signals_before_);
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~NoEcho() {
        if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        ::sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
    sigset_t signals_before_{};
    bool changed_ = false;
};

}  // namespace

Console::Console(bool json)
    : json_(json),
      in_is_tty_(::isatty(STDIN_FILENO) == 1),
      out_is_tty_(::isatty(STDOUT_FILENO) == 1),
      err_is_tty_(::isatty(STDERR_FILENO) == 1) {
    if (!out_is_tty_) return;
    layout_.columns = terminal_columns();
    layout_.colour = colour_wanted();
}

void Console::print(std::string_view text) const {
    std::cout << text << std::flush;
    if (!std::cout) throw Failure{Exit::failed, "standard output cannot be written to"};
}

void Console::print_json(std::string_view document) const {
    print((out_is_tty_ ? escaped_json(document) : std::string{document}) + '\n');
}

void Console::note(std::string_view text) const {
    clear_progress();
    std::cerr << text << '\n';
}

void Console::progress(std::string_view text) const {
    if (err_is_tty_) std::cerr << "\r\x1b[K" << text << std::flush;
}

void Console::clear_progress() const {
    if (err_is_tty_) std::cerr << "\r\x1b[K" << std::flush;
}

void Console::confirm(const std::string& question, bool yes) const {
    if (yes) return;
    if (!is_interactive())
        throw Failure{Exit::usage,
                      "this needs a confirmation and there is no terminal to ask on; add --yes"};
    std::cerr << escaped(question) << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (!answer.starts_with('y') && !answer.starts_with('Y'))
        throw Failure{Exit::failed, "nothing was changed"};
}

std::string Console::ask_secret(const std::string& prompt) const {
    if (!is_interactive()) throw Failure{Exit::usage, "there is no terminal to ask on"};
    std::string line;
    {
        const NoEcho quiet;
        std::cerr << prompt << std::flush;
        std::getline(std::cin, line);
        std::cerr << '\n';
    }
    return line;
}

}  // namespace smppd::ctl
