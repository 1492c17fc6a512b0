# tests/system/test_webhooks.py - events on their way to webhooks: signed so that a foreign library
# finds them good, tried again, refused where they must not go, and there after kill -9.
import time
import unittest

import harness
import node
import rest
from harness import eventually

OF_A_CODE = ["session.created", "message.received", "code.received"]


class Signatures(rest.ApiTest):
    def setUp(self):
        super().setUp()
        self.library = node.Asked("verify.mjs")
        self.addCleanup(self.library.end)

    def good(self, secret, post, **changed):
        """Whether npm's standardwebhooks takes the post; `changed`: headers, or its body."""
        body = changed.pop("body", post.body)
        headers = {**post.headers,
                   **{name.replace("_", "-"): value for name, value in changed.items()}}
        answer = self.library.ask({"secret": secret, "headers": headers, "body": body})
        if not answer["ok"]:
            # Not for its age, nor for a header that is missing.
            self.assertEqual(answer["why"], "No matching signature found")
        return answer["ok"]

    def test_a_foreign_library_takes_what_we_sign_and_nothing_else(self):
        receiver = self.receiver()
        secret = self.webhook(receiver)["secret"]
        session = self.api.session(workflow="signup", reference="order-77")
        receiver.wait(3)
        wrong = self.api.post(f"/v1/sessions/{session['id']}/verify", {"code": "000000"})
        right = self.api.post(f"/v1/sessions/{session['id']}/verify", {"code": "123 456"})
        self.assertEqual((wrong["success"], right["success"]), (False, True))
        posts = receiver.wait(5)
        self.assertEqual([post.event["type"] for post in posts],
                         [*OF_A_CODE, "session.verified", "session.released"])
        for post in posts:
            self.assertTrue(self.good(secret, post), post.event["type"])
            self.assertEqual(self.api.wrong_event(post.event), [])
            self.assertEqual(post.headers["webhook-id"], post.event["id"])
            self.assertEqual(post.event["data"]["session_id"], session["id"])
            self.assertEqual(post.event["data"]["reference"], "order-77")
            self.assertTrue(post.event["test"])
        code = posts[2]
        self.assertEqual(code.event["data"]["code"], "123456")
        # The same events as by the long poll, to the last field.
        self.assertEqual([post.event for post in posts], self.api.events())

    def test_a_changed_post_is_not_good(self):
        receiver = self.receiver()
        secret = self.webhook(receiver, events=["code.received"])["secret"]
        other = self.webhook("http://127.0.0.1:9/")["secret"]
        self.api.session()
        post = receiver.wait()[0]
        self.assertTrue(self.good(secret, post))
        at = post.body.index("123456")
        self.assertFalse(self.good(secret, post, body=f"{post.body[:at]}9{post.body[at + 1:]}"))
        self.assertFalse(self.good(secret, post, body=post.body + " "))
        for moved in (-1, 1):
            stamp = str(int(post.headers["webhook-timestamp"]) + moved)
            self.assertFalse(self.good(secret, post, webhook_timestamp=stamp))
        self.assertFalse(self.good(secret, post, webhook_id="evt_0000000000000001"))
        self.assertFalse(self.good(other, post))

    def test_both_secrets_hold_while_one_takes_over(self):
        receiver = self.receiver()
        webhook = self.webhook(receiver, events=["session.created"])
        path = f"/v1/webhooks/{webhook['id']}/rotate-secret"
        rotated = self.api.post(path, {"overlap_seconds": 3600})
        self.daemon.secrets.append(rotated["secret"])
        self.assertNotEqual(rotated["secret"], webhook["secret"])
        self.api.session()
        post = receiver.wait(1)[0]
        self.assertEqual(len(post.headers["webhook-signature"].split(" ")), 2)
        self.assertTrue(self.good(webhook["secret"], post))
        self.assertTrue(self.good(rotated["secret"], post))
        last = self.api.post(path, {"overlap_seconds": 0})
        self.daemon.secrets.append(last["secret"])
        self.api.session()
        post = receiver.wait(2)[1]
        self.assertTrue(self.good(last["secret"], post))
        self.assertFalse(self.good(rotated["secret"], post))
        self.assertFalse(self.good(webhook["secret"], post))

    def test_an_overlap_ends_by_itself(self):
        receiver = self.receiver()
        webhook = self.webhook(receiver, events=["session.created"])
        self.api.post(f"/v1/webhooks/{webhook['id']}/rotate-secret", {"overlap_seconds": 1})

        def old_is_over():
            before = len(receiver.posts)
            self.api.session()
            return not self.good(webhook["secret"], receiver.wait(before + 1)[before])
        eventually(old_is_over, what="the old secret's end", pause=0.3)


class Deliveries(rest.ApiTest):
    def test_what_is_refused_comes_again(self):
        receiver = self.receiver(500, 200)
        webhook = self.webhook(receiver, events=["code.received"])
        self.api.session()
        first = receiver.wait(1)[0]
        waiting = self.tried(webhook)
        self.assertEqual((waiting["event"], waiting["attempts"], waiting["status"],
                          waiting["error"]), (first.event["id"], 1, 500, "answered 500"))
        self.assertIsNotNone(self.api.get(f"/v1/webhooks/{webhook['id']}")["failing_since"])
        second = receiver.wait(2)[1]
        self.assertEqual((second.body, second.headers["webhook-id"]),
                         (first.body, first.headers["webhook-id"]))
        self.assertGreater(int(second.headers["webhook-timestamp"]),
                           int(first.headers["webhook-timestamp"]))
        done = self.settled(webhook)[first.event["id"]]
        self.assertEqual((done["attempts"], done["status"], done["error"]), (2, 200, None))
        self.assertIsNone(self.api.get(f"/v1/webhooks/{webhook['id']}")["failing_since"])

    def test_a_session_keeps_its_order_behind_a_refusal(self):
        receiver = self.receiver(500, 200)
        webhook = self.webhook(receiver)
        session = self.api.session()
        self.api.expect(204, "DELETE", f"/v1/sessions/{session['id']}")
        posts = receiver.wait(5)
        self.settled(webhook, count=4)
        wanted = [event["id"] for event in self.api.events()]
        self.assertEqual([post.event["id"] for post in posts], [wanted[0], *wanted])

    def test_gone_disables(self):
        receiver = self.receiver(410)
        listener = self.receiver()
        webhook = self.webhook(receiver, events=["session.created"])
        self.webhook(listener, events=["webhook.disabled"])
        self.api.session()
        told = listener.wait(1)[0].event
        self.assertEqual(told["data"], {"webhook": webhook["id"], "reason": "gone"})
        self.assertEqual(self.api.wrong_event(told), [])
        found = self.api.get(f"/v1/webhooks/{webhook['id']}")
        self.assertEqual((found["disabled"], found["disabled_reason"]), (True, "gone"))
        self.api.session()
        self.settled(webhook, "cancelled")
        self.assertEqual(len(receiver.posts), 1)
        # Enabled again, it hears of what comes from then on.
        receiver.answers = [200]
        self.api.expect(200, "PATCH", f"/v1/webhooks/{webhook['id']}", {"disabled": False})
        third = self.api.session()
        self.assertEqual(receiver.wait(2)[1].event["data"]["session_id"], third["id"])

    def test_one_that_never_answers_holds_up_no_other(self):
        deaf, well = self.receiver(None), self.receiver()
        self.webhook(deaf, events=["session.created"])
        webhook = self.webhook(well, events=["session.created"])
        started = time.monotonic()
        sessions = [self.api.session()["id"] for _ in range(40)]
        posts = well.wait(40)
        self.assertEqual(sorted(post.event["data"]["session_id"] for post in posts),
                         sorted(sessions))
        self.settled(webhook, count=40)
        # The deaf one had some of them all the while, and has given back none: its time to answer
        # was not over yet.
        self.assertGreater(len(deaf.posts), 0)
        self.assertLess(len(deaf.posts), 40)
        self.assertLess(time.monotonic() - started, 60)

    def test_redirects_are_not_followed(self):
        target = self.receiver()
        receiver = self.receiver(302, location=target.url)
        webhook = self.webhook(receiver, events=["session.created"])
        self.api.session()
        receiver.wait(1)
        found = self.tried(webhook)
        self.assertEqual((found["status"], found["error"]),
                         (302, "answered 302; redirects are not followed"))
        receiver.wait(2)
        self.assertEqual(target.posts, [])

    def test_a_delivery_is_replayed(self):
        receiver = self.receiver()
        webhook = self.webhook(receiver, events=["code.received"])
        self.api.session()
        post = receiver.wait(1)[0]
        found = self.settled(webhook)
        self.assertEqual(list(found), [post.event["id"]])
        path = f"/v1/webhooks/{webhook['id']}"
        answer = self.api.post(f"{path}/deliveries/{post.event['id']}/replay", status=202)
        self.assertEqual(answer["replayed"], 1)
        again = receiver.wait(2)[1]
        self.assertEqual((again.body, again.headers["webhook-id"]),
                         (post.body, post.headers["webhook-id"]))
        self.api.expect(404, "POST", f"{path}/deliveries/evt_0000000000000001/replay")
        # Nothing is dead: there is nothing to replay.
        self.assertEqual(self.api.post(f"{path}/replay-dead", status=202)["replayed"], 0)
        self.assertEqual(self.api.get(f"{path}/deliveries?state=dead")["items"], [])

    def test_the_test_event_goes_to_its_webhook_alone(self):
        receiver, other = self.receiver(), self.receiver()
        webhook = self.webhook(receiver, events=["code.received"])
        self.webhook(other)
        sent = self.api.post(f"/v1/webhooks/{webhook['id']}/test", status=202)["event"]
        post = receiver.wait(1)[0]
        self.assertEqual((post.event["id"], post.event["type"]), (sent, "webhook.test"))
        self.assertEqual(self.api.wrong_event(post.event), [])
        self.api.session()
        self.assertEqual(other.wait(3)[0].event["type"], "session.created")

    def test_a_session_brings_its_own_webhook(self):
        receiver = self.receiver()
        session = self.api.session(webhook_url=receiver.url)
        self.api.session()
        receiver.wait(3)
        self.api.expect(204, "DELETE", f"/v1/sessions/{session['id']}")
        posts = receiver.wait(4)
        self.assertEqual({post.event["data"]["session_id"] for post in posts}, {session["id"]})
        made = self.api.get("/v1/webhooks")["items"]
        self.assertEqual([(one["url"], one["sessions_only"]) for one in made],
                         [(receiver.url, True)])

    def test_of_the_sandbox_only_test_webhooks_hear(self):
        receiver, live = self.receiver(), self.receiver()
        self.webhook(receiver, events=["session.created"])
        self.key_of("shop").webhook(live.url)
        self.daemon.control.numbers(["+447700900101"])
        self.api.session()
        real = self.daemon.control.lease("shop", "+447700900101")
        self.assertEqual(live.wait(1)[0].event["data"]["session_id"], real["id"])
        self.assertFalse(live.posts[0].event["test"])
        receiver.wait(1)
        self.assertEqual((len(live.posts), len(receiver.posts)), (1, 1))


class Survival(rest.ApiTest):
    def test_events_come_after_kill_9(self):
        port = harness.free_port()
        webhook = self.webhook(f"http://127.0.0.1:{port}/sms")
        sessions = [self.api.session()["id"] for _ in range(5)]
        eventually(lambda: len(self.api.events()) == 15, what="all codes being there")
        wanted = [event["id"] for event in self.api.events()]
        self.daemon.kill()
        receiver = self.receiver(port=port)
        self.daemon.start()
        eventually(lambda: len({post.event["id"] for post in list(receiver.posts)}) == 15, 40,
                   "all events of before")
        posts = list(receiver.posts)
        self.assertEqual({post.event["id"] for post in posts}, set(wanted))
        for session in sessions:
            types = [post.event["type"] for post in posts
                     if post.event["data"]["session_id"] == session]
            self.assertEqual(types, OF_A_CODE)
        found = self.settled(webhook, count=15)
        self.assertEqual(set(found), set(wanted))

    def test_what_was_delivered_and_recorded_does_not_come_again(self):
        receiver = self.receiver()
        webhook = self.webhook(receiver)
        self.api.session()
        self.settled(webhook, count=3)
        self.daemon.restart()
        later = self.api.session()
        posts = receiver.wait(6)
        self.assertEqual([post.event["data"]["session_id"] for post in posts[3:]],
                         [later["id"]] * 3)
        self.assertEqual(len(receiver.posts), 6)

    def test_a_rotation_outlives_it(self):
        webhook = self.webhook("http://127.0.0.1:9/")
        rotated = self.api.post(f"/v1/webhooks/{webhook['id']}/rotate-secret")
        self.daemon.restart()
        found = self.api.get(f"/v1/webhooks/{webhook['id']}")
        self.assertEqual(found["previous_secret_until"], rotated["previous_secret_until"])
        self.assertIsNotNone(found["previous_secret_until"])


class Refused(rest.ApiTest):
    WEBHOOKS = {"allow_http": True, "allow_private": False}

    def test_private_targets_are_refused(self):
        receiver = self.receiver()
        hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1",
                 "192.168.1.1", "169.254.169.254", "[fe80::1]", "0.0.0.0"]
        webhooks = [self.webhook(f"http://{host}:{receiver.port}/", events=["session.created"])
                    for host in hosts]
        self.api.session()
        for host, webhook in zip(hosts, webhooks):
            found = self.tried(webhook)
            with self.subTest(host=host):
                self.assertIsNone(found["status"])
                self.assertRegex(found["error"], "^the address is refused: ")
        self.assertEqual(receiver.posts, [])


class Plain(rest.ApiTest):
    WEBHOOKS = {"allow_http": False}

    def test_clear_text_needs_to_be_allowed(self):
        for url in ("http://shop.example/sms", "ftp://shop.example/", "https://me@shop.example/"):
            problem = self.api.expect(422, "POST", "/v1/webhooks", {"url": url})
            self.assertEqual(problem["errors"][0]["pointer"], "/url")
        self.assertEqual(self.api.get("/v1/webhooks")["items"], [])


if __name__ == "__main__":
    unittest.main()
