// tools/smppctl/tree.cpp - see tree.hpp. CLI11 is known here and in verbs.*.
#include "tools/smppctl/tree.hpp"

#include "tools/smppctl/completion.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/suggest.hpp"
#include "tools/smppctl/verbs.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>

namespace smppd::ctl {
namespace {

Node node_of(const Tree& tree, const CLI::App& app) {
    Node node{app.get_parent() ? app.get_name() : "", app.get_description(), {}, {}};
    for (const CLI::Option* option : app.get_options()) {
        const bool positional = option->get_positional() && option->get_lnames().empty();
        const std::string type = positional ? option->get_name(true) : option->get_type_name();
        const auto values = tree.values.find(option);
        node.words.push_back({positional ? "" : "--" + option->get_lnames().front(),
                              option->get_description(), option->get_items_expected_max() > 0,
                              type == "FILE" || type == "PATH",
                              values == tree.values.end() ? Names{} : values->second});
    }
    for (const CLI::App* child : app.get_subcommands({}))
        node.children.push_back(node_of(tree, *child));
    return node;
}

void add_completion(Tree& t) {
    CLI::App& app = *t.app.add_subcommand("completion", "Print a script that completes commands");
    const auto shell = std::make_shared<std::string>();
    CLI::Option* option = app.add_option("SHELL", *shell, "The shell")
                              ->required()
                              ->check(CLI::IsMember({"bash", "zsh", "fish"}))
                              ->type_name("");
    t.values[option] = {"bash", "zsh", "fish"};
    app.footer(
        "Example:\n  smppctl completion bash > /etc/bash_completion.d/smppctl\n"
        "  smppctl completion fish > ~/.config/fish/completions/smppctl.fish");
    app.callback([&t, shell] {
        // The root's own options are known at every verb.
        const Node root = node_of(t, t.app);
        const std::string script = *shell == "bash"  ? bash_completion(root)
                                   : *shell == "zsh" ? zsh_completion(root)
                                                     : fish_completion(root);
        t.invocation.run = [script](const Tool& tool) { tool.console.print(script); };
    });
}

void build(Tree& t) {
    Invocation& to = t.invocation;
    t.app.name("smppctl");
    t.app.fallthrough();
    t.app.require_subcommand(1, 1);
    t.app.set_version_flag("--version", std::string{"smppctl "} + SMPPD_VERSION);
    t.app.add_flag("--json", to.json, "Print the documents of the API, for scripts");
    t.app
        .add_option("--socket", t.where.socket,
                    "The control socket of smppd (SMPPCTL_SOCKET, /run/smppd/control.sock)")
        ->type_name("PATH");
    t.app
        .add_option("--url", t.where.url,
                    "The API of a smppd elsewhere, as https://sms.example.com (SMPPCTL_URL); the "
                    "key comes from SMPPCTL_KEY")
        ->type_name("URL");
    t.app
        .add_option("--ca", t.where.ca,
                    "Trust the certificate authorities in this file (PEM), not the system's")
        ->type_name("FILE");
    t.app.footer(
        "Examples:\n  smppctl status\n  smppctl numbers list --state available\n"
        "  smppctl messages tail -f\n  smppctl messages explain ID\n\n"
        "Verbs that change or end something ask first; --yes answers. Tables are for people, use\n"
        "--json in scripts. Times are UTC. --json, --socket, --url and --ca may stand after the "
        "verb too.\n\nElsewhere than on smppd's machine:\n"
        "  export SMPPCTL_URL=https://sms.example.com SMPPCTL_KEY=smppd_live_...\n"
        "  smppctl sessions list\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 smppd cannot be reached, 4 not found,\n"
        "5 refused, 6 no answer in time.");
    add_verbs(t);
    add_completion(t);
}

std::string meant(const std::string& word, const Names& known) {
    const std::string near = nearest(word, known);
    return near.empty() ? std::string{} : " Did you mean \"" + near + "\"?";
}

Names option_names(const CLI::App& app) {
    Names names;
    for (const CLI::App* one = &app; one != nullptr; one = one->get_parent())
        for (const CLI::Option* option : one->get_options())
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

const CLI::Option* option_of(const CLI::App& app, const std::string& name) {
    for (const CLI::App* one = &app; one != nullptr; one = one->get_parent())
        if (const CLI::Option* found = one->get_option_no_throw(name)) return found;
    return nullptr;
}

/// Goes along the words as far as they are known. What is wrong with the first that is not, empty
/// when all are known; `at` is the verb or group they lead to.
std::string unknown_word(const CLI::App*& at, const Names& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.size() > 1 && word.front() == '-') {
            const std::size_t equals = word.find('=');
            const std::string name = word.substr(0, equals);
            const CLI::Option* option = option_of(*at, name);
            if (!option && word.starts_with("--"))
                return "there is no option " + name + "." + meant(name, option_names(*at));
            const bool value_follows = equals == std::string::npos;
            if (option && value_follows && option->get_items_expected_max() > 0) ++i;
            continue;
        }
        Names known;
        const CLI::App* next = nullptr;
        for (const CLI::App* child : at->get_subcommands({})) {
            known.push_back(child->get_name());
            if (child->get_name() == word) next = child;
        }
        if (known.empty()) continue;
        if (!next) return "there is no verb \"" + word + "\"." + meant(word, known);
        at = next;
    }
    return {};
}

Exit usage_error(const Tree& tree, const CLI::ParseError& error, const Names& words) {
    const CLI::App* at = &tree.app;
    std::string wrong = unknown_word(at, words);
    std::string path;
    for (const CLI::App* one = at; one->get_parent() != nullptr; one = one->get_parent())
        path = " " + one->get_name() + path;
    if (wrong.empty() && !at->get_subcommands({}).empty()) {
        std::cerr << at->help(path.empty() ? "" : "smppctl" + path.substr(0, path.rfind(' ')));
        return Exit::usage;
    }
    if (wrong.empty()) wrong = error.what();
    std::cerr << "smppctl: " << escaped(wrong, LineBreaks::keep) << "\nSee smppctl" << path
              << " --help\n";
    return Exit::usage;
}

}  // namespace

Invocation read_command_line(int argc, char** argv) {
    // It outlives the invocation's closures, which refer to options only; the tree may go.
    Tree tree;
    build(tree);
    try {
        tree.app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        tree.app.exit(success);
        return {};
    } catch (const CLI::ParseError& error) {
        Invocation ended;
        ended.code = usage_error(tree, error, Names{argv + 1, argv + argc});
        return ended;
    }
    try {
        tree.invocation.endpoint = endpoint_of(tree.where, [](const char* name) {
            const char* value = std::getenv(name);
            return std::string{value ? value : ""};
        });
    } catch (const Failure& failure) {
        std::cerr << "smppctl: " << failure.what() << '\n';
        Invocation ended;
        ended.code = failure.code();
        return ended;
    }
    return std::move(tree.invocation);
}

}  // namespace smppd::ctl
