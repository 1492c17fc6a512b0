// tests/conf/test_include.cpp - files as a whole: the include directory, what cannot be read, what
// is no YAML or more than one document.
#include "tests/conf/loading.hpp"

using namespace smppd;
using namespace smppd::test;

namespace {

std::string carrier(const std::string& name) {
    return "carriers:\n  " + name +
           ":\n    hosts: [a:1]\n    system_id: s\n    password: {env: A}\n";
}

}  // namespace

TEST_CASE("include: carriers and profiles of all files come together, in order") {
    Directory directory;
    const std::string main =
        directory.write("smppd.yaml", "include: smppd.d\n" + carrier("one") + store);
    directory.write("smppd.d/20.yaml",
                    carrier("three") + "    profile: p\npool: {cool_down: 1h}\n");
    directory.write("smppd.d/10.yaml", carrier("two") + "profiles: {p: {country: 44}}\n");
    directory.write("smppd.d/30.yaml", "# nothing\n");
    directory.write("smppd.d/.hidden.yaml", "nonsense\n");
    directory.write("smppd.d/readme.txt", "nonsense\n");
    const conf::Loaded loaded = conf::load(main, checking());
    REQUIRE(loaded.ok());
    REQUIRE(loaded.config.carriers.size() == 3);
    CHECK(loaded.config.carriers[0].name == "one");
    CHECK(loaded.config.carriers[1].name == "two");
    CHECK(loaded.config.carriers[2].name == "three");
    CHECK(loaded.config.carriers[2].profile.country == "44");
    CHECK(loaded.config.pool.cool_down == std::chrono::hours{1});
    CHECK(loaded.config.file == main);
}

TEST_CASE("include: a key that two files give is told with both places") {
    Directory directory;
    const std::string main =
        directory.write("smppd.yaml", carrier("acme") + "pool: {}\ninclude: d\n" + store);
    const std::string other =
        directory.write("d/a.yaml", "pool: {}\n" + carrier("acme") + "include: x\n");
    const conf::Loaded loaded = conf::load(main, checking());
    CHECK_FALSE(loaded.ok());
    std::vector<std::string> errors;
    for (const conf::Problem& problem : loaded.problems)
        if (!problem.warning)
            errors.push_back(problem.file + ":" + std::to_string(problem.line) + ":" +
                             std::to_string(problem.column) + " " + problem.message);
    CHECK(errors ==
          std::vector<std::string>{
              other + ":1:1 'pool' is given twice; the first is at " + main + ":6:1",
              other + ":3:3 'carriers.acme' is given twice; the first is at " + main + ":2:3",
              other + ":7:1 'include' is given twice; the first is at " + main + ":7:1"});
    CHECK(contains(conf::format(loaded.problems), "  pool: {}\n  ^\n"));
}

TEST_CASE("include: stands in the main file only, and names a directory") {
    Directory directory;
    directory.write("d/a.yaml", "include: x\n");
    CHECK(contains(problem_of("include: " + (directory / "none") + "\n"),
                   "1:10 'include': " + (directory / "none") + " cannot be read: No such file"));
    const std::string main = directory.write("smppd.yaml", "log: {}\ninclude: d\n" + store);
    const conf::Loaded loaded = conf::load(main, checking());
    CHECK(loaded.ok() == false);
    directory.write("d/a.yaml", "wndow: x\n");
    const conf::Loaded broken = conf::load(main, checking());
    REQUIRE(broken.problems.size() == 1);
    CHECK(broken.problems[0].file == directory / "d/a.yaml");
    CHECK(told(broken.problems)[0].starts_with("1:1 unknown key 'wndow' in the file"));
}

TEST_CASE("include: without reading of files nothing is opened") {
    Directory directory;
    directory.write("d/a.yaml", "nonsense\n");
    const std::string open_file = directory.write("pw", "x", 0644);
    conf::LoadOptions options;
    options.read_files = false;
    CHECK(
        problems_of("include: " + (directory / "d") + "\nstore: {key: {file: " + open_file + "}}\n",
                    options)
            .empty());
}

TEST_CASE("config: a file that cannot be read is a problem, no exception") {
    Directory directory;
    const conf::Loaded loaded = conf::load(directory / "none.yaml", {});
    REQUIRE(loaded.problems.size() == 1);
    CHECK(conf::format(loaded.problems) == (directory / "none.yaml") +
                                               ": error: the file cannot be read: No such file or "
                                               "directory\n1 error, 0 warnings\n");
    CHECK(contains(told(conf::load(directory.path(), {}).problems)[0], "it is a directory"));
}

TEST_CASE("config: one YAML document, not none and not two") {
    CHECK(problem_of("") == "0:0 the file is empty; it must have at least a key");
    CHECK(problem_of("# nothing\n") == "0:0 the file is empty; it must have at least a key");
    CHECK(problem_of("pool: {}\n---\nlog: {}\n") ==
          "2:1 a second YAML document begins here, by '---' or by a line that does not fit "
          "the indentation; the file must have one");
    CHECK(problem_of("- a\n") == "1:1 the file is a list; it must be a mapping of 'key: value'");
    CHECK(problem_of("text\n") == "1:1 the file is 'text'; it must be a mapping of 'key: value'");
    CHECK(problem_of("- a\nb: 1\n") ==
          "2:1 a second YAML document begins here, by '---' or by a line that does not fit "
          "the indentation; the file must have one");
    // Here yaml-cpp's LoadAll never ends.
    CHECK(contains(problem_of(", log:\n"), "1:1 a second YAML document"));
    CHECK(contains(problem_of("pool: {ttl_max: 1h\n"), "this is no YAML"));
    CHECK(contains(problem_of("pool:\n\tttl_max: 1h\n"), "2:9 this is no YAML"));
}

TEST_CASE("config: text that is not UTF-8 is told with its line") {
    CHECK(problem_of("log: {}\npool: \xff\n") ==
          "2:1 the line is not UTF-8 text; the file must be UTF-8");
    CHECK(problem_of(std::string("log: {}\n\0\n", 10)) ==
          "2:1 the line is not UTF-8 text; the file must be UTF-8");
}
