# tests/system/openapi_check.py - the OpenAPI document: whether it is right in itself, and whether
# what the daemon answers is what it says. Run as a script it checks the document alone:
#   openapi_check.py daemon/http/openapi.json
# openapi-3.1-schema.json is https://spec.openapis.org/oas/3.1/schema/2022-10-07 of the OpenAPI
# Initiative (Apache-2.0), as npm's @seriousme/openapi-schema-validator 2.2.1 carries it.
import json
import os
import re
import sys
import urllib.parse

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "daemon", "http", "openapi.json")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# What HTTP itself brings, at any operation; the document has it as `default`.
OF_HTTP = (405, 413, 417, 431, 500, 501, 505)
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_date_time(value):
    """As the API writes times: UTC, with milliseconds."""
    return not isinstance(value, str) or re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value) is not None


def load(path=DOCUMENT):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Document:
    """The document and what its references stand for."""

    def __init__(self, document):
        self.root = document
        self.components = document["components"]

    def at(self, pointer):
        found = self.root
        for token in pointer.removeprefix("#/").split("/"):
            found = found[token.replace("~1", "/").replace("~0", "~")]
        return found

    def resolved(self, thing):
        while isinstance(thing, dict) and "$ref" in thing:
            thing = self.at(thing["$ref"])
        return thing

    def operations(self):
        """(path, method, operation), HEAD left out."""
        for path, item in self.root["paths"].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield path, method, operation

    def validator(self, schema):
        # References are pointers into the document, so the schema takes its components along.
        whole = {"allOf": [schema], "components": self.components}
        return jsonschema.Draft202012Validator(whole, format_checker=FORMATS)

    def wrong(self, schema, value):
        """What does not fit, in words; never the value itself, it may hold a code."""
        return [f"{error.json_path}: {error.validator} {shown(error)}"
                for error in self.validator(schema).iter_errors(value)]

    def unknown(self, schema, value, where="$"):
        """Fields of the value that the schema does not name: the document lags behind."""
        if isinstance(value, list):
            for item in (one.get("items") for one in self.pieces(schema, value)):
                if item is not None:
                    for index, one in enumerate(value):
                        yield from self.unknown(item, one, f"{where}[{index}]")
        if not isinstance(value, dict):
            return
        named, free = {}, False
        for piece in self.pieces(schema, value):
            for name, below in piece.get("properties", {}).items():
                named.setdefault(name, []).append(below)
            free = free or isinstance(piece.get("additionalProperties"), dict)
        for name, below in value.items():
            if name in named:
                yield from self.unknown({"allOf": named[name]}, below, f"{where}.{name}")
            elif named and not free:
                yield f"{where}.{name}"

    def pieces(self, schema, value):
        """The schemas that together describe the value; of alternatives the one that fits."""
        schema = self.resolved(schema)
        yield schema
        for one in schema.get("allOf", []):
            yield from self.pieces(one, value)
        for word in ("oneOf", "anyOf"):
            for one in schema.get(word, []):
                if not self.wrong(one, value):
                    yield from self.pieces(one, value)
                    break


def shown(error):
    if error.validator == "required":
        return ", ".join(name for name in error.validator_value if name not in error.instance)
    text = json.dumps(error.validator_value)
    return text if len(text) <= 80 else text[:77] + "..."


class Checker:
    """Compares answers of the daemon with the document."""

    def __init__(self, document=None):
        self.document = Document(document or load())
        self.seen = set()  # (operationId, status)

    def operation(self, method, target):
        """The operation of a path's template, or of a URL."""
        path = urllib.parse.urlsplit(target).path
        method = "get" if method == "HEAD" else method.lower()
        segments = path.split("/")
        found = None
        for template, one, operation in self.document.operations():
            if one != method:
                continue
            pattern = template.split("/")
            fits = len(pattern) == len(segments) and all(
                piece == segment or (piece.startswith("{") and segment)
                for piece, segment in zip(pattern, segments))
            # A literal path stands before one with variables.
            if fits and (found is None or "{" not in template):
                found = operation
        return found

    def check(self, method, target, status, headers, body):
        """AssertionError when the document does not allow the answer. `headers`: a mapping, names in
        any case; `body`: the octets, or None."""
        operation = self.operation(method, target)
        path = urllib.parse.urlsplit(target).path
        assert operation, f"{method} {path} is no operation of the document"
        where = f"{operation['operationId']} {status}"
        responses = operation["responses"]
        known = str(status) if str(status) in responses else "default"
        assert known != "default" or status in OF_HTTP, f"{where}: no such answer is documented"
        response = self.document.resolved(responses[known])
        headers = {name.lower(): value for name, value in headers.items()}
        self.check_headers(where, response, headers)
        if method != "HEAD":
            self.check_body(where, response, status, headers, body)
        self.seen.add((operation["operationId"], status))

    def check_headers(self, where, response, headers):
        for name, header in response.get("headers", {}).items():
            value = headers.get(name.lower())
            if value is None:
                continue
            schema = self.document.resolved(header)["schema"]
            if schema["type"] == "integer":
                assert re.fullmatch(r"\d+", value), f"{where}: {name} is no integer"
                value = int(value)
            problems = self.document.wrong(schema, value)
            assert not problems, f"{where}: {name}: {problems}"
        if "Location" in response.get("headers", {}) and where.endswith((" 201", " 202")):
            assert "location" in headers, f"{where}: Location is missing"

    def check_body(self, where, response, status, headers, body):
        content = response.get("content")
        if not content:
            assert not body, f"{where}: a body where there should be none"
            return
        media = headers.get("content-type", "").split(";")[0].strip()
        assert media in content, f"{where}: Content-Type {media!r} is not documented"
        schema = content[media]["schema"]
        if not media.endswith("json"):
            return
        value = json.loads(body)
        problems = self.document.wrong(schema, value)
        assert not problems, f"{where}: {problems}"
        unknown = list(self.document.unknown(schema, value))
        assert not unknown, f"{where}: the document does not name {unknown}"
        if media == "application/problem+json":
            assert value["status"] == status, f"{where}: the body says {value['status']}"

    def unchecked(self):
        """operationIds of which no answer was checked."""
        seen = {name for name, _ in self.seen}
        return [one["operationId"] for _, _, one in self.document.operations()
                if one["operationId"] not in seen]


def each(thing, where="#"):
    yield where, thing
    if isinstance(thing, (dict, list)):
        for name, below in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from each(below, f"{where}/{name}")


def problems_of_schemas(document):
    meta = jsonschema.Draft202012Validator
    for name, schema in document.components["schemas"].items():
        for error in meta(meta.META_SCHEMA).iter_errors(schema):
            yield f"schema {name}: {error.message}"
        for example in schema.get("examples", []) if isinstance(schema, dict) else []:
            for problem in [*document.wrong(schema, example), *document.unknown(schema, example)]:
                yield f"schema {name}: example: {problem}"


def problems_of_examples(document):
    for where, thing in each(document.root):
        if not isinstance(thing, dict) or "schema" not in thing or where.endswith("/properties"):
            continue
        shown_here = [document.resolved(one)["value"] for one in thing.get("examples", {}).values()]
        if "example" in thing:
            shown_here.append(thing["example"])
        for example in shown_here:
            for problem in [*document.wrong(thing["schema"], example),
                            *document.unknown(thing["schema"], example)]:
                yield f"{where}: example: {problem}"


def problems_of_operations(document):
    ids = [one["operationId"] for _, _, one in document.operations()]
    yield from (f"operationId {one} twice" for one in set(ids) if ids.count(one) > 1)
    for path, method, operation in document.operations():
        parameters = [document.resolved(one) for one in operation.get("parameters", [])]
        named = sorted(one["name"] for one in parameters if one["in"] == "path")
        if named != sorted(re.findall(r"\{([^}]+)\}", path)):
            yield f"{method} {path}: its path parameters are {named}"
        body = document.resolved(operation.get("requestBody", {"content": {}}))
        for media, one in body["content"].items():
            schema = document.resolved(one["schema"])
            if media == "application/json" and "additionalProperties" not in schema:
                yield f"{method} {path}: its body does not say what becomes of other fields"


def problems_of(root):
    """All that is wrong with the document itself."""
    with open(os.path.join(HERE, "openapi-3.1-schema.json"), encoding="utf-8") as file:
        official = jsonschema.Draft202012Validator(json.load(file))
    found = [f"{error.json_path}: {error.message[:200]}" for error in official.iter_errors(root)]
    if found:
        return found
    document = Document(root)
    for where, thing in each(root):
        if isinstance(thing, dict) and isinstance(thing.get("$ref"), str):
            try:
                document.at(thing["$ref"])
            except (KeyError, TypeError):
                found.append(f"{where}: {thing['$ref']} is not there")
    if found:
        return found
    return [*problems_of_schemas(document), *problems_of_examples(document),
            *problems_of_operations(document)]


def main():
    problems = problems_of(load(*sys.argv[1:2]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
