// tools/smppctl/completion.cpp - see completion.hpp.
#include "tools/smppctl/completion.hpp"

#include <functional>

namespace smppd::ctl {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

/// Visits the tree; `path` is "numbers list", empty at the root.
void walk(const Node& node, const std::string& path,
          const std::function<void(const Node&, const std::string&)>& visit) {
    visit(node, path);
    for (const Node& child : node.children)
        walk(child, path.empty() ? child.name : path + " " + child.name, visit);
}

bool takes_file(const Node& node) {
    for (const Word& word : node.words)
        if (word.name.empty() && word.is_file) return true;
    return false;
}

std::vector<std::string> argument_values(const Node& node) {
    for (const Word& word : node.words)
        if (word.name.empty()) return word.values;
    return {};
}

/// What may come next: verbs, the values of an argument, options.
std::vector<std::string> candidates(const Node& node) {
    std::vector<std::string> all;
    for (const Node& child : node.children) all.push_back(child.name);
    for (const std::string& value : argument_values(node)) all.push_back(value);
    for (const Word& word : node.words)
        if (!word.name.empty()) all.push_back(word.name);
    return all;
}

/// "'" cannot stand within single quotes of a shell.
std::string quoted(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return safe + "'";
}

/// For fish, which knows \' within single quotes.
std::string fish_quoted(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') safe += '\\';
        safe += c;
    }
    return safe + "'";
}

/// The case arms that bash and zsh share: option values, and the words that fit a path.
struct Arms {
    std::string paths;       ///< "numbers" | "numbers list") for the walk along the line
    std::string values;      ///< "numbers list|--state") words="available leased"
    std::string words;       ///< "numbers list") words="--state --json"
    std::string options;     ///< --socket|--state) all that take a value
    std::string root_files;  ///< '|--socket') files=1 for those that every verb has
};

Arms arms_of(const Node& root) {
    Arms arms;
    for (const Word& word : root.words)
        if (word.is_file && !word.name.empty())
            arms.root_files += "            " + quoted("|" + word.name) + ") files=1 ;;\n";
    walk(root, "", [&](const Node& node, const std::string& path) {
        if (!path.empty()) arms.paths += (arms.paths.empty() ? "" : "|") + quoted(path);
        for (const Word& word : node.words) {
            if (word.name.empty() || !word.takes_value) continue;
            arms.options += (arms.options.empty() ? "" : "|") + word.name;
            const std::string arm = "        " + quoted(path + "|" + word.name) + ") ";
            if (word.is_file)
                arms.values += arm + "files=1 ;;\n";
            else
                arms.values += arm + "words=" + quoted(joined(word.values)) + " ;;\n";
        }
        arms.words += "        " + quoted(path) + ") words=" + quoted(joined(candidates(node))) +
                      (takes_file(node) ? "; files=1" : "") + " ;;\n";
    });
    return arms;
}

/// Finds the path of the words before the cursor, and what may come next; for bash and zsh.
std::string search(const Node& root) {
    const Arms arms = arms_of(root);
    return "    local path= next= word= words= files= previous=\"$1\"\n"
           "    shift\n"
           "    while [ $# -gt 0 ]; do\n"
           "        word=\"$1\"; shift\n"
           "        case \"$word\" in\n"
           "            " +
           arms.options +
           ") [ $# -gt 0 ] && shift; continue ;;\n"
           "            -*) continue ;;\n"
           "        esac\n"
           "        next=\"${path:+$path }$word\"\n"
           "        case \"$next\" in " +
           arms.paths +
           ") path=\"$next\" ;; esac\n"
           "    done\n"
           "    case \"$path|$previous\" in\n" +
           arms.values + "        *) case \"|$previous\" in\n" + arms.root_files +
           "            *) case \"$path\" in\n" + arms.words +
           "            esac ;;\n"
           "        esac ;;\n"
           "    esac\n";
}

}  // namespace

std::string bash_completion(const Node& root) {
    return "# bash completion of smppctl; made by: smppctl completion bash\n"
           "_smppctl_search() {\n" +
           search(root) +
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    if [ -n \"$files\" ]; then\n"
           "        COMPREPLY+=($(compgen -f -- \"$current\"))\n"
           "        compopt -o filenames\n"
           "    fi\n"
           "}\n"
           "_smppctl() {\n"
           "    local line=\"${COMP_LINE:0:COMP_POINT}\" current= before=\n"
           "    read -ra before <<< \"$line\"\n"
           "    if [[ $line != *[[:space:]] ]]; then\n"
           "        current=\"${before[-1]}\"; unset 'before[-1]'\n"
           "    fi\n"
           "    _smppctl_search \"${before[-1]}\" \"${before[@]:1}\"\n"
           "    # bash begins a word anew after a colon, as in sessions:read.\n"
           "    local colon=\"${current%\"${current##*:}\"}\"\n"
           "    [ -z \"$colon\" ] || COMPREPLY=(\"${COMPREPLY[@]#\"$colon\"}\")\n"
           "}\n"
           "complete -F _smppctl smppctl\n";
}

std::string zsh_completion(const Node& root) {
    return "#compdef smppctl\n"
           "# zsh completion of smppctl; made by: smppctl completion zsh\n"
           "_smppctl_search() {\n"
           "    emulate -L sh\n" +
           search(root) +
           "    found_words=\"$words\" found_files=\"$files\"\n"
           "}\n"
           "_smppctl() {\n"
           "    local found_words found_files\n"
           "    local -a before=(\"${(@)words[2,CURRENT-1]}\")\n"
           "    _smppctl_search \"${words[CURRENT-1]}\" \"${before[@]}\"\n"
           "    compadd -- ${=found_words}\n"
           "    [[ -n $found_files ]] && _files\n"
           "}\n"
           "compdef _smppctl smppctl\n";
}

std::string fish_completion(const Node& root) {
    std::string script =
        "# fish completion of smppctl; made by: smppctl completion fish\n"
        "function __smppctl_at\n"
        "    set -l words (commandline -opc | string match -rv '^-')\n"
        "    set -e words[1]\n"
        "    test (count $argv) -eq 0; and test (count $words) -eq 0; and return 0\n"
        "    test (count $argv) -gt 0; or return 1\n"
        "    test (count $words) -ge (count $argv); or return 1\n"
        "    test \"$words[1..\"(count $argv)\"]\" = \"$argv\"\n"
        "end\n"
        "complete -c smppctl -f\n";
    walk(root, "", [&](const Node& node, const std::string& path) {
        const std::string here = "complete -c smppctl -n " +
                                 fish_quoted("__smppctl_at" + (path.empty() ? "" : " " + path));
        for (const Node& child : node.children) {
            const std::string only = path.empty()
                                         ? here
                                         : here.substr(0, here.size() - 1) +
                                               "; and test (count (commandline -opc)) -le 2'";
            script += only + " -a " + child.name + " -d " + fish_quoted(child.what) + "\n";
        }
        for (const Word& word : node.words) {
            std::string line = path.empty() ? "complete -c smppctl" : here;
            if (word.name.empty() && !word.is_file && word.values.empty()) continue;
            if (!word.name.empty()) line += " -l " + word.name.substr(2);
            if (!word.name.empty() && word.takes_value) line += " -r";
            if (word.is_file) line += " -F";
            if (!word.values.empty()) line += " -a " + fish_quoted(joined(word.values));
            script += line + " -d " + fish_quoted(word.what) + "\n";
        }
    });
    return script;
}

}  // namespace smppd::ctl
