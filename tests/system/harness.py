# tests/system/harness.py - runs the smppd of the build beside its peers, in a directory that goes
# away. SMPPD names the binary. A tool that is missing is a failure, not a reason to skip.
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import smpp

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SMPPD = os.environ.get("SMPPD", os.path.join(TREE, "build", "daemon", "smppd"))
LONG = os.environ.get("SMPPD_LONG", "") == "1"


_given_ports = set()


def free_port():
    """One that was not given before: the system gives a port again as soon as it is closed."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        if port not in _given_ports:
            _given_ports.add(port)
            return port


def eventually(condition, timeout=15, what="the condition", pause=0.02):
    """Polls until `condition` returns something true, and returns that."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not hold within {timeout} s")
        time.sleep(pause)


def listens(port):
    """Whether somebody accepts connections on this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        return True
    except OSError:
        return False


def tool(name):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not path:
        raise AssertionError(f"{name} is not installed; the system tests need it")
    return path


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body.get('detail') if isinstance(body, dict) else ''}")
        self.status, self.body = status, body


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Control:
    """The REST API on the control socket; one connection a call."""

    def __init__(self, path):
        self.path = path

    def call(self, method, target, body=None, media="application/json", timeout=20):
        connection = _UnixConnection(self.path, timeout)
        with contextlib.closing(connection):
            data = body
            if body is not None and not isinstance(body, (str, bytes)):
                data = json.dumps(body)
            headers = {"Content-Type": media} if data is not None else {}
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            raw = response.read()
        answer = json.loads(raw) if raw else None
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def post(self, target, body=None, **options):
        return self.call("POST", target, body, **options)

    def platform(self, name, **more):
        """Makes a platform with an account of the same name and the password `secret0`."""
        return self.post("/v1/platforms",
                         {"name": name, "system_id": name, "password": "secret0", **more})

    def numbers(self, numbers, carrier=None):
        lines = ["number,country" + (",carrier" if carrier else "")]
        lines += [f"{number},GB" + (f",{carrier}" if carrier else "") for number in numbers]
        return self.post("/v1/numbers/import", "\n".join(lines) + "\n", media="text/csv")

    def lease(self, platform, number=None, **more):
        request = {"platform": platform, **more}
        if number:
            request["number"] = number
        return self.post("/v1/sessions", request)

    def release(self, session):
        return self.call("DELETE", "/v1/sessions/" + session)

    def messages(self, **query):
        """All messages that fit, with their text, oldest first."""
        found, after = [], "0"
        extra = "".join(f"&{name}={value}" for name, value in query.items())
        while True:
            page = self.get(f"/v1/messages?after={after}&limit=100&text=true{extra}")
            found += page["items"]
            if not page["items"] or page["next_cursor"] == after:
                return found
            after = page["next_cursor"]

    def binds(self):
        return self.get("/v1/binds?limit=200")["items"]


class Smppd:
    """The daemon: its directory, configuration, process, log and API."""

    def __init__(self, carriers=None, directory=None, environment=None, launcher=(), **sections):
        self.directory = directory or tempfile.mkdtemp(prefix="smppd-system-")
        self.owns_directory = directory is None
        self.port = free_port()
        self.socket = os.path.join(self.directory, "control.sock")
        self.config_file = os.path.join(self.directory, "smppd.yaml")
        self.log_file = os.path.join(self.directory, "smppd.log")
        self.environment = environment or {}
        self.launcher = list(launcher)
        self.secrets = []
        self.control = Control(self.socket)
        self.process = None
        self.config = {
            "store": {"sqlite": os.path.join(self.directory, "state.db"),
                      "key": {"file": os.path.join(self.directory, "store.key")}},
            "control": {"socket": self.socket},
            "platform_listeners": [{"listen": f"127.0.0.1:{self.port}"}],
            "carriers": carriers or {},
            "log": {"level": "debug"},
            "stop_within": "10s",
        }
        self.config.update(sections)
        self.write_config()

    def carrier(self, port, **more):
        """The configuration of a carrier that listens on `port` of this machine."""
        entry = {"hosts": [f"127.0.0.1:{port}"], "system_id": "smppd",
                 "password": {"file": self.secret_file("carrier.password", "carrpass")},
                 "timers": {"reconnect": {"from": "100ms", "to": "1s"}}}
        entry.update(more)
        return entry

    def secret_file(self, name, value):
        path = os.path.join(self.directory, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(value + "\n")
        self.secrets.append(value)
        return path

    def write_config(self):
        # What is JSON is YAML too, but for times: they stand without quotes.
        text = json.dumps(self.config, indent=2)
        with open(self.config_file, "w") as file:
            file.write(re.sub(r'(?<=: )"(\d+(?:ms|[smhd]))"', r"\1", text))

    def start(self, ready=True):
        log = open(self.log_file, "ab")
        with log:
            self.process = subprocess.Popen(
                self.launcher + [SMPPD, "--config", self.config_file], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, cwd=self.directory,
                env={**os.environ, **self.environment})
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, timeout=20):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"smppd ended with {self.process.returncode}:\n{self.tail()}")
            try:
                return self.control.get("/readyz", timeout=5)
            except (OSError, http.client.HTTPException, Refused):
                return None
        eventually(ready, timeout, "smppd being ready")

    def wait_bound(self, count=1, timeout=15):
        """Waits until this many binds to carriers are up, as smppd sees it."""
        return eventually(
            lambda: len(up := [bind for bind in self.control.binds()
                               if bind["carrier"] and bind["state"] == "bound"]) >= count and up,
            timeout, f"{count} binds to carriers")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self, timeout=30):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def restart(self):
        self.kill()
        return self.start()

    def platform(self, system_id, **options):
        return smpp.Platform(self.port, system_id, "secret0", **options)

    def log(self):
        if not os.path.exists(self.log_file):
            return ""
        with open(self.log_file, encoding="utf-8", errors="replace") as file:
            return file.read()

    def tail(self, lines=40):
        return "\n".join(self.log().splitlines()[-lines:])

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def discard(self):
        if self.process and self.process.poll() is None:
            self.kill()
        if self.owns_directory:
            shutil.rmtree(self.directory, ignore_errors=True)


class SystemTest(unittest.TestCase):
    """Tidies up, and looks for what must never be logged: `canary` stands in every text."""
    longMessage = True
    maxDiff = None

    def setUp(self):
        self._daemons = []

    def smppd(self, *arguments, **options):
        daemon = Smppd(*arguments, **options)
        self._daemons.append(daemon)
        return daemon

    def smsc(self, **options):
        peer = smpp.Smsc(**options)
        self.addCleanup(peer.close)
        return peer

    def bind(self, daemon, system_id, **options):
        peer = daemon.platform(system_id, **options)
        self.addCleanup(peer.close)
        return peer

    def with_carrier(self, names=("acme",), smsc=None, **sections):
        """A daemon that runs, bound to one simple carrier of each name, and those carriers."""
        daemon = self.smppd(**sections)
        peers = [self.smsc(**(smsc or {})) for _ in names]
        daemon.config["carriers"] = {
            name: daemon.carrier(peer.port) for name, peer in zip(names, peers)}
        daemon.write_config()
        daemon.start()
        daemon.wait_bound(len(names))
        return (daemon, *peers)

    def same_texts(self, got, wanted, order=True):
        """Texts are compared without being shown."""
        self.assertEqual(len(got), len(wanted), "another number of messages")
        if not order:
            got, wanted = sorted(got), sorted(wanted)
        for index, (one, other) in enumerate(zip(got, wanted)):
            if one != other:
                self.fail(f"message {index} differs: {len(one)} characters, not {len(other)}")

    def failed(self):
        result = self._outcome.result
        return any(test is self for test, _ in result.failures + result.errors)

    def tearDown(self):
        failed = self.failed()
        leaks = []
        for daemon in self._daemons:
            text = daemon.log()
            for word in ["canary", b"canary".hex(), "secret0", *daemon.secrets]:
                if word in text:
                    leaks.append(f"{daemon.log_file} holds a text or secret")
            if "Sanitizer" in text or "runtime error:" in text:
                leaks.append("a sanitizer spoke:\n" + daemon.tail(60))
        if failed or leaks:
            for daemon in self._daemons:
                print(f"--- log of {daemon.directory}\n{daemon.tail()}\n---", flush=True)
        for daemon in self._daemons:
            daemon.discard()
        self.assertEqual(leaks, [])
