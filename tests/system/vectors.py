# tests/system/vectors.py - reads tests/vectors/quirks.tsv, as far as its rows can be driven over
# TCP without timers and submissions. The head of that file explains the grammar.
import collections
import json
import os
import re

import harness

FILE = os.path.join(harness.TREE, "tests", "vectors", "quirks.tsv")
Row = collections.namedtuple("Row", "id role state what hex expect")
COMMANDS = {
    "generic_nack": 0x80000000, "bind_receiver": 1, "bind_receiver_resp": 0x80000001,
    "bind_transmitter": 2, "bind_transmitter_resp": 0x80000002, "submit_sm_resp": 0x80000004,
    "deliver_sm_resp": 0x80000005, "unbind_resp": 0x80000006, "bind_transceiver": 9,
    "bind_transceiver_resp": 0x80000009, "enquire_link_resp": 0x80000015,
    "data_sm_resp": 0x80000103}
STATES = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6,
          "UNKNOWN": 7, "REJECTD": 8}


def rows():
    with open(FILE, encoding="utf-8") as file:
        return [Row(*line.rstrip("\n").split("\t")[:6]) for line in file
                if line.strip() and not line.startswith("#")]


def segments(text, seq=0):
    """The segments of a row's `hex`; None when it holds what needs a clock or another PDU."""
    if text == "-":
        return []
    out = []
    for piece in text.split("{cut}"):
        def repeat(match):
            if match[1] == "seq":
                return f"{seq:08x}"
            if many := re.fullmatch(r"([0-9a-f]+)\*(\d+)(\+\+)?", match[1]):
                unit, times = many[1], int(many[2])
                if not many[3]:
                    return unit * times
                last = int(unit[-8:], 16)
                return "".join(unit[:-8] + f"{last + i & 0xffffffff:08x}" for i in range(times))
            return "?"
        octets = re.sub(r"\{([^}]*)\}", repeat, piece)
        if "?" in octets:
            return None
        out.append(bytes.fromhex(octets))
    return out


def split(text, separator):
    """Splits outside of strings."""
    return [part.strip() for part in
            re.findall(r'(?:"(?:\\.|[^"\\])*"|(?!' + separator + r').)+', text, re.S)
            if part.strip()]


def clauses(expect):
    """(word, positional items, named items) of each clause."""
    for clause in split(expect, "; "):
        word, *items = split(clause, " ")
        named = dict(item.split("=", 1) for item in items if re.match(r"[\w.]+=", item))
        yield word, [item for item in items if not re.match(r"[\w.]+=", item)], named


def text(expression):
    """Whether a text is `"a"`, `"a"*3`, sums of these, or ~"part": a function that tells."""
    if expression.startswith("~"):
        part = json.loads(expression[1:])
        return lambda got: part in got
    whole = ""
    for term in split(expression, r"\+"):
        literal, _, times = term.rpartition("*") if not term.endswith('"') else (term, "", "1")
        whole += json.loads(literal) * int(times)
    return lambda got: got == whole


def given(row):
    found = {}
    for word, _, named in clauses(row.expect):
        if word == "given":
            found.update(named)
    return found


def profile(conditions):
    """What `given` says of the carrier's profile, as smppd's keys; None when it says more."""
    keys = {"country": 44}
    for name, value in conditions.items():
        if found := re.fullmatch(r"dcs(\d+)", name):
            keys["data_coding_" + found[1]] = value
        elif name == "addresses":
            keys["addresses"] = value
        elif name == "trim_nul":
            keys["trim_nul"] = value == "yes"
        elif (name, value) == ("receipts", "by-content"):
            keys["receipts"] = value
        elif name == "country":
            keys["country"] = int(value)
        elif name != "split" or value != "1":
            return None
    return keys


def drivable(row):
    """Rows of a role and state that this can play, without a clock or a submission."""
    known = {"given", "accept", "answer", "text", "octets", "part", "receipt", "bound", "unbound",
             "refused", "close", "ignore", "send"}
    words = {word for word, _, _ in clauses(row.expect)}
    conditions = given(row)
    if not words <= known or segments(row.hex) is None or "{seq}" in row.hex and \
            row.state != "binding":
        return False
    if row.role == "platform":
        # How a submission is answered once it may be made is the unit tests' matter.
        submissions = any(word == "answer" and re.match("submit|data|query|cancel", items[0])
                          and named.get("status") not in ("0x00000004", "error")
                          for word, items, named in clauses(row.expect))
        return not submissions and set(conditions) <= {"password", "bind"}
    return row.state in ("bound", "binding") and profile(conditions) is not None
