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

/// Numbers on demand over the HTTP API: allocated, their codes arrive, verified, released.
struct ApiOptions {
    Subject subject;
    Endpoint api{"127.0.0.1", "8080"};
    std::string key;  ///< of a platform
    std::string workflow = "bench";
    std::size_t connections = 32;
    std::uint64_t rate = 0;   ///< requests a second; 0: each connection sends on its answer
    std::uint64_t count = 0;  ///< sessions at most; 0: as many as are made in `seconds`
    std::chrono::seconds seconds{5};
    std::uint64_t warm_up = 500;  ///< requests of each kind before the measurement
    /// Where the gateway binds to us: a code arrives for each session and is then verified. Else a
    /// wrong one is.
    std::optional<Endpoint> carrier_listen;
};
/// Prints a line for each kind of request. 0 when every answer was what it should be, else 1.
int run_api(const ApiOptions& options);

/// pool::extract on texts of the two lengths: usual ones, and such as are made to cost.
struct ExtractOptions {
    std::string name = "extract";
    std::chrono::seconds seconds{4};
};
int run_extract(const ExtractOptions& options);

/// Whether the time of pool::Pool::verify tells something about the code that arrived.
struct VerifyTimeOptions {
    std::string name = "verify-time";
    std::uint64_t samples = 1'000'000;
};
/// 0 when no difference that the digits make is larger than 4.5 of its standard errors (the bound
/// of dudect) and 5 ns. What lengths make is told beside.
int run_verify_time(const VerifyTimeOptions& options);

/// What a pool::Pool of so many numbers takes: memory, and time to allocate by each rotation.
struct PoolSizeOptions {
    std::string name = "pool";
    std::uint64_t numbers = 1'000'000;
    std::uint64_t samples = 20'000;
};
int run_pool_size(const PoolSizeOptions& options);

}  // namespace smppd::bench
