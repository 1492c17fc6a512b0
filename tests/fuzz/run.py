#!/usr/bin/env python3
"""tests/fuzz/run.py - runs one libFuzzer target: its seeds, and then a short search.

Usage: run.py TARGET EXECUTABLE SOURCE_ROOT DIRECTORY [--planted]
SMPPD_FUZZ_SECONDS is how long it searches, 3 when it is not set.
--planted: a search from nothing that must find the planted fault (see planted.cpp).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

import make_seeds

PLANTED_SECONDS = 120  # found in a few; a busy machine may need longer
FOUND = "the planted fault was found"
LINES_SHOWN = 40


def fuzz(executable, directory, *arguments):
    """The status and the text of a run; what it finds goes to DIRECTORY/found-*."""
    command = [executable, f"-artifact_prefix={directory}/found-", "-timeout=20",
               "-rss_limit_mb=2048", "-print_final_stats=1", *arguments]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return result.returncode, result.stdout.decode("utf-8", "replace")


def fail(what, text):
    print("\n".join(text.split("\n")[-LINES_SHOWN:]))
    print(what)
    return 1


def covered(text):
    """How many edges the run has seen in the end."""
    counts = re.findall(r"\bcov: (\d+)", text)
    return int(counts[-1]) if counts else 0


def search(options):
    seeds, corpus = f"{options.directory}/seeds", f"{options.directory}/corpus"
    count = make_seeds.write_seeds(options.target, options.root, options.directory)
    os.makedirs(corpus, exist_ok=True)
    if count == 0:
        return fail("no seeds", "")
    status, text = fuzz(options.executable, options.directory, "-runs=0", seeds)
    if status != 0:
        return fail("a seed fails", text)
    at_first = covered(text)
    seconds = os.environ.get("SMPPD_FUZZ_SECONDS", "3")
    status, text = fuzz(options.executable, options.directory, f"-max_total_time={seconds}",
                        f"-dict={options.directory}/words", corpus, seeds)
    if status != 0:
        return fail(f"found in {seconds} s; the input is in {options.directory}", text)
    runs = re.search(r"number_of_executed_units:\s*(\d+)", text)
    print(f"{options.target}: {count} seeds cover {at_first} edges; after {seconds} s and "
          f"{runs.group(1) if runs else '?'} inputs {covered(text)}")
    return 0


def planted(options):
    # From nothing but the words: not even an earlier run's findings may help.
    make_seeds.write_seeds(options.target, options.root, options.directory)
    corpus = f"{options.directory}/corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    os.makedirs(corpus)
    status, text = fuzz(options.executable, options.directory, f"-max_total_time={PLANTED_SECONDS}",
                        "-seed=1", "-max_len=128", f"-dict={options.directory}/words", corpus)
    if FOUND not in text:
        return fail(f"the planted fault was not found in {PLANTED_SECONDS} s: the fuzzer does not "
                    "see into the library", text)
    if status == 0:
        return fail("the fault was found, but the status is 0", text)
    print(f"{options.target}: planted fault found, {covered(text)} edges covered")
    return 0


def main():
    parser = argparse.ArgumentParser()
    for name in ("target", "executable", "root", "directory"):
        parser.add_argument(name)
    parser.add_argument("--planted", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.directory, exist_ok=True)
    return planted(options) if options.planted else search(options)


if __name__ == "__main__":
    sys.exit(main())
