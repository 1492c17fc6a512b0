// tools/bench/mo.cpp - messages from a carrier through a gateway to a platform.
#include "tools/bench/cases.hpp"
#include "tools/bench/http_sink.hpp"
#include "tools/bench/ledger.hpp"
#include "tools/bench/report.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace smppd::bench {

namespace {

using protocol::Bytes;

constexpr std::chrono::seconds binds_within{60};
// Answers are looked for at least this often, so that no time of arrival is stamped late.
constexpr std::chrono::milliseconds wait_at_most{50};

/// The carrier, the platform and the time of day between them.
class Mo {
public:
    explicit Mo(const MoOptions& options);
    void connect();
    /// Sends `count` messages, or for `seconds` when it is 0, and waits for what comes of them.
    void send(std::uint64_t count, std::uint64_t rate);
    void measure();
    int report() const;

private:
    void accept(Descriptor socket);
    void attach_platform(Peer& peer);
    bool anybody_bound() const { return options_.platform || options_.http || options_.direct; }
    /// Sends what may go out now; when to look again.
    Clock::time_point pump(Clock::time_point now);
    Clock::time_point due(std::uint64_t of_phase) const;
    void drain();
    Peer& next_carrier();

    const MoOptions& options_;
    MessageTemplate template_;
    Ledger ledger_;
    Loop loop_;
    Peers carriers_, platforms_;
    std::unique_ptr<Acceptor> acceptor_;
    std::unique_ptr<HttpSink> sink_;
    std::size_t turn_ = 0;

    // The phase under way: the warm-up or the measurement.
    std::uint64_t phase_first_ = 0, phase_count_ = 0, phase_rate_ = 0;
    Clock::time_point phase_begin_{}, phase_end_{};

    Clock::time_point begun_{};
    CpuSnapshot cpu_before_, cpu_after_;
    Cpu own_before_{}, own_after_{};
};

Mo::Mo(const MoOptions& options)
    : options_(options),
      template_(random_tag(), options.numbers, options.text),
      ledger_(template_.tag()) {}

void Mo::accept(Descriptor socket) {
    Peer& peer = *carriers_.emplace_back(std::make_unique<Peer>(loop_, std::move(socket)));
    peer.on_deliver_resp = [this](std::uint32_t sequence_number, std::uint32_t status) {
        ledger_.answered(std::uint64_t{sequence_number} - 1, status == 0, Clock::now());
    };
}

void Mo::attach_platform(Peer& peer) {
    peer.on_deliver = [this, &peer](Bytes pdu) {
        if (const auto mark = find_mark(pdu)) ledger_.arrived(*mark, Clock::now());
        peer.answer_deliver(pdu);
    };
}

void Mo::connect() {
    acceptor_ = std::make_unique<Acceptor>(
        loop_, options_.carrier_listen, [this](Descriptor socket) { accept(std::move(socket)); });
    if (options_.http) {
        sink_ = std::make_unique<HttpSink>(loop_, *options_.http, [this](Bytes request) {
            if (const auto mark = find_mark(request)) ledger_.arrived(*mark, Clock::now());
        });
    }
    if (options_.platform || options_.direct) {
        bind_platforms(loop_, options_.direct ? options_.carrier_listen : *options_.platform,
                       options_.login, options_.platform_binds, platforms_);
        for (const auto& platform : platforms_) attach_platform(*platform);
    }
    const std::size_t binds = options_.direct ? options_.platform_binds : options_.carrier_binds;
    loop_.wait_until([&] { return bound_of(carriers_) >= binds; }, binds_within,
                     "the gateway's bind to the carrier");
}

Peer& Mo::next_carrier() {
    for (std::size_t tried = 0; tried < carriers_.size(); ++tried) {
        Peer& peer = *carriers_[turn_++ % carriers_.size()];
        if (peer.bound()) return peer;
    }
    throw std::runtime_error("the gateway's bind to the carrier is gone");
}

Clock::time_point Mo::due(std::uint64_t of_phase) const {
    const double seconds = static_cast<double>(of_phase) / static_cast<double>(phase_rate_);
    return phase_begin_ +
           std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

Clock::time_point Mo::pump(Clock::time_point now) {
    Clock::time_point again = now + wait_at_most;
    while (ledger_.in_flight() < options_.window) {
        const std::uint64_t of_phase = ledger_.next_id() - phase_first_;
        if (phase_count_ != 0 ? of_phase >= phase_count_ : now >= phase_end_) break;
        // An open loop: a message that goes out late has been waiting since it was due.
        Clock::time_point sent_at = now;
        if (phase_rate_ != 0) {
            sent_at = due(of_phase);
            if (sent_at > now) {
                again = std::min(again, sent_at);
                break;
            }
        }
        const std::uint64_t id = ledger_.sent(sent_at);
        template_.append(next_carrier().stream().out(), id);
    }
    for (const auto& carrier : carriers_) carrier->stream().flush();
    return again;
}

void Mo::send(std::uint64_t count, std::uint64_t rate) {
    phase_first_ = ledger_.next_id();
    phase_count_ = count;
    phase_rate_ = rate;
    phase_begin_ = Clock::now();
    phase_end_ = phase_begin_ + options_.seconds;
    for (;;) {
        const auto now = Clock::now();
        const std::uint64_t of_phase = ledger_.next_id() - phase_first_;
        if (count != 0 ? of_phase >= count : now >= phase_end_) break;
        const auto again = pump(now);
        loop_.wait(again - Clock::now());
    }
    drain();
}

/// Until all is answered and has arrived, or nothing comes any more.
void Mo::drain() {
    const auto progress = [this] {
        return ledger_.accepted() + ledger_.refused() + ledger_.arrived() + ledger_.in_flight();
    };
    const auto done = [this] {
        if (ledger_.in_flight() > 0) return false;
        return !anybody_bound() || ledger_.arrived() >= ledger_.accepted();
    };
    auto seen = progress();
    auto since = Clock::now();
    while (!done()) {
        loop_.wait(wait_at_most);
        const auto now = Clock::now();
        if (const auto fresh = progress(); fresh != seen) {
            seen = fresh;
            since = now;
        } else if (now - since > options_.patience) {
            return;
        }
    }
}

void Mo::measure() {
    connect();
    if (options_.warm_up > 0) send(options_.warm_up, options_.rate);
    ledger_.begin();
    cpu_before_ = cpu_of(options_.subject.pids);
    own_before_ = own_cpu();
    begun_ = Clock::now();
    send(options_.count, options_.rate);
    own_after_ = own_cpu();
    cpu_after_ = cpu_of(options_.subject.pids);
}

int Mo::report() const {
    const auto a_second = [this](std::uint64_t messages, Clock::time_point until) {
        const std::chrono::duration<double> took = until - begun_;
        return took.count() > 0 ? static_cast<double>(messages) / took.count() : 0.0;
    };
    const std::uint64_t lost = anybody_bound() ? ledger_.lost() : 0;
    const std::uint64_t messages = ledger_.accepted();
    JsonLine line;
    line.text("case", options_.subject.name).count("window", options_.window);
    if (options_.rate != 0) line.count("rate", options_.rate);
    line.count("pdu_octets", template_.size())
        .count("sent", ledger_.sent())
        .count("accepted", messages)
        .count("refused", ledger_.refused())
        .count("delivered", ledger_.arrived())
        .count("duplicates", ledger_.duplicates())
        .count("lost", lost)
        .count("unanswered", ledger_.in_flight())
        .count("strays", ledger_.strays());
    line.number("accepted_per_s", a_second(messages, ledger_.last_answer()));
    line.latency("response_us", ledger_.response());
    if (anybody_bound()) {
        line.number("delivered_per_s", a_second(ledger_.arrived(), ledger_.last_arrival()));
        line.latency("end_to_end_us", ledger_.end_to_end());
    }
    if (!options_.subject.pids.empty()) {
        line.cpu("cpu_us_per_message", cpu_between(cpu_before_, cpu_after_), messages);
        line.count("peak_rss_kib", peak_memory_kib(options_.subject.pids));
    }
    line.cpu("bench_cpu_us_per_message", {{"bench", own_after_ - own_before_}}, messages);
    std::printf("%s\n", line.str().c_str());
    const bool good = lost == 0 && ledger_.refused() == 0 && ledger_.duplicates() == 0 &&
                      ledger_.in_flight() == 0;
    return good ? 0 : 1;
}

}  // namespace

int run_mo(const MoOptions& options) {
    Mo mo(options);
    mo.measure();
    return mo.report();
}

}  // namespace smppd::bench
