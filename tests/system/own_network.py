# tests/system/own_network.py - for tests of fixed ports: a network with nothing but a loopback
# interface, where this machine lets us make one.
import fcntl
import os
import socket
import struct
import subprocess
import sys

import harness

INSIDE = "SMPPD_SEPARATE_NETWORK"


def _bring_loopback_up():
    flags_up = struct.pack("16sh22x", b"lo", 1 | 0x40)  # IFF_UP, IFF_RUNNING
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, flags_up)  # SIOCSIFFLAGS


def enter():
    """Starts this script again in a network of its own. Where none can be made it goes on here."""
    if os.environ.get(INSIDE):
        return _bring_loopback_up()
    for options in (["-n"], ["-r", "-n"]):
        if subprocess.run(["unshare", *options, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            os.execvpe("unshare", ["unshare", *options, sys.executable, *sys.argv],
                       {**os.environ, INSIDE: "1"})


def taken(ports):
    """Those of the ports on which somebody listens."""
    return [port for port in ports if harness.listens(port)]
