// conf/load.cpp - reads the file and its include directory, and writes out what is wrong.
#include "conf/checks.hpp"
#include "conf/files.hpp"
#include "conf/parse.hpp"
#include "conf/tables.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <filesystem>

namespace smppd::conf {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_octets_max = 4 * 1024 * 1024;
constexpr std::size_t included_files_max = 1'000;

/// What yaml-cpp says about text that is no YAML, without the name that it may have appended: an
/// unquoted password that begins with '*' is taken for an anchor.
std::string syntax_problem(const std::string& message) {
    return message.substr(0, message.find(':'));
}

/// Whether the text is UTF-8 that yaml-cpp takes as it is; a problem when not.
bool check_encoding(Reader& reader, int file, std::string_view text) {
    if (protocol::valid_utf8(text) && text.find('\0') == std::string_view::npos) return true;
    int line = 1;
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view one = text.substr(start, end - start);
        if (!protocol::valid_utf8(one) || one.find('\0') != std::string_view::npos) break;
        start = end + 1;
    }
    reader.hide_lines(file);
    reader.error({file, line, 1}, "the line is not UTF-8 text; the file must be UTF-8");
    return false;
}

/// Reads one file's text into the document. `main`: it may not be empty. Whether it is YAML
/// with something in it; the rest is told to the reader.
bool read_text(Reader& reader, const std::string& name, std::string_view text, Document& document,
               bool main) {
    const int file = reader.add_file(name, text);
    if (!check_encoding(reader, file, text)) return false;
    try {
        const Parsed parsed = parse_yaml(std::string(text));
        if (parsed.second) {
            // yaml-cpp takes a line that does not fit the indentation for a new document.
            reader.error({file, parsed.second->line + 1, parsed.second->column + 1},
                         "a second YAML document begins here, by '---' or by a line "
                         "that does not fit the indentation; the file must have one");
            return false;
        }
        if (parsed.node.IsNull()) {
            if (main) reader.error({file, 0, 0}, "the file is empty; it must have at least a key");
            return false;
        }
        read_mapping(reader, Reader::root(file, parsed.node), root_table(), document);
        return true;
    } catch (const YAML::Exception& problem) {
        // A broken file tells nothing of what its lines are: they may be a secret's.
        reader.hide_lines(file);
        reader.error({file, problem.mark.line + 1, problem.mark.column + 1},
                     "this is no YAML: " + syntax_problem(problem.msg));
        return false;
    }
}

/// The *.yaml of a directory in the order of their names; hidden ones are not taken.
std::vector<fs::path> yaml_files(const fs::path& directory, std::error_code& failed) {
    std::vector<fs::path> files;
    fs::directory_iterator at(directory, failed);
    for (; !failed && at != fs::directory_iterator{}; at.increment(failed)) {
        const fs::path& path = at->path();
        if (path.extension() == ".yaml" && !path.filename().native().starts_with('.'))
            files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
}

void read_included(Reader& reader, const std::string& main, Document& document) {
    const fs::path directory = fs::path(main).parent_path() / document.include;
    const Place place = reader.place_of("include");
    std::error_code failed;
    const std::vector<fs::path> files = yaml_files(directory, failed);
    if (failed) {
        reader.error(place, "'include': " + shown(directory.native()) + " cannot be read: " +
                                failed.message() + "; it must be a directory");
        return;
    }
    if (files.size() > included_files_max) {
        reader.error(place, "'include': " + shown(directory.native()) + " has " +
                                std::to_string(files.size()) + " files; it must be at most " +
                                std::to_string(included_files_max));
        return;
    }
    for (const fs::path& path : files) {
        SmallFile file = read_small_file(path.native(), file_octets_max);
        if (file.trouble.empty()) {
            read_text(reader, path.native(), file.octets, document, false);
            continue;
        }
        const int number = reader.add_file(path.native(), {});
        reader.error({number, 0, 0}, "the file cannot be read: " + file.trouble);
    }
}

/// The caret's indent: tabs as in the line, one blank for each other character before the column.
std::string indent_to(const Problem& problem) {
    std::string indent;
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(problem.column); ++i) {
        const char c = i < problem.source.size() ? problem.source[i] : ' ';
        if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) indent += c == '\t' ? '\t' : ' ';
    }
    return indent;
}

std::string count(std::size_t number, const std::string& word) {
    return std::to_string(number) + " " + word + (number == 1 ? "" : "s");
}

}  // namespace

bool Loaded::ok() const noexcept {
    return std::all_of(problems.begin(), problems.end(),
                       [](const Problem& problem) { return problem.warning; });
}

Loaded load_text(const std::string& yaml, const std::string& name, const LoadOptions& options) {
    Reader reader(options);
    Document document;
    // Of what is no configuration nothing is missing.
    if (read_text(reader, name, yaml, document, true)) {
        if (!document.include.empty() && options.read_files) read_included(reader, name, document);
        check_whole(reader, document.config);
    }
    document.config.file = name;
    return {std::move(document.config), reader.finish()};
}

Loaded load(const std::string& path, const LoadOptions& options) {
    SmallFile file = read_small_file(path, file_octets_max);
    if (file.trouble.empty()) return load_text(file.octets, path, options);
    Loaded loaded;
    loaded.config.file = path;
    loaded.problems.push_back(
        {path, 0, 0, "the file cannot be read: " + file.trouble, {}, {}, false});
    return loaded;
}

std::string format(const std::vector<Problem>& problems) {
    std::string out;
    std::size_t warnings = 0;
    for (const Problem& problem : problems) {
        out += problem.file;
        if (problem.line > 0)
            out += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
        out += problem.warning ? ": warning: " : ": error: ";
        out += problem.message + "\n";
        if (problem.warning) ++warnings;
        if (!problem.source.empty()) {
            out += "  " + problem.source + "\n  " + indent_to(problem) + "^";
            out += (problem.hint.empty() ? "" : " ") + problem.hint + "\n";
        } else if (!problem.hint.empty()) {
            out += "  " + problem.hint + "\n";
        }
    }
    if (problems.empty()) return out;
    return out + count(problems.size() - warnings, "error") + ", " + count(warnings, "warning") +
           "\n";
}

}  // namespace smppd::conf
