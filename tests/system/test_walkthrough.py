# tests/system/test_walkthrough.py - the commands of README.md's walk-through, to the letter, in one
# shell against the daemon, configuration and simulated carrier of tools/quickstart. The ports are
# the README's, so it runs in a network of its own where it may make one.
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import harness
import own_network
from harness import eventually

HEADING = "## Allocate, receive, verify, release"
PORTS = (8080, 9000, 2775, 2776)
BUILD = os.environ.get("SMPPD_BUILD", os.path.join(harness.TREE, "build"))
SMPPCTL = os.environ.get("SMPPCTL", os.path.join(BUILD, "tools", "smppctl", "smppctl"))
SMSCSIM = os.environ.get("SMSCSIM", os.path.join(BUILD, "tools", "smscsim", "smscsim"))


def blocks():
    """The ```sh blocks of the walk-through's section."""
    with open(os.path.join(harness.TREE, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    section = re.split(r"^## ", readme.split(HEADING + "\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class QuickStart:
    """What tools/quickstart leaves running: in a directory with the tree's paths."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="smppd-walkthrough-")
        self.state = os.path.join(self.directory, ".quickstart")
        self.processes, self.script = [], None
        os.mkdir(self.state, 0o700)
        ctl = os.path.join(self.directory, "build", "quickstart", "tools", "smppctl")
        os.makedirs(ctl)
        os.symlink(SMPPCTL, os.path.join(ctl, "smppctl"))
        password = os.path.join(self.state, "simulator.password")
        with open(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("simpass0\n")

    def start(self):
        script = os.path.join(self.state, "script")
        os.mkfifo(script)
        self.script = os.open(script, os.O_RDWR)
        with open(script) as lines:
            self.run([SMSCSIM, "serve", "--listen", "127.0.0.1:2775", "--system-id", "smppd",
                      "--password-file", os.path.join(self.state, "simulator.password"),
                      "--quiet"], "simulator.log", lines)
        self.run([harness.SMPPD, "--config",
                  os.path.join(harness.TREE, "conf", "quickstart.yaml")], "smppd.log")
        eventually(lambda: self.log().count("bind_up") >= 2, 30,
                   f"the carrier's binds; {self.log()[-2000:]}")
        control = harness.Control(os.path.join(self.state, "control.sock"))
        control.numbers([f"+44770090{number:04}" for number in range(100, 110)])
        return self

    def run(self, command, log, stdin=subprocess.DEVNULL):
        with open(os.path.join(self.state, log), "wb") as output:
            self.processes.append(subprocess.Popen(
                command, cwd=self.directory, stdin=stdin, stdout=output, stderr=output))

    def log(self):
        return read(os.path.join(self.state, "smppd.log"))

    def shell(self, commands):
        """What bash makes of them: its status, output and errors. What it left behind ends too."""
        out, err = os.path.join(self.state, "out"), os.path.join(self.state, "err")
        with open(out, "w") as output, open(err, "w") as errors:
            process = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", commands], cwd=self.directory,
                start_new_session=True, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        try:
            status = process.wait(120)
        except subprocess.TimeoutExpired:
            status = "none: it did not end"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        return status, read(out), read(err)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait(20)
        if self.script is not None:
            os.close(self.script)
        shutil.rmtree(self.directory, ignore_errors=True)


class Walkthrough(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.assertEqual(own_network.taken(PORTS), [], "ports are taken, and there is no network of our own")
        self.quickstart = QuickStart()
        self.addCleanup(self.quickstart.stop)
        self.quickstart.start()

    def walk(self, commands):
        """Runs them and holds what they print against what the README promises."""
        status, out, err = self.quickstart.shell(commands)
        shown = f"status {status}\n{err}\n{out}"
        self.assertEqual(status, 0, shown)
        # smppctl says so of each key, and keeps it off the standard output.
        self.assertEqual(re.sub(r"^Keep the key of \w+ now: .*\n", "", err, flags=re.MULTILINE), "")
        lines = out.splitlines()
        answers = [json.loads(line) for line in lines if line.startswith("{")]
        words = [line for line in lines if not line.startswith("{")]
        self.check_answers(*answers)
        heard = [re.sub(r"ses_\w+", "SESSION", word) for word in words[-5:]]
        self.assertEqual(heard, [
            "good code.received SESSION 123456", "release: 204", "release: 204", "released",
            "good session.released SESSION None"], shown)
        self.assertIn(answers[0]["id"], words[-5])
        return out

    def check_answers(self, session, messages, wrong, right, live, live_messages, live_right):
        self.assertRegex(session["number"], r"^\+999001\d{6}$")
        self.assertEqual((session["state"], session["reference"], session["test"]),
                         ("active", "order-77", True))
        self.assertEqual([one["code"] for one in messages["items"]], ["123456"])
        self.assertEqual((wrong["success"], wrong["attempts_left"]), (False, 4))
        self.assertEqual((right["success"], right["state"], right["next_step"]),
                         (True, "verified", "continue"))
        self.assertEqual({wrong["session_id"], right["session_id"]}, {session["id"]})
        self.assertRegex(live["number"], r"^\+44770090010\d$")
        self.assertFalse(live["test"])
        self.assertEqual([(one["code"], one["session"]) for one in live_messages["items"]],
                         [("482913", live["id"])])
        self.assertEqual((live_right["success"], live_right["session_id"]), (True, live["id"]))

    def received(self):
        return read(os.path.join(self.quickstart.state, "received")).splitlines()

    def test_what_the_readme_says_works(self):
        out = self.walk("".join(blocks()))
        received = [line.split() for line in self.received()]
        self.assertEqual([(verdict, what, code) for verdict, what, _, code in received], [
            ("good", "code.received", "123456"), ("good", "session.released", "None"),
            ("good", "session.released", "None")])
        first, second, third = [session for _, _, session, _ in received]
        self.assertEqual(first, second)
        self.assertNotEqual(second, third)
        log = self.quickstart.log()
        self.assertNotIn("Your Meadow code", log)
        self.assertNotIn("smppd_test_", out + log)
        self.assertNotIn("whsec_", out + log)

    def broken(self, good, bad):
        """The walk with one of its commands wrong must not pass."""
        commands = "".join(blocks())
        self.assertEqual(commands.count(good), 1, "the README has changed; say the mistake anew")
        # The rest waits less long for what will not come.
        commands = commands.replace(good, bad).replace("seq 100", "seq 15")
        with self.assertRaises((AssertionError, TypeError)) as caught:
            self.walk(commands)
        return str(caught.exception)

    def test_a_wrong_code_is_seen(self):
        self.assertIn("False", self.broken('"123 456"', '"123 457"'))

    def test_a_wrong_path_is_seen(self):
        self.assertIn('"status":404', self.broken('$ID/verify -d \'{"code": "000000"}',
                                                  '$ID/verity -d \'{"code": "000000"}'))

    def test_a_wrong_field_is_seen(self):
        self.assertIn("422", self.broken('"area": "never"', '"areas": "never"'))

    def test_a_wrong_signature_is_seen(self):
        self.assertIn("forged code.received",
                      self.broken("timestamp']}.\".encode()", "timestamp']},\".encode()"))

    def test_a_release_that_releases_nothing_is_seen(self):
        self.assertIn("active", self.broken(
            '| field id)\napi $API/sessions/$ID -X DELETE',
            '| field id)\napi $API/sessions/$ID -X GET'))


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
