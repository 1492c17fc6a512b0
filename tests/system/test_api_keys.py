# tests/system/test_api_keys.py - who may do what with the REST API: roles and scopes for each
# operation, platforms that must not see each other, the sandbox and the live world, keys that are
# no longer good.
import json
import time
import unittest
import zlib

import api_client
import smpp
from api_client import Client
from harness import eventually

READS = {"sessions:read", "messages:read", "events:read", "webhooks:read", "numbers:read",
         "system:read"}
ROLES = {
    "owner": None,  # all of them
    "operator": {"messages:text", "platforms:write", "system:write"},  # all but these
    "auditor": READS | {"platforms:read", "carriers:read"},
    "platform": READS | {"sessions:write", "messages:text", "webhooks:write"},
    "read-only": READS,
}
MAPPING = {"platform": "alpha", "event": "/type", "fields": {"reference": "/id"},
           "actions": {"made": {"do": "allocate", "workflow": "signup"}, "*": {"do": "ignore"}}}
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LIVE, SPARE = "+447700900101", "+447700900102"


def with_checksum(text):
    """A key's text with the checksum that it should have."""
    body, crc, digits = text[:-6], zlib.crc32(text[:-6].encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        digits = BASE62[digit] + digits
    return body + digits


class ApiKeys(api_client.ApiTest):
    def setUp(self):
        super().setUp()
        self.with_api(carriers=("acme",), mappings={"tasks": MAPPING}, pool={"cool_down": "0s"},
                      webhooks={"allow_http": True, "allow_private": True})
        for platform in ("alpha", "beta"):
            self.daemon.control.platform(platform)
        self.daemon.control.numbers([LIVE, SPARE, "+447700900103"])
        self.owner = self.client(self.key(role="owner"))
        self.scopes = sorted(self.checker.document.components["schemas"]["Scope"]["enum"])

    def operations(self):
        for template, method, operation in self.checker.document.operations():
            path = template.replace("{number}", LIVE).replace("{event}", "evt_" + "0" * 16)
            path = path.replace("{name}", "alpha").replace("{system_id}", "alpha")
            yield method.upper(), path.replace("{id}", "1"), operation

    def try_all(self, client, scopes, who):
        """Each operation, with a parameter that it refuses once it lets the caller in."""
        for method, path, operation in self.operations():
            name, scope = operation["operationId"], operation.get("x-required-scope")
            body = None if method in ("GET", "DELETE") else {}
            if "requestBody" not in operation:
                body = None
            answer = client.call(method, path + "?nonsense=1", body)
            with self.subTest(who=who, operation=name):
                if scope is None or scope in scopes:
                    self.assertIn(answer.status, (404, 415, 422) if scope else (422,))
                else:
                    self.assertEqual((answer.status, answer.problem()), (403, "scope"))
                    self.assertIn(scope, answer.json()["detail"])

    def test_roles(self):
        every = set(self.scopes)
        self.assertEqual(every, {o["x-required-scope"] for _, _, o in self.operations()
                                 if "x-required-scope" in o} | {"messages:text"})
        for role, scopes in ROLES.items():
            scopes = every - (scopes or set()) if role in ("owner", "operator") else scopes
            platform = "alpha" if role in ("platform", "read-only") else None
            client = self.client(self.key(platform, role=role))
            self.try_all(client, scopes, role)
        nobody = self.client()
        for method, path, operation in self.operations():
            answer = nobody.call(method, path)
            if "x-required-scope" in operation:
                self.assertEqual(answer.status, 401, path)
                self.assertIn("Bearer", answer.headers["www-authenticate"])
            else:
                self.assertEqual(answer.status, 200, path)

    def test_each_scope_alone_is_missed(self):
        for scope in self.scopes:
            scopes = [one for one in self.scopes if one != scope]
            self.try_all(self.client(self.key(role="owner", scopes=scopes)), set(scopes),
                         "without " + scope)

    def test_nobody_makes_a_key_that_may_more(self):
        client = self.client(self.key(role="owner", scopes=["platforms:write", "sessions:read"]))
        answer = client.post("/v1/keys", {"role": "owner", "scopes": ["system:write"]})
        self.assertEqual((answer.status, answer.named()), (422, ["/scopes"]))
        made = client.made("/v1/keys", {"role": "owner"})
        self.daemon.secrets.append(made["key"])
        self.assertLessEqual(set(made["scopes"]), {"platforms:write", "sessions:read"})
        answer = client.post("/v1/platforms/alpha/keys", {"scopes": ["messages:text"]})
        self.assertEqual(answer.status, 422)
        # Nor by taking over one that may more.
        strong = self.owner.made("/v1/keys", {"role": "owner"})
        self.daemon.secrets.append(strong["key"])
        answer = client.post(f"/v1/keys/{strong['id']}/rotate", {})
        if answer.status == 201:
            self.daemon.secrets.append(answer.json()["key"])
            self.assertLessEqual(set(answer.json()["scopes"]), {"platforms:write", "sessions:read"},
                                 "a rotation gave more than its caller has")

    def made_for(self, platform, key, **more):
        """A session with a message, and a webhook, of the platform."""
        client = self.client(key)
        session = client.made("/v1/sessions", {"reference": "ref-" + platform, **more})
        webhook = client.made("/v1/webhooks", {"url": f"http://127.0.0.1:1/{platform}"})
        self.daemon.secrets.append(webhook["secret"])
        return client, session, webhook

    def with_message(self, session):
        text = "Your code is 482913 " + smpp.unique()
        self.carriers["acme"].deliver("447700900200", session["number"][1:], text)
        return eventually(lambda: self.owner.get(
            f"/v1/sessions/{session['id']}/messages").json()["items"], what="the message")[0]

    def test_platforms_do_not_see_each_other(self):
        key = self.key("alpha")
        alpha, session, webhook = self.made_for("alpha", key, number=LIVE)
        message = self.with_message(session)
        beta = self.client(self.key("beta"))
        full = self.client(self.key("beta", role="platform"))
        ids = {"sessions": session["id"], "webhooks": webhook["id"], "messages": message["id"],
               "numbers": LIVE, "tasks": "t"}
        bodies = {"extendSession": {"ttl_seconds": 60}, "verifyCode": {"code": "482913"}}
        event = alpha.get("/v1/events?wait=0&after=0").json()["items"][0]["id"]
        checked = 0
        for template, method, operation in self.checker.document.operations():
            kind = template.split("/")[2] if template.startswith("/v1/") else ""
            scope = operation.get("x-required-scope")
            if "{" not in template or kind not in ids or scope not in ROLES["platform"]:
                continue
            path = template.replace("{id}", ids[kind]).replace("{number}", LIVE)
            path = path.replace("{event}", event) + ("?mapping=tasks" if kind == "tasks" else "")
            body = bodies.get(operation["operationId"], {"type": "made"} if kind == "tasks" else
                              {} if "requestBody" in operation else None)
            with self.subTest(operation=operation["operationId"]):
                self.assertEqual(beta.call(method.upper(), path, body).status, 404)
            checked += 1
        self.assertGreater(checked, 15)
        self.nothing_of_alpha(full, session, webhook, message)
        # And all of it is as it was.
        self.assertEqual(alpha.get("/v1/sessions/" + session["id"]).json()["state"], "active")
        self.assertEqual(alpha.get("/v1/webhooks/" + webhook["id"]).status, 200)

    def nothing_of_alpha(self, beta, session, webhook, message):
        own = beta.made("/v1/sessions", {"reference": "ref-beta"})
        for target in ("/v1/sessions", "/v1/webhooks", "/v1/messages?text=true", "/v1/numbers",
                       "/v1/mappings", "/v1/events?wait=0&after=0", "/v1/messages?after=0",
                       "/v1/messages?number=%2B" + LIVE[1:], "/v1/sessions?reference=ref-alpha"):
            answer = beta.get(target)
            self.assertEqual(answer.status, 200, target)
            for secret in (session["id"], webhook["id"], message["id"], LIVE, "ref-alpha",
                           "482913", "alpha"):
                self.assertNotIn(secret, json.dumps(answer.json()["items"]),
                                 f"{target} tells of alpha")
        self.assertIn(own["id"], beta.get("/v1/sessions").body.decode())
        for target in ("/v1/sessions", "/v1/webhooks", "/v1/messages", "/v1/numbers",
                       "/v1/events"):
            answer = beta.get(target + "?wait=0&platform=alpha" if "events" in target
                              else target + "?platform=alpha")
            self.assertIn(answer.status, (403, 404, 422), target)
        for target in ("/v1/messages?session=", "/v1/events?wait=0&session="):
            answer = beta.get(target + session["id"])
            self.assertEqual((answer.status, answer.named()), (422, ["session"]))
        for body in ({"platform": "alpha"}, {"number": LIVE}):
            self.assertIn(beta.post("/v1/sessions", body).status, (403, 404, 409, 422))

    def test_streams_are_a_platforms_own(self):
        streams = {}
        for platform in ("alpha", "beta"):
            peer = api_client.Octets(self.api_port, timeout=15)
            self.addCleanup(peer.close)
            peer.send(api_client.request("GET", "/v1/events", self.key(platform)))
            while peer.file.readline() not in (b": follows\n", b""):
                pass
            streams[platform] = peer
        made = {platform: self.client(self.key(platform)).made("/v1/sessions", {})
                for platform in ("alpha", "beta", "alpha")}
        self.client(self.key("alpha", test=True)).made("/v1/sessions", {})
        for platform, peer in streams.items():
            seen = []
            peer.sock.settimeout(2)
            try:
                while line := peer.file.readline():
                    if line.startswith(b"data: "):
                        seen.append(json.loads(line[6:]))
            except TimeoutError:
                pass
            self.assertTrue(seen, platform)
            self.assertEqual({one["platform"] for one in seen}, {platform})
            self.assertFalse(any(one["test"] for one in seen), "the sandbox in a live stream")
            self.assertIn(made[platform]["id"], {one["data"].get("session_id") for one in seen})

    def test_sandbox_and_live_do_not_meet(self):
        live, session, webhook = self.made_for("alpha", self.key("alpha"), number=LIVE)
        message = self.with_message(session)
        test, tested, test_webhook = self.made_for("alpha", self.key("alpha", test=True))
        self.assertTrue(tested["test"] and tested["number"].startswith("+999"))
        test_message = eventually(lambda: test.get(
            f"/v1/sessions/{tested['id']}/messages").json()["items"], what="the sandbox's")[0]
        sides = {
            "live": (live, test, [session["id"], webhook["id"], message["id"], LIVE]),
            "test": (test, live, [tested["id"], test_webhook["id"], test_message["id"],
                                  tested["number"]]),
        }
        for side, (own, other, ids) in sides.items():
            for kind, identity in zip(("sessions", "webhooks", "messages", "numbers"), ids):
                with self.subTest(side=side, kind=kind):
                    self.assertEqual(own.get(f"/v1/{kind}/{identity}").status, 200)
                    self.assertEqual(other.get(f"/v1/{kind}/{identity}").status, 404)
            for target in ("/v1/sessions", "/v1/webhooks", "/v1/messages", "/v1/messages?after=0",
                           "/v1/numbers", "/v1/events?wait=0&after=0"):
                with self.subTest(side=side, list=target):
                    text = json.dumps(other.get(target).json()["items"])
                    self.assertFalse([one for one in ids if one in text])
        answer = test.post("/v1/sessions", {"number": SPARE})
        self.assertIn(answer.status, (404, 409, 422), "a test key leased a live number")
        answer = live.post("/v1/sessions", {"number": "+999001000099"})
        self.assertIn(answer.status, (404, 409, 422), "a live key leased one of the sandbox")

    def test_a_test_key_of_an_owner_touches_the_sandbox_alone(self):
        test = self.client(self.key(role="owner", test=True))
        session = self.client(self.key("alpha")).made("/v1/sessions", {"number": LIVE})
        for method, path, body in (
                ("GET", "/v1/numbers/" + LIVE, None),
                ("PATCH", "/v1/numbers/" + SPARE, {"state": "reserved"}),
                ("POST", f"/v1/numbers/{SPARE}/quarantine", {"seconds": 60}),
                ("POST", f"/v1/numbers/{SPARE}/assign", {"platform": "beta"}),
                ("DELETE", "/v1/sessions/" + session["id"], None),
                ("POST", "/v1/carriers/acme/stop", {}),
                ("PATCH", "/v1/platforms/alpha", {"disabled": True})):
            with self.subTest(path=path, method=method):
                self.assertIn(test.call(method, path, body).status, (403, 404))
        answer = test.post("/v1/keys", {"role": "owner"})
        self.assertEqual(answer.status, 403, "a test key made a live one")
        self.assertFalse([one for one in test.items("/v1/keys") if not one["test"]])

    def test_texts_and_codes_need_their_scope(self):
        session = self.client(self.key("alpha")).made("/v1/sessions", {"number": LIVE})
        message = self.with_message(session)
        without = self.client(self.key("alpha", scopes=sorted(READS)))
        for client in (without, self.client(self.key(role="auditor")),
                       self.client(self.key(role="operator"))):
            for target in ("/v1/messages", "/v1/messages?after=0", "/v1/messages/" + message["id"],
                           f"/v1/sessions/{session['id']}", "/v1/sessions",
                           f"/v1/sessions/{session['id']}/messages", "/v1/events?wait=0&after=0",
                           f"/v1/messages/{message['id']}/trace", f"/v1/numbers/{LIVE}/usage"):
                answer = client.get(target)
                self.assertEqual(answer.status, 200, target)
                self.assertFalse(b"482913" in answer.body or b"canary" in answer.body,
                                 f"{target} tells the text or the code")
                if "essages" in target and "trace" not in target:
                    mark = "&" if "?" in target else "?"
                    answer = client.get(f"{target}{mark}text=true")
                    self.assertEqual((answer.status, answer.problem()), (403, "scope"), target)
                    self.assertIn("messages:text", answer.json()["detail"])
        full = self.client(self.key("alpha"))
        self.assertEqual(full.get("/v1/sessions/" + session["id"]).json()["code"]["value"],
                         "482913")

    def test_keys_that_are_no_longer_good(self):
        status = lambda key: Client(self.api_port, key).get("/v1/sessions?limit=1").status
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
        key, expiring = self.key("alpha"), self.key("alpha", expires_at=soon)
        self.assertEqual((status(key), status(expiring)), (200, 200))
        self.assertEqual(status(self.key("alpha", allow=["192.0.2.0/24"])), 403)
        self.assertEqual(status(self.key("alpha", allow=["192.0.2.0/24", "127.0.0.0/8"])), 200)
        self.assertEqual(status(""), 401)
        other = "A" if key[30] != "A" else "B"
        mistyped = key[:30] + other + key[31:]
        answer = Client(self.api_port, mistyped).get("/v1/sessions")
        self.assertEqual(answer.status, 401)
        self.assertIn("checksum", answer.json()["detail"])
        for wrong in (with_checksum(mistyped), key[:-1], key + "0", key.upper(), "smppd_live_",
                      with_checksum(key.replace("live", "test")), with_checksum(
                          key[:11] + "0" * 12 + key[23:]), "x" * 8_000):
            self.assertEqual(status(wrong), 401)
        for scheme, expected in (("bearer ", 200), ("BEARER  ", 200), ("Basic ", 401), ("", 401),
                                 ("Bearer\t", 401), ("Bearer", 401)):
            answer = Client(self.api_port).get("/v1/sessions", headers={
                "Authorization": scheme + key})
            self.assertEqual(answer.status, expected, scheme)
        self.revoked_and_rotated(status)
        eventually(lambda: status(expiring) == 401, 6, "the key's end")

    def revoked_and_rotated(self, status):
        made = self.owner.made("/v1/platforms/alpha/keys", {})
        after = self.owner.made(f"/v1/keys/{made['id']}/rotate", {"overlap_seconds": 3})
        self.daemon.secrets += [made["key"], after["key"]]
        self.assertEqual((status(made["key"]), status(after["key"])), (200, 200))
        self.assertEqual(self.owner.post(f"/v1/keys/{made['id']}/rotate", {}).status, 409)
        eventually(lambda: status(made["key"]) == 401, 6, "the overlap's end")
        last = self.owner.made(f"/v1/keys/{after['id']}/rotate", {"overlap_seconds": 0})
        self.daemon.secrets.append(last["key"])
        self.assertEqual((status(after["key"]), status(last["key"])), (401, 200))
        for _ in range(2):
            self.assertEqual(self.owner.call("DELETE", "/v1/keys/" + last["id"]).status, 204)
            self.assertEqual(status(last["key"]), 401)
        self.daemon.restart()
        self.assertEqual([status(one["key"]) for one in (made, after, last)], [401] * 3)
        disabled = self.key("beta")
        self.owner.call("PATCH", "/v1/platforms/beta", {"disabled": True})
        self.assertEqual(status(disabled), 403)


if __name__ == "__main__":
    unittest.main()
