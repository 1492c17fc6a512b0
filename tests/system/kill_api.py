# tests/system/kill_api.py - kill -9 at random moments while the REST API is at work.
#
# This process is the oracle. Workers of two platforms allocate, extend, swap, verify and release
# sessions, live and in the sandbox; others make, rotate and revoke keys and make webhooks; a
# carrier sends codes to the numbers. Each POST that takes an Idempotency-Key has one. Whatever got
# a 2xx is written down, on another file system than the store's. After each kill and restart must
# hold:
#   - each session that was told is there, with that number and state or what the call that was cut
#     off makes of it; attempts that were spent stay spent, verified stays verified, released stays
#     released, and a session that was told of once is there once;
#   - keys work, or do not, as was told; webhooks that were told of are there;
#   - the same Idempotency-Key gets the same answer, octet by octet; a call that was cut off is
#     repeated with its key, and done once;
#   - no number is in two sessions, the leased ones are those of the sessions that hold one, and
#     the counts by state sum up to all numbers;
#   - each message that the carrier saw acknowledged is in the history once, with a session that may
#     have held its number then, and no event of it went to another platform;
# and at the end each webhook has got each event of its platform since it was made, signed, and
# those of a session in their order.
#
# That the rounds can fail was shown once, with seed 1: with a record() that answered before
# Committer::commit() they said in round 1 that three sessions were gone, that attempts had come
# back, and that extensions and a swap were undone.
# SMPPD_KILL_ROUNDS sets the number of rounds (5; 100 with SMPPD_LONG=1), SMPPD_SEED the seed.
import os
import random
import sys
import threading
import time
import unittest

import api_client
import harness
import smpp
from api_client import Client
from api_oracle import Ledger, Receiver
from api_workers import Clerk, Worker
from harness import LONG, eventually

ROUNDS = int(os.environ.get("SMPPD_KILL_ROUNDS", "100" if LONG else "5"))
SEED = int(os.environ.get("SMPPD_SEED", str(random.SystemRandom().randrange(1 << 32))))
PLATFORMS = ("alpha", "beta")
NUMBERS = [f"+4477009001{n:02d}" for n in range(40)]


class KillApi(api_client.ApiTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        own = "/dev/shm" if os.access("/dev/shm", os.W_OK) else harness.tempfile.gettempdir()
        self.path_of_ledger = os.path.join(own, f"smppd-api-oracle-{os.getpid()}.log")
        print(f"kill rounds of the API: {ROUNDS}, SMPPD_SEED={SEED}; a failure leaves "
              f"{self.path_of_ledger}", flush=True)
        self.ledger, self.receiver, self.problems = Ledger(self.path_of_ledger), Receiver(), []
        self.addCleanup(self.ledger.file.close)
        self.addCleanup(self.receiver.close)
        self.with_api(carriers=("acme",), pool={"cool_down": "0s", "brand_cool_down": "0s",
                                                "platform_cool_down": "0s"},
                      webhooks={"allow_http": True, "allow_private": True},
                      log={"level": "info"})
        self.carrier = self.carriers["acme"]
        for platform in PLATFORMS:
            self.daemon.control.platform(platform)
        self.daemon.control.numbers(NUMBERS)
        self.owner = self.key(role="owner")
        self.keys = {(platform, test): self.key(platform, test=test)
                     for platform in PLATFORMS for test in (False, True)}
        seed = lambda: self.chance.getrandbits(32)
        self.workers = [Worker(self, platform, test, seed()) for platform in PLATFORMS
                        for test in (False, False, True)]
        self.workers += [Clerk(self, platform, seed()) for platform in PLATFORMS]
        self.seen_until, self.stored, self.checked_answers = "0", {}, 0

    def pump(self, seconds):
        """The carrier sends codes to the numbers; what is not answered is left so."""
        end, chance = time.monotonic() + seconds, random.Random(self.chance.getrandbits(32))
        try:
            while time.monotonic() < end and self.carrier.bound():
                number = chance.choice(NUMBERS)
                text = f"{chance.randrange(10**6):06d} is your code. {smpp.unique()}"
                sent = self.ledger.sent[text] = [number, time.time(), None]
                status = self.carrier.deliver("447700900200", number[1:], text, timeout=5)
                if status == smpp.ROK:
                    sent[2] = time.time()
                time.sleep(0.003)
        except Exception:
            pass  # cut off: nothing was acknowledged

    def one_round(self, number):
        self.daemon.wait_bound()
        threads = [threading.Thread(target=worker.run, args=(30,)) for worker in self.workers]
        threads.append(threading.Thread(target=self.pump, args=(30,)))
        for thread in threads:
            thread.start()
        time.sleep(self.chance.uniform(0.3, 1.5))
        self.daemon.kill()
        for thread in threads:
            thread.join(60)
            self.assertFalse(thread.is_alive(), "a worker hangs")
        self.daemon.start()
        when = f"round {number}"
        wrong = [one for worker in self.workers for one in worker.settle()]
        self.assertEqual(wrong, [], when)
        self.assertEqual(self.problems + self.receiver.problems, [], when)
        self.check_keys(when)
        self.check_pool(when)
        self.check_answers(when)
        self.check_messages(when)

    def check_keys(self, when):
        keys = self.ledger.keys
        for index, (text, works) in enumerate(list(keys.items())):
            # Each from an address of its own: who shows bad keys has to wait.
            client = Client(self.api_port, text, source=f"127.7.{index // 250}.{index % 250 + 1}")
            status = client.get("/v1/sessions?limit=1").status
            client.close()
            if works is not None:
                self.assertEqual(status, 200 if works else 401, f"{when}: a key, told {works}")
            keys[text] = status == 200
            if not keys[text] and len(keys) > 500:
                del keys[text]
        client = Client(self.api_port, self.owner)
        there = {one["id"] for one in client.items("/v1/webhooks")}
        client.close()
        self.assertEqual(set(self.ledger.webhooks) - there, set(), f"{when}: webhooks are gone")

    def check_pool(self, when):
        client = Client(self.api_port, self.owner)
        holding = client.items("/v1/sessions?state=active")
        by_number = {one["number"]: one["id"] for one in holding}
        self.assertEqual(len(by_number), len(holding), f"{when}: a number is in two sessions")
        references = [one["reference"] for one in holding]
        self.assertEqual(len(references), len(set(references)), f"{when}: a call was done twice")
        known = {one.reference for one in self.ledger.sessions if not one.lost}
        self.assertEqual(set(references) - known, set(), f"{when}: a session that was refused")
        live = client.items("/v1/numbers?state=leased")
        # The sandbox's are listed only where they are asked for, and not counted.
        simulated = client.items("/v1/numbers?state=leased&carrier=sandbox")
        leased = {one["number"]: one["session"] for one in live + simulated}
        self.assertEqual(leased, by_number, f"{when}: leased numbers and sessions differ")
        counts = client.get("/v1/status").json()["numbers"]
        everything = len(client.items("/v1/numbers"))
        client.close()
        total = counts.pop("total")
        self.assertEqual(sum(counts.values()), total, f"{when}: the counts do not sum up")
        self.assertEqual((total, counts["leased"]), (everything, len(live)), when)

    def check_answers(self, when):
        fresh = self.ledger.answers[self.checked_answers:]
        self.checked_answers = len(self.ledger.answers)
        older = self.ledger.answers[:self.checked_answers - len(fresh)]
        for platform, test, target, body, once, status, octets in [
                *self.chance.sample(fresh, min(80, len(fresh))),
                *self.chance.sample(older, min(20, len(older)))]:
            own = "keys" not in target and "webhooks" not in target
            client = Client(self.api_port, self.keys[platform, test] if own else self.owner)
            answer = client.post(target, body, headers={"Idempotency-Key": once})
            client.close()
            self.assertEqual((answer.status, answer.body == octets), (status, True),
                             f"{when}: another answer to the same Idempotency-Key: {target}")

    def check_messages(self, when):
        while True:
            page = self.daemon.control.get(
                f"/v1/messages?after={self.seen_until}&limit=1000&text=true")
            for item in page["items"]:
                if item["carrier"] == "sandbox":
                    continue
                self.assertNotIn(item["text"], self.stored, f"{when}: a message is there twice")
                self.stored[item["text"]] = item
            if not page["items"]:
                break
            self.seen_until = page["next_cursor"]
        by_id = {one.told["id"]: one for one in self.ledger.sessions if one.told}
        for text, item in self.stored.items():
            self.assertIn(text, self.ledger.sent, f"{when}: a text that nobody sent")
            number, first, answered = self.ledger.sent[text]
            if not item["session"]:
                continue
            session = by_id[item["session"]]
            owners = self.ledger.owners(number, first, answered or time.time())
            self.assertIn(session.reference, owners, f"{when}: a message went astray")
            self.assertEqual(item["platform"], session.platform, when)
        for text, (_, _, answered) in self.ledger.sent.items():
            self.assertFalse(answered and text not in self.stored,
                             f"{when}: an acknowledged message is missing")

    def events(self):
        found, after = [], "0"
        while True:
            page = self.daemon.control.get(f"/v1/events?wait=0&limit=1000&after={after}")
            found += page["items"]
            if not page["items"]:
                return found
            after = page["next_cursor"]

    def check_webhooks(self):
        events = [one for one in self.events() if one["type"] != "webhook.test"]
        owners = {one.told["id"]: one.platform for one in self.ledger.sessions if one.told}
        for event in events:
            session = event["data"].get("session_id")
            if session:
                self.assertEqual(owners[session], event["platform"], "an event of another platform")
        for identity, (platform, test, url) in self.ledger.webhooks.items():
            path = "/" + url.split("/", 3)[3]
            mine = [one for one in events if (one["platform"], one["test"]) == (platform, test)
                    and one["id"].split("_")[1] > identity.split("_")[1]]
            wanted = {one["id"] for one in mine}
            lacking = lambda: not wanted - set(self.receiver.seen[path])
            eventually(lacking, 90, f"{len(wanted)} events of {platform} being delivered")
            with self.receiver.lock:
                seen = list(self.receiver.seen[path].values())
            self.assertEqual({one["platform"] for one in seen} - {platform}, set())
            self.assertEqual({one["test"] for one in seen} - {test}, set())
            last = {}
            for event in seen:
                session = event["data"].get("session_id")
                if session:
                    self.assertLess(last.get(session, ""), event["id"], "out of order")
                    last[session] = event["id"]

    def test_what_was_told_is_so(self):
        for number in range(1, ROUNDS + 1):
            self.one_round(number)
        self.check_webhooks()
        self.assertEqual(self.receiver.problems, [])
        counts = self.ledger.counts
        print(f"{len(self.ledger.sessions)} sessions, {sum(counts.values())} POSTs {dict(counts)}, "
              f"{len(self.ledger.keys)} keys, {len(self.ledger.webhooks)} webhooks, "
              f"{self.receiver.count} deliveries and {self.receiver.copies} copies among them, "
              f"{len(self.stored)} messages", flush=True)
        self.assertGreater(counts[201], 5 * ROUNDS)
        self.assertGreater(self.receiver.count, 0)
        os.unlink(self.path_of_ledger)


if __name__ == "__main__":
    sys.exit(unittest.main())
