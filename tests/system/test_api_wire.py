# tests/system/test_api_wire.py - the REST API's HTTP, abused: floods, drips, pipelines, smuggling.
# Each is answered or closed in time, nothing that is hidden in a request is taken for another one,
# memory stays flat, and a neighbour is served all the while.
import json
import random
import threading
import time
import unittest

import api_client
from api_client import Neighbour, Octets, request
from test_api_input import GROWTH_KIB, SLOW

MEGABYTE = 1024 * 1024
HOST = b"Host: api.example\r\n"


class ApiWire(api_client.ApiTest):
    def setUp(self):
        super().setUp()
        self.with_api()
        self.daemon.control.platform("shop")
        self.daemon.control.numbers([f"+4477009001{n:02d}" for n in range(60)])
        self.key_text = self.key(role="owner")
        self.owner = self.client(self.key_text)
        self.bearer = f"Authorization: Bearer {self.key_text}\r\n".encode()
        for _ in range(20):
            self.owner.get("/v1/status")
        self.rss = self.daemon.rss_kib()
        self.neighbour = Neighbour(self.api_port, self.key_text)

    def tearDown(self):
        neighbour = getattr(self, "neighbour", None)
        if neighbour:
            neighbour.end()
            grown = self.daemon.rss_kib() - self.rss
            print(f"{self.id().rsplit('.')[-1]}: the neighbour's {neighbour.count} calls took "
                  f"{neighbour.longest:.2f} s at most; RSS {self.rss} KiB and {grown:+} KiB",
                  flush=True)
        super().tearDown()
        if neighbour and not self.failed():
            self.assertEqual(neighbour.failures, [])
            self.assertLess(neighbour.longest, SLOW, "the neighbour waited")
            self.assertLess(grown, GROWTH_KIB, "KiB of growth")

    def talk(self, octets, ends=False):
        """What is answered to these octets; `ends`: and whether the connection was closed then."""
        with Octets(self.api_port) as peer:
            try:
                peer.send(octets)
            except ConnectionError:
                pass  # it said no before it had read all
            answer = peer.answer()
            return (answer, peer.closed(5)) if ends else answer

    def refused(self, octets, statuses, what=""):
        """One answer of these statuses, then the end; what follows is not taken for a request."""
        answer, closed = self.talk(octets, ends=True)
        if answer is None:
            self.assertIn(None, statuses, f"{what}: closed without an answer")
            return None
        self.assertIn(answer.status, statuses, what)
        self.assertTrue(answer.problem(), what)
        self.assertTrue(closed, f"{what}: {answer.status}, but the connection goes on")
        return answer

    def test_large_bodies(self):
        body = b'{"a": "' + b"x" * (10 * MEGABYTE) + b'"}'
        chunked = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 65536]), body[i:i + 65536])
                           for i in range(0, len(body), 65536)) + b"0\r\n\r\n"
        for key in (self.bearer, b"", b"Authorization: Bearer nobody\r\n"):
            head = b"POST /v1/sessions HTTP/1.1\r\n" + HOST + key + (
                b"Content-Type: application/json\r\n")
            for _ in range(5):
                self.refused(head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
                             (401, 413))
                self.refused(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked, (401, 413))
        # One that declares it and sends nothing is told at once.
        self.refused(b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer +
                     b"Content-Length: 10485760\r\n\r\n", (413,))
        # The most that may be sent is read, and refused for what it is.
        most = b'{"a": "' + b"x" * (MEGABYTE - 9) + b'"}'
        self.assertEqual(len(most), MEGABYTE)
        answer = self.owner.post("/v1/sessions", most)
        self.assertIn(answer.status, (400, 422))
        self.assertEqual(self.owner.post("/v1/sessions", most + b" ").status, 413)

    def test_drips(self):
        """Slow heads and slow bodies: each is ended, and holds nobody up."""
        peers = []
        head = b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer + (
            b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        for octets in [b"GET /v1/status HT"] * 100 + [head] * 100 + [b""] * 100:
            peer = Octets(self.api_port)
            self.addCleanup(peer.close)
            peer.send(octets)
            peers.append(peer)
        begin = time.monotonic()
        ended = {}
        while len(ended) < 200 and time.monotonic() < begin + 60:
            for index, peer in enumerate(peers[:200]):
                if index in ended:
                    continue
                try:
                    peer.send(b" ")
                except ConnectionError:
                    ended[index] = time.monotonic() - begin
            time.sleep(0.5)
        self.assertEqual(len(ended), 200, "a drip was let go on")
        heads = [at for index, at in ended.items() if index < 100]
        print(f"slow heads ended after {min(heads):.0f} to {max(heads):.0f} s, bodies after "
              f"{max(ended.values()):.0f} s", flush=True)

    def test_header_floods(self):
        start = b"GET /v1/status HTTP/1.1\r\n" + HOST + self.bearer
        floods = {
            "100 kB in one": b"X: " + b"a" * 100_000 + b"\r\n",
            "10,000 headers": b"".join(b"x%d: y\r\n" % i for i in range(10_000)),
            "10,000 the same": b"x: y\r\n" * 10_000,
            "a name of 100 kB": b"a" * 100_000 + b": y\r\n",
            "folded for ever": b"x: y\r\n" + b" z\r\n" * 30_000,
            "cookies": b"Cookie: " + b"a=b; " * 20_000 + b"\r\n",
        }
        for what, octets in floods.items():
            for _ in range(5):
                self.refused(start + octets + b"\r\n", (400, 431), what)
        self.refused(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
                     (400, 414, 431), "target")
        self.refused(b"A" * 100_000, (400, 431), "method")
        # What fits is served, headers that nobody knows and all.
        many = b"".join(b"x%d: y\r\n" % i for i in range(500))
        answer = self.talk(start + many + b"Connection: close\r\n\r\n")
        self.assertEqual(answer.status, 200)

    def test_pipelining(self):
        numbers = [f"+4477009001{n:02d}" for n in range(50)]
        octets = b"".join(request("GET", "/v1/numbers/" + n, self.key_text) for n in numbers)
        with Octets(self.api_port) as peer:
            peer.send(octets)
            got = [peer.answer().json()["number"] for _ in numbers]
        self.assertEqual(got, numbers)
        # In pieces of any size, and with bodies and refusals between.
        mixed = [("GET", "/v1/numbers/" + numbers[0], None, 200),
                 ("POST", "/v1/sessions", {"platform": "shop", "nonsense": 1}, 422),
                 ("HEAD", "/v1/status", None, 200), ("GET", "/nowhere", None, 404),
                 ("POST", "/v1/sessions", b"{", 400), ("DELETE", "/v1/status", None, 405)] * 10
        octets = b"".join(request(m, t, self.key_text, b) for m, t, b, _ in mixed)
        chance = random.Random(1)
        with Octets(self.api_port) as peer:
            while octets:
                size = chance.choice((1, 7, 100, 3_000))
                peer.send(octets[:size])
                octets = octets[size:]
            self.assertEqual([peer.answer(m).status for m, *_ in mixed], [s for *_, s in mixed])
        # Whoever goes away in the middle of it hurts nobody.
        for _ in range(20):
            with Octets(self.api_port) as peer:
                peer.send(request("GET", "/v1/numbers?limit=1000", self.key_text) * 50)

    def test_expect(self):
        body = json.dumps({"platform": "shop", "nonsense": 1}).encode()
        head = lambda length, more=b"": (
            b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer + more +
            b"Content-Type: application/json\r\nContent-Length: %d\r\n" % length)
        with Octets(self.api_port) as peer:
            peer.send(head(len(body)) + b"Expect: 100-continue\r\n\r\n")
            line = peer.file.readline()
            self.assertTrue(line.startswith(b"HTTP/1.1 100 "), line)
            self.assertEqual(peer.file.readline(), b"\r\n")
            peer.send(body)
            self.assertEqual(peer.answer().named(), ["/nonsense"])
        # Who would send too much is told before it does.
        self.refused(head(10 * MEGABYTE) + b"Expect: 100-continue\r\n\r\n", (413,))
        for value in (b"200-ok", b"100-continue, x", b"x" * 1_000):
            self.refused(head(len(body)) + b"Expect: " + value + b"\r\n\r\n" + body, (417,))

    def test_smuggling(self):
        hidden = b"GET /v1/numbers/+447700900100 HTTP/1.1\r\n" + HOST + self.bearer + b"\r\n"
        lengths = {
            "CL and TE": (b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\nG"),
            "TE and CL": (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                          b"5c\r\nGPOST\r\n0\r\n\r\n"),
            "two lengths": (b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{}"),
            "a list of lengths": (b"Content-Length: 2, 3\r\n", b"{}"),
            "a plus": (b"Content-Length: +2\r\n", b"{}"),
            "below zero": (b"Content-Length: -2\r\n", b"{}"),
            "hexadecimal": (b"Content-Length: 0x2\r\n", b"{}"),
            "no digits": (b"Content-Length: \r\n", b"{}"),
            "2^64 + 2": (b"Content-Length: 18446744073709551618\r\n", b"{}"),
            "another coding": (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
            "two codings": (b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
            "chunked first": (b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"),
            "coding twice": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
                             b"0\r\n\r\n"),
            "a blank before the colon": (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
            "a tab in the coding": (b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
            "a NUL": (b"Content-Length: 2\0\r\n", b"{}"),
            "no hexadecimal chunk": (b"Transfer-Encoding: chunked\r\n", b"xyz\r\n\r\n"),
            "a chunk below zero": (b"Transfer-Encoding: chunked\r\n", b"-1\r\nab\r\n0\r\n\r\n"),
            "an endless chunk": (b"Transfer-Encoding: chunked\r\n", b"f" * 17 + b"\r\n{}\r\n"),
            "a chunk cut short": (b"Transfer-Encoding: chunked\r\n", b"1\r\n{}\r\n0\r\n\r\n"),
        }
        for what, (fields, body) in lengths.items():
            with self.subTest(what):
                octets = (b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer +
                          b"Content-Type: application/json\r\n" + fields + b"\r\n" + body + hidden)
                self.refused(octets, (400, 413, 501), what)

    def test_heads_that_are_no_http(self):
        line, rest = b"GET /healthz HTTP/1.1\r\n", HOST + b"\r\n"
        for what, octets in {
                "bare LF": b"GET /healthz HTTP/1.1\nHost: a\n\n", "no Host": line + b"\r\n",
                "bare LF in a header": line + b"Host: a\nX: y\r\n\r\n",
                "Host twice": line + HOST + rest, "bare CR": line + b"X: a\rb\r\n" + rest,
                "a blank in a name": line + b"a b: c\r\n" + rest,
                "no colon": line + b"header\r\n" + rest, "no name": line + b": c\r\n" + rest,
                "a NUL in a value": line + b"X: a\0b\r\n" + rest,
                "a NUL in a name": line + b"X\0: a\r\n" + rest,
                "a blank first": line + b" X: a\r\n" + rest,
                "HTTP/2.0": b"GET /healthz HTTP/2.0\r\n" + rest,
                "HTTP/0.9": b"GET /healthz\r\n\r\n", "HTTP/9": b"GET / HTTP/9\r\n" + rest,
                "HTTP/1.10": b"GET /healthz HTTP/1.10\r\n" + rest,
                "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "two blanks": b"GET  /healthz HTTP/1.1\r\n" + rest,
                "a blank in the target": b"GET /heal thz HTTP/1.1\r\n" + rest,
                "no target": b"GET HTTP/1.1\r\n" + rest, "no method": b" / HTTP/1.1\r\n" + rest,
                "TLS": bytes.fromhex("160301007c0100007803034041424344454647") + bytes(105),
                "SMPP": bytes.fromhex("0000001000000015000000000000000100"),
                "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "octets": bytes(range(255, 0, -1)) * 10}.items():
            with self.subTest(what):
                self.refused(octets, (400, 505), what)

    def test_targets(self):
        for target, status in (("http://api.example/healthz", 200),
                               ("http://api.example:8080/healthz?", 200), ("http://x", 404),
                               ("HTTP://api.example/healthz", 200), ("*", 400),
                               ("api.example:80", 400), ("/healthz#x", 404), ("healthz", 400),
                               ("https://api.example/healthz", 200), ("/\xff", 400), ("//", 404),
                               ("/" + "a" * 12_000, 404), ("/?" + "&" * 40, 400)):
            with self.subTest(target=target[:30]):
                answer = self.talk(request("GET", target, self.key_text))
                allowed = (status,) if status == 200 else (400, 404, 422)
                self.assertIn(answer.status, allowed)
        answer = self.talk(request("OPTIONS", "*"))
        self.assertEqual(answer.status, 204)

    def test_leniency_that_http_asks_for(self):
        """What a server has to take, RFC 9112."""
        for octets in (b"GET /healthz HTTP/1.1\r\nHOST: a\r\n\r\n",
                       b"GET /healthz HTTP/1.0\r\n\r\n",
                       b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                       b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
                       b"GET /healthz HTTP/1.1\r\nhost:\t a \t\r\n\r\n"):
            answer = self.talk(octets)
            self.assertEqual(answer.status, 200, octets)
        # Old clients send a line end behind a body, which its length does not count.
        body = b'{"platform": "shop", "nonsense": 1}'
        post = (b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer + b"Content-Type: application/"
                b"json\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body + b"\r\n")
        with Octets(self.api_port) as peer:
            peer.send(post + request("GET", "/healthz"))
            self.assertEqual([peer.answer().status, peer.answer().status], [422, 200])
        self.refused(b"\r\n" * 200 + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", (400, None), "lines")
        pieces = (b'4;x="y"\r\n{"pl\r\n1E\r\natform": "shop", "nonsense": 1\r\n'
                  b"001\r\n}\r\n0\r\nX: y\r\n\r\n")
        answer = self.talk(
            b"POST /v1/sessions HTTP/1.1\r\n" + HOST + self.bearer + b"Content-Type: application/"
            b"json; charset=utf-8\r\nTransfer-Encoding: Chunked\r\n\r\n" + pieces)
        self.assertEqual(answer.named(), ["/nonsense"])

    def test_many_at_once_that_go_away(self):
        """Streams and long polls that nobody reads, cut off; their places are given back."""
        for _ in range(3):
            peers = []
            for _ in range(60):
                peer = Octets(self.api_port)
                peer.send(request("GET", "/v1/events", self.key_text))
                peers.append(peer)
            threads = [threading.Thread(target=self.owner_get, args=(5,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            for peer in peers:
                peer.close()
        answer = self.owner.get("/v1/events?wait=1")
        self.assertEqual(answer.status, 200)

    def owner_get(self, count):
        client = self.client(self.key_text)
        for _ in range(count):
            assert client.get("/v1/numbers?limit=1000").status == 200


if __name__ == "__main__":
    unittest.main()
