"""The TFTP suite's fixtures: automata as verbs, and the files of the peer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from scapy.layers.tftp import TFTP

from atmt.links.codec import IPCodec
from pytest_atmt import Clients, CouldNotRun, NotApplicable, Run, Suite, automaton
from pytest_atmt.fuzzing import Ground
from pytest_atmt.peers.base import Peer
from pytest_atmt.peers.files import Files, Kind

from . import client_abilities, serving_asides, serving_windows
from .abilities import probes
from .automata import InsistentWrite, ReadClient, WriteClient
from .crowd import Crowd
from .dallying import Dallier
from .deserters import Deserters
from .haul import LongRead, LongWrite
from .interjections import InterjectedRead, InterjectedWrite
from .messages import rrq
from .probes import Aside, Mute, Probe
from .provoking import serves
from .reference import serve
from .reference_client import go
from .serving_haul import LongServeRead, LongServeWrite
from .serving_transfers import ReadServer, WriteServer
from .strangers import MeddledRead, MeddledWrite
from .volleys import PAUSE, Bursts, Volleys
from .windows import WindowedRead, WindowedWrite

OUT_OF_REACH = "cannot be had at a server whose folder is out of reach; let the lab start it in a namespace"

read = automaton(ReadClient)
write = automaton(WriteClient)
insistent_write = automaton(InsistentWrite)
probe = automaton(Probe)
aside = automaton(Aside)
mute = automaton(Mute)
crowd = automaton(Crowd)
meddled_read = automaton(MeddledRead)
meddled_write = automaton(MeddledWrite)
dallier = automaton(Dallier)
interjected_read = automaton(InterjectedRead)
interjected_write = automaton(InterjectedWrite)
windowed_read = automaton(WindowedRead)
windowed_write = automaton(WindowedWrite)
bursts = automaton(Bursts)
volleys = automaton(Volleys)
deserters = automaton(Deserters)
long_read = automaton(LongRead)
long_write = automaton(LongWrite)

serve_read = automaton(ReadServer, judges="client")
serve_write = automaton(WriteServer, judges="client")
interrupted_read = automaton(serving_asides.InterruptedRead, judges="client")
interrupted_write = automaton(serving_asides.InterruptedWrite, judges="client")
window_read = automaton(serving_windows.WindowRead, judges="client")
window_write = automaton(serving_windows.WindowWrite, judges="client")
long_serve_read = automaton(LongServeRead, judges="client")
long_serve_write = automaton(LongServeWrite, judges="client")
interjected_serve_read = automaton(serving_asides.InterjectedRead, judges="client")
interjected_serve_write = automaton(serving_asides.InterjectedWrite, judges="client")


def greet(converse: Callable[..., Run]) -> bool:
    """A server that is there says something about a file that is not, or else about a mode that is none."""
    greetings = rrq("atmt-greeting"), rrq("atmt-greeting", "atmt")
    return any(converse(Probe, greeting).received() for greeting in greetings)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "timeout(seconds): how long a test may take, where pytest-timeout is there"
    )


def pytest_atmt_suite() -> Suite:
    return Suite(
        name="tftp",
        folder=Path(__file__).parent,
        codec=cache(lambda address: IPCodec(TFTP, address)),  # one for all tests: what it has told, it keeps
        reference=serve,
        greet=greet,
        port=69,
        probes=probes(),
        clients=Clients(reference=go, greet=client_abilities.greet, probes=client_abilities.probes()),
    )


class Uploads:
    """Files of a server whose folder is out of reach: put and fetched by TFTP itself."""

    def __init__(self, read: Callable[..., Run], write: Callable[..., Run]) -> None:
        self._read, self._write = read, write

    def put(self, name: str, content: bytes) -> None:
        run = self._write(name, content, ends=["END", "ERROR", "SILENCE"])
        if run.state != "END":
            raise CouldNotRun(
                f"the server does not take the file {name!r} that this test reads ({run.state}: {run.result}); "
                "allow uploads, or say where its folder is: --peer 'udp://HOST?root=FOLDER'"
            )

    def get(self, name: str) -> bytes | None:
        run = self._read(name, ends=["END", "ERROR"])
        return run.result if run.state == "END" else None

    def place(self, name: str, kind: Kind) -> None:
        raise CouldNotRun(f"a {kind} {OUT_OF_REACH}")

    def fill(self, room: int) -> None:
        raise CouldNotRun(f"a full disk {OUT_OF_REACH}")

    def beside(self, content: bytes) -> Sequence[str]:
        raise CouldNotRun(f"a second folder {OUT_OF_REACH}")


@pytest.fixture
def files(peer: Peer, read: Callable[..., Run], write: Callable[..., Run]) -> Files:
    """The files that the peer serves and stores."""
    return peer.files or Uploads(read, write)


@pytest.fixture
def new(peer: Peer) -> Callable[[], str]:
    """A name that the peer holds no file by: servers may refuse to overwrite.

    Where the peer was made for this test the names are the same in every run, so that records are, too.
    """
    numbers = count(1)
    fresh = peer.statement.adapter != "udp"
    return lambda: f"atmt-{next(numbers) if fresh else secrets.token_hex(4)}"


@pytest.fixture
def held(files: Files, new: Callable[[], str]) -> Callable[[bytes], str]:
    """Have the peer hold a file of this content; its name."""

    def hold(content: bytes) -> str:
        name = new()
        files.put(name, content)
        return name

    return hold


@pytest.fixture
def in_virtual_time(peer: Peer) -> None:
    """What takes minutes is watched only where minutes cost nothing."""
    if peer.clock_kind != "virtual":
        raise NotApplicable("watching a server give up takes a minute of real time")


@pytest.fixture
def glance(peer: Peer) -> float:
    """How long to listen between two words where no answer is right: twice that is no time-out of anybody's."""
    return 0.09 if peer.clock_kind == "virtual" else PAUSE


@pytest.fixture
def still_served(ground: Ground) -> Callable[[], None]:
    """Call it when all is done: the server serves the next client, and silence would be its own fault."""
    return lambda: serves(ground)
