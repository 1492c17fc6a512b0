// tools/smppctl/cmd_config.cpp - checks a configuration file with the daemon's own reader.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace smppd::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int no_such_program = 127;

/// The smppd that belongs to this smppctl: beside it, in sbin of the same prefix, in the build
/// tree; else the one of PATH.
std::string smppd_program() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path here = self.parent_path();
        for (const fs::path& one :
             {here / "smppd", here / "../sbin/smppd", here / "../../daemon/smppd"}) {
            std::error_code ignored;
            if (fs::is_regular_file(one, ignored) && ::access(one.c_str(), X_OK) == 0)
                return one.lexically_normal().string();
        }
    }
    return "smppd";
}

/// Its exit code. The program prints to our own output.
int run(const std::string& program, const std::string& file) {
    const pid_t child = ::fork();
    if (child < 0) throw Failure{Exit::failed, std::string{"fork: "} + std::strerror(errno)};
    if (child == 0) {
        ::execlp(program.c_str(), program.c_str(), "--check-config", "--config", file.c_str(),
                 nullptr);
        ::_exit(no_such_program);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw Failure{Exit::failed, std::strerror(errno)};
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

void config_check(const Tool&, const CheckOptions& options) {
    const std::string program = smppd_program();
    const int code = run(program, options.file);
    if (code == 0) return;
    if (code == no_such_program)
        throw Failure{Exit::failed,
                      "smppd was not found beside smppctl, in ../sbin or in PATH; run "
                      "smppd --check-config --config " +
                          escaped(options.file)};
    throw Failure{Exit::failed, escaped(options.file) + " is not right; smppd would not take it"};
}

}  // namespace smppd::ctl
