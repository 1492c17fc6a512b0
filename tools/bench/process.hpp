// tools/bench/process.hpp - what a process has used so far, from /proc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::bench {

using Cpu = std::chrono::duration<double, std::micro>;

/// One line of /proc/PID/stat or /proc/PID/task/TID/stat.
struct StatLine {
    std::string name;         ///< comm; the thread's name
    std::uint64_t ticks = 0;  ///< utime + stime, in clock ticks
};
/// Reads such a line; a name may hold blanks and parentheses. Empty name: it is no such line.
/// Source: proc(5), /proc/pid/stat.
StatLine parse_stat(std::string_view line);

/// CPU time of processes by thread, as of one moment.
struct CpuSnapshot {
    struct Thread {
        std::string name;
        Cpu used{};
    };
    std::map<pid_t, Thread> threads;  ///< by thread id
    Cpu all{};                        ///< of the processes, threads that ended included
};
/// Throws std::runtime_error when one of the processes is not there (any more).
CpuSnapshot cpu_of(const std::vector<pid_t>& processes);

/// CPU time by thread name between two snapshots; "ended" is that of threads that were gone by
/// `after`. Threads that used nothing are left out.
std::map<std::string, Cpu> cpu_between(const CpuSnapshot& before, const CpuSnapshot& after);

/// Sum of the processes' VmHWM (the most memory that was ever resident), KiB.
std::uint64_t peak_memory_kib(const std::vector<pid_t>& processes);
/// Sum of the processes' VmRSS, KiB.
std::uint64_t memory_kib(const std::vector<pid_t>& processes);

/// CPU time of this process so far.
Cpu own_cpu();

}  // namespace smppd::bench
