#!/usr/bin/env python3
"""tests/lint/formatting.py - C++ is as clang-format 14 writes it.

Usage: formatting.py ROOT [CLANG_FORMAT]; without the tool the test is skipped.
"""

import concurrent.futures
import os
import subprocess
import sys

import rule
from source_tree import SourceTree

FILES_AT_ONCE = 25


def misformatted(root, tool, paths):
    result = subprocess.run([tool, "--dry-run", "-Werror", "--style=file", *paths], cwd=root,
                            capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    places = [line.split(": error:")[0] for line in result.stderr.splitlines() if ": error:" in line]
    if not places:
        return [f"{tool}: {result.stderr.strip()}"]
    first = {}
    for place in places:
        first.setdefault(place.split(":")[0], place)
    return [f"{place}: not as clang-format writes it; run: {os.path.basename(tool)} -i {path}"
            for path, place in first.items()]


def check(tree, tool):
    paths = tree.ending(".cpp", ".hpp")
    groups = [paths[i:i + FILES_AT_ONCE] for i in range(0, len(paths), FILES_AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        found = workers.map(lambda group: misformatted(tree.root, tool, group), groups)
        return [finding for group in found for finding in group]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("clang-format-14 is not installed")
        sys.exit(rule.SKIPPED)
    rule.run(check, SourceTree(sys.argv[1]), sys.argv[2])
