// tests/fuzz/fuzz_config.cpp - any octets as a configuration file: no exception, no crash, and
// what is told can be written out. No file is opened.
#include "conf/config.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace conf = smppd::conf;
    conf::LoadOptions options;
    options.read_files = false;
    const std::string text(data, data + size);
    const conf::Loaded loaded = conf::load_text(text, "fuzz.yaml", options);
    const std::string told = conf::format(loaded.problems);
    if (!loaded.ok() && told.empty()) std::abort();
    for (const conf::Problem& problem : loaded.problems)
        if (problem.message.empty() || problem.line < 0 || problem.column < 0) std::abort();
    for (const conf::Carrier& carrier : loaded.config.carriers)
        if (loaded.ok() && carrier.system_id.empty()) std::abort();
    return 0;
}
