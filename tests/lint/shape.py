#!/usr/bin/env python3
"""tests/lint/shape.py - the shape of files: first line, length, functions, awaiting, the top of the tree.

Usage: shape.py ROOT
"""

import re
import sys

import rule
from functions import functions
from source_tree import SourceTree, code_only, line_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
TOP = {
    "meson.build", "daemon", "protocol", "pool", "conf", "systemd", "tests", "tools", "README.md",
    "LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ".gitignore", ".clang-format",
    ".clang-tidy", ".editorconfig", ".ci",
}
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
# Hashes and recorded octets may hold any letters.
NOT_PROSE = ("package-lock.json", ".tsv", ".png", ".pem")


def first_line(tree):
    for path in tree.ending(".cpp", ".hpp", ".inc"):
        if not tree.text(path).startswith(f"// {path} - "):
            yield f"{path}:1: does not open with '// {path} - what it is'"


def file_length(tree):
    # Tables (.inc) are as long as what they list.
    for path in tree.ending(".cpp", ".hpp", ".py", ".js", ".mjs", ".ts"):
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES_MAX:
            yield f"{path}:1: {lines} lines, {FILE_LINES_MAX} at most; split it by topic"


def function_length(tree):
    for path in tree.ending(".cpp", ".hpp"):
        for name, first, last in functions(code_only(tree.text(path))):
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield f"{path}:{first}: {name} has {last - first + 1} lines, {FUNCTION_LINES_MAX} at most"


def awaited_expressions(code):
    """(offset, text) of each expression after a co_await, up to the end of what it belongs to."""
    for match in re.finditer(r"\bco_await\b", code):
        depth = 0
        end = match.end()
        while end < len(code):
            letter = code[end]
            if letter in "([":
                depth += 1
            elif letter in ")]":
                depth -= 1
            if depth < 0 or letter == ";":
                break
            end += 1
        yield match.start(), code[match.end():end]


def awaited_temporaries(tree):
    for path in tree.ending(".cpp", ".hpp"):
        code = code_only(tree.text(path))
        for offset, expression in awaited_expressions(code):
            if "{" in expression:
                yield (f"{path}:{line_of(code, offset)}: a temporary in braces inside an awaited "
                       "expression; name the value first (g++ 12 destroys it twice)")


def unfinished(tree):
    for path in tree.paths:
        if path.endswith(NOT_PROSE):
            continue
        try:
            text = tree.text(path)
        except UnicodeDecodeError:
            continue
        for match in UNFINISHED.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: {match.group(0)} is left"


def top_entries(tree):
    for name in tree.top_entries():
        if name not in TOP:
            yield f"{name}: does not belong at the top of the tree"


def check(tree):
    return [
        *first_line(tree), *file_length(tree), *function_length(tree), *awaited_temporaries(tree),
        *unfinished(tree), *top_entries(tree),
    ]


if __name__ == "__main__":
    rule.run(check, SourceTree(sys.argv[1]))
