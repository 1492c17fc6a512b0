// protocol/silence.cpp - notices that a bound carrier has stopped sending messages.
#include "protocol/silence.hpp"

#include <algorithm>

namespace smppd::protocol {
namespace {

using std::chrono::nanoseconds;

/// Each new gap weighs an eighth, as in the round-trip estimate of RFC 6298 §2.
constexpr int weight = 8;

}  // namespace

void SilenceWatch::bound(Instant now) {
    if (bound_) return;
    bound_ = true;
    said_ = false;
    heard_ = false;
    last_ = now;
}

void SilenceWatch::unbound() { bound_ = false; }

void SilenceWatch::message(Instant now) {
    if (!bound_) return;
    // The time from the bind to its first message is no gap between messages.
    if (heard_) learn(now - last_);
    heard_ = true;
    said_ = false;
    last_ = now;
}

void SilenceWatch::learn(nanoseconds gap) {
    gap = std::max(gap, nanoseconds{0});
    if (!learnt_) {
        usual_gap_ = gap;
    } else {
        // A night without messages must not make the next one look usual.
        usual_gap_ += (std::min(gap, allowed()) - usual_gap_) / weight;
    }
    learnt_ = true;
}

nanoseconds SilenceWatch::allowed() const noexcept {
    const unsigned factor = std::max(options_.factor, 1U);
    const bool countless = usual_gap_ > nanoseconds::max() / factor;
    const nanoseconds many = countless ? nanoseconds::max() : usual_gap_ * factor;
    return std::max<nanoseconds>(many, options_.at_least);
}

Instant SilenceWatch::deadline() const noexcept {
    if (!bound_ || said_ || !learnt_ || options_.factor == 0) return Instant::max();
    const nanoseconds wait = allowed();
    if (wait <= nanoseconds{0}) return Instant::max();  // Two at once tell nothing of a gap.
    // Instants may be negative, so that only the positive side can overflow.
    if (last_ > Instant{} && wait > Instant::max() - last_) return Instant::max();
    return last_ + wait;
}

bool SilenceWatch::silent(Instant now) {
    const Instant at = deadline();
    if (at == Instant::max() || now < at) return false;
    said_ = true;
    return true;
}

}  // namespace smppd::protocol
