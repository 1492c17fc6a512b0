// protocol/silence.hpp - notices that a bound carrier has stopped sending messages.
#pragma once

#include "protocol/profile.hpp"
#include "protocol/types.hpp"

namespace smppd::protocol {

/// Learns the usual gap between messages (an exponentially weighted mean) and says when it has
/// been exceeded `factor` times, at least `at_least`. Speaks once a silence; a message resets it.
/// Needs 2 messages of one bind before it has an opinion. A gap that was too long is learnt as
/// the longest that would not have been.
class SilenceWatch {
public:
    explicit SilenceWatch(Profile::Silence options) : options_(options) {}
    /// The gap counts from here again. No effect while bound: another link of the carrier's that
    /// comes and goes must not hide its silence.
    void bound(Instant now);
    void message(Instant now);
    void unbound();  ///< no opinion while unbound; the learnt gap is kept
    /// When silent(now) should be asked; Instant::max() for never.
    Instant deadline() const noexcept;
    /// True once when the silence began to be too long.
    bool silent(Instant now);

private:
    void learn(std::chrono::nanoseconds gap);
    std::chrono::nanoseconds allowed() const noexcept;

    Profile::Silence options_;
    std::chrono::nanoseconds usual_gap_{0};
    Instant last_{};       ///< the last message, or the bind without one
    bool learnt_ = false;  ///< usual_gap_ holds one gap at least
    bool bound_ = false, said_ = false;
    bool heard_ = false;  ///< a message came since the bind
};

}  // namespace smppd::protocol
