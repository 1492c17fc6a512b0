#!/usr/bin/env python3
"""tests/lint/listed.py - every .cpp and every test in Python is named in a meson.build, so that none
is silently not built or not run.

Usage: listed.py ROOT
"""

import posixpath
import re
import sys

import rule
from source_tree import SourceTree

QUOTED = re.compile(r"'([^'\n]+\.cpp)'")


def listed(tree):
    """The paths that the meson.build files name, each relative to its own folder."""
    named = set()
    for path in tree.paths:
        if posixpath.basename(path) == "meson.build":
            text = re.sub(r"^\s*#.*$", "", tree.text(path), flags=re.MULTILINE)
            # These are named as the other target knows them, which lists them itself.
            text = re.sub(r"extract_objects\([^)]*\)", "", text)
            folder = posixpath.dirname(path)
            named |= {posixpath.normpath(posixpath.join(folder, name)) for name in QUOTED.findall(text)}
    return named


def python_tests(tree):
    """Tests that no meson.build names, with .py or without."""
    for path in tree.ending(".py", under=("tests",)):
        folder, name = posixpath.split(path)
        listing = posixpath.join(folder, "meson.build")
        stem = name.removesuffix(".py")
        if name.startswith("test_") and (
                listing not in tree.paths or not re.search(rf"'{stem}(\.py)?'", tree.text(listing))):
            yield f"{path}: {listing} does not name it, so it never runs"


def check(tree):
    named = listed(tree)
    there = set(tree.ending(".cpp"))
    return [
        *(f"{path}: no meson.build names it, so it is never built" for path in sorted(there - named)),
        *(f"{path}: a meson.build names it, but it is not there" for path in sorted(named - there)
          if path not in tree.paths),
        *python_tests(tree),
    ]


if __name__ == "__main__":
    rule.run(check, SourceTree(sys.argv[1]))
