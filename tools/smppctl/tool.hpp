// tools/smppctl/tool.hpp - what every verb works with: the console and the daemon.
#pragma once

#include "tools/smppctl/client.hpp"
#include "tools/smppctl/console.hpp"
#include "tools/smppctl/failure.hpp"
#include "tools/smppctl/fields.hpp"
#include "tools/smppctl/target.hpp"

#include <functional>

namespace smppd::ctl {

struct Tool {
    Console console;
    Client client;
};

/// The daemon cannot be reached or stops; who follows something waits for it.
bool is_away(const Failure& failure);

/// All of a file, "-" for standard input. Failure usage when it cannot be read.
std::string contents_of(const std::string& name);

/// Now, for ages and what is left.
Time now();

/// The document as an object. Failure when it is none: the socket is another program's.
json::object object_of(const std::string& document);

/// A request with a JSON body (none when `body` is null), and the answer's document.
std::string send_json(const Tool& tool, const std::string& method, const std::string& target,
                      const json::value& body = nullptr);

/// Prints the document with --json, else what `show` makes of it.
void print_object(const Tool& tool, const std::string& document,
                  const std::function<std::string(const json::object&)>& show);

/// Prints a thing with a secret that is never shown again, its member `secret`. With --json the
/// document; on a terminal what `show` makes of it, and the secret; else the secret alone, so that
/// KEY=$(smppctl ...) has it. The warning goes to standard error.
void print_secret(const Tool& tool, const std::string& document, const std::string& secret,
                  const std::function<std::string(const json::object&)>& show);

using MakeTable = std::function<Table(const json::array&)>;

/// Prints a list of the API, following its cursors up to `limit` items (0: all), page by page.
/// `none`: what is said instead of an empty table.
void print_list(const Tool& tool, const std::string& path, Query query, std::uint64_t limit,
                const MakeTable& make_table, const std::string& none);

}  // namespace smppd::ctl
