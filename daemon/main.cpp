// daemon/main.cpp - smppd's command line.
#include "conf/config.hpp"
#include "daemon/daemon.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/log.hpp"

#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <system_error>

namespace {

smppd::conf::LoadOptions load_options(bool checking) {
    smppd::conf::LoadOptions options;
    if (const char* directory = std::getenv("CREDENTIALS_DIRECTORY")) {
        options.credentials_directory = directory;
    }
    options.checking = checking;
    options.environment = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string(value);
    };
    return options;
}

int check_config(const std::string& path) {
    const smppd::conf::Loaded loaded = smppd::conf::load(path, load_options(true));
    std::cerr << smppd::conf::format(loaded.problems);
    if (!loaded.ok()) return smppd::exit_config;
    std::cout << path << ": ok\n";
    return 0;
}

smppd::log::Level log_level(smppd::conf::LogLevel level) {
    return static_cast<smppd::log::Level>(level);
}

/// Every bind is a descriptor: take as many as the system lets us.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const std::string& path) {
    smppd::conf::Loaded loaded = smppd::conf::load(path, load_options(false));
    std::cerr << smppd::conf::format(loaded.problems);
    if (!loaded.ok()) return smppd::exit_config;
    smppd::log::open(log_level(loaded.config.log_level));
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    smppd::Daemon daemon(std::move(loaded.config),
                         [path] { return smppd::conf::load(path, load_options(false)); });
    return daemon.run();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"smppd - SMS gateway with a managed pool of numbers"};
    std::string path = "/etc/smppd/smppd.yaml";
    bool check = false, schema = false;
    app.set_version_flag("--version", std::string("smppd ") + SMPPD_VERSION);
    app.add_option("-c,--config,file", path, "Configuration file")->capture_default_str();
    app.add_flag("--check-config", check,
                 "Check the configuration file, say what is wrong, and end");
    app.add_flag("--config-schema", schema,
                 "Print the JSON schema of the configuration file, and end");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : smppd::exit_usage;
    }
    try {
        if (schema) {
            std::cout << smppd::conf::json_schema() << '\n';
            return 0;
        }
        return check ? check_config(path) : run(path);
    } catch (const std::exception& error) {
        std::cerr << "smppd: " << error.what() << '\n';
        return smppd::exit_status(error);
    }
}
