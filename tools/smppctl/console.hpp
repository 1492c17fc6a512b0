// tools/smppctl/console.hpp - the terminal, or the pipe, that the tool is run from.
#pragma once

#include "tools/smppctl/table.hpp"

#include <string>
#include <string_view>

namespace smppd::ctl {

/// Data goes to standard output, everything else to standard error.
class Console {
public:
    /// Looks at the terminal, NO_COLOR and TERM. `json`: verbs print the API's documents.
    explicit Console(bool json);

    bool json() const noexcept { return json_; }
    const Layout& layout() const noexcept { return layout_; }
    bool shows_progress() const noexcept { return err_is_tty_; }
    bool is_interactive() const noexcept { return in_is_tty_ && err_is_tty_; }
    bool in_is_tty() const noexcept { return in_is_tty_; }
    bool out_is_tty() const noexcept { return out_is_tty_; }

    /// Text that is safe already.
    void print(std::string_view text) const;
    /// A document as it came, and a line break. On a terminal what could act upon it is escaped.
    void print_json(std::string_view document) const;
    /// A line to standard error.
    void note(std::string_view text) const;
    /// A line to standard error that the next one, or clear_progress(), overwrites.
    void progress(std::string_view text) const;
    void clear_progress() const;

    /// Returns when `yes`, or when the answer to `question` on the terminal begins with y. Failure
    /// failed when it does not, usage when nobody can be asked.
    void confirm(const std::string& question, bool yes) const;
    /// A line typed without echo. Failure when there is no terminal.
    std::string ask_secret(const std::string& prompt) const;

private:
    bool json_;
    bool in_is_tty_, out_is_tty_, err_is_tty_;
    Layout layout_;
};

}  // namespace smppd::ctl
