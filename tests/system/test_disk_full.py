# tests/system/test_disk_full.py - the store's file system is full: the carrier is asked to send
# again, the API says 503, nothing that was acknowledged is lost, and it heals by itself.
# Root mounts a small tmpfs; anybody else makes one in a user namespace of unshare(1).
import os
import shutil
import subprocess
import unittest

import harness
import smpp
from harness import Refused, eventually, tool

SIZE = "12m"
NUMBER = "447700900101"


class DiskFull(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.smppd()
        self.disk = os.path.join(self.daemon.directory, "disk")
        os.mkdir(self.disk, 0o700)
        if os.geteuid() == 0:
            subprocess.run([tool("mount"), "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "smppd",
                            self.disk], check=True)
            self.addCleanup(subprocess.run, [tool("umount"), "-l", self.disk], check=True)
            self.view = self.disk
        else:
            # The file system is seen from outside through /proc of the daemon.
            self.daemon.launcher = [tool("unshare"), "--user", "--map-root-user", "--mount", "sh", "-c",
                                    f'mount -t tmpfs -o size={SIZE} smppd "{self.disk}" && exec "$@"',
                                    "sh"]
            self.view = None
        self.carrier = self.smsc()
        self.daemon.config["store"]["sqlite"] = os.path.join(self.disk, "state.db")
        self.daemon.config["carriers"] = {"acme": self.daemon.carrier(self.carrier.port)}
        self.daemon.write_config()
        self.daemon.start()
        if not self.view:
            self.view = f"/proc/{self.daemon.process.pid}/root{self.disk}"
        self.daemon.wait_bound()
        self.control = self.daemon.control
        self.control.platform("client0")
        self.control.numbers(["+" + NUMBER, "+447700900102"])
        self.control.lease("client0", "+" + NUMBER)

    def fill(self):
        with open(os.path.join(self.view, "filler"), "wb", buffering=0) as file:
            for size in (65536, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def deliver(self, text):
        return self.carrier.deliver("447700900200", NUMBER, text, timeout=20)

    def test_full_and_healed(self):
        kept, refused = [], []
        for _ in range(20):
            kept.append(smpp.unique())
            self.assertEqual(self.deliver(kept[-1]), smpp.ROK)
        self.fill()
        # The ballast and what is free in the file last for a while.
        padding = " " + "x" * 120

        def until_refused():
            if shutil.disk_usage(self.view).free > 0:
                self.fill_up()
            text = smpp.unique() + padding
            status = self.deliver(text)
            (kept if status == smpp.ROK else refused).append(text)
            return status != smpp.ROK and status
        self.assertEqual(eventually(until_refused, 120, "a refusal", pause=0), smpp.RMSGQFUL)
        status = self.control.get("/v1/status")
        self.assertTrue(status["writer"]["full"])
        self.assertTrue([alarm for alarm in status["alarms"] if "full" in alarm])
        with self.assertRaises(Refused) as ready:
            self.control.get("/readyz")
        self.assertEqual(ready.exception.status, 503)
        with self.assertRaises(Refused) as lease:
            for _ in range(50):
                self.control.lease("client0", "+447700900102")
                self.control.release(self.control.get(
                    "/v1/numbers/+447700900102")["session"])
        self.assertEqual(lease.exception.status, 503)
        # It still serves: what was recorded goes out, the carrier's bind stays.
        peer = self.bind(self.daemon, "client0")
        peer.wait_texts(kept, 30)
        self.assertTrue(self.carrier.bound()[0].alive())

        os.unlink(os.path.join(self.view, "filler"))
        # The carrier sends again what it was asked to, with the same octets.
        for text in refused:
            eventually(lambda t=text: self.deliver(t) == smpp.ROK, 60, "the healing", pause=0.2)
        eventually(lambda: not self.control.get("/v1/status")["writer"]["full"], 60,
                   "the alarm's end")
        peer.wait_texts(kept + refused, 30)
        eventually(lambda: self.control.get("/v1/status")["waiting_messages"] == 0, 30,
                   "all being settled")
        self.assertEqual(self.daemon.process.poll(), None)
        self.daemon.stop()
        if os.geteuid() == 0:
            self.daemon.start()
            stored = [m["text"] for m in self.control.messages()]
            self.same_texts(stored, kept + refused, order=False)

    def fill_up(self):
        with open(os.path.join(self.view, "filler"), "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass


if __name__ == "__main__":
    unittest.main()
