// tests/conf/loading.hpp - what the tests of the configuration share.
#pragma once

#include "conf/config.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace smppd::test {

inline conf::LoadOptions checking() {
    conf::LoadOptions options;
    options.checking = true;
    return options;
}

/// Problems as "LINE:COLUMN MESSAGE", warnings with "warning: " in front, hints in brackets.
inline std::vector<std::string> told(const std::vector<conf::Problem>& problems) {
    std::vector<std::string> lines;
    for (const conf::Problem& problem : problems)
        lines.push_back((problem.warning ? "warning: " : "") + std::to_string(problem.line) + ":" +
                        std::to_string(problem.column) + " " + problem.message +
                        (problem.hint.empty() ? "" : " [" + problem.hint + "]"));
    return lines;
}

/// Without the one of a missing store.key, which most tests do not have and one is about.
inline std::vector<std::string> problems_of(const std::string& yaml,
                                            const conf::LoadOptions& options = checking()) {
    std::vector<conf::Problem> problems = conf::load_text(yaml, "t.yaml", options).problems;
    std::erase_if(problems, [](const conf::Problem& problem) {
        return problem.message.starts_with("'store.key' is missing");
    });
    return told(problems);
}

/// The only problem there is; a text that matches nothing when there are more or fewer.
inline std::string problem_of(const std::string& yaml,
                              const conf::LoadOptions& options = checking()) {
    const std::vector<std::string> problems = problems_of(yaml, options);
    if (problems.size() == 1) return problems.front();
    std::string all = std::to_string(problems.size()) + " problems";
    for (const std::string& problem : problems) all += "\n" + problem;
    return all;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The section that every file must have. Its key is not there yet, which is no problem.
inline const std::string store = "store: {key: {file: /nowhere/smppd/store.key}}\n";

/// A directory of the test's own, gone at its end.
class Directory {
public:
    Directory() {
        static std::atomic<int> count{0};
        path_ = std::filesystem::temp_directory_path() /
                ("smppd-conf-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        std::filesystem::create_directories(path_);
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    std::string path() const { return path_.string(); }
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& octets, mode_t mode = 0600) {
        const std::filesystem::path path = path_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << octets;
        ::chmod(path.c_str(), mode);
        return path.string();
    }

private:
    std::filesystem::path path_;
};

}  // namespace smppd::test
