// tools/smppctl/tree.hpp - the command line: which verbs there are and what they take.
#pragma once

#include "tools/smppctl/commands.hpp"

#include <functional>
#include <string>

namespace smppd::ctl {

/// A command line, read. Either there is nothing more to do than to end with `code`, or `run`.
struct Invocation {
    Exit code = Exit::ok;
    bool json = false;
    Endpoint endpoint;
    std::function<void(const Tool&)> run;
};

/// Reads the command line. Help goes to standard output, what is wrong to standard error with the
/// word that may have been meant.
Invocation read_command_line(int argc, char** argv);

}  // namespace smppd::ctl
