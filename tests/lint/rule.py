"""tests/lint/rule.py - how a linter is run: a list of findings printed, status 1 when there is any."""

import sys

SKIPPED = 77  # meson's status for a test that could not run


def run(check, *arguments):
    """Calls check(), prints what it found as "path:line: what", and ends the program."""
    findings = check(*arguments)
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} found")
    sys.exit(1 if findings else 0)
