# tests/system/test_service.py - what systemd and the shell see: readiness, watchdog, exit codes.
import os
import signal
import socket
import subprocess
import unittest

import harness
from harness import SMPPD, eventually


class NotifySocket:
    """What systemd offers a service of Type=notify."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.setblocking(False)
        self.lines = []

    def take(self):
        while True:
            try:
                self.lines += self.socket.recv(65536).decode().splitlines()
            except BlockingIOError:
                return self.lines

    def count(self, line):
        return self.take().count(line)


def run(*arguments, timeout=20):
    return subprocess.run([SMPPD, *arguments], capture_output=True, text=True, timeout=timeout)


class Service(harness.SystemTest):
    def notified(self, **environment):
        daemon = self.smppd()
        notify = NotifySocket(os.path.join(daemon.directory, "notify"))
        self.addCleanup(notify.socket.close)
        daemon.environment = {"NOTIFY_SOCKET": notify.path, **environment}
        return daemon, notify

    def test_ready_watchdog_stopping(self):
        daemon, notify = self.notified(WATCHDOG_USEC="600000")
        carrier = self.smsc()
        daemon.config["carriers"] = {"acme": daemon.carrier(carrier.port)}
        daemon.write_config()
        daemon.start()
        eventually(lambda: notify.count("READY=1") == 1, what="READY=1")
        eventually(lambda: notify.count("WATCHDOG=1") >= 4, 10, "the watchdog being fed")
        carrier.wait_bound()
        eventually(lambda: any(line.startswith("STATUS=1 of 1 carrier binds up")
                               for line in notify.take()), what="the status line")
        self.assertEqual(notify.count("STOPPING=1"), 0)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(notify.count("STOPPING=1"), 1)
        self.assertEqual(notify.count("READY=1"), 1)

    def test_the_watchdog_starves_when_the_loop_stands_still(self):
        daemon, notify = self.notified(WATCHDOG_USEC="600000")
        daemon.start()
        eventually(lambda: notify.count("WATCHDOG=1") >= 2, what="the watchdog being fed")
        daemon.process.send_signal(signal.SIGSTOP)
        eventually(lambda: state_of(daemon.process.pid) == "T", what="the stop")
        before = notify.count("WATCHDOG=1")
        with self.assertRaises(AssertionError):
            eventually(lambda: notify.count("WATCHDOG=1") > before, 1.5)
        daemon.process.send_signal(signal.SIGCONT)
        eventually(lambda: notify.count("WATCHDOG=1") > before, what="the watchdog being fed")

    def test_sigint_stops_too_and_a_second_signal_hurries(self):
        daemon = self.smppd().start()
        daemon.process.send_signal(signal.SIGINT)
        self.assertEqual(daemon.process.wait(20), 0)
        silent = self.smsc(request=lambda link, pdu: 0 if pdu.command != 6 else None)
        daemon.config["carriers"] = {"acme": daemon.carrier(
            silent.port, timers={"response": "10m"})}
        daemon.config["stop_within"] = "60s"
        daemon.write_config()
        daemon.start()
        silent.wait_bound()
        daemon.process.send_signal(signal.SIGTERM)
        eventually(lambda: "stopping" in daemon.log().split("started")[-1], what="the drain")
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(daemon.process.wait(10), 0)

    def test_check_config(self):
        daemon = self.smppd()
        good = run("--check-config", "--config", daemon.config_file)
        self.assertEqual((good.returncode, good.stderr), (0, ""))
        self.assertFalse(os.path.exists(os.path.join(daemon.directory, "state.db")))
        # As the README writes it.
        self.assertEqual(run("--check-config", daemon.config_file).returncode, 0)
        daemon.config["stop_within"] = "no time"
        daemon.config["numbers"] = 1
        daemon.write_config()
        bad = run("--check-config", "--config", daemon.config_file)
        self.assertEqual(bad.returncode, 78)
        self.assertIn("smppd.yaml:", bad.stderr)
        self.assertIn("stop_within", bad.stderr)
        self.assertIn("numbers", bad.stderr)
        self.assertEqual(run("--config", daemon.config_file).returncode, 78)
        self.assertEqual(run("--check-config", "--config", "/nonexistent.yaml").returncode, 78)

    def test_the_sample_configurations_are_good(self):
        sample = os.path.join(harness.TREE, "conf", "smppd.yaml")
        self.assertEqual(run("--check-config", "--config", sample).returncode, 0)

    def test_usage(self):
        self.assertEqual(run("--no-such-option").returncode, 64)
        self.assertEqual(run("--help").returncode, 0)
        version = run("--version")
        self.assertEqual(version.returncode, 0)
        self.assertRegex(version.stdout, r"^smppd \d+\.\d+\.\d+\n$")

    def test_a_second_daemon_on_the_same_store_is_refused(self):
        first = self.smppd().start()
        second = self.smppd()
        second.config["store"] = first.config["store"]
        second.write_config()
        ended = run("--config", second.config_file)
        self.assertEqual(ended.returncode, 74)
        self.assertIn("another smppd", ended.stderr)
        self.assertTrue(first.control.get("/healthz"))
        first.stop()
        self.assertTrue(second.start().control.get("/healthz"))

    def test_a_second_daemon_on_the_same_socket_or_port_is_refused(self):
        first = self.smppd().start()
        for section in ("control", "platform_listeners"):
            second = self.smppd()
            second.config[section] = first.config[section]
            second.write_config()
            self.assertEqual(run("--config", second.config_file).returncode, 69, section)
        self.assertTrue(first.control.get("/healthz"))

    def test_a_socket_that_was_left_behind_is_replaced(self):
        daemon = self.smppd().start()
        daemon.kill()
        self.assertTrue(os.path.exists(daemon.socket))
        daemon.start()
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(os.path.exists(daemon.socket))

    def test_another_key_does_not_open_the_store(self):
        daemon = self.smppd().start()
        daemon.stop()
        os.unlink(os.path.join(daemon.directory, "store.key"))
        ended = run("--config", daemon.config_file)
        self.assertEqual(ended.returncode, 78)
        self.assertIn("key", ended.stderr)


def state_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


if __name__ == "__main__":
    unittest.main()
