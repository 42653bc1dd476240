"""Programs under a clock of ours: in a topology, or (the battery of waits) right here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from vtimepeers import Program, Server

from atmt.errors import EnvironmentFault
from atmt.lab import Lab
from atmt.lab.vtime import PeerClock, build
from pytest_atmt.peers.program import locate

BATTERY = Path(__file__).parent / "battery.c"


@pytest.fixture(scope="session", autouse=True)
def _virtual_time_is_possible() -> None:
    try:
        build.library()
    except EnvironmentFault as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=["root", "single"] if os.geteuid() == 0 else ["single"])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab in each mode that this user can have."""
    with Lab(mode=request.param) as opened:
        yield opened


@pytest.fixture
def clock() -> Iterator[PeerClock]:
    made = PeerClock()
    yield made
    made.close()


@pytest.fixture
def server(lab: Lab) -> Iterator[Callable[..., Server]]:
    """Starts a server of port 69 under a clock; words in braces in its command are filled in."""
    opened: list[Server] = []

    def start(*command: str) -> Server:
        if (path := locate(command[0])) is None:
            pytest.skip(f"{command[0]} is not installed")
        opened.append(Server(lab, (path, *command[1:])))
        return opened[-1]

    yield start
    for made in opened:
        made.close()


@pytest.fixture(scope="session")
def battery(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The compiled battery: one wait for each name."""
    output = tmp_path_factory.mktemp("battery") / "battery"
    compiler = build.compiler()
    assert compiler is not None
    subprocess.run([compiler, "-w", "-D_GNU_SOURCE", "-o", output, BATTERY, "-pthread", "-lrt"], check=True)
    return str(output)


@pytest.fixture
def run(clock: PeerClock) -> Iterator[Callable[..., Program]]:
    """Starts a program here, under the clock."""
    started: list[Program] = []

    def start(*argv: str) -> Program:
        started.append(Program(clock, argv))
        return started[-1]

    yield start
    for program in started:
        program.close()
