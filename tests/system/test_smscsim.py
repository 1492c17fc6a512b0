# tests/system/test_smscsim.py - smscsim's faults and scripts against smppd: what each does to the
# binds, and that smppd comes through.
import json
import os
import queue
import subprocess
import threading
import unittest

import harness
import smpp
from harness import eventually

SMSCSIM = os.environ.get(
    "SMSCSIM", os.path.join(harness.TREE, "build", "tools", "smscsim", "smscsim"))
NUMBER = "447700900101"


class Simulator:
    """smscsim serve, whose commands we type."""

    def __init__(self, test, port, *options):
        self.process = subprocess.Popen(
            [SMSCSIM, "serve", "--listen", f"127.0.0.1:{port}", "--json", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.events = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        test.addCleanup(self.process.wait, 10)
        test.addCleanup(self.process.kill)

    def read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, event, timeout=20):
        """The next event of this kind; the others are dropped."""
        while True:
            one = self.events.get(timeout=timeout)
            if one["event"] == event:
                return one


class Smscsim(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.port = harness.free_port()
        self.simulator = Simulator(self, self.port, "--retry", "200ms")
        self.daemon = self.smppd()
        self.daemon.config["carriers"] = {"sim": self.daemon.carrier(
            self.port, timers={"reconnect": {"from": "100ms", "to": "300ms"},
                               "enquire_link": "1s", "response": "1s"})}
        self.daemon.write_config()
        self.daemon.start()
        self.daemon.wait_bound()
        self.daemon.control.platform("client0")
        self.daemon.control.numbers(["+" + NUMBER])
        self.daemon.control.lease("client0")
        self.owner = self.bind(self.daemon, "client0")

    def still_delivers(self):
        text = smpp.unique()
        self.simulator.type(f'mo from=447700900900 to={NUMBER} text="{text}"')
        self.owner.wait_texts([text])

    def test_faults_at_once(self):
        for fault in ("drop", "garbage", "unbind"):
            with self.subTest(fault):
                self.simulator.until("bind")
                self.simulator.type("fault " + fault)
                self.simulator.until("link_closed")
                # It binds anew, and what the carrier has goes on.
                self.still_delivers()

    def test_faults_that_last(self):
        self.simulator.type("fault reject-binds")
        self.simulator.type("fault drop")
        self.simulator.until("bind_refused")
        self.simulator.type("fault none")
        self.still_delivers()
        # A connection that is dead, but stands, is found out by enquire_link.
        self.simulator.type("fault half-open")
        eventually(lambda: not [bind for bind in self.daemon.control.binds()
                                if bind["carrier"] and bind["state"] == "bound"],
                   what="the dead bind being given up")
        self.simulator.type("fault none")
        self.daemon.wait_bound()
        self.still_delivers()

    def test_parts_out_of_order_and_twice(self):
        text = smpp.unique() + " " + "long " * 40
        self.simulator.type(f'mo from=447700900900 to={NUMBER} parts=udh16 order=2,1 duplicate=2 '
                            f'text="{text.strip()}"')
        self.owner.wait_texts([text.strip()])
        self.still_delivers()
        self.same_texts(self.owner.texts()[:1], [text.strip()])
        self.assertEqual(len(self.owner.texts()), 2)

    def test_a_script_says_whether_all_was_answered(self):
        port = harness.free_port()
        script = os.path.join(self.daemon.directory, "expect.sms")
        for command, status in (("expect bound 1 within 1s", 1), ("wait 10ms", 0)):
            with open(script, "w") as file:
                file.write(command + "\n")
            result = subprocess.run(
                [SMSCSIM, "serve", "--listen", f"127.0.0.1:{port}", "--script", script, "--once"],
                capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
            self.assertEqual(result.returncode, status, command)

    def test_a_client_that_refuses_and_one_that_takes(self):
        self.owner.close()
        password = self.daemon.secret_file("client.password", "secret0")
        text = smpp.unique()

        def client(*options):
            process = subprocess.Popen(
                [SMSCSIM, "client", "--connect", f"127.0.0.1:{self.daemon.port}", "--system-id",
                 "client0", "--password-file", password, "--json", *options],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.addCleanup(process.wait, 10)
            self.addCleanup(process.kill)
            return process

        refusing = client("--answer", "ESME_RX_T_APPN")
        self.assertIn('"bind"', refusing.stdout.readline())
        self.simulator.type(f'mo from=447700900900 to={NUMBER} text="{text}"')
        line = refusing.stdout.readline()
        self.assertTrue(text in line, "the refused message was not shown")
        refusing.kill()
        taking = client()
        while text not in (line := taking.stdout.readline()):
            self.assertNotEqual(line, "", "the client ended")
        eventually(lambda: {m["state"] for m in self.daemon.control.messages()} == {"delivered"},
                   what="delivery")


if __name__ == "__main__":
    unittest.main()
