# tests/system/rest.py - the public API as a platform uses it, each answer held against the OpenAPI
# document; its stream of events; a receiver of webhooks that answers as it is told; and the test
# case that has them all.
import contextlib
import http.client
import http.server
import json
import threading

import api_client
from harness import eventually


class Api:
    """Calls with a key, each over a connection of its own, from any thread. `tls`: an ssl
    context."""

    def __init__(self, port, key, checker, tls=None):
        self.port, self.key, self.checker, self.tls = port, key, checker, tls

    def call(self, method, target, body=None, **headers):
        """The answer, whatever it is."""
        client = api_client.Client(self.port, self.key, self.checker, timeout=70, tls=self.tls)
        with contextlib.closing(client):
            return client.call(method, target, body, headers)

    def expect(self, status, method, target, body=None, **headers):
        """The JSON of an answer with this status; None when it has none."""
        answer = self.call(method, target, body, **headers)
        found = answer.json() if answer.body else None
        if answer.status != status:
            raise AssertionError(f"{method} {target}: {answer.status}, not {status}: "
                                 f"{(found or {}).get('detail')}")
        return found

    def get(self, target):
        return self.expect(200, "GET", target)

    def post(self, target, body=None, status=200):
        return self.expect(status, "POST", target, body)

    def session(self, **request):
        return self.post("/v1/sessions", request, status=201)

    def webhook(self, url, **more):
        return self.post("/v1/webhooks", {"url": url, **more}, status=201)

    def deliveries(self, webhook):
        """Those of the newest page, by event."""
        target = f"/v1/webhooks/{webhook['id']}/deliveries?limit=100"
        return {one["event"]: one for one in self.get(target)["items"]}

    def events(self, after="0", wait=0, **query):
        extra = "".join(f"&{name}={value}" for name, value in query.items())
        return self.get(f"/v1/events?after={after}&wait={wait}{extra}")["items"]

    def wrong_event(self, body):
        """What of an event's body the document does not allow, or does not name."""
        document, schema = self.checker.document, {"$ref": "#/components/schemas/Event"}
        return [*document.wrong(schema, body), *document.unknown(schema, body)]


class Stream:
    """Server-sent events, read by the letter: fields up to an empty line."""

    def __init__(self, api, target="/v1/events", last=None):
        headers = {"Authorization": f"Bearer {api.key}", "Accept": "text/event-stream"}
        if last:
            headers["Last-Event-ID"] = last
        self.connection = (
            http.client.HTTPSConnection("127.0.0.1", api.port, timeout=60, context=api.tls)
            if api.tls else http.client.HTTPConnection("127.0.0.1", api.port, timeout=60))
        self.connection.request("GET", target, headers=headers)
        self.response = self.connection.getresponse()
        named = {name.lower(): value for name, value in self.response.getheaders()}
        api.checker.check("GET", target, self.response.status, named, None)
        self.events = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        fields = {}
        with contextlib.suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            while line := self.response.readline():
                text = line.decode("utf-8").rstrip("\r\n")
                if not text and "data" in fields:
                    self.events.append({**fields, "data": json.loads(fields["data"])})
                if not text:
                    fields = {}
                elif not text.startswith(":"):
                    name, _, value = text.partition(": ")
                    fields[name] = value

    def wait(self, count, timeout=20):
        return eventually(lambda: len(self.events) >= count and list(self.events), timeout,
                          f"{count} events on the stream, {len(self.events)} came")

    def close(self):
        self.connection.sock and self.connection.sock.close()
        self.connection.close()


class Post:
    """What a webhook received."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.event = json.loads(body)


class Receiver:
    """Answers POSTs with the statuses of `answers` in turn, the last of them for ever. None: it
    hears and never answers. `location`: where its redirects point."""

    def __init__(self, answers=(200,), location=None, port=0):
        self.answers, self.location = list(answers), location
        self.posts, self.lock = [], threading.Lock()
        self.over = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                receiver._post(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/sms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _post(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode("utf-8")
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self.lock:
            status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            self.posts.append(Post(handler.path, headers, body))
        if status is None:
            self.over.wait(60)
            return
        handler.send_response(status)
        if self.location and 300 <= status <= 399:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def wait(self, count=1, timeout=30):
        return eventually(lambda: len(self.posts) >= count and list(self.posts), timeout,
                          f"{count} posts to a webhook; {len(self.posts)} came")

    def types(self):
        return [post.event["type"] for post in list(self.posts)]

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class ApiTest(api_client.ApiTest):
    """A daemon with the API and the sandbox, and a test key of the platform `shop`."""

    WORKFLOWS = {"signup": {"attempts": 3, "code": {"length": 6, "alphabet": "digits"}}}
    WEBHOOKS = {"allow_http": True, "allow_private": True}

    def setUp(self):
        super().setUp()
        self.with_api(
            workflows=self.WORKFLOWS, webhooks=self.WEBHOOKS,
            pool={"cool_down": "1s", "brand_cool_down": "1s", "platform_cool_down": "1s"})
        self.daemon.control.post("/v1/platforms", {"name": "shop"})
        self.api = self.key_of("shop", test=True)
        self.daemon.secrets.append("Your Meadow code is")

    def key_of(self, platform, **more):
        """An Api that calls with a new key of the platform."""
        return Api(self.api_port, self.key(platform, **more), self.checker)

    def receiver(self, *answers, **more):
        made = Receiver(answers or (200,), **more)
        self.addCleanup(made.close)
        return made

    def webhook(self, receiver, **more):
        made = self.api.webhook(receiver if isinstance(receiver, str) else receiver.url, **more)
        self.daemon.secrets.append(made["secret"])
        return made

    def stream(self, target="/v1/events", last=None):
        made = Stream(self.api, target, last)
        self.addCleanup(made.close)
        return made

    def settled(self, webhook, state="delivered", count=1):
        """Waits until so many deliveries to the webhook are in that state; returns all, by event."""
        def reached():
            found = self.api.deliveries(webhook)
            return [one["state"] for one in found.values()].count(state) >= count and found
        return eventually(reached, what=f"{count} deliveries being {state}", pause=0.1)

    def tried(self, webhook):
        """Waits until the webhook's only delivery has failed once and waits; returns it."""
        def reached():
            found = list(self.api.deliveries(webhook).values())
            return [one for one in found if one["state"] == "waiting" and one["attempts"] > 0]
        return eventually(reached, what="a delivery that waits to be tried again", pause=0.05)[0]
