# tests/system/test_hostile.py - a hostile minute (20 seconds without SMPPD_LONG=1): everything that
# an open port attracts at once, from several addresses of the loopback net, while the others are
# served and memory stays flat.
import os
import random
import resource
import socket
import struct
import threading
import time
import unittest

import harness
import smpp
from harness import LONG, eventually

SECONDS = 60 if LONG else 20
HTTP = b"GET / HTTP/1.1\r\nHost: sms.example\r\nUser-Agent: probe\r\n\r\n"
TLS = bytes.fromhex("160301007c0100007803034041424344454647") + bytes(105)
HUGE = struct.pack(">IIII", 0xFFFFFFFF, smpp.BIND_TRANSCEIVER, 0, 1)
HALF = smpp.pack(smpp.BIND_TRANSCEIVER, 0, 1, smpp.bind_body("client0", "secret0"))[:21]
# The longest gap that a neighbour may notice, on a machine that has other things to do.
SLOW = 3.0


class Attack:
    """Threads that do their worst until told to stop; they count what they did."""

    def __init__(self, port):
        self.port, self.stop = port, threading.Event()
        self.counts, self.held = {}, []
        self.threads = []

    def connect(self, timeout=2):
        sock = socket.socket()
        sock.settimeout(timeout)
        # Any address of 127.0.0.0/8 is ours: so the limit of one address does not end it early.
        sock.bind((f"127.{random.randrange(1, 250)}.{random.randrange(250)}.1", 0))
        sock.connect(("127.0.0.1", self.port))
        return sock

    def start(self, name, act):
        def run():
            while not self.stop.is_set():
                try:
                    act()
                    self.counts[name] = self.counts.get(name, 0) + 1
                except OSError:
                    pass
        thread = threading.Thread(target=run, daemon=True)
        self.threads.append(thread)
        thread.start()

    def talk(self, octets):
        def act():
            with self.connect() as sock:
                sock.sendall(octets() if callable(octets) else octets)
                # The daemon is to close, and soon; a response may come before.
                sock.settimeout(10)
                while sock.recv(4096):
                    pass
        return act

    def hang(self, octets):
        def act():
            if len(self.held) >= 500:
                self.held.pop(0).close()
            sock = self.connect()
            sock.sendall(octets)
            self.held.append(sock)
        return act

    def guess(self):
        with self.connect() as sock:
            body = smpp.bind_body("client0", f"g{random.randrange(10**6)}")
            sock.sendall(smpp.pack(smpp.BIND_TRANSCEIVER, 0, 1, body))
            sock.settimeout(10)
            while sock.recv(4096):
                pass

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(20)
        for sock in self.held:
            sock.close()


class Hostile(harness.SystemTest):
    def setUp(self):
        super().setUp()
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.daemon, self.carrier = self.with_carrier()
        self.daemon.control.platform("client0", window=20, binds_max=4)
        self.daemon.control.numbers(["+447700900101"])
        self.daemon.control.lease("client0", "+447700900101")
        self.platform = self.bind(self.daemon, "client0")

    def serve(self, seconds):
        """Messages go through all the while; returns how many, and the longest that one took."""
        count, longest, end = 0, 0.0, time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.monotonic()
            text = smpp.unique()
            self.assertEqual(self.carrier.deliver("447700900200", "447700900101", text, timeout=15),
                             smpp.ROK)
            self.platform.wait_texts([text], 15)
            del self.platform.received[:-10]
            longest = max(longest, time.monotonic() - begin)
            count += 1
            time.sleep(0.01)
        return count, longest

    def test_the_hostile_minute(self):
        attack = Attack(self.daemon.port)
        self.addCleanup(attack.end)
        garbage = lambda: os.urandom(random.randrange(16, 3000))
        for name, act in (("random octets", attack.talk(garbage)), ("http", attack.talk(HTTP)),
                          ("tls", attack.talk(TLS)), ("4 GiB", attack.talk(HUGE)),
                          ("half a PDU", attack.hang(HALF)), ("nothing", attack.hang(b"")),
                          ("guessing", attack.guess)):
            attack.start(name, act)
        self.serve(3)
        early = self.daemon.rss_kib()
        count, longest = self.serve(SECONDS)
        late = self.daemon.rss_kib()
        attack.end()
        print(f"{count} messages, the slowest {longest:.2f} s; RSS {early} to {late} KiB; "
              f"{attack.counts}", flush=True)
        self.assertLess(longest, SLOW)
        self.assertGreater(count, SECONDS)
        self.assertLess(late - early, 20_000, "KiB of growth")
        for name in ("random octets", "http", "tls", "4 GiB", "half a PDU", "nothing", "guessing"):
            self.assertGreater(attack.counts.get(name, 0), 2, name)
        # What half a PDU or silence held is given back after session_init.
        eventually(lambda: self.daemon.descriptors() < 40, 20, "the descriptors being given back")
        self.assertTrue(self.platform.link.alive())

    def test_ten_thousand_connections(self):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        wanted = min(10_000, limit - 500)
        self.assertGreaterEqual(wanted, 3_000, "too few descriptors; raise the hard limit")
        before = self.daemon.rss_kib()
        attack = Attack(self.daemon.port)
        self.addCleanup(attack.end)
        stop = threading.Event()
        opened = [0]

        def flood():
            while not stop.is_set() and opened[0] < wanted:
                try:
                    attack.held.append(attack.connect())
                    opened[0] += 1
                except OSError:
                    time.sleep(0.01)
        workers = [threading.Thread(target=flood, daemon=True) for _ in range(2)]
        for worker in workers:
            worker.start()
        longest, peak, held = 0.0, before, 0
        begin = time.monotonic()
        while any(worker.is_alive() for worker in workers) and time.monotonic() < begin + 60:
            longest = max(longest, self.serve(0.2)[1])
            peak = max(peak, self.daemon.rss_kib())
            held = max(held, self.daemon.descriptors())
        stop.set()
        for worker in workers:
            worker.join(10)
        print(f"{opened[0]} connections of {wanted}; at most {held} descriptors; "
              f"the slowest message {longest:.2f} s; RSS {before}, at most {peak} KiB", flush=True)
        self.assertGreaterEqual(opened[0], wanted)
        self.assertGreater(held, 1_000, "connections at once")
        self.assertLess(longest, SLOW)
        # With limits a connection costs some kilobytes, whoever has not bound yet too.
        self.assertLess(peak - before, 200_000, "KiB for the connections")
        attack.end()
        eventually(lambda: self.daemon.descriptors() < 40, 30, "the descriptors being given back")
        self.serve(0.5)

    def test_descriptors_run_out(self):
        self.daemon.stop()
        self.daemon.launcher = [harness.tool("prlimit"), "--nofile=120:120"]
        self.daemon.start()
        self.daemon.wait_bound()
        self.platform = self.bind(self.daemon, "client0")
        attack = Attack(self.daemon.port)
        self.addCleanup(attack.end)
        for _ in range(200):
            attack.held.append(attack.connect())
        eventually(lambda: "accept_paused" in self.daemon.log(), what="the pause")
        cpu = cpu_seconds(self.daemon.process.pid)
        count, longest = self.serve(2)
        self.assertGreater(count, 10)
        self.assertLess(longest, SLOW)
        self.assertLess(cpu_seconds(self.daemon.process.pid) - cpu, 1.5, "it spins")
        attack.end()
        self.bind(self.daemon, "client0")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    unittest.main()
