#!/usr/bin/env python3
"""tests/lint/test_lint.py - each rule finds a planted violation, and leaves what is right alone.

Usage: test_lint.py [CLANG_FORMAT] COMPILER...
"""

import os
import sys
import tempfile
import unittest

import formatting
import headers
import layering
import listed
import results
import shape
from functions import functions
from source_tree import SourceTree, code_only

CLANG_FORMAT = None
COMPILER = ["g++"]


def cpp(path, body=""):
    return f"// {path} - a sample.\n{body}"


class Planted(unittest.TestCase):
    """Builds little trees and asks a checker about them."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def tree(self, files):
        for path, text in files.items():
            full = os.path.join(self.folder.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return SourceTree(self.folder.name)

    def finds(self, check, files, *words):
        """Exactly one finding, with all of the words."""
        found = list(check(self.tree(files)))
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def accepts(self, check, files):
        self.assertEqual(list(check(self.tree(files))), [])


class Layering(Planted):
    def test_the_ground_folders_are_strangers(self):
        self.finds(layering.check, {"protocol/a.cpp": '#include "pool/pool.hpp"\n'}, "pool/pool.hpp")

    def test_pool_may_not_look_at_protocol(self):
        self.finds(layering.check, {"pool/a.hpp": '#include "protocol/pdu.hpp"\n'}, "pool/a.hpp")

    def test_conf_may_not_look_up(self):
        self.finds(layering.check, {"conf/a.cpp": '#include "daemon/log.hpp"\n'}, "daemon/log.hpp")

    def test_tools_may_not_look_at_the_daemon(self):
        self.finds(layering.check, {"tools/x/a.cpp": "#include <daemon/log.hpp>\n"}, "tools/x/a.cpp")

    def test_the_product_may_not_look_at_tests(self):
        self.finds(layering.check, {"daemon/a.cpp": '#include "tests/support/hex.hpp"\n'}, "tests/")

    def test_pointing_down_is_right(self):
        self.accepts(layering.check, {
            "daemon/a.cpp": '#include "conf/a.hpp"\n#include "pool/a.hpp"\n#include <vector>\n',
            "conf/a.cpp": '#include "protocol/a.hpp"\n',
            "tests/a.cpp": '#include "daemon/a.hpp"\n#include "tools/a.hpp"\n'})

    def test_each_library_has_its_home(self):
        for path, header in [
                ("protocol/decode.cpp", "libsmpp34/smpp34.h"), ("daemon/daemon.cpp", "sqlite3.h"),
                ("daemon/main.cpp", "yaml-cpp/yaml.h"), ("conf/a.cpp", "spdlog/spdlog.h"),
                ("pool/a.cpp", "boost/asio/post.hpp"), ("conf/a.hpp", "boost/beast/http.hpp"),
                ("protocol/a.cpp", "doctest/doctest.h")]:
            with self.subTest(header):
                self.setUp()
                self.finds(layering.check, {path: f"#include <{header}>\n"}, header, path)

    def test_at_home_a_library_is_right(self):
        self.accepts(layering.check, {
            "protocol/encode.cpp": "#include <libsmpp34/smpp34.h>\n",
            "daemon/store/a.cpp": "#include <sqlite3.h>\n",
            "conf/a.cpp": "#include <yaml-cpp/yaml.h>\n",
            "daemon/log.cpp": "#include <spdlog/spdlog.h>\n",
            "tools/a.cpp": "#include <boost/asio.hpp>\n"})

    def test_an_include_in_a_comment_is_none(self):
        self.accepts(layering.check, {"pool/a.cpp": '// #include "daemon/a.hpp"\n'
                                                    '/*\n#include <sqlite3.h>\n*/\n'})

    def test_ground_folders_read_no_clock(self):
        body = "auto now() { return std::chrono::steady_clock::now(); }\n"
        self.finds(layering.check, {"pool/a.cpp": body}, "pool/a.cpp:1", "_clock::now")
        self.setUp()
        self.accepts(layering.check, {"daemon/a.cpp": body})

    def test_asio_is_counted_through_our_headers(self):
        files = {"daemon/net/a.hpp": "#include <boost/asio/post.hpp>\n",
                 "daemon/net/b.hpp": '#include "daemon/net/a.hpp"\n',
                 "daemon/quiet.cpp": "#include <vector>\n"}
        for i in range(layering.ASIO_UNITS_MAX):
            files[f"daemon/u{i}.cpp"] = '#include "daemon/net/b.hpp"\n'
        self.accepts(layering.check, files)
        self.finds(layering.check, {"tools/more.cpp": '#include "daemon/net/b.hpp"\n'.replace(
            "daemon/net/b.hpp", "tools/b.hpp"), "tools/b.hpp": "#include <boost/beast/core.hpp>\n"},
            "26 translation units", "tools/more.cpp")


class Shape(Planted):
    def test_the_first_line_names_the_file(self):
        self.finds(shape.check, {"pool/a.cpp": "// pool/b.cpp - another.\n"}, "pool/a.cpp:1")
        self.setUp()
        self.finds(shape.check, {"pool/a.hpp": "// pool/a.hpp\n"}, "pool/a.hpp:1")

    def test_file_length_on_both_sides(self):
        head = cpp("pool/a.cpp")
        self.accepts(shape.check, {"pool/a.cpp": head + "\n" * (shape.FILE_LINES_MAX - 1)})
        self.finds(shape.check, {"pool/a.cpp": head + "\n" * shape.FILE_LINES_MAX}, "401 lines")

    def test_tables_may_be_long(self):
        self.accepts(shape.check, {"pool/a.inc": cpp("pool/a.inc") + "{1},\n" * 1000})

    def test_function_length_on_both_sides(self):
        def body(lines):
            return cpp("pool/a.cpp", "namespace a {\nint f() {\n" + "g();\n" * (lines - 2) + "}\n}\n")
        self.accepts(shape.check, {"pool/a.cpp": body(shape.FUNCTION_LINES_MAX)})
        self.finds(shape.check, {"pool/a.cpp": body(shape.FUNCTION_LINES_MAX + 1)}, "f has 71 lines")

    def test_a_temporary_in_an_awaited_expression(self):
        for line in ["co_await write(Message{1});", "const auto x = co_await\n    read(limits{}, y);",
                     "if (co_await ask({1, 2})) {\n}"]:
            with self.subTest(line):
                self.setUp()
                self.finds(shape.check, {"daemon/a.cpp": cpp("daemon/a.cpp", line + "\n")}, "a.cpp:2")

    def test_awaiting_names_is_right(self):
        body = ("if (co_await ask(question)) {\n    go();\n}\nco_return Reply{co_await next()};\n"
                '// co_await write(Message{1});\nlog("co_await f({})");\n')
        self.accepts(shape.check, {"daemon/a.cpp": cpp("daemon/a.cpp", body)})

    def test_unfinished_words(self):
        for word in ["TO" + "DO", "FIX" + "ME", "XX" + "X"]:
            with self.subTest(word):
                self.setUp()
                self.finds(shape.check, {"README.md": f"One\n{word}: two\n"}, "README.md:2", word)

    def test_letters_of_a_hash_are_no_word(self):
        self.accepts(shape.check, {"tests/system/package-lock.json": '"sha512-a/XX' + 'X/b"\n'})

    def test_the_top_of_the_tree_is_fixed(self):
        self.finds(shape.check, {"notes.txt": "x\n"}, "notes.txt")

    def test_what_git_ignores_may_lie_at_the_top(self):
        self.accepts(shape.check, {".gitignore": "build*/\n*.pyc\n", "build-asan/x.cpp": "int x;\n",
                                   "a.pyc": "x", "meson.build": "", ".ci/run": ""})


class Functions(unittest.TestCase):
    def found(self, code):
        return functions(code_only(code))

    def test_kinds_of_functions(self):
        code = ("class A : public B<int(int)> {\n"
                "    int get() const { return 1; }\n"
                "    enum class E { a, b };\n"
                "};\n"
                "A::A(int x)\n"
                "    : a_{x}, b_(y) {\n"
                "    if (x) { f(); }\n"
                "}\n"
                "struct S make(int x) { return {}; }\n"
                "constexpr int table[] = {1, 2};\n"
                "template <class T>\n"
                "void run(T t) {\n"
                "    auto l = [&] { t(); };\n"
                "}\n")
        self.assertEqual(self.found(code), [("get", 2, 2), ("A::A", 5, 8), ("make", 9, 9),
                                            ("run", 11, 14)])

    def test_braces_in_quiet_places_do_not_count(self):
        code = ("#define OPEN {\n"
                'void f() {\n    g("}}", \'{\', 1\'000, R"x(}})x");  // }\n    /* { */\n}\n'
                "void h() {}\n")
        self.assertEqual(self.found(code), [("f", 2, 5), ("h", 6, 6)])


class Listed(Planted):
    def test_a_file_that_is_not_built(self):
        self.finds(listed.check, {"tests/meson.build": "files('pool/test_a.cpp')\n",
                                  "tests/pool/test_a.cpp": "", "tests/pool/test_b.cpp": ""},
                   "tests/pool/test_b.cpp")

    def test_a_comment_does_not_build(self):
        self.finds(listed.check, {"pool/meson.build": "# 'a.cpp'\n", "pool/a.cpp": ""}, "pool/a.cpp")

    def test_a_file_that_is_not_there(self):
        self.finds(listed.check, {"pool/meson.build": "files('a.cpp')\n"}, "pool/a.cpp")

    def test_a_python_test_that_does_not_run(self):
        self.accepts(listed.check, {"tests/system/meson.build": "t = {'test_a': 1}\nfiles('test_b.py')\n",
                                    "tests/system/test_a.py": "", "tests/system/test_b.py": ""})
        self.finds(listed.check, {"tests/system/test_c.py": ""}, "tests/system/test_c.py")

    def test_objects_of_another_target(self):
        self.accepts(listed.check, {"tests/meson.build": "d.extract_objects('log.cpp')\n",
                                    "daemon/meson.build": "files('log.cpp')\n", "daemon/log.cpp": ""})


class Headers(Planted):
    def check(self, tree):
        return headers.check(tree, os.path.join(self.folder.name, "build.cache"), COMPILER)

    def test_a_header_that_needs_another(self):
        self.finds(self.check, {".gitignore": "build*\n",
                                "pool/a.hpp": "#pragma once\nstd::string name();\n"}, "pool/a.hpp")
        # A failure is not remembered, what it includes is.
        self.finds(self.check, {}, "pool/a.hpp")
        self.accepts(self.check, {"pool/a.hpp": "#pragma once\n#include <string>\n"
                                                '#include "pool/b.hpp"\nstd::string name();\n',
                                  "pool/b.hpp": "#pragma once\n"})
        self.finds(self.check, {"pool/b.hpp": "#pragma once\nint x = y;\n",
                                "pool/b.cpp": '#include "pool/b.hpp"\n'}, "pool/a.hpp")

    def test_the_first_include_of_a_unit_is_shown_by_the_build(self):
        tree = self.tree({"pool/a.hpp": "", "pool/b.hpp": "",
                          "pool/a.cpp": '#include "pool/a.hpp"\n#include "pool/b.hpp"\n'})
        self.assertEqual(headers.not_first(tree), ["pool/b.hpp"])


class Formatting(Planted):
    def test_a_crooked_line(self):
        if CLANG_FORMAT is None:
            self.skipTest("clang-format-14 is not installed")
        style = "BasedOnStyle: Google\n"

        def check(tree):
            return formatting.check(tree, CLANG_FORMAT)
        self.accepts(check, {".clang-format": style, "pool/a.cpp": "int x = 1;\n"})
        self.finds(check, {"pool/b.cpp": "int   y=1;\n"}, "pool/b.cpp:1")


class Results(unittest.TestCase):
    def test_counts_and_tails(self):
        log = ['{"name": "a", "result": "OK"}', '{"name": "b", "result": "EXPECTEDFAIL"}', "",
               '{"name": "c", "result": "FAIL", "stdout": "one\\ntwo\\n", "stderr": "three"}']
        told = results.report(results.read_results(log)).split("\n")
        self.assertEqual(told, ["2 1", "--- c: FAIL", "one", "two", "three"])

    def test_all_but_success_is_failure(self):
        for result in ["SKIP", "TIMEOUT", "ERROR", "UNEXPECTEDPASS", "INTERRUPT"]:
            told = results.report([{"name": "a", "result": result}])
            self.assertTrue(told.startswith("0 1\n"), result)

    def test_no_log_is_no_success(self):
        self.assertEqual(results.main("/nonexistent/log.json"), 1)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments and "clang-format" in arguments[0]:
        CLANG_FORMAT = arguments.pop(0)
    COMPILER = arguments or COMPILER
    unittest.main(argv=sys.argv[:1])
