// tools/bench/process.cpp - see process.hpp.
#include "tools/bench/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace smppd::bench {

namespace {

std::string read_all(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::filesystem::path directory_of(pid_t process) { return "/proc/" + std::to_string(process); }

Cpu from_ticks(std::uint64_t ticks) {
    static const double a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    return std::chrono::duration<double>(static_cast<double>(ticks) / a_second);
}

std::uint64_t field_of_status(const std::vector<pid_t>& processes, std::string_view field) {
    std::uint64_t sum = 0;
    for (const pid_t process : processes) {
        std::ifstream in(directory_of(process) / "status");
        std::string line;
        while (std::getline(in, line)) {
            if (!line.starts_with(field)) continue;
            std::istringstream rest(line.substr(field.size()));
            std::uint64_t kib = 0;
            if (rest >> kib) sum += kib;
        }
    }
    return sum;
}

}  // namespace

StatLine parse_stat(std::string_view line) {
    constexpr int utime = 14, stime = 15;  // counted from 1, as proc(5) does
    const auto open = line.find('(');
    const auto close = line.rfind(')');
    if (open == line.npos || close == line.npos || close < open) return {};
    StatLine stat{std::string(line.substr(open + 1, close - open - 1)), 0};
    std::istringstream rest{std::string(line.substr(close + 1))};
    std::string word;
    for (int field = 3; field <= stime && rest >> word; ++field) {
        if (field < utime) continue;
        std::uint64_t ticks = 0;
        std::from_chars(word.data(), word.data() + word.size(), ticks);
        stat.ticks += ticks;
    }
    return stat;
}

CpuSnapshot cpu_of(const std::vector<pid_t>& processes) {
    CpuSnapshot snapshot;
    for (const pid_t process : processes) {
        const StatLine whole = parse_stat(read_all(directory_of(process) / "stat"));
        if (whole.name.empty()) {
            throw std::runtime_error("there is no process " + std::to_string(process));
        }
        snapshot.all += from_ticks(whole.ticks);
        std::error_code ignored;
        for (const auto& entry :
             std::filesystem::directory_iterator(directory_of(process) / "task", ignored)) {
            StatLine stat = parse_stat(read_all(entry.path() / "stat"));
            if (stat.name.empty()) continue;  // it ended just now
            const auto thread = static_cast<pid_t>(std::stol(entry.path().filename().string()));
            snapshot.threads[thread] = {std::move(stat.name), from_ticks(stat.ticks)};
        }
    }
    return snapshot;
}

std::map<std::string, Cpu> cpu_between(const CpuSnapshot& before, const CpuSnapshot& after) {
    std::map<std::string, Cpu> used;
    Cpu ended = after.all - before.all;
    for (const auto& [id, thread] : after.threads) {
        const auto earlier = before.threads.find(id);
        const Cpu more =
            earlier == before.threads.end() ? thread.used : thread.used - earlier->second.used;
        ended -= more;
        if (more.count() > 0) used[thread.name] += more;
    }
    // The whole and its threads are read one after another: less than a tick or two is nothing.
    if (ended > from_ticks(2)) used["ended"] += ended;
    return used;
}

std::uint64_t peak_memory_kib(const std::vector<pid_t>& processes) {
    return field_of_status(processes, "VmHWM:");
}

std::uint64_t memory_kib(const std::vector<pid_t>& processes) {
    return field_of_status(processes, "VmRSS:");
}

Cpu own_cpu() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto time = [](const timeval& t) {
        return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
    };
    return time(usage.ru_utime) + time(usage.ru_stime);
}

}  // namespace smppd::bench
