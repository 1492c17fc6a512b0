# tests/system/test_npm_smpp.py - node-smpp, a foreign implementation, on both sides of smppd.
# Its version is pinned in package-lock.json.
import json
import os
import subprocess
import threading
import unittest

import harness
import smpp
from harness import eventually, tool
from node import HERE, modules


class Script:
    """A node process that speaks JSON lines."""

    def __init__(self, name, *arguments):
        self.events = []
        self.process = subprocess.Popen(
            [tool("node"), os.path.join(HERE, name), *map(str, arguments)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "SMPP_MODULES": modules()})
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def all(self, event):
        return [seen for seen in list(self.events) if seen["event"] == event]

    def wait(self, event, count=1, timeout=20):
        return eventually(lambda: len(self.all(event)) >= count and self.all(event), timeout,
                          f"{count} x {event}; seen {[e['event'] for e in self.events][-5:]}")

    def say(self, line):
        self.process.stdin.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class NpmSmpp(harness.SystemTest):
    def script(self, *arguments):
        process = Script(*arguments)
        self.addCleanup(process.end)
        return process

    def setUp(self):
        super().setUp()
        self.carrier = self.script("carrier.mjs")
        port = self.carrier.wait("listening")[0]["port"]
        self.daemon = self.smppd()
        # node-smpp says data_coding 1 for its GSM alphabet.
        self.daemon.config["profiles"] = {"node": {"data_coding_1": "gsm7"}}
        self.daemon.config["carriers"] = {"node": self.daemon.carrier(
            port, profile="node", timers={"enquire_link": "1s", "reconnect": {"from": "100ms", "to": "1s"}})}
        self.daemon.config["platform_listeners"][0]["enquire_link"] = "1s"
        self.daemon.write_config()
        self.daemon.start()
        self.carrier.wait("bound")
        self.daemon.control.platform("client0")
        self.daemon.control.numbers(["+447700900101"])
        self.session = self.daemon.control.lease("client0", "+447700900101")

    def send(self, count=1, **fields):
        before = len(self.carrier.all("answered"))
        for index in range(count):
            self.carrier.say({"id": index, "source": "447700900200",
                              "destination": "447700900101", **fields})
        answers = self.carrier.wait("answered", before + count)[before:]
        self.assertEqual([answer["status"] for answer in answers], [0] * count)

    def test_a_message_goes_from_node_to_node(self):
        platform = self.script("platform.mjs", self.daemon.port, "client0")
        self.assertEqual(platform.wait("bound")[0]["status"], 0)
        text = smpp.unique()
        self.send(text=text)
        seen = platform.wait("deliver")[0]
        self.same_texts([seen["text"]], [text])
        self.assertEqual(seen["source"], "447700900200")
        self.assertEqual(seen["destination"], "447700900101")
        self.assertEqual(seen["session_id"], self.session["id"])
        stored = self.daemon.control.messages(platform="client0")
        self.assertEqual([m["id"] for m in stored], [seen["message_id"]])
        eventually(lambda: self.daemon.control.messages()[0]["state"] == "delivered",
                   what="the message being settled")

    def test_alphabets_and_lengths(self):
        platform = self.script("platform.mjs", self.daemon.port, "client0")
        platform.wait("bound")
        texts = [smpp.unique() + " {[€]} àéÄ", smpp.unique() + " Ваш код", smpp.unique() + " 验证码 🔑"]
        for text in texts:
            self.send(text=text)
        long = smpp.unique() + " long" * 200
        self.send(message_payload=long)
        platform.wait("deliver", 4)
        self.same_texts([seen["text"] for seen in platform.all("deliver")], texts + [long])

    def test_a_burst_arrives_whole_and_in_order(self):
        platform = self.script("platform.mjs", self.daemon.port, "client0", "bind_receiver")
        platform.wait("bound")
        texts = [smpp.unique(f"{index}") for index in range(300)]
        for index, text in enumerate(texts):
            self.carrier.say({"id": index, "source": "447700900200",
                              "destination": "447700900101", "text": text})
        self.carrier.wait("answered", 300)
        platform.wait("deliver", 300)
        self.same_texts([seen["text"] for seen in platform.all("deliver")], texts)

    def test_keepalive_unbind_and_drain(self):
        platform = self.script("platform.mjs", self.daemon.port, "client0")
        platform.wait("bound")
        platform.wait("enquired", 2)
        platform.say("unbind")
        self.assertEqual(platform.wait("unbound")[0]["status"], 0)
        platform.wait("closed")
        self.send(text=smpp.unique())
        again = self.script("platform.mjs", self.daemon.port, "client0")
        again.wait("deliver")
        self.assertEqual(self.daemon.stop(), 0)
        self.carrier.wait("unbound")
        again.wait("closed")
        self.assertEqual(platform.all("error") + platform.all("unknown"), [])
        self.assertEqual(self.carrier.all("error"), [])


if __name__ == "__main__":
    unittest.main()
