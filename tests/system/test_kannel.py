# tests/system/test_kannel.py - Kannel's bearerbox binds to smppd as a platform and receives MOs;
# its smsbox hands them to an HTTP server of the test's.
import http.server
import os
import subprocess
import threading
import unittest
import urllib.parse

import harness
import smpp
from harness import eventually, free_port, tool

CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = kannel
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-level = 1
access-log = {directory}/access.log
store-type = spool
store-location = {directory}/spool

group = smsc
smsc = smpp
smsc-id = smppd
host = 127.0.0.1
{bind}
smsc-username = client0
smsc-password = secret0
system-type = ""
enquire-link-interval = 1
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
mo-recode = true
log-level = 1

group = sms-service
keyword = default
catch-all = true
concatenation = true
max-messages = 0
get-url = "http://127.0.0.1:{http}/mo?from=%p&to=%P&coding=%c&charset=%C&text=%a&smsc=%i"
"""


class Inbox(http.server.ThreadingHTTPServer):
    """Keeps the queries of what smsbox asks for."""
    daemon_threads = True

    def __init__(self):
        self.messages = []
        inbox = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.urlsplit(self.path).query
                inbox.messages.append(dict(urllib.parse.parse_qsl(query, keep_blank_values=True)))
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Kannel(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.box_logs = []
        self.daemon, self.carrier = self.with_carrier()
        self.daemon.control.platform("client0", window=20)
        self.daemon.control.numbers(["+447700900101"])
        self.daemon.control.lease("client0", "+447700900101")
        self.inbox = Inbox()
        self.addCleanup(self.inbox.server_close)
        self.addCleanup(self.inbox.shutdown)

    def tearDown(self):
        # Kannel logs texts at level 0 only; what it says helps when it does not start.
        if self.failed():
            for path in self.box_logs:
                with open(path, errors="replace") as file:
                    print("---", path, *file.read().splitlines()[-25:], sep="\n", flush=True)
        super().tearDown()

    def kannel(self, receiver=False):
        directory = os.path.join(self.daemon.directory, "kannel")
        os.makedirs(os.path.join(directory, "spool"), exist_ok=True)
        path = os.path.join(directory, "kannel.conf")
        box = free_port()
        with open(path, "w") as file:
            file.write(CONFIG.format(admin=free_port(), box=box, directory=directory,
                                     bind=(f"receive-port = {self.daemon.port}" if receiver else
                                           f"port = {self.daemon.port}\ntransceiver-mode = true"),
                                     sendsms=free_port(), http=self.inbox.server_address[1]))
        self.run_box("bearerbox", path)
        harness.eventually(lambda: harness.listens(box), 20, "bearerbox listening for smsbox")
        self.run_box("smsbox", path)
        eventually(self.bound, 20, "bearerbox being bound")

    def run_box(self, name, path):
        self.box_logs.append(os.path.join(self.daemon.directory, name + ".log"))
        log = open(self.box_logs[-1], "wb")
        process = subprocess.Popen([tool(name), path], stdout=log, stderr=log,
                                   cwd=self.daemon.directory)
        log.close()

        def end():
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.addCleanup(end)

    def bound(self):
        return [bind for bind in self.daemon.control.binds()
                if bind["platform"] == "client0" and bind["state"] == "bound"]

    def send(self, octets, **fields):
        self.assertEqual(
            self.carrier.deliver("447700900200", "447700900101", octets, **fields), smpp.ROK)

    def settled(self, count):
        def all_delivered():
            states = [m["state"] for m in self.daemon.control.messages(platform="client0")]
            return states == ["delivered"] * count
        eventually(all_delivered, 20, f"{count} messages being settled")

    def test_messages_reach_the_service(self):
        self.kannel()
        plain = smpp.unique()
        cyrillic = smpp.unique() + " Ваш код"
        extension = smpp.unique()
        self.send(plain)
        self.send(cyrillic.encode("utf-16-be"), data_coding=8)
        self.send(extension.encode() + b" \x1b\x65")
        eventually(lambda: len(self.inbox.messages) >= 3, 20, "three messages at the service")
        got = self.inbox.messages
        self.assertEqual({m["from"].lstrip("+") for m in got}, {"447700900200"})
        self.assertEqual({m["to"].lstrip("+") for m in got}, {"447700900101"})
        self.assertEqual({m["smsc"] for m in got}, {"smppd"})
        self.same_texts([m["text"] for m in got], [plain, cyrillic, extension + " €"], order=False)
        self.settled(3)
        bind = self.bound()[0]
        self.assertEqual((bind["counters"]["bad_pdus"], bind["counters"]["unknown_pdus"]), (0, 0))

    def test_a_long_message_in_a_receiver(self):
        self.kannel(receiver=True)
        self.assertEqual([bind["type"] for bind in self.bound()], ["receiver"])
        long = smpp.unique() + " all of it" * 40
        for index, piece in enumerate((long[:150], long[150:300], long[300:]), 1):
            self.send(bytes([5, 0, 3, 9, 3, index]) + piece.encode(), esm_class=0x40)
        eventually(lambda: self.inbox.messages, 20, "the message at the service")
        self.same_texts([m["text"] for m in self.inbox.messages], [long])
        self.settled(1)

    def test_what_waited_comes_after_bearerbox_has_bound(self):
        texts = [smpp.unique() for _ in range(50)]
        for text in texts:
            self.send(text)
        self.kannel()
        eventually(lambda: len(self.inbox.messages) >= 50, 30, "50 messages at the service")
        self.same_texts([m["text"] for m in self.inbox.messages], texts, order=False)
        self.settled(50)


if __name__ == "__main__":
    unittest.main()
