// protocol/backoff.hpp - how long to wait before connecting again.
#pragma once

#include "protocol/types.hpp"

#include <random>

namespace smppd::protocol {

struct BackoffOptions {
    std::chrono::milliseconds from = std::chrono::seconds{1};
    std::chrono::milliseconds to = std::chrono::seconds{60};
    /// Floor after ESME_RALYBND: the carrier still holds our last bind.
    std::chrono::milliseconds already_bound = std::chrono::seconds{30};
};

/// Exponential backoff with full jitter: the n-th wait is uniform in [0, min(to, from * 2^n)],
/// never below `floor`. The engine comes in through the door; one object a host.
class Backoff {
public:
    explicit Backoff(BackoffOptions options) : options_(options) {}
    /// The next wait; each call doubles the range up to `to`.
    std::chrono::milliseconds next(std::mt19937_64& engine,
                                   std::chrono::milliseconds floor = std::chrono::milliseconds{0});
    /// After a success.
    void reset() noexcept { failures_ = 0; }
    unsigned failures() const noexcept { return failures_; }
    const BackoffOptions& options() const noexcept { return options_; }

private:
    BackoffOptions options_;
    unsigned failures_ = 0;
};

}  // namespace smppd::protocol
