# tests/system/test_api_input.py - bad input to the REST API, driven by its OpenAPI document: each
# operation, field, parameter and path variable wrong in each way. Expected is a 4xx that names what
# is wrong and fits the document, never a 5xx or a hang; memory stays flat, and a neighbour is
# served all the while.
import json
import unittest

import api_client
import bad_input
from api_client import Neighbour, Octets, request

# The longest that a neighbour may wait, on a machine that has other things to do.
SLOW = 3.0
GROWTH_KIB = 20_000
MAPPING = {"platform": "shop", "event": "/type",
           "fields": {"reference": "/id"},
           "actions": {"made": {"do": "allocate", "workflow": "signup"}, "*": {"do": "ignore"}}}
# As in a path; none of them names anything, and none of them may be taken for something else.
BAD_SEGMENTS = ("%00", "a%00b", "%2F", "..%2F..%2Fetc", "%2e%2e", "..", "%0d%0aX:%201", "%7f",
                "%FF", "%C0%AF", "%ED%A0%80", "%", "%4", "%zz", "%20", "*", "nothing",
                "%F0%9F%98%80", "-1", "0", "18446744073709551616", "+", "+0", "+44x", "a" * 10_000,
                "%41" * 3_000, "';DROP%20TABLE", "%25s%25n", "whk_", "evt_", "ses_" + "z" * 26)
# Of a record that is named rightly and is not there.
ABSENT = {"id": "ses_" + "0" * 26, "number": "+447700999999", "name": "absent", "event":
          "evt_" + "0" * 16, "system_id": "absent"}


class ApiInput(api_client.ApiTest):
    def setUp(self):
        super().setUp()
        self.with_api(mappings={"tasks": MAPPING})
        control = self.daemon.control
        control.platform("shop")
        control.numbers(["+447700900101", "+447700900102"])
        self.owner = self.client(self.key(role="owner"))
        self.document = self.checker.document
        session = control.lease("shop", "+447700900102", workflow="signup")
        webhook = control.post("/v1/webhooks", {"platform": "shop", "url": "https://hook.example/"})
        key = control.post("/v1/platforms/shop/keys", {})
        self.ids = {"sessions": session["id"], "webhooks": webhook["id"], "keys": key["id"],
                    "messages": "0" * 16, "numbers": "+447700900101", "platforms": "shop",
                    "carriers": "nobody", "binds": "1", "workflows": "signup", "tasks": "t1"}
        # What is read for the first time grows once.
        self.every_operation_once()
        self.rss = self.daemon.rss_kib()
        self.neighbour = Neighbour(self.api_port, self.owner.key)

    def tearDown(self):
        neighbour = getattr(self, "neighbour", None)
        if neighbour:
            neighbour.end()
            grown = self.daemon.rss_kib() - self.rss
            print(f"{self.id().rsplit('.')[-1]}: {self.owner.count} calls; the neighbour's "
                  f"{neighbour.count} took {neighbour.longest:.2f} s at most; RSS {self.rss} KiB "
                  f"and {grown:+} KiB", flush=True)
        super().tearDown()
        if neighbour and not self.failed():
            self.assertEqual(neighbour.failures, [])
            self.assertGreater(neighbour.count, 0)
            self.assertLess(neighbour.longest, SLOW, "the neighbour waited")
            self.assertLess(grown, GROWTH_KIB, "KiB of growth")

    def operations(self):
        return self.document.operations()

    def path(self, template, **other):
        """The template with right values for its variables, or others."""
        kind = template.split("/")[2] if template.count("/") > 1 else ""
        values = {"system_id": "shop", "event": ABSENT["event"]}
        for name in ("id", "name", "number"):
            values[name] = self.ids.get(kind, "")
        values.update(other)
        for name, value in values.items():
            template = template.replace("{" + name + "}", value)
        return template + ("?mapping=tasks" if template.endswith("/events")
                           and "/tasks/" in template else "")

    def schema(self, operation):
        """The schema of the JSON body, or None."""
        body = self.document.resolved(operation.get("requestBody") or {})
        media = body.get("content", {}).get("application/json")
        return media and self.document.resolved(media["schema"])

    def base(self, operation):
        more = {}
        if operation["operationId"] in ("allocateNumber", "createWebhook"):
            more = {"platform": "shop"}
        return bad_input.body_of(self.schema(operation), self.document, **more)

    def every_operation_once(self):
        for template, method, operation in self.operations():
            body = {"nonsense": 1} if self.schema(operation) is not None else None
            self.owner.call(method.upper(), self.path(template) +
                            ("&" if "/tasks/" in template else "?") + "nonsense=1", body)

    def refused(self, answer, what, statuses=(400, 422), named=None):
        self.assertIn(answer.status, statuses, what)
        self.assertTrue(answer.problem(), f"{what}: no problem+json")
        if named is not None:
            self.assertTrue(any(one == named or one.startswith(named + "/")
                                for one in answer.named()),
                            f"{what}: {answer.named()} does not name {named}")

    def test_every_field_of_every_body_in_every_wrong_way(self):
        for template, method, operation in self.operations():
            schema = self.schema(operation)
            if not schema or not schema.get("properties"):
                continue
            name, path, base = operation["operationId"], self.path(template), self.base(operation)
            call = lambda body: self.owner.call(method.upper(), path, body)
            for field, below in schema["properties"].items():
                for what, value in bad_input.wrong_values(field, below, self.document):
                    with self.subTest(operation=name, field=field, wrong=what):
                        self.refused(call({**base, field: value}), what, (422,), "/" + field)
                for raw, status in ((b"1e999", 400), (b'"\\ud800"', 400), (b'"\xff"', 400)):
                    with self.subTest(operation=name, field=field, wrong=raw):
                        self.refused(call(bad_input.with_raw(base, field, raw)), "raw", (status,))
            for field in base:
                with self.subTest(operation=name, missing=field):
                    less = {key: value for key, value in base.items() if key != field}
                    self.refused(call(less), "missing", (422,), "/" + field)
            for field, needed in schema.get("dependentRequired", {}).items():
                with self.subTest(operation=name, alone=field):
                    value = bad_input.sample(field, schema["properties"][field], self.document)
                    answer = call({**base, field: value})
                    self.refused(answer, "alone", (422,))
                    # Which of the two is missing, and which too much, is a matter of taste.
                    self.assertTrue({"/" + field, "/" + needed[0]} & set(answer.named()))

    def test_bodies_that_are_no_right_objects(self):
        for template, method, operation in self.operations():
            schema = self.schema(operation)
            if schema is None:
                continue
            name, path = operation["operationId"], self.path(template)
            optional = not self.document.resolved(operation["requestBody"]).get("required")
            for what, octets in bad_input.NO_JSON.items():
                if not octets and optional:
                    continue
                with self.subTest(operation=name, body=what):
                    self.refused(self.owner.call(method.upper(), path, octets), what, (400,))
            for body in ({"nonsense": 1}, {"": 1}, {"a/b~c": 1}, {"PLATFORM": "shop"}):
                if schema.get("additionalProperties") is not False:
                    continue
                with self.subTest(operation=name, unknown=body):
                    token = next(iter(body)).replace("~", "~0").replace("/", "~1")
                    answer = self.owner.call(method.upper(), path, {**self.base(operation), **body})
                    self.refused(answer, "unknown", (422,), "/" + token)
            deep = b'{"a": ' * 16 + b"1" + b"}" * 16
            self.refused(self.owner.call(method.upper(), path, deep), "16 deep", (422, 400))

    def test_media_types(self):
        wrong = (None, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                 "application/json5", "multipart/form-data", "application", "*/*", "a" * 5_000)
        for template, method, operation in self.operations():
            body = operation.get("requestBody")
            path, method = self.path(template), method.upper()
            octets = b"number\n" if "import" in template else b"{}"
            for media in wrong:
                with self.subTest(operation=operation["operationId"], media=media):
                    if body:
                        answer = self.owner.call(method, path, octets, media=media)
                        self.refused(answer, media, (415,))
                    elif media is None:
                        # It takes no body at all.
                        answer = self.owner.call(method, path, octets, media=media)
                        self.refused(answer, "a body", (400, 422))
            if body:
                for coding in ("gzip", "br", "deflate, gzip"):
                    self.refused(self.owner.call(method, path, octets,
                                                 headers={"Content-Encoding": coding}),
                                 coding, (415,))

    def test_query_parameters(self):
        for template, method, operation in self.operations():
            path, method, media = self.path(template), method.upper(), "application/json"
            mark = "&" if "?" in path else "?"
            body = self.base(operation) if self.schema(operation) is not None else None
            if operation["operationId"] == "importNumbers":
                body, media = b"number\n", "text/csv"
            call = lambda query: self.owner.call(method, path + mark + query, body, media=media)
            name = operation["operationId"]
            for query, named in (("nonsense=1", "nonsense"), ("nonsense", "nonsense"),
                                 ("a%20b=1", "a b"), ("%C3%BC=1", "\u00fc")):
                with self.subTest(operation=name, query=query):
                    self.unknown_parameter(call(query), query, named)
            for query in ("=1", "a=%", "a=%zz", "a=%FF", "%00=1", "a=%0A", "&".join(["a=1"] * 33)):
                with self.subTest(operation=name, query=query):
                    self.refused(call(query), query, (400,))
            for parameter in operation.get("parameters", []):
                parameter = self.document.resolved(parameter)
                if parameter["in"] == "query":
                    call = lambda query: self.owner.call(method, path.split("?")[0] + "?" + query,
                                                         body, media=media)
                    self.bad_parameter(operation, parameter, call)

    def unknown_parameter(self, answer, query, named):
        self.refused(answer, query, (422,))
        self.assertIn(named, answer.named())

    def bad_parameter(self, operation, parameter, call):
        name, schema = parameter["name"], parameter["schema"]
        right = bad_input.sample(name, schema, self.document)
        right = json.dumps(right) if isinstance(right, bool) else str(right).replace("+", "%2B")
        wrong = {value[:30]: f"{name}={value}"
                 for value in bad_input.wrong_parameters(schema, self.document)}
        wrong["twice"] = f"{name}={right}&{name}={right}"
        wrong["10 kB"] = f"{name}={'9' * 10_000}"
        for what, query in wrong.items():
            with self.subTest(operation=operation["operationId"], parameter=name, wrong=what):
                self.refused(call(query), what, (422,), name)

    def test_path_variables(self):
        for template, method, operation in self.operations():
            body = self.base(operation) if self.schema(operation) is not None else None
            for variable in ("id", "name", "number", "event", "system_id"):
                if "{" + variable + "}" not in template or "/tasks/" in template:
                    continue
                for segment in (*BAD_SEGMENTS, ABSENT[variable]):
                    with self.subTest(operation=operation["operationId"], segment=segment[:30]):
                        path = self.path(template, **{variable: segment})
                        answer = self.owner.call(method.upper(), path, body)
                        self.refused(answer, segment[:30], (400, 404))
        for segment in ("%00", "%FF", "%0A", "a" * 129, "%"):
            answer = self.owner.post(f"/v1/tasks/{segment}/events?mapping=tasks", {"type": "x"})
            self.refused(answer, segment[:30], (400, 404, 422))

    def test_paths_and_methods(self):
        templates = {}
        for template, method, _ in self.operations():
            templates.setdefault(template, set()).add(method.upper())
        for template, methods in templates.items():
            path = self.path(template)
            allowed = methods | ({"HEAD"} if "GET" in methods else set()) | {"OPTIONS"}
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "LOCK", "get", "X"):
                # A literal path may be a variable's value for another method.
                if method in allowed or self.checker.operation(method, path):
                    continue
                with self.subTest(method=method, path=path):
                    answer = self.owner.call(method, path)
                    self.refused(answer, method, (400, 404, 405))
                    if answer.status == 405:
                        listed = {one.strip() for one in answer.headers["allow"].split(",")}
                        self.assertTrue(allowed <= listed, f"{listed} lacks some of {allowed}")
            options = self.owner.call("OPTIONS", path)
            self.assertEqual((options.status, options.body), (204, b""), path)
            self.assertTrue(allowed <= set(options.headers["allow"].split(", ")), path)
        for path in ("/", "//", "/v1", "/v1/", "/v2/status", "/v1/status/", "//v1/status",
                     "/v1//status", "/V1/status", "/v1/../healthz", "/v1/status%2F",
                     "/v1/%73tatus/x", "/" + "a/" * 40, "/favicon.ico", "/.git/config",
                     "/v1/sessions/../status"):
            with self.subTest(path=path):
                self.refused(self.owner.get(path), path, (400, 404))

    def test_head_is_get_without_a_body(self):
        for template, method, operation in self.operations():
            path = self.path(template)
            if method != "get" or operation["operationId"] == "streamEvents":
                continue
            with self.subTest(path=path):
                get, head = self.owner.get(path), self.owner.call("HEAD", path)
                self.assertEqual((head.status, head.body), (get.status, b""))
                volatile = ("date", "ratelimit-remaining", "ratelimit-reset", "etag")
                length = () if "status" in path or "readyz" in path else ("content-length",)
                for name in ("content-type", "cache-control", *length):
                    self.assertEqual(head.headers.get(name), get.headers.get(name), name)
                self.assertLessEqual(set(get.headers) - set(head.headers), set(volatile))
        # Of the stream there is the head alone, and the connection goes on.
        with Octets(self.api_port) as octets:
            for path in ("/v1/events", "/healthz"):
                octets.send(request("HEAD", path, self.owner.key))
                self.assertEqual(octets.answer("HEAD").status, 200)


if __name__ == "__main__":
    unittest.main()
