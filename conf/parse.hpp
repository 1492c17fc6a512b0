// conf/parse.hpp - text to the one YAML document that it should have.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

namespace smppd::conf {

struct Parsed {
    YAML::Node node;                   ///< the first document; Null when there is none
    std::optional<YAML::Mark> second;  ///< where a second one begins; there should be none
};

/// Throws YAML::Exception for text that is no YAML. Ends for any text.
Parsed parse_yaml(const std::string& text);

}  // namespace smppd::conf
