"""Labs, topologies, and ways to ask as an ordinary user; knows no claim."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import ordinary
import pytest
from labframes import Datagram, datagram

from atmt.lab import Lab, Topology

Start = Callable[[str], "subprocess.Popen[str]"]
ECHO = """
import socket
s = socket.socket({family}, socket.SOCK_DGRAM)
s.bind(("{address}", 7))
while True:
    data, sender = s.recvfrom(65536)
    s.sendto(data[::-1], sender)
"""


@pytest.fixture(scope="module", params=ordinary.modes())
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab in each mode that this user can have."""
    with Lab(mode=request.param) as opened:
        yield opened


@pytest.fixture
def net(lab: Lab) -> Iterator[Topology]:
    """A tester and a peer."""
    with lab.topology() as made:
        yield made


@pytest.fixture
def python() -> Callable[[str], list[str]]:
    """The command that runs a piece of Python, quickly."""
    return lambda code: [sys.executable, "-I", "-S", "-c", code]


@pytest.fixture
def echo(python: Callable[[str], list[str]]) -> Callable[[int], list[str]]:
    """The command of a UDP server on port 7 that answers backwards, of IP version 4 or 6."""
    families = {4: ("socket.AF_INET", "0.0.0.0"), 6: ("socket.AF_INET6", "::")}
    return lambda version: python(ECHO.format(family=families[version][0], address=families[version][1]))


@pytest.fixture
def hear() -> Callable[[socket.socket], Datagram]:
    """The next datagram on a packet socket, whatever else passes by."""

    def next_datagram(sock: socket.socket) -> Datagram:
        sock.settimeout(5)
        while True:
            if found := datagram(sock.recv(1 << 16)):
                return found

    return next_datagram


@pytest.fixture
def as_ordinary_user() -> Start:
    """Starts a piece of Python without any privilege, also when the tests run as root."""
    return _starter(ordinary.become())


@pytest.fixture
def as_granted_user() -> Start:
    """Starts a piece of Python as a user without privilege to whom subordinate ids are granted."""
    before = ordinary.become_granted()
    if isinstance(before, str):
        pytest.skip(before)
    return _starter(before)


@pytest.fixture
def tftpd() -> str:
    """The path of tftpd-hpa."""
    path = shutil.which("in.tftpd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if path is None:
        pytest.skip("tftpd-hpa is not installed")
    return path


def _starter(before: tuple[str, ...]) -> Start:
    interpreter = ordinary.interpreter(before, "atmt.lab")
    if interpreter is None:
        pytest.skip("no Python that can read this repository is executable for an ordinary user")

    def start(code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*before, interpreter, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], **ordinary.ENVIRONMENT},
        )

    return start
