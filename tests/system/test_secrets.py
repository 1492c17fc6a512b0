# tests/system/test_secrets.py - codes never reach the log, at its most talkative: not of leased nor
# of unowned messages, and not where somebody types a wrong one. SMPPD_LONG=1: 100,000 of them.
import json
import os
import random
import re
import subprocess
import unittest

import harness
import smpp
from harness import LONG, Refused

CODES = 100_000 if LONG else 2_000
OWNED, UNOWNED = "447700900101", "447700900102"
SMPPCTL = os.environ.get(
    "SMPPCTL", os.path.join(harness.TREE, "build", "tools", "smppctl", "smppctl"))


class Secrets(harness.SystemTest):
    def test_no_code_is_logged(self):
        daemon, carrier = self.with_carrier()
        control = daemon.control
        control.platform("client0")
        control.numbers(["+" + OWNED, "+" + UNOWNED])
        session = control.lease("client0", "+" + OWNED)["id"]
        self.bind(daemon, "client0")
        # Ten capitals and digits with both in them: nothing else in a log looks like that.
        chance = random.Random(20_261_125)
        codes = {"Q7" + "".join(chance.choices("BCDFGHJKLMNPRSTVWXZ23456789", k=8))
                 for _ in range(CODES)}
        for index, code in enumerate(sorted(codes)):
            number = UNOWNED if index % 10 == 0 else OWNED
            octets = f"Your Meadow code is {code}. Valid for 10 minutes.".encode("ascii")
            self.assertEqual(carrier.deliver("Meadow", number, octets), smpp.ROK)
        last = max(codes)
        found = control.get(f"/v1/sessions/{session}")
        self.assertTrue(found["code"]["value"] in codes, "no code was found in the texts")
        for wrong in ("Q7WRONGWRONG", last[::-1]):
            try:
                control.post(f"/v1/sessions/{session}/verify", {"code": wrong})
            except Refused as refused:
                self.assertNotIn(refused.status, (500, 503))
        key = json.loads(subprocess.run(
            [SMPPCTL, "--json", "keys", "create", "--platform", "client0"], capture_output=True,
            text=True, timeout=30, check=True,
            env={**os.environ, "SMPPCTL_SOCKET": daemon.socket}).stdout)
        self.assertEqual(daemon.stop(), 0)
        log = daemon.log()
        self.assertIn(" debug ", log, "the log is not at its most talkative")
        words = set(re.findall(r"[A-Z0-9]{10,}", log))
        self.assertEqual(len(words & codes), 0, "codes stand in the log")
        self.assertFalse({"Q7WRONGWRONG", last[::-1]} & words, "a typed code stands in the log")
        secret = next(value for value in key.values()
                      if isinstance(value, str) and value.startswith("smppd_live_"))
        self.assertFalse(secret in log, "a key stands in the log")


if __name__ == "__main__":
    unittest.main()
