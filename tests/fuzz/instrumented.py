#!/usr/bin/env python3
"""tests/fuzz/instrumented.py - each object of these libraries counts the edges that a run takes.

Usage: instrumented.py LIBRARY...
Without it a target still runs, and searches blindly: only its own few edges would guide it.
"""

import glob
import sys

COUNTERS = b"__sancov_cntrs"  # the section that -fsanitize=fuzzer-no-link makes


def is_instrumented(path):
    with open(path, "rb") as file:
        return COUNTERS in file.read()


def blind_objects(library):
    """The library's objects without counters; Meson keeps them beside it, in LIBRARY.p/."""
    objects = sorted(glob.glob(f"{library}.p/*.o"))
    if not objects:
        return [f"{library}: no objects"]
    return [path for path in objects if not is_instrumented(path)]


def main(libraries):
    blind = [path for library in libraries for path in blind_objects(library)]
    for path in blind:
        print(f"not instrumented: {path}")
    return 1 if blind or not libraries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
