# tests/system/test_webhook_neighbours.py - two webhooks on one host and port: the one that is slow,
# or that never answers, delays nothing of the other's.
import contextlib
import time
import unittest

import rest
from harness import eventually

BURST = 20


class Host(rest.Receiver):
    """Each of its paths answers 200 after a time of its own, in seconds; None: never."""

    def __init__(self, **after):
        self.after = {"/" + name: seconds for name, seconds in after.items()}
        self.came = {path: {} for path in self.after}
        self.answered = dict.fromkeys(self.after, 0)
        super().__init__()

    def _post(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode("utf-8")
        post, path = rest.Post(handler.path, {}, body), handler.path
        with self.lock:
            self.came[path].setdefault(post.event["data"]["session_id"], time.monotonic())
        seconds = self.after[path]
        if self.over.wait(60 if seconds is None else seconds) or seconds is None:
            return
        # Who asked may have lost patience.
        with contextlib.suppress(ConnectionError):
            handler.send_response(200)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            with self.lock:
                self.answered[path] += 1


class Neighbours(rest.ApiTest):
    def host(self, **after):
        """A host, and the webhooks that lead to its paths."""
        host = Host(**after)
        self.addCleanup(host.close)
        return host, *(self.webhook(f"http://127.0.0.1:{host.port}{path}",
                                    events=["session.created"]) for path in host.after)

    def delays(self, host, sessions):
        """How long after it was made each session's post came to /quick."""
        made = {}
        for _ in range(sessions):
            session = self.api.session(area="never")["id"]
            made[session] = time.monotonic()
        came = host.came["/quick"]
        eventually(lambda: came.keys() >= made.keys(), 30, "the posts to the quick one")
        for session in made:
            self.api.expect(204, "DELETE", f"/v1/sessions/{session}")
        return [came[session] - at for session, at in made.items()]

    def delays_until(self, host, over):
        """Those of many at once, and then of one after the other until `over` says so."""
        found = self.delays(host, BURST)
        while not over():
            found += self.delays(host, 1)
            host.over.wait(0.2)
        return found

    def test_a_slow_one(self):
        """Nothing waits for any of its answers; and it is given the time that it takes."""
        host, slow, quick = self.host(slow=7, quick=0)
        # It has had more than it may have at once.
        found = self.delays_until(host, lambda: host.answered["/slow"] > 5)
        self.assertLess(max(found), 7 / 2, "the quick one's posts waited")
        self.settled(quick)
        path = f"/v1/webhooks/{slow['id']}/deliveries?limit=100&state=delivered"
        done = eventually(lambda: (page := self.api.get(path)["items"])[5:] and page,
                          what="the slow one's deliveries")
        self.assertEqual({(one["attempts"], one["status"]) for one in done}, {(1, 200)})

    def test_one_that_never_answers(self):
        """Nothing waits until it is given up, nor then."""
        host, deaf, _ = self.host(deaf=None, quick=0)
        path = f"/v1/webhooks/{deaf['id']}/deliveries?limit=100"

        def given_up():
            return [one for one in self.api.get(path)["items"] if one["attempts"] > 0]
        found = self.delays_until(host, given_up)
        self.assertEqual({one["status"] for one in given_up()}, {None})
        found += self.delays(host, BURST)
        self.assertGreater(len(host.came["/deaf"]), 0)
        # It is given up after 10 s.
        self.assertLess(max(found), 10 / 2, "the quick one's posts waited")


if __name__ == "__main__":
    unittest.main()
