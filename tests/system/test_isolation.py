# tests/system/test_isolation.py - a peer that misbehaves is its own trouble: carriers and platforms
# beside it go on as if it were not there.
import os
import socket
import threading
import time
import unittest

import harness
import smpp
from harness import eventually

# A message takes a few milliseconds; whoever waits for a neighbour's timer takes many times this.
SWIFT = 2.0


class Isolation(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon, self.good = self.with_carrier(names=("good",))
        self.daemon.control.platform("client0", window=20)
        self.daemon.control.platform("client1", window=20)
        self.daemon.control.numbers(["+447700900101", "+447700900102"])
        self.daemon.control.lease("client0", "+447700900101")
        self.daemon.control.lease("client1", "+447700900102")

    def add_carrier(self, peer, **more):
        self.daemon.config["carriers"]["bad"] = self.daemon.carrier(peer, **more)
        self.daemon.write_config()
        self.daemon.process.send_signal(harness.signal.SIGHUP)

    def swift(self, platform, number="447700900101", count=50):
        """The good carrier's messages reach the platform without delay."""
        begin = time.monotonic()
        texts = [smpp.unique() for _ in range(count)]
        for text in texts:
            self.assertEqual(self.good.deliver("447700900200", number, text, timeout=SWIFT),
                             smpp.ROK)
        platform.wait_texts(texts, SWIFT)
        self.assertLess(time.monotonic() - begin, count * SWIFT / 10)
        return texts

    def test_a_carrier_of_garbage(self):
        served = []

        def garbage(listener):
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                served.append(sock)
                try:
                    sock.sendall(os.urandom(4096))
                except OSError:
                    pass

        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(lambda: (listener.shutdown(socket.SHUT_RDWR), listener.close(),
                                 [sock.close() for sock in served]))
        threading.Thread(target=garbage, args=(listener,), daemon=True).start()
        self.add_carrier(listener.getsockname()[1])
        platform = self.bind(self.daemon, "client0")
        eventually(lambda: len(served) >= 3, what="smppd trying again")
        self.swift(platform)

    def test_a_carrier_that_accepts_and_says_nothing(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.add_carrier(listener.getsockname()[1], binds=5)
        platform = self.bind(self.daemon, "client0")
        eventually(lambda: len([b for b in self.daemon.control.binds()
                                if b["carrier"] == "bad" and b["state"] == "binding"]) == 5,
                   what="five binds that are not answered")
        self.swift(platform)

    def test_a_carrier_that_is_nowhere_and_one_that_refuses(self):
        refusing = self.smsc(request=lambda link, pdu: smpp.RBINDFAIL)
        self.add_carrier(refusing.port, hosts=["nowhere.invalid:2775", "192.0.2.1:2775",
                                               f"127.0.0.1:{refusing.port}"])
        platform = self.bind(self.daemon, "client0")
        self.swift(platform)

    def test_a_carrier_that_floods_and_does_not_read(self):
        flooder = self.smsc()
        self.add_carrier(flooder.port)
        link = flooder.wait_bound()[0]
        stop = threading.Event()
        self.addCleanup(stop.set)

        def flood():
            number = 0
            while not stop.is_set():
                number += 1
                body = smpp.deliver_body("447700900300", "447700900199", f"{number:x}".encode())
                if not link.send_raw(smpp.pack(smpp.DELIVER_SM, 0, number, body)):
                    return
        threading.Thread(target=flood, daemon=True).start()
        platform = self.bind(self.daemon, "client0")
        eventually(lambda: self.daemon.control.get("/v1/carriers/bad")["messages"] > 200,
                   what="the flood")
        before = self.daemon.rss_kib()
        self.swift(platform)
        self.assertLess(self.daemon.rss_kib() - before, 60_000, "KiB more because of the flood")

    def test_a_platform_that_refuses_and_one_that_is_deaf(self):
        refusing = self.bind(self.daemon, "client1", answer=lambda deliver: smpp.RX_T_APPN)
        deaf = self.bind(self.daemon, "client1", answer=lambda deliver: None)
        good = self.bind(self.daemon, "client0")
        lost = [smpp.unique() for _ in range(100)]
        for text in lost:
            self.assertEqual(self.good.deliver("447700900200", "447700900102", text), smpp.ROK)
        eventually(lambda: refusing.received and deaf.received, what="both being offered some")
        self.swift(good)
        refusing.close()
        deaf.close()
        # None was lost: whoever binds next gets them, those of retry's pause too.
        heir = self.bind(self.daemon, "client1")
        heir.wait_texts(lost, 30)

    def test_a_platform_that_does_not_read(self):
        sock = socket.create_connection(("127.0.0.1", self.daemon.port))
        self.addCleanup(sock.close)
        sock.sendall(smpp.pack(smpp.BIND_TRANSCEIVER, 0, 1, smpp.bind_body("client1", "secret0")))
        eventually(lambda: [b for b in self.daemon.control.binds() if b["platform"] == "client1"
                            and b["state"] == "bound"], what="the bind")
        payload = smpp.tlv(smpp.TLV_PAYLOAD, b"canary " * 8000)
        for number in range(200):
            tag = f"{number:05d}".encode()
            self.assertEqual(self.good.deliver("447700900200", "447700900102", b"", tlvs=smpp.tlv(
                smpp.TLV_PAYLOAD, tag + payload[4:])), smpp.ROK)
        # It asks without end, and reads none of the answers.
        sock.settimeout(1)
        try:
            while True:
                sock.sendall(smpp.pack(smpp.ENQUIRE_LINK, 0, 7) * 4000)
        except OSError:
            pass
        self.swift(self.bind(self.daemon, "client0"))
        self.assertLess(self.daemon.rss_kib(), 300_000)


if __name__ == "__main__":
    unittest.main()
