# tests/system/test_tls.py - TLS towards carriers, verified and pinned, and TLS of a listener.
import base64
import hashlib
import os
import ssl
import subprocess
import unittest
import warnings

import harness
import smpp
from harness import eventually, tool


class Authority:
    """A certificate authority of openssl's making, and the certificates it gives."""

    def __init__(self, directory, name):
        self.directory, self.name = directory, name
        self.certificate, self.key = self._path(name, "pem"), self._path(name, "key")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", self.key, "-out", self.certificate, "-days", "2",
                      "-subj", f"/CN={name}")

    def _path(self, name, kind):
        return os.path.join(self.directory, f"{name}.{kind}")

    @staticmethod
    def _openssl(*arguments):
        subprocess.run([tool("openssl"), *arguments], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)

    def issue(self, name, names):
        """A key and a certificate for these names, as a pair of paths: certificate, key."""
        certificate, key = self._path(name, "pem"), self._path(name, "key")
        request, extension = self._path(name, "csr"), self._path(name, "ext")
        with open(extension, "w") as file:
            file.write("subjectAltName=" + ",".join(names) + "\n")
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=" + name)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                      "-CAcreateserial", "-out", certificate, "-days", "2", "-extfile", extension)
        os.chmod(key, 0o600)
        return certificate, key


def pin(certificate):
    """SHA-256 of the public key, in base64."""
    public = subprocess.run([tool("openssl"), "x509", "-in", certificate, "-noout", "-pubkey"],
                            check=True, capture_output=True).stdout
    der = subprocess.run([tool("openssl"), "pkey", "-pubin", "-outform", "der"], input=public,
                         check=True, capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def server(certificate, key, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


class Tls(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.smppd()
        self.authority = Authority(self.daemon.directory, "authority")
        self.names = ["DNS:smsc.example", "IP:127.0.0.1"]

    def dial(self, tls, context):
        carrier = self.smsc(context=context)
        self.daemon.config["carriers"] = {"acme": self.daemon.carrier(carrier.port, tls=tls)}
        self.daemon.write_config()
        self.daemon.start()
        return carrier

    def bound(self, tls, context):
        carrier = self.dial(tls, context)
        self.assertTrue(self.daemon.wait_bound()[0]["tls"])
        return carrier

    def refused(self, tls, context):
        carrier = self.dial(tls, context)
        eventually(lambda: carrier.accepted >= 2, 15, "smppd trying twice")
        eventually(lambda: self.daemon.control.binds()[0]["last_error"], what="the error")
        bind = self.daemon.control.binds()[0]
        self.assertEqual(carrier.bound(), [])
        self.assertNotEqual(bind["state"], "bound")
        # Nothing of SMPP, and so no password, was sent to a carrier that was not proven.
        self.assertEqual([link.requests for link in carrier.links if link.requests], [])
        return bind["last_error"]

    def test_a_good_certificate(self):
        ours = self.authority.issue("good", self.names)
        carrier = self.bound({"ca": self.authority.certificate}, server(*ours))
        self.daemon.control.numbers(["+447700900101"])
        self.assertEqual(carrier.deliver("447700900200", "447700900101", smpp.unique()), smpp.ROK)
        big = smpp.tlv(smpp.TLV_PAYLOAD, b"canary" * 5000)
        self.assertEqual(carrier.deliver("447700900200", "447700900101", b"", tlvs=big), smpp.ROK)

    def test_a_name_that_is_given(self):
        ours = self.authority.issue("named", ["DNS:smsc.example"])
        self.bound({"ca": self.authority.certificate, "server_name": "smsc.example"},
                   server(*ours))

    def test_another_authority(self):
        other = Authority(self.daemon.directory, "other")
        ours = other.issue("foreign", self.names)
        error = self.refused({"ca": self.authority.certificate}, server(*ours))
        self.assertIn("certificate", error)

    def test_another_name(self):
        ours = self.authority.issue("elsewhere", ["DNS:smsc.example"])
        error = self.refused({"ca": self.authority.certificate}, server(*ours))
        self.assertIn("certificate", error)

    def test_a_pin_that_fits(self):
        ours = self.authority.issue("pinned", self.names)
        other = self.authority.issue("next", self.names)
        self.bound({"ca": self.authority.certificate, "pins": [pin(other[0]), pin(ours[0])]},
                   server(*ours))

    def test_a_pin_that_does_not_fit(self):
        ours = self.authority.issue("unpinned", self.names)
        other = self.authority.issue("next", self.names)
        error = self.refused({"ca": self.authority.certificate, "pins": [pin(other[0])]},
                             server(*ours))
        self.assertIn("pin", error)

    def test_our_own_certificate(self):
        theirs = self.authority.issue("mutual", self.names)
        certificate, key = self.authority.issue("smppd", ["DNS:smppd.example"])
        self.bound({"ca": self.authority.certificate, "certificate": certificate, "key": key},
                   server(*theirs, client_ca=self.authority.certificate))

    def test_a_carrier_in_clear_text(self):
        self.refused({"ca": self.authority.certificate}, None)


class ListenerTls(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.smppd()
        self.authority = Authority(self.daemon.directory, "authority")
        self.certificate, self.key = self.authority.issue("platforms", ["DNS:smppd.example"])

    def listen(self, **tls):
        self.daemon.config["platform_listeners"][0]["tls"] = {
            "certificate": self.certificate, "key": self.key, **tls}
        carrier = self.smsc()
        self.daemon.config["carriers"] = {"acme": self.daemon.carrier(carrier.port)}
        self.daemon.write_config()
        self.daemon.start()
        self.daemon.control.platform("client0")
        self.daemon.control.numbers(["+447700900101"])
        self.daemon.control.lease("client0", "+447700900101")
        return carrier

    def client(self, own=None):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        if own:
            context.load_cert_chain(*own)
        return {"context": context, "server_name": "smppd.example"}

    def test_a_platform_binds_and_receives(self):
        carrier = self.listen()
        peer = self.bind(self.daemon, "client0", **self.client())
        text = smpp.unique()
        self.assertEqual(carrier.deliver("447700900200", "447700900101", text), smpp.ROK)
        peer.wait_texts([text])
        bind = [b for b in self.daemon.control.binds() if b["platform"] == "client0"][0]
        self.assertTrue(bind["tls"])

    def test_old_versions_are_refused(self):
        self.listen()
        options = self.client()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            options["context"].minimum_version = ssl.TLSVersion.TLSv1
            options["context"].maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, OSError)):
            self.daemon.platform("client0", **options)

    def test_clear_text_does_not_bind(self):
        self.listen()
        with self.assertRaises((AssertionError, OSError)):
            self.daemon.platform("client0")
        self.bind(self.daemon, "client0", **self.client())

    def test_client_certificates(self):
        self.listen(client_ca=self.authority.certificate)
        with self.assertRaises((AssertionError, OSError)):
            self.daemon.platform("client0", **self.client())
        other = Authority(self.daemon.directory, "other")
        with self.assertRaises((AssertionError, OSError)):
            self.daemon.platform(
                "client0", **self.client(other.issue("stranger", ["DNS:client0.example"])))
        own = self.authority.issue("client0", ["DNS:client0.example"])
        self.bind(self.daemon, "client0", **self.client(own))

    def test_a_renewed_certificate_is_taken_with_sighup(self):
        self.listen()
        peer = self.bind(self.daemon, "client0", **self.client())
        before = self.serial()
        self.authority.issue("platforms", ["DNS:smppd.example"])
        self.daemon.process.send_signal(harness.signal.SIGHUP)
        eventually(lambda: self.serial() != before, what="the new certificate")
        self.assertTrue(peer.link.alive())

    def serial(self):
        context = self.client()["context"]
        with harness.socket.create_connection(("127.0.0.1", self.daemon.port)) as sock:
            with context.wrap_socket(sock, server_hostname="smppd.example") as tls:
                return tls.getpeercert()["serialNumber"]


if __name__ == "__main__":
    unittest.main()
