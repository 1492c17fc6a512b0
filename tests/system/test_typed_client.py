# tests/system/test_typed_client.py - a client in TypeScript, typed by openapi-typescript from what
# the running daemon says at /v1/openapi.json: it compiles strictly, does the journey, and does not
# compile with a wrong name in it.
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import node
import rest
from harness import tool

CLIENT = os.path.join(node.HERE, "typed_client")

# What a person may get wrong, each in a line of its own, and the compiler's word for it.
MISTAKES = [
    ('{ workflow: "signup",', '{ workflw: "signup",', "TS2561"),
    ('body: { code: "000000" }', "body: {}", "TS2741"),
    ("query: { wait: 20 }", "query: { waits: 20 }", "TS2561"),
    ("const id = session.id;", "const id: string = session.identifier;", "TS4111"),
    ("wrong.success === false", "wrong.success === 0", "TS2367"),
    ("return event.data.code;", "return event.data.pin;", "TS4111"),
    ('await api.DELETE("/v1/sessions/{id}"', 'await api.DELETE("/v1/session/{id}"', "TS2345"),
    ("refused.error?.type;", "refused.error?.status;", "TS2322"),
]


class TypedClient(rest.ApiTest):
    @classmethod
    def setUpClass(cls):
        cls.modules = node.modules()
        cls.place = tempfile.mkdtemp(prefix="smppd-typed-client-")
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        os.symlink(os.path.join(cls.modules, "node_modules"),
                   os.path.join(cls.place, "node_modules"))
        shutil.copy(os.path.join(CLIENT, "tsconfig.json"), cls.place)
        with open(os.path.join(cls.place, "package.json"), "w") as file:
            json.dump({"type": "module"}, file)
        # What the client uses of Node; the rest of Node's types is not needed.
        with open(os.path.join(cls.place, "node.d.ts"), "w") as file:
            file.write("declare const process: { argv: string[] };\n")

    def setUp(self):
        super().setUp()
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/openapi.json")
        with open(self.path("openapi.json"), "wb") as file:
            file.write(connection.getresponse().read())
        # A default says what the daemon does without the field, not that it must be sent.
        made = self.run_node("openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts",
                             "--default-non-nullable=false")
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)

    def path(self, name):
        return os.path.join(self.place, name)

    def run_node(self, script, *arguments):
        return subprocess.run(
            [tool("node"), os.path.join(self.modules, "node_modules", script), *arguments],
            cwd=self.place, capture_output=True, text=True, timeout=120)

    def compile(self, *options, changes=()):
        """tsc's answer, and the source's lines."""
        with open(os.path.join(CLIENT, "client.ts"), encoding="utf-8") as file:
            source = file.read()
        for good, bad, _ in changes:
            self.assertEqual(source.count(good), 1, f"{good} is not there once")
            source = source.replace(good, bad)
        with open(self.path("client.ts"), "w", encoding="utf-8") as file:
            file.write(source)
        return self.run_node("typescript/bin/tsc", "-p", "tsconfig.json", "--pretty", "false",
                             *options), source.splitlines()

    def test_the_journey(self):
        compiled, _ = self.compile()
        self.assertEqual((compiled.returncode, compiled.stdout), (0, ""))
        ran = subprocess.run(
            [tool("node"), self.path("compiled/client.js"), f"http://127.0.0.1:{self.api_port}",
             self.api.key], capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.stderr, "")
        self.assertEqual(ran.returncode, 0)
        said = json.loads(ran.stdout)
        self.assertRegex(said.pop("number"), r"^\+999001\d{6}$")
        self.assertEqual(said, {
            "code": "123456", "codes": ["123456"],
            "wrong": {"unproven": True, "attempts_left": 2},
            "right": {"success": True, "next_step": "continue"},
            "released": 204, "state": "verified",
            "events": ["session.created", "message.received", "code.received",
                       "session.verified", "session.released"],
            "not_found": "urn:smppd:problem:not_found",
        })

    def test_what_is_wrong_does_not_compile(self):
        refused, lines = self.compile("--noEmit", changes=MISTAKES)
        self.assertNotEqual(refused.returncode, 0)
        found = re.findall(r"^client\.ts\((\d+),\d+\): error (TS\d+)", refused.stdout, re.MULTILINE)
        for _, bad, word in MISTAKES:
            at = next(index for index, line in enumerate(lines, 1) if bad in line)
            self.assertIn((str(at), word), found, bad)
        self.assertEqual(len({line for line, _ in found}), len(MISTAKES), refused.stdout)


if __name__ == "__main__":
    unittest.main()
