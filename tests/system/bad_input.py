# tests/system/bad_input.py - what is wrong for a schema of the OpenAPI document: the values, texts
# and octets that an operation must refuse.
import json
import re

# A right value for what the schemas describe by a pattern or leave to the daemon's state.
SAMPLES = {
    "platform": "shop", "name": "another", "system_id": "another", "password": "pass1",
    "number": "+447700900101", "country": "GB", "workflow": "signup", "webhook_url":
    "https://hook.example/", "url": "https://hook.example/", "code": "123456", "path":
    "/nowhere/at/all.db", "secret": "whsec_" + "A" * 32, "expires_at": "2099-01-01T00:00:00Z",
}
TYPES = {"null": None, "string": "text", "integer": 7, "number": 1.5, "boolean": True, "array": [],
         "object": {}}
CONTROLS = ("a\0b", "a\nb", "\x1b[0m", "a\x7f")
# Such octets are no JSON, whatever the operation; `%s` stands for the rest of a right body.
NO_JSON = {
    "empty": b"", "blank": b"  \r\n", "an array": b"[]", "a text": b'"text"', "a number": b"1",
    "null": b"null", "true": b"true", "half": b'{"a":', "no end": b'{"a": "b', "a comma": b"{,}",
    "a last comma": b'{"a": 1,}', "single quotes": b"{'a': 1}", "a comment": b"{} // no",
    "a block comment": b"{/**/}", "NaN": b'{"a": NaN}', "Infinity": b'{"a": -Infinity}',
    "1e999": b'{"a": 1e999}', "-1e999": b'{"a": -1e999}', "leading zero": b'{"a": 01}',
    "a plus": b'{"a": +1}', "hexadecimal": b'{"a": 0x1}', "no key": b"{1: 2}",
    "twice": b'{"a": 1, "a": 1}', "twice, escaped": b'{"a": 1, "\\u0061": 1}',
    "an empty key twice": b'{"": 1, "": 1}', "two bodies": b"{}{}", "trailing text": b"{} x",
    "a NUL after": b"{}\0", "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"a": 1}'.encode(
        "utf-16-le"), "octets": bytes(range(256)), "bad UTF-8": b'{"a": "\xff"}',
    "overlong": b'{"a": "\xc0\xaf"}', "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "above U+10FFFF": b'{"a": "\xf4\x90\x80\x80"}', "cut UTF-8": b'{"a": "\xe2\x82"}',
    "bad UTF-8 in a key": b'{"\xfe": 1}', "a lone high surrogate": b'{"a": "\\ud800"}',
    "a lone low surrogate": b'{"a": "\\udc00"}', "surrogates turned round":
    b'{"a": "\\udc00\\ud800"}', "a raw control": b'{"a": "\n"}', "a bad escape": b'{"a": "\\x41"}',
    "nested 17 deep": b'{"a": ' * 17 + b"1" + b"}" * 17,
    "nested 10,000 deep": b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
    "arrays 10,000 deep": b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "open 60,000 deep": b"[" * 60_000, "10,000 digits": b'{"a": ' + b"9" * 10_000 + b"e999}",
}


def types_of(schema):
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    return kinds + (["integer"] if "number" in kinds else [])


def sample(name, schema, document):
    """A value that fits."""
    schema = document.resolved(schema)
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if name in SAMPLES:
        return SAMPLES[name]
    kind = types_of(schema)[0]
    if kind == "integer":
        return max(schema.get("minimum", 1), 1)
    if kind == "array":
        return []
    return {"string": "text", "boolean": True, "object": {}}[kind]


def wrong_values(name, schema, document):
    """(what, value) for each way in which a field of this schema can be wrong."""
    schema = document.resolved(schema)
    kinds = types_of(schema)
    for kind, value in TYPES.items():
        if kind not in kinds:
            yield "type " + kind, value
    if "integer" in kinds:
        yield from wrong_integers(schema)
    if "string" in kinds:
        yield from wrong_texts(name, schema)
    if "array" in kinds:
        yield from wrong_lists(name, schema, document)


def wrong_integers(schema):
    for what in ("minimum", "maximum"):
        if what in schema:
            yield f"beyond the {what}", schema[what] + (1 if what == "maximum" else -1)
    yield from (("an int64 below", -2**63), ("below int64", -2**63 - 1), ("2^63", 2**63),
                ("2^64", 2**64), ("1e300", 1e300), ("nearly whole", 1.0000001))


def wrong_texts(name, schema):
    if "enum" in schema:
        yield from (("another word", "nonsense"), ("a word in other letters",
                                                   schema["enum"][0].swapcase()), ("empty", ""))
        return
    if schema.get("minLength", 0) > 0:
        yield "empty", ""
    if "maxLength" in schema:
        yield "too long", "a" * (schema["maxLength"] + 1)
        # Lengths are octets of UTF-8.
        yield "too long in octets", "\u20ac" * (schema["maxLength"] // 3 + 1)
    if "maxLength" in schema or "pattern" in schema:
        for text in CONTROLS:
            yield "control " + repr(text), text
    if "pattern" in schema:
        for text in ("", " ", "*", "\u20ac", "a" * 500, "A B"):
            if not re.search(schema["pattern"], text):
                yield "pattern " + repr(text[:10]), text
    if schema.get("format") == "date-time":
        for text in ("", "yesterday", "2099-13-01T00:00:00Z", "2099-02-30T00:00:00Z",
                     "2099-01-01T24:00:00Z", "2099-01-01 00:00:00", "1999-01-01T00:00:00Z",
                     "2099-01-01T00:00:00", "2099-01-01T00:00:00Z ", "9" * 300):
            yield "time " + text[:20], text
    if schema.get("format") == "uri":
        for text in ("hook", "ftp://hook.example/", "https://", "https://:1/", "https://a b/",
                     "https://u:p@hook.example/", "https://hook.example:0/",
                     "https://hook.example:65536/", "https://hook.example/#f", "https://[::1/",
                     "https://h\u00f6.example/", "file:///etc/passwd", "javascript:alert(1)"):
            yield "url " + text[:20], text


def wrong_lists(name, schema, document):
    items = document.resolved(schema["items"])
    right = sample(name, items, document)
    if "maxItems" in schema:
        yield "too many", [right] * (schema["maxItems"] + 1)
    if schema.get("minItems", 0) > 0:
        yield "none", []
    for what, value in wrong_values(name, items, document):
        yield "item: " + what, [value]


def wrong_parameters(schema, document):
    """Texts of the query that do not fit; percent-encoded."""
    schema = document.resolved(schema)
    if "integer" in types_of(schema):
        yield from ("x", "1.0", "+1", "0x1", "1e2", "9" * 30, "-9" + "9" * 30, "%201", "1%20")
        yield from (str(schema[end] + step) for end, step in (("minimum", -1), ("maximum", 1))
                    if end in schema)
    elif "boolean" in types_of(schema):
        yield from ("yes", "1", "TRUE", "true%20")
    elif "enum" in schema:
        yield from ("nonsense", schema["enum"][0].upper(), schema["enum"][0] + ",")
    elif "pattern" in schema:
        yield from (text for text in ("x", "*", "evt_1", "%E2%82%AC", "a" * 300)
                    if not re.search(schema["pattern"], text))
    elif "maxLength" in schema:
        yield "a" * (schema["maxLength"] + 1)
    if schema.get("minLength", 0) > 0 or "pattern" in schema or "enum" in schema:
        yield ""


def body_of(schema, document, **more):
    """A body with what is required, and what is given."""
    fields = {name: sample(name, schema["properties"][name], document)
              for name in schema.get("required", [])}
    return {**fields, **more}


def with_raw(body, name, raw):
    """The body's JSON, with these octets as the value of the field."""
    rest = json.dumps({key: value for key, value in body.items() if key != name})[1:-1]
    return (b'{"' + name.encode() + b'": ' + raw + (b", " if rest else b"") + rest.encode() + b"}")
