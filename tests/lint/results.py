#!/usr/bin/env python3
"""tests/lint/results.py - counts the results in a log of `meson test`, for tools/check.

Prints "PASSED FAILED" and then, for each test that failed, its name, result and the end of its output.
"""

import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
LINES_SHOWN = 40


def read_results(lines):
    """A list of dictionaries, one for each test in the log."""
    return [json.loads(line) for line in lines if line.strip()]


def end_of(text):
    return "\n".join((text or "").rstrip().split("\n")[-LINES_SHOWN:])


def report(results):
    """The text that main() prints. A test that was skipped has failed: its tool is missing."""
    bad = [each for each in results if each["result"] not in PASSED]
    told = [f"{len(results) - len(bad)} {len(bad)}"]
    for each in bad:
        told.append(f"--- {each['name']}: {each['result']}")
        told += [end for end in (end_of(each.get("stdout")), end_of(each.get("stderr"))) if end]
    return "\n".join(told)


def main(path):
    try:
        with open(path, encoding="utf-8") as log:
            results = read_results(log)
    except OSError as error:
        print(f"results: {error}", file=sys.stderr)
        return 1
    if not results:
        print(f"results: no test in {path}", file=sys.stderr)
        return 1
    print(report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
