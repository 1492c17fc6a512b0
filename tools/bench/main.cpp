// tools/bench/main.cpp - smppd-bench's command line: one case a call, one line of JSON.
#include "tools/bench/cases.hpp"

#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace {

using namespace smppd::bench;

/// An option whose word one of our own parsers reads; what is wrong with it becomes CLI's error.
template <class Parse>
CLI::Option* parsed(CLI::App& app, const std::string& name, const std::string& what, Parse parse) {
    return app.add_option_function<std::string>(
        name,
        [name, parse](const std::string& word) {
            try {
                parse(word);
            } catch (const std::runtime_error& error) {
                throw CLI::ValidationError(name, error.what());
            }
        },
        what);
}

void seconds(CLI::App& app, const std::string& name, const std::string& what,
             std::chrono::seconds& to) {
    app.add_option_function<long>(
           name, [&to](const long& count) { to = std::chrono::seconds{count}; },
           what + " (" + std::to_string(to.count()) + ")")
        ->check(CLI::Range(0, 86'400))
        ->type_name("SECONDS");
}

CLI::Option* endpoint(CLI::App& app, const std::string& name, const std::string& what,
                      Endpoint& to) {
    return parsed(app, name, what, [&to](const std::string& word) { to = parse_endpoint(word); })
        ->type_name("HOST:PORT");
}

CLI::Option* endpoint(CLI::App& app, const std::string& name, const std::string& what,
                      std::optional<Endpoint>& to) {
    return parsed(app, name, what, [&to](const std::string& word) { to = parse_endpoint(word); })
        ->type_name("HOST:PORT");
}

void subject(CLI::App& app, Subject& to, const std::string& name) {
    to.name = name;
    app.add_option("--name", to.name, "What the line is called")->capture_default_str();
    app.add_option("--pid", to.pids, "Processes whose CPU time and memory are reported")
        ->type_name("PID");
}

/// A secret that another program left in a file.
CLI::Option* first_line(CLI::App& app, const std::string& name, const std::string& what,
                        std::string& to) {
    return parsed(app, name, what,
                  [&to](const std::string& path) {
                      std::ifstream in(path);
                      if (!std::getline(in, to)) {
                          throw std::runtime_error(path + " has no first line");
                      }
                  })
        ->type_name("FILE");
}

void login(CLI::App& app, Login& to) {
    app.add_option("--system-id", to.system_id, "The platform's account");
    first_line(app, "--password-file", "Its password is in this file's first line", to.password);
}

CLI::App& mo_command(CLI::App& app, MoOptions& to) {
    CLI::App& mo = *app.add_subcommand("mo", "A carrier's messages through the gateway");
    subject(mo, to.subject, "mo");
    login(mo, to.login);
    endpoint(mo, "--carrier-listen", "Where the gateway binds to us", to.carrier_listen);
    mo.add_option("--carrier-binds", to.carrier_binds, "Await that many binds of it")
        ->capture_default_str();
    CLI::Option* const platform = endpoint(
        mo, "--platform", "Bind to the gateway here; without it nobody is bound", to.platform);
    mo.add_option("--platform-binds", to.platform_binds, "With that many binds")
        ->capture_default_str();
    endpoint(mo, "--http", "Take messages as HTTP requests here instead", to.http)
        ->excludes(platform);
    mo.add_flag("--direct", to.direct, "No gateway: our platform binds to our carrier")
        ->excludes(platform);
    mo.add_option("--window", to.window, "Unanswered messages at most")->capture_default_str();
    mo.add_option("--rate", to.rate, "Messages a second; 0: as fast as the window allows")
        ->capture_default_str();
    mo.add_option("--count", to.count, "Messages; 0: as many as fit in --seconds")
        ->capture_default_str();
    seconds(mo, "--seconds", "How long to send", to.seconds);
    mo.add_option("--warm-up", to.warm_up, "Messages before the measurement")
        ->capture_default_str();
    seconds(mo, "--patience", "Without progress for so long it is loss", to.patience);
    parsed(mo, "--numbers", "Destinations, in turn", [&to](const std::string& word) {
        const auto numbers = parse_numbers(word);
        if (!numbers) throw std::runtime_error("is FROM-TO, of 3 to 15 digits each");
        to.numbers = *numbers;
    })->type_name("FROM-TO");
    mo.add_option("--text", to.text, "What follows the mark of each message, ASCII")
        ->capture_default_str();
    return mo;
}

CLI::App& drain_command(CLI::App& app, DrainOptions& to) {
    CLI::App& drain = *app.add_subcommand("drain", "A platform binds and takes what waits for it");
    subject(drain, to.subject, "drain");
    login(drain, to.login);
    endpoint(drain, "--platform", "Bind to the gateway here", to.platform)->required();
    drain.add_option("--count", to.count, "How many messages wait")->required();
    seconds(drain, "--patience", "Without progress for so long it is loss", to.patience);
    return drain;
}

CLI::App& idle_command(CLI::App& app, IdleOptions& to) {
    CLI::App& idle = *app.add_subcommand("idle", "Many binds that do nothing");
    subject(idle, to.subject, "idle");
    login(idle, to.login);
    endpoint(idle, "--carrier-listen", "Where the gateway binds to us", to.carrier_listen);
    endpoint(idle, "--platform", "Bind to the gateway here", to.platform)->required();
    idle.add_option("--carrier-binds", to.carrier_binds)->capture_default_str();
    idle.add_option("--platform-binds", to.platform_binds)->capture_default_str();
    seconds(idle, "--settle", "After the last bind, before the measurement", to.settle);
    seconds(idle, "--seconds", "How long to measure", to.seconds);
    return idle;
}

CLI::App& disk_command(CLI::App& app, DiskOptions& to) {
    CLI::App& disk = *app.add_subcommand("disk", "What one commit costs on this disk");
    disk.add_option("--name", to.name, "What the line is called")->capture_default_str();
    disk.add_option("--directory", to.directory, "A directory on that disk")->capture_default_str();
    disk.add_option("--octets", to.octets, "Written before each fdatasync")->capture_default_str();
    seconds(disk, "--seconds", "How long to measure", to.seconds);
    return disk;
}

CLI::App& api_command(CLI::App& app, ApiOptions& to) {
    CLI::App& api = *app.add_subcommand("api", "Numbers on demand over the HTTP API");
    subject(api, to.subject, "api");
    endpoint(api, "--api", "Where the API is", to.api)->required();
    first_line(api, "--key-file", "A platform's API key is in this file's first line", to.key)
        ->required();
    api.add_option("--workflow", to.workflow, "Of the sessions")->capture_default_str();
    api.add_option("--connections", to.connections, "One request at a time on each")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    api.add_option("--rate", to.rate, "Requests a second; 0: as fast as answers come")
        ->capture_default_str();
    api.add_option("--count", to.count, "Sessions; 0: as many as are made in --seconds")
        ->capture_default_str();
    seconds(api, "--seconds", "How long to allocate", to.seconds);
    api.add_option("--warm-up", to.warm_up, "Requests of each kind before the measurement")
        ->capture_default_str();
    endpoint(api, "--carrier-listen",
             "Where the gateway binds to us; the codes then arrive, else wrong ones are verified",
             to.carrier_listen);
    return api;
}

CLI::App& extract_command(CLI::App& app, ExtractOptions& to) {
    CLI::App& extract = *app.add_subcommand("extract", "Finding the code in a message");
    extract.add_option("--name", to.name, "What the line is called")->capture_default_str();
    seconds(extract, "--seconds", "How long to measure", to.seconds);
    return extract;
}

CLI::App& verify_time_command(CLI::App& app, VerifyTimeOptions& to) {
    CLI::App& time = *app.add_subcommand("verify-time", "Whether time tells something of a code");
    time.add_option("--name", to.name, "What the line is called")->capture_default_str();
    time.add_option("--samples", to.samples, "Verifications")->capture_default_str();
    return time;
}

CLI::App& pool_command(CLI::App& app, PoolSizeOptions& to) {
    CLI::App& pool = *app.add_subcommand("pool", "Memory and allocation times of many numbers");
    pool.add_option("--name", to.name, "What the line is called")->capture_default_str();
    pool.add_option("--numbers", to.numbers, "How many")->capture_default_str();
    pool.add_option("--samples", to.samples, "Allocations of each kind")->capture_default_str();
    return pool;
}

/// A thousand binds on either side need more than the usual 1024 descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures an SMS gateway: is its carrier and its platform, prints JSON lines."};
    app.require_subcommand(1);
    MoOptions mo;
    DrainOptions drain;
    IdleOptions idle;
    DiskOptions disk;
    mo_command(app, mo).callback([&] { std::exit(run_mo(mo)); });
    drain_command(app, drain).callback([&] { std::exit(run_drain(drain)); });
    idle_command(app, idle).callback([&] { std::exit(run_idle(idle)); });
    disk_command(app, disk).callback([&] { std::exit(run_disk(disk)); });
    ApiOptions api;
    ExtractOptions extract;
    VerifyTimeOptions verify_time;
    PoolSizeOptions pool;
    api_command(app, api).callback([&] { std::exit(run_api(api)); });
    extract_command(app, extract).callback([&] { std::exit(run_extract(extract)); });
    verify_time_command(app, verify_time).callback([&] {
        std::exit(run_verify_time(verify_time));
    });
    pool_command(app, pool).callback([&] { std::exit(run_pool_size(pool)); });
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EXIT_SUCCESS : 2;
    } catch (const std::exception& error) {
        std::cerr << "smppd-bench: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
