# tests/system/oracle.py - what the kill rounds know of the world: who sent what, what was answered,
# to whom each number belonged when. It is written down line by line, and outlives the daemon.
import collections
import json
import threading
import time

import smpp
from harness import Refused

PLATFORMS = ("alpha", "beta", "gamma")
NUMBERS = [f"4477009001{n:02d}" for n in range(24)]
NOBODY = None
WINDOW = 10


class Ledger:
    """What the oracle knows, in memory and line by line in its own file."""

    def __init__(self, path):
        self.file = open(path, "w", buffering=1)
        self.lock = threading.RLock()
        self.sent = {}                                  # text -> Message
        self.unchecked = set()                          # texts that were sent, not yet found good
        self.owners = {number: [] for number in NUMBERS}   # [who may own it, since, until]
        self.certain = {number: [] for number in NUMBERS}  # [since, until] that a lease stood
        self.deliveries = collections.deque()           # (text, platform, id), not yet checked
        self.delivered = {}                             # text -> (platform, id)
        self.copies = 0

    def write(self, *what):
        self.file.write(json.dumps([round(time.time(), 4), *what]) + "\n")

    def may_own(self, number, begin, end):
        """Who may have owned the number at some moment between the two."""
        with self.lock:
            owners = {who for who, since, until in within(self.owners[number], begin)
                      if since <= end}
            # Nobody does, wherever no lease certainly stood throughout.
            stood = any(since <= begin and until >= end
                        for since, until in within(self.certain[number], begin))
            return owners if stood else owners | {NOBODY}

    def lease_tried(self, number, platform, begin):
        with self.lock:
            span = [platform, begin, float("inf")]
            self.owners[number].append(span)
            return span


def within(spans, begin):
    """The spans that end after `begin`; they stand in the order of their times."""
    for span in reversed(spans):
        if span[-1] < begin:
            return
        yield span


class Message:
    __slots__ = ("text", "number", "octets", "first", "answered", "fields")

    def __init__(self, text, number, octets, fields):
        self.text, self.number, self.octets, self.fields = text, number, octets, fields
        self.first, self.answered = None, [None] * len(octets)


class Numbers:
    """Leases and releases numbers all the while, and keeps the spans of the ledger."""

    def __init__(self, ledger, chance):
        self.ledger, self.chance = ledger, chance
        self.held = {}   # number -> (session id, span, certain span)
        self.unsure = set()

    def step(self, control):
        number = self.chance.choice(NUMBERS)
        if number in self.held:
            self.release(control, number)
        else:
            self.lease(control, number, self.chance.choice(PLATFORMS))

    def lease(self, control, number, platform):
        span = self.ledger.lease_tried(number, platform, time.time())
        self.ledger.write("lease", number, platform)
        try:
            session = control.lease(platform, "+" + number)
        except Refused as refused:
            # 409: it is leased already, by a call that was cut off. Nothing was changed.
            span[2] = time.time()
            self.ledger.write("lease refused", number, refused.status)
            self.unsure.add(number)
            return
        except Exception:
            self.unsure.add(number)  # it may have been leased or not
            raise
        sure = [time.time(), float("inf")]
        with self.ledger.lock:
            self.ledger.certain[number].append(sure)
            self.held[number] = (session["id"], span, sure)
        self.ledger.write("leased", number, platform, session["id"])

    def release(self, control, number):
        session, span, sure = self.held.pop(number)
        sure[1] = time.time()
        self.ledger.write("release", number, session)
        try:
            control.release(session)
        except Exception:
            self.unsure.add(number)
            raise
        span[2] = time.time()
        self.ledger.write("released", number, session)

    def settle(self, control):
        """After a restart: what the daemon says is so. What was answered must be as it was."""
        missing = []
        for number in NUMBERS:
            state = control.get("/v1/numbers/+" + number)
            if number in self.held:
                if state["session"] != self.held[number][0]:
                    missing.append(number)
                continue
            now = time.time()
            with self.ledger.lock:
                for span in self.ledger.owners[number]:
                    if span[2] == float("inf") and state["platform"] != span[0]:
                        span[2] = now
            if state["session"]:
                if number not in self.unsure:
                    missing.append(number)
                    continue
                # A lease whose answer was cut off holds: it is given back here.
                control.release(state["session"])
                now = time.time()
                with self.ledger.lock:
                    for span in self.ledger.owners[number]:
                        span[2] = min(span[2], now)
            self.unsure.discard(number)
        return missing


class Carrier(smpp.Smsc):
    """Keeps a window of messages under way on each bind; what a cut leaves unanswered is sent again
    on another link, as carriers do, with the same octets."""

    def __init__(self, ledger, chance):
        super().__init__()
        self.ledger, self.chance = ledger, chance
        self.again = collections.deque()
        self.running = threading.Event()
        self.refused = 0

    def make(self):
        number = self.chance.choice(NUMBERS)
        text = f"m{len(self.ledger.sent):07d} {self.chance.getrandbits(40):010x} canary"
        if self.chance.random() < 0.2:
            reference = self.chance.randrange(256)
            cut = len(text) // 2
            pieces = [text[:cut], text[cut:]]
            octets = [bytes([5, 0, 3, reference, 2, i + 1]) + p.encode()
                      for i, p in enumerate(pieces)]
            if self.chance.random() < 0.5:
                octets.reverse()
            message = Message(text, number, octets, {"esm_class": 0x40})
        else:
            message = Message(text, number, [text.encode()], {})
        message.fields["source"] = f"4477{self.chance.randrange(10**8):08d}"
        self.ledger.sent[text] = message
        self.ledger.unchecked.add(text)
        return message

    def pump(self, link, seconds):
        """Sends on this link until the time is up or it is cut."""
        flying, waiting = {}, collections.deque()
        end = time.monotonic() + seconds
        answered = lambda: [seq for seq in list(flying) if seq in link.responses]
        while not link.closed:
            for seq in answered():
                self.done(*flying.pop(seq), link.responses.pop(seq).status)
            idle = time.monotonic() > end and not self.again
            if idle and not flying and not waiting:
                return
            while len(flying) < WINDOW and not (idle and not waiting):
                if not waiting:
                    message, left = self.take(end)
                    if not message:
                        break
                    waiting.extend((message, index) for index in left)
                message, index = waiting.popleft()
                flying[self.send(link, message, index)] = (message, index)
            link.wait(lambda: answered() or link.closed, 0.05)
        for seq, (message, index) in flying.items():
            if seq in link.responses:
                self.done(message, index, link.responses[seq].status)
            else:
                self.again.append((message, [index]))
        self.again.extend((message, [index]) for message, index in waiting)

    def take(self, end):
        if self.again:
            return self.again.popleft()
        if time.monotonic() > end:
            return None, []
        with self.ledger.lock:
            message = self.make()
        return message, list(range(len(message.octets)))

    def send(self, link, message, index):
        if message.first is None:
            message.first = time.time()
            self.ledger.write("send", message.text, message.number)
        body = smpp.deliver_body(message.fields["source"], message.number, message.octets[index],
                                 esm_class=message.fields.get("esm_class", 0))
        return link.send(smpp.DELIVER_SM, body)

    def done(self, message, index, status):
        if status == smpp.ROK:
            message.answered[index] = time.time()
            self.ledger.write("answered", message.text, index)
        else:
            self.refused += 1
            self.again.append((message, [index]))
