// tools/smppctl/failure.hpp - what ends a command, and the exit code scripts see.
#pragma once

#include <stdexcept>
#include <string>

namespace smppd::ctl {

/// The numbers are a promise to scripts; `smppctl --help` tells them.
enum class Exit {
    ok = 0,
    failed = 1,
    usage = 2,
    unreachable = 3,
    not_found = 4,
    refused = 5,
    timed_out = 6,
};

/// Thrown where a command cannot go on; main prints `what()` and ends with `code`.
class Failure : public std::runtime_error {
public:
    Failure(Exit code, const std::string& what, std::string json = {})
        : std::runtime_error(what), code_(code), json_(std::move(json)) {}
    Exit code() const noexcept { return code_; }
    /// The daemon's own problem document, empty when the failure is not the daemon's answer.
    const std::string& json() const noexcept { return json_; }

private:
    Exit code_;
    std::string json_;
};

/// The exit code for an HTTP status of the API: 2xx ok, 404 not_found, what the daemon understood
/// and will not do refused, 408 and 504 timed_out, all others failed.
Exit exit_for(int http_status) noexcept;

/// The sentence for a problem document: its detail and each error, or the status when `body` is
/// none. Untrusted text comes back escaped.
std::string problem_text(int http_status, const std::string& body);

}  // namespace smppd::ctl
