"""Labs, topologies, and ways to ask as an ordinary user; knows no claim."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from labframes import Datagram, datagram

from atmt.lab import Lab, Topology

REPOSITORY = Path(__file__).parents[3]
NOBODY = 65534
ECHO = """
import socket
s = socket.socket({family}, socket.SOCK_DGRAM)
s.bind(("{address}", 7))
while True:
    data, sender = s.recvfrom(65536)
    s.sendto(data[::-1], sender)
"""


@pytest.fixture(scope="module", params=["root", "single"] if os.geteuid() == 0 else ["single"])
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
def as_ordinary_user() -> Callable[[str], subprocess.Popen[str]]:
    """Starts a piece of Python without any privilege, also when the tests run as root."""
    who: dict[str, Any] = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    interpreter = next((path for path in (sys.executable, "/usr/bin/python3") if _works_for(path, who)), None)
    if interpreter is None:
        pytest.skip("no Python that can read this repository is executable for an ordinary user")
    environment = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}

    def start(code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [interpreter, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env=environment,
            **who,
        )

    return start


@pytest.fixture
def tftpd() -> str:
    """The path of tftpd-hpa."""
    path = shutil.which("in.tftpd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if path is None:
        pytest.skip("tftpd-hpa is not installed")
    return path


def _works_for(interpreter: str, who: dict[str, Any]) -> bool:
    check = "import sys; assert sys.version_info >= (3, 11); import atmt.lab"
    try:
        outcome = subprocess.run(
            [interpreter, "-c", check],
            cwd="/",
            env={"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            check=False,
            **who,
        )
    except OSError:
        return False
    return outcome.returncode == 0
