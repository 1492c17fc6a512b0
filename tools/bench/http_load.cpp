// tools/bench/http_load.cpp - see http_load.hpp.
#include "tools/bench/http_load.hpp"

#include "protocol/octets.hpp"

#include <algorithm>
#include <stdexcept>

namespace smppd::bench {

namespace {

constexpr std::chrono::milliseconds wait_at_most{50};
constexpr std::chrono::seconds patience{30};

}  // namespace

double HttpFigures::per_second() const {
    const std::chrono::duration<double> took = last_answer - begun;
    return took.count() > 0 ? static_cast<double>(response.count()) / took.count() : 0.0;
}

HttpLoad::HttpLoad(Loop& loop, const Endpoint& to, std::size_t connections) : loop_(loop) {
    for (std::size_t i = 0; i < connections; ++i) {
        Connection& made = *connections_.emplace_back(std::make_unique<Connection>(loop, to));
        made.stream.on_octets = [this, &made](protocol::Bytes octets) { received(made, octets); };
        made.stream.on_closed = [this] { lost_ = true; };
        idle_.push_back(&made);
    }
}

void HttpLoad::received(Connection& connection, protocol::Bytes octets) {
    protocol::Octets& pending = connection.pending;
    pending.insert(pending.end(), octets.begin(), octets.end());
    const auto answer = parse_answer(protocol::as_text(pending));
    if (!answer) return;
    const auto now = Clock::now();
    figures_.response.add(now - connection.sent_at);
    figures_.last_answer = now;
    if (!phase_->good(connection.id, *answer)) {
        ++figures_.failed;
        figures_.failed_status = answer->status;
    }
    // One request, one answer: nothing can lie behind it.
    pending.clear();
    idle_.push_back(&connection);
    // The next request leaves with what the stream writes after this.
    pump(now);
}

Clock::time_point HttpLoad::due(Clock::time_point now) const {
    if (phase_->rate == 0) return now;
    const double seconds = static_cast<double>(figures_.sent) / static_cast<double>(phase_->rate);
    return figures_.begun +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

bool HttpLoad::all_sent(Clock::time_point now) const {
    if (figures_.sent >= phase_->count) return true;
    return phase_->seconds.count() != 0 && now >= figures_.begun + phase_->seconds;
}

Clock::time_point HttpLoad::pump(Clock::time_point now) {
    while (!idle_.empty() && !all_sent(now)) {
        const auto at = due(now);
        if (at > now) return std::min(at, now + wait_at_most);
        Connection& connection = *idle_.front();
        idle_.pop_front();
        connection.id = phase_->first + figures_.sent++;
        connection.sent_at = at;
        phase_->write(connection.id, connection.stream.out());
        connection.stream.flush();
    }
    return now + wait_at_most;
}

HttpFigures HttpLoad::run(const HttpPhase& phase) {
    phase_ = &phase;
    figures_ = {};
    figures_.begun = figures_.last_answer = Clock::now();
    std::uint64_t seen = 0;
    for (auto since = figures_.begun;;) {
        const auto now = Clock::now();
        const auto again = pump(now);
        if (all_sent(now) && idle_.size() == connections_.size()) break;
        loop_.wait(again - Clock::now());
        if (lost_) throw std::runtime_error("the gateway has closed a connection");
        if (figures_.response.count() != seen) {
            seen = figures_.response.count();
            since = now;
        } else if (now - since > patience) {
            throw std::runtime_error("the gateway does not answer");
        }
    }
    return figures_;
}

}  // namespace smppd::bench
