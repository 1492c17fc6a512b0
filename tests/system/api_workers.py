# tests/system/api_workers.py - the clients of the API's kill rounds: each does one thing after
# another until the daemon is gone, tells the ledger what it was told, and after the restart brings
# to its end what was cut off.
import http.client
import random
import time

from api_client import Client
from api_oracle import ENDED, Session

HELD_MAX = 6
CUT_OFF = (OSError, http.client.HTTPException)


class Worker:
    """Does one thing after another with its own sessions, until the daemon is gone."""

    def __init__(self, world, platform, test, seed):
        self.world, self.platform, self.test = world, platform, test
        self.chance = random.Random(seed)
        self.client = Client(world.api_port, world.keys[platform, test])
        self.sessions = []
        self.cut = None     # the call that was cut off: (target, body, idempotency key, session)

    def post(self, target, body, session=None):
        """A POST with an Idempotency-Key; None for what is refused."""
        once = f"{self.platform}-{self.test}-{self.chance.getrandbits(64):016x}"
        self.cut = (target, body, once, session)
        answer = self.client.post(target, body, headers={"Idempotency-Key": once})
        self.answered(answer)
        return answer.json() if answer.status // 100 == 2 else None

    def answered(self, answer):
        target, body, once, session = self.cut
        self.cut = None
        ledger = self.world.ledger
        ledger.counts[answer.status] += 1
        if answer.status // 100 == 2:
            ledger.answers.append((self.platform, self.test, target, body, once, answer.status,
                                   answer.body))
        elif answer.status >= 500:
            self.world.problems.append(f"POST {target}: {answer.status}")
        ledger.write(self.platform, self.test, target, answer.status,
                     session.reference if session else "")

    def run(self, seconds):
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                self.step()
        except CUT_OFF:
            self.client.close()
        except Exception as error:  # a thread's assertion must not be lost
            self.world.problems.append(repr(error))

    def step(self):
        held = [one for one in self.sessions if one.told and one.told["state"] == "active"]
        if not held or (len(held) < HELD_MAX and self.chance.random() < 0.4):
            return self.allocate()
        session = self.chance.choice(held)
        action = self.chance.choices((self.extend, self.swap, self.verify, self.release),
                                     (2, 1, 4, 1))[0]
        session.pending = action.__name__
        action(session)
        session.pending = None

    def allocate(self):
        session = Session(self.platform, self.test, f"r{self.chance.getrandbits(64):016x}",
                          time.time())
        session.pending = "allocate"
        with self.world.ledger.lock:
            self.world.ledger.sessions.append(session)
        self.sessions.append(session)
        body = {"reference": session.reference, "workflow": "signup"}
        self.took(session, "allocate", self.post("/v1/sessions", body, session))
        session.pending = None

    def took(self, session, action, answer):
        """What an answer makes of the session."""
        if action == "verify":
            return self.verified(session, answer)
        if answer:
            session.tell(answer)
        elif action == "allocate":
            session.lost = True
        elif action == "swap":
            self.look(session)

    def look(self, session):
        answer = self.client.get("/v1/sessions/" + session.told["id"])
        if answer.status == 200:
            session.tell(answer.json())
        else:
            self.world.problems.append(f"{session.reference} is gone: {answer.status}")

    def extend(self, session):
        target = f"/v1/sessions/{session.told['id']}/extend"
        answer = self.client.post(target, {"ttl_seconds": self.chance.randrange(700, 7_000)})
        if answer.status == 200:
            session.tell(answer.json())

    def swap(self, session):
        # From now on it may hold any other number; which one is told by the answer.
        session.begin = time.time()
        self.took(session, "swap",
                  self.post(f"/v1/sessions/{session.told['id']}/swap", {}, session))

    def verify(self, session):
        code = "000000"
        if self.chance.random() < 0.5:
            shown = self.client.get("/v1/sessions/" + session.told["id"]).json()["code"]
            code = shown.get("value") or code
        target = f"/v1/sessions/{session.told['id']}/verify"
        self.verified(session, self.post(target, {"code": code}, session))

    def verified(self, session, answer):
        if not answer:
            return self.look(session)
        session.attempts = min(session.attempts, answer["attempts_left"])
        session.verified = session.verified or answer["success"]
        session.told = {**session.told, "state": answer["state"]}
        if answer["state"] in ENDED:
            session.end()

    def release(self, session):
        target = "/v1/sessions/" + session.told["id"]
        status = self.client.call("DELETE", target).status
        if status == 204:
            session.told = {**session.told, "state": "released"}
            session.end()
        self.world.ledger.write(self.platform, self.test, "release", status, session.reference)

    def settle(self):
        """After the restart: what was told is so, and what was cut off is brought to its end."""
        wrong = []
        for session in self.sessions:
            if session.lost or not session.told:
                continue
            answer = self.client.get("/v1/sessions/" + session.told["id"])
            if answer.status != 200:
                wrong.append(f"{session.reference} is gone: {answer.status}")
                continue
            wrong += [f"{session.reference}: {one}" for one in session.wrong(answer.json())]
            session.tell(answer.json())
        if self.cut:
            self.repeat()
        for session in self.sessions:
            session.pending = None
        self.sessions = [one for one in self.sessions
                         if one.told and one.told["state"] == "active"]
        return wrong

    def repeat(self):
        target, body, once, session = self.cut
        answer = self.client.post(target, body, headers={"Idempotency-Key": once})
        self.answered(answer)
        made = answer.json() if answer.status // 100 == 2 else None
        if session:
            self.took(session, session.pending, made)
        elif made:
            self.made(made)

    def made(self, answer):
        """Of the worker that makes other things."""


class Clerk(Worker):
    """Makes keys and webhooks, rotates and revokes keys."""

    def __init__(self, world, platform, seed):
        super().__init__(world, platform, False, seed)
        self.client.key = world.owner
        self.texts = {}       # id of a key -> its text

    def post(self, target, body, session=None):
        made = super().post(target, body, session)
        if made:
            self.made(made)
        return made

    def made(self, made):
        keys = self.world.ledger.keys
        if "secret" in made:
            self.world.ledger.webhooks[made["id"]] = (made["platform"], made["test"], made["url"])
            self.world.receiver.secrets["/" + made["url"].split("/", 3)[3]] = made["secret"]
            self.world.daemon.secrets.append(made["secret"])
            return
        keys[made["key"]] = True
        self.world.daemon.secrets.append(made["key"])
        self.texts[made["id"]] = made["key"]
        if "previous" in made:
            keys[self.texts.pop(made["previous"]["id"])] = False

    def step(self):
        what = self.chance.random()
        if what < 0.4 or not self.texts:
            self.post(f"/v1/platforms/{self.platform}/keys", {"name": "k"})
        elif what < 0.6:
            key = self.chance.choice(list(self.texts))
            self.world.ledger.keys[self.texts[key]] = None  # until it is told
            self.post(f"/v1/keys/{key}/rotate", {"overlap_seconds": 0})
        elif what < 0.8:
            self.revoke(self.chance.choice(list(self.texts)))
        elif len(self.world.ledger.webhooks) < 12:
            path = f"/{self.platform}/{self.chance.getrandbits(32):08x}"
            self.post("/v1/webhooks", {"platform": self.platform, "test": what < 0.85,
                                       "url": self.world.receiver.url(path)})
        time.sleep(0.01)

    def revoke(self, key):
        text = self.texts.pop(key)
        self.world.ledger.keys[text] = None
        self.client.call("DELETE", "/v1/keys/" + key)
        self.world.ledger.keys[text] = False

    def settle(self):
        if self.cut:
            self.repeat()
        return []
