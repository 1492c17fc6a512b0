// tools/smppctl/completion.hpp - shell completion, made from the tree of verbs.
#pragma once

#include <string>
#include <vector>

namespace smppd::ctl {

/// What the shells need to know of an option or an argument.
struct Word {
    std::string name;  ///< "--state"; empty for an argument
    std::string what;
    bool takes_value = false;
    bool is_file = false;
    std::vector<std::string> values;  ///< all that it takes, when that is known
};
/// A group or a verb. The root has no name.
struct Node {
    std::string name;
    std::string what;
    std::vector<Word> words;
    std::vector<Node> children;
};

std::string bash_completion(const Node& root);
std::string zsh_completion(const Node& root);
std::string fish_completion(const Node& root);

}  // namespace smppd::ctl
