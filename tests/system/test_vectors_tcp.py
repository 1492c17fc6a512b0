# tests/system/test_vectors_tcp.py - rows of tests/vectors/quirks.tsv over TCP, against one daemon.
# The unit tests replay all rows without a socket; here the sockets stand in between.
import json
import socket
import unittest

import harness
import smpp
import vectors
from harness import eventually


class Vectors(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.smppd()
        self.rows = [row for row in vectors.rows() if vectors.drivable(row)]
        self.carriers, self.held = {}, []
        profiles, carriers = {}, {}
        for row in self.rows:
            if row.role == "platform" or row.state != "bound":
                continue
            keys = vectors.profile(vectors.given(row))
            name = self.profile_name(keys)
            if name not in profiles:
                profiles[name] = keys
                self.carriers[name] = self.smsc()
                carriers[name] = self.daemon.carrier(self.carriers[name].port, profile=name)
        binding = self.smsc(request=self.hold_bind)
        profiles["binding"] = {"country": 44}
        carriers["binding"] = self.daemon.carrier(
            binding.port, profile="binding", bad_credentials_max=1000,
            timers={"session_init": "60s", "reconnect": {"from": "100ms", "to": "200ms"}})
        listener = self.daemon.config["platform_listeners"][0]
        listener["binds_max"] = 100
        self.daemon.config.update(profiles=profiles, carriers=carriers)
        self.daemon.write_config()
        self.daemon.start()
        control = self.daemon.control
        control.platform("client0", binds_max=100, window=100)
        numbers = [f"+4477009001{n:02d}" for n in range(100)]
        control.numbers(numbers)
        for number in numbers:
            control.post(f"/v1/numbers/{number}/assign", {"platform": "client0"})
        self.owner = self.bind(self.daemon, "client0")
        self.receipts_seen = 0

    @staticmethod
    def profile_name(keys):
        return "p" + "".join(c if c.isalnum() else "_" for c in json.dumps(keys, sort_keys=True))[:60]

    def hold_bind(self, link, pdu):
        if pdu.command not in smpp.BINDS:
            return smpp.ROK
        self.held.append((link, pdu.seq))
        return None

    def test_rows(self):
        played = 0
        for row in self.rows:
            with self.subTest(row=row.id, what=row.what):
                if row.role in ("carrier", "either"):
                    self.carrier_row(row)
                    played += 1
                if row.role in ("platform", "either"):
                    self.platform_row(row)
                    played += 1
        self.assertGreaterEqual(played, 60, "rows that could be played")

    def carrier_row(self, row):
        seq, fresh = 0, None
        if row.state == "binding":
            fresh = eventually(lambda: self.held and self.held.pop(), 20, "an asked bind")
            link, seq = fresh
        else:
            name = self.profile_name(vectors.profile(vectors.given(row)))
            link = self.carriers[name].wait_bound()[0]
        begun = len(self.owner.received)
        self.send(row, link, seq)
        self.check(row, link)
        self.check_texts(row, begun)
        if fresh:
            self.check_binding(row)
            link.close()
            eventually(lambda: not [b for b in self.binding() if b["state"] == "bound"],
                       what="the end of the bind")

    def binding(self):
        return [b for b in self.daemon.control.binds() if b["carrier"] == "binding"]

    def check_binding(self, row):
        for word, _, named in vectors.clauses(row.expect):
            if word == "bound":
                eventually(lambda: self.binding()[0]["state"] == "bound", what="the bind")
            if word == "refused":
                eventually(lambda: "refused" in (self.binding()[0]["last_error"] or ""),
                           what="the refusal")

    def platform_row(self, row):
        conditions = vectors.given(row)
        link = smpp.Link(socket.create_connection(("127.0.0.1", self.daemon.port)))
        self.addCleanup(link.close)
        if "password" in conditions:
            self.daemon.control.post("/v1/platforms/client0/password", {
                "system_id": "client0", "password": json.loads(conditions["password"])})
        try:
            if row.state == "bound":
                # As a transmitter, so that the owner's messages do not come this way.
                kind = smpp.BIND_RECEIVER if "bind" in conditions else smpp.BIND_TRANSMITTER
                body = smpp.bind_body("client0", "secret0")
                self.assertEqual(link.ask(kind, body, seq=0x700000).status, smpp.ROK)
                del link.responses[0x700000]
            self.send(row, link, 0)
            self.check(row, link)
        finally:
            link.close()
            if "password" in conditions:
                self.daemon.control.post("/v1/platforms/client0/password", {
                    "system_id": "client0", "password": "secret0"})
                self.owner.close()
                self.owner = self.bind(self.daemon, "client0")

    @staticmethod
    def send(row, link, seq):
        link.answered = len(link.raw_in)
        link.responses.clear()
        for segment in vectors.segments(row.hex, seq):
            pieces = [segment]
            if "split" in vectors.given(row):
                link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                pieces = [segment[i:i + 1] for i in range(len(segment))]
            for piece in pieces:
                link.send_raw(piece)

    def check(self, row, link):
        expected = [(items[0].split("|"), named) for word, items, named
                    in vectors.clauses(row.expect) if word == "answer"]
        words = {word for word, _, _ in vectors.clauses(row.expect)}
        if "close" in words:
            self.assertTrue(link.wait(lambda: link.closed, 5), "smppd did not close")
        else:
            self.assertTrue(link.wait(lambda: len(self.answers(link)) >= len(expected)
                                      or link.closed, 15), "answers did not come")
            if "unbound" not in words and "refused" not in words:
                self.assertTrue(link.alive(), "the link does not live on")
        answers = [pdu for pdu in self.answers(link)
                   if not ("close" in words and pdu.command == smpp.GENERIC_NACK)]
        for names, named in expected:
            fits = [pdu for pdu in answers if self.answer_fits(pdu, names, named)]
            self.assertEqual(len(fits), 1, f"answers like {names} {named.get('seq')}")
            answers.remove(fits[0])
        self.assertEqual([hex(pdu.command) for pdu in answers], [], "answers nobody asked for")

    def answers(self, link):
        """Responses since the row began, but for those to the questions of alive()."""
        found = []
        for raw in smpp.pdus(bytes(link.raw_in[link.answered:])):
            command, status, seq = (int.from_bytes(raw[i:i + 4], "big") for i in (4, 8, 12))
            ours = command == smpp.ENQUIRE_LINK | smpp.RESPONSE and 0x600000 <= seq < 0x700000
            if command & smpp.RESPONSE and not ours:
                found.append(smpp.Pdu(command, status, seq, raw[16:]))
        return found

    @staticmethod
    def answer_fits(pdu, names, named):
        if pdu.command not in [vectors.COMMANDS.get(name) for name in names]:
            return False
        if "seq" in named and pdu.seq != int(named["seq"], 0):
            return False
        status = named.get("status")
        if status == "error":
            return pdu.status != smpp.ROK
        if status and pdu.status not in [int(one, 0) for one in status.split("|")]:
            return False
        return named.get("tlvs") != "none" or pdu.body.endswith(b"\0") and pdu.body.count(b"\0") == 1

    def check_texts(self, row, begun):
        wanted = [(word, items[0], named) for word, items, named in vectors.clauses(row.expect)
                  if word in ("text", "octets")]
        self.assertTrue(self.owner.link.wait(
            lambda: len(self.owner.received) >= begun + len(wanted), 10), "messages did not come")
        got = [deliver for deliver, _ in self.owner.received[begun:]]
        for word, value, named in wanted:
            fits = [d for d in got if self.deliver_fits(d, word, value, named)]
            self.assertGreaterEqual(len(fits), 1, f"a message of {row.id} is not as it should be")
            got.remove(fits[0])
        self.assertEqual(len(got), 0, "messages nobody sent")
        self.check_receipts(row)

    @staticmethod
    def deliver_fits(deliver, word, value, named):
        if word == "octets":
            return deliver.data_coding not in (0, 8) and deliver.octets.hex() == value
        if deliver.data_coding not in (0, 8) or not vectors.text(value)(smpp.text_of(deliver)):
            return False
        return "from" not in named or json.loads(named["from"]).encode("latin-1", "replace") == \
            deliver.source.encode("latin-1")

    def check_receipts(self, row):
        wanted = [named for word, _, named in vectors.clauses(row.expect) if word == "receipt"]
        if not wanted:
            return
        got = self.daemon.control.get(f"/v1/receipts?limit={len(wanted)}")["items"]
        self.assertEqual(len(got), len(wanted))
        for named, receipt in zip(wanted, reversed(got)):
            if "id" in named:
                ids = [json.loads(one) for one in named["id"].split("|")]
                self.assertIn(receipt["message_id"] or "", ids)
            if named.get("stat") in vectors.STATES:
                self.assertEqual(receipt["message_state"], vectors.STATES[named["stat"]])


if __name__ == "__main__":
    unittest.main()
