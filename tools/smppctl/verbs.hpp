// tools/smppctl/verbs.hpp - verbs added to the command line, for tree.cpp and verbs.cpp.
#pragma once

#include "tools/smppctl/endpoint.hpp"
#include "tools/smppctl/tree.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace smppd::ctl {

using Names = std::vector<std::string>;

struct Tree {
    CLI::App app{"smppctl - looks at smppd and steers it"};
    Invocation invocation;
    EndpointWords where;
    std::map<const CLI::Option*, Names> values;  // of the options that take these only
};

/// What adding one verb needs: its options read into a struct of their own, its example.
template <class Options>
class Verb {
public:
    using Action = void (*)(const Tool&, const Options&);

    Verb(Tree& tree, CLI::App& group, const std::string& name, const std::string& what,
         const std::string& examples, Action action)
        : tree_(tree), app_(*group.add_subcommand(name, what)) {
        set_action(action);
        app_.footer("Example:\n  smppctl " + examples);
    }
    /// A group that does something by itself, without a verb.
    Verb(Tree& tree, CLI::App& group, Action action) : tree_(tree), app_(group) {
        set_action(action);
    }

    Options& to() { return *options_; }
    template <class Value>
    Verb& argument(const std::string& name, Value& to, const std::string& what) {
        app_.add_option(name, to, what)->required()->type_name("");
        return *this;
    }
    template <class Value>
    Verb& optional_argument(const std::string& name, Value& to, const std::string& what) {
        app_.add_option(name, to, what)->type_name("");
        return *this;
    }
    template <class Value>
    Verb& option(const std::string& name, const std::string& type, Value& to,
                 const std::string& what) {
        app_.add_option(name, to, what)->type_name(type)->allow_extra_args(false);
        return *this;
    }
    template <class Value>
    Verb& required_option(const std::string& name, const std::string& type, Value& to,
                          const std::string& what) {
        app_.add_option(name, to, what)->type_name(type)->allow_extra_args(false)->required();
        return *this;
    }
    Verb& choice(const std::string& name, std::string& to, const Names& values,
                 const std::string& what) {
        CLI::Option* option = app_.add_option(name, to, what)->check(CLI::IsMember(values));
        option->type_name("ONE OF");
        tree_.values[option] = values;
        return *this;
    }
    /// Of which several may be named, with commas between or with the option repeated.
    Verb& choices(const std::string& name, const std::string& type, Names& to, const Names& values,
                  const std::string& what) {
        CLI::Option* option = app_.add_option(name, to, what)->check(CLI::IsMember(values));
        option->type_name(type)->delimiter(',')->allow_extra_args(false);
        tree_.values[option] = values;
        return *this;
    }
    /// Of which several may be named, with commas between or with the option repeated.
    Verb& words(const std::string& name, const std::string& type, Names& to,
                const std::string& what) {
        app_.add_option(name, to, what)->type_name(type)->delimiter(',')->allow_extra_args(false);
        return *this;
    }
    Verb& argument_choice(const std::string& name, std::string& to, const Names& values,
                          const std::string& what) {
        CLI::Option* option = app_.add_option(name, to, what)->check(CLI::IsMember(values));
        option->required()->type_name("");
        tree_.values[option] = values;
        return *this;
    }
    Verb& flag(const std::string& name, bool& to, const std::string& what) {
        app_.add_flag(name, to, what);
        return *this;
    }
    Verb& yes(bool& to) { return flag("-y,--yes", to, "Do not ask"); }
    Verb& limit(std::uint64_t& to) {
        app_.add_option("-n,--limit", to, "At most so many, 0: all")
            ->type_name("N")
            ->capture_default_str();
        return *this;
    }

private:
    void set_action(Action action) {
        app_.callback([this_options = options_, action, &tree = tree_, &app = app_] {
            if (!app.get_subcommands().empty()) return;
            tree.invocation.run = [this_options, action](const Tool& tool) {
                action(tool, *this_options);
            };
        });
    }

    Tree& tree_;
    CLI::App& app_;
    std::shared_ptr<Options> options_ = std::make_shared<Options>();
};

/// Words that lead to verbs; `alone`: and do something by themselves.
CLI::App& group(Tree& tree, const std::string& name, const std::string& what, bool alone = false);

/// All verbs but completion, which is made of them.
void add_verbs(Tree& tree);
// Parts of them, each in a file of its own.
void add_pool_verbs(Tree& tree);
void add_api_verbs(Tree& tree);

}  // namespace smppd::ctl
