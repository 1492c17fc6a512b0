# tests/system/smpp.py - a small SMPP peer of its own: packs and reads PDUs, and plays both roles.
# It shares no code with smppd, so that both cannot be wrong in the same way.
import collections
import os
import random
import select
import socket
import ssl
import struct
import threading
import time

GENERIC_NACK = 0x80000000
BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x1, 0x2, 0x9
SUBMIT_SM, DELIVER_SM, UNBIND, OUTBIND, ENQUIRE_LINK, DATA_SM = 0x4, 0x5, 0x6, 0xB, 0x15, 0x103
RESPONSE = 0x80000000
BINDS = (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER)

ROK, RINVBNDSTS, RALYBND, RSYSERR, RBINDFAIL, RINVPASWD = 0x0, 0x4, 0x5, 0x8, 0xD, 0xE
RMSGQFUL, RTHROTTLED, RX_T_APPN = 0x14, 0x58, 0x64

TLV_PAYLOAD, TLV_MESSAGE_ID, TLV_SESSION_ID = 0x0424, 0x1500, 0x1501

Pdu = collections.namedtuple("Pdu", "command status seq body")
Deliver = collections.namedtuple(
    "Deliver", "source destination esm_class data_coding octets tlvs")


def pack(command, status=0, seq=1, body=b""):
    return struct.pack(">IIII", 16 + len(body), command, status, seq) + body


def cstring(text):
    return (text if isinstance(text, bytes) else text.encode("latin-1")) + b"\0"


def tlv(tag, value):
    return struct.pack(">HH", tag, len(value)) + value


def bind_body(system_id, password, version=0x34):
    return cstring(system_id) + cstring(password) + b"\0" + bytes([version, 0, 0]) + b"\0"


def deliver_body(source, destination, octets, esm_class=0, data_coding=0, tlvs=b""):
    head = (b"\0" + b"\1\1" + cstring(source) + b"\1\1" + cstring(destination) +
            bytes([esm_class, 0, 0]) + b"\0\0" + bytes([0, 0, data_coding, 0]))
    return head + bytes([len(octets)]) + octets + tlvs


def read_tlvs(octets):
    found = {}
    while len(octets) >= 4:
        tag, length = struct.unpack(">HH", octets[:4])
        found[tag] = octets[4:4 + length]
        octets = octets[4 + length:]
    return found


def read_deliver(body):
    def take(rest):
        end = rest.index(b"\0")
        return rest[:end], rest[end + 1:]
    _, rest = take(body)
    source, rest = take(rest[2:])
    destination, rest = take(rest[2:])
    esm_class, rest = rest[0], rest[3:]
    _, rest = take(rest)
    _, rest = take(rest)
    data_coding, length = rest[2], rest[4]
    octets, tlvs = rest[5:5 + length], read_tlvs(rest[5 + length:])
    if not octets and TLV_PAYLOAD in tlvs:
        octets = tlvs[TLV_PAYLOAD]
    return Deliver(source.decode("latin-1"), destination.decode("latin-1"), esm_class,
                   data_coding, octets, tlvs)


# 3GPP TS 23.038 §6.2.1: the default alphabet and its extension, which ESC (0x1b) introduces.
GSM = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRST"
       "UVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
GSM_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~",
                 0x3E: "]", 0x40: "|", 0x65: "€"}


def text_of(deliver):
    """The text of a message in UCS-2 or in the GSM alphabet."""
    if deliver.data_coding == 8:
        return deliver.octets.decode("utf-16-be")
    text, octets = "", iter(deliver.octets)
    for octet in octets:
        text += GSM_EXTENSION[next(octets)] if octet == 0x1B else GSM[octet]
    return text


def pdus(stream):
    """Each PDU of a stream, as octets."""
    found, at = [], 0
    while at + 16 <= len(stream):
        length = int.from_bytes(stream[at:at + 4], "big")
        found.append(bytes(stream[at:at + length]))
        at += length
    return found


class Link:
    """One connection with a thread that reads it. `request` sees each request of the peer's and
    returns the status to answer with, or None for no answer; enquire_link is answered here."""

    def __init__(self, sock, request=None):
        self.sock = sock
        self.request_seen = request or (lambda link, pdu: ROK)
        self.changed = threading.Condition()
        self.responses, self.requests = {}, []
        self.closed = False
        self.bound = False
        self.raw_in = bytearray()
        self.answer_enquiries = True
        # High, so that a test's own numbers are not among them.
        self._next = 0x600000
        self._sending = threading.Lock()
        sock.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()

    def send_raw(self, octets):
        with self._sending:
            try:
                self.sock.sendall(octets)
                return True
            except (OSError, ValueError):
                return False

    def send(self, command, body=b"", status=0, seq=None):
        """Sends one PDU and returns its sequence_number."""
        if seq is None:
            with self.changed:
                self._next += 1
                seq = self._next
        self.send_raw(pack(command, status, seq, body))
        return seq

    def ask(self, command, body=b"", timeout=10, seq=None):
        """Sends a request and waits for what answers it."""
        seq = self.send(command, body, seq=seq)
        if not self.wait(lambda: seq in self.responses or self.closed, timeout):
            raise AssertionError(f"no answer to {command:#x} within {timeout} s")
        if seq not in self.responses:
            raise AssertionError(f"the connection closed before {command:#x} was answered")
        return self.responses[seq]

    def wait(self, condition, timeout=10):
        with self.changed:
            return self.changed.wait_for(condition, timeout)

    def alive(self, timeout=5):
        """Whether it still answers an enquire_link."""
        try:
            return self.ask(ENQUIRE_LINK, timeout=timeout).status == ROK
        except AssertionError:
            return False

    def close(self, reset=False):
        try:
            if reset:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # While the thread is in recv() the socket would stay open whatever close() says.
            self.sock.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            if reset:
                self.wait(lambda: self.closed, 5)
        except OSError:
            pass
        self.sock.close()

    def _read(self):
        pending = b""
        while True:
            try:
                got = self._receive()
            except (OSError, ValueError):
                got = b""
            if not got:
                break
            self.raw_in += got
            pending += got
            pending = self._take(pending)
        with self.changed:
            self.closed = True
            self.bound = False
            self.changed.notify_all()

    def _receive(self):
        if not isinstance(self.sock, ssl.SSLSocket):
            return self.sock.recv(65536)
        # A TLS socket is not for two threads at once: while the one that reads waits, it holds
        # nothing that the one that writes needs.
        while True:
            if not self.sock.pending():
                select.select([self.sock], [], [])
            with self._sending:
                self.sock.setblocking(False)
                try:
                    return self.sock.recv(65536)
                except ssl.SSLWantReadError:
                    pass  # a record that is not whole yet, or none for us
                finally:
                    self.sock.setblocking(True)

    def _take(self, pending):
        while len(pending) >= 16:
            length, command, status, seq = struct.unpack(">IIII", pending[:16])
            if len(pending) < length or length < 16:
                break
            self._pdu(Pdu(command, status, seq, pending[16:length]))
            pending = pending[length:]
        return pending

    def _pdu(self, pdu):
        if pdu.command & RESPONSE:
            self.on_response(pdu)
            with self.changed:
                self.responses[pdu.seq] = pdu
                self.changed.notify_all()
            return
        answer = ROK if self.answer_enquiries else None
        if pdu.command != ENQUIRE_LINK:
            answer = self.request_seen(self, pdu)
        if answer is not None and pdu.command != OUTBIND:
            self.send(pdu.command | RESPONSE, self.response_body(pdu, answer), answer, pdu.seq)
        with self.changed:
            self.requests.append(pdu)
            if pdu.command in BINDS and answer == ROK:
                self.bound = True
            self.changed.notify_all()

    def on_response(self, pdu):
        pass

    def response_body(self, pdu, status):
        if pdu.command in BINDS and status == ROK:
            return b"SMSC\0"
        return b"\0" if pdu.command in (DELIVER_SM, SUBMIT_SM) else b""


class Smsc:
    """A carrier: listens, takes binds, sends deliver_sm. `request` is as in Link."""

    def __init__(self, request=None, context=None, port=0):
        self.request, self.context = request, context
        self.links = []
        self._lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._begin, args=(sock,), daemon=True).start()

    def _begin(self, sock):
        if self.context:
            try:
                sock = self.context.wrap_socket(sock, server_side=True)
            except (OSError, ssl.SSLError):
                sock.close()
                return
        with self._lock:
            self.links.append(Link(sock, self.request))

    def bound(self):
        with self._lock:
            return [link for link in self.links if link.bound]

    def wait_bound(self, count=1, timeout=15):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if len(self.bound()) >= count:
                return self.bound()
            time.sleep(0.01)
        raise AssertionError(f"only {len(self.bound())} of {count} binds came within {timeout} s")

    def deliver(self, source, destination, octets, timeout=10, **fields):
        """Sends one message on some bind, returns the status that it was answered with."""
        link = random.choice(self.wait_bound())
        octets = octets.encode("ascii") if isinstance(octets, str) else octets
        return link.ask(DELIVER_SM, deliver_body(source, destination.lstrip("+"), octets, **fields),
                        timeout).status

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        with self._lock:
            for link in self.links:
                link.close()


class Platform:
    """A platform's bind. `answer` sees each Deliver and returns the status, or None for none."""

    def __init__(self, port, system_id, password, kind=BIND_TRANSCEIVER, answer=None,
                 context=None, server_name=None, expect=ROK):
        self.received = []
        self.answer = answer or (lambda deliver: ROK)
        sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        try:
            if context:
                sock = context.wrap_socket(sock, server_hostname=server_name)
        except (OSError, ssl.SSLError):
            sock.close()
            raise
        self.link = Link(sock, self._seen)
        self.bind_status = self.link.ask(kind, bind_body(system_id, password), 15).status
        if expect is not None and self.bind_status != expect:
            raise AssertionError(f"bind answered with {self.bind_status:#x}")

    def _seen(self, link, pdu):
        if pdu.command != DELIVER_SM:
            return ROK
        deliver = read_deliver(pdu.body)
        status = self.answer(deliver)
        self.received.append((deliver, status))
        return status

    def texts(self):
        return [text_of(deliver) for deliver, _ in list(self.received)]

    def wait_texts(self, texts, timeout=15):
        """Waits until each of these came at least once."""
        wanted = set(texts)
        if not self.link.wait(lambda: wanted <= set(self.texts()) or self.link.closed, timeout) \
                or not wanted <= set(self.texts()):
            missing = len(wanted - set(self.texts()))
            raise AssertionError(f"{missing} of {len(wanted)} messages did not come")

    def close(self, reset=False):
        self.link.close(reset)


def unique(label="code"):
    """A text that no other message of the run has, of characters that GSM and ASCII share."""
    return f"{label} {int.from_bytes(os.urandom(6), 'big'):013d} canary"
