"""The TFTP suite's fixtures: automata as verbs, and the files of the peer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from scapy.layers.tftp import TFTP

from atmt.links.codec import IPCodec
from pytest_atmt import CouldNotRun, Run, Suite, automaton
from pytest_atmt.peers.base import Files, Peer

from .abilities import probes
from .automata import InsistentWrite, ReadClient, WriteClient
from .crowd import Crowd
from .messages import rrq
from .probes import Aside, Mute, Probe
from .reference import serve
from .strangers import MeddledRead, MeddledWrite

read = automaton(ReadClient)
write = automaton(WriteClient)
insistent_write = automaton(InsistentWrite)
probe = automaton(Probe)
aside = automaton(Aside)
mute = automaton(Mute)
crowd = automaton(Crowd)
meddled_read = automaton(MeddledRead)
meddled_write = automaton(MeddledWrite)


def greet(converse: Callable[..., Run]) -> bool:
    """A server that is there says something about a file that is not."""
    return bool(converse(Probe, rrq("atmt-greeting")).received())


def pytest_atmt_suite() -> Suite:
    return Suite(
        name="tftp",
        folder=Path(__file__).parent,
        codec=cache(lambda address: IPCodec(TFTP, address)),  # one for all tests: what it has told, it keeps
        reference=serve,
        greet=greet,
        port=69,
        probes=probes(),
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
