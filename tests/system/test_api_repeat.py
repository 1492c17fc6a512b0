# tests/system/test_api_repeat.py - clients of the REST API that call often, or again: rate limits
# of keys, platforms and addresses, and what an Idempotency-Key promises, across a kill -9 too.
import threading
import time
import unittest

import api_client


class ApiLimits(api_client.ApiTest):
    def exhaust(self, client, target="/v1/sessions?limit=1"):
        """Calls until it is told to wait; that answer, and how many were served before."""
        for count in range(500):
            answer = client.get(target)
            if answer.status == 429:
                return answer, count
        self.fail("never told to wait")

    def test_rates(self):
        self.with_api(api={"requests_per_second": 5, "burst": 10})
        self.daemon.control.platform("alpha")
        self.daemon.control.platform("beta")
        one, other = self.client(self.key("alpha")), self.client(self.key("beta"))
        first = one.get("/v1/sessions").headers
        self.assertEqual(first["ratelimit-limit"], "10")
        answer, count = self.exhaust(one)
        self.assertGreaterEqual(count, 9)
        self.assertEqual((answer.problem(), answer.headers["ratelimit-remaining"]),
                         ("rate_limited", "0"))
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
        self.assertEqual(other.get("/v1/sessions").status, 200, "a neighbour is held up too")
        # A second key of the platform is none the better off: the platform has a limit as well.
        self.assertEqual(self.client(self.key("alpha")).get("/v1/sessions").status, 429)
        time.sleep(int(answer.headers["retry-after"]))
        self.assertEqual(one.get("/v1/sessions").status, 200)
        # A platform's own limit goes first.
        self.daemon.control.call("PATCH", "/v1/platforms/beta", {"requests_per_second": 1})
        self.assertLess(self.exhaust(other)[1], 8)

    def test_wrong_keys(self):
        for rate in (20, 1_000, 1_000_000):
            self.with_api(api={"auth_failures_per_minute": rate})
            self.daemon.control.platform("alpha")
            good = self.client(self.key("alpha"))
            bad = self.client("smppd_live_nothing")
            statuses = [bad.get("/v1/sessions").status for _ in range(60)]
            self.assertEqual(statuses[0], 401)
            self.assertEqual(429 in statuses, rate == 20, rate)
            if rate == 20:
                self.assertGreaterEqual(statuses.index(429), 15)
                self.assertIn("retry-after", bad.get("/v1/sessions").headers)
            # Who shows a good key is served, from the same address.
            self.assertEqual(good.get("/v1/sessions").status, 200)
            self.daemon.stop()


MEDIA = {"importNumbers": "text/csv"}


class ApiRepetitions(api_client.ApiTest):
    def setUp(self):
        super().setUp()
        self.with_api(pool={"cool_down": "0s"}, webhooks={"allow_http": True})
        for platform in ("alpha", "beta"):
            self.daemon.control.platform(platform)
        self.daemon.control.numbers([f"+4477009001{n:02d}" for n in range(40)])
        self.alpha = self.client(self.key("alpha"))
        self.owner = self.client(self.key(role="owner"))

    def calls(self):
        """(client, operation, target, body, another body) of each call that takes the header."""
        session = self.alpha.made("/v1/sessions", {"workflow": "signup"})["id"]
        webhook = self.alpha.made("/v1/webhooks", {"url": "https://a.example/"})["id"]
        key = self.owner.made("/v1/keys", {"role": "auditor"})["id"]
        return [
            (self.alpha, "allocateNumber", "/v1/sessions", {"reference": "a"}, {"reference": "b"}),
            (self.alpha, "swapNumber", f"/v1/sessions/{session}/swap", {}, b"{ }"),
            (self.alpha, "verifyCode", f"/v1/sessions/{session}/verify", {"code": "000000"},
             {"code": "000001"}),
            (self.alpha, "createWebhook", "/v1/webhooks", {"url": "https://b.example/"},
             {"url": "https://c.example/"}),
            (self.alpha, "rotateWebhookSecret", f"/v1/webhooks/{webhook}/rotate-secret", {},
             {"overlap_seconds": 0}),
            (self.owner, "createPlatform", "/v1/platforms", {"name": "gamma"}, {"name": "delta"}),
            (self.owner, "createAccount", "/v1/platforms/alpha/accounts",
             {"system_id": "more", "password": "pass1"}, {"system_id": "o", "password": "pass1"}),
            (self.owner, "createPlatformKey", "/v1/platforms/alpha/keys", {}, {"name": "b"}),
            (self.owner, "createKey", "/v1/keys", {"role": "auditor"}, {"role": "owner"}),
            (self.alpha, "testWebhook", f"/v1/webhooks/{webhook}/test", {}, b"{ }"),
            (self.owner, "importNumbers", "/v1/numbers/import", b"number,tags\n+447700900190,a\n",
             b"number,tags\n+447700900190,b\n"),
            (self.owner, "rotateKey", f"/v1/keys/{key}/rotate", {}, {"overlap_seconds": 0}),
        ]

    def test_replay_and_mismatch(self):
        takes = {o["operationId"] for _, _, o in self.checker.document.operations()
                 if any(self.checker.document.resolved(p)["name"] == "Idempotency-Key"
                        for p in o.get("parameters", []))}
        calls = self.calls()
        self.assertEqual({name for _, name, *_ in calls}, takes)
        first = {}
        for client, name, target, body, other in calls:
            header = {"Idempotency-Key": "once " + name}
            media = MEDIA.get(name, "application/json")
            answer = first[name] = client.post(target, body, headers=header, media=media)
            self.assertEqual(answer.status // 100, 2, name)
            self.assertNotIn("idempotency-replayed", answer.headers)
            mismatch = client.post(target, other, headers=header, media=media)
            self.assertEqual((mismatch.status, mismatch.problem()),
                             (422, "idempotency_key_reused"), name)
        for again in range(2):
            for client, name, target, body, _ in calls:
                answer = client.post(target, body, headers={"Idempotency-Key": "once " + name},
                                     media=MEDIA.get(name, "application/json"))
                self.assertEqual((answer.status, answer.body), (first[name].status,
                                                                first[name].body), name)
                self.assertEqual(answer.headers.get("idempotency-replayed"), "true", name)
                self.assertEqual(answer.headers.get("location"),
                                 first[name].headers.get("location"), name)
            if not again:
                self.daemon.restart()
        # One attempt was counted, and another platform's same key is another.
        beta = self.client(self.key("beta")).post("/v1/sessions", {"reference": "a"}, headers={
            "Idempotency-Key": "once allocateNumber"})
        self.assertEqual(beta.status, 201)
        self.assertNotEqual(beta.json()["id"], first["allocateNumber"].json()["id"])

    def test_bad_keys_of_repetitions(self):
        for headers in ({"Idempotency-Key": ""}, {"Idempotency-Key": "a" * 256},
                        {"Idempotency-Key": b"\xc3\xa9"},
                        [("Idempotency-Key", "a"), ("Idempotency-Key", "a")]):
            answer = self.alpha.post("/v1/sessions", {}, headers=headers)
            self.assertEqual(answer.status, 422)
        self.assertEqual(self.alpha.get("/v1/sessions").json()["items"], [])

    def test_at_once(self):
        """Twenty callers with one key: one of them leases a number, all others hear of that."""
        answers, gate = [], threading.Barrier(20)

        def run():
            client = self.client(self.alpha.key)
            gate.wait(20)
            answers.append(client.post("/v1/sessions", {"reference": "once"},
                                       headers={"Idempotency-Key": "once"}))
        threads = [threading.Thread(target=run) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(answers), 20)
        self.assertEqual({a.status for a in answers} - {409}, {201})
        self.assertEqual({a.problem() for a in answers if a.status == 409} - {"under_way"}, set())
        self.assertEqual(len({a.json()["id"] for a in answers if a.status == 201}), 1)
        self.assertEqual(len(self.alpha.items("/v1/sessions?reference=once")), 1)

    def test_a_refusal_is_not_kept(self):
        header = {"Idempotency-Key": "later"}
        self.assertEqual(self.alpha.post("/v1/sessions", {"area": "nowhere"},
                                         headers=header).status, 409)
        self.daemon.control.post("/v1/numbers/import", "number,area\n+447700900199,nowhere\n",
                                 media="text/csv")
        self.assertEqual(self.alpha.post("/v1/sessions", {"area": "nowhere"},
                                         headers=header).status, 201)


if __name__ == "__main__":
    unittest.main()
