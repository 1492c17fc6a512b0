#!/usr/bin/env python3
"""tests/lint/layering.py - who may include whom, which library lives where, and what Asio costs.

Usage: layering.py ROOT
"""

import re
import sys

import rule
from source_tree import FOLDERS, SourceTree, code_only, line_of

# Includes point down; the two ground folders are strangers. Tests may include anything.
MAY_INCLUDE = {
    "protocol": {"protocol"},
    "pool": {"pool"},
    "conf": {"conf", "protocol", "pool"},
    "daemon": {"daemon", "conf", "protocol", "pool"},
    "tools": {"tools", "protocol", "pool"},
}
# A library, by how its headers begin, and the places that may know it.
HOMES = {
    "libsmpp34/": ("protocol/encode.cpp", "tests/support/smpp34_oracle.cpp"),
    "sqlite3": ("daemon/store/", "tests/"),
    "yaml-cpp/": ("conf/", "tests/"),
    "spdlog/": ("daemon/", "tests/"),
    "curl/": ("daemon/notify/", "tests/"),
    "boost/asio": ("daemon/", "tools/", "tests/"),
    "boost/beast": ("daemon/", "tools/", "tests/"),
    "doctest/": ("tests/",),
}
ASIO = ("boost/asio", "boost/beast")
# A unit with Asio costs 10 s and more to compile; this many keep a build from nothing short.
ASIO_UNITS_MAX = 25
# The ground folders are told the time and the chance; they do not ask.
ASKS = re.compile(r"_clock::now\b|\brandom_device\b|\bstd::time\(|\bgettimeofday\b|\bclock_gettime\b")


def direction(tree):
    for path in tree.ending(".cpp", ".hpp", ".inc"):
        folder = path.split("/")[0]
        if folder == "tests":
            continue
        for name in tree.includes(path):
            other = name.split("/")[0]
            if "/" in name and other in FOLDERS and other not in MAY_INCLUDE[folder]:
                yield f"{path}: includes {name}; {folder}/ may include {sorted(MAY_INCLUDE[folder])}"


def homes(tree):
    for path in tree.ending(".cpp", ".hpp", ".inc"):
        for name in tree.includes(path):
            for library, places in HOMES.items():
                if name.startswith(library) and not path.startswith(places):
                    yield f"{path}: includes {name}, which belongs to {' '.join(places)} only"


def computing_folders(tree):
    for path in tree.ending(".cpp", ".hpp", under=("protocol", "pool")):
        code = code_only(tree.text(path))
        for match in ASKS.finditer(code):
            yield f"{path}:{line_of(code, match.start())}: {match.group(0)} in a folder that only computes"


def asio_units(tree):
    """The translation units of the product that see Asio or Beast, directly or through our headers."""
    return [
        path for path in tree.ending(".cpp", under=("daemon", "tools"))
        if any(name.startswith(ASIO) for name in tree.closure(path)[1])
    ]


def asio_cost(tree):
    units = asio_units(tree)
    if len(units) > ASIO_UNITS_MAX:
        yield f"{len(units)} translation units see Asio or Beast, {ASIO_UNITS_MAX} may: {' '.join(units)}"


def check(tree):
    return [*direction(tree), *homes(tree), *computing_folders(tree), *asio_cost(tree)]


if __name__ == "__main__":
    rule.run(check, SourceTree(sys.argv[1]))
