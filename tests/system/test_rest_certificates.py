# tests/system/test_rest_certificates.py - certificates of the REST API: those that it asks of its
# clients, and its own, read again with SIGHUP.
import os
import signal
import ssl
import unittest

from api_client import Octets, request
from harness import eventually
from test_rest_tls import NAMES, Served, Version, only
from test_tls import Authority


def write(path, octets):
    with open(path, "wb") as file:
        file.write(octets)


def halve(path):
    os.truncate(path, os.path.getsize(path) // 2)


class ClientCertificates(Served):
    def setUp(self):
        super().setUp()
        self.own = self.authority.issue("client0", ["DNS:client0.example"])
        self.serve(self.own, client_ca=self.authority.certificate)

    def refused(self, tls):
        """Whether a client with this context gets no answer, in the handshake or after it."""
        try:
            with Octets(self.api_port, tls=tls) as peer:
                peer.send(request("GET", "/healthz"))
                return peer.answer() is None
        except (ssl.SSLError, ConnectionError):
            return True

    def test_they_are_asked_for(self):
        """Without one that our authority signed nobody is heard; and it stands for no key."""
        foreign = Authority(self.directory, "other").issue("stranger", ["DNS:client0.example"])
        for version in (Version.TLSv1_2, Version.TLSv1_3):
            with self.subTest(version.name):
                # The daemon is there: it is for the certificate that they are refused.
                peer = self.octets(only(self.trust(self.own), version))
                self.assertEqual(self.asked(peer), 200)
                self.assertTrue(self.refused(only(self.trust(), version)), "without any")
                self.assertTrue(self.refused(only(self.trust(foreign), version)), "a stranger's")
                peer.send(request("GET", "/v1/sessions"))
                self.assertEqual(peer.answer().status, 401)

    def test_sessions_are_resumed(self):
        """What clients do on their own with each connection but the first."""
        for version in (Version.TLSv1_2, Version.TLSv1_3):
            with self.subTest(version.name):
                self.assertEqual(self.resumed(only(self.trust(self.own), version)), b"HTTP/1.1 200")


class OurCertificate(Served):
    def setUp(self):
        super().setUp()
        self.serve()

    def serial(self):
        return self.octets().sock.getpeercert()["serialNumber"]

    def said(self, event):
        return [line for line in self.daemon.log().splitlines() if event in line]

    def reload(self, event):
        """SIGHUP; waits until the log has one more line of this."""
        before = len(self.said(event))
        self.daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(self.said(event)) > before, what=event + " in the log")

    def test_a_renewed_one(self):
        """New connections get it; what is open goes on with the one before."""
        stream, kept = self.stream(), self.octets()
        before = kept.sock.getpeercert()["serialNumber"]
        self.authority.issue("api", NAMES)
        # Read when it is told to, not before.
        self.assertEqual(self.serial(), before)
        self.reload("config_reloaded")
        eventually(lambda: self.serial() != before, what="the new certificate")
        self.assertEqual(self.said("certificate_kept"), [])
        self.assertEqual(self.asked(kept), 200)
        self.assertEqual(kept.sock.getpeercert()["serialNumber"], before)
        self.api.session(area="never")
        stream.wait(1)

    def test_one_that_cannot_be_used(self):
        """The one before stays in use, and the log says so and why; until there is a good one."""
        with open(self.authority.issue("spare", NAMES)[0], "rb") as file:
            another = file.read()
        kept = self.octets()
        for what, spoil in {
                "half of it": lambda: halve(self.certificate),
                "no base64": lambda: write(self.certificate, b"-----BEGIN CERTIFICATE-----\n!\n"
                                           b"-----END CERTIFICATE-----\n"),
                "of another key": lambda: write(self.certificate, another),
                "half a key": lambda: halve(self.key_file)}.items():
            with self.subTest(what):
                before = self.serial()
                spoil()
                self.reload("certificate_kept")
                told = self.said("certificate_kept")[-1]
                self.assertTrue(self.certificate in told or self.key_file in told, told)
                self.assertEqual((self.serial(), self.asked(kept)), (before, 200))
                self.authority.issue("api", NAMES)
                self.reload("config_reloaded")
                eventually(lambda: self.serial() != before, what="the new certificate")

    def test_one_that_is_none(self):
        """The configuration is refused as a whole, and the certificate before stays in use."""
        kept, before = self.octets(), self.serial()
        for what, spoil, file in (
                ("no PEM", lambda: write(self.certificate, b"canary\n"), self.certificate),
                ("empty", lambda: write(self.certificate, b""), self.certificate),
                ("not there", lambda: os.unlink(self.certificate), self.certificate),
                ("a key for all", lambda: os.chmod(self.key_file, 0o644), self.key_file)):
            with self.subTest(what):
                spoil()
                self.reload("config_refused")
                self.assertIn(file, self.said("config_problem")[-1])
                self.assertEqual((self.serial(), self.asked(kept)), (before, 200))
                self.authority.issue("api", NAMES)


if __name__ == "__main__":
    unittest.main()
