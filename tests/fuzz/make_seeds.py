#!/usr/bin/env python3
"""tests/fuzz/make_seeds.py - seeds for a fuzz target from the recorded octets of tests/vectors.

Usage: make_seeds.py TARGET SOURCE_ROOT DIRECTORY
Writes DIRECTORY/seeds/ and DIRECTORY/words, a dictionary of the words in them.
"""

import glob
import os
import re
import shutil
import sys

SEED_MAX = 4096
PIECE = re.compile(r"\{([^}]*)\}|([0-9a-fA-F]+)")
REPEATED = re.compile(r"([0-9a-f]+)\*(\d+)(\+\+)?$")
SEQUENCE = "00000001"  # what stands for {seq}
MESSAGES = {4, 5}      # submit_sm, deliver_sm
ALPHABETS = 14


def repeated(octets, count, counting):
    if not counting:
        return octets * count
    first = int.from_bytes(octets[-4:], "big")
    return b"".join(octets[:-4] + (first + i).to_bytes(4, "big") for i in range(count))


def octets_of(column):
    """The octets that a peer sends, as the head of quirks.tsv explains the column."""
    out = b""
    for braces, plain in PIECE.findall(column):
        match = REPEATED.match(braces)
        if plain:
            out += bytes.fromhex(plain)
        elif match:
            out += repeated(bytes.fromhex(match[1]), int(match[2]), bool(match[3]))
        elif braces == "seq":
            out += bytes.fromhex(SEQUENCE)
        elif braces == "len":
            out += b"\0\0\0\x10"
    return out


def rows(root):
    path = os.path.join(root, "tests", "vectors", "quirks.tsv")
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield octets_of(line.rstrip("\n").split("\t")[4])


def pdus(stream):
    while len(stream) >= 16:
        length = int.from_bytes(stream[:4], "big")
        if length < 16:
            return
        yield stream[:length]
        stream = stream[length:]


def message(pdu):
    """(esm_class, data_coding, short_message), or None where it is no message."""
    if int.from_bytes(pdu[4:8], "big") not in MESSAGES:
        return None
    try:
        at = pdu.index(0, 16) + 1           # service_type
        at = pdu.index(0, at + 2) + 1       # source_addr
        at = pdu.index(0, at + 2) + 1       # destination_addr
        esm_class = pdu[at]
        at = pdu.index(0, at + 3) + 1       # schedule_delivery_time
        at = pdu.index(0, at) + 1           # validity_period
        data_coding, length = pdu[at + 2], pdu[at + 4]
        return esm_class, data_coding, pdu[at + 5:at + 5 + length]
    except (ValueError, IndexError):
        return None


def messages(root):
    found = (message(pdu) for stream in rows(root) for pdu in pdus(stream))
    return [each for each in found if each]


def decode_seeds(root):
    for stream in rows(root):
        yield b"\xff" + stream
        yield b"\x02" + stream[:256]


def bind_seeds(root):
    """Options, then steps: 4, a length, and octets as they come in."""
    for stream in rows(root):
        steps = b"".join(bytes([4, len(pdu)]) + pdu for pdu in pdus(stream) if len(pdu) < 256)
        for options in (0, 1):
            yield bytes([options]) + steps + bytes([7, 9, 200])


def text_seeds(root):
    for i, (_, data_coding, text) in enumerate(messages(root)):
        for alphabet in (0, i % ALPHABETS):
            yield bytes([alphabet, i % 256, i % 7, data_coding]) + text


def parts_seeds(root):
    for i, (esm_class, _, text) in enumerate(messages(root)):
        yield bytes([i % ALPHABETS, esm_class >> 6 & 1 | i % 2 << 2, 7, 3, 1, i % 8, 0, i % 256]) + text


def receipt_seeds(root):
    for esm_class, data_coding, text in messages(root):
        yield bytes([esm_class, data_coding, 0, 0]) + text
        yield bytes([4, data_coding, 4, 1]) + b"77ab\x02" + text


def import_seeds(_root):
    yield b"number\n+447700900101\n447700900102\n"
    yield (b"\xef\xbb\xbfplatform,number,carrier,country,area,capabilities,tags,monthly_cost,"
           b'isolation_group\r\na,+447700900101,acme,GB,"Greater ""London"", N",MO|MT,gold;new,'
           b"1.25,g1\r\n,447700900102,,,,,,,\r\n")
    yield b"number,country\n99,GB\n447700900101,G\n447700900101,GB\n447700900101,GB\n\n,\n\"4"


def http_seeds(_root):
    for body in (b'{"name":"bank"}', b'{"platform":"shop","workflow":"signup","ttl_seconds":60}',
                 b'{"code":"1234"}', b'{"url":"https://shop.example/","events":["code.received"]}',
                 b'{"state":"reserved"}', b"{}", b"number,country\n+447700900103,GB\n"):
        for endpoint in range(64):
            yield bytes([0, endpoint]) + b"shop\n" + body
    for target in (b"+447700900101", b"ses_01m8a4p42d4jg2mcf09z871ptg", b"?limit=2&cursor=0",
                   b"x?after=0&wait=0&text=true"):
        for endpoint in range(64):
            yield bytes([0, endpoint]) + target + b"\n"
    head = b" HTTP/1.1\r\nHost: a\r\n"
    yield b"\1\0GET /v1/sessions?limit=2" + head + b"\r\n"
    yield b"\1\0OPTIONS *" + head + b"\r\n"
    yield (b"\1\0POST /v1/platforms" + head +
           b'Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"p"}')
    yield (b"\1\0POST /v1/sessions" + head +
           b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n2\r\n{}\r\n0\r\n\r\n")


def extract_seeds(root):
    with open(os.path.join(root, "tests", "vectors", "otp.tsv"), encoding="utf-8") as file:
        rows = [line.split("\t") for line in file if not line.startswith("#")]
    for i, row in enumerate(rows):
        text = row[3].replace("\\n", "\n").encode()
        yield bytes([0, 0]) + text
        yield bytes([i, i % 16]) + text


def config_seeds(root):
    for path in sorted(glob.glob(os.path.join(root, "conf", "**", "*.yaml"), recursive=True)):
        with open(path, "rb") as file:
            text = file.read()
        # Without its comments the whole fits, and each octet means something.
        yield re.sub(rb"(?m)^\s*#.*\n|\s+#.*$", b"", text)


def words_of(seeds):
    """The words that several letters long stand in texts, which are slow to find one by one."""
    return sorted({word for seed in seeds for word in re.findall(rb"[a-z][a-z_]{3,15}:?|id:", seed)})


def write_seeds(target, root, directory):
    """Writes them anew; returns how many there are."""
    seeds = {seed for seed in globals()[f"{target}_seeds"](root) if len(seed) <= SEED_MAX}
    folder = os.path.join(directory, "seeds")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for i, seed in enumerate(sorted(seeds)):
        with open(os.path.join(folder, f"seed{i:04}"), "wb") as file:
            file.write(seed)
    with open(os.path.join(directory, "words"), "w", encoding="ascii") as file:
        file.writelines(f'"{word.decode()}"\n' for word in words_of(seeds))
    return len(seeds)


if __name__ == "__main__":
    print(write_seeds(*sys.argv[1:4]), "seeds")
