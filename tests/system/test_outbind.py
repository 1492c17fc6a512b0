# tests/system/test_outbind.py - carriers that connect to smppd and ask it to bind.
import signal
import socket
import unittest

import harness
import smpp
from harness import eventually, free_port


class Outbind(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.smppd()
        self.port = free_port()
        self.daemon.config["outbind_listener"] = {"listen": f"127.0.0.1:{self.port}"}
        absent = free_port()
        proof = {"file": self.daemon.secret_file("outbind", "outpw1")}
        self.daemon.config["carriers"] = {
            name: self.daemon.carrier(
                absent, enabled=True, system_id="smppd" + name,
                password={"file": self.daemon.secret_file("login." + name, "our" + name)},
                outbind={"system_id": name, **({"password": proof} if name == "one" else {})})
            for name in ("one", "two")}
        self.daemon.write_config()
        self.daemon.start()
        self.daemon.control.platform("client0")
        self.daemon.control.numbers(["+447700900101"])
        self.daemon.control.lease("client0", "+447700900101")

    def connect(self, system_id, password):
        link = smpp.Link(socket.create_connection(("127.0.0.1", self.port)))
        self.addCleanup(link.close)
        link.send(smpp.OUTBIND, smpp.cstring(system_id) + smpp.cstring(password))
        return link

    def bound(self, link):
        self.assertTrue(link.wait(lambda: link.bound), "smppd did not bind")

    def test_outbind_is_answered_with_a_bind(self):
        link = self.connect("one", "outpw1")
        self.bound(link)
        self.assertIn(b"smppdone\0ourone\0", self.bind_request(link).body)
        peer = self.bind(self.daemon, "client0")
        text = smpp.unique()
        body = smpp.deliver_body("447700900200", "447700900101", text.encode())
        self.assertEqual(link.ask(smpp.DELIVER_SM, body).status, smpp.ROK)
        peer.wait_texts([text])
        self.assertEqual(self.daemon.control.messages()[0]["carrier"], "one")

    def bind_request(self, link):
        return next(pdu for pdu in link.requests if pdu.command in smpp.BINDS)

    def test_the_carrier_is_known_by_its_system_id(self):
        link = self.connect("two", "whatever")
        self.bound(link)
        # With its own login, not with that of the first carrier that may connect.
        self.assertIn(b"smppdtwo\0ourtwo\0", self.bind_request(link).body)
        binds = [b for b in self.daemon.control.binds() if b["state"] == "bound"]
        self.assertEqual([b["carrier"] for b in binds], ["two"])

    def test_a_wrong_password_or_system_id_is_not_answered_with_a_bind(self):
        for system_id, password in (("one", "wrong"), ("three", "outpw1"), ("one", "")):
            link = self.connect(system_id, password)
            self.assertTrue(link.wait(lambda: link.closed), "the connection stays open")
            self.assertEqual([p for p in link.requests if p.command in smpp.BINDS], [])
        self.bound(self.connect("one", "outpw1"))

    def test_connections_of_one_address_are_bounded(self):
        self.daemon.config["outbind_listener"]["unbound_per_address_max"] = 2
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: "config_reloaded" in self.daemon.log(), what="the reload")
        idle = [smpp.Link(socket.create_connection(("127.0.0.1", self.port))) for _ in range(3)]
        for link in idle:
            self.addCleanup(link.close)
        self.assertTrue(idle[2].wait(lambda: idle[2].closed, 2), "one too many stays")
        self.assertFalse(idle[0].closed or idle[1].closed)
        idle[0].close()
        eventually(lambda: len([b for b in self.daemon.control.binds() if b["state"] == "open"]) < 2,
                   what="the first being gone")
        self.bound(self.connect("two", ""))

    def test_a_connection_that_says_nothing_is_closed(self):
        link = smpp.Link(socket.create_connection(("127.0.0.1", self.port)))
        self.addCleanup(link.close)
        self.assertTrue(link.wait(lambda: link.closed, 12), "session_init did not end it")

    def test_deliver_sm_before_the_bind_is_not_taken(self):
        link = smpp.Link(socket.create_connection(("127.0.0.1", self.port)))
        self.addCleanup(link.close)
        link.send(smpp.DELIVER_SM, smpp.deliver_body("447700900200", "447700900101", b"early"))
        eventually(lambda: link.responses or link.closed, what="an answer or the end")
        self.assertEqual([r for r in link.responses.values() if r.status == smpp.ROK], [])
        self.assertEqual(self.daemon.control.messages(), [])

    def test_it_may_come_back_after_it_has_gone(self):
        for _ in range(3):
            link = self.connect("one", "outpw1")
            self.bound(link)
            link.close(reset=True)
            eventually(lambda: not [b for b in self.daemon.control.binds()
                                    if b["state"] == "bound"], what="the bind being gone")


if __name__ == "__main__":
    unittest.main()
