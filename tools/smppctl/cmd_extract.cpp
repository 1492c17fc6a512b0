// tools/smppctl/cmd_extract.cpp - finds the codes in messages from standard input.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/extract_line.hpp"

#include <iostream>

namespace smppd::ctl {

void extract(const Tool& tool, const ExtractOptions& options) {
    if (tool.console.in_is_tty())
        tool.console.note("One message a line, as text or {\"sender\": ..., \"text\": ...}:");
    std::uint64_t bad = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const ExtractedLine found = extract_line(line, options.only_text);
        tool.console.print_json(found.json);
        bad += found.bad;
    }
    if (bad > 0)
        throw Failure{Exit::failed,
                      grouped(bad) + (bad == 1 ? " line was" : " lines were") + " not understood"};
}

}  // namespace smppd::ctl
