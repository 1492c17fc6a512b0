# tests/system/api_oracle.py - what the API's kill rounds know of the world: what was told with a
# 2xx, and what a call that was cut off may have done. It is written down line by line, and outlives
# the daemon.
import base64
import collections
import hashlib
import hmac
import http.server
import json
import threading
import time

FOREVER = float("inf")
ENDED = ("released", "verified", "failed", "expired")


class Session:
    """One session as it was told last, and what may have become of it since."""

    def __init__(self, platform, test, reference, begin):
        self.platform, self.test, self.reference = platform, test, reference
        self.told = None           # the last answer with its state, None: none came
        self.attempts = None       # the least number of attempts left that was told
        self.verified = False
        self.pending = None        # "allocate", "extend", "swap", "verify", "release"
        self.begin = begin
        self.spans = []            # [number, since, until] that it may have held the number
        self.lost = False          # it never came to be

    def tell(self, answer):
        """The session as an answer shows it."""
        self.told = answer
        if self.attempts is None:
            self.attempts = answer["attempts_left"]
        self.attempts = min(self.attempts, answer["attempts_left"])
        number, now = answer["number"], time.time()
        if not self.spans or self.spans[-1][0] != number:
            for span in self.spans:
                span[2] = min(span[2], now)
            self.spans.append([number, self.begin, FOREVER])
        if answer["state"] in ENDED:
            self.end()

    def end(self):
        for span in self.spans:
            span[2] = min(span[2], time.time())

    def wrong(self, seen):
        """In what the daemon's session differs from what was told; empty when in nothing."""
        told, found = self.told, []
        states = {told["state"]} | {"active": {
            "verify": {"verified", "failed"}, "release": {"released"}}.get(
                self.pending, set())}.get(told["state"], set())
        if seen["state"] not in states:
            found.append(f"state {seen['state']}, told {told['state']}, pending {self.pending}")
        if seen["number"] != told["number"] and self.pending != "swap":
            found.append("another number")
        if seen["swaps"] < told["swaps"]:
            found.append("fewer swaps")
        if seen["attempts_left"] > self.attempts:
            found.append(f"{seen['attempts_left']} attempts, told {self.attempts}")
        if self.verified and not seen["verified_at"]:
            found.append("verified no more")
        if told["state"] == "active" and seen["expires_at"] < told["expires_at"]:
            if self.pending not in ("extend", "verify", "release"):
                found.append("expires sooner")
        for name in ("platform", "test", "reference", "created_at"):
            if seen[name] != told[name]:
                found.append("another " + name)
        return found


class Ledger:
    """All that was told, by whatever worker; its file tells the story to people."""

    def __init__(self, path):
        self.file = open(path, "w", buffering=1)
        self.lock = threading.Lock()
        self.sessions = []
        self.answers = []     # (client's key name, target, body, idempotency key, status, octets)
        self.keys = {}        # text -> (key of the platform, works: True, False, None unknown)
        self.webhooks = {}    # id -> (platform, test)
        self.sent = {}        # text -> [number, first sending, answer or None]
        self.counts = collections.Counter()

    def write(self, *what):
        with self.lock:
            self.file.write(json.dumps([round(time.time(), 4), *what]) + "\n")

    def owners(self, number, begin, end):
        """References of the sessions that may have held the number at some moment between."""
        with self.lock:
            sessions = list(self.sessions)
        return {one.reference for one in sessions
                for held, since, until in list(one.spans)
                if held == number and since <= end and until >= begin}


class Receiver:
    """The platforms' web servers: one that takes what smppd sends, and remembers its order."""

    def __init__(self):
        receiver = self
        self.lock = threading.Lock()
        self.seen = collections.defaultdict(dict)   # path -> event id -> event, first come
        self.copies = self.count = 0
        self.secrets = {}                           # path -> secret, once it is known
        self.problems = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(self.path, self.headers, body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass  # the daemon was killed
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def take(self, path, headers, body):
        event = json.loads(body)
        with self.lock:
            self.count += 1
            secret = self.secrets.get(path)
            if secret and not signed(secret, headers, body):
                self.problems.append(f"{path}: {event['id']} is not signed with the secret")
            if headers["webhook-id"] != event["id"]:
                self.problems.append(f"{path}: webhook-id is another than the event's")
            before = self.seen[path].get(event["id"])
            if before is None:
                self.seen[path][event["id"]] = event
            else:
                self.copies += 1
                if before != event:
                    self.problems.append(f"{path}: {event['id']} came again with other contents")

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def signed(secret, headers, body):
    """Source: Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(one, "v1," + mac)
               for one in headers["webhook-signature"].split(" "))
