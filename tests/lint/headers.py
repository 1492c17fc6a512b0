#!/usr/bin/env python3
"""tests/lint/headers.py - every header compiles alone.

A header that is the first include of some .cpp has shown it when that was built (listed.py sees to
it that all are); the others are compiled here.

Usage: headers.py ROOT CACHE COMPILER...
CACHE is a file that remembers what has compiled, so that a second run looks only at what changed.
"""

import concurrent.futures
import hashlib
import os
import subprocess
import sys

import rule
from source_tree import SourceTree

ARGUMENTS = ["-std=c++20", "-fsyntax-only", "-w", "-I.", '-DSMPPD_VERSION="0"',
             "-DBOOST_ASIO_SEPARATE_COMPILATION", "-DBOOST_BEAST_SEPARATE_COMPILATION"]


def key_of(tree, path, compiler):
    """Changes when the header, one that it includes, or the compiler does."""
    digest = hashlib.sha256(repr((compiler, ARGUMENTS)).encode())
    for each in sorted(tree.closure(path)[0]):
        digest.update(f"{each}\0{tree.text(each)}\0".encode())
    return digest.hexdigest()


def not_first(tree):
    """The headers that no .cpp includes before anything else."""
    first = {name for path in tree.ending(".cpp") for name in tree.includes(path)[:1]}
    return [path for path in tree.ending(".hpp") if path not in first]


def compile_alone(tree, path, compiler):
    """None, or what is wrong."""
    # The header comes in through an include: compiled by itself, `#pragma once` would be a warning.
    result = subprocess.run(
        [*compiler, *ARGUMENTS, "-x", "c++", "-"], input=f'#include "{path}"\n', cwd=tree.root,
        capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    lines = [line for line in result.stderr.splitlines() if "error" in line] or [result.stderr]
    return f"{path}: does not compile alone: {lines[0]}"


def read_cache(path):
    try:
        with open(path, encoding="utf-8") as file:
            return set(file.read().split())
    except OSError:
        return set()


def check(tree, cache_path, compiler):
    known = read_cache(cache_path)
    keys = {path: key_of(tree, path, compiler) for path in not_first(tree)}
    waiting = [path for path, key in keys.items() if key not in known]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        found = dict(zip(waiting, workers.map(
            lambda path: compile_alone(tree, path, compiler), waiting)))
    with open(cache_path, "w", encoding="utf-8") as file:
        file.writelines(f"{key}\n" for path, key in keys.items() if not found.get(path))
    return [finding for finding in found.values() if finding]


if __name__ == "__main__":
    rule.run(check, SourceTree(sys.argv[1]), sys.argv[2], sys.argv[3:])
