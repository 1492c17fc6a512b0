// tools/smppctl/main.cpp - smppctl: reads the command line, runs the verb, ends with its exit code.
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/tree.hpp"

#include <exception>
#include <iostream>

namespace {

using namespace smppd::ctl;

int tell(const Failure& failure, const Console& console) {
    console.clear_progress();
    // Scripts that ask for JSON get the daemon's own problem document.
    if (console.json() && !failure.json().empty())
        std::cerr << escaped_json(failure.json()) << '\n';
    else
        std::cerr << "smppctl: " << failure.what() << '\n';
    return static_cast<int>(failure.code());
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    const Invocation invocation = read_command_line(argc, argv);
    if (!invocation.run) return static_cast<int>(invocation.code);
    const Tool tool{Console{invocation.json}, Client{invocation.endpoint}};
    try {
        invocation.run(tool);
    } catch (const Failure& failure) {
        return tell(failure, tool.console);
    } catch (const std::exception& error) {
        std::cerr << "smppctl: " << escaped(error.what()) << '\n';
        return static_cast<int>(Exit::failed);
    }
    return 0;
}
