# tests/system/api_client.py - a client of the REST API over TCP that reads octets itself, and the
# daemon that it talks to. What is answered is compared with the OpenAPI document.
import collections
import http.client
import json
import socket
import threading
import time

import harness
import openapi_check

PROBLEM = "urn:smppd:problem:"
WORKFLOW = {"direction": "inbound", "ttl": "10m", "ttl_max": "12h", "attempts": 5,
            "cool_down": "0s"}


class Answer(collections.namedtuple("Answer", "status headers body")):
    """`headers`: names in lower case."""

    def json(self):
        return json.loads(self.body)

    def problem(self):
        """The last word of the problem's type; empty when it is none."""
        if "problem+json" not in self.headers.get("content-type", ""):
            return ""
        return self.json()["type"].removeprefix(PROBLEM)

    def named(self):
        """The pointers and parameters that the problem names."""
        return [one.get("parameter", one.get("pointer")) for one in self.json().get("errors", [])]


class Octets:
    """A connection that sends what it is told, octet by octet if need be. `tls`: an ssl context."""

    def __init__(self, port, timeout=20, source="127.0.0.1", tls=None):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="127.0.0.1")
        self.file = self.sock.makefile("rb")

    def send(self, octets):
        self.sock.sendall(octets)

    def makefile(self, *_arguments, **_options):
        return _Unclosed(self.file)

    def answer(self, method="GET"):
        """The next answer; None when the peer has closed instead."""
        response = http.client.HTTPResponse(self, method=method)
        try:
            response.begin()
            body = response.read()
        except (http.client.BadStatusLine, http.client.IncompleteRead, ConnectionError):
            return None
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body)

    def closed(self, timeout=10):
        """Whether the peer closes within that time, saying nothing more."""
        self.sock.settimeout(timeout)
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        self.close()


class _Unclosed:
    """A file that outlives the response that read from it."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        pass

    def __getattr__(self, name):
        return getattr(self.file, name)

    def close(self):
        pass


def request(method, target, key="", body=None, headers=(), media="application/json"):
    """The octets of a request; header values are text or octets."""
    if body is not None and not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    fields = [("Host", "api.example")]
    if key:
        fields.append(("Authorization", "Bearer " + key))
    if body is not None:
        fields.append(("Content-Length", str(len(body))))
        if media:
            fields.append(("Content-Type", media))
    fields += list(headers.items() if isinstance(headers, dict) else headers)
    head = f"{method} {target} HTTP/1.1\r\n".encode("latin-1")
    for name, value in fields:
        head += name.encode() + b": "
        head += (value if isinstance(value, bytes) else value.encode("latin-1")) + b"\r\n"
    return head + b"\r\n" + (body or b"")


class Client:
    """Calls with a key, over a connection that is kept. `checker`: compares each answer of an
    operation with the document; None: nobody does. `source`: any address of the loopback net.
    `tls`: an ssl context."""

    def __init__(self, port, key="", checker=None, timeout=20, source="127.0.0.1", tls=None):
        self.port, self.key, self.checker, self.timeout = port, key, checker, timeout
        self.source, self.tls = source, tls
        self.octets = None
        self.count = 0

    def call(self, method, target, body=None, headers=(), media="application/json", key=None):
        octets = request(method, target, self.key if key is None else key, body, headers, media)
        answer = self.exchange(octets, method)
        self.count += 1
        # What is no operation at all has no answer of its own in the document.
        if self.checker and self.checker.operation(method, target):
            self.checker.check(method, target, *answer)
        return answer

    def exchange(self, octets, method):
        fresh = self.octets is None
        if fresh:
            self.octets = Octets(self.port, self.timeout, self.source, self.tls)
        answer = None
        try:
            self.octets.send(octets)
            answer = self.octets.answer(method)
        except OSError:
            if fresh:
                self.close()
                raise
        if answer is None:
            self.close()
            if not fresh:
                return self.exchange(octets, method)
            raise ConnectionError("closed without an answer")
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def post(self, target, body=None, **options):
        return self.call("POST", target, body, **options)

    def made(self, target, body=None, **options):
        """What a POST makes; anything but 2xx is an AssertionError."""
        answer = self.post(target, body, **options)
        assert answer.status // 100 == 2, f"POST {target}: {answer.status}"
        return answer.json()

    def items(self, target):
        """All items of a list, page by page."""
        found, cursor = [], ""
        mark = "&" if "?" in target else "?"
        while True:
            answer = self.get(f"{target}{mark}limit=1000{cursor}")
            assert answer.status == 200, f"GET {target}: {answer.status}"
            page = answer.json()
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = "&cursor=" + page["next_cursor"].replace("+", "%2B")

    def close(self):
        if self.octets:
            self.octets.close()
            self.octets = None


class Neighbour:
    """Another client, that asks all the while; remembers the longest that it had to wait."""

    def __init__(self, port, key, target="/v1/sessions?limit=1", tls=None):
        self.client = Client(port, key, tls=tls)
        self.target = target
        self.stop = threading.Event()
        self.longest, self.count, self.failures = 0.0, 0, []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stop.wait(0.02):
            begin = time.monotonic()
            try:
                status = self.client.get(self.target).status
            except OSError as error:
                status = error
            if status != 200:
                self.failures.append(status)
            self.longest = max(self.longest, time.monotonic() - begin)
            self.count += 1

    def end(self):
        self.stop.set()
        self.thread.join(30)
        self.client.close()


class ApiTest(harness.SystemTest):
    """A daemon with the API on TCP, two platforms, and a carrier that is there when asked for."""

    def with_api(self, carriers=(), **sections):
        self.api_port = harness.free_port()
        api = {"listen": [f"127.0.0.1:{self.api_port}"], "requests_per_second": 1_000_000,
               "burst": 1_000_000}
        api.update(sections.pop("api", {}))
        sections.setdefault("workflows", {"signup": WORKFLOW})
        self.carriers = {name: self.smsc() for name in carriers}
        self.daemon = self.smppd(api=api, **sections)
        self.daemon.config["carriers"] = {
            name: self.daemon.carrier(peer.port) for name, peer in self.carriers.items()}
        self.daemon.write_config()
        self.daemon.start()
        if carriers:
            self.daemon.wait_bound(len(carriers))
        self.checker = openapi_check.Checker()
        return self.daemon

    def key(self, platform=None, **fields):
        """The text of a new key; of the platform, or of one that sees all."""
        target = f"/v1/platforms/{platform}/keys" if platform else "/v1/keys"
        made = self.daemon.control.post(target, fields)
        self.daemon.secrets.append(made["key"])
        return made["key"]

    def client(self, key="", **options):
        client = Client(self.api_port, key, self.checker, **options)
        self.addCleanup(client.close)
        return client
