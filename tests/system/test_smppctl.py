# tests/system/test_smppctl.py - the verbs of smppctl against a daemon that runs: what they do, what
# they print, and their exit codes.
import json
import os
import re
import subprocess
import time
import unittest

import harness
import smpp
from harness import eventually

SMPPCTL = os.environ.get(
    "SMPPCTL", os.path.join(harness.TREE, "build", "tools", "smppctl", "smppctl"))
NUMBER = "447700900101"
MAPPING = {"platform": "client0", "event": "/type", "actions": {
    "made": {"do": "allocate", "workflow": "signup"}, "over": {"do": "release"}}}
USAGE, UNREACHABLE, NOT_FOUND, REFUSED = 2, 3, 4, 5


class Smppctl(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon, self.carrier = self.with_carrier(
            mappings={"tasks": MAPPING}, workflows={"signup": {"ttl": "10m"}})
        self.control = self.daemon.control

    def run_ctl(self, *words, stdin=None, socket=None):
        return subprocess.run(
            [SMPPCTL, *words], input=stdin, capture_output=True, text=True, timeout=30, check=False,
            env={**os.environ, "SMPPCTL_SOCKET": socket or self.daemon.socket, "NO_COLOR": "1"})

    def ctl(self, *words, **options):
        result = self.run_ctl(*words, **options)
        self.assertEqual(result.returncode, 0, f"{words}: {result.stderr}")
        return result.stdout

    def fails(self, status, *words, **options):
        result = self.run_ctl(*words, **options)
        self.assertEqual(result.returncode, status, f"{words}: {result.stdout} {result.stderr}")
        self.assertTrue(result.stderr.startswith("smppctl: "), result.stderr)
        return result.stderr

    def csv(self, *lines):
        path = os.path.join(self.daemon.directory, "numbers.csv")
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def platform(self):
        self.control.platform("client0")
        self.ctl("numbers", "import", self.csv("Number,Country", f"+{NUMBER},GB"))

    def test_numbers(self):
        bad = self.csv("number,country", f"+{NUMBER},GB", "12,GB", "+447700900102,GB")
        told = self.run_ctl("numbers", "import", bad)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("3", told.stdout + told.stderr)
        self.assertEqual(json.loads(self.ctl("--json", "numbers", "list", "--country", "GB"))["items"], [])
        self.ctl("numbers", "import", "--skip-bad", bad)
        self.control.platform("client0")
        self.ctl("numbers", "assign", "client0", f"+{NUMBER}")
        listed = self.ctl("numbers", "list", "--country", "GB")
        self.assertRegex(listed, rf"\+{NUMBER} .*assigned")
        self.assertRegex(listed, r"\+447700900102 .*available")
        self.ctl("numbers", "unassign", f"+{NUMBER}", "--yes")
        self.assertRegex(self.ctl("numbers", "list", "--country", "GB"), rf"\+{NUMBER} .*(available|cooling)")
        self.fails(NOT_FOUND, "numbers", "assign", "client0", "+447700900999")

    def test_numbers_update(self):
        self.platform()
        number = f"+{NUMBER}"
        self.assertIn(f"{number} is changed", self.ctl(
            "numbers", "update", number, "--carrier", "acme", "--tags", "retail,uk", "--monthly-cost",
            "1.25", "--isolation-group", "banks", "--platform", "client0"))
        shown = self.ctl("numbers", "show", number)
        for text in ("acme", "retail, uk", "1.25 a month", "banks", "client0"):
            self.assertIn(text, shown)
        self.assertIn("1 number is changed", self.ctl(
            "numbers", "update", "--prefix", "+4477", "--isolation-group", "", "--no-tags", "-y"))
        number = json.loads(self.ctl("--json", "numbers", "show", number))
        self.assertIsNone(number["isolation_group"])
        self.assertEqual(number["tags"], [])
        self.assertEqual(number["carrier"], "acme")
        self.assertIn("nothing is to be changed", self.fails(USAGE, "numbers", "update", f"+{NUMBER}"))
        self.fails(REFUSED, "numbers", "update", f"+{NUMBER}", "--country", "FR")

    def test_tasks_post(self):
        self.platform()
        made = json.loads(self.ctl("tasks", "post", "tasks", "task-17", stdin='{"type": "made"}'))
        self.assertEqual(made["number"], f"+{NUMBER}")
        event = os.path.join(self.daemon.directory, "event.json")
        with open(event, "w") as file:
            json.dump({"type": "over"}, file)
        over = json.loads(self.ctl("tasks", "post", "tasks", "task-17", event))
        self.assertEqual(over["state"], "released")
        self.fails(NOT_FOUND, "tasks", "post", "other", "task-17", event)
        self.assertIn("is no JSON", self.fails(USAGE, "tasks", "post", "tasks", "task-17", stdin="{"))

    def test_probe_and_drain(self):
        probed = json.loads(self.ctl("--json", "carriers", "probe", "acme"))["items"]
        self.assertEqual([one["bind"] for one in probed], ["acme/1"])
        self.assertTrue(probed[0]["answered"])
        self.assertRegex(self.ctl("carriers", "probe", "acme/1"), r"acme/1 +bound +\d+\.\d{3} ms")
        self.platform()
        self.ctl("numbers", "update", f"+{NUMBER}", "--carrier", "acme")
        session = json.loads(self.ctl("--json", "sessions", "allocate", "client0"))["id"]
        self.assertIn("is being drained", self.ctl("carriers", "drain", "acme", "-y"))
        self.assertIn("draining", self.ctl("carriers", "show", "acme"))
        # The session goes on, and what comes for it arrives.
        self.assertIn(f"+{NUMBER}", self.ctl("sessions", "show", session))
        time.sleep(1.5)
        self.assertIn("acme/1", self.ctl("binds", "list", "--carrier", "acme"))
        self.assertTrue(self.carrier.bound())
        self.ctl("sessions", "release", session, "-y")
        eventually(lambda: not self.carrier.bound(), what="the drained carrier being stopped")
        eventually(lambda: "stopped" in self.ctl("carriers", "show", "acme"), what="it being shown")
        self.assertEqual(self.run_ctl("carriers", "probe", "acme").returncode, 1)
        self.fails(REFUSED, "carriers", "drain", "acme", "-y")
        # Stopped and started at once: its numbers are leased again all the same.
        self.ctl("numbers", "import", self.csv("number,carrier", "+447700900102,acme"))
        self.ctl("carriers", "start", "acme")
        self.daemon.wait_bound()
        self.ctl("carriers", "stop", "acme", "-y")
        self.ctl("carriers", "start", "acme")
        self.daemon.wait_bound()
        eventually(lambda: self.run_ctl("sessions", "allocate", "client0").returncode == 0,
                   what="a lease of the carrier's number")

    def test_binds_stop_and_start(self):
        self.assertRegex(self.ctl("binds", "list"), r"acme/1 .*bound")
        # By the name that the list shows; a carrier's name means all of its binds.
        self.assertIn("stopped bind 1", self.ctl("binds", "stop", "acme/1", "--yes"))
        eventually(lambda: "stopped" in self.ctl("binds", "list"), what="the bind being stopped")
        self.ctl("binds", "start", "acme/1")
        self.daemon.wait_bound()
        self.ctl("binds", "stop", "acme", "--yes")
        eventually(lambda: not self.carrier.bound(), what="no bind")
        self.ctl("binds", "start", "acme")
        self.daemon.wait_bound()
        self.assertIn("acme", self.ctl("carriers", "show", "acme"))
        self.fails(NOT_FOUND, "binds", "stop", "nobody", "--yes")
        self.fails(NOT_FOUND, "carriers", "show", "nobody")

    def test_messages(self):
        self.platform()
        session = json.loads(self.ctl("--json", "sessions", "allocate", "client0"))["id"]
        self.assertEqual(self.carrier.deliver("447700900200", NUMBER, b"first"), smpp.ROK)
        tail = subprocess.Popen(
            [SMPPCTL, "messages", "tail", "-f", "-n", "0", "--text"], stdout=subprocess.PIPE,
            text=True, env={**os.environ, "SMPPCTL_SOCKET": self.daemon.socket})
        self.addCleanup(tail.wait, 10)
        self.addCleanup(tail.kill)
        time.sleep(0.5)  # for it to ask; what came before must not be shown
        self.assertEqual(self.carrier.deliver("447700900200", NUMBER, b"second"), smpp.ROK)
        line = tail.stdout.readline()
        while "MESSAGE" in line:
            line = tail.stdout.readline()
        self.assertIn("second", line)
        listed = self.ctl("messages", "list", "--text")
        self.assertIn("first", listed)
        message = re.search(r"^([0-9a-f]{16}) .*first", listed, re.MULTILINE).group(1)
        self.assertNotIn("first", self.ctl("messages", "list"))
        self.assertIn("first", self.ctl("messages", "show", message, "--text"))
        explained = self.ctl("messages", "explain", message)
        self.assertIn("client0", explained)
        self.assertEqual(explained, self.ctl("message", "explain", message))
        self.ctl("sessions", "release", session, "--yes")
        self.assertIn("released", self.ctl("sessions", "show", session))
        self.fails(NOT_FOUND, "messages", "explain", "0" * 15 + "1")

    def test_accounts_and_keys(self):
        self.control.platform("client0")
        told = self.ctl("platforms", "update-account", "client0", "--binds-max", "7",
                        "--allow", "192.0.2.0/24", "--disable")
        self.assertRegex(told, r"client0 +disabled +7 .*192\.0\.2\.0/24")
        told = self.ctl("platforms", "update-account", "client0", "--allow-anywhere", "--enable")
        self.assertRegex(told, r"client0 +enabled +7 .*anywhere")
        self.fails(USAGE, "platforms", "update-account", "client0")
        self.fails(NOT_FOUND, "platforms", "update-account", "nobody", "--enable")
        key = json.loads(self.ctl("--json", "keys", "create", "--platform", "client0"))["id"]
        told = self.ctl("keys", "update", key, "--name", "backend", "--allow", "192.0.2.7")
        self.assertIn("backend", told)
        self.assertIn("192.0.2.7", told)
        self.ctl("keys", "revoke", key, "--yes")
        self.fails(REFUSED, "keys", "update", key, "--name", "late")

    def test_backup_and_configuration(self):
        copy = os.path.join(self.daemon.directory, "copy.db")
        self.ctl("backup", copy)
        self.assertGreater(os.path.getsize(copy), 4096)
        self.ctl("config", "check", self.daemon.config_file)
        broken = os.path.join(self.daemon.directory, "broken.yaml")
        with open(broken, "w") as file:
            file.write("stop_within: 10x\nnonsense: 1\n")
        told = self.run_ctl("config", "check", broken)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("broken.yaml:1:", told.stderr)
        self.assertIn("broken.yaml:2:", told.stderr)

    def test_decode_needs_no_daemon(self):
        nowhere = os.path.join(self.daemon.directory, "no.sock")
        told = self.ctl("decode", "00000010800000150000000000000007", socket=nowhere)
        self.assertIn("enquire_link_resp", told)
        self.assertIn("7", told)
        self.assertNotEqual(self.run_ctl("decode", "zz").returncode, 0)

    def test_exit_codes(self):
        self.fails(USAGE, "nonsense")
        self.fails(USAGE, "sessions", "show")
        self.fails(UNREACHABLE, "status",
                   socket=os.path.join(self.daemon.directory, "no.sock"))
        self.control.platform("client0")
        self.fails(REFUSED, "sessions", "allocate", "client0")
        self.assertRegex(self.ctl("status"), r"Carriers +1")


if __name__ == "__main__":
    unittest.main()
