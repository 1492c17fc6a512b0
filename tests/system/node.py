# tests/system/node.py - the node packages that package-lock.json pins, in a directory beside the
# build's, and scripts that speak JSON lines.
import contextlib
import fcntl
import filecmp
import json
import os
import shutil
import subprocess

import harness
from harness import tool

HERE = os.path.dirname(os.path.abspath(__file__))


@contextlib.contextmanager
def _alone(place):
    """Tests run side by side; one of them installs."""
    with open(os.path.join(place, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def modules():
    """The directory where npm has installed what package-lock.json names."""
    place = os.path.join(os.environ.get("SMPPD_BUILD", os.path.join(harness.TREE, "build")),
                         "system-peers")
    os.makedirs(place, exist_ok=True)
    lock = os.path.join(HERE, "package-lock.json")
    installed = os.path.join(place, "node_modules", ".installed-lock.json")
    with _alone(place):
        if not os.path.exists(installed) or not filecmp.cmp(lock, installed, shallow=False):
            for name in ("package.json", "package-lock.json"):
                shutil.copy(os.path.join(HERE, name), place)
            subprocess.run([tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                           cwd=place, check=True, stdout=subprocess.DEVNULL, timeout=120)
            shutil.copy(lock, installed)
    return place


class Asked:
    """A node process that answers each line of JSON with one."""

    def __init__(self, name):
        self.process = subprocess.Popen(
            [tool("node"), os.path.join(HERE, name)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={**os.environ, "NODE_PLACE": modules()})

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("node ended")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
