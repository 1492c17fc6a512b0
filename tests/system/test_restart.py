# tests/system/test_restart.py - what outlives the process: messages, parts, duplicates, leases; and
# what SIGTERM and SIGHUP do to the binds.
import signal
import unittest

import harness
import smpp
from harness import eventually

NUMBER = "447700900101"


def part(reference, total, index, text):
    return bytes([5, 0, 3, reference, total, index]) + text.encode("ascii")


class Restart(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon, self.carrier = self.with_carrier()
        self.control = self.daemon.control
        self.control.platform("client0")
        self.control.numbers(["+447700900101", "+447700900102"])
        self.session = self.control.lease("client0", "+" + NUMBER)

    def deliver(self, octets, **fields):
        self.assertEqual(self.carrier.deliver("447700900200", NUMBER, octets, **fields), smpp.ROK)

    def restart(self):
        self.daemon.restart()
        self.daemon.wait_bound()

    def delivered(self, peer):
        """Waits until nothing waits any more; returns all that came."""
        eventually(lambda: {m["state"] for m in self.control.messages()} <= {"delivered"},
                   what="all being delivered")
        return peer.texts()

    def test_unacknowledged_messages_come_after_a_restart(self):
        deaf = self.bind(self.daemon, "client0", answer=lambda deliver: None)
        texts = [smpp.unique() for _ in range(40)]
        for text in texts:
            self.deliver(text)
        eventually(lambda: len(deaf.received) >= 10, what="a full window")
        before = {smpp.text_of(d): d.tlvs[smpp.TLV_MESSAGE_ID] for d, _ in deaf.received}
        self.restart()
        peer = self.bind(self.daemon, "client0")
        peer.wait_texts(texts)
        self.same_texts(self.delivered(peer), texts)
        after = {smpp.text_of(d): d.tlvs[smpp.TLV_MESSAGE_ID] for d, _ in peer.received}
        self.assertTrue(all(after[text] == message for text, message in before.items()),
                        "a copy has another id")
        self.restart()
        again = self.bind(self.daemon, "client0")
        last = smpp.unique()
        self.deliver(last)
        again.wait_texts([last])
        self.same_texts(again.texts(), [last])

    def test_parts_before_and_after_a_restart(self):
        text = smpp.unique() + " in three parts"
        pieces = [text[:10], text[10:20], text[20:]]
        self.deliver(part(7, 3, 3, pieces[2]), esm_class=0x40)
        self.restart()
        self.deliver(part(7, 3, 1, pieces[0]), esm_class=0x40)
        self.assertEqual(self.control.get("/v1/status")["open_assemblies"], 1)
        self.restart()
        peer = self.bind(self.daemon, "client0")
        self.deliver(part(7, 3, 2, pieces[1]), esm_class=0x40)
        peer.wait_texts([text])
        self.same_texts(self.delivered(peer), [text])
        self.assertEqual(self.control.get("/v1/status")["open_assemblies"], 0)

    def test_duplicates_across_a_restart(self):
        text = smpp.unique()
        peer = self.bind(self.daemon, "client0")
        self.deliver(text)
        peer.wait_texts([text])
        self.delivered(peer)
        self.restart()
        again = self.bind(self.daemon, "client0")
        self.deliver(text)
        self.deliver(part(9, 2, 1, "one "), esm_class=0x40)
        self.restart()
        again = self.bind(self.daemon, "client0")
        self.deliver(part(9, 2, 1, "one "), esm_class=0x40)
        self.deliver(part(9, 2, 2, "two"), esm_class=0x40)
        again.wait_texts(["one two"])
        self.same_texts(self.delivered(again), ["one two"])
        self.assertEqual(self.control.get("/v1/carriers/acme")["duplicates"], 1)

    def test_leases_and_assignments_outlive_it(self):
        self.control.post("/v1/numbers/+447700900102/assign", {"platform": "client0"})
        self.restart()
        found = self.control.get("/v1/sessions/" + self.session["id"])
        self.assertEqual((found["state"], found["expires_at"]),
                         ("active", self.session["expires_at"]))
        self.assertEqual(self.control.get("/v1/numbers/+447700900102")["state"], "assigned")
        self.control.release(self.session["id"])
        self.restart()
        self.assertEqual(self.control.get("/v1/sessions/" + self.session["id"])["state"], "released")
        self.deliver(smpp.unique())
        self.assertEqual(self.control.messages()[0]["state"], "unowned")

    def test_sigterm_drains(self):
        peer = self.bind(self.daemon, "client0")
        texts = [smpp.unique() for _ in range(200)]
        link = self.carrier.wait_bound()[0]
        for text in texts:
            link.send(smpp.DELIVER_SM, smpp.deliver_body("447700900200", NUMBER, text.encode()))
        self.daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.daemon.process.wait(20), 0)
        self.assertTrue(link.wait(lambda: link.closed))
        # The carrier was unbound from, not cut off; what it was answered, was kept.
        self.assertIn(smpp.UNBIND, [pdu.command for pdu in link.requests])
        self.assertIn(smpp.UNBIND, [pdu.command for pdu in peer.link.requests])
        answered = [pdu for pdu in link.responses.values()
                    if pdu.command == smpp.DELIVER_SM | smpp.RESPONSE and pdu.status == smpp.ROK]
        self.daemon.start()
        self.assertEqual(len(self.control.messages()), len(answered))
        heir = self.bind(self.daemon, "client0")
        eventually(lambda: {m["state"] for m in self.control.messages()} <= {"delivered"},
                   what="all being delivered")
        self.assertEqual(len(set(peer.texts()) | set(heir.texts())), len(answered))

    def test_sighup_keeps_what_did_not_change(self):
        other = self.smsc()
        link = self.carrier.wait_bound()[0]
        self.daemon.config["carriers"]["second"] = self.daemon.carrier(other.port)
        self.daemon.config["carriers"]["acme"]["window"] = 20
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        other.wait_bound()
        self.assertFalse(link.closed)
        self.assertTrue(link.alive())
        del self.daemon.config["carriers"]["second"]
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: not other.bound(), what="the second carrier being left")
        self.assertIn(smpp.UNBIND, [pdu.command for pdu in other.links[0].requests])
        self.assertTrue(link.alive())
        self.daemon.config["carriers"]["acme"]["system_type"] = "otp"
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: link.closed and self.carrier.bound(), what="the bind being made anew")

    def test_sighup_takes_up_an_allow_list_and_names_what_needs_a_restart(self):
        peer = self.bind(self.daemon, "client0")
        self.daemon.config["platform_listeners"][0]["allow"] = ["192.0.2.0/24"]
        self.daemon.config["limits"] = {"commit_queue": 12345}
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: "key=limits.commit_queue" in self.daemon.log(), what="the key's name")
        self.assertEqual(self.daemon.log().count("config_needs_restart"), 1)
        with self.assertRaises((AssertionError, OSError)):
            self.daemon.platform("client0")
        self.assertTrue(peer.link.alive())
        self.daemon.config["platform_listeners"][0]["allow"] = []
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.daemon.log().count("config_reloaded") == 2, what="the reload")
        self.bind(self.daemon, "client0")

    def test_what_an_admin_stopped_stays_so_after_sighup(self):
        self.carrier.wait_bound()
        self.control.post("/v1/carriers/acme/stop")
        self.wait_stopped()
        accepted = self.carrier.accepted
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: "config_reloaded" in self.daemon.log(), what="the reload")
        self.wait_stopped()
        self.assertEqual(self.carrier.accepted, accepted)

    def wait_stopped(self):
        eventually(lambda: {b["state"] for b in self.control.binds() if b["carrier"]} ==
                   {"stopped"}, what="the bind being stopped")

    def test_sighup_refuses_a_bad_file_whole(self):
        other = self.smsc()
        link = self.carrier.wait_bound()[0]
        self.daemon.config["carriers"]["second"] = self.daemon.carrier(other.port)
        self.daemon.config["carriers"]["third"] = {"hosts": []}
        self.daemon.write_config()
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: "config_refused" in self.daemon.log(), what="the refusal")
        with open(self.daemon.config_file, "w") as file:
            file.write("carriers: [\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.daemon.log().count("config_refused") == 2, what="the refusal")
        self.assertTrue(link.alive())
        self.assertEqual([c["name"] for c in self.control.get("/v1/carriers")["items"]], ["acme"])
        self.assertEqual(other.accepted, 0)


if __name__ == "__main__":
    unittest.main()
