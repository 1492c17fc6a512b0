// tests/conf/carrier_text.hpp - a carrier's section for the tests to spoil.
#pragma once

#include "tests/conf/loading.hpp"

namespace smppd::test {

/// A carrier without fault; `more`: further lines of it, indented by four.
inline std::string carrier(const std::string& more) {
    return "carriers:\n"
           "  acme:\n"
           "    hosts: [a.example:2775]\n"
           "    system_id: smppd\n"
           "    password: {env: ACME}\n" +
           more;
}

inline conf::LoadOptions with_environment() {
    conf::LoadOptions options;
    options.environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "ACME") return "pw-acme";
        return std::nullopt;
    };
    return options;
}

inline std::string carrier_problem(const std::string& more) {
    return problem_of(carrier(more), with_environment());
}

}  // namespace smppd::test
