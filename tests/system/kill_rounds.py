# tests/system/kill_rounds.py - kill -9 at random moments under load.
#
# This process is the oracle. It plays the carriers and the platforms, and writes down on another
# file system than the store's, before and after the fact, what was sent, what was acknowledged and
# to whom each number belonged. After every kill the daemon is started again, the carriers send
# again what was not answered, and then must hold:
#   - each message that was answered ESME_ROK is in the history, once, with its text unchanged;
#   - it went to an owner of that moment: to a platform that may have held the number between its
#     first sending and its answer, or to nobody if nobody may have;
#   - no platform received what another owned, in no round;
#   - each copy of a message has the same id, and the last round leaves nothing undelivered.
# Numbers are released and leased again all the while, and have no cool-down, so that the owners
# of a number change within a round.
#
# That the rounds can fail was shown once, with seed 1: with a router that answered ESME_ROK before
# Committer::commit() was called they said in round 4 "28 acknowledged messages are missing"; with
# one that gave each fiftieth message to the owner before, "3 messages belong to a wrong owner" in
# round 3. SMPPD_KILL_ROUNDS sets their number (10; 200 with SMPPD_LONG=1), SMPPD_SEED the seed.
import os
import random
import sys
import threading
import time
import unittest

import harness
import smpp
from harness import LONG, Refused, eventually
from oracle import NUMBERS, PLATFORMS, Carrier, Ledger, Numbers

ROUNDS = int(os.environ.get("SMPPD_KILL_ROUNDS", "200" if LONG else "10"))
SEED = int(os.environ.get("SMPPD_SEED", str(random.SystemRandom().randrange(1 << 32))))


class KillRounds(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        own = "/dev/shm" if os.access("/dev/shm", os.W_OK) else harness.tempfile.gettempdir()
        self.path = os.path.join(own, f"smppd-oracle-{os.getpid()}.log")
        print(f"kill rounds: {ROUNDS}, SMPPD_SEED={SEED}; a failure leaves {self.path}", flush=True)
        self.ledger = Ledger(self.path)
        self.addCleanup(self.ledger.file.close)
        self.numbers = Numbers(self.ledger, self.chance)
        self.carriers = [Carrier(self.ledger, random.Random(self.chance.getrandbits(32)))
                         for _ in range(2)]
        self.daemon = self.smppd(pool={"cool_down": "0s", "ttl_default": "12h", "ttl_max": "24h"},
                                 log={"level": "info"})
        self.daemon.config["platform_listeners"][0]["binds_max"] = 10
        for name, peer in zip(("one", "two"), self.carriers):
            self.addCleanup(peer.close)
            self.daemon.config["carriers"][name] = self.daemon.carrier(
                peer.port, binds=2, timers={"reconnect": {"from": "100ms", "to": "200ms"}})
        self.daemon.write_config()
        self.daemon.start()
        for platform in PLATFORMS:
            self.daemon.control.platform(platform, binds_max=10, window=20)
        self.daemon.control.numbers(["+" + number for number in NUMBERS])
        self.seen_until = "0"
        self.stored = {}

    def answer(self, platform):
        """Most messages are acknowledged; a few are not, or refused, so that copies come."""
        chance = random.Random(self.chance.getrandbits(32))

        def one(deliver):
            text = smpp.text_of(deliver)
            identity = deliver.tlvs[smpp.TLV_MESSAGE_ID].decode()
            self.ledger.deliveries.append((text, platform, identity))
            self.ledger.write("delivered", platform, text, identity)
            return None if self.calm is False and chance.random() < 0.02 else smpp.ROK
        return one

    def platforms(self):
        peers = []
        for name in PLATFORMS:
            for _ in range(2 if name == "alpha" else 1):
                peers.append(self.daemon.platform(name, kind=smpp.BIND_RECEIVER,
                                                  answer=self.answer(name)))
        return peers

    def load(self, seconds):
        """Starts the carriers' and the allocator's work; returns what waits for its end."""
        workers, peers = [], []
        for carrier in self.carriers:
            for link in carrier.wait_bound(2):
                workers.append(threading.Thread(target=carrier.pump, args=(link, seconds)))

        def allocate():
            end = time.monotonic() + seconds
            try:
                while time.monotonic() < end:
                    self.numbers.step(self.daemon.control)
                    time.sleep(0.002)
            except (OSError, Refused, harness.http.client.HTTPException):
                pass
        workers.append(threading.Thread(target=allocate))
        for worker in workers:
            worker.start()
        peers += self.platforms()
        return workers, peers

    def one_round(self, number):
        self.calm = False
        moment = self.chance.uniform(0.05, 0.9)
        begin = time.monotonic()
        workers, peers = self.load(30)
        time.sleep(max(0.0, begin + moment - time.monotonic()))
        self.daemon.kill()
        for worker in workers:
            worker.join(60)
            self.assertFalse(worker.is_alive(), "a worker hangs")
        for peer in peers:
            peer.close()
        self.daemon.start()
        lost = self.numbers.settle(self.daemon.control)
        self.assertEqual(lost, [], f"round {number}: leases that were answered are gone")
        self.check(f"round {number}")

    def read_history(self):
        items = []
        while True:
            page = self.daemon.control.get(
                f"/v1/messages?after={self.seen_until}&limit=1000&text=true")
            items += page["items"]
            if not page["items"]:
                return items
            self.seen_until = page["next_cursor"]

    def check(self, when):
        for item in self.read_history():
            self.assertIn(item["text"], self.ledger.sent, f"{when}: a text that nobody sent")
            self.assertNotIn(item["text"], self.stored, f"{when}: a message is stored twice")
            self.stored[item["text"]] = item
        missing = wrong = 0
        with self.ledger.lock:
            unchecked = list(self.ledger.unchecked)
        for text in unchecked:
            message = self.ledger.sent[text]
            if not all(message.answered):
                continue
            item = self.stored.get(text)
            missing += item is None
            wrong += item is not None and item["platform"] not in self.possible(message)
            self.ledger.unchecked.discard(text)
        self.assertEqual(missing, 0, f"{when}: {missing} acknowledged messages are missing")
        self.assertEqual(wrong, 0, f"{when}: {wrong} messages belong to a wrong owner")
        self.check_deliveries(when)

    def possible(self, message):
        end = max((at for at in message.answered if at), default=None) or time.time()
        return self.ledger.may_own(message.number, message.first, end)

    def check_deliveries(self, when):
        while self.ledger.deliveries:
            text, platform, identity = self.ledger.deliveries.popleft()
            self.assertIn(text, self.ledger.sent, f"{when}: a text that nobody sent was delivered")
            item = self.stored.get(text)
            self.assertIsNotNone(item, f"{when}: what was delivered is not in the history")
            self.assertEqual((platform, identity), (item["platform"], item["id"]),
                             f"{when}: delivered to another than the owner, or with another id")
            self.ledger.copies += text in self.ledger.delivered
            self.ledger.delivered[text] = (platform, identity)

    def test_nothing_is_lost_and_nothing_is_astray(self):
        for number in range(1, ROUNDS + 1):
            self.one_round(number)
        # At last everything is sent to its end, and everybody acknowledges.
        self.calm = True
        workers, peers = self.load(0.2)
        for worker in workers:
            worker.join(60)
        eventually(lambda: self.daemon.control.get("/v1/status")["waiting_messages"] == 0, 60,
                   "everything being delivered")
        self.check("the end")
        undelivered = [text for text, item in self.stored.items()
                       if item["platform"] and text not in self.ledger.delivered]
        self.assertEqual(len(undelivered), 0, "owned messages that no platform received")
        for text, message in self.ledger.sent.items():
            self.assertTrue(all(message.answered), "a message was never answered")
        print(f"{len(self.ledger.sent)} messages, {len(self.ledger.delivered)} delivered, "
              f"{self.ledger.copies} copies, {sum(c.refused for c in self.carriers)} refused",
              flush=True)
        for peer in peers:
            peer.close()
        os.unlink(self.path)


if __name__ == "__main__":
    sys.exit(unittest.main())
