# tests/system/test_tshark.py - every PDU that smppd sends is given to Wireshark's dissector.
# Proxies between smppd and its peers record what it sends; text2pcap makes a capture of it.
import json
import os
import socket
import subprocess
import threading
import unittest

import harness
import smpp
from harness import eventually, tool


class Proxy:
    """Passes a TCP connection on, octet for octet, and keeps what `from_server` or its opposite
    sent."""

    def __init__(self, port, keep_client):
        self.target, self.keep_client = port, keep_client
        self.kept = []
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [client, server]
            kept = bytearray()
            self.kept.append(kept)
            for source, sink, keep in ((client, server, self.keep_client),
                                       (server, client, not self.keep_client)):
                threading.Thread(target=self._pump, args=(source, sink, kept if keep else None),
                                 daemon=True).start()

    @staticmethod
    def _pump(source, sink, kept):
        try:
            while octets := source.recv(65536):
                if kept is not None:
                    kept += octets
                sink.sendall(octets)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        for one in [self.listener, *self.sockets]:
            one.close()


class Tshark(harness.SystemTest):
    def dissect(self, all_pdus):
        """One packet a PDU; returns tshark's fields for each."""
        directory = self.daemon.directory
        dump = "".join("0 " + " ".join(f"{octet:02x}" for octet in pdu) + "\n" for pdu in all_pdus)
        text, capture = (os.path.join(directory, name) for name in ("pdus.txt", "pdus.pcap"))
        with open(text, "w") as file:
            file.write(dump)
        subprocess.run([tool("text2pcap"), "-q", "-T", "4000,2775", text, capture], check=True,
                       stderr=subprocess.DEVNULL, timeout=60)
        found = subprocess.run(
            # Each packet is a segment of its own; reassembly would join what only looks like one.
            [tool("tshark"), "-r", capture, "-d", "tcp.port==2775,smpp", "-T", "json",
             "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE"],
            check=True, capture_output=True, timeout=120)
        return json.loads(found.stdout)

    def check(self, all_pdus):
        packets = self.dissect(all_pdus)
        self.assertEqual(len(packets), len(all_pdus))
        for packet, pdu in zip(packets, all_pdus):
            layers = packet["_source"]["layers"]
            what = f"command_id {pdu[4:8].hex()} of {len(pdu)} octets"
            self.assertIn("smpp", layers, what)
            # _ws.malformed, _ws.short, _ws.unreassembled: the dissector ran over the end.
            self.assertEqual([name for name in layers if name.startswith("_ws")], [], what)
            self.assertNotIn("_ws", json.dumps(layers["smpp"]), what)
            smpp_layer = layers["smpp"]
            self.assertEqual(int(smpp_layer["smpp.command_id"], 0), int(pdu[4:8].hex(), 16), what)
            self.assertEqual(int(smpp_layer["smpp.command_length"]), len(pdu), what)
        return packets

    def everything(self):
        """Has smppd send each PDU that it sends at all."""
        self.daemon = self.smppd()
        carrier = self.smsc(request=lambda link, pdu: smpp.ROK)
        self.to_carrier = Proxy(carrier.port, keep_client=True)
        self.addCleanup(self.to_carrier.close)
        self.daemon.config["carriers"] = {"acme": self.daemon.carrier(
            self.to_carrier.port, system_type="otp", address_range="^447700", addr_ton=1,
            addr_npi=1, timers={"enquire_link": "300ms"})}
        listener = self.daemon.config["platform_listeners"][0]
        listener["enquire_link"] = "300ms"
        self.daemon.write_config()
        self.daemon.start()
        carrier.wait_bound()
        control = self.daemon.control
        control.platform("client0", window=20)
        control.platform("client1", long_messages="udh", tlvs=False)
        control.numbers(["+447700900101", "+447700900102"])
        control.lease("client0", "+447700900101")
        control.lease("client1", "+447700900102")
        self.to_platform = Proxy(self.daemon.port, keep_client=False)
        self.addCleanup(self.to_platform.close)
        return carrier

    def messages(self, carrier, destination):
        octets = [b"code 0", bytes(range(27)) + bytes(range(28, 128)), b"\x1b\x65 \x1b\x3c\x1b\x3e",
                  b"x" * 254]
        for one in octets:
            self.assertEqual(carrier.deliver("447700900200", destination, one), smpp.ROK)
        wide = "Ваш код 验证码 🔑".encode("utf-16-be")
        self.assertEqual(carrier.deliver("447700900200", destination, wide, data_coding=8), 0)
        self.assertEqual(carrier.deliver("447700900200", destination, b"\1\2\xff", data_coding=4), 0)
        payload = smpp.tlv(smpp.TLV_PAYLOAD, b"long " * 300)
        self.assertEqual(carrier.deliver("447700900200", destination, b"", tlvs=payload), 0)
        wide = smpp.tlv(smpp.TLV_PAYLOAD, "долгий ".encode("utf-16-be") * 60)
        self.assertEqual(
            carrier.deliver("447700900200", destination, b"", data_coding=8, tlvs=wide), 0)
        return 8

    def test_every_pdu_is_well_formed(self):
        carrier = self.everything()
        peers = []
        for system_id, kind in (("client0", smpp.BIND_TRANSCEIVER), ("client1", smpp.BIND_RECEIVER),
                                ("client0", smpp.BIND_TRANSMITTER)):
            peer = smpp.Platform(self.to_platform.port, system_id, "secret0", kind)
            self.addCleanup(peer.close)
            peers.append(peer)
        self.messages(carrier, "447700900101")
        self.messages(carrier, "447700900102")
        eventually(lambda: len(peers[0].received) >= 8 and len(peers[1].received) > 8, 20,
                   "all messages at both platforms")
        refused = smpp.Platform(self.to_platform.port, "client0", "wrong", expect=None)
        self.addCleanup(refused.close)
        self.assertEqual(refused.bind_status, smpp.RINVPASWD)
        for peer in (peers[0].link, carrier.bound()[0]):
            self.assertEqual(peer.ask(0x112).status, 3, "an unknown command_id")
            self.assertEqual(peer.ask(smpp.DELIVER_SM, b"\0\1").status > 0, True)
            self.assertTrue(peer.alive())
            self.assertTrue(peer.wait(lambda p=peer: any(
                pdu.command == smpp.ENQUIRE_LINK for pdu in p.requests)), "no enquire_link")
        peers[0].link.ask(smpp.SUBMIT_SM, smpp.deliver_body("447700900101", "447700900200", b"x"))
        self.assertEqual(peers[1].link.ask(smpp.UNBIND).status, smpp.ROK)
        self.assertEqual(self.daemon.stop(), 0)

        recorded = [pdu for proxy in (self.to_carrier, self.to_platform)
                    for stream in proxy.kept for pdu in smpp.pdus(stream)]
        self.check(recorded)
        commands = {int.from_bytes(pdu[4:8], "big") for pdu in recorded}
        self.assertLessEqual(
            {0x9, 0x80000009, 0x80000001, 0x80000002, 0x5, 0x80000005, 0x15, 0x80000015, 0x6,
             0x80000006, 0x80000000, 0x80000004}, commands)

    def test_the_check_finds_what_is_malformed(self):
        self.daemon = self.smppd()
        good = smpp.pack(smpp.DELIVER_SM, 0, 1, smpp.deliver_body("1", "2", b"text"))
        self.check([good])
        cut = bytearray(good[:30])
        cut[3] = len(cut)
        with self.assertRaises(AssertionError):
            self.check([bytes(cut)])


if __name__ == "__main__":
    unittest.main()
