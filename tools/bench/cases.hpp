// tools/bench/cases.hpp - the cases that can be measured; each prints one line of JSON.
#pragma once

#include "tools/bench/loop.hpp"
#include "tools/bench/message.hpp"
#include "tools/bench/peer.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace smppd::bench {

/// Who is measured and what the line is called.
struct Subject {
    std::string name;         ///< "case" in the line
    std::vector<pid_t> pids;  ///< processes whose CPU time and memory are reported
};

/// Messages in from a carrier, out to a platform.
struct MoOptions {
    Subject subject;
    Endpoint carrier_listen{"127.0.0.1", "2775"};
    std::size_t carrier_binds = 1;
    std::optional<Endpoint> platform;  ///< nobody is bound when neither this nor http is set
    std::size_t platform_binds = 1;
    Login login;
    std::optional<Endpoint> http;  ///< or the gateway's way out is HTTP to here
    bool direct = false;           ///< our platform binds to our carrier: no gateway
    std::uint64_t window = 1000;   ///< unanswered deliver_sm, all binds together
    std::uint64_t rate = 0;        ///< messages a second; 0: as the window allows
    std::uint64_t count = 0;       ///< messages; 0: as many as go out in `seconds`
    std::chrono::seconds seconds{10};
    std::uint64_t warm_up = 2'000;      ///< messages before the measurement
    std::chrono::seconds patience{30};  ///< without progress at the end, before it is loss
    Numbers numbers;
    std::string text = " is your login code. Do not share it with anybody.";
};
/// 0 when every accepted message arrived exactly once (where anybody was bound) and none was
/// refused, else 1.
int run_mo(const MoOptions& options);

/// A platform binds and takes what waits for it.
struct DrainOptions {
    Subject subject;
    Endpoint platform;
    Login login;
    std::uint64_t count = 0;
    std::chrono::seconds patience{30};
};
/// 0 when `count` different messages arrived, else 1.
int run_drain(const DrainOptions& options);

/// Many binds that do nothing but enquire_link.
struct IdleOptions {
    Subject subject;
    Endpoint carrier_listen{"127.0.0.1", "2775"};
    Endpoint platform;
    Login login;
    std::size_t carrier_binds = 1000;
    std::size_t platform_binds = 1000;
    std::chrono::seconds settle{5};
    std::chrono::seconds seconds{30};
};
/// 0 when all binds still stand at the end.
int run_idle(const IdleOptions& options);

/// What the disk takes for a commit: `octets` appended and fdatasync, again and again.
struct DiskOptions {
    std::string name = "disk";
    std::string directory = ".";
    std::size_t octets = 65'536;
    std::chrono::seconds seconds{3};
};
int run_disk(const DiskOptions& options);

}  // namespace smppd::bench
