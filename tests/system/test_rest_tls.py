# tests/system/test_rest_tls.py - the REST API by TLS, with Python's ssl and http.client and with
# curl: it does what it does in the clear, in TLS 1.2 and 1.3 alone; and strangers that never finish
# a handshake disturb nobody.
import concurrent.futures
import contextlib
import http.client
import json
import random
import select
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest
import warnings

import api_client
import rest
from api_client import Answer, Neighbour, Octets, request
from harness import eventually, tool
from test_api_input import SLOW
from test_tls import Authority, server

NAMES = ["DNS:api.example", "IP:127.0.0.1"]
OF_A_CODE = ["session.created", "message.received", "code.received"]
Version = ssl.TLSVersion


def only(context, version):
    """The context with one version of TLS; for old ones with the ciphers that those need."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    if version < Version.TLSv1_2:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


def hello(context):
    """The octets with which a client begins."""
    sent = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="api.example").do_handshake()
    return sent.read()


def agree(client, own):
    """The version that two contexts of ours agree on, without a network."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(down, up, server_hostname="api.example"),
            own.wrap_bio(up, down, server_side=True)]
    for _ in range(5):
        for end in ends:
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return ends[0].version()


class Served(api_client.ApiTest):
    """A daemon whose API is there by TLS alone, and a test key of the platform `shop`."""

    def setUp(self):
        super().setUp()
        self.directory = self.enterContext(tempfile.TemporaryDirectory(prefix="smppd-tls-"))
        self.authority = Authority(self.directory, "authority")
        self.certificate, self.key_file = self.authority.issue("api", NAMES)

    def serve(self, own=None, **tls):
        """`own`: a client's certificate and key, for those that the tests take for granted."""
        self.with_api(api={
            "tls": {"certificate": self.certificate, "key": self.key_file, **tls}})
        self.daemon.control.post("/v1/platforms", {"name": "shop"})
        self.trusts = self.trust(own)
        key = self.key("shop", test=True)
        self.api = rest.Api(self.api_port, key, self.checker, self.trusts)
        self.api.get("/v1/sessions")

    def trust(self, own=None):
        """What a client needs that trusts our authority."""
        context = ssl.create_default_context(cafile=self.authority.certificate)
        if own:
            context.load_cert_chain(*own)
        return context

    def octets(self, tls=None):
        peer = Octets(self.api_port, tls=tls or self.trusts)
        self.addCleanup(peer.close)
        return peer

    def plain(self):
        """A connection that says what it likes instead of shaking hands."""
        sock = socket.create_connection(("127.0.0.1", self.api_port), 25)
        self.addCleanup(sock.close)
        return sock

    def stream(self):
        made = rest.Stream(self.api)
        self.addCleanup(made.close)
        return made

    def neighbour(self):
        made = Neighbour(self.api_port, self.api.key, "/v1/sessions?limit=1", self.trusts)
        self.addCleanup(made.end)
        eventually(lambda: made.count > 0, what="the neighbour's first call")
        return made

    def undisturbed(self, neighbour):
        neighbour.end()
        self.assertEqual(neighbour.failures, [])
        self.assertLess(neighbour.longest, SLOW, "the neighbour waited")

    def asked(self, peer, target="/v1/sessions?limit=1"):
        """The status of a call on this connection."""
        peer.send(request("GET", target, self.api.key))
        return peer.answer().status

    def resumed(self, tls):
        """What is answered first by a connection that resumes the TLS session of another."""
        peer = self.octets(tls)
        self.assertEqual(self.asked(peer), 200)
        with tls.wrap_socket(self.plain(), server_hostname="127.0.0.1",
                             session=peer.sock.session) as sock:
            sock.sendall(request("GET", "/healthz"))
            octets = sock.recv(12)
            self.assertTrue(sock.session_reused)
            return octets


class Requests(Served):
    def setUp(self):
        super().setUp()
        self.serve()

    def call(self, connection, method, target, body=None, **headers):
        """By http.client; held against the document."""
        headers = {"Authorization": f"Bearer {self.api.key}", **headers}
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, named, response.read())
        self.checker.check(method, target, *answer)
        return answer

    def curl(self, *arguments):
        """Its status and output; the key goes by its standard input."""
        done = subprocess.run(
            [tool("curl"), "-q", "-sS", "--noproxy", "*", "--max-time", "20", "-K", "-", "--cacert",
             self.authority.certificate, *arguments], capture_output=True, text=True, timeout=60,
            input=f'header = "Authorization: Bearer {self.api.key}"\n')
        return done.returncode, done.stdout

    def url(self, path, host="127.0.0.1"):
        return f"https://{host}:{self.api_port}{path}"

    def test_http_client(self):
        """Calls with a key and without, by one connection, whose answers fit the document."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.api_port, timeout=20,
                                                 context=self.trusts)
        with contextlib.closing(connection):
            made = self.call(connection, "POST", "/v1/sessions", {"reference": "order-77"})
            self.assertEqual(made.status, 201)
            first = connection.sock
            path = f"/v1/sessions/{made.json()['id']}"
            got = self.call(connection, "GET", path)
            self.assertEqual((got.status, got.json()["reference"]), (200, "order-77"))
            head = self.call(connection, "HEAD", path)
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.headers["content-length"], got.headers["content-length"])
            nobody = self.call(connection, "GET", path, Authorization="Bearer smppd_test_nobody")
            self.assertEqual(nobody.status, 401)
            self.assertEqual(self.call(connection, "DELETE", path).status, 204)
            self.assertIs(connection.sock, first)
            # More than a TLS record holds, and the same as in the clear.
            document = self.call(connection, "GET", "/v1/openapi.json")
            self.assertGreater(len(document.body), 100_000)
            self.assertEqual(document.json(), self.daemon.control.get("/v1/openapi.json"))

    def test_curl(self):
        """It is told to go on before it sends a body, and calls twice by one connection."""
        body = json.dumps({"reference": "order-78"})
        status, out = self.curl(self.url("/v1/sessions"), "-i", "-H", "Expect: 100-continue",
                                "--json", body)
        heads = [line for line in out.splitlines() if line.startswith("HTTP/")]
        self.assertEqual((status, heads), (0, ["HTTP/1.1 100 Continue", "HTTP/1.1 201 Created"]))
        made = json.loads(out.splitlines()[-1])
        # By the name that stands in the certificate.
        targets = [self.url(path, "api.example") for path in (f"/v1/sessions/{made['id']}",
                                                              "/v1/sessions?limit=1")]
        status, out = self.curl(*targets, "--resolve", f"api.example:{self.api_port}:127.0.0.1",
                                "-w", "\\n%{http_code} %{http_version} %{num_connects}\\n")
        one, told, page, again = out.splitlines()
        self.assertEqual((status, told, again), (0, "200 1.1 1", "200 1.1 0"))
        self.assertEqual(json.loads(one)["reference"], "order-78")
        self.assertEqual([item["id"] for item in json.loads(page)["items"]], [made["id"]])

    def test_requests_in_one_write(self):
        """They are answered in their order; so are those that come in records of any size."""
        peer = self.octets()
        created = request("POST", "/v1/sessions", self.api.key, {"reference": "a"})
        peer.send(created + request("GET", "/v1/sessions?limit=1", self.api.key))
        session, page = peer.answer(), peer.answer()
        self.assertEqual((session.status, page.status), (201, 200))
        self.assertEqual(page.json()["items"][0]["id"], session.json()["id"])
        mixed = [("GET", "/v1/sessions/" + session.json()["id"], None, 200),
                 ("POST", "/v1/sessions", {"nonsense": 1}, 422), ("HEAD", "/healthz", None, 200),
                 ("GET", "/nowhere", None, 404), ("DELETE", "/v1/sessions", None, 405)] * 10
        octets = b"".join(request(m, t, self.api.key, b) for m, t, b, _ in mixed)
        chance = random.Random(1)
        while octets:
            size = chance.choice((1, 7, 100, 3_000))
            peer.send(octets[:size])
            octets = octets[size:]
        self.assertEqual([peer.answer(m).status for m, *_ in mixed], [s for *_, s in mixed])

    def test_expect(self):
        """100, then the answer to the body, and the connection goes on."""
        body = json.dumps({"nonsense": 1}).encode()
        whole = request("POST", "/v1/sessions", self.api.key, body, {"Expect": "100-continue"})
        peer = self.octets()
        peer.send(whole[:-len(body)])
        self.assertEqual([peer.file.readline() for _ in range(2)],
                         [b"HTTP/1.1 100 Continue\r\n", b"\r\n"])
        peer.send(body)
        self.assertEqual(peer.answer().named(), ["/nonsense"])
        self.assertEqual(self.asked(peer), 200)

    def test_a_stream_of_events(self):
        """Events come as they happen; whoever goes without a word leaves nothing behind."""
        streams = [self.stream() for _ in range(3)]
        session = self.api.session()
        for stream in streams:
            seen = stream.wait(3)
            self.assertEqual([one["event"] for one in seen], OF_A_CODE)
            self.assertEqual({one["data"]["data"]["session_id"] for one in seen}, {session["id"]})
            self.assertEqual([one["data"] for one in seen], self.api.events())
        before = self.daemon.descriptors()
        for stream in streams:
            stream.connection.sock.shutdown(socket.SHUT_RDWR)
        eventually(lambda: self.daemon.descriptors() <= before - 3, what="the streams' end")

    def test_a_long_poll(self):
        """It is answered by what comes, and what was sent behind it in the same write after it."""
        last = self.api.session(area="never") and self.api.events()[-1]["id"]
        peer = self.octets()
        self.assertEqual(self.asked(peer), 200)
        peer.send(request("GET", f"/v1/events?after={last}&wait=60", self.api.key) +
                  request("GET", "/nowhere", self.api.key))
        # Each is a turn of the daemon's, in which an answer would have come.
        for _ in range(5):
            self.api.get("/v1/sessions?limit=1")
        self.assertEqual(select.select([peer.sock], [], [], 0)[0], [])
        self.assertEqual(peer.sock.pending(), 0)
        session = self.api.session(area="never")
        events = peer.answer().json()["items"]
        self.assertEqual([(one["type"], one["data"]["session_id"]) for one in events],
                         [("session.created", session["id"])])
        self.assertEqual(peer.answer().status, 404)

    def test_versions(self):
        """TLS 1.2 and 1.3 are served; who speaks older ones alone is told why he is not."""
        for version, name in ((Version.TLSv1_2, "TLSv1.2"), (Version.TLSv1_3, "TLSv1.3")):
            peer = self.octets(only(self.trust(), version))
            self.assertEqual((peer.sock.version(), self.asked(peer)), (name, 200))
        for version, name in ((Version.TLSv1, "TLSv1"), (Version.TLSv1_1, "TLSv1.1")):
            old = only(self.trust(), version)
            # It is not for the client's sake that they do not agree.
            own = only(server(self.certificate, self.key_file), version)
            self.assertEqual(agree(old, own), name)
            with self.assertRaises(ssl.SSLError) as caught:
                Octets(self.api_port, tls=old)
            self.assertEqual(caught.exception.reason, "TLSV1_ALERT_PROTOCOL_VERSION")

    def test_sessions_are_resumed(self):
        """What clients do on their own with each connection but the first."""
        for version in (Version.TLSv1_2, Version.TLSv1_3):
            self.assertEqual(self.resumed(only(self.trust(), version)), b"HTTP/1.1 200")

    def test_clients_refuse_whom_they_do_not_know(self):
        other = Authority(self.directory, "other")
        context = ssl.create_default_context(cafile=other.certificate)
        with self.assertRaises(ssl.SSLCertVerificationError):
            Octets(self.api_port, tls=context)
        with self.assertRaises(ssl.SSLCertVerificationError) as caught:
            self.trust().wrap_socket(self.plain(), server_hostname="elsewhere.example")
        self.assertIn("Hostname mismatch", str(caught.exception))
        self.assertEqual(self.curl(self.url("/healthz"))[0], 0)
        self.assertEqual(self.curl(self.url("/healthz"), "--cacert", other.certificate),
                         (60, ""))


class Strangers(Served):
    def setUp(self):
        super().setUp()
        self.serve()
        self.hello = hello(self.trust())

    def opening_words(self):
        """What strangers send before they go."""
        chance = random.Random(2)
        return {
            "nothing": b"", "clear text": request("GET", "/v1/sessions", self.api.key),
            "clear text, much of it": b"POST /v1/sessions HTTP/1.1\r\n" + b"x: y\r\n" * 20_000,
            "noughts": bytes(1_000), "any octets": chance.randbytes(50_000),
            "SMPP": bytes.fromhex("0000001000000015000000000000000100"),
            "a record too long": bytes.fromhex("160301ffff") + bytes(65_535),
            "records of nothing": bytes.fromhex("1603010000") * 1_000,
            "an alert": bytes.fromhex("15030100020228"), "SSL 2": bytes.fromhex("802e010002"),
            "half a hello": self.hello[:len(self.hello) // 2], "a hello": self.hello,
            "a hello and any octets": self.hello + chance.randbytes(1_000),
            "two hellos": self.hello * 2,
            "a hello of SSL 3": self.hello[:9] + b"\x03\x00" + self.hello[11:],
        }

    def visit(self, words, reset):
        """Sends that, hears what is said, and goes; `reset`: at once, and rudely."""
        sock = self.plain()
        heard = b""
        with contextlib.suppress(ConnectionError), contextlib.closing(sock):
            sock.sendall(words)
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return heard
            sock.shutdown(socket.SHUT_WR)
            while octets := sock.recv(65_536):
                heard += octets
        return heard

    def test_those_that_speak_no_tls_disturb_nobody(self):
        """Each is closed, none is served, and who was there before goes on."""
        stream, kept = self.stream(), self.octets()
        self.assertEqual(self.asked(kept), 200)
        before = self.daemon.descriptors()
        neighbour = self.neighbour()
        words = self.opening_words()
        with concurrent.futures.ThreadPoolExecutor(8) as visitors:
            for reset in (False, True) * 10:
                heard = dict(zip(words, visitors.map(lambda one: self.visit(one, reset),
                                                     words.values())))
                for what, octets in heard.items():
                    # An alert, the beginning of a handshake, or not a word.
                    self.assertIn(octets[:1], (b"", b"\x15", b"\x16"), what)
                    self.assertNotIn(b"HTTP", octets, what)
        self.undisturbed(neighbour)
        eventually(lambda: self.daemon.descriptors() <= before, what="the strangers' end")
        self.assertEqual(self.asked(kept), 200)
        self.api.session(area="never")
        stream.wait(1)
        for event in ("http_connection_failed", "http_accept_failed"):
            self.assertNotIn(event, self.daemon.log())

    def test_silence_in_the_handshake_ends(self):
        """Who stays silent, or drips, is closed when the time for a handshake is over."""
        before = self.daemon.descriptors()
        neighbour = self.neighbour()
        open_since = {}
        for words in (b"", self.hello[:7], self.hello) * 20:
            sock = self.plain()
            sock.sendall(words)
            open_since[sock] = time.monotonic()
        drip, rest_of_it = self.plain(), iter(self.hello)
        open_since[drip] = time.monotonic()
        lasted = {}
        while open_since and time.monotonic() < min(open_since.values()) + 25:
            for sock in select.select(list(open_since), [], [], 0.1)[0]:
                if not self.says_more(sock):
                    lasted[sock] = time.monotonic() - open_since.pop(sock)
            if drip in open_since:
                with contextlib.suppress(ConnectionError):
                    drip.sendall(bytes([next(rest_of_it)]))
        self.assertEqual(len(open_since), 0, "handshakes that last")
        # 10 s, as daemon/http/server.hpp has it; nobody is cut off much before.
        self.assertGreater(min(lasted.values()), 5)
        self.assertIn(drip, lasted)
        self.undisturbed(neighbour)
        eventually(lambda: self.daemon.descriptors() <= before, what="their end")

    @staticmethod
    def says_more(sock):
        with contextlib.suppress(ConnectionError):
            return sock.recv(65_536) != b""
        return False


if __name__ == "__main__":
    unittest.main()
