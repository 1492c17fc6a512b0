// tools/bench/others.cpp - the cases beside mo: taking what waits, idle binds, the disk.
#include "tools/bench/cases.hpp"
#include "tools/bench/report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <unordered_set>

namespace smppd::bench {

namespace {

using protocol::Bytes;

constexpr std::chrono::milliseconds wait_at_most{100};

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

/// A file of its own in the directory, gone when it is closed.
Descriptor unnamed_file(const std::string& directory) {
    std::string path = directory + "/bench-disk-XXXXXX";
    Descriptor file(mkostemp(path.data(), O_CLOEXEC));
    if (file.get() < 0) throw std::system_error(errno, std::generic_category(), path);
    ::unlink(path.c_str());
    return file;
}

}  // namespace

int run_drain(const DrainOptions& options) {
    Loop loop;
    Peers platforms;
    std::unordered_set<std::uint64_t> seen;
    std::uint64_t duplicates = 0;
    const CpuSnapshot before = cpu_of(options.subject.pids);
    const auto begun = Clock::now();
    auto first = begun, last = begun;
    Peer& peer =
        *platforms.emplace_back(std::make_unique<Peer>(loop, options.platform, options.login));
    peer.on_deliver = [&](Bytes pdu) {
        const auto now = Clock::now();
        if (const auto mark = find_mark(pdu)) {
            if (seen.empty()) first = now;
            seen.insert(mark->id).second ? last = now : (++duplicates, now);
        }
        peer.answer_deliver(pdu);
    };
    auto progressed = begun;
    while (seen.size() < options.count && !peer.lost()) {
        const auto had = seen.size();
        loop.wait(wait_at_most);
        const auto now = Clock::now();
        if (seen.size() != had) progressed = now;
        if (now - progressed > options.patience) break;
    }
    // The last answers must reach the gateway before the connection ends.
    const auto until = Clock::now() + std::chrono::seconds{1};
    while (Clock::now() < until && !peer.lost()) loop.wait(wait_at_most);
    const CpuSnapshot after = cpu_of(options.subject.pids);

    JsonLine line;
    line.text("case", options.subject.name)
        .count("delivered", seen.size())
        .count("duplicates", duplicates)
        .count("missing", options.count - std::min<std::uint64_t>(options.count, seen.size()))
        .number("first_after_ms", 1000 * seconds_between(begun, first));
    if (last > first) {
        line.number("delivered_per_s",
                    static_cast<double>(seen.size()) / seconds_between(first, last));
    }
    if (!options.subject.pids.empty()) {
        line.cpu("cpu_us_per_message", cpu_between(before, after), seen.size());
        line.count("peak_rss_kib", peak_memory_kib(options.subject.pids));
    }
    std::printf("%s\n", line.str().c_str());
    return seen.size() >= options.count ? 0 : 1;
}

int run_idle(const IdleOptions& options) {
    Loop loop;
    Peers carriers, platforms;
    const Acceptor acceptor(loop, options.carrier_listen, [&](Descriptor socket) {
        carriers.push_back(std::make_unique<Peer>(loop, std::move(socket)));
    });
    bind_platforms(loop, options.platform, options.login, options.platform_binds, platforms);
    loop.wait_until([&] { return bound_of(carriers) >= options.carrier_binds; },
                    std::chrono::seconds{120}, "the gateway's binds to the carrier");
    const auto rest = [&](std::chrono::seconds time) {
        const auto until = Clock::now() + time;
        while (Clock::now() < until) loop.wait(wait_at_most);
    };
    rest(options.settle);
    const CpuSnapshot before = cpu_of(options.subject.pids);
    const auto begun = Clock::now();
    rest(options.seconds);
    const auto took = Clock::now() - begun;
    const auto used = cpu_between(before, cpu_of(options.subject.pids));
    Cpu total{};
    for (const auto& [thread, time] : used) total += time;

    JsonLine line;
    line.text("case", options.subject.name)
        .count("carrier_binds", bound_of(carriers))
        .count("platform_binds", bound_of(platforms))
        .number("seconds", std::chrono::duration<double>(took).count())
        .number("cpu_percent_of_a_core", 100 * (total / Cpu(took)))
        .count("rss_kib", memory_kib(options.subject.pids))
        .count("peak_rss_kib", peak_memory_kib(options.subject.pids));
    std::printf("%s\n", line.str().c_str());
    const bool all = bound_of(carriers) >= options.carrier_binds &&
                     bound_of(platforms) >= options.platform_binds;
    return all ? 0 : 1;
}

int run_disk(const DiskOptions& options) {
    const Descriptor file = unnamed_file(options.directory);
    const protocol::Octets octets(options.octets, 0x5a);
    Histogram commits;
    const auto until = Clock::now() + options.seconds;
    for (auto begun = Clock::now(); begun < until;) {
        const ssize_t written = ::write(file.get(), octets.data(), octets.size());
        if (written != static_cast<ssize_t>(octets.size()) || ::fdatasync(file.get()) != 0) {
            throw std::system_error(errno, std::generic_category(), "writing to the disk");
        }
        const auto now = Clock::now();
        commits.add(now - begun);
        begun = now;
    }
    JsonLine line;
    line.text("case", options.name)
        .count("octets", options.octets)
        .count("commits", commits.count())
        .latency("commit_us", commits);
    std::printf("%s\n", line.str().c_str());
    return 0;
}

}  // namespace smppd::bench
