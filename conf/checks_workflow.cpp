// conf/checks_workflow.cpp - how workflows fit the pool, the carriers and themselves.
#include "conf/checks.hpp"

#include "conf/kinds.hpp"

#include <algorithm>

namespace smppd::conf {
namespace {

using pool::Workflow;

void check_ttl(Reader& reader, const Config& config, const std::string& path,
               const Workflow& workflow) {
    if (workflow.ttl > workflow.ttl_max)
        reader.error(reader.place_of(path + (reader.given(path + ".ttl") ? ".ttl" : ".ttl_max")),
                     "'" + path + ".ttl' (" + show_duration(workflow.ttl) +
                         ") is more than '.ttl_max' (" + show_duration(workflow.ttl_max) +
                         "); it must be at most that");
    else if (workflow.ttl_max > config.pool.ttl_max)
        reader.error(reader.place_of(path + ".ttl_max"),
                     "'" + path + ".ttl_max' (" + show_duration(workflow.ttl_max) +
                         ") is more than 'pool.ttl_max' (" + show_duration(config.pool.ttl_max) +
                         "); it must be at most that");
}

/// What belongs to one direction alone.
void check_direction(Reader& reader, const std::string& path, const Workflow& workflow) {
    if (workflow.direction == pool::Direction::outbound) {
        if (workflow.templates.empty())
            reader.error(reader.place_of(path + ".template"),
                         "'" + path +
                             ".template' is missing: an outbound workflow must have a text with "
                             "{code}, such as {en: \"Your code is {code}.\"}");
        return;
    }
    for (const char* key : {".template", ".resend"})
        if (reader.given(path + key))
            reader.error(
                reader.place_of(path + key),
                "'" + path + key + "' is for outbound workflows; an inbound one must have none");
}

void check_numbers(Reader& reader, const Config& config, const std::string& path,
                   const Workflow& workflow) {
    if (workflow.isolation_group == sandbox_name)
        reader.error(reader.place_of(path + ".isolation_group"),
                     "'" + path +
                         ".isolation_group' is 'sandbox', which is smppd's own; test keys "
                         "get its numbers by any workflow");
    if (workflow.carrier.empty()) return;
    std::vector<std::string> names;
    for (const Carrier& carrier : config.carriers) names.push_back(carrier.name);
    if (std::find(names.begin(), names.end(), workflow.carrier) != names.end()) return;
    const std::string near = nearest(workflow.carrier, names);
    reader.error(reader.place_of(path + ".carrier"),
                 "'" + path + ".carrier' is '" + shown(workflow.carrier) +
                     "', which is not under 'carriers'; it must be " +
                     (names.empty() ? "one of them, and there are none" : alternatives(names)),
                 near.empty() ? std::string{} : "did you mean '" + near + "'?");
}

/// Carriers on this machine are simulators: no message of theirs comes days late.
bool has_real_carrier(const Config& config) {
    const auto here = [](const Endpoint& host) {
        return host.host.starts_with("127.") || host.host == "::1" || host.host == "localhost";
    };
    return std::any_of(config.carriers.begin(), config.carriers.end(), [&](const Carrier& one) {
        return one.hosts.empty() || !std::all_of(one.hosts.begin(), one.hosts.end(), here);
    });
}

void warn_cool_down(Reader& reader, const std::string& path, pool::Seconds cool_down) {
    constexpr pool::Seconds least = std::chrono::hours{24};
    if (cool_down < least)
        reader.warning(reader.place_of(path),
                       "'" + path + "' is " + show_duration(cool_down) +
                           ": carriers try for 24h to 72h, so a number's next session may get "
                           "messages for its last one");
}

}  // namespace

void check_workflows(Reader& reader, const Config& config) {
    const bool real = has_real_carrier(config);
    if (real) warn_cool_down(reader, "pool.cool_down", config.pool.cool_down);
    for (const auto& [name, workflow] : config.workflows) {
        const std::string path = "workflows." + name;
        check_ttl(reader, config, path, workflow);
        check_direction(reader, path, workflow);
        check_numbers(reader, config, path, workflow);
        if (real && workflow.cool_down)
            warn_cool_down(reader, path + ".cool_down", *workflow.cool_down);
    }
}

}  // namespace smppd::conf
