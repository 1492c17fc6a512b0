# tests/system/test_quickstart.py - tools/quickstart as a user starts it, on this build. Its ports
# are fixed, so it runs in a network of its own where it may make one.
import os
import subprocess
import unittest

import harness
import own_network

PORTS = (8080, 2775, 2776)


class QuickStart(unittest.TestCase):
    def test_once(self):
        self.assertEqual(own_network.taken(PORTS), [],
                         "ports are taken, and there is no network of our own")
        result = subprocess.run(
            [os.path.join(harness.TREE, "tools", "quickstart"), "--once", "--no-install"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100, check=False)
        self.assertEqual(result.returncode, 0, result.stdout[-2000:])
        received = result.stdout.split("what the owner received over SMPP")[1]
        received, recorded = received.split("what smppd recorded")
        for words in ("Your code is 482913", "80 41 73", "usage unique : 274016", "630582", "٧٣٠٤١٩",
                      "type the code 305664 within ten minutes"):
            self.assertIn(words, received)
            self.assertIn(words, recorded)
        self.assertEqual(recorded.count(" delivered "), 6)
        self.assertIn("every message reached its owner", recorded)

    def test_an_option_that_is_none(self):
        result = subprocess.run(
            [os.path.join(harness.TREE, "tools", "quickstart"), "--onec"], capture_output=True,
            text=True, timeout=20, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("Usage: tools/quickstart", result.stderr)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
